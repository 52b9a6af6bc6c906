"""A class list laid beside the school as it is now: what would change, and making it so. Nothing is ever deleted or archived by this.

The list decides what it says; what it leaves empty (an e-mail address, a date, a class) stays as it was. A student whose class
differs moves; a mentor is added to a group, never taken away.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.core.ids import new_id
from server.core.mutation import digest
from server.people.counters import bump, bump_school
from server.people.models import Group, Membership, Person, School
from server.roster.models import RosterImport
from server.roster.reading import Fault, Roster, Row

KEPT = timedelta(days=1)


class Difference(msgspec.Struct, frozen=True):
    """One part of a person that would change."""

    field: str
    before: str
    after: str


class Step(msgspec.Struct, frozen=True):
    """What would happen to one person of the list."""

    row: Row
    name: str
    differences: list[Difference]
    person_id: UUID | None


class Plan(msgspec.Struct, frozen=True):
    """Everything a class list would do, for a person to look at first."""

    added: list[Step]
    changed: list[Step]
    same: int
    groups: list[str]
    mentors: list[tuple[str, str, str]]
    """A mentor's number and name, and the group they would get."""

    left_out: list[Fault]
    small: list[Fault]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to change."""
        return not (self.added or self.changed or self.groups or self.mentors)

    @property
    def seal(self) -> str:
        """A fingerprint: what was looked at and what is applied must be the same."""
        return digest([[(step.row, step.differences) for step in (*self.added, *self.changed)], self.groups, self.mentors])


class _Known(msgspec.Struct):
    people: dict[str, Person]
    groups: dict[str, Group]
    student_in: dict[UUID, str]
    mentor_of: set[tuple[UUID, str]]


def plan(session: Session, school_id: UUID, roster: Roster) -> Plan:
    """What this list would do now. Changes nothing."""
    known = _known(session, school_id)
    faults = list(roster.faults)
    rows = [_as_known(row, known) for row in roster.rows if _fits(row, known, faults)]
    steps = [Step(row, _name(row), _differences(row, known), person.id if (person := known.people.get(row.number)) else None) for row in rows]
    groups = sorted({row.group for row in rows if row.group and not row.staff} - known.groups.keys())
    mentors = _mentors(rows, known, faults)
    faults.sort(key=lambda fault: fault.line)
    return Plan(
        added=[step for step in steps if step.person_id is None],
        changed=[step for step in steps if step.person_id is not None and step.differences],
        same=sum(step.person_id is not None and not step.differences for step in steps),
        groups=groups, mentors=mentors, left_out=[fault for fault in faults if fault.left_out], small=[fault for fault in faults if not fault.left_out],
    )  # fmt: skip


def apply(session: Session, school_id: UUID, wanted: Plan, now: datetime) -> None:
    """Make it so, in the running transaction."""
    known = _known(session, school_id)
    for name in wanted.groups:
        known.groups[name] = Group(id=new_id(), school_id=school_id, name=name, created_at=now)
        session.add(known.groups[name])
    for step in wanted.added:
        row = step.row
        known.people[row.number] = Person(
            id=new_id(), school_id=school_id, number=row.number, kind="staff" if row.staff else "student", birth_date=row.birth, created_at=now, **_texts(row)
        )
        session.add(known.people[row.number])
    session.flush()
    for step in wanted.changed:
        _change(known.people[step.row.number], step)
    for step in (*wanted.added, *wanted.changed):
        if not step.row.staff and step.row.group:
            _move(session, known, step.row, school_id)
    for number, _, group in wanted.mentors:
        session.add(Membership(group_id=known.groups[group].id, person_id=known.people[number].id, kind="mentor", school_id=school_id))
    bump(session, *(known.people[number].id for number in {step.row.number for step in wanted.changed} | {mentor[0] for mentor in wanted.mentors}))
    bump_school(session, school_id)


def lock(session: Session, school_id: UUID) -> None:
    """Let one list at a time be applied to a school. Whoever saves something meanwhile, which refers to the school, does not wait for it (`key_share`)."""
    session.scalar(select(School.id).where(School.id == school_id).with_for_update(key_share=True))


def forget_lists(session: Session, now: datetime) -> None:
    """Drop lists that were looked at a day ago and not applied; an applied one was emptied at once. They hold dates of birth."""
    session.execute(delete(RosterImport).where(RosterImport.applied_at.is_(None), RosterImport.made_at < now - KEPT))


def _known(session: Session, school_id: UUID) -> _Known:
    people = {person.number: person for person in session.scalars(select(Person).where(Person.school_id == school_id, Person.number.is_not(None))) if person.number}
    groups = {group.name: group for group in session.scalars(select(Group).where(Group.school_id == school_id))}
    rows = session.execute(select(Membership.person_id, Membership.kind, Group.name).join(Group, Group.id == Membership.group_id).where(Membership.school_id == school_id)).all()
    return _Known(people, groups, {row.person_id: row.name for row in rows if row.kind == "student"}, {(row.person_id, row.name) for row in rows if row.kind == "mentor"})


def _fits(row: Row, known: _Known, faults: list[Fault]) -> bool:
    person = known.people.get(row.number)
    if person is not None and (
        person.kind not in {"student", "staff"} or (row.staff and person.kind != "staff") or (person.kind == "staff" and row.mentor not in {"", row.number})
    ):
        faults.append(Fault(row.line, "kind", True, _name(row), row.number))
        return False
    if person is None and not (row.staff or row.group or row.mentor):
        faults.append(Fault(row.line, "group", True, _name(row), row.number))
        return False
    if person is None and not row.staff and not row.group:
        faults.append(Fault(row.line, "no-group", False, _name(row)))
    return True


def _as_known(row: Row, known: _Known) -> Row:
    person = known.people.get(row.number)
    return msgspec.structs.replace(row, staff=True) if person is not None and person.kind == "staff" else row


def _differences(row: Row, known: _Known) -> list[Difference]:
    person = known.people.get(row.number)
    if person is None:
        return []
    found = [Difference(name, getattr(person, name), told) for name, told in _texts(row).items() if getattr(person, name) != told and (told or name == "infix")]
    if row.birth and row.birth != person.birth_date:
        found.append(Difference("birth_date", f"{person.birth_date:%d-%m-%Y}" if person.birth_date else "", f"{row.birth:%d-%m-%Y}"))
    group = known.student_in.get(person.id, "")
    if not row.staff and row.group and row.group != group:
        found.append(Difference("group", group, row.group))
    return found


def _mentors(rows: list[Row], known: _Known, faults: list[Fault]) -> list[tuple[str, str, str]]:
    listed = {row.number: row for row in rows}
    found: dict[tuple[str, str], str] = {}
    unknown = set()
    for row in rows:
        if not row.mentor or row.mentor == row.number or row.staff:
            continue
        person = known.people.get(row.mentor)
        in_list = listed.get(row.mentor)
        if not (in_list and in_list.staff) and not (person and person.kind == "staff"):
            faults += [] if row.mentor in unknown else [Fault(row.line, "mentor", False, "", row.mentor)]
            unknown.add(row.mentor)
        elif row.group and not (person and (person.id, row.group) in known.mentor_of):
            found[row.mentor, row.group] = _name(in_list) if in_list else person.full_name if person else row.mentor
    return [(number, name, group) for (number, group), name in sorted(found.items())]


def _change(person: Person, step: Step) -> None:
    for difference in step.differences:
        if difference.field == "birth_date":
            person.birth_date = step.row.birth
        elif difference.field != "group":
            setattr(person, difference.field, difference.after)


def _move(session: Session, known: _Known, row: Row, school_id: UUID) -> None:
    person = known.people[row.number]
    if known.student_in.get(person.id) == row.group:
        return
    session.execute(delete(Membership).where(Membership.person_id == person.id, Membership.kind == "student"))
    session.add(Membership(group_id=known.groups[row.group].id, person_id=person.id, kind="student", school_id=school_id))


def _texts(row: Row) -> dict[str, str]:
    return {"given_name": row.given, "infix": row.infix, "family_name": row.family, "email": row.email}


def _name(row: Row) -> str:
    return " ".join(filter(None, (row.given, row.infix, row.family)))


def by_group(steps: Iterable[Step]) -> list[tuple[str, bool, list[Step]]]:
    """Steps under the class they are about, those without one first, and staff last: `(class, whether staff, steps)`."""
    found: dict[tuple[bool, str], list[Step]] = {}
    for step in steps:
        found.setdefault((step.row.staff, "" if step.row.staff else step.row.group), []).append(step)
    return [(group, staff, found[staff, group]) for staff, group in sorted(found)]
