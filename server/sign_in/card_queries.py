"""What the screens about login cards show, and whose cards are to be printed."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from server.core.text import plain
from server.people import access
from server.people.models import Group, Membership, Person, initials
from server.people.viewer import Viewer
from server.sign_in.cards import CardState, states
from server.sign_in.models import LoginCard


class Pupil(msgspec.Struct, frozen=True):
    """A student in the list of a group."""

    id: UUID
    name: str
    initials: str
    card: CardState | None


class GroupCards(msgspec.Struct, frozen=True):
    """How far a group is with its cards."""

    id: UUID
    name: str
    students: int
    cards: int
    used: int


def of_group(session: Session, viewer: Viewer, group: Group) -> list[Pupil]:
    """The students of a group with their cards, by name."""
    people = _by_name(session.scalars(access.pupils(viewer).where(_in(group))).all())
    known = states(session, [person.id for person in people])
    return [Pupil(person.id, person.full_name, initials(person.given_name, person.family_name), known.get(person.id)) for person in people]


def of_school(session: Session, viewer: Viewer) -> list[GroupCards]:
    """Every group of the school with its counts."""
    rows = session.execute(select(Membership.group_id, Membership.person_id).where(Membership.school_id == viewer.school_id, Membership.kind == "student")).all()
    there = set(session.scalars(access.pupils(viewer).with_only_columns(Person.id)))
    good = select(LoginCard.person_id, LoginCard.used_at).where(LoginCard.school_id == viewer.school_id, LoginCard.revoked_at.is_(None))
    used = {row.person_id: row.used_at is not None for row in session.execute(good)}
    members = [row for row in rows if row.person_id in there]
    students, cards, activated = (
        Counter(row.group_id for row in members),
        Counter(row.group_id for row in members if row.person_id in used),
        Counter(row.group_id for row in members if used.get(row.person_id)),
    )
    groups = session.scalars(access.pupil_groups(viewer).order_by(Group.name))
    return [GroupCards(group.id, group.name, students[group.id], cards[group.id], activated[group.id]) for group in groups]


def to_print(session: Session, viewer: Viewer, *, everybody: bool, group: Group | None = None) -> Sequence[Person]:
    """The students of the group, or of the whole school: who have no good card, or all of them."""
    wanted = access.pupils(viewer) if group is None else access.pupils(viewer).where(_in(group))
    has_one = exists().where(LoginCard.person_id == Person.id, LoginCard.revoked_at.is_(None))
    return session.scalars(wanted if everybody else wanted.where(~has_one)).all()


def _in(group: Group) -> ColumnElement[bool]:
    return Person.id.in_(select(Membership.person_id).where(Membership.group_id == group.id, Membership.kind == "student"))


def _by_name(people: Sequence[Person]) -> list[Person]:
    return sorted(people, key=lambda person: (plain(person.family_name), plain(person.given_name)))
