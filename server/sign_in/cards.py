"""Login cards: a code on paper that lets a student in again and again, on any device, until it is revoked or another is made.

Who has no e-mail address and shares no phone number still loses phones: a card is the way back in that fits in a school bag. It is as good as a
password nobody chose: 18 letters (89 bits), of which only the digest is kept. What is on paper is shown once; a lost card is replaced, never looked up.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from server.core.audit import note, note_each
from server.core.ids import new_id
from server.core.security import LETTERS, hashed, new_code
from server.people.counters import bump, bump_school
from server.people.models import DeviceSession, Person
from server.people.viewer import Viewer
from server.sign_in.entry import Entry, Way, enter
from server.sign_in.handing_out import handed_out
from server.sign_in.models import LoginCard

LENGTH, PART = 18, 3
"""Letters of a code, and of each of its parts as it is printed: `ABC-DEF-GHJ-KMN-PQR-STU`."""


class CardState(msgspec.Struct, frozen=True):
    """What a screen shows of a student's card."""

    made_at: datetime
    used_at: datetime | None
    """When it first let the student in; None: not activated yet."""


def new_card_code() -> str:
    """A code to print, in its parts."""
    code = new_code(LENGTH)
    return "-".join(code[start : start + PART] for start in range(0, LENGTH, PART))


def letters_of(typed: str) -> str:
    """The letters of a code however it was typed or scanned: upper or lower case, with any separators; empty when it cannot be a card's.

    A scanned address (`…/sign-in/card#CODE`) counts by what stands behind the `#`.
    """
    code = "".join(letter for letter in typed.rpartition("#")[2].upper() if letter.isalnum())
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else ""


def card_for(session: Session, typed: str) -> LoginCard | None:
    """The card that a typed or scanned code opens, or None when there is none (any more). Then let its student in with `by_card`.

    Give it whatever was typed: it is None at once for anything that is not 18 letters, so a ten-letter code of another device or of a mail is never looked up
    here. No timing tells of a code: it is found by its digest. A card has no end of its own, and 89 bits are not guessed, so tries at one are not counted.
    """
    code = letters_of(typed)
    if not code:
        return None
    card = session.scalar(select(LoginCard).where(LoginCard.secret_hash == hashed(code)).with_for_update())
    return card if card is not None and card.opens() else None


def by_card(session: Session, card: LoginCard, viewer: Viewer | None, device: str, now: datetime, *, shared: bool = False) -> Entry | None:
    """Come in by a card; the first time activates it, for its keepers to see. None when its student has left the school."""
    entry = enter(session, session.get_one(Person, card.person_id), viewer, Way(method="card", device=device, shared=shared, let_in_by=card.made_by), now)
    if entry is not None and card.used_at is None:
        card.used_at = now
        bump_school(session, card.school_id)
    return entry


def make_cards(session: Session, codes: Mapping[UUID, str], school_id: UUID, *, made_by: UUID, at: datetime) -> None:
    """Store these new codes, a student each; the cards they had stop working. Devices that are signed in stay so. A whole school takes a second.

    Who was in already hears of it.
    """
    people = list(codes)
    _revoke(session, people, by=made_by, at=at)
    rows = [
        {"id": new_id(), "school_id": school_id, "person_id": person_id, "secret_hash": hashed(letters_of(code)), "made_by": made_by, "made_at": at}
        for person_id, code in codes.items()
    ]
    if rows:
        session.execute(insert(LoginCard), rows)
        note_each(session, school_id, "card-made", at, actor=made_by, subjects=people)
        handed_out(session, school_id, people, "card", by=made_by, now=at)
        bump_school(session, school_id)


def revoke(session: Session, student: Person, *, by: UUID, at: datetime, devices_too: bool = False) -> bool:
    """Let the student's card open no more; and, when asked, sign them out everywhere (who found the card may have used it). Tells whether there was one."""
    revoked = _revoke(session, [student.id], by=by, at=at)
    if revoked:
        note(session, student.school_id, "card-revoked", at, actor=by, subject=student.id)
    if devices_too:
        _end_devices(session, student, by=by, at=at)
    bump(session, student.id)
    bump_school(session, student.school_id)
    return bool(revoked)


def states(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, CardState]:
    """The good card of each of these people who has one."""
    good = select(LoginCard.person_id, LoginCard.made_at, LoginCard.used_at).where(LoginCard.revoked_at.is_(None), LoginCard.person_id.in_(list(person_ids)))
    return {row.person_id: CardState(row.made_at, row.used_at) for row in session.execute(good)}


def _revoke(session: Session, people: Sequence[UUID], *, by: UUID, at: datetime) -> Sequence[UUID]:
    good = update(LoginCard).where(LoginCard.person_id.in_(people), LoginCard.revoked_at.is_(None))
    return session.scalars(good.values(revoked_at=at, revoked_by=by).returning(LoginCard.id).execution_options(synchronize_session=False)).all()


def _end_devices(session: Session, student: Person, *, by: UUID, at: datetime) -> None:
    for device in session.scalars(select(DeviceSession).where(DeviceSession.person_id == student.id, DeviceSession.running(at)).with_for_update()):
        device.end(at)
        note(session, student.school_id, "session-ended", at, actor=by, subject=student.id, about=device.id)
