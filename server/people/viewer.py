"""Who is looking: found by the cookie in one read, with all that a page's frame and every scope need."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from server.core.security import hashed
from server.people.models import SESSION_LIFE, SHARED_LIFE, DeviceSession, Group, Membership, Person, Role, School, full_name, initials


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
    zone: str
    language: str | None
    theme: str
    roles: frozenset[str]
    mentor_groups: tuple[str, ...]
    school_revision: int
    revision: int
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
        """An employee with a mentor group."""
        return self.is_staff and bool(self.mentor_groups)

    @property
    def is_coordinator(self) -> bool:
        """Who runs Spoor in this school."""
        return self.is_staff and "coordinator" in self.roles

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
        .where(Membership.person_id == Person.id)
        .scalar_subquery()
    )
    columns = (
        DeviceSession.id.label("session_id"), DeviceSession.seen_at, DeviceSession.shared, Person.id.label("person_id"), Person.school_id, Person.kind, Person.given_name,
        Person.infix, Person.family_name, Person.addressed_as, Person.language, Person.theme, Person.revision, School.name.label("school_name"),
        School.zone, School.revision.label("school_revision"), roles.label("roles"), groups.label("groups"),
    )  # fmt: skip
    return (
        select(*columns)
        .join(Person, Person.id == DeviceSession.person_id)
        .join(School, School.id == Person.school_id)
        .where(DeviceSession.token_hash == bindparam("token_hash"), DeviceSession.ended_at.is_(None), DeviceSession.seen_at > bindparam("since"))
    )


_WHO = _who()
"""Composed once, and run past the ORM: every request asks this, at a quarter of what composing it anew costs."""


def viewer_of(session: Session, token: str, now: datetime) -> Viewer | None:
    """The person whose device sent this cookie, or None when it is let in no more."""
    row = session.connection().execute(_WHO, {"token_hash": hashed(token), "since": now - SESSION_LIFE}).one_or_none()
    if row is None or (row.shared and now - row.seen_at >= SHARED_LIFE):
        return None
    return Viewer(
        person_id=row.person_id, school_id=row.school_id, session_id=row.session_id, kind=row.kind, given_name=row.given_name,
        full_name=full_name(row.given_name, row.infix, row.family_name), initials=initials(row.given_name, row.family_name),
        addressed_as=row.addressed_as, school_name=row.school_name, zone=row.zone, language=row.language, theme=row.theme,
        roles=frozenset((row.roles or "").split(",")) - {""}, mentor_groups=tuple(sorted(filter(None, (row.groups or "").split("\n")))),
        school_revision=row.school_revision, revision=row.revision, seen_at=row.seen_at, shared=row.shared,
    )  # fmt: skip
