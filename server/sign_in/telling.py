"""Letters about coming in. They say that it happened, never by what code or link."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from server.core import clock, i18n
from server.core.i18n import tongue
from server.core.mail import Letter, post
from server.people.models import Person, School
from server.settings import Settings


def tell_of_new_device(session: Session, settings: Settings, person_id: UUID, helper_id: UUID | None, device: str, now: datetime) -> None:
    """An employee or a guardian who came in by what another made hears of it by mail: whoever made it could have used it. Who has no address finds it at /me.

    Without a helper it was made on the machine itself.
    """
    person = session.get_one(Person, person_id)
    if person.kind != "student" and person.email:
        helper, school = session.get_one(Person, helper_id).form_of_address if helper_id else "", session.get_one(School, person.school_id)
        letter = _new_device(settings, person, helper, device, clock.local(now, school.zone))
        post(session, settings, letter, kind="new-device", at=now, person_id=person.id, school_id=person.school_id)


def _new_device(settings: Settings, person: Person, helper: str, device: str, there: datetime) -> Letter:
    _, language = tongue(person.language or "nl"), person.language or "nl"
    told, formal = {"when": f"{i18n.long_day(there.date(), language)}, {there:%H:%M}", "device": device}, person.kind == "guardian"
    new = _("Op %(when)s is er met uw naam aangemeld op een nieuw apparaat: %(device)s.") if formal else ""
    unsure = _("Was u dat? Dan hoeft u niets te doen. Zo niet: meld dat apparaat af bij Ik, en zeg het op school.") if formal else ""
    return Letter(
        to=person.email,
        language=language,
        subject=_("Nieuw apparaat aangemeld bij Spoor"),
        greeting=_("Dag %(name)s,") % {"name": person.form_of_address},
        lines=[
            (new or _("Op %(when)s is er met jouw naam aangemeld op een nieuw apparaat: %(device)s.")) % told,
            _("Dat ging met een link die %(helper)s maakte.") % {"helper": helper} if helper else _("Dat ging met een link van wie deze Spoor beheert."),
            unsure or _("Was jij dat? Dan hoef je niets te doen. Zo niet: meld dat apparaat af bij Ik, en zeg het op school."),
        ],
        button=_("Bekijk uw apparaten") if formal else _("Bekijk je apparaten"),
        address=f"{settings.base_url}/me",
    )


def tell_of_school_account(session: Session, settings: Settings, person: Person, account: str, now: datetime) -> None:
    """An employee of whom a school account was linked hears of it by mail: whoever has that account comes in as them from then on. `account` is what people call its provider."""
    _ = tongue(person.language or "nl")
    said = _("Op %(when)s is er een account van %(account)s aan jouw naam gekoppeld.") if account else _("Op %(when)s is er een schoolaccount aan jouw naam gekoppeld.")
    lines = [
        said,
        _("Met dat account kom je voortaan binnen bij Spoor."),
        _("Was jij dat? Dan hoef je niets te doen. Zo niet: koppel het los bij Ik, en zeg het op school."),
    ]
    told = (_("Schoolaccount gekoppeld bij Spoor"), lines, _("Bekijk je schoolaccount"), "#providers")
    _tell_employee(session, settings, person, "account-linked", told, now, account=account)


def tell_of_change(session: Session, settings: Settings, person: Person, what: str, now: datetime) -> None:
    """An employee hears by mail that a way in of theirs was made, changed or taken away (`what`: a key of `_changes`): whoever held their device could have done it."""
    _ = tongue(person.language or "nl")
    lines = [
        _changes(person.language or "nl")[what],
        _("Was jij dat? Dan hoef je niets te doen. Zo niet: meld bij Ik al je andere apparaten af. Haal weg wat niet van jou is. Zeg het ook op school."),
    ]
    told = (_("Hoe je binnenkomt bij Spoor is veranderd"), lines, _("Bekijk hoe je binnenkomt"), "#ways-in")
    _tell_employee(session, settings, person, "ways-in-changed", told, now)


def _tell_employee(session: Session, settings: Settings, person: Person, kind: str, told: tuple[str, list[str], str, str], now: datetime, **words: str) -> None:
    """Post a letter to an employee with an address. `told` is its subject, its lines (the first is given `when` and `words`), its button, and where on /me that leads."""
    if person.kind != "staff" or not person.email:
        return
    (subject, (first, *rest), button, part), language = told, person.language or "nl"
    _, there = tongue(language), clock.local(now, session.get_one(School, person.school_id).zone)
    when = f"{i18n.long_day(there.date(), language)}, {there:%H:%M}"
    letter = Letter(
        to=person.email,
        language=language,
        subject=subject,
        greeting=_("Dag %(name)s,") % {"name": person.form_of_address},
        lines=[first % {"when": when, **words}, *rest],
        button=button,
        address=f"{settings.base_url}/me{part}",
    )
    post(session, settings, letter, kind=kind, at=now, person_id=person.id, school_id=person.school_id)


def _changes(language: str) -> dict[str, str]:
    _ = tongue(language)
    return {
        "passkey-added": _("Op %(when)s is er een passkey gemaakt waarmee je binnenkomt."),
        "passkey-removed": _("Op %(when)s is er een passkey van jou weggehaald."),
        "password-set": _("Op %(when)s is er een nieuw wachtwoord voor jou ingesteld."),
        "password-removed": _("Op %(when)s is je wachtwoord weggehaald, met de app voor codes."),
        "factor-set": _("Op %(when)s is er een andere app ingesteld voor je codes."),
        "paper-set": _("Op %(when)s zijn er nieuwe herstelcodes gemaakt."),
    }
