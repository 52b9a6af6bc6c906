"""Two devices, one preparation: what fits is merged per field, what does not is kept beside it, and the student chooses."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.conversation.models import Preparation, PreparationAnswer, PreparationExperience, PreparationWord, Submission
from server.core.conflict import Conflict
from server.core.db import Database
from tests.browsing import Browsing, text_of
from tests.conversation.helping import PREPARATION, TALK, shown
from tests.world import id_of


def saved(browsing: Browsing, number: int, base: int = 1, **fields: Any) -> dict[str, Any]:
    answer = browsing.samira.save(PREPARATION, {"step": str(number), "base": str(base), "mutation": str(uuid4()), **fields})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def clash(browsing: Browsing) -> None:
    """A question from the laptop, and another from the phone that did not know of it."""
    assert saved(browsing, 3, question="Van mijn laptop")["conflicts"] == []
    assert saved(browsing, 3, question="Van mijn telefoon")["conflicts"] == ["question"]


def choice(database: Database) -> str:
    with database.reading() as session:
        return f"{TALK}/conflicts/{session.scalars(select(Conflict.id)).one()}/choice"


def question(database: Database) -> str:
    with database.reading() as session:
        return session.get_one(Preparation, id_of("gesprek")).question


def test_a_clash_keeps_both_and_the_next_page_asks_which_stays_with_and_without_script(browsing: Browsing, database: Database) -> None:
    saved(browsing, 3, question="Van mijn laptop")
    answer = browsing.samira.post(PREPARATION, {"step": "3", "base": "1", "mutation": str(uuid4()), "question": "Van mijn telefoon", "go": "stop"})
    assert answer.status_code == 303 and answer.headers["location"] == f"{PREPARATION}?step=3"
    page = browsing.samira.get(answer.headers["location"])
    read = text_of(page)
    assert "Op twee apparaten veranderd. Welke blijft?" in read and "Van mijn telefoon" in read and "Van mijn laptop" in read
    assert question(database) == "Van mijn laptop" and 'name="base" value="2"' in page.text


@pytest.mark.parametrize(("keep", "stays"), [("stored", "Van mijn laptop"), ("other", "Van mijn telefoon"), ("both", "Van mijn laptop\n\nVan mijn telefoon")])
def test_the_student_says_which_question_stays(browsing: Browsing, database: Database, keep: str, stays: str) -> None:
    clash(browsing)
    answer = browsing.samira.post(choice(database), {"keep": keep, "base": "2", "mutation": str(uuid4())})
    assert answer.headers["location"] == f"{PREPARATION}?step=3" and question(database) == stays
    assert "Welke blijft?" not in text_of(browsing.samira.get(f"{PREPARATION}?step=3"))
    with database.reading() as session:
        assert session.scalars(select(Conflict)).one().value["stood"] == ["Van mijn laptop"]


def test_what_waits_for_a_choice_is_not_shown_to_the_mentor_by_the_same_tap(browsing: Browsing, database: Database) -> None:
    saved(browsing, 3, question="Van mijn laptop")
    receipt = saved(browsing, 3, question="Van mijn telefoon", go="show")
    assert receipt["to"] == f"{PREPARATION}?step=3" and receipt["conflicts"] == ["question"]
    with database.reading() as session:
        assert session.scalar(select(Submission)) is None


def test_answers_words_and_experiences_are_shown_as_they_are_named(browsing: Browsing, database: Database) -> None:
    asked = "answer:prepare-forgot-time"
    saved(browsing, 2, word=["quality:working-together"], **{asked: "Bij de taart"})
    assert saved(browsing, 2, word=["quality:own:zqmoed"], **{asked: "Bij de soep"})["conflicts"] == [asked, "words"]
    assert saved(browsing, 1, base=0, experience=[str(id_of("oma"))])["conflicts"] == ["experiences"]
    read = text_of(browsing.samira.get(f"{PREPARATION}?step=1"))
    for said in ("Bij de taart", "Bij de soep", "samenwerken", "zqmoed", "Koken voor 24 mensen", "Taart voor oma", "Wanneer vergat je de tijd?"):
        assert said in read
    with database.reading() as session:
        rows = {known.field: known.id for known in session.scalars(select(Conflict))}
    for field, row in rows.items():
        done = browsing.samira.save(f"{TALK}/conflicts/{row}/choice", {"keep": "other", "base": "9", "mutation": str(uuid4())})
        assert done.status_code == 200 and done.json()["fields"] == [field]
    with database.reading() as session:
        assert session.scalars(select(PreparationExperience.experience_id)).all() == [id_of("oma")]
        assert session.scalars(select(PreparationWord.own)).all() == ["zqmoed"]
        assert session.scalars(select(PreparationAnswer.text)).all() == ["Bij de soep"]


def test_an_experience_that_is_gone_by_now_is_left_out_of_the_choice(browsing: Browsing, database: Database) -> None:
    saved(browsing, 1, base=0, experience=[str(id_of("oma")), str(id_of("ziekenhuis"))])
    browsing.samira.post(f"/experiences/{id_of('oma')}/deletion")
    browsing.samira.post(choice(database), {"keep": "other", "base": "1", "mutation": str(uuid4())})
    with database.reading() as session:
        assert session.scalars(select(PreparationExperience.experience_id)).all() == [id_of("ziekenhuis")]


def test_vandaag_leads_to_the_step_where_the_choice_waits_while_it_can_be_made(browsing: Browsing) -> None:
    clash(browsing)
    page = browsing.samira.get("/")
    assert "Twee versies van je voorbereiding. Kies welke blijft" in text_of(page) and f'href="{PREPARATION}?step=3"' in page.text
    browsing.samira.post(f"{TALK}/submission")
    assert "Twee versies" not in text_of(browsing.samira.get("/"))


def test_too_late_is_told_with_why(browsing: Browsing, database: Database) -> None:
    clash(browsing)
    late = {"step": "3", "base": "9", "mutation": str(uuid4()), "question": "Te laat"}
    keep = {"keep": "other", "base": "9", "mutation": str(uuid4())}
    shown(browsing)
    assert browsing.samira.save(PREPARATION, late).json()["why"] == browsing.samira.save(choice(database), keep).json()["why"] == "shown"
    browsing.deboer.post(f"{TALK}/start")
    for path, form in ((PREPARATION, late), (choice(database), keep), (f"{TALK}/submission?_method=delete", {})):
        answer = browsing.samira.save(path, form)
        assert (answer.status_code, answer.json()["status"], answer.json()["why"]) == (409, 409, "over")


def test_others_find_no_choice(browsing: Browsing, database: Database) -> None:
    clash(browsing)
    for name in ("daan", "deboer", "kramer", "anja", "wouters", "karim", "olga"):
        assert getattr(browsing, name).post(choice(database), {"keep": "other", "base": "2"}).status_code == 404
    assert browsing.samira.post(f"{TALK}/conflicts/{uuid4()}/choice", {"keep": "other"}).status_code == 404
    assert question(database) == "Van mijn laptop" and "Van mijn telefoon" not in browsing.deboer.get(TALK).text
