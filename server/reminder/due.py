"""What the worker takes up, and what becomes of it. A claim is a lease: who dies with it, loses it.

`claimed_until` holds both the lease and, after a failed try, the moment of the next: nobody takes a message up before it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from server.core import log
from server.core.clock import at as moment_at
from server.core.clock import local
from server.core.i18n import tongue
from server.core.mail import Letter, post
from server.people.counters import bump
from server.people.models import Person, School
from server.push.access import reachable
from server.push.actions import device_of
from server.push.message import Device, Message, payload, topic_of
from server.push.models import Subscription
from server.push.outcome import Outcome
from server.reminder.kinds import is_over
from server.reminder.models import QUIET_FROM, Reminder, out_of_quiet_hours
from server.reminder.text import can_be_said, text
from server.settings import Settings

BATCH = 200
LEASE = timedelta(minutes=10)
MOST_TRIES = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
WEB_PUSH, MAIL, APP = "web_push", "mail", "app"


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed message with all that sending it takes."""

    id: UUID
    kind: str
    about: UUID
    person_id: UUID
    school_id: UUID
    email: str
    path: str
    facts: dict[str, Any]
    due_at: datetime
    late_at: datetime
    tries: int
    language: str
    zone: str
    devices: tuple[Device, ...]

    def is_over(self, now: datetime) -> bool:
        """Whether there is nothing left to say."""
        return is_over(self.facts, now)

    def to_call(self, now: datetime) -> tuple[Device, ...]:
        """The devices to send it to: none when it is too late to disturb anybody."""
        return () if now >= self.late_at or self.is_over(now) else self.devices

    def may_mail(self, settings: Settings, now: datetime) -> bool:
        """Whether a letter can take the place of a message on a device: there is an address, and it is not too late to disturb anybody."""
        return settings.can_mail and self.email != "" and now < self.late_at

    def lasts(self, now: datetime) -> timedelta:
        """How long it is worth delivering: until it is late, or until the quiet hours of tonight begin."""
        return min(moment_at(local(now, self.zone).date(), QUIET_FROM, self.zone), self.late_at) - now

    def message(self, device: Device, base_url: str, now: datetime) -> Message:
        """It as it travels to one device. The push service forgets it when the quiet hours begin: a phone that is switched on at night stays silent."""
        title, body = text(self.kind, self.facts, self.language, now, self.zone)
        told = payload(title=title, body=body, navigate=base_url + self.path, language=self.language, tag=str(self.id))
        return Message(device=device, payload=told, topic=topic_of(self.kind, self.about), lasts=self.lasts(now))


class Sent(msgspec.Struct, frozen=True):
    """A line of `spoor remind`: `at` is the moment it was due."""

    kind: str
    about: UUID
    person: UUID
    channel: str
    at: datetime


def due(session: Session, now: datetime) -> Select[Reminder]:
    """What should have gone out by now, in schools where it is day."""
    awake = [school.id for school in session.execute(select(School.id, School.zone)) if out_of_quiet_hours(now, school.zone) == now]
    return (
        select(Reminder)
        .join(Person, Person.id == Reminder.person_id)
        .where(Person.archived_at.is_(None), Reminder.due_at <= now, Reminder.sent_at.is_(None), Reminder.cancelled_at.is_(None), Reminder.school_id.in_(awake),
               or_(Reminder.claimed_until.is_(None), Reminder.claimed_until <= now))
        .order_by(Reminder.due_at, Reminder.id)
    )  # fmt: skip


def claim(session: Session, now: datetime, most: int = BATCH) -> list[Due]:
    """Take up what is due, so that no other worker does: in a writing transaction of its own, before anything is sent.

    A row that cannot be put into words is called off here: it would be the first again every time, and keep all others waiting.
    """
    rows = session.scalars(due(session, now).limit(most).with_for_update(of=Reminder, skip_locked=True)).all()
    for row in rows:
        row.claimed_until = now + LEASE
        if not can_be_said(row.kind, row.facts):
            log.error("a message that cannot be said is called off", reminder=str(row.id))
            row.cancelled_at = now
    session.flush()
    return with_devices(session, [row for row in rows if row.cancelled_at is None], now)


