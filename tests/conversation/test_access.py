"""Whose talks these are: what is not yours does not exist."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from server.conversation import access, queries
from server.conversation.models import Conversation
from server.core import clock
from server.core.db import Database
from server.people.models import Mentorship, Person
from server.people.viewer import viewer_of
from tests.browsing import Browsing, text_of
from tests.conversation.helping import PREPARATION, QUESTION, TALK, shown
from tests.world import id_of, token_of

PAST, GROUP = f"/conversations/{id_of('vorig')}", f"/groups/{id_of('3B')}"
STUDENT, MENTOR, MENTORS = {"samira"}, {"deboer"}, {"deboer", "kramer", "prins"}
EVERYBODY = ("samira", "daan", "ilse", "deboer", "kramer", "anja", "wouters", "karim", "olga", "prins", "otto")
SCREENS = [
    (TALK, STUDENT | MENTOR), (PAST, STUDENT | MENTOR), (PREPARATION, STUDENT), (f"{TALK}/edit", MENTOR), (f"{TALK}/outcome", MENTOR), (GROUP, MENTOR),
    ("/groups", MENTORS), ("/conversations/new", MENTORS), ("/conversations", MENTORS | {"samira", "daan", "ilse", "olga"}),
]  # fmt: skip
CHANGES = [
    (f"{TALK}/start", MENTOR), (f"{TALK}/cancellation", MENTOR), (f"{TALK}/outcome", MENTOR), (TALK, MENTOR), (PREPARATION, STUDENT), (f"{TALK}/submission", STUDENT),
    (f"/agreements/{id_of('afspraak')}/completion", STUDENT | MENTOR),
]  # fmt: skip


@pytest.mark.parametrize(("path", "allowed"), SCREENS)
def test_a_screen_is_there_for_those_whose_it_is_and_for_nobody_else(browsing: Browsing, path: str, allowed: set[str]) -> None:
    for name in EVERYBODY:
        assert getattr(browsing, name).get(path).status_code == (200 if name in allowed else 404), name
    assert browsing.nobody.get(path).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(("path", "allowed"), CHANGES)
def test_nobody_changes_a_talk_that_is_not_theirs(browsing: Browsing, path: str, allowed: set[str]) -> None:
    for name in set(EVERYBODY) - allowed:
        assert getattr(browsing, name).post(path).status_code == 404, name
        assert getattr(browsing, name).delete(path).status_code in {404, 405}, name
    assert browsing.nobody.post(path).status_code == 401
    for name in allowed:
        assert getattr(browsing, name).post(path).status_code in {303, 422, 409}, name


def test_a_student_text_reaches_the_mentor_of_this_talk_only(browsing: Browsing) -> None:
    shown(browsing)
    for name in set(EVERYBODY) - {"samira", "deboer"}:
        for path in (TALK, "/conversations", "/", GROUP, "/groups", f"{TALK}?step=tell"):
            read = text_of(getattr(browsing, name).get(path))
            assert QUESTION not in read and "Koken voor 24" not in read, (name, path)


@pytest.mark.parametrize("name", ["noor", "samira", "daan"])
def test_a_mentor_plans_only_with_students_of_their_own(browsing: Browsing, name: str) -> None:
    form = {"student": str(id_of(name)), "date": "2026-12-07", "time": "11:20", "minutes": "20", "place_kind": "room"}
    assert browsing.kramer.post("/conversations", form).status_code == 404
    assert browsing.prins.post("/conversations", {"student": str(id_of(name)), "now": "1"}).status_code == 404
    assert browsing.deboer.post("/conversations", form).status_code == 303


def test_the_id_of_somebody_elses_talk_cannot_be_taken(browsing: Browsing) -> None:
    for more in ({"now": "1"}, {"date": "2026-12-07", "time": "11:20", "minutes": "20", "place_kind": "room"}):
        assert browsing.kramer.post("/conversations", {"student": str(id_of("ilse")), "id": str(id_of("gesprek")), **more}).status_code in {404, 409}


def seen(database: Database, name: str, find: Callable) -> set:
    with database.reading() as session:
        viewer = viewer_of(session, token_of(name), clock.now())
        assert viewer is not None
        return set(session.scalars(find(viewer)))


def test_the_selects_hold_only_what_is_the_viewers(database: Database) -> None:
    def ids(viewer):  # type: ignore[no-untyped-def]
        return access.talks(viewer).with_only_columns(Conversation.id)

    assert seen(database, "samira", ids) == {id_of("gesprek"), id_of("vorig")}
    assert seen(database, "deboer", ids) == {id_of("gesprek"), id_of("vorig"), id_of("daans-gesprek")}
    assert seen(database, "wouters", ids) == seen(database, "anja", ids) == seen(database, "karim", ids) == set()
    assert seen(database, "deboer", lambda viewer: access.students(viewer).with_only_columns(Person.id)) == {id_of("samira"), id_of("daan"), id_of("noor")}
    assert seen(database, "anja", lambda viewer: access.students(viewer).with_only_columns(Person.id)) == set()


def test_a_new_mentor_does_not_read_what_was_said_to_another(database: Database) -> None:
    with database.writing() as session:
        talk = session.scalars(select(Conversation).where(Conversation.id == id_of("gesprek"))).one()
        talk.mentor_id = id_of("kramer")
        session.add(Mentorship(mentor_id=id_of("kramer"), student_id=id_of("samira"), school_id=id_of("waal"), made_at=clock.now()))
    with database.reading() as session:
        viewer = viewer_of(session, token_of("kramer"), clock.now())
        assert viewer is not None
        mine = queries.talk(session, viewer, id_of("gesprek"))
        assert mine is not None and queries.previous(session, viewer, mine) is None
