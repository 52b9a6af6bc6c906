"""Who there is, how they belong together, and on which devices they are signed in."""

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, and_, false, text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base
from server.core.ids import new_id

OF_AGE = 18
"""From this age the law asks the student alone."""

DEPTHS = ("short", "usual", "deep")
"""How deep a student tells: kort (faces, words, one sentence or voice), gewoon (the four questions), diep (STARRT)."""

TEXT_SIZES = ("normal", "large", "largest")

ROLES = ("coordinator", "admin")
"""What an employee may do besides being one: `coordinator` runs the guidance, `admin` who may come in and who may do what."""


class School(Base):
    """A school. Everything belongs to exactly one. `edition` counts what was edited by hand: a stale save is told."""

    __tablename__ = "school"
    __table_args__ = (Index("school_name", text("lower(name)"), unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(120))
    zone: Mapped[str] = mapped_column(String(60), default="Europe/Amsterdam")
    trusted_name: Mapped[str] = mapped_column(String(120), default="")
    trusted_contact: Mapped[str] = mapped_column(String(200), default="")
    guardians_from: Mapped[int] = mapped_column(default=16, server_default="16")
    """From this age a student invites guardians too; below it only the school does."""

    vision: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What the school wants with guidance, in its own words: heads cards and reports."""

    vocabulary_edition: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the school changed the shared language; 0: it is as Spoor brings it along."""

    revision: Mapped[int] = mapped_column(default=0)
    edition: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]


