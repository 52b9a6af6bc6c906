"""What a message says. Pure, and the same for everybody with the same facts: no name, no title, no word of a student."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from babel.dates import format_date

from server.core.clock import local
from server.core.i18n import clock_time, long_day, translations
from server.reminder.kinds import (
    ACCESS,
    AT_ONCE,
    COVER,
    GUARDIAN_LEFT,
    NEW_MENTOR,
    PREPARE_SOON,
    PREPARE_WEEK,
    RECOGNITION,
    RECOGNITION_REPORTED,
    TALK_TOMORROW,
    TALKS_TOMORROW,
    TELL,
    THANKED,
)


def text(kind: str, facts: Mapping[str, Any], language: str, now: datetime | None, zone: str) -> tuple[str, str]:
    """Title and body as they are true at `now`: "morgen", or the weekday; "vandaag", or "laatst". Without `now` days are named by
    their date, for who reads it later.
    """
    if kind in AT_ONCE:
        return _at_once(kind, facts, language)
    moment = datetime.fromisoformat(facts["ended_at" if kind == TELL else "starts_at"])
    day, today = local(moment, zone).date(), local(now, zone).date() if now else None
    if kind == TELL:
        return _tell(day == today, language)
    when = _when(day, today, language)
    if kind in {PREPARE_WEEK, PREPARE_SOON}:
        return _prepare(kind, when, language)
    if kind == TALK_TOMORROW:
        return _talk(when, clock_time(moment, zone), language)
    if kind == TALKS_TOMORROW:
        return _talks(when, facts["ready"], facts["total"], language)
    raise ValueError(f"nobody knows what to say about {kind}")


def _at_once(kind: str, facts: Mapping[str, Any], language: str) -> tuple[str, str]:
    _ = translations(language).gettext
    if kind == NEW_MENTOR:
        more = _("Wat je liet zien, is weer alleen van jou. Laat het opnieuw zien als je wilt.") if facts["again"] else _("Dag en tijd blijven staan.")
        return _("Je gesprek is nu met je nieuwe mentor"), more
    if kind == COVER:
        return _("Je vervangt een collega"), _("Kijk welke gesprekken je overneemt, en tot wanneer.")
    if kind == ACCESS:
        said = _("Iemand op school maakte een inlogkaart voor jou") if facts.get("card") else _("Iemand op school maakte een link waarmee je binnenkomt")
        return said, _("Klopt dat niet? Vraag het op school. Bij Ik zie je je apparaten.")
    if kind == GUARDIAN_LEFT:
        return _("Een ouder of verzorger kijkt niet meer mee"), _("Dat was hun eigen keuze. Bij Ik zie je wie er nog meekijkt.")
    if kind == RECOGNITION:
        return _("Iemand zag iets goeds aan je"), _("Kijk in Spoor wat het is. Jij beslist of je het bewaart.")
    if kind == THANKED:
        return _("Een leerling bedankt je"), _("Wat je zag en zei, is gelezen.")
    if kind == RECOGNITION_REPORTED:
        return _("Een leerling vraagt je om mee te kijken"), _("Bij wat iemand over de leerling zei. Lees het, en praat erover.")
    return _("Een gesprek gaat naar jou over"), _("De leerling heeft jou nu als mentor. Kijk of dag en tijd je passen.")


def can_be_said(kind: str, facts: Mapping[str, Any]) -> bool:
    """Whether there are words for these facts."""
    try:
        text(kind, facts, "nl", None, "UTC")
    except (KeyError, ValueError, TypeError):
        return False
    return True


def _tell(today: bool, language: str) -> tuple[str, str]:
    _ = translations(language).gettext
    when = _("Je deed vandaag mee aan een activiteit.") if today else _("Je deed laatst mee aan een activiteit.")
    return _("Hoe was het?"), when + " " + _("Kies een gezicht of vertel kort.")


def _prepare(kind: str, when: str, language: str) -> tuple[str, str]:
    _ = translations(language).gettext
    talk = _("Je hebt %(when)s een gesprek.") % {"when": when}
    if kind == PREPARE_WEEK:
        return _("Wat wil jij vertellen?"), talk + " " + _("Leg rustig klaar wat je wilt vertellen.")
    return _("Je gesprek komt eraan"), talk + " " + _("Leg klaar wat je wilt vertellen. Kort mag ook.")


def _talk(when: str, time: str, language: str) -> tuple[str, str]:
    _ = translations(language).gettext
    return _("Je hebt %(when)s een gesprek") % {"when": when}, _("Het begint om %(time)s. Kijk nog even wat je wilt vertellen.") % {"time": time}


def _talks(when: str, ready: int, total: int, language: str) -> tuple[str, str]:
    _, ngettext = translations(language).gettext, translations(language).ngettext
    title = ngettext("Je hebt %(when)s %(num)d gesprek", "Je hebt %(when)s %(num)d gesprekken", total) % {"when": when, "num": total}
    if ready == 0:
        return title, _("Er ligt nog geen voorbereiding klaar.")
    if ready >= total:
        return title, ngettext("De voorbereiding ligt klaar.", "Alle voorbereidingen liggen klaar.", total)
    return title, ngettext("%(num)d van de %(total)d voorbereidingen ligt klaar.", "%(num)d van de %(total)d voorbereidingen liggen klaar.", ready) % {"num": ready, "total": total}


def _when(day: date, today: date | None, language: str) -> str:
    _ = translations(language).gettext
    away = (day - today).days if today else None
    if away == 0:
        return _("vandaag")
    if away == 1:
        return _("morgen")
    named = format_date(day, "EEEE", locale=language) if away is not None and 1 < away < 7 else long_day(day, language)
    return _("op %(day)s") % {"day": named}
