"""One question right after: answered in place or passed over, another each time, and nowhere else than where it belongs."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from server.core import clock
from server.core.conflict import Conflict
from server.core.db import Database
from server.experience.depth import AFTER
from server.experience.models import Experience, ExperienceAnswer
from server.experience.question import chosen
from server.people.models import School
from server.vocabulary.models import QuestionWording
from server.vocabulary.queries import STANDARD
from tests.browsing import Browsing, text_of
from tests.world import id_of

QUESTIONS = [question for question in STANDARD.questions.values() if question.moment == AFTER]
PLAIN = [question for question in QUESTIONS if not question.kind_hint]


def told(browsing: Browsing, **more: Any) -> str:
    where = f"/experiences/{uuid4()}"
    sent = {"step": "text", "base": "0", "mutation": str(uuid4()), "go": "stop", "text": "Tegels gelegd", "activity": "", **more}
    assert browsing.samira.post(where, sent).status_code == 303
    return where


def asked(browsing: Browsing, where: str) -> str | None:
    found = re.search(r'name="answer:question:([^"]+)"', browsing.samira.get(where).text)
    return found and found[1]


def answer(browsing: Browsing, where: str, key: str, text: str, go: str = "stop", base: int = 1) -> Any:
    sent = {"step": f"question:{key}", "base": str(base), "mutation": str(uuid4()), "go": go, "alone": "1", f"answer:question:{key}": text}
    return browsing.samira.post(where, sent)


def kept(database: Database, where: str) -> dict[str, str]:
    with database.reading() as session:
        rows = session.scalars(select(ExperienceAnswer).where(ExperienceAnswer.experience_id == UUID(where.rpartition("/")[2])))
        return {row.field: row.text for row in rows}


def test_the_answer_stands_with_the_entry_and_can_be_changed(browsing: Browsing, database: Database) -> None:
    where = told(browsing)
    key = asked(browsing, where)
    assert key is not None
    assert f'data-say-of="answer:question:{key}"' in browsing.samira.get(where).text, "by voice too"
    assert answer(browsing, where, key, "Dat het recht was").headers["location"] == where
    page = browsing.samira.get(where)
    assert asked(browsing, where) is None and "Dat het recht was" in text_of(page) and STANDARD.questions[key].nl in text_of(page)
    assert "Dat het recht was" in browsing.samira.get(f"{where}/edit?alone=1&step=question:{key}").text
    assert where in browsing.samira.get("/trail?q=dat+het+recht").text


def test_who_passes_it_over_is_not_asked_again(browsing: Browsing, database: Database) -> None:
    where = told(browsing)
    key = asked(browsing, where)
    assert key is not None and answer(browsing, where, key, "", "skip").headers["location"] == where
    assert kept(database, where) == {f"question:{key}": ""}
    assert asked(browsing, where) is None and STANDARD.questions[key].nl not in text_of(browsing.samira.get(where))


def test_each_entry_gets_another_question_while_there_are_others(browsing: Browsing) -> None:
    seen = []
    for place in range(len(PLAIN) + 1):
        where = told(browsing)
        key = asked(browsing, where)
        assert key is not None
        assert place or key == asked(browsing, where), "the same entry asks the same"
        seen.append(key)
        answer(browsing, where, key, "", "skip")
    assert {*seen[:-1]} == {question.id for question in PLAIN} and seen[-1] == seen[0], "the first comes back when all had their turn"


def test_when_all_were_asked_the_one_of_longest_ago_comes_back() -> None:
    three = PLAIN[:3]
    assert chosen(three, [three[2].id, three[0].id, three[1].id], 5) == three[1]
    assert {chosen(three, [three[0].id], seed) for seed in range(6)} == {*three[1:]}


def test_a_question_about_one_kind_of_activity_is_only_asked_after_it(browsing: Browsing) -> None:
    hints = {question.id: question.kind_hint for question in QUESTIONS}
    assert all(hints[asked(browsing, told(browsing)) or ""] == "" for _ in range(6))
    assert all(hints[asked(browsing, told(browsing, activity=str(id_of("koken")))) or ""] in {"", "practical_cooking"} for _ in range(6))


def test_what_was_told_longer_ago_asks_nothing(browsing: Browsing, database: Database) -> None:
    where = told(browsing)
    with database.writing() as session:
        session.execute(update(Experience).where(Experience.id == UUID(where.rpartition("/")[2])).values(happened_at=clock.now() - timedelta(days=2)))
    assert asked(browsing, where) is None and asked(browsing, f"/experiences/{id_of('soep')}") is None


def test_a_question_that_is_reworded_stands_above_old_answers_as_it_was_asked(browsing: Browsing, database: Database) -> None:
    where, phone = told(browsing), told(browsing, text="Muur gemetseld")
    key, later = asked(browsing, where), asked(browsing, phone)
    assert key is not None and later is not None
    answer(browsing, where, key, "Dat het recht was")
    before, sent = STANDARD.questions[key].nl, {"competency": "qualities", "moment": AFTER, "kind_hint": "", "en": "", "base": "0"}
    for place, question in enumerate(dict.fromkeys((key, later))):
        assert browsing.wouters.post(f"/school/vocabulary/questions/{question}", {**sent, "nl": f"Heel anders gevraagd {place}?"}).status_code == 303
    assert before in text_of(browsing.samira.get(where)) and "Heel anders" not in text_of(browsing.samira.get(where))
    answer(browsing, where, key, "Dat het recht en vlak was", base=2)
    for page in (where, f"{where}/edit?alone=1&step=question:{key}"):
        shown = text_of(browsing.samira.get(page))
        assert before in shown and "Heel anders" not in shown, page
    told_of = next(one for one in browsing.samira.get("/me/device").json()["experiences"] if one["id"] == where.rpartition("/")[2])
    assert told_of["asked"] == {f"answer:question:{key}": before}
    old_page = {"step": f"question:{later}", "base": "1", "mutation": str(uuid4()), "go": "stop", "alone": "1", f"answer:question:{later}": "Het water", "edition": "0"}
    assert browsing.samira.post(phone, old_page).status_code == 303
    assert STANDARD.questions[later].nl in text_of(browsing.samira.get(phone)), "a phone without signal showed yesterday's question"


def test_an_answer_that_was_kept_beside_keeps_the_question_it_was_given_to(browsing: Browsing, database: Database) -> None:
    where = told(browsing)
    key = asked(browsing, where)
    assert key is not None
    answer(browsing, where, key, "Van de laptop")
    sent = {"competency": "qualities", "moment": AFTER, "kind_hint": "", "en": ""}
    assert browsing.wouters.post(f"/school/vocabulary/questions/{key}", {**sent, "base": "0", "nl": "Eerst anders gevraagd?"}).status_code == 303
    form = {"step": f"question:{key}", "go": "stop", "alone": "1", "edition": "1"}
    browsing.samira.post(where, form | {"base": "0", "mutation": str(uuid4()), f"answer:question:{key}": "Van de telefoon"})
    browsing.samira.post(where, form | {"base": "9", "mutation": str(uuid4()), f"answer:question:{key}": ""})
    assert browsing.wouters.post(f"/school/vocabulary/questions/{key}", {**sent, "base": "1", "nl": "Nog eens anders gevraagd?"}).status_code == 303
    with database.reading() as session:
        choice = f"{where}/conflicts/{session.scalars(select(Conflict.id)).one()}/choice"
    assert browsing.samira.post(choice, {"keep": "other", "base": "9", "mutation": str(uuid4())}).status_code == 303
    read = text_of(browsing.samira.get(where))
    assert "Van de telefoon" in read and "Eerst anders gevraagd?" in read and "Nog eens anders" not in read


@pytest.mark.parametrize(
    ("edition", "worded"), [("1", "Nieuw gevraagd?"), ("0", ""), (None, "Nieuw gevraagd?"), ("9", "Nieuw gevraagd?"), ("-1", "Nieuw gevraagd?"), ("x", "Nieuw gevraagd?")]
)
def test_the_edition_a_form_tells_counts_where_there_is_such_a_one(browsing: Browsing, edition: str | None, worded: str) -> None:
    where = told(browsing)
    key = asked(browsing, where)
    assert key is not None
    assert 'name="edition" value="0"' in browsing.samira.get(where).text
    sent = {"nl": "Nieuw gevraagd?", "en": "", "competency": "qualities", "moment": AFTER, "kind_hint": "", "base": "0"}
    assert browsing.wouters.post(f"/school/vocabulary/questions/{key}", sent).status_code == 303
    form = {"step": f"question:{key}", "base": "1", "mutation": str(uuid4()), "go": "stop", "alone": "1", f"answer:question:{key}": "Ja"}
    assert browsing.samira.post(where, form | ({} if edition is None else {"edition": edition})).status_code == 303
    assert (worded or STANDARD.questions[key].nl) in text_of(browsing.samira.get(where))


@pytest.mark.parametrize("left", [0, 1])
def test_a_school_that_asks_no_question_shows_none_and_one_that_words_it_otherwise_asks_that(browsing: Browsing, database: Database, left: int) -> None:
    with database.writing() as session:
        for question in QUESTIONS:
            stays = question == PLAIN[0] and left == 1
            how = {"competency": question.competency, "moment": AFTER, "nl": "Waar lachte je om?", "en": "What made you laugh?", "kind_hint": "", "position": 0}
            session.add(QuestionWording(school_id=id_of("waal"), key=question.id, edition=1, hidden=not stays, made_at=clock.now(), **how))
        session.execute(update(School).where(School.id == id_of("waal")).values(vocabulary_edition=1))
    where = told(browsing)
    assert ("Waar lachte je om?" in text_of(browsing.samira.get(where))) is (left == 1)
