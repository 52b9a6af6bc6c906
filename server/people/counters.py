"""The counters behind conditional requests: whoever changes what somebody sees, bumps that somebody's counter in the same transaction."""

from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session

from server.people.models import Person, School

_BUMP = update(cast(Table, Person.__table__)).where(Person.id.in_(bindparam("ids", expanding=True))).values(revision=Person.revision + 1)
"""Composed once: every save asks it."""


def bump(session: Session, *person_ids: UUID) -> None:
    """Something these people see has changed."""
    session.flush()
    session.connection().execute(_BUMP, {"ids": list(set(person_ids))})


def bump_school(session: Session, school_id: UUID) -> None:
    """Something everybody in the school may see has changed."""
    session.execute(update(School).where(School.id == school_id).values(revision=School.revision + 1))
