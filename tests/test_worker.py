"""The worker as a whole: beside the server, on its own, and `spoor remind`."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select, update

from server import worker
from server.activity.models import Activity
from server.core import clock
from server.core.db import Database
from server.core.limits import Spent, spend
from server.core.media import digest_of, fresh, store_of
from server.experience.models import ExperienceMedia
from server.migrations.run import migrate
from server.people.models import DeviceSession, Membership
from server.push.keys import public_key
from server.reminder.models import Reminder
from server.roster.models import RosterImport
from server.settings import Settings
from server.sign_in.links import make_code
from server.sign_in.models import SignInLink
from server.worker import remind_once, run_beside, tidy, tidy_media
from tests.conftest import NOW
from tests.push.receiver import Receiver
from tests.reminder.conftest import Reminding
from tests.whole import fill_the_rest
from tests.world import id_of


@pytest.fixture
def service(settings: Settings) -> Iterator[Receiver]:
    with Receiver() as made:
        made.public_key = public_key(settings)
        yield made
        assert not made.problems


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, push_hosts=("127.0.0.1",))


@pytest.fixture
def reminding(database: Database) -> Reminding:
    return Reminding(database)


def wait_for(what: Callable[[], bool], seconds: float = 8) -> None:
    end = time.perf_counter() + seconds
    while not what() and time.perf_counter() < end:
        time.sleep(0.02)
    assert what()


def nothing_beside(settings: Settings, database: Database) -> None:
    """On PostgreSQL the worker is a process of its own."""
    with run_beside(settings, database):
        assert not [thread for thread in threading.enumerate() if thread.name == "worker"]


def test_beside_the_server_it_sends_what_is_due_on_sqlite(settings: Settings, database: Database, reminding: Reminding, service: Receiver) -> None:
    reminding.activity("2026-11-24T12:00")
    reminding.device(service, "samira")
    with run_beside(settings, database):
        if settings.sqlite:
            wait_for(lambda: bool(reminding.rows()[0].sent_at))
        else:
            time.sleep(0.3)
    assert service.posts == (1 if settings.sqlite else 0)


def test_it_stops_at_once_and_an_interrupted_message_is_not_lost(settings: Settings, database: Database, reminding: Reminding, service: Receiver) -> None:
    if not settings.sqlite:
        nothing_beside(settings, database)
        return
    reminding.activity("2026-11-24T12:00")
    reminding.device(service, "samira")
    service.answers["samira"] = 5
    with run_beside(settings, database):
        wait_for(lambda: service.posts == 1)
        began = time.perf_counter()
    assert time.perf_counter() - began < 4, "it waited for the push service"
    wait_for(lambda: reminding.rows()[0].claimed_until is None)
    assert reminding.rows()[0].sent_at is None


def test_a_database_that_is_away_for_a_while_is_no_end(settings: Settings, database: Database, reminding: Reminding, service: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    if not settings.sqlite:
        nothing_beside(settings, database)
        return
    monkeypatch.setattr(worker, "PAUSE_AFTER_ERROR", 0.05)
    failed, claim = [], worker.claim

    def sometimes(session, now):  # type: ignore[no-untyped-def]
        if len(failed) < 2:
            failed.append(now)
            raise OSError("gone")
        return claim(session, now)

    monkeypatch.setattr(worker, "claim", sometimes)
    reminding.activity("2026-11-24T12:00")
    reminding.device(service, "samira")
    with run_beside(settings, database):
        wait_for(lambda: service.posts == 1)
    assert len(failed) == 2


def test_sent_but_not_recorded_at_once_is_recorded_after_all(
    settings: Settings, database: Database, reminding: Reminding, service: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    failed, settle = [], worker.settle

    def sometimes(*what):  # type: ignore[no-untyped-def]
        if not failed:
            failed.append(1)
            raise OperationalError("COMMIT", {}, Exception("database is locked"))
        return settle(*what)

    monkeypatch.setattr(worker, "settle", sometimes)
    reminding.activity("2026-11-24T12:00")
    reminding.device(service, "samira")
    assert remind_once(settings, "2026-11-24T14:00") == remind_once(settings, "2026-11-24T14:00") == 0
    assert failed and service.posts == 1


def test_many_messages_go_out_in_batches_each_once(
    settings: Settings, database: Database, reminding: Reminding, service: Receiver, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import server.reminder.due

    for number in range(25):
        reminding.activity("2026-11-24T12:00", about=f"activity-{number}")
    reminding.device(service, "samira")
    monkeypatch.setattr(server.reminder.due.claim, "__defaults__", (10,))
    remind_once(settings, "2026-11-24T14:00")
    assert len(json.loads(capsys.readouterr().out.splitlines()[-1])) == 25
    assert service.posts == 25 and len({one["tag"] for one in service.of("samira")}) == 25


def test_tidying_drops_what_nobody_needs_and_keeps_the_rest(database: Database, reminding: Reminding, service: Receiver) -> None:
    now = clock.now()
    reminding.device(service, "samira")
    reminding.device(service, "daan")
    with database.writing() as session:
        for age in (timedelta(days=3), timedelta(minutes=1)):
            spend(session, "test", most=5, per=timedelta(minutes=10), at=now - age)
            session.add(RosterImport(school_id=id_of("waal"), made_at=now - age, name="lijst", content=b"x"))
            make_code(session, id_of("samira"), id_of("waal"), now - age)
        session.add(RosterImport(school_id=id_of("waal"), made_at=now - timedelta(days=9), applied_at=now - timedelta(days=9), name="oud", content=b"x"))
        session.execute(update(DeviceSession).where(DeviceSession.id == id_of("session-daan")).values(ended_at=now))
    tidy(database, now)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Spent)) == 1
        assert [link.opens(now) for link in session.scalars(select(SignInLink))] == [True]
        assert sorted(session.scalars(select(RosterImport.name))) == ["lijst", "oud"]
    assert reminding.devices() == ["samira"]


@pytest.mark.parametrize(
    ("at", "utc"), [("2026-11-24T15:30", "2026-11-24T14:30:00Z"), ("2026-11-24T14:30:00Z", "2026-11-24T14:30:00Z"), ("2026-11-24T15:30+01:00", "2026-11-24T14:30:00Z")]
)
def test_a_moment_without_a_zone_is_the_schools(settings: Settings, reminding: Reminding, capsys: pytest.CaptureFixture[str], at: str, utc: str) -> None:
    reminding.activity("2026-11-24T15:00")
    assert remind_once(settings, at, dry_run=True) == 0
    [told] = json.loads(capsys.readouterr().out)
    assert told["at"] == utc


def test_a_moment_that_is_none_is_said_so(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in ("tomorrow", "", "2026-13-01", "16:00"):
        assert remind_once(settings, wrong) == 2
        told = capsys.readouterr()
        assert "is no moment" in told.err and told.out == ""


@pytest.fixture
def installation(tmp_path: Path) -> dict[str, str]:
    database = Database(Settings(data=tmp_path).database)
    migrate(database)
    database.close()
    return os.environ | {"SPOOR_DATA": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[1])}


def spoor(installation: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "server", *arguments], env=installation, capture_output=True, text=True, timeout=30)


def test_the_command_prints_only_json(installation: dict[str, str]) -> None:
    done = spoor(installation, "remind", "--at", "2026-11-24T16:00")
    assert (done.returncode, done.stdout) == (0, "[]\n")
    assert spoor(installation, "remind", "--at", "never").returncode == 2


def test_the_command_prints_only_json_when_a_push_service_refuses(settings: Settings, reminding: Reminding, service: Receiver) -> None:
    reminding.activity("2026-11-24T12:00")
    reminding.device(service, "samira")
    service.answers["samira"] = (403, {})
    environment = os.environ | {
        "SPOOR_DATA": str(settings.data),
        "SPOOR_DATABASE_URL": settings.database_url,
        "SPOOR_PUSH_HOSTS": service.host,
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    done = spoor(environment, "remind", "--at", "2026-11-24T14:00")
    assert [one["channel"] for one in json.loads(done.stdout)] == ["app"], done.stderr
    assert service.posts == 1 and "refused" in done.stderr


def test_a_database_that_was_never_made_is_said_so(tmp_path: Path) -> None:
    done = spoor(os.environ | {"SPOOR_DATA": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[1])}, "remind", "--at", "2026-11-24T14:00")
    assert done.returncode == 1 and "spoor migrate" in done.stderr and done.stdout == ""


def test_the_worker_alone_stops_when_told(installation: dict[str, str]) -> None:
    running = subprocess.Popen([sys.executable, "-m", "server", "worker"], env=installation)
    wait_for(lambda: (Path(installation["SPOOR_DATA"]) / "keys" / "vapid.pem").exists(), 30)
    running.send_signal(signal.SIGTERM)
    assert running.wait(10) == 0


def test_who_joined_a_group_after_an_activity_was_planned_is_asked_about_it_too(database: Database, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    def remind(at: str, dry_run: bool = False) -> list[dict[str, str]]:
        capsys.readouterr()
        assert remind_once(settings, at, dry_run) == 0
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    with database.writing() as session:
        session.execute(update(Activity).where(Activity.id == id_of("bouw")).values(ends_at=NOW + timedelta(hours=1)))
        session.execute(update(Membership).where(Membership.person_id == id_of("ilse")).values(group_id=id_of("3B")))
    asked = [one for one in remind("2026-11-24T15:31", True) if one["kind"] == "tell" and one["about"] == str(id_of("bouw"))]
    assert {one["person"] for one in asked} == {str(id_of(name)) for name in ("samira", "daan", "noor", "ilse")}
    with database.reading() as session:
        assert session.scalars(select(Reminder).where(Reminder.about == id_of("bouw"))).all() == [], "a dry run changes nothing"
    sent = [one for one in remind("2026-11-24T15:31") if one["about"] == str(id_of("bouw"))]
    assert len(sent) == 4 and not [one for one in remind("2026-11-24T15:40") if one["about"] == str(id_of("bouw"))]


def test_bytes_of_a_photo_that_never_got_its_row_go_after_a_day_and_those_of_a_deleted_one_stay(database: Database, settings: Settings) -> None:
    fill_the_rest(database, settings)
    store = store_of(settings)
    known = {name for name, _ in store.names()}
    with fresh(store) as path:
        path.write_bytes(b"left behind")
        store.keep(path, left := digest_of(path))
    (settings.data / "media" / "new" / "broken-off").write_bytes(b"half")
    with database.writing() as session:
        session.execute(update(ExperienceMedia).values(deleted_at=NOW))
    since = max(when for _, when in store.names())
    assert tidy_media(settings, database, since) == 0
    assert tidy_media(settings, database, since + timedelta(days=1, minutes=1)) == 1
    assert {name for name, _ in store.names()} == known - {left} and not list((settings.data / "media" / "new").iterdir())
