"""What the keeper's screens show of the people in the school: a fixed number of statements, and a page at a time."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Exists, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from server.core.text import plain
from server.people import access
from server.people.models import Cover, DeviceSession, Group, Membership, Mentorship, Person, Role, full_name, initials
from server.people.viewer import Viewer

PAGE = 50
SHOWN = ("staff", "groupless", "left")
"""The lists of people besides the groups: who works here, students whom no list has put in a group, who left."""


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
    roles: frozenset[str]
    signed_in: bool
    left: bool

    @property
    def coordinator(self) -> bool:
        """Whether they run the guidance."""
        return "coordinator" in self.roles

    @property
    def admin(self) -> bool:
        """Whether they decide who may do what."""
        return "admin" in self.roles


class Listed(msgspec.Struct, frozen=True):
    """One page of a list."""

    lines: list[PersonLine]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many there are."""
        return max(1, -(-self.total // PAGE))


class Belonging(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody belongs, for their own page."""

    groups: list[tuple[UUID, str]]
    """In use: of a student their own, of an employee those they mentor."""

    single: list[tuple[UUID, str]]
    """One by one: the mentors of a student, the students of a mentor."""

    devices: int
    covers: bool
    """Whether somebody stands in for them now or later."""


def school_overview(session: Session, viewer: Viewer) -> Overview:
    """The counts for the keeper's first screen; nothing for others."""
    ids = access.people(viewer).with_only_columns(Person.id, Person.kind, _ever_in().label("ever")).subquery()
    rows = {
        row.kind: (row.n, row.seen or 0) for row in session.execute(select(ids.c.kind, func.count().label("n"), func.count().filter(ids.c.ever).label("seen")).group_by(ids.c.kind))
    }
    groups = session.scalar(select(func.count()).select_from(access.groups(viewer).subquery())) or 0
    students, seen = rows.get("student", (0, 0))
    return Overview(groups, students, seen, rows.get("staff", (0, 0))[0])


def group_lines(session: Session, viewer: Viewer) -> list[GroupLine]:
    """Every group with its counts and the names of its mentors."""
    there = (Membership.school_id == viewer.school_id, Person.archived_at.is_(None))
    counted = select(Membership.group_id, func.count().label("n"), func.count().filter(_ever_in()).label("seen")).join(Person, Person.id == Membership.person_id)
    counts = {row.group_id: row for row in session.execute(counted.where(*there, Membership.kind == "student").group_by(Membership.group_id))}
    mentors: dict[UUID, list[str]] = defaultdict(list)
    names = select(Membership.group_id, Person.given_name, Person.infix, Person.family_name).join(Person, Person.id == Membership.person_id)
    for row in session.execute(names.where(*there, Membership.kind == "mentor")):
        mentors[row.group_id].append(full_name(row.given_name, row.infix, row.family_name))
    found = session.scalars(access.groups(viewer).order_by(Group.name)).all()
    return [
        GroupLine(group.id, group.name, counts[group.id].n if group.id in counts else 0, counts[group.id].seen if group.id in counts else 0, ", ".join(sorted(mentors[group.id])))
        for group in found
    ]


def listed(session: Session, viewer: Viewer, show: str, page: int) -> Listed:
    """One page of one of the lists (`SHOWN`), by family name."""
    return _page(session, viewer, _of(viewer, show), page, archived=show == "left")


def found_by_name(session: Session, viewer: Viewer, typed: str, page: int) -> Listed:
    """Students and staff in whose name every typed word occurs, accents or not (`ait` finds `Aït`), or whose number begins so."""
    words = plain(typed).split()
    return _page(session, viewer, access.people(viewer), page, words=words, number=typed) if words else Listed([], 0, 1)


def groupless(session: Session, viewer: Viewer) -> int:
    """How many students no list has put in a group that is in use."""
    return session.scalar(select(func.count()).select_from(_of(viewer, "groupless").with_only_columns(Person.id).subquery())) or 0


def _of(viewer: Viewer, show: str) -> Select[Person]:
    if show == "left":
        return access.everybody(viewer).where(Person.kind.in_(("student", "staff")), Person.archived_at.is_not(None))
    if show == "staff":
        return access.people(viewer).where(Person.kind == "staff")
    grouped = exists().where(Membership.person_id == Person.id, Membership.group_id == Group.id, Group.archived_at.is_(None))
    return access.people(viewer).where(Person.kind == "student", ~grouped)


def _page(session: Session, viewer: Viewer, among: Select[Person], page: int, *, words: Sequence[str] = (), number: str = "", archived: bool = False) -> Listed:
    """Names are sorted and searched here: a database neither knows that `ait` is in `Aït` nor sorts as people do. Only the page is loaded whole."""
    rows = session.execute(among.with_only_columns(Person.id, Person.given_name, Person.infix, Person.family_name, Person.number)).all()
    if words:
        rows = [row for row in rows if (row.number or "").startswith(number) or all(word in plain(full_name(row.given_name, row.infix, row.family_name)) for word in words)]
    rows = sorted(rows, key=lambda row: (plain(row.family_name), plain(row.given_name)))
    page = min(max(page, 1), max(1, -(-len(rows) // PAGE)))
    ids = [row.id for row in rows[(page - 1) * PAGE : page * PAGE]]
    everybody = access.everybody(viewer) if archived else access.people(viewer)
    lines = {line.id: line for line in _lines(session, everybody.where(Person.id.in_(ids)))} if ids else {}
    return Listed([lines[known] for known in ids if known in lines], len(rows), page)


def group_people(session: Session, viewer: Viewer, group: Group) -> tuple[list[PersonLine], list[PersonLine]]:
    """The students and the mentors of a group."""
    members = {row.person_id: row.kind for row in session.execute(select(Membership.person_id, Membership.kind).where(Membership.group_id == group.id))}
    lines = _lines(session, access.people(viewer).where(Person.id.in_(select(Membership.person_id).where(Membership.group_id == group.id))))
    return [line for line in lines if members[line.id] == "student"], [line for line in lines if members[line.id] == "mentor"]


def line_of(session: Session, viewer: Viewer, person_id: UUID) -> PersonLine | None:
    """One student or employee as a list shows them, also who left."""
    wanted = access.everybody(viewer).where(Person.id == person_id, Person.kind.in_(("student", "staff")))
    return next(iter(_lines(session, wanted)), None)


def belonging(session: Session, viewer: Viewer, line: PersonLine, now: datetime) -> Belonging:
    """Where this person belongs, one by one too, and on how many devices they are in."""
    of = select(Group.id, Group.name).join(Membership, Membership.group_id == Group.id).where(Membership.person_id == line.id, Group.archived_at.is_(None))
    mine, other = (Mentorship.student_id, Mentorship.mentor_id) if line.kind == "student" else (Mentorship.mentor_id, Mentorship.student_id)
    single = access.people(viewer).join(Mentorship, other == Person.id).where(mine == line.id).order_by(Person.family_name, Person.given_name)
    devices = select(func.count()).select_from(DeviceSession).where(DeviceSession.person_id == line.id, DeviceSession.running(now))
    return Belonging(
        groups=[(row.id, row.name) for row in session.execute(of.order_by(Group.name))], single=[(person.id, person.full_name) for person in session.scalars(single)],
        devices=session.scalar(devices) or 0, covers=session.scalar(select(Cover.id).where(Cover.mentor_id == line.id, Cover.ended_at.is_(None)).limit(1)) is not None,
    )  # fmt: skip


def all_groups(session: Session, viewer: Viewer) -> list[tuple[UUID, str]]:
    """The groups to choose from."""
    return [(row.id, row.name) for row in session.execute(access.groups(viewer).order_by(Group.name).with_only_columns(Group.id, Group.name))]


def archived_groups(session: Session, viewer: Viewer) -> list[Group]:
    """Those that are out of use, to bring one back."""
    return list(session.scalars(select(Group).where(Group.school_id == viewer.school_id, Group.archived_at.is_not(None)).order_by(Group.name))) if viewer.is_keeper else []


def mentor_ids(session: Session, viewer: Viewer) -> set[UUID]:
    """Who mentors anybody in the own school."""
    by_group = select(Membership.person_id).where(Membership.school_id == viewer.school_id, Membership.kind == "mentor")
    return set(session.scalars(by_group.union(select(Mentorship.mentor_id).where(Mentorship.school_id == viewer.school_id))))


def _lines(session: Session, wanted: Select[Person]) -> list[PersonLine]:
    in_use = and_(Group.id == Membership.group_id, Group.archived_at.is_(None))
    groups = select(func.aggregate_strings(Group.name, ", ")).join(Membership, and_(in_use, Membership.person_id == Person.id)).scalar_subquery()
    group_id = select(Membership.group_id).join(Group, in_use).where(Membership.person_id == Person.id, Membership.kind == "student").limit(1).scalar_subquery()
    roles = select(func.aggregate_strings(Role.name, ",")).where(Role.person_id == Person.id).scalar_subquery()
    columns = (
        Person.id, Person.given_name, Person.infix, Person.family_name, Person.kind, Person.job, Person.archived_at, groups.label("groups"), group_id.label("group_id"),
        roles.label("roles"), _ever_in().label("ever"),
    )  # fmt: skip
    rows: Sequence[Any] = session.execute(wanted.with_only_columns(*columns)).all()
    rows = sorted(rows, key=lambda row: (plain(row.family_name), plain(row.given_name)))
    return [
        PersonLine(
            id=row.id, name=full_name(row.given_name, row.infix, row.family_name), initials=initials(row.given_name, row.family_name), kind=row.kind, job=row.job,
            groups=row.groups or "", group_id=row.group_id, roles=frozenset((row.roles or "").split(",")) - {""}, signed_in=row.ever, left=row.archived_at is not None,
        )
        for row in rows
    ]  # fmt: skip


def _ever_in() -> Exists:
    return exists().where(DeviceSession.person_id == Person.id).correlate(Person)
