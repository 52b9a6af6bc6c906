"""What the screens of a list show besides what it would do: the lists of before, and what stands of one that was undone."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from server.people import access as people
from server.people.models import Group, Membership, Person, full_name
from server.people.viewer import Viewer
from server.roster import access
from server.roster.models import RosterChange, RosterImport
from server.roster.undo import last_applied

EARLIER, MOST = 10, 100


class Earlier(msgspec.Struct, frozen=True):
    """A list of before."""

    sent: RosterImport
    by: str
    last: bool


class Standing(msgspec.Struct, frozen=True):
    """Something that stayed after a list was undone."""

    what: str
    name: str


class ToDo(msgspec.Struct, frozen=True):
    """What somebody does next, once a list was applied."""

    students: int
    """Whom it brought and who are still there: they have no login card yet."""

    groups: list[tuple[UUID, str]]
    """In use, with students in them, and mentored by nobody."""


def to_do(session: Session, viewer: Viewer, sent: RosterImport) -> ToDo:
    """What follows from an applied list."""
    new = select(func.count()).select_from(RosterChange).join(Person, Person.id == RosterChange.subject_id)
    new = new.where(RosterChange.import_id == sent.id, RosterChange.what == "add", Person.kind == "student", Person.archived_at.is_(None))
    has = exists().where(Membership.group_id == Group.id, Membership.person_id == Person.id, Person.archived_at.is_(None))
    alone = (
        people.groups(viewer)
        .where(has.where(Membership.kind == "student"), ~has.where(Membership.kind == "mentor"))
        .order_by(Group.name)
        .limit(MOST)
        .with_only_columns(Group.id, Group.name)
    )
    return ToDo(session.scalar(new) or 0, [(row.id, row.name) for row in session.execute(alone)])


def earlier(session: Session, viewer: Viewer, now: datetime) -> list[Earlier]:
    """The last lists of the school, and who brought them."""
    made = access.imports(viewer).order_by(RosterImport.made_at.desc()).limit(EARLIER)
    rows = session.execute(made.add_columns(Person.given_name, Person.infix, Person.family_name).outerjoin(Person, Person.id == RosterImport.made_by)).all()
    last = last_applied(session, viewer.school_id, now)
    return [Earlier(row[0], full_name(row.given_name or "", row.infix or "", row.family_name or ""), row[0].id == last) for row in rows]


def standing(session: Session, sent: RosterImport) -> list[Standing]:
    """What of an undone list is still so, by name: who has something of their own, and what somebody changed since."""
    people = select(RosterChange.what, Person.given_name, Person.infix, Person.family_name).join(Person, Person.id == RosterChange.subject_id)
    groups = select(RosterChange.what, Group.name).join(Group, Group.id == RosterChange.subject_id)
    found = [
        Standing(row.what, full_name(row.given_name, row.infix, row.family_name))
        for row in session.execute(people.where(RosterChange.import_id == sent.id).order_by(RosterChange.seq).limit(MOST))
    ]
    return found + [Standing(row.what, row.name) for row in session.execute(groups.where(RosterChange.import_id == sent.id).order_by(RosterChange.seq).limit(MOST))]


def is_last(session: Session, sent: RosterImport, now: datetime) -> bool:
    """Whether this is the list that can be undone."""
    return last_applied(session, sent.school_id, now) == sent.id
