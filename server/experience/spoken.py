"""Own words that were said instead of typed: the word is a voice note of its entry, and is written down as that note (`said:` and its id).

What it is called its student may type later. That stands with the note (`ExperienceMedia.alt`), so that the word stays the same word.
"""

import re
from collections.abc import Iterable
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, selectinload

from server.core.errors import Invalid
from server.core.text import one_line
from server.experience.models import LONGEST_WORD, Experience, ExperienceMedia, ExperienceWord

_SAID = re.compile(r"said:([0-9a-f]{32})")
_NOTES = (
    select(ExperienceMedia.id, ExperienceMedia.experience_id, ExperienceMedia.alt)
    .join(Experience, Experience.id == ExperienceMedia.experience_id)
    .where(ExperienceMedia.id.in_(bindparam("ids", expanding=True)), Experience.student_id == bindparam("student_id"))
    .where(ExperienceMedia.kind == "voice", ExperienceMedia.deleted_at.is_(None), Experience.deleted_at.is_(None))
)

_WITH = (
    select(Experience)
    .where(Experience.student_id == bindparam("student_id"), Experience.words.any(ExperienceWord.own == bindparam("own")))
    .options(selectinload(Experience.words), selectinload(Experience.answers))
    .order_by(Experience.id)
    .with_for_update()
)


class TooLong(Invalid):
    """A name of more letters than a word has."""


class Note(msgspec.Struct, frozen=True):
    """The voice note that is a word: in which entry it stands, and what its student called it (empty: nothing yet)."""

    experience_id: UUID
    name: str


def note_of(own: str) -> UUID | None:
    """The voice note that is this own word; None for one that was typed."""
    found = _SAID.fullmatch(own)
    return UUID(found[1]) if found else None


def said(note_id: UUID) -> str:
    """How a spoken word is written down."""
    return f"said:{note_id.hex}"


def name_of(alt: str) -> str:
    """What was typed with the note, as a word."""
    return " ".join(alt.split())[:LONGEST_WORD].rstrip()


def named(typed: str) -> str:
    """A name as it is kept: one line. Raises `TooLong`."""
    name = one_line(typed)
    if len(name) > LONGEST_WORD:
        raise TooLong
    return name


def told_with(session: Session, student_id: UUID, note_id: UUID) -> list[Experience]:
    """The entries of the student in which this note is a word, locked, deleted ones too; none of a note that only tells."""
    return list(session.scalars(_WITH, {"student_id": student_id, "own": said(note_id)}))


def notes(session: Session, student_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Note]:
    """These notes, as far as they are this student's and are there: a note of somebody else is no word of theirs, whatever a form says."""
    rows = session.connection().execute(_NOTES, {"ids": list(ids), "student_id": student_id})
    return {id: Note(experience_id, name_of(alt)) for id, experience_id, alt in rows}
