"""What the coordinator's screens show of the people in the school."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Exists, and_, exists, func, select
from sqlalchemy.orm import Session

from server.core.text import plain
from server.people import access
from server.people.models import DeviceSession, Group, Membership, Person, Role, full_name, initials
from server.people.viewer import Viewer

MOST_FOUND = 50


class Overview(msgspec.Struct, frozen=True):
    """How far the school is with letting people in."""

    groups: int
    students: int
    signed_in: int
    staff: int

    @property
    def imported(self) -> bool:
        """Whether a class list was read."""
        return self.students > 0


class GroupLine(msgspec.Struct, frozen=True):
    """A group in the list."""

    id: UUID
    name: str
    students: int
    signed_in: int
    mentors: str


class PersonLine(msgspec.Struct, frozen=True):
    """A person in a list. `signed_in`: on some device, once."""

    id: UUID
    name: str
    initials: str
    kind: str
    job: str
    groups: str
    group_id: UUID | None
    coordinator: bool
    signed_in: bool


def school_overview(session: Session, viewer: Viewer) -> Overview:
    """The counts for the coordinator's first screen; nothing for others."""
    ids = access.people(viewer).with_only_columns(Person.id, Person.kind, _ever_in().label("ever")).subquery()
    rows = {
        row.kind: (row.n, row.seen or 0) for row in session.execute(select(ids.c.kind, func.count().label("n"), func.count().filter(ids.c.ever).label("seen")).group_by(ids.c.kind))
    }
    groups = session.scalar(select(func.count()).select_from(access.groups(viewer).subquery())) or 0
    students, seen = rows.get("student", (0, 0))
    return Overview(groups, students, seen, rows.get("staff", (0, 0))[0])


def group_lines(session: Session, viewer: Viewer) -> list[GroupLine]:
    """Every group with its counts and the names of its mentors."""
    counted = select(Membership.group_id, func.count().label("n"), func.count().filter(_ever_in()).label("seen")).join(Person, Person.id == Membership.person_id)
    counts = {row.group_id: row for row in session.execute(counted.where(Membership.school_id == viewer.school_id, Membership.kind == "student").group_by(Membership.group_id))}
    mentors: dict[UUID, list[str]] = defaultdict(list)
    for row in session.execute(
        select(Membership.group_id, Person).join(Person, Person.id == Membership.person_id).where(Membership.school_id == viewer.school_id, Membership.kind == "mentor")
    ):
        mentors[row.group_id].append(row.Person.full_name)
    found = session.scalars(access.groups(viewer).order_by(Group.name)).all()
    return [
        GroupLine(group.id, group.name, counts[group.id].n if group.id in counts else 0, counts[group.id].seen if group.id in counts else 0, ", ".join(sorted(mentors[group.id])))
        for group in found
    ]


def staff_lines(session: Session, viewer: Viewer) -> list[PersonLine]:
    """Everybody who works at the school."""
    return [line for line in _lines(session, viewer) if line.kind == "staff"]


def groupless(session: Session, viewer: Viewer) -> list[PersonLine]:
    """Students whom no list has put in a group."""
    return [line for line in _lines(session, viewer) if line.kind == "student" and not line.groups]


def found_by_name(session: Session, viewer: Viewer, typed: str) -> list[PersonLine]:
    """Students and staff in whose name every typed word occurs, accents or not (`ait` finds `Aït`)."""
    words = plain(typed).split()
    return [line for line in _lines(session, viewer) if all(word in plain(line.name) for word in words)][:MOST_FOUND] if words else []


def group_people(session: Session, viewer: Viewer, group: Group) -> tuple[list[PersonLine], list[PersonLine]]:
    """The students and the mentors of a group."""
    rows = session.execute(select(Membership.person_id, Membership.kind).where(Membership.group_id == group.id))
    members = {row.person_id: row.kind for row in rows}
    lines = [line for line in _lines(session, viewer) if line.id in members]
    return [line for line in lines if members[line.id] == "student"], [line for line in lines if members[line.id] == "mentor"]


def line_of(session: Session, viewer: Viewer, person: Person) -> PersonLine:
    """One person as a list shows them."""
    return _lines(session, viewer, Person.id == person.id)[0]


def _lines(session: Session, viewer: Viewer, *only: ColumnElement[bool]) -> list[PersonLine]:
    groups = select(func.aggregate_strings(Group.name, ", ")).join(Membership, and_(Membership.group_id == Group.id, Membership.person_id == Person.id)).scalar_subquery()
    group_id = select(Membership.group_id).where(Membership.person_id == Person.id, Membership.kind == "student").limit(1).scalar_subquery()
    role = exists().where(Role.person_id == Person.id, Role.name == "coordinator")
    columns = (
        Person.id,
        Person.given_name,
        Person.infix,
        Person.family_name,
        Person.kind,
        Person.job,
        groups.label("groups"),
        group_id.label("group_id"),
        role.label("role"),
        _ever_in().label("ever"),
    )
    rows: Sequence[Any] = session.execute(access.people(viewer).where(*only).with_only_columns(*columns)).all()
    rows = sorted(rows, key=lambda row: (plain(row.family_name), plain(row.given_name)))
    return [
        PersonLine(
            id=row.id, name=full_name(row.given_name, row.infix, row.family_name), initials=initials(row.given_name, row.family_name), kind=row.kind, job=row.job,
            groups=row.groups or "", group_id=row.group_id, coordinator=row.role, signed_in=row.ever,
        )
        for row in rows
    ]  # fmt: skip


def _ever_in() -> Exists:
    return exists().where(DeviceSession.person_id == Person.id).correlate(Person)