def with_devices(session: Session, rows: Sequence[Reminder], now: datetime) -> list[Due]:
    """The rows with whom they go to, in which language and zone."""
    persons = {row.person_id for row in rows}
    told = {
        row.id: row
        for row in session.execute(select(Person.id, Person.language, Person.email, School.zone).join(School, School.id == Person.school_id).where(Person.id.in_(persons)))
    }
    devices: dict[UUID, list[Device]] = {}
    for subscription in session.scalars(reachable(now).where(Subscription.person_id.in_(persons)).order_by(Subscription.made_at)):
        devices.setdefault(subscription.person_id, []).append(device_of(subscription))
    return [
        Due(id=row.id, kind=row.kind, about=row.about, person_id=row.person_id, school_id=row.school_id, email=told[row.person_id].email, path=row.path, facts=row.facts,
            due_at=row.due_at, late_at=row.late_at, tries=row.tries,
            language=told[row.person_id].language or "nl", zone=told[row.person_id].zone, devices=tuple(devices.get(row.person_id, ())))
        for row in rows
    ]  # fmt: skip


def settle(session: Session, settings: Settings, taken: Iterable[Due], outcomes: Iterable[Outcome], now: datetime) -> list[Sent]:
    """Record what became of claimed messages, and give those that went out.

    Delivered to any device: sent. Otherwise, when a service asks for time: later, as told, at most until it is late. In every
    other case (no device, all gone, refused, tried often enough) a letter goes to who has an address, put in the outbox in this very
    transaction, so never twice; who has none, or for whom it is too late, finds it in the app. What is over is let go.
    """
    told = {outcome.device_id: outcome for outcome in outcomes}
    sent, over = [], []
    for one in taken:
        of_it = [told[device.id] for device in one.to_call(now) if device.id in told]
        if one.is_over(now):
            over.append(one.id)
        elif any(outcome.result == "delivered" for outcome in of_it):
            sent.append((one, WEB_PUSH))
        elif any(outcome.result == "later" for outcome in of_it) and one.tries + 1 < MOST_TRIES:
            again = min(now + max(wait_after(one.tries), *(outcome.wait for outcome in of_it)), one.late_at)
            _note(session, [one.id], claimed_until=again, tries=one.tries + 1)
        elif len(of_it) < len(one.to_call(now)):
            _note(session, [one.id], claimed_until=None)
        elif one.may_mail(settings, now):
            post(session, settings, letter_of(one, settings.base_url, now), kind="reminder", at=now, person_id=one.person_id, school_id=one.school_id, life=one.lasts(now))
            sent.append((one, MAIL))
        else:
            sent.append((one, APP))
    _note(session, over, cancelled_at=now, claimed_until=None)
    for channel in (WEB_PUSH, MAIL, APP):
        _note(session, [one.id for one, way in sent if way == channel], sent_at=now, channel=channel, claimed_until=None)
    bump(session, *(one.person_id for one, _ in sent))
    return [Sent(one.kind, one.about, one.person_id, channel, one.due_at) for one, channel in sent]


def preview(session: Session, settings: Settings, now: datetime) -> list[Sent]:
    """What would go out, and how, if every push service said yes. Changes nothing."""
    rows = with_devices(session, [row for row in session.scalars(due(session, now)) if can_be_said(row.kind, row.facts)], now)

    def channel(one: Due) -> str:
        return WEB_PUSH if one.to_call(now) else MAIL if one.may_mail(settings, now) else APP

    return [Sent(one.kind, one.about, one.person_id, channel(one), one.due_at) for one in rows if not one.is_over(now)]


def letter_of(one: Due, base_url: str, now: datetime) -> Letter:
    """It as a letter: what a device would have shown, and one link. The subject says nothing of it."""
    _ = tongue(one.language)
    title, body = text(one.kind, one.facts, one.language, now, one.zone)
    return Letter(
        to=one.email, language=one.language, subject=_("Er staat een bericht voor je in Spoor"), greeting=_("Hallo,"), lines=[f"{title}{'' if title[-1:] in '?!.' else '.'}", body],
        button=_("Open Spoor"), address=base_url + one.path,
        closing=_("Je krijgt dit als mail, want op je apparaten staan meldingen uit. Zet ze aan bij Ik: dan krijg je geen mail meer."),
    )  # fmt: skip


def wait_after(tries: int) -> timedelta:
    """How long to leave a service alone after this many failed tries: a minute, two, four … an hour."""
    return min(FIRST_WAIT * (1 << min(tries, 10)), LONGEST_WAIT)


def _note(session: Session, ids: Sequence[UUID], **values: object) -> None:
    if ids:
        session.execute(update(Reminder).where(Reminder.id.in_(ids)).values(**values), execution_options={"synchronize_session": False})
