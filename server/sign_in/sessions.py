"""Ending sessions that others run: one's own on other devices, and a keeper's word that somebody is out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.core.audit import note
from server.people.counters import bump
from server.people.models import DeviceSession, Person, Role, limits_of
from server.sign_in.models import SignInLink


def end_all(session: Session, person_id: UUID, now: datetime, *, by: UUID, but: UUID | None = None) -> int:
    """Let this person in no more on any device (`but` this one), nor by a code or link that was made and not used: gives how many devices there were.

    Whoever held one of them could have made a code on it. Who did it (`by`) is on record: a keeper, or the person.
    """
    running = _running(session, person_id, now, but)
    for device in running:
        device.end(now)
        note(session, device.school_id, "session-ended", now, actor=by, subject=person_id, about=device.id)
    end_links(session, person_id, now)
    bump(session, person_id)
    return len(running)


def end_links(session: Session, person_id: UUID, now: datetime) -> None:
    """The links and codes of this person that nobody used yet open nothing any more."""
    unused = SignInLink.used_at.is_(None), SignInLink.again.is_(False), SignInLink.ends_at > now
    session.execute(update(SignInLink).where(SignInLink.person_id == person_id, *unused).values(ends_at=now))


def hold_to_limits(session: Session, person_id: UUID, now: datetime) -> None:
    """After a role was given or taken: sessions that run last no longer than they may from now on. One that is too long already is over."""
    person = session.get_one(Person, person_id)
    session.flush()
    roles = frozenset(session.scalars(select(Role.name).where(Role.person_id == person_id)))
    for device in _running(session, person_id, now, None):
        allowed = limits_of(person.kind, roles, shared=device.shared)
        device.lapses_at = min(device.lapses_at, allowed.lapses(device.started_at, device.seen_at))
    bump(session, person_id)


def _running(session: Session, person_id: UUID, now: datetime, but: UUID | None) -> list[DeviceSession]:
    mine = select(DeviceSession).where(DeviceSession.person_id == person_id, DeviceSession.running(now)).order_by(DeviceSession.id).with_for_update()
    return [device for device in session.scalars(mine) if device.id != but]
