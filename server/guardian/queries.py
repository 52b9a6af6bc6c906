"""What the screens about guardians show."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from server.core.clock import local
from server.core.text import plain
from server.guardian import access, consent
from server.people.models import DeviceSession, Group, Guardianship, Membership, Person, School, full_name
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


STATES = ("known", "over", "invited", "paper", "looks")
"""How far it is with a guardian: never asked, the link is too old, no answer yet, no address to ask at, looks along."""


class Pair(msgspec.Struct, frozen=True):
    """A guardian and one of their students, as the school asks them."""

    guardian_id: UUID
    student_id: UUID
    name: str
    student: str
    state: str
    asked_at: datetime | None
    may_be_asked: bool

    @property
    def mark(self) -> str:
        """What the form calls this pair."""
        return f"{self.guardian_id}.{self.student_id}"


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


def asked_by_school(session: Session, viewer: Viewer, now: datetime, day: date, only: Collection[tuple[UUID, UUID]] | None = None) -> list[Pair]:
    """Every guardian of every student of whom the school keeps them (not of who is 18), whom to ask first, then by name; `only` these, by guardian and student.

    Whom a student asked is in it once they said yes: until then nobody learns whose address it is.
    """
    guardian, asked = aliased(Person, name="guardian"), _asked()
    inside = exists().where(DeviceSession.person_id == guardian.id)
    names = [getattr(who, part).label(f"{whose}_{part}") for who, whose in ((guardian, "guardian"), (Person, "student")) for part in ("given_name", "infix", "family_name")]
    told = select(Guardianship.guardian_id, Guardianship.student_id, Guardianship.accepted_at, Guardianship.agreed_at, guardian.email, *names, inside.label("inside"), asked)
    told = told.join(guardian, guardian.id == Guardianship.guardian_id).join(Person, Person.id == Guardianship.student_id)
    told = told.outerjoin(asked, and_(asked.c.guardian == Guardianship.guardian_id, asked.c.student == Guardianship.student_id))
    theirs = or_(Guardianship.agreed_at.is_(None), Guardianship.accepted_at.is_not(None))
    told = told.where(Person.id.in_(access.students(viewer).with_only_columns(Person.id)), access.holds(day), guardian.archived_at.is_(None), theirs)
    if only is not None:
        told = told.where(tuple_(Guardianship.guardian_id, Guardianship.student_id).in_(only))
    return sorted((_pair(row, now) for row in session.execute(told)), key=lambda pair: (STATES.index(pair.state), plain(pair.name), plain(pair.student)))


def _asked() -> Subquery:
    """Of each pair when it was asked last, when a yes was said, and until when a link is open."""
    waits = Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None)
    told = select(
        Invitation.guardian_id.label("guardian"), Invitation.student_id.label("student"), func.max(Invitation.made_at).label("asked_at"),
        func.max(Invitation.accepted_at).label("said_at"), func.max(Invitation.ends_at).filter(*waits).label("open_until"),
    )  # fmt: skip
    return told.group_by(Invitation.guardian_id, Invitation.student_id).subquery()


def _pair(row: Row[Any], now: datetime) -> Pair:
    looks = row.accepted_at is not None and (row.inside or row.said_at is not None)
    state = "looks" if looks else "paper" if not row.email else "known" if row.asked_at is None else "invited" if row.open_until and row.open_until > now else "over"
    name = full_name(row.guardian_given_name, row.guardian_infix, row.guardian_family_name) or row.email or "?"
    student = full_name(row.student_given_name, row.student_infix, row.student_family_name)
    return Pair(row.guardian_id, row.student_id, name, student, state, row.asked_at, may_be_asked=row.agreed_at is None and state in {"known", "over", "invited"})


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
