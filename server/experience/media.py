"""Photos and voice notes of an experience: who finds them, and how one is added, described, taken away and brought back.

They are private exactly as their experience is: found through it or not at all. One that is deleted stays, as its bytes do, so that
it can be brought back.
"""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.core.convert import Made
from server.core.errors import Invalid, NotFound, found
from server.core.mutation import Done, OtherContent, Receipt, once
from server.experience import access, actions, spoken
from server.experience.actions import Deleted
from server.experience.depth import ANSWER, QUESTION
from server.experience.models import DEEP, LONGEST_ABOUT, Experience, ExperienceMedia
from server.people.counters import bump, bump_school
from server.people.viewer import Viewer

MOST = {"photo": 10, "voice": 10}
"""Of each kind, with one experience."""

LARGEST = {"photo": 15 * 1024 * 1024, "voice": 10 * 1024 * 1024}
"""Bytes of a file as it is sent."""

LONGEST_ALT = 500


class TooManyOf(Invalid):
    """There is no more room for this kind with this experience."""

    def __init__(self, kind: str) -> None:
        """Say which kind."""
        super().__init__()
        self.kind = kind


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """A photo or voice note as it was sent; `digest` is that of the file as it came."""

    id: UUID
    experience_id: UUID
    kind: str
    alt: str
    about: str
    activity_id: UUID | None
    digest: str
    mutation_id: UUID
    captured_at: datetime
    together_with: str = ""
    """Who helps: a new experience says so from its first answer on."""

    back: bool = False
    """Whether what was deleted meanwhile comes back with it."""

    def said(self) -> list[object]:
        """What makes it this one and no other."""
        return ["media", self.kind, self.alt, self.activity_id, self.digest, *filter(None, (self.about, self.together_with))]


class _NotYet(Exception):
    """This mutation has not arrived before."""


def answered(told: str) -> str:
    """What a photo or voice note answers, as a form names it; empty for what is no question and no word."""
    known = told == "face" or told.startswith(("quality:", "motive:", f"{ANSWER}{QUESTION}")) or told in {f"{ANSWER}{field}" for field in DEEP}
    return told if known and len(told) <= LONGEST_ABOUT else ""


def of(experience_id: UUID) -> Select[ExperienceMedia]:
    """What stands with an experience, in the order it was made. Who may see the experience is the caller's question."""
    wanted = select(ExperienceMedia).where(ExperienceMedia.experience_id == experience_id, ExperienceMedia.deleted_at.is_(None))
    return wanted.order_by(ExperienceMedia.captured_at, ExperienceMedia.id)


def own(viewer: Viewer, experience_id: UUID, media_id: UUID) -> Select[ExperienceMedia]:
    """One of the viewer's own, deleted or not, of an experience that is there."""
    there = access.own_one(viewer, experience_id).with_only_columns(Experience.id)
    return select(ExperienceMedia).where(ExperienceMedia.id == media_id, ExperienceMedia.experience_id.in_(there))


def own_one(viewer: Viewer, experience_id: UUID, media_id: UUID) -> Select[ExperienceMedia]:
    """The same, as long as it is not deleted."""
    return own(viewer, experience_id, media_id).where(ExperienceMedia.deleted_at.is_(None))


def earlier(session: Session, viewer: Viewer, arrived: Arrived, now: datetime) -> Receipt | None:
    """The receipt when this very save came before; else whether it can be taken at all is said now, before a second is spent on it."""

    def not_yet() -> Done:
        raise _NotYet

    try:
        return once(session, viewer, arrived.mutation_id, arrived.id, arrived.said(), now, not_yet)
    except _NotYet:
        experience = session.scalar(access.own_any(viewer, arrived.experience_id))
        if experience is None and session.get(Experience, arrived.experience_id) is not None:
            raise NotFound from None
        if experience is not None:
            _may_take(session, experience, arrived)
        return None


def add(session: Session, viewer: Viewer, arrived: Arrived, made: Made, now: datetime) -> Receipt:
    """Put it with its experience, which is made when it is new: a photo or a voice note alone is an answer.

    Raises `NotFound` for what is somebody else's, `Deleted`, `OtherContent` for an id that already stands for something else, and `TooManyOf`.
    """

    def do() -> Done:
        if arrived.back:
            actions.put_away(session, viewer, arrived.experience_id, None, now)
        experience = actions.find_or_make(session, viewer, arrived.experience_id, arrived.captured_at, now)
        known = _may_take(session, experience, arrived)
        if known is not None and known.digest != made.digest:
            raise OtherContent
        if experience.revision == 0:
            told = {"activity": arrived.activity_id, "together_with": arrived.together_with}
            actions.store(session, viewer, experience, {name: value for name, value in told.items() if value}, now)
        if known is None:
            session.add(_row(viewer, arrived, made, now))
            experience.changed_at = now
        else:
            _take_again(session, viewer, known, arrived, now)
        if arrived.kind == "voice":
            actions.renamed(session, viewer, arrived.id)
        bump(session, viewer.person_id)
        return Done(experience.revision, ("media",))

    return once(session, viewer, arrived.mutation_id, arrived.id, arrived.said(), now, do)


