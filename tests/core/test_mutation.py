"""Receipts: whatever a student does is done once however often it arrives, and is answered the same, whatever happened in between."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from server.conversation.models import Completion, Submission
from server.core.conflict import Conflict
from server.core.db import Base, Database
from server.experience.models import Experience
from tests.browsing import Browsing
from tests.world import id_of

SOEP, TALK, AGREED = f"/experiences/{id_of('soep')}", f"/conversations/{id_of('gesprek')}", f"/agreements/{id_of('afspraak')}/completion"
UNDO = "?_method=delete"
TEXT = {"step": "text", "base": "1", "text": "Soep", "go": "stop"}
QUESTION = {"step": "3", "base": "1", "question": "Past kok bij mij?"}

VERBS: dict[str, tuple[str, dict[str, str]]] = {
    "save": (SOEP, TEXT),
    "delete": (f"{SOEP}/deletion", {}),
    "bring back": (f"{SOEP}/deletion{UNDO}", {}),
    "prepare": (f"{TALK}/preparation", QUESTION),
    "prepare and show": (f"{TALK}/preparation", {**QUESTION, "go": "show"}),
    "take back and prepare": (f"{TALK}/preparation", {**QUESTION, "take_back": "1"}),
    "show": (f"{TALK}/submission", {}),
    "take back": (f"{TALK}/submission{UNDO}", {}),
    "complete": (AGREED, {}),
    "reopen": (AGREED + UNDO, {}),
}
"""Everything a student does with what is theirs: where, and what is said."""

UNDOING = {
    "save": (SOEP, {**TEXT, "base": "9", "text": "Heel anders"}),
    "delete": VERBS["bring back"],
    "bring back": VERBS["delete"],
    "prepare": (f"{TALK}/preparation", {**QUESTION, "base": "9", "question": "Heel anders"}),
    "prepare and show": VERBS["take back"],
    "take back and prepare": VERBS["show"],
    "show": VERBS["take back"],
    "take back": VERBS["show"],
    "complete": VERBS["reopen"],
    "reopen": VERBS["complete"],
}
"""What may happen between the first arrival and the second."""


def as_it_is(database: Database) -> Any:
    """What these verbs change."""
    with database.reading() as session:
        experience = session.get_one(Experience, id_of("soep"))
        shown = session.scalars(select(Submission.withdrawn_at).order_by(Submission.submitted_at)).all()
        rows = {table.name: session.scalar(select(func.count()).select_from(table)) for table in Base.metadata.tables.values() if table.name != "spent"}
        done = session.get(Completion, id_of("afspraak")) is not None
        return experience.text, experience.revision, experience.deleted_at is None, [one is None for one in shown], done, rows


@pytest.mark.parametrize("verb", VERBS)
def test_what_arrives_again_is_done_once_and_answered_the_same(browsing: Browsing, database: Database, verb: str) -> None:
    path, said = VERBS[verb]
    once = {**said, "mutation": str(uuid4())}
    first = browsing.samira.save(path, once)
    stood = as_it_is(database)
    assert first.status_code == 200 and first.json()["mutation"] == once["mutation"]
    assert {"id", "revision", "fields", "conflicts", "to"} <= first.json().keys()
    assert browsing.samira.save(path, once).json() == first.json() and as_it_is(database) == stood


@pytest.mark.parametrize("verb", VERBS)
def test_an_old_answer_stands_whatever_happened_since_and_changes_nothing_again(browsing: Browsing, database: Database, verb: str) -> None:
    path, said = VERBS[verb]
    once = {**said, "mutation": str(uuid4())}
    first = browsing.samira.save(path, once)
    undone = UNDOING[verb]
    assert browsing.samira.save(undone[0], {**undone[1], "mutation": str(uuid4())}).status_code == 200
    stood = as_it_is(database)
    again = browsing.samira.save(path, {**once, "base": "0", "bases": '{"text": 7}', "sent_at": "2026-11-24T13:00:00Z", "captured_at": "2026-11-24T12:00:00Z"})
    assert (again.status_code, again.json()) == (200, first.json()), "on what it was based and when it was sent is not what it says"
    assert as_it_is(database) == stood


@pytest.mark.parametrize("verb", VERBS)
def test_another_save_under_the_same_id_is_told_as_that(browsing: Browsing, database: Database, verb: str) -> None:
    once = {"mutation": str(uuid4())}
    assert browsing.samira.save(f"/experiences/{uuid4()}", {"step": "text", "base": "0", "text": "Iets nieuws", **once}).status_code == 200
    stood = as_it_is(database)
    answer = browsing.samira.save(VERBS[verb][0], {**VERBS[verb][1], **once})
    assert (answer.status_code, answer.json()) == (409, {"status": 409, "why": "other-content"})
    assert as_it_is(database) == stood


@pytest.mark.parametrize("verb", ["save", "prepare", "delete"])
def test_somebody_elses_mutation_does_not_exist(browsing: Browsing, verb: str) -> None:
    once = {"mutation": str(uuid4())}
    browsing.daan.save(f"/experiences/{uuid4()}", {"step": "text", "base": "0", "text": "Van Daan", **once})
    assert browsing.samira.save(VERBS[verb][0], {**VERBS[verb][1], **once}).status_code == 404


def test_a_choice_between_two_versions_is_made_once_too(browsing: Browsing, database: Database) -> None:
    for text in ("Van mijn telefoon", "Van de laptop"):
        browsing.samira.save(SOEP, {**TEXT, "text": text, "mutation": str(uuid4())})
    with database.reading() as session:
        path = f"{SOEP}/conflicts/{session.scalars(select(Conflict.id)).one()}/choice"
    once = {"keep": "other", "base": "2", "mutation": str(uuid4())}
    first = browsing.samira.save(path, once)
    browsing.samira.save(SOEP, {**TEXT, "base": "3", "text": "Nog anders", "mutation": str(uuid4())})
    stood = as_it_is(database)
    assert browsing.samira.save(path, once).json() == first.json() and as_it_is(database) == stood
    assert browsing.samira.save(path, {**once, "keep": "stored"}).json()["why"] == "other-content"


def test_whoever_sends_another_text_from_a_form_that_was_sent_can_still_keep_it(browsing: Browsing) -> None:
    """Back in the browser, the text changed, the same form sent again: the page gives it back as a save of its own."""
    once = {**TEXT, "mutation": str(uuid4())}
    browsing.samira.post(SOEP, once)
    page = browsing.samira.post(SOEP, {**once, "text": "Soep, en nog wat"})
    assert page.status_code == 409 and "Soep, en nog wat" in page.text and once["mutation"] not in page.text


@pytest.mark.parametrize("verb", VERBS)
def test_what_was_made_by_another_is_refused_whoever_is_signed_in_here_now(browsing: Browsing, database: Database, verb: str) -> None:
    path, said = VERBS[verb]
    stood = as_it_is(database)
    theirs = browsing.daan.get("/trail").headers["spoor-person"]
    ours = browsing.samira.get("/trail").headers["spoor-person"]
    once = {**said, "mutation": str(uuid4())}
    answer = browsing.samira.post(path, once, headers={"accept": "application/json", "spoor-person": theirs})
    assert (answer.status_code, answer.json()) == (403, {"status": 403, "person": "other"})
    assert as_it_is(database) == stood
    assert browsing.samira.post(path, once, headers={"accept": "application/json", "spoor-person": ours}).status_code == 200


def test_who_is_not_signed_in_is_told_that_first_and_may_read_whatever_mark_is_sent(browsing: Browsing) -> None:
    assert browsing.nobody.post(SOEP, TEXT, headers={"accept": "application/json", "spoor-person": "x"}).json() == {"status": 401}
    assert browsing.samira.get("/trail", headers={"spoor-person": "x"}).status_code == 200
