"""What a keeper writes of a person: checked, compared with what stands, and given to the row."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.core.forms import Form
from server.people.fields import EMAIL
from server.people.models import Person

LONGEST = {"given_name": 80, "infix": 30, "family_name": 80, "addressed_as": 80, "email": 254, "number": 40, "job": 60, "birth_date": 10}
FIELDS = {
    "student": ("given_name", "infix", "family_name", "number", "birth_date", "email"),
    "staff": ("given_name", "infix", "family_name", "addressed_as", "job", "number", "email"),
}
OLDEST = date(1900, 1, 1)


def typed(form: Form, kind: str) -> dict[str, str]:
    """What was typed, on one line each."""
    return {name: " ".join(form.text(name).split()) for name in FIELDS[kind]}


def as_typed(person: Person) -> dict[str, str]:
    """What the form would hold for this person."""
    stands = {name: getattr(person, name) for name in FIELDS[person.kind]}
    return {name: value.isoformat() if isinstance(value, date) else value or "" for name, value in stands.items()}


def wrong(
    session: Session, school_id: UUID, told: Mapping[str, str], today: date, _: Callable[[str], str], *, person_id: UUID | None = None, one_name: bool = False
) -> dict[str, str]:
    """What is wrong with each field, in the language of `_`: of a new person, or of the one with this id. `one_name`: whom a class list brought without a family name."""
    errors = {name: _("Dit is te lang: hooguit %(most)s tekens.") % {"most": LONGEST[name]} for name, text in told.items() if len(text) > LONGEST[name]}
    if not told["given_name"]:
        errors["given_name"] = _("Vul de voornaam in.")
    if not told["family_name"] and not one_name:
        errors["family_name"] = _("Vul de achternaam in.")
    if told["email"] and "email" not in errors and not EMAIL.fullmatch(told["email"]):
        errors["email"] = _("Dit e-mailadres is niet af. Zo ziet het eruit: naam@school.nl")
    if told.get("birth_date") and not _is_birth_date(told["birth_date"], today):
        errors["birth_date"] = _("Deze geboortedatum kan niet. Kies een dag.")
    others = select(Person.id).where(Person.school_id == school_id, Person.id != person_id if person_id else Person.id.is_not(None)).limit(1)
    if told["number"] and "number" not in errors and session.scalar(others.where(Person.number == told["number"])):
        errors["number"] = _("Dit nummer heeft al iemand anders.")
    written = func.lower(Person.email) == func.lower(told["email"]), Person.archived_at.is_(None)
    if told["email"] and "email" not in errors and session.scalar(others.where(*written)):
        errors["email"] = _("Dit e-mailadres heeft al iemand anders. Iedereen heeft een eigen adres nodig.")
    return errors


def give(told: Mapping[str, str], person: Person) -> list[str]:
    """Write what differs; gives the names of those fields."""
    changed = [name for name, value in told.items() if value != as_typed(person)[name]]
    for name in changed:
        setattr(person, name, _value(name, told[name]))
    return changed


def _value(name: str, text: str) -> Any:
    if name == "birth_date":
        return date.fromisoformat(text) if text else None
    return text or None if name == "number" else text


def _is_birth_date(text: str, today: date) -> bool:
    try:
        return OLDEST <= date.fromisoformat(text) <= today
    except ValueError:
        return False
