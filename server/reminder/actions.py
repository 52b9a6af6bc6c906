"""What the rooms above call: schedule a message, call it off; and what a person does with one: see it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from server.core import clock
from server.core.ids import new_id
from server.people.counters import bump
from server.people.models import DeviceSession, School
from server.people.viewer import Viewer
from server.reminder.access import messages
from server.reminder.kinds import ACCESS, may_still_start
from server.reminder.models import Reminder, out_of_quiet_hours
from server.reminder.text import text
from server.sign_in.handing_out import follows

SOON = timedelta(days=1)


def schedule(session: Session, *, person_id: UUID, school_id: UUID, kind: str, about: UUID, path: str, due_at: datetime, late_at: datetime,
             facts: Mapping[str, Any], zone: str, now: datetime | None = None) -> Reminder | None:  # fmt: skip
    """See to it that this person gets this message once, and give its row.

    Calling it again moves the message and refreshes its facts; one that went out stays as it went and is never sent again. What
    falls in quiet hours is moved to the morning. A moment that has passed is not scheduled (None), and a message that was
    planned for another moment is then called off: see `kinds.may_still_start`. `path` is the screen it opens.
    Facts that its text cannot be made of raise here (`KeyError`, `ValueError`), not in the worker at four o'clock.
    """
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"{path} is not a screen of ours")
    text(kind, facts, "nl", None, zone)
    now, due = now or clock.now(), out_of_quiet_hours(due_at, zone)
    row = session.scalar(select(Reminder).where(Reminder.person_id == person_id, Reminder.kind == kind, Reminder.about == about).with_for_update())
    if row is not None and row.sent_at is not None:
        return row
    waits = row is not None and row.cancelled_at is None and row.due_at == due
    if not waits and not may_still_start(kind, due, now):
        if row is not None:
            row.cancelled_at = row.cancelled_at or now
        return None
    if row is None:
        row = Reminder(person_id=person_id, school_id=school_id, kind=kind, about=about)
        session.add(row)
    if not waits:
        row.due_at, row.tries, row.cancelled_at = due, 0, None
    row.path, row.late_at, row.facts = path, max(late_at, due), dict(facts)
    session.flush()
    return row


def cancel(session: Session, *, about: UUID, kinds: Iterable[str] | None = None, person_id: UUID | None = None, now: datetime | None = None) -> None:
    """Nothing needs to be said about this any more: what was not sent stays unsent; what was, is kept, and no longer counts as waiting."""
    where, now = [Reminder.about == about], now or clock.now()
    if kinds is not None:
        where.append(Reminder.kind.in_(tuple(kinds)))
    if person_id is not None:
        where.append(Reminder.person_id == person_id)
    session.execute(update(Reminder).where(*where, Reminder.sent_at.is_(None), Reminder.cancelled_at.is_(None)).values(cancelled_at=now))
    unseen = [*where, Reminder.sent_at.is_not(None), Reminder.seen_at.is_(None)]
    waited_for = session.scalars(select(Reminder.person_id).where(*unseen)).all()
    if waited_for:
        session.execute(update(Reminder).where(*unseen).values(seen_at=now))
        bump(session, *waited_for)


@follows
def say_who_could_come_in(session: Session, school_id: UUID, people: Collection[UUID], what: str, by: UUID, now: datetime) -> None:
    """Whoever was in before hears that another made a link or a card for them. Of a whole school at once: for who never came in it is no news."""
    been_in = select(DeviceSession.person_id).where(DeviceSession.person_id.in_(people), DeviceSession.person_id != by).distinct()
    zone = session.get_one(School, school_id).zone
    due, facts = out_of_quiet_hours(now, zone), {"card": True} if what == "card" else {}
    said = {"school_id": school_id, "kind": ACCESS, "path": "/me", "facts": facts, "due_at": due, "late_at": max(now + SOON, due)}
    if rows := [{"id": new_id(), "person_id": person_id, "about": new_id(), **said} for person_id in session.scalars(been_in)]:
        session.execute(insert(Reminder), rows)


def see(session: Session, viewer: Viewer, reminder: Reminder, now: datetime) -> None:
    """The person has seen this message; the first time counts."""
    if reminder.seen_at is None:
        reminder.seen_at = now
        bump(session, viewer.person_id)


def see_all(session: Session, viewer: Viewer, now: datetime) -> None:
    """The person has seen everything that waited."""
    ids = messages(viewer).where(Reminder.seen_at.is_(None)).with_only_columns(Reminder.id).order_by(None)
    session.execute(update(Reminder).where(Reminder.id.in_(ids)).values(seen_at=now))
    bump(session, viewer.person_id)
