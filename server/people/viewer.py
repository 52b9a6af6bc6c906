"""Who is looking: found by the cookie in one read, with all that a page's frame and every scope need."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Date, Select, String, and_, bindparam, cast, exists, func, select
from sqlalchemy.orm import Session

from server.core import clock
from server.core.security import hashed
from server.people.models import DEPTHS, Cover, DeviceSession, Group, Membership, Mentorship, Person, Role, School, full_name, initials


class StandsIn(msgspec.Struct, frozen=True):
    """A mentor for whom somebody stands in today, and the days of it; both are in it."""

    mentor_id: UUID
    first: date
    last: date
    begins: datetime
    """The first moment of the first day in the school's zone, in UTC."""

    ends: datetime
    """The first moment after the last day."""

    def holds(self, moment: datetime) -> bool:
        """Whether what begins at this moment is the colleague's to hold."""
        return self.begins <= moment < self.ends


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in person on one device."""

    person_id: UUID
    school_id: UUID
    session_id: UUID
    kind: str
    given_name: str
    full_name: str
    initials: str
    addressed_as: str
    school_name: str
    vision: str
    """What the school wants with guidance, in its own words: it heads what is printed."""

    zone: str
    language: str | None
    theme: str
    text_size: str
    calm: bool
    pictures: bool
    """Whether they tell by pictures first, with as little reading as can be."""

    depth: str
    """How deep they tell (`DEPTHS`): as they chose, else as the deepest of their groups does."""

    roles: frozenset[str]
    mentor_groups: tuple[str, ...]
    mentors_single: bool
    """Whether they mentor students one by one, besides any group."""

    covers: tuple[StandsIn, ...]
    """For whom they stand in today."""

    school_revision: int
    vocabulary_edition: int
    """How often their school changed the shared language."""

    revision: int
    started_at: datetime
    confirmed_at: datetime | None
    """When they last showed on this device that it is them."""

    method: str
    seen_at: datetime
    shared: bool
    """Whether others use this computer too: nothing of this person is kept on it."""

    @property
    def is_student(self) -> bool:
        """A student."""
        return self.kind == "student"

    @property
    def is_staff(self) -> bool:
        """An employee of any kind."""
        return self.kind == "staff"

    @property
    def is_guardian(self) -> bool:
        """A parent or carer."""
        return self.kind == "guardian"

    @property
    def is_mentor(self) -> bool:
        """An employee who mentors a group or a student, or stands in for one who does."""
        return self.is_staff and bool(self.mentor_groups or self.mentors_single or self.covers)

    @property
    def mentor_ids(self) -> tuple[UUID, ...]:
        """Themselves, and the mentors for whom they stand in today: whose students they see. Of whose talks they may hold, `conversation.access` says which."""
        return (self.person_id, *(cover.mentor_id for cover in self.covers))

    @property
    def is_coordinator(self) -> bool:
        """Who runs the guidance in this school: activities, the shared language, who mentors whom."""
        return self.is_staff and "coordinator" in self.roles

    @property
    def is_admin(self) -> bool:
        """Who decides in this school who may do what, and how people come in."""
        return self.is_staff and "admin" in self.roles

    @property
    def is_keeper(self) -> bool:
        """Who keeps the people of this school: a coordinator or an admin."""
        return self.is_coordinator or self.is_admin

    @property
    def look(self) -> str:
        """How pages are shown to them: another look is another page."""
        return f"{self.theme}.{self.text_size}.{self.calm:d}{self.pictures:d}.{self.depth}"

    @property
    def display_name(self) -> str:
        """The name in the frame of the page."""
        return self.full_name

    @property
    def group_line(self) -> str:
        """`3B, 3C` for a mentor, else empty."""
        return ", ".join(self.mentor_groups)


def _who() -> Select[Any]:
    roles = select(func.aggregate_strings(Role.name, ",")).where(Role.person_id == Person.id).scalar_subquery()
    groups = (
        select(func.aggregate_strings(Group.name, "\n"))
        .join(Membership, and_(Membership.group_id == Group.id, Membership.kind == "mentor"))
        .where(Membership.person_id == Person.id, Group.archived_at.is_(None))
        .scalar_subquery()
    )
    depths = (
        select(func.aggregate_strings(Group.depth, ","))
        .join(Membership, and_(Membership.group_id == Group.id, Membership.kind == "student"))
        .where(Membership.person_id == Person.id, Group.archived_at.is_(None))
        .scalar_subquery()
    )
    single = exists().where(Mentorship.mentor_id == Person.id)
    today = Cover.starts_on <= bindparam("tomorrow", type_=Date), Cover.ends_on >= bindparam("yesterday", type_=Date), Cover.ended_at.is_(None)
    covers = select(func.aggregate_strings(_cover(), "\n")).where(Cover.colleague_id == Person.id, *today).scalar_subquery()
    columns = (
        DeviceSession.id.label("session_id"), DeviceSession.started_at, DeviceSession.confirmed_at, DeviceSession.method, DeviceSession.seen_at, DeviceSession.shared,
        Person.id.label("person_id"), Person.school_id, Person.kind, Person.given_name, Person.infix, Person.family_name, Person.addressed_as, Person.language, Person.theme,
        Person.text_size, Person.calm, Person.pictures, Person.revision, School.name.label("school_name"), School.vision, School.zone,
        School.revision.label("school_revision"), School.vocabulary_edition,
        roles.label("roles"), groups.label("groups"), func.coalesce(Person.depth, depths).label("depths"),
        single.label("single"), covers.label("covers"),
    )  # fmt: skip
    return (
        select(*columns)
        .join(Person, Person.id == DeviceSession.person_id)
        .join(School, School.id == Person.school_id)
        .where(DeviceSession.token_hash == bindparam("token_hash"), DeviceSession.ended_at.is_(None), DeviceSession.lapses_at > bindparam("now"), Person.archived_at.is_(None))
    )


def _deepest(told: str | None) -> str:
    """Who is in two groups is asked most; who is in none, as usual."""
    return max((told or "usual").split(","), key=DEPTHS.index)


def _cover() -> ColumnElement[str]:
    """Mentor, first and last day in one text: a person may stand in for several."""
    return cast(Cover.mentor_id, String) + " " + cast(Cover.starts_on, String) + " " + cast(Cover.ends_on, String)


def _covered(told: str | None, now: datetime, zone: str) -> tuple[StandsIn, ...]:
    """The database knows no school's zone, so it gives the day before and after too."""
    parts = (line.split(" ") for line in (told or "").split("\n") if line)
    known = (_stands_in(UUID(mentor), date.fromisoformat(first), date.fromisoformat(last), zone) for mentor, first, last in parts)
    return tuple(cover for cover in known if cover.holds(now))


