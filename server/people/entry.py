"""Coming in and going out on one device: what happens to the session that was there."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.core.security import hashed
from server.people.counters import bump
from server.people.models import DeviceSession, SignInLink
from server.people.sign_in import let_in
from server.people.viewer import Viewer


class Entry(msgspec.Struct, frozen=True):
    """How somebody came in."""

    token: str
    """For the cookie; empty when this person was signed in here already."""

    switched: bool
    """Whether another session ran on this device until now: somebody else's, or one that was kept otherwise."""

    shared: bool
    """Whether others use this computer too."""


def enter(session: Session, link: SignInLink, viewer: Viewer | None, device: str, now: datetime, *, shared: bool = False) -> Entry:
    """Use the link up. Who was signed in here already stays so, reminders and all; another person's session on this device ends.

    So does the own one when this device is shared now and was not, or the other way round.
    """
    if viewer is not None and viewer.person_id == link.person_id and viewer.shared == shared:
        link.used_at = now
        return Entry("", False, shared)
    if viewer is not None:
        leave(session, viewer.session_id, viewer.person_id, now)
    return Entry(let_in(session, link, device, now, shared=shared), viewer is not None, shared)


def leave(session: Session, session_id: UUID, person_id: UUID, now: datetime) -> bool:
    """End a device's session, if it is this person's and runs; tells whether it was."""
    mine = DeviceSession.id == session_id, DeviceSession.person_id == person_id, DeviceSession.ended_at.is_(None)
    ended = session.execute(update(DeviceSession).where(*mine).values(ended_at=now)).rowcount  # type: ignore[attr-defined]
    bump(session, person_id)
    return bool(ended)


def was_here(session: Session, token: str, person_id: UUID) -> bool:
    """Whether the session this device had, however it ended, was this person's: only then is what was typed in it shown again."""
    return session.scalar(select(DeviceSession.id).where(DeviceSession.token_hash == hashed(token), DeviceSession.person_id == person_id)) is not None
