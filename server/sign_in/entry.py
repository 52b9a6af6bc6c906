"""Coming in and going out on one device, whichever way: what happens to the session that was there, and what is put on record."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from server.core.audit import note
from server.core.errors import TooMany
from server.core.limits import spend
from server.core.security import hashed, new_secret
from server.people.counters import bump, bump_school
from server.people.models import DeviceSession, Person, Role, limits_of
from server.people.viewer import Viewer
from server.sign_in.invited import accept_on_paper
from server.sign_in.models import SignInLink

NO_PROOF = "code"
"""A code of another device lets in, but is no proof that it is them: it can be made on the very device that somebody else holds."""

FAILED_EVERY = timedelta(minutes=5)


class Entry(msgspec.Struct, frozen=True):
    """How somebody came in."""

    token: str
    """For the cookie: a new one each time somebody shows who they are, also when they were signed in here already."""

    switched: bool
    """Whether another session ran on this device until now: somebody else's, or one that was kept otherwise."""

    shared: bool
    """Whether others use this computer too."""

    began: bool = True
    """Whether a session began; not when this person was signed in here already."""

    let_in_by: UUID | None = None
    """Who made what they came in by, when that was somebody else."""

    by_host: bool = False
    """Whether it was a link that was made on the machine itself (`spoor link`)."""


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """By what somebody showed who they are: `method` is one of `models.METHODS`."""

    method: str
    device: str
    """What a person would call the device (`device_of`)."""

    shared: bool = False
    let_in_by: UUID | None = None
    """Who made the link or card, when that was somebody else."""

    shown: bool = True
    """Whether they showed just now that it is them, and not only that they were known before, or that they hold a code."""

    provider: str = ""
    logout_hint: bytes | None = None

    @property
    def proves(self) -> bool:
        """Whether who came in so has confirmed that it is them."""
        return self.shown and self.method != NO_PROOF


def by_link(session: Session, link: SignInLink, viewer: Viewer | None, device: str, now: datetime, *, shared: bool = False) -> Entry | None:
    """Use a link or a code up and come in by it; a guardian says yes with the link. None when its person has left the school."""
    person = session.get_one(Person, link.person_id)
    link.used_at = now
    helper = link.made_by if link.made_by != link.person_id else None
    entry = enter(session, person, viewer, Way(method=link.kind, device=device, shared=shared, let_in_by=helper), now)
    if entry is not None and person.kind == "guardian" and link.kind == "link":
        accept_on_paper(session, link, now)
    by_host = link.made_by is None and link.kind == "link" and not link.again
    return msgspec.structs.replace(entry, by_host=by_host) if entry else None


def enter(session: Session, person: Person, viewer: Viewer | None, way: Way, now: datetime) -> Entry | None:
    """Let somebody in who has shown who they are. None when they have left the school: whatever they hold opens nothing.

    Who was signed in here already stays so, reminders and all, under a new token, and has confirmed that it is them where the way proves it; another
    person's session on this device ends. So does the own one when this device is shared now and was not, or the other way round.
    """
    if person.archived_at is not None:
        return None
    if viewer is not None and viewer.person_id == person.id and viewer.shared == way.shared:
        return Entry(confirm(session, viewer.session_id, person, way, now), False, way.shared, began=False)
    if viewer is not None:
        leave(session, viewer.session_id, viewer.person_id, now)
    return Entry(let_in(session, person, way, now), viewer is not None, way.shared, let_in_by=way.let_in_by)


def let_in(session: Session, person: Person, way: Way, now: datetime) -> str:
    """Start a session on this device. Gives the token for the cookie, once. That somebody is in for the first time is seen by the coordinator too."""
    if not session.scalar(select(exists().where(DeviceSession.person_id == person.id))):
        bump_school(session, person.school_id)
    token = new_secret()
    roles = frozenset(session.scalars(select(Role.name).where(Role.person_id == person.id)))
    made = DeviceSession(
        school_id=person.school_id, person_id=person.id, token_hash=hashed(token), device=way.device, shared=way.shared, let_in_by=way.let_in_by, method=way.method,
        provider=way.provider, logout_hint=way.logout_hint, started_at=now, confirmed_at=now if way.proves else None, seen_at=now,
        lapses_at=limits_of(person.kind, roles, shared=way.shared).lapses(now, now),
    )  # fmt: skip
    session.add(made)
    session.flush()
    note(session, person.school_id, "sign-in", now, actor=person.id, subject=person.id, about=made.id, method=way.method)
    bump(session, person.id)
    return token


def confirm(session: Session, session_id: UUID, person: Person, way: Way, now: datetime) -> str:
    """Somebody who is signed in came in again, which confirms that it is them where the way proves it. Gives the new token for the cookie: what the old one opens ends here."""
    token = new_secret()
    told: dict[str, object] = {"token_hash": hashed(token), "confirmed_at": now} if way.proves else {"token_hash": hashed(token)}
    session.execute(update(DeviceSession).where(DeviceSession.id == session_id, DeviceSession.person_id == person.id).values(told))
    if way.proves:
        note(session, person.school_id, "confirmed", now, actor=person.id, subject=person.id, about=session_id, method=way.method)
    return token


def refused(session: Session, school_id: UUID, person_id: UUID, method: str, now: datetime) -> None:
    """Somebody tried to come in as this person and did not: on record, once in five minutes, so that trying fills nothing."""
    with suppress(TooMany):
        spend(session, f"refused:{person_id}", most=1, per=FAILED_EVERY, at=now)
        note(session, school_id, "sign-in-failed", now, subject=person_id, method=method)


def leave(session: Session, session_id: UUID, person_id: UUID, now: datetime) -> bool:
    """End a device's session, if it is this person's and runs; tells whether it was."""
    mine = DeviceSession.id == session_id, DeviceSession.person_id == person_id, DeviceSession.ended_at.is_(None)
    ended = session.scalar(select(DeviceSession).where(*mine).with_for_update())
    if ended is not None:
        ended.end(now)
        note(session, ended.school_id, "sign-out", now, actor=person_id, subject=person_id, about=session_id)
    bump(session, person_id)
    return ended is not None


def was_here(session: Session, token: str, person_id: UUID) -> bool:
    """Whether the session this device had, however it ended, was this person's: only then is what was typed in it shown again."""
    return session.scalar(select(DeviceSession.id).where(DeviceSession.token_hash == hashed(token), DeviceSession.person_id == person_id)) is not None


def device_of(user_agent: str) -> str:
    """What a person would call this device: `Android · Chrome`. Nothing more of the user agent is kept."""
    systems = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"))
    browsers = (
        ("Edg", "Edge"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrome", "Chrome"),
        ("CriOS", "Chrome"),
        ("Safari", "Safari"),
    )
    system = next((name for mark, name in systems if mark in user_agent), "")
    browser = next((name for mark, name in browsers if mark in user_agent), "")
    return " · ".join(part for part in (system, browser) if part) or "?"
