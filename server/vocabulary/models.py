"""How a school words its language, from when on: what is not here is as Spoor brings it along (`words.toml`, `questions.toml`).

A change adds a row and takes none away, so that what a student chose stays called what it was called when they chose it. `edition` is the school's
count of such changes (`School.vocabulary_edition`); of a word or question the row with the highest edition holds now.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base
from server.core.ids import new_id

LONGEST_LABEL, LONGEST_SENTENCE, LONGEST_ASKED = 40, 200, 200


class Wording(Base):
    """A word of the shared language as it is called from an edition on. `examples` are `nl`, `en` and `field`: what it looks like when you see it."""

    __tablename__ = "vocabulary_word"
    __table_args__ = (UniqueConstraint("school_id", "key", "edition"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(40))
    edition: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    nl: Mapped[str] = mapped_column(String(LONGEST_LABEL))
    en: Mapped[str] = mapped_column(String(LONGEST_LABEL))
    sentence_nl: Mapped[str] = mapped_column(String(LONGEST_SENTENCE), default="")
    sentence_en: Mapped[str] = mapped_column(String(LONGEST_SENTENCE), default="")
    icon: Mapped[str] = mapped_column(String(40))
    picture: Mapped[str] = mapped_column(String(64), default="")
    """The digest of a picture of the school's own in the media store, instead of the pictogram."""

    picture_size: Mapped[int] = mapped_column(default=0)
    """Its bytes."""

    cluster: Mapped[str] = mapped_column(String(20))
    fits: Mapped[list[str]] = mapped_column(default=list)
    examples: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    position: Mapped[int]
    hidden: Mapped[bool] = mapped_column(default=False)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class QuestionWording(Base):
    """A question of the shared language as it is asked from an edition on."""

    __tablename__ = "vocabulary_question"
    __table_args__ = (UniqueConstraint("school_id", "key", "edition"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(60))
    edition: Mapped[int]
    competency: Mapped[str] = mapped_column(String(20))
    moment: Mapped[str] = mapped_column(String(10))
    nl: Mapped[str] = mapped_column(String(LONGEST_ASKED))
    en: Mapped[str] = mapped_column(String(LONGEST_ASKED))
    kind_hint: Mapped[str] = mapped_column(String(30), default="")
    position: Mapped[int]
    hidden: Mapped[bool] = mapped_column(default=False)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class OwnWord(Base):
    """An own word that a coordinator looked at in the list of those that come up often: put aside, or made a word of the school."""

    __tablename__ = "vocabulary_own_word"

    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    text: Mapped[str] = mapped_column(Text, primary_key=True)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
