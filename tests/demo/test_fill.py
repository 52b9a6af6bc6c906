"""The demo in a database: once, again, and on a later day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import delete, func, select

from server.activity.models import Activity
from server.app import create_app
from server.conversation.models import Conversation
from server.core import clock
from server.core.clock import local
from server.core.db import Database
from server.demo.fill import RealSchoolError, fill
from server.demo.links import ROLES, keep_links
from server.demo.school import ZONE, id_of
from server.doctor import records
from server.experience.models import Experience
from server.migrations.run import migrate
from server.reminder.models import Reminder
from server.settings import Settings
from server.sign_in.entry import by_link
from server.sign_in.links import link_for
from server.sign_in.models import SignInLink
from tests.browsing import Browsing
from tests.conftest import NOW
from tests.postgres import execute, on

TOMORROW = NOW + timedelta(days=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def demo(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """The demo as it was filled on Tuesday."""
    url = f"sqlite:///{tmp_path / 'demo.sqlite3'}"
    if request.param == "postgresql":
        server, name = request.getfixturevalue("postgres"), f"d{uuid4().hex}"
        execute(server, f"CREATE DATABASE {name}")
        request.addfinalizer(lambda: execute(server, f"DROP DATABASE {name} WITH (FORCE)"))
        url = Settings(database_url=on(server, name)).database
    database = Database(url)
    migrate(database)
    refill(database, NOW)
    yield database
    database.close()


def refill(database: Database, now: datetime) -> None:
    with database.writing() as session:
        fill(session, now)


def day_of(database: Database, name: str) -> int:
    """How many days after Tuesday a talk or activity begins."""
    with database.reading() as session:
        row = session.get(Conversation, id_of(name)) or session.get_one(Activity, id_of(name))
        return (local(row.starts_at, ZONE).date() - local(NOW, ZONE).date()).days


def told(database: Database, activity: str) -> None:
    """Samira tells about it."""
    when = dict.fromkeys(("happened_at", "captured_at", "arrived_at", "changed_at"), NOW)
    with database.writing() as session:
        session.add(Experience(id=uuid4(), school_id=id_of("school"), student_id=id_of("samira"), activity_id=id_of(activity), text="Van mij", **when))


def test_filling_again_on_the_same_day_changes_nothing(demo: Database) -> None:
    with demo.writing() as session:
        session.get_one(Experience, id_of("samira-koken")).text = "Anders"
    refill(demo, NOW + timedelta(hours=3))
    with demo.reading() as session:
        assert session.get_one(Experience, id_of("samira-koken")).text == "Anders"
        assert session.scalar(select(func.count()).select_from(Experience)) == 160


def test_on_a_new_day_the_dates_move_along_and_what_people_made_or_moved_stays(demo: Database) -> None:
    assert (day_of(demo, "samira-3"), day_of(demo, "jayden-2")) == (3, 6)
    with demo.writing() as session:
        session.get_one(Conversation, id_of("jayden-2")).starts_at += timedelta(minutes=5)
    told(demo, "koken-3b")
    refill(demo, TOMORROW)
    assert (day_of(demo, "samira-3"), day_of(demo, "meeloop-jansen"), day_of(demo, "jayden-2")) == (4, 1, 6)
    with demo.reading() as session:
        assert session.scalars(select(Experience.happened_at).where(Experience.text == "Van mij")).one() == NOW
        koken = session.get_one(Activity, id_of("koken-3b"))
        assert local(koken.starts_at, ZONE).date() == local(NOW, ZONE).date() - timedelta(days=5), "an activity somebody told about stays on its day"


def test_when_todays_activity_was_told_and_the_talk_was_held_new_ones_come(demo: Database) -> None:
    told(demo, "meeloop-jansen")
    with demo.writing() as session:
        session.get_one(Conversation, id_of("samira-3")).held_at = NOW
    refill(demo, TOMORROW)
    assert day_of(demo, "meeloop-jansen") == 0
    with demo.reading() as session:
        today = [
            activity for activity in session.scalars(select(Activity)) if local(activity.ends_at, ZONE).date() == local(TOMORROW, ZONE).date() and activity.ends_at <= TOMORROW
        ]
        assert [activity.place for activity in today] == ["Bouwbedrijf Jansen"]
        ahead = session.scalars(select(Conversation).where(Conversation.student_id == id_of("samira"), Conversation.held_at.is_(None), Conversation.starts_at > TOMORROW)).one()
        assert (local(ahead.starts_at, ZONE).date() - local(TOMORROW, ZONE).date()).days == 3


def test_reminders_are_scheduled_for_what_is_to_come_and_follow_the_dates(demo: Database) -> None:
    def kinds(of: str) -> dict[str, datetime]:
        with demo.reading() as session:
            return {
                row.kind: row.due_at
                for row in session.scalars(select(Reminder).where(Reminder.person_id == id_of(of), Reminder.cancelled_at.is_(None)).order_by(Reminder.due_at.desc()))
            }

    assert kinds("samira").keys() == {"tell", "prepare_soon", "talk_tomorrow"}
    assert kinds("samira")["talk_tomorrow"] == datetime(2026, 11, 26, 15, tzinfo=UTC)
    assert "talks_tomorrow" in kinds("deboer")
    assert "prepare_soon" not in kinds("jayden"), "who is ready hears no more about preparing"
    refill(demo, TOMORROW)
    assert kinds("samira")["talk_tomorrow"] == datetime(2026, 11, 27, 15, tzinfo=UTC)


def test_a_database_with_a_real_school_is_left_alone(database: Database) -> None:
    with pytest.raises(RealSchoolError):
        refill(database, NOW)


def test_the_links_are_the_same_after_a_restart_and_let_in_again_and_again(demo: Database, tmp_path: Path) -> None:
    made = []
    for when in (NOW, TOMORROW):
        with demo.writing() as session:
            made.append(keep_links(session, tmp_path, when))
        with demo.writing() as session:
            for role, secret in made[-1].items():
                link = link_for(session, secret, when, demo=True)
                assert link is not None and link.person_id == id_of(ROLES[role])
                by_link(session, link, None, "Android", when)
    assert made[0] == made[1]
    assert oct((tmp_path / "demo.key").stat().st_mode)[-3:] == "600"


def test_the_links_open_nothing_when_the_folder_of_the_demo_is_served_as_a_schools(demo: Database, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, base_url="http://testserver.local", database_url="" if demo.sqlite else demo.engine.url.render_as_string(hide_password=False))
    with demo.writing() as session:
        path = f"/sign-in/{keep_links(session, tmp_path, clock.now())['coordinator']}"
    for told, status in ((settings, 404), (msgspec.structs.replace(settings, demo=True), 303)):
        with TestClient(create_app(told, demo), base_url=settings.base_url, raise_server_exceptions=False) as client:
            browsing = Browsing(client)
            assert browsing.nobody.get(path).status_code == (200 if status == 303 else 404)
            assert browsing.nobody.post(path).status_code == status
    assert [one.level for one in records.standing_links(demo, settings)] == ["warning"]
    with demo.writing() as session:
        session.execute(delete(SignInLink))
    assert list(records.standing_links(demo, settings)) == []
