"""Jinja, once per language: everything escaped, nothing undefined, nothing loaded from a template."""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from server.core import i18n
from server.core.assets import Assets
from server.core.clock import local
from server.core.ids import new_id

TEMPLATES = Path(__file__).parents[2] / "web" / "templates"


class _Compiled(BytecodeCache):
    """Templates as they were compiled, for every language and every app of this process: what they say is looked up when they are shown."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was kept of this very text."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def environments(assets: Assets) -> dict[str, Environment]:
    """One environment per language."""
    return {language: _environment(language, assets) for language in i18n.LANGUAGES}


@cache
def _symbols(assets: Assets) -> dict[str, Markup]:
    """The shapes of the words' sprite by name: our own file, so it is markup."""
    sprite = assets.named["icons/words.svg"].body.decode()
    return {name: Markup(shapes) for name, shapes in re.findall(r'<symbol id="([\w-]+)"[^>]*>(.*?)</symbol>', sprite, re.DOTALL)}  # noqa: S704


def _environment(language: str, assets: Assets) -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"], auto_reload=False, cache_size=-1,
        bytecode_cache=_COMPILED,
    )  # fmt: skip
    words = i18n.translations(language)
    drawn = _symbols(assets)
    made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]

    @cache
    def said(text: str) -> Markup:
        """A text of the templates that is about nothing; Jinja's own `_` composes it anew each time, on a hundred places of a page."""
        return Markup(words.gettext(text)) % {}  # noqa: S704

    def gettext(text: str, **about: Any) -> Markup:
        return Markup(words.gettext(text)) % about if about else said(text)  # noqa: S704

    @cache
    def icon(name: str, cls: str = "") -> Markup:
        return Markup('<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>').format(cls, assets.url("icons/ui.svg"), name)

    @cache
    def word_icon(name: str, cls: str = "") -> Markup:
        """A word's pictogram drawn in the page: a chip must not cost a request for all of them."""
        return Markup('<svg class="icon {}" aria-hidden="true" focusable="false" viewBox="0 0 256 256">').format(cls) + drawn[name] + Markup("</svg>")

    @cache
    def word_use(name: str, cls: str = "") -> Markup:
        """The same from the sprite, where dozens are shown."""
        return Markup('<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>').format(cls, assets.url("icons/words.svg"), name)

    def word_picture(word: Any, draw: Callable[[str], Markup] = word_icon) -> Markup:
        """A school's own picture of a word, or else its pictogram, drawn in the page (`word_icon`) or taken from the sprite (`word_use`); an own word has neither."""
        if own := getattr(word, "picture", ""):
            return Markup('<img class="icon" src="/vocabulary/pictures/{}" alt="" loading="lazy">').format(own)
        return draw(word.icon) if word.icon else Markup()

    @cache
    def once(name: str, **about: str) -> Markup:
        """A small template that hangs on nothing but these words of ours (what a kind is called): an include in every row of a list costs ten times its word."""
        return Markup(made.get_template(name).render(**about).strip())  # noqa: S704

    def lines(text: str) -> Markup:
        """The person's text with its line breaks; everything else escaped."""
        return Markup("<br>").join(escape(line) for line in text.split("\n"))

    def day(moment: date | datetime, zone: str = "UTC") -> str:
        return i18n.day(local(moment, zone).date() if isinstance(moment, datetime) else moment, language)

    def long_day(moment: date | datetime, zone: str = "UTC") -> str:
        return i18n.long_day(local(moment, zone).date() if isinstance(moment, datetime) else moment, language)

    def days_away(then: date, today: date) -> str:
        return i18n.days_away(then, today, language)

    helpers: dict[str, Any] = {
        "asset": assets.url, "icon": icon, "word_icon": word_icon, "word_use": word_use, "word_picture": word_picture,
        "lines": lines, "day": day, "long_day": long_day, "days_away": days_away,
        "month": lambda moment: i18n.month(moment, language), "clock_time": i18n.clock_time, "local_date": lambda moment, zone: local(moment, zone).date(),
        "new_id": new_id, "once": once, "_": gettext, "gettext": gettext, "build": assets.build,
    }  # fmt: skip
    made.globals.update(helpers)
    return made
