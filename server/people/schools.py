"""What a school is called: no two alike in one installation, for the settings of sign-in providers and the commands mean a school by its name."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.people.models import School


def is_taken(session: Session, name: str, *, but: UUID | None = None) -> bool:
    """Whether a school (`but` this one) is called so already, capitals aside. Two that take one name at the same moment are kept apart by the database."""
    others = session.execute(select(School.id, School.name)).all()
    return any(other.name.casefold() == name.casefold() for other in others if other.id != but)
