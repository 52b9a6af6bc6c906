"""The school as it is now, as far as a list can say something about it: read in five statements, however large the school is."""

import hashlib
from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Table, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from server.people.models import Group, Guardianship, Membership, Person, Role
from server.roster.reading_rows import plain_key

WORDS = ("given_name", "infix", "family_name", "email", "job", "number", "source_id", "birth_date")
"""What a list may change of a person."""


class Somebody(msgspec.Struct):
    """A person whom the school knows."""

    id: UUID
    kind: str
    number: str | None
    source_id: str | None
    given_name: str
    infix: str
    family_name: str
    email: str
    job: str
    birth_date: date | None
    archived: bool

    @property
    def name(self) -> str:
        """`Yara van der Meulen`"""
        return " ".join(filter(None, (self.given_name, self.infix, self.family_name)))

    @property
    def words(self) -> dict[str, Any]:
        """What a list may change of them, as it is."""
        return {word: getattr(self, word) for word in WORDS}

    @property
    def nameable(self) -> bool:
        """Whether the administration knows them: who came in by hand cannot be missed in a list."""
        return bool(self.number or self.source_id)


class Known(msgspec.Struct):
    """Everybody, their groups, who is in them, who mentors them, who cares for whom, and who runs Spoor. `mark` is a fingerprint of all of it."""

    people: dict[UUID, Somebody]
    groups: dict[UUID, tuple[str, str | None, bool]]
    members: dict[UUID, list[tuple[UUID, str, bool]]]
    """Of each person: the group, whether as `student` or `mentor`, and whether that was set by hand."""

    wards: set[tuple[UUID, UUID]]
    running: set[UUID]
    mark: str

    def by_source(self) -> dict[str, Somebody]:
        """People by their name in the system that makes the lists."""
        return {person.source_id: person for person in self.people.values() if person.source_id}

    def by_number(self) -> dict[str, Somebody]:
        """People by number or code."""
        return {person.number: person for person in self.people.values() if person.number}

    def by_plain_number(self) -> dict[str, Somebody | None]:
        """People by number without the zeros before it, which spreadsheets drop; None where two people would be one."""
        found: dict[str, Somebody | None] = {}
        for person in self.people.values():
            if person.number:
                key = plain_key(person.number)
                found[key] = None if key in found else person
        return found

    def by_email(self) -> dict[tuple[str, str], Somebody | None]:
        """Employees and guardians by kind and e-mail address; None where two people share one."""
        found: dict[tuple[str, str], Somebody | None] = {}
        for person in self.people.values():
            if person.email and person.kind in {"staff", "guardian"}:
                key = (person.kind, person.email.casefold())
                found[key] = None if key in found else person
        return found


def known_of(session: Session, school_id: UUID) -> Known:
    """What there is now."""
    people, members = dict[UUID, Somebody](), defaultdict[UUID, list[tuple[UUID, str, bool]]](list)
    asked, connection = _asked(school_id), session.connection()
    for who, kind, number, source, given, infix, family, email, job, born, archived in connection.execute(asked[0]):
        people[who] = Somebody(who, kind, number, source, given, infix, family, email, job, born, archived is not None)
    groups = {group: (name, source, archived is not None) for group, name, source, archived in connection.execute(asked[1])}
    for person, group, kind, by_hand in connection.execute(asked[2]):
        members[person].append((group, kind, by_hand))
    wards = {(guardian, student) for guardian, student in connection.execute(asked[3])}
    return Known(people, groups, dict(members), wards, set(connection.execute(asked[4]).scalars()), mark_of(session, school_id))


def mark_of(session: Session, school_id: UUID) -> str:
    """A fingerprint of all of it, as the database holds it: four times quicker than reading it."""
    seen = hashlib.sha256()
    for asked in _asked(school_id):
        plain = asked.with_only_columns(*(type_coerce(column, NullType()) for column in asked.selected_columns))
        for some in session.connection().execute(plain).partitions(5000):
            seen.update(repr([tuple(row) for row in some]).encode())
    return seen.hexdigest()


def _asked(school_id: UUID) -> tuple[Any, ...]:
    person: Table = Person.__table__  # type: ignore[assignment]
    columns = [person.c[name] for name in ("id", "kind", "number", "source_id", "given_name", "infix", "family_name", "email", "job", "birth_date", "archived_at")]
    member = select(Membership.person_id, Membership.group_id, Membership.kind, Membership.by_hand).where(Membership.school_id == school_id)
    ward = select(Guardianship.guardian_id, Guardianship.student_id).where(Guardianship.school_id == school_id)
    return (
        select(*columns).where(person.c.school_id == school_id).order_by(person.c.id),
        select(Group.id, Group.name, Group.source_id, Group.archived_at).where(Group.school_id == school_id).order_by(Group.id),
        member.order_by(Membership.group_id, Membership.person_id),
        ward.order_by(Guardianship.guardian_id, Guardianship.student_id),
        select(Role.person_id).where(Role.school_id == school_id).order_by(Role.person_id).distinct(),
    )
