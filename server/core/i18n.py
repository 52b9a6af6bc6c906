"""Languages: Dutch is written in the templates, English stands in `web/locale/en.po`, compiled in memory at start."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from server.core.clock import local

LANGUAGES = ("nl", "en")
CATALOGUE = Path(__file__).parents[2] / "web" / "locale"


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; Dutch needs none, it is the source."""
    path = CATALOGUE / f"{language}.po"
    if language == "nl" or not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def tongue(language: str) -> Callable[[str], str]:
    """The `_` of a language, for text that no template says."""
    return translations(language).gettext


def preferred(accept_language: str) -> str:
    """The first of our languages that the browser asks for, else Dutch."""
    wishes = []
    for part in accept_language.split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            wishes.append((-float(weight or 1), name[:2].lower()))
        except ValueError:
            continue
    return next((name for _, name in sorted(wishes, key=lambda wish: wish[0]) if name in LANGUAGES), "nl")


def _locale(language: str) -> str:
    return "en_GB" if language == "en" else "nl"


@lru_cache(maxsize=4096)
def day(moment: date, language: str) -> str:
    """`di 24 nov`, kept on one line"""
    return format_date(moment, "EEE d MMM", locale=_locale(language)).replace(".", "").replace(" ", "\u00a0")


@lru_cache(maxsize=4096)
def long_day(moment: date, language: str) -> str:
    """`dinsdag 24 november`"""
    return format_date(moment, "EEEE d MMMM", locale=_locale(language))


@lru_cache(maxsize=512)
def month(moment: date, language: str) -> str:
    """`november 2026`"""
    return format_date(moment, "LLLL yyyy", locale=_locale(language))


def clock_time(moment: datetime, zone: str) -> str:
    """`11:20`"""
    return local(moment, zone).strftime("%H:%M")


def days_away(then: date, today: date, language: str) -> str:
    """`vandaag`, `morgen`, `over 3 dagen`, `gisteren`, `3 dagen geleden`"""
    _, ngettext, days = translations(language).gettext, translations(language).ngettext, (then - today) / timedelta(days=1)
    if days == 0:
        return _("vandaag")
    if days == 1:
        return _("morgen")
    if days == -1:
        return _("gisteren")
    if days > 0:
        return ngettext("over %(num)d dag", "over %(num)d dagen", int(days)) % {"num": days}
    return ngettext("%(num)d dag geleden", "%(num)d dagen geleden", int(-days)) % {"num": -days}
