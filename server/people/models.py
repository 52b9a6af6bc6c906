"""Who there is, and by which secrets they are let in."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, and_, false, or_
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base
from server.core.ids import new_id

SESSION_LIFE = timedelta(days=180)
SHARED_LIFE = timedelta(hours=12)
"""On a shared computer the cookie ends with the browser; one that brings its cookies back at the next start finds the session over."""
CODE_LIFE = timedelta(minutes=10)
LINK_LIFE = timedelta(days=30)
CODE_TRIES = 5


class School(Base):
    """A school. Everything belongs to exactly one."""

    __tablename__ = "school"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(120))
    zone: Mapped[str] = mapped_column(String(60), default="Europe/Amsterdam")
    trusted_name: Mapped[str] = mapped_column(String(120), default="")
    trusted_contact: Mapped[str] = mapped_column(String(200), default="")
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class Group(Base):
    """A mentor group: its students, and who mentors them."""

    __tablename__ = "school_group"
    __table_args__ = (UniqueConstraint("school_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]


class Person(Base):
    """Somebody at, or around, the school: a student, an employee, a guardian."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("school_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    kind: Mapped[str] = mapped_column(String(10))
    number: Mapped[str | None] = mapped_column(String(40))
    given_name: Mapped[str] = mapped_column(String(80))
    infix: Mapped[str] = mapped_column(String(30), default="")
    family_name: Mapped[str] = mapped_column(String(80))
    addressed_as: Mapped[str] = mapped_column(String(80), default="")
    job: Mapped[str] = mapped_column(String(60), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    birth_date: Mapped[date | None]
    language: Mapped[str | None] = mapped_column(String(2))
    theme: Mapped[str] = mapped_column(String(5), default="auto")
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    @property
    def full_name(self) -> str:
        """`Yara van der Meulen`"""
        return full_name(self.given_name, self.infix, self.family_name)

    @property
    def form_of_address(self) -> str:
        """As this person chose to be addressed, else the full name: no title or pronoun is guessed."""
        return self.addressed_as or self.full_name


def full_name(given: str, infix: str, family: str) -> str:
    """The parts of a name in Dutch order, without double spaces."""
    return " ".join(part for part in (given, infix, family) if part)


def initials(given: str, family: str) -> str:
    """The letters in the round picture: `SA`"""
    return (given[:1] + family[:1]).upper()


class Role(Base):
    """What an employee may do besides being one."""

    __tablename__ = "role"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))


class Membership(Base):
    """Who belongs to a group: as a student, or as its mentor."""

    __tablename__ = "membership"
    __table_args__ = (Index("membership_person", "person_id", "kind"),)

    group_id: Mapped[UUID] = mapped_column(ForeignKey("school_group.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))


class Guardianship(Base):
    """Whose guardian somebody is."""

    __tablename__ = "guardianship"

    guardian_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    student_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))


class DeviceSession(Base):
    """A person signed in on a device. The cookie holds the secret, this row its digest.

    `shared` is a computer that others use too: nothing of the person stays on it, and the session ends with the browser.
    `let_in_by` made the link it began with, when that was somebody else: whoever can make a link could use it, so the person sees it.
    """

    __tablename__ = "device_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(60))
    shared: Mapped[bool] = mapped_column(default=False, server_default=false())
    let_in_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    def runs(self, now: datetime) -> bool:
        """Whether the device is still let in: not signed out, and seen in the last 180 days; the last twelve hours where it is shared."""
        return self.ended_at is None and now - self.seen_at < (SHARED_LIFE if self.shared else SESSION_LIFE)

    @classmethod
    def running(cls, now: datetime) -> ColumnElement[bool]:
        """The same, asked of the database."""
        return and_(cls.ended_at.is_(None), cls.seen_at > now - SESSION_LIFE, or_(cls.shared.is_(False), cls.seen_at > now - SHARED_LIFE))

    def end(self, now: datetime) -> None:
        """Let this device in no more."""
        self.ended_at = self.ended_at or now


class SignInLink(Base):
    """A secret that lets one person in once: on paper as a link, or typed as a code within ten minutes."""

    __tablename__ = "sign_in_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    selector: Mapped[str | None] = mapped_column(String(8), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    ends_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
    again: Mapped[bool] = mapped_column(default=False)

    def opens(self, now: datetime) -> bool:
        """Whether it still lets somebody in. Only the demo's links do so more than once."""
        return now < self.ends_at and self.tries < CODE_TRIES and (self.used_at is None or self.again)


class SetupLink(Base):
    """The one-time link with which an empty installation is set up."""

    __tablename__ = "setup_link"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RosterImport(Base):
    """A class list that was uploaded: looked at first, applied only when asked."""

    __tablename__ = "roster_import"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    applied_at: Mapped[datetime | None]
