"""Two at the very same moment: one is second, sees what the first did, and is answered as if it had come a little later."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response
from litestar.testing import TestClient
from msgspec.structs import replace
from sqlalchemy import func, select

from server.conversation import access, actions
from server.conversation.planning import Plan
from server.core.db import Base, Database
from server.experience.models import Experience
from server.people.models import DeviceSession
from server.people.models import Person as Somebody
from server.people.viewer import viewer_of
from server.recognition.actions import invite
from server.recognition.models import Recognition
from server.roster.apply import lock
from server.settings import Settings
from server.sign_in.links import make_code, make_link
from tests.browsing import Person
from tests.conftest import NOW
from tests.test_access_matrix import FORMS
from tests.whole import named
from tests.world import id_of, token_of

ON_POSTGRESQL = pytest.mark.parametrize("installed", ["postgresql"], indirect=True)
"""SQLite lets one writer in at a time."""

MANY = 6


def together(works: list[Callable[[], Any]]) -> list[Any]:
    """Do all of it from as many threads, let go at once."""
    gate, results = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int) -> None:
        gate.wait(20)
        results[place] = works[place]()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def posts(client: TestClient, who: str, path: str, form: dict[str, Any], times: int = MANY) -> list[Response]:
    return together([lambda: Person(client, who).post(path, form)] * times)


def count(database: Database, table: type[Base]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_save_that_arrives_several_times_at_once_is_stored_once_and_every_time_gets_the_same_receipt(client: TestClient, database: Database) -> None:
    before = count(database, Experience)
    for _ in range(5):
        path, form = f"/experiences/{uuid4()}", {"step": "text", "base": "0", "mutation": str(uuid4()), "go": "on", "text": "Twee keer getikt"}
        answers = together([lambda path=path, form=form: Person(client, "samira").save(path, form)] * MANY)
        assert [answer.status_code for answer in answers] == [200] * MANY
        assert len({answer.text for answer in answers}) == 1
    assert count(database, Experience) == before + 5


SENDERS = {
    "POST /conversations": "deboer",
    "POST /activities": "wouters",
    "POST /conversations/{gesprek}/preparation": "samira",
    "POST /conversations/{gesprek}/submission": "samira",
    "POST /conversations/{gesprek}/outcome": "deboer",
    "POST /agreements/{afspraak}/completion": "samira",
    "POST /activities/{bouw}/cancellation": "wouters",
}


@pytest.mark.parametrize("line", SENDERS)
def test_a_form_that_is_sent_several_times_at_once_is_answered_every_time_as_the_first(client: TestClient, line: str) -> None:
    who, once = SENDERS[line], {"mutation": str(uuid4())} | ({"id": str(uuid4())} if "{" not in line else {})
    form = {name: named(value) for name, value in FORMS.get(line, {}).items() if name != "recognition"} | once
    answers = posts(client, who, named(line.partition(" ")[2]), form)
    assert [answer.status_code for answer in answers] == [303] * MANY
    assert len({answer.headers["location"] for answer in answers}) == 1


def test_a_mentor_who_plans_several_talks_at_once_plans_them_all(client: TestClient) -> None:
    form = {name: named(value) for name, value in FORMS["POST /conversations"].items()} | {"anyway": "1"}
    answers = together([lambda: Person(client, "deboer").post("/conversations", {**form, "id": str(uuid4())})] * MANY)
    assert [answer.status_code for answer in answers] == [303] * MANY


def test_a_link_and_a_code_let_in_one_of_all_who_come_at_once(client: TestClient, database: Database) -> None:
    with database.writing() as session:
        secret = make_link(session, session.get_one(Somebody, id_of("samira")), made_by=None, at=NOW)
        code = make_code(session, id_of("daan"), id_of("waal"), NOW)
    before = count(database, DeviceSession)
    assert sorted(answer.status_code for answer in posts(client, "nobody", f"/sign-in/{secret}", {})) == [303] + [404] * (MANY - 1)
    assert sorted(answer.status_code for answer in posts(client, "nobody", "/sign-in", {"code": code})) == [303] + [422] * (MANY - 1)
    assert count(database, DeviceSession) == before + 2


def test_of_two_guests_with_one_link_one_is_heard_and_the_other_keeps_what_they_wrote(client: TestClient, database: Database) -> None:
    with database.writing() as session:
        secret = invite(session, id_of("samira"), id_of("waal"), NOW)
    form = {"word": "persevering", "name": "Henk", "role": "trainer"}
    forms = [{**form, "id": str(uuid4()), "sentence": f"Ik zag nummer {place}."} for place in range(MANY)]
    answers = together([partial(Person(client, "nobody").post, f"/r/{secret}", sent) for sent in forms])
    assert sorted(answer.status_code for answer in answers) == [303] + [404] * (MANY - 1)
    late = [(place, answer.text) for place, answer in enumerate(answers) if answer.status_code == 404]
    assert all("Dit is niet verstuurd" in text and f"Ik zag nummer {place}." in text for place, text in late)
    assert count(database, Recognition) == 1


@ON_POSTGRESQL
def test_while_a_class_list_is_applied_students_go_on_saving(client: TestClient, database: Database) -> None:
    with database.writing() as session:
        lock(session, id_of("waal"))
        [answer] = together([lambda: Person(client, "samira").post(f"/experiences/{uuid4()}", {"step": "text", "base": "0", "text": "Gewoon door"})])
    assert answer.status_code == 303


@ON_POSTGRESQL
def test_a_talk_that_another_moved_just_before_is_not_moved_over_it(database: Database, settings: Settings) -> None:
    other = Database(settings.database)
    wish = Plan(starts_at=NOW + timedelta(days=20), minutes=30, place_kind="phone", place="")
    with database.writing() as session:
        viewer = viewer_of(session, token_of("deboer"), NOW)
        assert viewer is not None
        held = session.scalar(access.held_by(viewer, id_of("gesprek")))
        assert held is not None and held.revision == 1, "looked at before it is locked, as a page does that shows it again"
        with other.writing() as beside:
            actions.move(beside, viewer, id_of("gesprek"), replace(wish, minutes=40), 1, NOW)
        with pytest.raises(actions.Stale):
            actions.move(session, viewer, id_of("gesprek"), wish, 1, NOW)
    other.close()
