"""Starting a school: the one-time link of an empty installation, or of a further school, and what its form makes."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.core.audit import note
from server.core.ids import new_id
from server.core.security import hashed, new_secret
from server.people.models import ROLES, Person, Role, School
from server.setup.models import SetupLink


def make_setup_link(session: Session, now: datetime) -> str | None:
    """A fresh secret for `/setup/…`, given once; one made before stops working. None when there is a school already."""
    if session.scalar(select(School.id).limit(1)) is not None:
        return None
    session.execute(delete(SetupLink).where(SetupLink.used_at.is_(None), SetupLink.school_name == ""))
    secret = new_secret()
    session.add(SetupLink(secret_hash=hashed(secret), made_at=now, used_at=None, school_name=""))
    return secret


def make_further_link(session: Session, name: str, now: datetime) -> str:
    """A secret for `/setup/…` with which one more school begins here, strictly apart from the others; given once, good for a week."""
    secret = new_secret()
    session.add(SetupLink(secret_hash=hashed(secret), made_at=now, used_at=None, school_name=name))
    return secret


def setup_link(session: Session, secret: str, now: datetime) -> SetupLink | None:
    """The link with this secret, locked, while a school can begin with it."""
    link = session.scalar(select(SetupLink).where(SetupLink.secret_hash == hashed(secret)).with_for_update())
    started = session.scalar(select(School.id).limit(1)) is not None
    return link if link is not None and link.opens(now, started=started) else None


def start_school(session: Session, link: SetupLink, told: Mapping[str, str], now: datetime) -> Person:
    """Make the school and its first coordinator, who decides who may do what as well, and use the set-up link up."""
    link.used_at = now
    school = School(id=new_id(), name=told["school"], trusted_name=told["trusted_name"], trusted_contact=told["trusted_contact"], created_at=now)
    session.add(school)
    session.flush()
    person = Person(
        id=new_id(), school_id=school.id, kind="staff", created_at=now, **{name: told[name] for name in ("given_name", "infix", "family_name", "addressed_as", "email")}
    )
    session.add(person)
    session.flush()
    session.add_all(Role(person_id=person.id, name=name, school_id=school.id) for name in ROLES)
    session.flush()
    note(session, school.id, "school-added", now, actor=person.id)
    return person
