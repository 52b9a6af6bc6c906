"""The counters behind conditional requests: whoever changes what somebody sees, bumps that somebody's counter in the same transaction."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from server.people.models import Person, School


def bump(session: Session, *person_ids: UUID) -> None:
    """Something these people see has changed."""
    session.execute(update(Person).where(Person.id.in_(set(person_ids))).values(revision=Person.revision + 1))


def bump_school(session: Session, school_id: UUID) -> None:
    """Something everybody in the school may see has changed."""
    session.execute(update(School).where(School.id == school_id).values(revision=School.revision + 1))
