"""What a keeper does with people and groups, each said in one place: what changes, whose pages are other ones, what is on record.

The school's row is taken before the record's: everybody in that order, so that two keepers never wait for each other.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from server.core.audit import note
from server.core.clock import local
from server.core.errors import Conflict, Invalid, NotFound, found
from server.people import access
from server.people.coming_of_age import end_unagreed, is_younger_again
from server.people.counters import bump_school
from server.people.mentoring import mentors_changed
from server.people.models import ROLES, Cover, Group, Person, Role, School
from server.people.viewer import Viewer
from server.roster.apply import end_ways_in
from server.school import person_form
from server.settings import Settings
from server.sign_in.changed_address import Changed, tell_old_address
from server.sign_in.sessions import end_all, hold_to_limits


class Stale(Conflict):
    """Somebody else changed it since the form was opened; nothing was stored."""


class LastAdmin(Invalid):
    """Nobody could decide any more who may do what."""


class Oneself(Invalid):
    """Nobody shuts themselves out."""


def roles_of(session: Session, person_id: UUID) -> set[str]:
    """What this person may do besides being an employee."""
    return set(session.scalars(select(Role.name).where(Role.person_id == person_id)))


def may_let_in(viewer: Viewer, roles: set[str]) -> bool:
    """Whether the viewer may make, or change, a way in for somebody with these roles. Only an admin for an admin: a coordinator would come in as one."""
    return viewer.is_keeper and (viewer.is_admin or "admin" not in roles)


def person_to_keep(session: Session, viewer: Viewer, person_id: UUID) -> Person:
    """Somebody of the own school who is here, locked; whose ways in the viewer may not change does not exist for them."""
    person = found(session.scalar(access.people(viewer).where(Person.id == person_id).with_for_update(key_share=True)))
    if not may_let_in(viewer, roles_of(session, person.id)):
        raise NotFound
    return person


def add_person(session: Session, viewer: Viewer, person_id: UUID, kind: str, told: Mapping[str, str], now: datetime) -> Person:
    """Somebody by hand. The same form sent twice adds one; an id of somebody else is `NotFound`."""
    known = session.get(Person, person_id)
    if known is not None:
        return found(session.scalar(access.people(viewer).where(Person.id == person_id, Person.kind == kind)))
    person = Person(id=person_id, school_id=viewer.school_id, kind=kind, given_name="", created_at=now, infix="", family_name="", addressed_as="", job="", email="", number=None)
    person_form.give(told, person)
    session.add(person)
    session.flush()
    bump_school(session, viewer.school_id)
    note(session, viewer.school_id, "person-added", now, actor=viewer.person_id, subject=person.id, person=kind)
    return person


def change_person(session: Session, settings: Settings, viewer: Viewer, person: Person, told: Mapping[str, str], edition: int, now: datetime) -> None:
    """Write what was typed. Raises `Stale` when somebody changed the person since that edition, unless all stands as wished.

    An employee's old address hears that it is no longer the one. Who was 18 by what stood there lets nobody look along again by being made younger.
    """
    if dict(told) == person_form.as_typed(person):
        return
    if person.edition != edition:
        raise Stale
    address, born, changed = person.email, person.birth_date, person_form.give(told, person)
    person.edition += 1
    session.flush()
    bump_school(session, viewer.school_id)
    note(session, viewer.school_id, "person-changed", now, actor=viewer.person_id, subject=person.id, fields=changed)
    zone = session.scalar(select(School.zone).where(School.id == person.school_id)) or ""
    if is_younger_again(born, person.birth_date, local(now, zone).date()):
        end_unagreed(session, [person.id], by=viewer.person_id, now=now)
    if person.kind != "student":
        tell_old_address(session, settings, [Changed(person.id, tuple(changed), address)], now=now)


def archive(session: Session, viewer: Viewer, person_id: UUID, now: datetime) -> None:
    """They left: let in no more and in no list, and by nothing of now when they are back. What is theirs stays; whoever they stood in for holds the own talks again."""
    _in_line(session, viewer)
    person = person_to_keep(session, viewer, person_id)
    if person.id == viewer.person_id:
        raise Oneself
    _leave_an_admin(session, person)
    person.archived_at, person.edition = now, person.edition + 1
    covers = session.scalars(
        select(Cover).where((Cover.mentor_id == person.id) | (Cover.colleague_id == person.id), Cover.ended_at.is_(None)).with_for_update(key_share=True)
    ).all()
    for cover in covers:
        cover.ended_at, cover.ended_by = now, viewer.person_id
    end_all(session, person.id, now, by=viewer.person_id)
    end_ways_in(session, [person.id], now, viewer.person_id)
    bump_school(session, viewer.school_id)
    note(session, viewer.school_id, "person-archived", now, actor=viewer.person_id, subject=person.id)
    mentors_changed(session, viewer.school_id, now, {cover.mentor_id for cover in covers})


def restore(session: Session, viewer: Viewer, person_id: UUID, now: datetime) -> Person:
    """They are here again, with the groups and roles they had. Who was an admin is brought back by one."""
    person = found(session.scalar(access.everybody(viewer).where(Person.id == person_id, Person.kind.in_(("student", "staff"))).with_for_update(key_share=True)))
    if not may_let_in(viewer, roles_of(session, person.id)):
        raise NotFound
    if person.archived_at is not None:
        person.archived_at, person.edition = None, person.edition + 1
        session.flush()
        bump_school(session, viewer.school_id)
        note(session, viewer.school_id, "person-restored", now, actor=viewer.person_id, subject=person.id)
        mentors_changed(session, viewer.school_id, now)
    return person


def give_role(session: Session, viewer: Viewer, person_id: UUID, role: str, now: datetime) -> None:
    """Let an employee do this too, from now on, wherever they are signed in. Sessions of who may do more end sooner."""
    person = _employee(session, viewer, person_id, role)
    if session.get(Role, (person.id, role)) is None:
        session.add(Role(person_id=person.id, name=role, school_id=viewer.school_id))
        session.flush()
        bump_school(session, viewer.school_id)
        note(session, viewer.school_id, "role-given", now, actor=viewer.person_id, subject=person.id, role=role)
        hold_to_limits(session, person.id, now)


def take_role(session: Session, viewer: Viewer, person_id: UUID, role: str, now: datetime) -> None:
    """From now on no more. Raises `LastAdmin`: a school keeps somebody who decides."""
    _in_line(session, viewer)
    person = _employee(session, viewer, person_id, role)
    if session.get(Role, (person.id, role)) is not None:
        if role == "admin":
            _leave_an_admin(session, person)
        session.execute(delete(Role).where(Role.person_id == person.id, Role.name == role))
        bump_school(session, viewer.school_id)
        note(session, viewer.school_id, "role-taken", now, actor=viewer.person_id, subject=person.id, role=role)


def _employee(session: Session, viewer: Viewer, person_id: UUID, role: str) -> Person:
    if role not in ROLES:
        raise NotFound
    return found(session.scalar(access.people(viewer).where(Person.id == person_id, Person.kind == "staff").with_for_update(key_share=True)))


def _in_line(session: Session, viewer: Viewer) -> None:
    """Two admins who take each other's role away at one moment come one after the other."""
    session.execute(select(School.id).where(School.id == viewer.school_id).with_for_update(key_share=True))