def _stands_in(mentor_id: UUID, first: date, last: date, zone: str) -> StandsIn:
    return StandsIn(mentor_id, first, last, clock.at(first, time(), zone), clock.at(last + timedelta(days=1), time(), zone))


_WHO = _who()
"""Composed once, and run past the ORM: every request asks this, at a quarter of what composing it anew costs."""


def _asked(token: str, now: datetime) -> dict[str, Any]:
    day = timedelta(days=1)
    return {"token_hash": hashed(token), "now": now, "yesterday": (now - day).date(), "tomorrow": (now + day).date()}


def viewer_of(session: Session, token: str, now: datetime) -> Viewer | None:
    """The person whose device sent this cookie, or None when it is let in no more."""
    row = session.connection().execute(_WHO, _asked(token, now)).one_or_none()
    if row is None:
        return None
    return Viewer(
        person_id=row.person_id, school_id=row.school_id, session_id=row.session_id, kind=row.kind, given_name=row.given_name,
        full_name=full_name(row.given_name, row.infix, row.family_name), initials=initials(row.given_name, row.family_name),
        addressed_as=row.addressed_as, school_name=row.school_name, vision=row.vision, zone=row.zone, language=row.language, theme=row.theme,
        text_size=row.text_size, calm=row.calm, pictures=row.pictures and row.kind == "student", depth=_deepest(row.depths),
        roles=frozenset((row.roles or "").split(",")) - {""}, mentor_groups=tuple(sorted(filter(None, (row.groups or "").split("\n")))),
        mentors_single=bool(row.single), covers=_covered(row.covers, now, row.zone), started_at=row.started_at,
        confirmed_at=row.confirmed_at, method=row.method, school_revision=row.school_revision,
        vocabulary_edition=row.vocabulary_edition, revision=row.revision, seen_at=row.seen_at, shared=row.shared,
    )  # fmt: skip
