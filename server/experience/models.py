"""What a student did, in their words, and the words they found in it."""

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.core.db import Base
from server.core.ids import new_id

DEEP = ("situation", "task", "action", "result", "reflection", "transfer", "evaluation", "next")
"""STARRT; and what the examination programme asks of an activity that had a goal: what came of that, and what the next step is."""

FACES = {1: "smiley-sad", 2: "smiley-nervous", 3: "smiley-meh", 4: "smiley", 5: "smiley-sticker"}
LONGEST_TEXT, LONGEST_EVIDENCE, LONGEST_ANSWER, LONGEST_WORD, MOST_WORDS = 20_000, 2_000, 2_000, 40, 3
LONGEST_ABOUT = 80
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_LONGEST_TITLE = 60


class Experience(Base):
    """One experience. Private until the student lays it ready for a conversation.

    `happened_at` is what lists sort by: the student's own moment of capture, never later than its arrival (phone clocks lie).
    `sought` is what search looks through. `revisions` says at which revision each field last changed, so that two devices only clash over the same field.
    """

    __tablename__ = "experience"
    __table_args__ = (Index("experience_trail", "student_id", "happened_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    student_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity.id"), index=True)
    text: Mapped[str] = mapped_column(Text, default="")
    face: Mapped[int | None]
    happened_at: Mapped[datetime]
    captured_at: Mapped[datetime]
    arrived_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)
    revisions: Mapped[dict[str, int]] = mapped_column(default=dict)
    deleted_at: Mapped[datetime | None]
    together_with: Mapped[str] = mapped_column(String(LONGEST_WORD), default="", server_default="")
    """Who typed while the student told ("samen gemaakt"), as they were called; empty when the student made it alone."""

    together_confirmed_at: Mapped[datetime | None]
    """When the student said that it says what they meant."""

    sought: Mapped[str] = mapped_column(Text, default="")

    answers: Mapped[list["ExperienceAnswer"]] = relationship(lazy="raise", cascade="all, delete-orphan")
    words: Mapped[list["ExperienceWord"]] = relationship(lazy="raise", order_by="ExperienceWord.position", cascade="all, delete-orphan")


class ExperienceWord(Base):
    """A quality or motive the student saw in it, with how they knew. Either a word of the vocabulary or their own."""

    __tablename__ = "experience_word"
    __table_args__ = (Index("experience_word_of", "experience_id", "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    experience_id: Mapped[UUID] = mapped_column(ForeignKey("experience.id"))
    kind: Mapped[str] = mapped_column(String(10))
    word: Mapped[str | None] = mapped_column(String(40))
    own: Mapped[str] = mapped_column(String(LONGEST_WORD), default="")
    evidence: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int]
    edition: Mapped[int] = mapped_column(default=0, server_default="0")
    """The school's edition of the vocabulary when it was chosen: it stays called what it was called then."""


class ExperienceAnswer(Base):
    """One answer of a deep entry, or to a question right after. `field` is of `DEEP`, or `question:` and the name of a question of the shared language."""

    __tablename__ = "experience_answer"

    experience_id: Mapped[UUID] = mapped_column(ForeignKey("experience.id"), primary_key=True)
    field: Mapped[str] = mapped_column(String(80), primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    text: Mapped[str] = mapped_column(Text)
    edition: Mapped[int] = mapped_column(default=0, server_default="0")
    """The school's edition of the vocabulary when a question of it was asked: above the answer it stays worded as it was then."""


class ExperienceMedia(Base):
    """A photo or a voice note of an experience; the bytes lie in the media store under `digest`.

    `id` is made by the phone. `seconds` is a voice note's length, `width` and `height` a photo's; `alt` says in the student's words what can be seen, or of a
    spoken word how it is called.
    """

    __tablename__ = "experience_media"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    experience_id: Mapped[UUID] = mapped_column(ForeignKey("experience.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    seconds: Mapped[float | None]
    alt: Mapped[str] = mapped_column(Text, default="")
    about: Mapped[str] = mapped_column(String(LONGEST_ABOUT), default="", server_default="")
    """What it answers: the word it is evidence of (`quality:working-together`, `motive:own:rust`), `face`, or a question (`answer:situation`). Empty: it tells by itself."""

    captured_at: Mapped[datetime]
    arrived_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


def title_of(text: str) -> str:
    """The first sentence of a text, as it was written; a long one is cut between words. Empty when nothing was written."""
    first = _SENTENCE_END.split(text.strip(), maxsplit=1)[0]
    if len(first) <= _LONGEST_TITLE:
        return first.rstrip(".")
    return first[:_LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(",;: ") + "…"


def rest_of(text: str) -> str:
    """What follows the title; the whole text when the title had to be cut."""
    parts = _SENTENCE_END.split(text.strip(), maxsplit=1)
    if len(parts[0]) > _LONGEST_TITLE:
        return text.strip()
    return parts[1] if len(parts) > 1 else ""
