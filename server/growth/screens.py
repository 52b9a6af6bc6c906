"""The views of Mijn woorden: the picture in two shapes, the same as a list, and what they can be filtered by."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from babel.dates import format_date
from jinja2 import Environment
from sqlalchemy.orm import Session

from server.activity.models import KINDS
from server.core.clock import local
from server.core.i18n import tongue
from server.core.paper import printable
from server.growth.grown import Grown, chosen, kinds_of, years_of
from server.growth.layout import ALONE, BROAD, PHONE, for_page, laid
from server.growth.legend import signs_of
from server.growth.picture import Shared, svg_of
from server.growth.queries import words_of
from server.growth.shapes import blossom, pebble
from server.people.viewer import Viewer

MOST_DRAWN = 60
"""Words in one picture; the list has them all."""

FEW = 14
"""Up to so many the list stands beside the picture on a laptop."""

LARGER = {"normal": 1.0, "large": 1.25, "largest": 1.5}
"""How much larger the letters of the page are: on a phone the picture's grow along."""


def growing(session: Session, viewer: Viewer, language: str, year: str, kind: str) -> dict[str, Any]:
    """Mijn woorden, of one school year and kind of activity or of all."""
    known = words_of(session, viewer, language)
    asked = filters(known, viewer, year, kind)
    words = chosen(known, viewer.zone, **asked)
    return {
        **asked,
        **pictures(words, viewer, language),
        "words": words[::-1],
        "years": years_of(known, viewer.zone),
        "kinds": kinds_of(known),
        "is_whole": bool(known),
        "activity_icons": KINDS,
    }


def filters(known: Sequence[Grown], viewer: Viewer, year: str, kind: str) -> dict[str, Any]:
    """What was asked for, as far as there is any such."""
    years = years_of(known, viewer.zone)
    return {"year": next((one for one in years if str(one) == year), None), "kind": kind if kind in kinds_of(known) else ""}


def pictures(words: Sequence[Grown], viewer: Viewer, language: str) -> dict[str, Any]:
    """For a phone, for a laptop and for paper; the newest, when there are very many. Where there are few, paper takes that of the laptop."""
    drawn = words[-MOST_DRAWN:]
    months, is_broad = months_of(drawn, viewer.zone, language), len(drawn) > FEW
    made = {"narrow": laid(drawn, (PHONE if len(drawn) > 1 else ALONE) / LARGER[viewer.text_size], months)}
    made["wide"] = laid(drawn, BROAD, months) if is_broad else for_page(drawn, months)
    if is_broad:
        made["sheet"] = for_page(drawn, months)
    return {"pictures": made, "signs": signs_of(drawn, tongue(language)), "shapes": {"quality": pebble(), "motive": blossom()}, "drawn": len(drawn), "is_broad": is_broad}


def months_of(words: Sequence[Grown], zone: str, language: str) -> list[str]:
    """`sep 2025`, `okt`, …: the month of each word that is the first of its month; the year where it is another than before."""
    told: list[str] = []
    before = (0, 0)
    for word in words:
        wall = local(word.since, zone)
        now = wall.year, wall.month
        told.append("" if now == before else month_name(wall, language, with_year=now[0] != before[0]))
        before = now
    return told


def month_name(wall: datetime, language: str, *, with_year: bool) -> str:
    """`sep 2025` or `sep`"""
    return format_date(wall, "MMM yyyy" if with_year else "MMM", locale="en_GB" if language == "en" else "nl").replace(".", "")


def chosen_by(known: Sequence[Grown], viewer: Viewer, year: str, kind: str) -> list[Grown]:
    """The words of what was asked for."""
    return chosen(known, viewer.zone, **filters(known, viewer, year, kind))


def to_share(words: Sequence[Grown], viewer: Viewer, language: str, templates: Environment, *, name: str, own: Mapping[str, str]) -> Shared:
    """The picture for somebody else: nothing but the words and when they came, and whose they are when there is a `name`. `own` are the school's pictures of words."""
    _ = tongue(language)
    title = _("De woorden van %(name)s") % {"name": printable(name)} if name else _("Mijn woorden")
    printed = [msgspec.structs.replace(word, label=printable(word.label) or "…") for word in words[-MOST_DRAWN:]]
    drawing = for_page(printed, months_of(printed, viewer.zone, language))
    return Shared(title, svg_of(drawing, templates, title=title, below=lasting(printed, viewer.zone, language), signs=signs_of(printed, _), own=own))


def lasting(words: Sequence[Grown], zone: str, language: str) -> str:
    """From when to when they came: `jan 2026 – nov 2026`, or one month."""
    first, last = (month_name(local(word.since, zone), language, with_year=True) for word in (words[0], words[-1]))
    return first if first == last else f"{first} – {last}"
