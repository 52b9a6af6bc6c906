from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from sqlalchemy import select, update

from server.activity.models import Activity
from server.core.db import Database
from server.people.models import DeviceSession
from server.push.keys import public_key
from server.push.models import Subscription
from server.reminder import actions
from server.reminder.kinds import Plan, plan_for_activity, plan_for_talk
from server.reminder.models import Reminder
from server.settings import Settings
from tests.conftest import NOW
from tests.push.receiver import Receiver
from tests.world import id_of

ZONE = "Europe/Amsterdam"


def wall(told: str) -> datetime:
    """The moment at which the school's clock shows this."""
    return datetime.fromisoformat(told).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, push_hosts=("127.0.0.1",))


@pytest.fixture
def service(settings: Settings) -> Iterator[Receiver]:
    with Receiver() as made:
        made.public_key = public_key(settings)
        yield made
        assert not made.problems


class Reminding:
    """The room's verbs, each in a transaction of its own. The world's activities are long over: only what a test plans is to be sent."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.writing() as session:
            session.execute(update(Activity).values(ends_at=NOW - timedelta(days=5)))

    def plan(self, plan: Plan, who: str = "samira", about: str = "gesprek", **changed: Any) -> None:
        school = "other" if who in ("olga", "prins", "otto") else "waal"
        told = {"path": f"/conversations/{id_of(about)}", "due_at": plan.due_at, "late_at": plan.late_at, "facts": plan.facts} | changed
        with self.database.writing() as session:
            actions.schedule(session, person_id=id_of(who), school_id=id_of(school), kind=plan.kind, about=id_of(about), zone=ZONE, **told)

    def talk(self, starts: str, who: str = "samira", about: str = "gesprek", **how: Any) -> None:
        for plan in plan_for_talk(wall(starts), ZONE, **how):
            self.plan(plan, who, about)

    def activity(self, ends: str, who: str = "samira", about: str = "bouw") -> None:
        self.plan(plan_for_activity(wall(ends)), who, about, path=f"/experiences/new?activity={id_of(about)}")

    def cancel(self, about: str, **how: Any) -> None:
        with self.database.writing() as session:
            actions.cancel(session, about=id_of(about), **how)

    def rows(self) -> list[Reminder]:
        with self.database.reading() as session:
            return list(session.scalars(select(Reminder).order_by(Reminder.due_at, Reminder.kind)))

    def waiting(self) -> list[str]:
        return [row.kind for row in self.rows() if row.sent_at is None and row.cancelled_at is None]

    def device(self, service: Receiver, who: str, name: str = "") -> None:
        """Let a person's device (a second one by another name) hear from us."""
        name = name or who
        browser = service.browser(name)
        school = id_of("other" if who in ("olga", "prins", "otto") else "waal")
        with self.database.writing() as session:
            seen = session.get_one(DeviceSession, id_of(f"session-{who}")).seen_at
            session_id = id_of(f"session-{name}")
            if name != who:
                session.add(DeviceSession(id=session_id, school_id=school, person_id=id_of(who), token_hash=name, device="Windows · Edge", started_at=seen, seen_at=seen))
                session.flush()
            session.add(Subscription(school_id=school, person_id=id_of(who), session_id=session_id, endpoint=browser.endpoint, endpoint_hash=name, made_at=seen, **browser.keys))

    def devices(self) -> list[str]:
        with self.database.reading() as session:
            return sorted(session.scalars(select(Subscription.endpoint_hash)))


@pytest.fixture
def reminding(database: Database) -> Reminding:
    return Reminding(database)


@pytest.fixture
def remind(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[dict[str, Any]]]:
    """`spoor remind --at …`, and what it prints."""
    from server.worker import remind_once

    def run(at: str, dry_run: bool = False) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert remind_once(settings, at, dry_run) == 0
        printed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("[") and line.endswith("]")]
        return list(msgspec.json.decode(printed[-1]))

    return run
