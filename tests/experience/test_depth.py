"""Short, usual, deep: other questions about one entry, the same answers; whose depth it is, and that switching loses nothing."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from server.core import clock
from server.core.db import Database
from server.experience.models import ExperienceAnswer
from server.people.models import Group, Membership, Person
from tests.browsing import Browsing, text_of
from tests.browsing import Person as Somebody
from tests.world import id_of

SOUP = f"/experiences/{id_of('soep')}"
STARRT = ("situation", "task", "action", "result", "reflection", "transfer")
IS_DEEP = re.compile(r'value="deep" [^>]*aria-current="true"')


def saving(step: str, base: int = 0, **fields: object) -> dict[str, Any]:
    return {"step": step, "base": str(base), "mutation": str(uuid4()), "go": "on", **fields}


def answers(database: Database, experience_id: UUID) -> dict[str, str]:
    with database.reading() as session:
        return {answer.field: answer.text for answer in session.scalars(select(ExperienceAnswer).where(ExperienceAnswer.experience_id == experience_id))}


def tells(person: Somebody, depth: str) -> None:
    assert person.post("/me/depth", {"depth": depth}).status_code == 303


def group_tells(database: Database, depth: str, group: str = "3B") -> None:
    with database.writing() as session:
        session.execute(update(Group).where(Group.id == id_of(group)).values(depth=depth))


def first_question(person: Somebody) -> str:
    return text_of(person.get("/experiences/new")).partition("Zit je ergens mee?")[0]


def test_a_short_entry_is_a_face_a_word_and_one_sentence_on_two_screens(browsing: Browsing, database: Database) -> None:
    tells(browsing.samira, "short")
    asked = browsing.samira.get("/experiences/new")
    assert 'name="face"' in asked.text and 'name="qualities"' in asked.text and "1 van 2" in text_of(asked)
    made = uuid4()
    answer = browsing.samira.post(f"/experiences/{made}", saving("short", face="4", qualities="persevering", activity=str(id_of("bouw")), **{"qualities-own": ""}))
    assert answer.headers["location"] == f"/experiences/{made}/edit?step=text"
    assert "Vertel het in één zin" in text_of(browsing.samira.get(answer.headers["location"]))
    done = browsing.samira.post(f"/experiences/{made}", saving("text", 1, text="De muur staat recht.", activity=str(id_of("bouw"))))
    assert done.headers["location"] == f"/experiences/{made}"
    shown = text_of(browsing.samira.get(f"/experiences/{made}"))
    assert all(said in shown for said in ("De muur staat recht", "leuk", "doorzetten")) and "Wat vond je belangrijk?" not in shown


def test_a_deep_entry_asks_the_six_questions_of_starrt_after_the_usual_ones_and_each_can_be_passed_over(browsing: Browsing, database: Database) -> None:
    tells(browsing.samira, "deep")
    to = browsing.samira.post(SOUP, saving("motives", 1, motives="helping-others", **{"motives-evidence-helping-others": "Iedereen at."})).headers["location"]
    passed = []
    for number, field in enumerate(STARRT):
        assert to == f"{SOUP}/edit?step={field}"
        asked = browsing.samira.get(to)
        assert asked.status_code == 200 and f'name="answer:{field}"' in asked.text
        passed.append(text_of(asked))
        assert f"dieper · {number + 1} van 6" in passed[-1]
        to = browsing.samira.post(SOUP, saving(field, 9, **{f"answer:{field}": "" if field == "task" else f"Over {field} {number}"})).headers["location"]
    assert to == SOUP and "Waar was je?" in passed[0] and "Waar kun je dit nog meer gebruiken?" in passed[-1]
    assert answers(database, id_of("soep")).keys() - {"task"} == {*STARRT} - {"task"}
    shown = text_of(browsing.samira.get(SOUP))
    assert "Over situation 0" in shown and "Over transfer 5" in shown and "Wat moest je doen?" in shown
    tells(browsing.samira, "usual")
    told = browsing.samira.get(SOUP)
    assert 'href="?depth=deep#story" aria-current="true"' in told.text, "so it was told"
    order = [text_of(told).index(said) for said in ("Over situation", "Over action", "Over result", "Over reflection", "Over transfer")]
    assert order == sorted(order)


def test_switching_keeps_what_was_typed_and_asks_other_questions(browsing: Browsing, database: Database) -> None:
    made = uuid4()
    where = f"/experiences/{made}"
    asked = browsing.samira.post(where, saving("text", text="Muur gemetseld", activity="") | {"go": "deep"})
    assert asked.headers["location"] == f"{where}/edit?depth=deep&step=text"
    deep = browsing.samira.get(asked.headers["location"])
    assert "Muur gemetseld" in deep.text and "1 van 4" in text_of(deep) and 'value="1" max="4"' in deep.text, "the bar says what the count says"
    on = browsing.samira.post(where, saving("motives", 1) | {"depth": "deep"}).headers["location"]
    assert on == f"{where}/edit?depth=deep&step=situation"
    browsing.samira.post(where, saving("situation", 1, depth="deep", **{"answer:situation": "Op de steiger"}))
    back = browsing.samira.post(where, saving("task", 2, depth="deep", **{"answer:task": "Voegen"}) | {"go": "short"}).headers["location"]
    assert back == f"{where}/edit?depth=short&step=short"
    assert answers(database, made) == {"situation": "Op de steiger", "task": "Voegen"}
    short = text_of(browsing.samira.get(f"{where}?depth=short"))
    assert "Op de steiger" in short and "Voegen" in short and "Hoe liep het af?" not in short
    assert "Hoe liep het af?" in text_of(browsing.samira.get(f"{where}?depth=deep"))


def test_who_switches_while_choosing_words_stays_at_the_words(browsing: Browsing) -> None:
    where = f"/experiences/{uuid4()}"
    chosen = saving("short", face="4", qualities="persevering", depth="short", **{"qualities-own": ""})
    assert browsing.samira.post(where, chosen | {"go": "usual"}).headers["location"] == f"{where}/edit?step=qualities"
    only = f"/experiences/{uuid4()}"
    faced = saving("short", face="4", depth="short", **{"qualities-own": ""})
    assert browsing.samira.post(only, faced | {"go": "usual"}).headers["location"] == f"{only}/edit?step=text", "no word was chosen yet"


def test_who_switches_before_saying_anything_stores_nothing_and_keeps_the_activity(browsing: Browsing, database: Database) -> None:
    made = uuid4()
    answer = browsing.samira.post(f"/experiences/{made}", saving("text", text="", activity=str(id_of("bouw"))) | {"go": "short"})
    assert answer.headers["location"] == f"/experiences/new?id={made}&depth=short&step=short&activity={id_of('bouw')}"
    assert browsing.samira.get(f"/experiences/{made}").status_code == 404
    assert 'name="depth" value="short"' in browsing.samira.get(answer.headers["location"]).text


def test_a_question_alone_makes_an_entry(browsing: Browsing, database: Database) -> None:
    made = uuid4()
    assert browsing.samira.post(f"/experiences/{made}", saving("situation", **{"answer:situation": "In de keuken"})).status_code == 303
    assert answers(database, made) == {"situation": "In de keuken"}


def test_the_group_says_how_deep_until_the_student_does(browsing: Browsing, database: Database) -> None:
    assert "Wat heb je gedaan?" in first_question(browsing.samira)
    group_tells(database, "short")
    assert "Wat kon je goed?" in first_question(browsing.samira) and "Wat heb je gedaan?" in first_question(browsing.ilse)
    tells(browsing.samira, "usual")
    assert "Wat kon je goed?" not in first_question(browsing.samira)


def test_who_is_in_two_groups_is_asked_as_the_deepest_asks_and_a_group_in_the_archive_says_nothing(browsing: Browsing, database: Database) -> None:
    group_tells(database, "short")
    group_tells(database, "deep", "3C")
    with database.writing() as session:
        session.add(Membership(group_id=id_of("3C"), person_id=id_of("samira"), kind="student", school_id=id_of("waal")))
    assert IS_DEEP.search(browsing.samira.get("/experiences/new").text)
    with database.writing() as session:
        session.execute(update(Group).where(Group.id == id_of("3C")).values(archived_at=clock.now()))
    assert "1 van 2" in text_of(browsing.samira.get("/experiences/new"))


def test_a_depth_that_there_is_not_is_refused_and_a_question_that_there_is_not_is_the_first(browsing: Browsing, database: Database) -> None:
    assert browsing.samira.post("/me/depth", {"depth": "diepst"}).status_code == 422
    with database.reading() as session:
        assert session.get_one(Person, id_of("samira")).depth is None
    assert "Wat heb je gedaan?" in text_of(browsing.samira.get("/experiences/new?step=question:none&depth=x"))
    browsing.samira.post(SOUP, saving("text", 1, **{"answer:text": "x", "answer:none": "y", "answer:question:none": "z"}))
    assert answers(database, id_of("soep")) == {}


def test_the_keeper_says_how_much_a_group_is_asked_and_is_told_when_somebody_else_did_meanwhile(browsing: Browsing, database: Database) -> None:
    where = f"/school/groups/{id_of('3B')}"
    assert browsing.wouters.post(where, {"name": "3B", "depth": "deep", "edition": "1"}).status_code == 303
    assert IS_DEEP.search(browsing.samira.get("/experiences/new").text)
    late = browsing.vries.post(where, {"name": "3B", "depth": "short", "edition": "1"})
    assert late.status_code == 409 and "er staat nu “diep”, jij typte “kort”" in text_of(late)
    assert browsing.vries.post(where, {"name": "3B", "depth": "x", "edition": "2"}).status_code == 303
    with database.reading() as session:
        assert session.get_one(Group, id_of("3B")).depth == "deep"


def test_two_devices_that_answer_the_same_question_keep_both_until_the_student_chooses(browsing: Browsing, database: Database) -> None:
    one, other = {"answer:result": "De soep was op."}, {"answer:result": "Er was nog soep."}
    assert browsing.samira.save(SOUP, saving("result", 1, **one)).json()["conflicts"] == []
    told = browsing.samira.save(SOUP, saving("result", 1, **other)).json()
    assert (told["conflicts"], told["to"]) == (["answer:result"], SOUP)
    page = browsing.samira.get(SOUP)
    assert "Hoe liep het af?" in text_of(page) and "Er was nog soep." in text_of(page) and "Allebei houden" in text_of(page)
    choice = page.text.partition("/conflicts/")[2].partition("/choice")[0]
    assert browsing.samira.post(f"{SOUP}/conflicts/{choice}/choice", {"keep": "both", "base": "2"}).status_code == 303
    assert answers(database, id_of("soep")) == {"result": "De soep was op.\n\nEr was nog soep."}


def test_an_answer_that_is_too_long_is_said_and_kept_on_the_form(browsing: Browsing, database: Database) -> None:
    answer = browsing.samira.post(SOUP, saving("action", 1, **{"answer:action": "roeren " * 400}))
    assert answer.status_code == 422 and "Er passen 2.000 tekens in" in text_of(answer) and answer.text.count("roeren") == 400
    assert answers(database, id_of("soep")) == {}


def test_search_finds_an_answer(browsing: Browsing) -> None:
    browsing.samira.post(SOUP, saving("reflection", 1, **{"answer:reflection": "Ik was trots op de pompoen"}))
    assert "Koken voor 24 mensen" in text_of(browsing.samira.get("/trail?q=pompoen"))


def test_the_mentor_reads_the_answers_that_were_shown_and_not_what_came_later(browsing: Browsing) -> None:
    talk = f"/conversations/{id_of('gesprek')}"
    browsing.samira.post(SOUP, saving("reflection", 1, **{"answer:reflection": "Ik was trots"}))
    assert "Ik was trots" not in text_of(browsing.deboer.get(talk))
    assert browsing.samira.post(f"{talk}/submission").status_code == 303
    assert "Ik was trots" in text_of(browsing.deboer.get(talk)) and "Wat vind je er nu van?" in text_of(browsing.deboer.get(talk))
    browsing.samira.post(SOUP, saving("reflection", 2, **{"answer:reflection": "Toch niet"}))
    assert "Ik was trots" in text_of(browsing.deboer.get(talk)) and "Toch niet" not in text_of(browsing.deboer.get(talk))


@pytest.mark.parametrize(("depth", "blanks"), [("short", "text"), ("usual", "motives"), ("deep", "transfer")])
def test_the_device_keeps_a_form_for_every_question_that_this_student_is_asked(browsing: Browsing, depth: str, blanks: str) -> None:
    tells(browsing.samira, depth)
    browsing.samira.post(SOUP, saving("result", 1, **{"answer:result": "Op"}))
    told = browsing.samira.get("/me/device").json()
    assert f"/experiences/new?step={blanks}" in told["keep"]["blanks"]
    assert all(browsing.samira.get(path).status_code == 200 for path in told["keep"]["blanks"])
    assert next(one for one in told["experiences"] if one["id"] == str(id_of("soep")))["answers"] == {"answer:result": "Op"}
    assert told["questions"]["answer:result"] == "Hoe liep het af?"