def _take_again(session: Session, viewer: Viewer, known: ExperienceMedia, arrived: Arrived, now: datetime) -> None:
    """It stands there already: what is said of it may be new."""
    if known.deleted_at is not None:
        _put_away(session, viewer, known.experience_id, known.id, None, now)
    if (said := _both(known.alt, "", arrived.alt)) != known.alt:
        known.alt = said
        _changed(session, known.experience_id, now)


def _both(held: str, was: str, alt: str) -> str:
    """What is said of it from now on. What stands there and was not seen (`was`) is not overwritten: the new comes under it, whole, as far as both fit."""
    if held == was or held in alt:
        return alt
    if alt in held:
        return held
    return f"{held[: max(0, LONGEST_ALT - len(alt) - 1)]}\n{alt}".strip()


def describe(session: Session, viewer: Viewer, experience_id: UUID, media_id: UUID, alt: str, *, was: str, mutation_id: UUID, now: datetime) -> Receipt:
    """Say what can be seen on a photo, or how a spoken word is called.

    Of a photo `was` is what was said of it on the screen; what another device said meanwhile stays, above it. A word has one name, the newest. Raises `spoken.TooLong`.
    """

    def do() -> Done:
        media = found(session.scalar(own_one(viewer, experience_id, media_id).with_for_update()))
        is_word = media.kind == "voice" and spoken.told_with(session, viewer.person_id, media_id)
        if (said := spoken.named(alt) if is_word else _both(media.alt, was, alt[:LONGEST_ALT])) != media.alt:
            media.alt = said
            _changed(session, experience_id, now)
            if is_word:
                actions.renamed(session, viewer, media_id)
            bump(session, viewer.person_id)
        return Done(fields=("alt",))

    return once(session, viewer, mutation_id, media_id, ["alt", alt], now, do)


def delete(session: Session, viewer: Viewer, experience_id: UUID, media_id: UUID, *, mutation_id: UUID, now: datetime) -> Receipt:
    """Take it out of sight, also of whoever it was shown to; it can be brought back."""
    return once(session, viewer, mutation_id, media_id, "deletion", now, lambda: _put_away(session, viewer, experience_id, media_id, now, now))


def restore(session: Session, viewer: Viewer, experience_id: UUID, media_id: UUID, *, mutation_id: UUID, now: datetime) -> Receipt:
    """Bring it back."""
    return once(session, viewer, mutation_id, media_id, "restoration", now, lambda: _put_away(session, viewer, experience_id, media_id, None, now))


def _put_away(session: Session, viewer: Viewer, experience_id: UUID, media_id: UUID, deleted_at: datetime | None, now: datetime) -> Done:
    media = found(session.scalar(own(viewer, experience_id, media_id).with_for_update()))
    if (media.deleted_at is None) != (deleted_at is None):
        media.deleted_at = deleted_at
        _changed(session, experience_id, now)
        if media.kind == "voice":
            actions.renamed(session, viewer, media_id)
        bump_school(session, viewer.school_id)
    return Done()


def _changed(session: Session, experience_id: UUID, now: datetime) -> None:
    session.get_one(Experience, experience_id).changed_at = now


def _may_take(session: Session, experience: Experience, arrived: Arrived) -> ExperienceMedia | None:
    """The row when it stands there already (an answer got lost on the way); raises when it cannot be taken."""
    if experience.deleted_at is not None and not arrived.back:
        raise Deleted
    known = session.get(ExperienceMedia, arrived.id)
    if known is None:
        there = select(func.count()).where(ExperienceMedia.experience_id == experience.id, ExperienceMedia.kind == arrived.kind, ExperienceMedia.deleted_at.is_(None))
        if (session.scalar(there) or 0) >= MOST[arrived.kind]:
            raise TooManyOf(arrived.kind)
        return None
    if known.experience_id != experience.id:
        raise NotFound
    if known.deleted_at is not None and not arrived.back:
        raise Deleted
    return known


def _row(viewer: Viewer, arrived: Arrived, made: Made, now: datetime) -> ExperienceMedia:
    return ExperienceMedia(
        id=arrived.id, school_id=viewer.school_id, experience_id=arrived.experience_id, kind=arrived.kind, digest=made.digest, type=made.type, size=made.size,
        width=made.width, height=made.height, seconds=made.seconds, alt=arrived.alt, about=arrived.about, captured_at=arrived.captured_at, arrived_at=now, deleted_at=None,
    )  # fmt: skip


def named(session: Session, digests: list[str]) -> set[str]:
    """Which of these digests a row names, deleted or not."""
    return set(session.scalars(select(ExperienceMedia.digest).where(ExperienceMedia.digest.in_(digests)).distinct()))
