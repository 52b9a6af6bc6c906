"""Whose guardian somebody is, and who may see or change that. The select that finds it is the permission."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select

from server.guardian.consent import born_by
from server.people import access as people
from server.people.models import OF_AGE, Guardianship, Person
from server.people.viewer import Viewer


def holds(day: date) -> ColumnElement[bool]:
    """`Guardianship.holds`, asked of the database, of a guardianship and its student (`Person`)."""
    under_age = or_(Person.birth_date.is_(None), Person.birth_date > born_by(day, OF_AGE))
    return Guardianship.ended_at.is_(None) & or_(Guardianship.agreed_at.is_not(None), under_age)


def children(viewer: Viewer, day: date) -> Select[Person]:
    """The students of whom this guardian sees what is put before them, today: once they said yes, for an address may have been typed wrong."""
    mine = Guardianship.guardian_id == viewer.person_id if viewer.is_guardian else false()
    there = Person.kind == "student", Person.archived_at.is_(None), Person.school_id == viewer.school_id
    return select(Person).join(Guardianship, Guardianship.student_id == Person.id).where(mine, Guardianship.accepted_at.is_not(None), holds(day), *there)


def own_guardians(viewer: Viewer) -> Select[Guardianship, Person]:
    """Who looks along with this student, or was asked to: `Guardianship` and its guardian."""
    mine = Guardianship.student_id == viewer.person_id if viewer.is_student else false()
    return _with_guardian().where(mine, Guardianship.ended_at.is_(None))


def students(viewer: Viewer) -> Select[Person]:
    """The students of whom a keeper keeps the guardians."""
    return people.people(viewer).where(Person.kind == "student")


def guardians_of(viewer: Viewer, student_id: UUID) -> Select[Guardianship, Person]:
    """The same as `own_guardians`, of a student of the keeper's school."""
    whose = students(viewer).where(Person.id == student_id).with_only_columns(Person.id)
    return _with_guardian().where(Guardianship.student_id.in_(whose), Guardianship.ended_at.is_(None))


def _with_guardian() -> Select[Guardianship, Person]:
    return select(Guardianship, Person).join(Person, Person.id == Guardianship.guardian_id).where(Person.archived_at.is_(None))
