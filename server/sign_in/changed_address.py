"""Codes go to an address, and school accounts are known again by a number: who changes those of an employee or a guardian could come in as them.

So it is on record of each, what was made for the old address opens nothing any more, and the old address is told.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.audit import note_each
from server.core.i18n import tongue
from server.core.mail import Letter, post
from server.people.models import Person
from server.settings import Settings
from server.sign_in.sessions import end_links

WAYS_IN = ("email", "number", "source_id")
"""What of a person decides who can come in as them."""

_MANY = 500


class Changed(msgspec.Struct, frozen=True):
    """Of whom which fields were changed, and the address they had before (empty when they had none)."""

    person_id: UUID
    fields: tuple[str, ...]
    address: str = ""


def put_on_record(session: Session, school_id: UUID, changed: Sequence[Changed], *, by: UUID | None, now: datetime) -> None:
    """That somebody's data were changed, and which: never what they were or are."""
    of: dict[tuple[str, ...], list[UUID]] = {}
    for one in changed:
        of.setdefault(one.fields, []).append(one.person_id)
    for fields, people in of.items():
        note_each(session, school_id, "person-changed", now, actor=by, subjects=people, fields=list(fields))


def tell_old_address(session: Session, settings: Settings, changed: Iterable[Changed], *, now: datetime) -> None:
    """Links and codes for the old address end, and a letter goes there: whoever holds the new one comes in as them from now on. Call after the change."""
    moved = {one.person_id: one.address for one in changed if "email" in one.fields}
    ids = list(moved)
    for start in range(0, len(ids), _MANY):
        for person in session.scalars(select(Person).where(Person.id.in_(ids[start : start + _MANY])).execution_options(populate_existing=True)):
            old = moved[person.id]
            end_links(session, person.id, now)
            if old and old.casefold() != person.email.casefold():
                post(session, settings, _letter(settings, person, old), kind="address-changed", at=now, person_id=person.id, school_id=person.school_id)


def _letter(settings: Settings, person: Person, old: str) -> Letter:
    _, formal = tongue(person.language or "nl"), person.kind == "guardian"
    said = _("School heeft uw e-mailadres in Spoor gewijzigd. Codes om u aan te melden gaan nu naar het nieuwe adres. Hier komen ze niet meer.") if formal else ""
    unsure = _("Wist u dit niet? Zeg het dan meteen op school: wie het nieuwe adres heeft, kan met uw naam inloggen.") if formal else ""
    return Letter(
        to=old,
        language=person.language or "nl",
        subject=_("Je e-mailadres in Spoor is gewijzigd") if not formal else _("Uw e-mailadres in Spoor is gewijzigd"),
        greeting=_("Dag %(name)s,") % {"name": person.form_of_address},
        lines=[
            said or _("School heeft je e-mailadres in Spoor gewijzigd. Codes om je aan te melden gaan nu naar het nieuwe adres. Hier komen ze niet meer."),
            unsure or _("Wist je dit niet? Zeg het dan meteen op school: wie het nieuwe adres heeft, kan met jouw naam inloggen."),
        ],
        button=_("Bekijk uw apparaten") if formal else _("Bekijk je apparaten"),
        address=f"{settings.base_url}/me",
    )