class Group(Base):
    """A mentor group: its students, and who mentors them. `source_id` is its name in the school's own system; archived ones are shown nowhere but keep what hangs on them."""

    __tablename__ = "school_group"
    __table_args__ = (UniqueConstraint("school_id", "name"), Index("school_group_source", "school_id", "source_id", unique=True))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    name: Mapped[str] = mapped_column(String(60))
    source_id: Mapped[str | None] = mapped_column(String(255))
    depth: Mapped[str] = mapped_column(String(10), default="usual", server_default="usual")
    edition: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class Person(Base):
    """Somebody at, or around, the school: a student, an employee, a guardian.

    `number` is what the school's system calls them for people (a student number, a code), `source_id` for machines. Who left is archived:
    let in no more and shown in no list, while what is theirs stays until retention deletes it.
    """

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("school_id", "number"),
        Index("person_source", "school_id", "source_id", unique=True),
        Index("person_email", text("lower(email)")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    kind: Mapped[str] = mapped_column(String(10))
    number: Mapped[str | None] = mapped_column(String(40))
    source_id: Mapped[str | None] = mapped_column(String(255))
    given_name: Mapped[str] = mapped_column(String(80))
    infix: Mapped[str] = mapped_column(String(30), default="")
    family_name: Mapped[str] = mapped_column(String(80))
    addressed_as: Mapped[str] = mapped_column(String(80), default="")
    job: Mapped[str] = mapped_column(String(60), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    birth_date: Mapped[date | None]
    language: Mapped[str | None] = mapped_column(String(2))
    theme: Mapped[str] = mapped_column(String(5), default="auto")
    depth: Mapped[str | None] = mapped_column(String(10))
    """How deep a student tells when they chose that themselves (`DEPTHS`); else as their group does."""

    text_size: Mapped[str] = mapped_column(String(10), default="normal", server_default="normal")
    calm: Mapped[bool] = mapped_column(default=False, server_default=false())
    pictures: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a student tells by pictures first: faces, pictograms, photos and voice, with as little reading as can be."""

    revision: Mapped[int] = mapped_column(default=0)
    edition: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    @property
    def full_name(self) -> str:
        """`Yara van der Meulen`"""
        return full_name(self.given_name, self.infix, self.family_name)

    @property
    def form_of_address(self) -> str:
        """As this person chose to be addressed, else the full name: no title or pronoun is guessed."""
        return self.addressed_as or self.full_name

    def age_on(self, day: date) -> int | None:
        """How old they are that day, in whole years; None when the school did not say when they were born."""
        return None if self.birth_date is None else age(self.birth_date, day)


def age(born: date, day: date) -> int:
    """Whole years on a day. Who was born on 29 February is a year older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


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
    """Who belongs to a group: as a student, or as its mentor. What the coordinator set by hand a class list leaves alone."""

    __tablename__ = "membership"
    __table_args__ = (Index("membership_person", "person_id", "kind"),)

    group_id: Mapped[UUID] = mapped_column(ForeignKey("school_group.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    by_hand: Mapped[bool] = mapped_column(default=False, server_default=false())


class Mentorship(Base):
    """Who mentors a single student, besides or instead of the mentor of a group."""

    __tablename__ = "mentorship"

    mentor_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    student_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class Cover(Base):
    """For a time a colleague holds the talks of a mentor who is away. From the first moment of `starts_on` through `ends_on`, in the school's zone; both are in it."""

    __tablename__ = "cover"
    __table_args__ = (Index("cover_colleague", "colleague_id", "starts_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    mentor_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    colleague_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    def holds(self, day: date) -> bool:
        """Whether the colleague stands in on this day."""
        return self.ended_at is None and self.starts_on <= day <= self.ends_on


class Guardianship(Base):
    """Whose guardian somebody is, who said so, since when the guardian says so too (before that they see nobody), and since when the student."""

    __tablename__ = "guardianship"

    guardian_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    student_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    def holds(self, born: date | None, day: date) -> bool:
        """Whether the guardian may still see what is put before them: not ended, and from 18 only with the student's own word."""
        of_age = born is not None and age(born, day) >= OF_AGE
        return self.ended_at is None and (self.agreed_at is not None or not of_age)


class DeviceSession(Base):
    """A person signed in on a device. The cookie holds the secret, this row its digest.

    `shared` is a computer that others use too: nothing of the person stays on it, and the session ends with the browser.
    `let_in_by` made the link it began with, when that was somebody else: whoever can make a link could use it, so the person sees it.
    `method` is the way they came in, `confirmed_at` when they last showed that it is them, `lapses_at` when it lets in no more unless it is used before. `logout_hint` is sealed:
    what a provider wants to see when this person signs out there too.
    """

    __tablename__ = "device_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(60))
    shared: Mapped[bool] = mapped_column(default=False, server_default=false())
    let_in_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    method: Mapped[str] = mapped_column(String(12), default="link", server_default="link")
    provider: Mapped[str] = mapped_column(String(40), default="", server_default="")
    logout_hint: Mapped[bytes | None] = mapped_column(LargeBinary)
    started_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    lapses_at: Mapped[datetime] = mapped_column(default=lambda row: row.get_current_parameters()["seen_at"] + timedelta(days=180))
    ended_at: Mapped[datetime | None]

    def runs(self, now: datetime) -> bool:
        """Whether the device is still let in: not signed out, and used lately enough for who it is."""
        return self.ended_at is None and now < self.lapses_at

    @classmethod
    def running(cls, now: datetime) -> ColumnElement[bool]:
        """The same, asked of the database."""
        return and_(cls.ended_at.is_(None), cls.lapses_at > now)

    def end(self, now: datetime) -> None:
        """Let this device in no more."""
        self.ended_at = self.ended_at or now


class Limits(msgspec.Struct, frozen=True):
    """How long a session lasts: `idle` since it was last used, `absolute` since it began (none: as long as it is used)."""

    idle: timedelta
    absolute: timedelta | None = None

    def lapses(self, started: datetime, seen: datetime) -> datetime:
        """When a session that began and was last used then lets nobody in any more."""
        return seen + self.idle if self.absolute is None else min(seen + self.idle, started + self.absolute)


STUDENT_LIMITS = Limits(timedelta(days=180))
"""On an own phone a student stays in as long as it is used twice a year: a diary that locks its owner out is not kept."""

STAFF_LIMITS = Limits(timedelta(days=30), timedelta(days=180))
RUNNING_LIMITS = Limits(timedelta(days=7), timedelta(days=90))
"""For who may change who gets in."""

GUARDIAN_LIMITS = Limits(timedelta(days=30), timedelta(days=90))
SHARED_LIMITS = Limits(timedelta(hours=12), timedelta(hours=24))
"""On a shared computer the cookie ends with the browser; one that brings its cookies back at the next start finds the session over."""


def limits_of(kind: str, roles: frozenset[str], *, shared: bool) -> Limits:
    """How long somebody stays signed in on a device of theirs, or on one that others use too."""
    if shared:
        return SHARED_LIMITS
    if kind == "student":
        return STUDENT_LIMITS
    return GUARDIAN_LIMITS if kind == "guardian" else RUNNING_LIMITS if roles else STAFF_LIMITS
