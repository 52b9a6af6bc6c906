"""Somebody else says what they saw a student do well. It is the student's from the first moment: they keep it or put it aside, thank for it, and show it or not."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.core.db import Base
from server.core.ids import new_id

LONGEST_SENTENCE, LONGEST_NAME, MOST_WORDS = 300, 60, 3

WITHDRAWN_WITHIN = timedelta(days=3)
"""So long the giver may take it back, kept or not: whether it is kept is the student's to know, and a refusal would tell."""

OUTCOMES = ("talked", "giver")
"""What a mentor did with what a student asked them to look at: talked with the student, or with who wrote it too."""

INVITATION_LIFE = timedelta(days=7)
THANKS_LAST = timedelta(days=30)
"""So long the link that a guest used shows them whether the student thanked them, and so long the student can."""

MOST_OPEN = 10
"""Links of one student that open at the same time."""

_REPORTED = text("reported_at IS NOT NULL")
"""Few are: a mentor's first page asks for them each time."""


class Recognition(Base):
    """What one person saw in one student. `giver_id` is an employee; a guest says who they are (`guest_name`, `guest_role`) and came by an invitation.

    `kept_at` and `put_aside_at` are the student's choice, `thanked_at` their thanks, `reported_at` that they asked their mentor to look, `withdrawn_at` that
    the giver took it back. `reader_id` is the mentor who looked, or who talked about it since (`settled_at`); `outcome` with whom.
    """

    __tablename__ = "recognition"
    __table_args__ = (
        Index("recognition_student", "student_id", "given_at"),
        Index("recognition_giver", "giver_id", "given_at"),
        Index("recognition_by_link", "invitation_id", unique=True),
        Index("recognition_reported", "school_id", sqlite_where=_REPORTED, postgresql_where=_REPORTED),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    student_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    giver_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    invitation_id: Mapped[UUID | None] = mapped_column(ForeignKey("recognition_invitation.id"))
    guest_name: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    guest_role: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    sentence: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]
    put_aside_at: Mapped[datetime | None]
    thanked_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    reader_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    read_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(10), default="")
    withdrawn_at: Mapped[datetime | None]

    words: Mapped[list["RecognitionWord"]] = relationship(lazy="raise", order_by="RecognitionWord.position", cascade="all, delete-orphan")

    @property
    def state(self) -> str:
        """What the student made of it: `new`, `kept` or `aside`."""
        return "kept" if self.kept_at is not None else "aside" if self.put_aside_at is not None else "new"

    def may_be_withdrawn(self, now: datetime) -> bool:
        """Whether the giver may still take it back: shortly after, whatever the student made of it."""
        return self.withdrawn_at is None and now - self.given_at < WITHDRAWN_WITHIN

    def keep(self, now: datetime) -> None:
        """The student keeps it, also after they had put it aside; the first time counts."""
        self.kept_at, self.put_aside_at = self.kept_at or now, None

    def put_aside(self, now: datetime) -> None:
        """The student wants it out of sight: what was kept is so no longer."""
        self.kept_at, self.put_aside_at = None, self.put_aside_at or now

    def may_be_thanked(self, now: datetime) -> bool:
        """Whether there is somebody to hear it, and thanks once is thanks. A guest hears it by the link they used, so long as that tells."""
        heard = self.giver_id is not None or now - self.given_at < THANKS_LAST
        return heard and self.thanked_at is None and self.put_aside_at is None

    def settle(self, mentor_id: UUID, outcome: str, now: datetime) -> bool:
        """A mentor talked about it: the first who says so, who may add later that they talked with who wrote it too. Tells whether that changes what stands."""
        adds = self.reader_id == mentor_id and (self.outcome, outcome) == ("talked", "giver")
        if self.settled_at is not None and not adds:
            return False
        self.reader_id, self.read_at, self.settled_at, self.outcome = mentor_id, self.read_at or now, self.settled_at or now, outcome
        return True


class RecognitionWord(Base):
    """A quality that was seen: a word of the shared language, called as it was then."""

    __tablename__ = "recognition_word"

    recognition_id: Mapped[UUID] = mapped_column(ForeignKey("recognition.id"), primary_key=True)
    word: Mapped[str] = mapped_column(String(40), primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    edition: Mapped[int] = mapped_column(default=0)
    position: Mapped[int]


class RecognitionInvitation(Base):
    """A link or QR code with which a student lets one guest say, once, what they saw. The link holds the secret, this row its digest."""

    __tablename__ = "recognition_invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    student_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class RecognitionBlock(Base):
    """From whom a student wants to hear no more. That person is not told."""

    __tablename__ = "recognition_block"

    student_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    giver_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    made_at: Mapped[datetime]
