"""What the screens about guardians show."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from server.core.clock import local
from server.core.text import plain
from server.guardian import access, consent
from server.people.models import DeviceSession, Group, Guardianship, Membership, Person, School
from server.people.viewer import Viewer
from server.sign_in.models import Invitation

NEW_FOR = timedelta(days=7)


class Child(msgspec.Struct, frozen=True):
    """A student as their guardian sees them: who they are, and nothing they wrote."""

    id: UUID
    name: str
    given_name: str
    initials: str
    groups: str


class GuardianLine(msgspec.Struct, frozen=True):
    """Somebody who looks along, as the student and the keeper see it."""

    id: UUID
    name: str
    """The address that was invited until they say who they are: nobody learns a name by typing an address."""

    email: str
    by_student: bool
    made_at: datetime | None
    state: str
    """`looks` (came in, or said yes), `invited` (not answered yet), `over` (the link is too old), `known` (never asked), `awaits` (the student must agree first)."""

    may_end: bool


class Home(msgspec.Struct, frozen=True):
    """The first screen of a guardian."""

    children: list[Child]
    invited: bool
    """Whether a letter still asks them; of whom stands behind its link."""

    let_in: bool
    """Whether somebody came in lately, on another device, by a link that the school made."""

    trusted_name: str
    trusted_contact: str


def home(session: Session, viewer: Viewer, now: datetime) -> Home:
    """Whose guardian this is today, what waits for them, and whom the school asks people to go to."""
    group = (
        select(func.aggregate_strings(Group.name, ", "))
        .join(Membership, and_(Membership.group_id == Group.id, Membership.kind == "student"))
        .where(Membership.person_id == Person.id, Group.archived_at.is_(None))
        .scalar_subquery()
    )
    found = session.execute(access.children(viewer, local(now, viewer.zone).date()).add_columns(group.label("groups")))
    children = [
        Child(row.Person.id, row.Person.full_name, row.Person.given_name, f"{row.Person.given_name[:1]}{row.Person.family_name[:1]}".upper(), row.groups or "") for row in found
    ]
    school = session.get_one(School, viewer.school_id)
    invited, let_in = session.execute(select(_invited(viewer, now), _let_in(viewer, now))).one()
    return Home(sorted(children, key=lambda child: plain(child.name)), invited, let_in, school.trusted_name, school.trusted_contact)


def _invited(viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    waits = Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None), Invitation.ends_at > now
    return exists().where(Invitation.guardian_id == viewer.person_id, *waits)


def _let_in(viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    lately = DeviceSession.started_at > max(viewer.started_at, now - NEW_FOR), DeviceSession.id != viewer.session_id
    return exists().where(DeviceSession.person_id == viewer.person_id, DeviceSession.let_in_by.is_not(None), DeviceSession.running(now), *lately)


def lines(session: Session, chosen: Select[Guardianship, Person], born: date | None, now: datetime, day: date) -> list[GuardianLine]:
    """These guardians of one student (`own_guardians`, `guardians_of`), by name."""
    found = session.execute(chosen).all()
    latest = _latest(session, [row.Guardianship for row in found])
    inside = set(session.scalars(select(DeviceSession.person_id).where(DeviceSession.person_id.in_([row.Person.id for row in found]))))
    told = [_line(row.Guardianship, row.Person, latest.get(row.Person.id), row.Person.id in inside, born, now, day) for row in found]
    return sorted(told, key=lambda line: plain(line.name))


def to_invite(viewer: Viewer, day: date) -> Select[Guardianship, Person, Person]:
    """Guardians whom a class list brought, with an address, who were never asked: `Guardianship`, guardian, student. Not of who is 18."""
    guardian = aliased(Person, name="guardian")
    asked = exists().where(Invitation.guardian_id == Guardianship.guardian_id, Invitation.student_id == Guardianship.student_id)
    students = access.students(viewer).with_only_columns(Person.id)
    return (
        select(Guardianship, guardian, Person)
        .join(guardian, guardian.id == Guardianship.guardian_id)
        .join(Person, Person.id == Guardianship.student_id)
        .where(Person.id.in_(students), access.holds(day), Guardianship.agreed_at.is_(None), guardian.email != "", guardian.archived_at.is_(None), ~asked)
    )


def without_address(session: Session, viewer: Viewer, day: date) -> int:
    """How many guardians can only be let in on paper."""
    guardian = aliased(Person)
    students = access.students(viewer).with_only_columns(Person.id)
    chosen = select(guardian.id).join(Guardianship, Guardianship.guardian_id == guardian.id).join(Person, Person.id == Guardianship.student_id)
    chosen = chosen.where(Person.id.in_(students), access.holds(day), guardian.email == "", guardian.archived_at.is_(None)).distinct()
    return session.scalar(select(func.count()).select_from(chosen.subquery())) or 0


def _latest(session: Session, guardianships: Sequence[Guardianship]) -> dict[UUID, Invitation]:
    """The last invitation to each of these guardians, of their one student."""
    pairs = [one.guardian_id for one in guardianships], [one.student_id for one in guardianships]
    found = session.scalars(select(Invitation).where(Invitation.guardian_id.in_(pairs[0]), Invitation.student_id.in_(pairs[1])).order_by(Invitation.made_at))
    return {invitation.guardian_id: invitation for invitation in found}


def _line(between: Guardianship, person: Person, asked: Invitation | None, inside: bool, born: date | None, now: datetime, day: date) -> GuardianLine:
    looks = between.accepted_at is not None and (inside or (asked is not None and asked.accepted_at is not None))
    secret = between.made_by == between.student_id and asked is not None and between.accepted_at is None
    state = "looks" if looks else "known" if asked is None else "invited" if asked.opens(now) else "over"
    if consent.awaits_student(between, born, day):
        state = "awaits"
    return GuardianLine(
        person.id, (person.email if secret else person.full_name) or person.email or "?", person.email, between.made_by == between.student_id, between.made_at, state,
        consent.student_ends(between, born, day),
    )  # fmt: skip
