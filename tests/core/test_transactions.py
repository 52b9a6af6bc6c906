"""What was said to be stored is stored; what could not be stored is said; and nothing gets lost between savers."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from httpx import ASGITransport, AsyncClient, Response
from litestar.testing import TestClient
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import OperationalError

from server.core.conflict import Conflict
from server.core.db import THREADS, Database
from server.experience.models import Experience
from server.people.models import Person
from tests.browsing import Browsing, text_of
from tests.world import id_of, token_of

ON_SQLITE = pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
"""A server's disk cannot be filled from here, and there rows are locked, not the database."""


@contextmanager
def told(database: Database, what: str, listener: Callable[..., object]) -> Iterator[None]:
    """Let this listener hear of it on every connection, from the next one on; and no longer than the test."""
    database.engine.dispose()
    event.listen(database.engine, what, listener)
    try:
        yield
    finally:
        event.remove(database.engine, what, listener)
        database.engine.dispose()


@contextmanager
def failing_commits(database: Database) -> Iterator[None]:
    """Every commit fails at the last moment, as with a full disk or a lost connection."""

    def fail(_: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

    with told(database, "commit", fail):
        yield


def saving(text: str) -> dict[str, str]:
    return {"step": "text", "base": "0", "mutation": str(uuid4()), "go": "on", "text": text, "activity": ""}


def count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Experience)) or 0


def test_a_commit_that_fails_is_an_honest_error_and_nothing_is_stored(browsing: Browsing, database: Database) -> None:
    before, made = count(database), uuid4()
    with failing_commits(database):
        answer = browsing.samira.post(f"/experiences/{made}", saving("Dit mag niet weg zijn & <b>"))
    assert answer.status_code == 503
    assert "location" not in answer.headers and "Opgeslagen" not in text_of(answer)
    assert "Dit mag niet weg zijn &amp; &lt;b&gt;" in answer.text, "what was typed is on the page, to send again"
    assert f'action="/experiences/{made}"' in answer.text
    assert count(database) == before
    assert browsing.samira.get(f"/experiences/{made}").status_code == 404


def test_the_outbox_gets_no_receipt_when_the_commit_fails_and_one_when_it_tries_again(browsing: Browsing, database: Database) -> None:
    made, once = uuid4(), saving("Nog een keer")
    with failing_commits(database):
        failed = browsing.samira.save(f"/experiences/{made}", once)
    assert failed.status_code == 503 and "mutation" not in failed.json()
    again = browsing.samira.save(f"/experiences/{made}", once)
    assert (again.status_code, again.json()["mutation"]) == (200, once["mutation"])


def test_the_form_of_a_failed_save_can_be_sent_again_from_the_error_page(browsing: Browsing, database: Database) -> None:
    made, once = uuid4(), saving("Tweede kans")
    with failing_commits(database):
        browsing.samira.post(f"/experiences/{made}", once)
    assert browsing.samira.post(f"/experiences/{made}", once).status_code == 303
    assert "Tweede kans" in text_of(browsing.samira.get("/trail"))


@ON_SQLITE
def test_a_full_disk_is_said_and_reading_goes_on(browsing: Browsing, database: Database) -> None:
    def full(connection: Any, *_: object) -> None:
        connection.execute("PRAGMA max_page_count=1")

    with told(database, "connect", full):
        answer = browsing.samira.post(f"/experiences/{uuid4()}", saving("x" * 19_000))
        assert answer.status_code == 507 and "x" * 19_000 in answer.text
        assert browsing.samira.get("/trail").status_code == 200