def _leave_an_admin(session: Session, person: Person) -> None:
    admins = select(func.count()).select_from(Role).join(Person, Person.id == Role.person_id)
    there = admins.where(Role.school_id == person.school_id, Role.name == "admin", Person.archived_at.is_(None), Person.id != person.id)
    if "admin" in roles_of(session, person.id) and not session.scalar(there):
        raise LastAdmin


def add_group(session: Session, viewer: Viewer, group_id: UUID, name: str, depth: str, now: datetime) -> Group:
    """A group by hand; the same form sent twice adds one. Whether the name is free is the caller's question."""
    known = session.get(Group, group_id)
    if known is not None:
        return found(session.scalar(access.groups(viewer).where(Group.id == group_id)))
    group = Group(id=group_id, school_id=viewer.school_id, name=name, depth=depth, created_at=now)
    session.add(group)
    session.flush()
    bump_school(session, viewer.school_id)
    note(session, viewer.school_id, "group-added", now, actor=viewer.person_id, about=group.id)
    return group


def change_group(session: Session, viewer: Viewer, group: Group, name: str, depth: str, edition: int, now: datetime) -> None:
    """Call it otherwise, or ask its students more or less. Raises `Stale` when somebody else changed it since that edition."""
    if (group.name, group.depth) == (name, depth):
        return
    if group.edition != edition:
        raise Stale
    group.name, group.depth, group.edition = name, depth, group.edition + 1
    session.flush()
    bump_school(session, viewer.school_id)
    note(session, viewer.school_id, "group-changed", now, actor=viewer.person_id, about=group.id)


def put_group_away(session: Session, viewer: Viewer, group: Group, archived_at: datetime | None, now: datetime) -> None:
    """Out of use, or in use again, with the people it had: what was planned for it stays."""
    if (group.archived_at is None) == (archived_at is None):
        return
    group.archived_at, group.edition = archived_at, group.edition + 1
    session.flush()
    bump_school(session, viewer.school_id)
    note(session, viewer.school_id, "group-archived" if archived_at else "group-restored", now, actor=viewer.person_id, about=group.id)
    mentors_changed(session, viewer.school_id, now)


def in_use(session: Session, viewer: Viewer, name: str) -> Group | None:
    """The group of the own school that is called so, archived or not."""
    return session.scalar(select(Group).where(Group.school_id == viewer.school_id, Group.name == name))
