"""The talk: planned, prepared, read, held, and what was agreed in it. A change of state is a row with who and when."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base
from server.core.ids import new_id

PLACE_KINDS = {"room": "door-open-duotone", "phone": "phone-duotone", "video": "video-camera-duotone", "home": "house-line-duotone", "hospital": "first-aid-kit-duotone"}
MOST_EXPERIENCES = 3


class Conversation(Base):
    """A talk between a student and a mentor."""

    __tablename__ = "conversation"
    __table_args__ = (Index("conversation_student", "student_id", "starts_at"), Index("conversation_mentor", "mentor_id", "starts_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    student_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    mentor_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    place_kind: Mapped[str] = mapped_column(String(10))
    place: Mapped[str] = mapped_column(String(80), default="")
    revision: Mapped[int] = mapped_column(default=1)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    summary: Mapped[str] = mapped_column(Text, default="")

    @property
    def ends_at(self) -> datetime:
        """When the talk is over by plan."""
        return self.starts_at + timedelta(minutes=self.minutes)

    def is_open(self) -> bool:
        """Whether it is still to be held: not held, not called off."""
        return self.held_at is None and self.cancelled_at is None

    def may_be_prepared(self) -> bool:
        """Until the talk begins the student decides what lies ready, and may take it back."""
        return self.is_open() and self.started_at is None


class Preparation(Base):
    """What the student lays ready: 1 to 3 experiences, words, answers, an own question. Only theirs until it is submitted."""

    __tablename__ = "preparation"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    student_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    question: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)
    revisions: Mapped[dict[str, int]] = mapped_column(default=dict)
    changed_at: Mapped[datetime]


class PreparationExperience(Base):
    """An experience the student wants to tell about."""

    __tablename__ = "preparation_experience"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("preparation.conversation_id"), primary_key=True)
    experience_id: Mapped[UUID] = mapped_column(ForeignKey("experience.id"), primary_key=True, index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    position: Mapped[int]


class PreparationWord(Base):
    """A word the student wants to talk about."""

    __tablename__ = "preparation_word"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("preparation.conversation_id"), index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    kind: Mapped[str] = mapped_column(String(10))
    word: Mapped[str | None] = mapped_column(String(40))
    own: Mapped[str] = mapped_column(String(40), default="")
    position: Mapped[int]
    edition: Mapped[int] = mapped_column(default=0, server_default="0")
    name: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """Of a spoken word: what it was called when it was last shown."""


class PreparationRecognition(Base):
    """What another saw in the student, and the student wants to show."""

    __tablename__ = "preparation_recognition"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("preparation.conversation_id"), primary_key=True)
    recognition_id: Mapped[UUID] = mapped_column(ForeignKey("recognition.id"), primary_key=True, index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    position: Mapped[int]


class PreparationAnswer(Base):
    """The student's answer to a question of the shared language."""

    __tablename__ = "preparation_answer"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("preparation.conversation_id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    text: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    edition: Mapped[int] = mapped_column(default=0, server_default="0")
    """In which edition of the vocabulary it was asked when it was answered; an empty one may still be worded otherwise."""


class Submission(Base):
    """Klaar, laat zien aan je mentor: by whom, when, and when it was taken back.

    `experiences` holds the chosen ones as they were then (`experience/copies.py`): what the student writes in them later is
    theirs until they show it again. One they delete is shown no more.
    """

    __tablename__ = "submission"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime]
    experiences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    withdrawn_at: Mapped[datetime | None]


class Reading(Base):
    """That a person opened what a student laid ready. The student sees it, by name."""

    __tablename__ = "reading"
    __table_args__ = (UniqueConstraint("submission_id", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id"))
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    read_at: Mapped[datetime]


class Agreement(Base):
    """A small next step out of a talk: what, when, who helps."""

    __tablename__ = "agreement"
    __table_args__ = (Index("agreement_student", "student_id", "made_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), unique=True)
    student_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None]
    helper: Mapped[str] = mapped_column(String(120), default="")
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class Completion(Base):
    """That an agreement was done, said by whom."""

    __tablename__ = "agreement_completion"

    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]