@ON_SQLITE
def test_a_locked_database_is_said_and_nothing_is_lost(browsing: Browsing, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Database(str(database.engine.url))
    with told(database, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50")), other.writing() as held:
        held.execute(update(Person).values(theme="dark"))
        answer = browsing.samira.post(f"/experiences/{uuid4()}", saving("Even wachten"))
        assert answer.status_code == 503 and "Even wachten" in answer.text
    other.close()


def test_a_database_that_is_gone_is_said(browsing: Browsing, database: Database, settings: Any) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("connect", {}, Exception("connection refused"))

    with told(database, "do_connect", gone):
        assert browsing.samira.get("/").status_code == 503
        answer = browsing.samira.post(f"/experiences/{uuid4()}", saving("Ook nu niet weg"))
        assert answer.status_code == 503 and "Ook nu niet weg" in answer.text
        assert browsing.nobody.get("/healthz").status_code == 200
        assert browsing.nobody.get("/readyz").status_code == 503


async def _together(client: TestClient, sends: list[Callable[[AsyncClient], Any]]) -> list[Response]:
    cookies = {"cookie": f"spoor={token_of('samira')}", "accept": "application/json"}
    async with AsyncClient(transport=ASGITransport(client.app), base_url="http://testserver.local", headers=cookies, timeout=60) as browser:  # type: ignore[arg-type]
        return await asyncio.gather(*(send(browser) for send in sends))


@pytest.mark.parametrize("many", [THREADS * 16])
def test_more_savers_at_once_than_threads_are_all_stored(client: TestClient, database: Database, many: int) -> None:
    before = count(database)
    made = [uuid4() for _ in range(many)]
    answers = asyncio.run(_together(client, [lambda browser, id=id: browser.post(f"/experiences/{id}", json=saving(f"Ervaring {id}")) for id in made]))
    assert [answer.status_code for answer in answers] == [200] * many
    assert count(database) == before + many


def test_of_a_hundred_updates_at_once_none_is_lost(database: Database) -> None:
    def read_then_write() -> None:
        with database.writing() as session:
            person = session.scalars(select(Person).where(Person.id == id_of("samira")).with_for_update()).one()
            person.revision += 1

    _in_threads(read_then_write)
    assert _revision(database) == 100


def test_of_a_hundred_updates_from_two_processes_worth_of_writers_none_is_lost(database: Database) -> None:
    """Two `Database`s have two writer locks, as two processes do: what holds is `BEGIN IMMEDIATE` or the row lock."""
    other = Database(database.engine.url.render_as_string(hide_password=False))
    turns = iter([database, other] * 50)
    guard = threading.Lock()

    def read_then_write() -> None:
        with guard:
            mine = next(turns)
        with mine.writing() as session:
            person = session.scalars(select(Person).where(Person.id == id_of("samira")).with_for_update()).one()
            person.revision += 1

    _in_threads(read_then_write)
    assert _revision(database) == 100
    other.close()


def test_a_hundred_saves_of_one_experience_through_the_app_all_count(client: TestClient, database: Database) -> None:
    """Each saver gets a receipt: one of them is stored, the others are kept beside it, each by itself."""

    def send(number: int) -> Callable[[AsyncClient], Any]:
        return lambda browser: browser.post(f"/experiences/{id_of('soep')}", json={**saving(f"Versie {number}"), "base": "1"})

    answers = asyncio.run(_together(client, [send(number) for number in range(100)]))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["conflicts"] for answer in answers) == [[]] + [["text"]] * 99
    with database.reading() as session:
        experience = session.get_one(Experience, id_of("soep"))
        beside = {known.value["value"] for known in session.scalars(select(Conflict))}
    assert experience.revision == 2 and {experience.text, *beside} == {f"Versie {number}" for number in range(100)}


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    from datetime import datetime

    from sqlalchemy.exc import StatementError

    with pytest.raises(StatementError), database.writing() as session:
        session.execute(update(Experience).values(changed_at=datetime(2026, 1, 1)))  # noqa: DTZ001


def _in_threads(work: Callable[[], None]) -> None:
    threads = [threading.Thread(target=lambda: [work() for _ in range(10)]) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def _revision(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(Person.revision).where(Person.id == id_of("samira"))) or 0
