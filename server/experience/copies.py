"""An experience as it was at one moment: what is shown to somebody is what the student showed, not what they write in it later."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from server.experience.models import FACES, Experience, rest_of, title_of
from server.experience.queries import Card, word_view

Copy = dict[str, Any]


def copies(session: Session, student_id: UUID, ids: Iterable[UUID]) -> dict[str, Copy]:
    """What these experiences of the student say now, by id; deleted ones are not there."""
    wanted = select(Experience).where(Experience.id.in_(list(ids)), Experience.student_id == student_id, Experience.deleted_at.is_(None))
    return {
        str(experience.id): copy_of(experience.text, experience.face, [(word.kind, word.word, word.own, word.evidence) for word in experience.words])
        for experience in session.scalars(wanted.options(selectinload(Experience.words)))
    }


def copy_of(text: str, face: int | None, words: Iterable[tuple[str, str | None, str, str]]) -> Copy:
    """The shape a copy is stored in; `words` are kind, word, own word and evidence, in their order."""
    return {"text": text, "face": face, "words": [list(word) for word in words]}


def as_shown(card: Card, kept: Mapping[str, Copy], language: str) -> Card | None:
    """The card with what it said when it was copied, or None when it was not."""
    copy = kept.get(str(card.id))
    if copy is None:
        return None
    words = sorted((word for word in copy["words"]), key=lambda word: word[0], reverse=True)
    return msgspec.structs.replace(
        card, text=copy["text"], title=title_of(copy["text"]), rest=rest_of(copy["text"]), face=copy["face"], face_icon=FACES.get(copy["face"], ""),
        words=tuple(word_view(kind, word, own, language, evidence) for kind, word, own, evidence in words),
    )  # fmt: skip
