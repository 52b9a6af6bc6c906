"""The cards of the shared language on paper: pocket cards (`pocket.typ`, eight of A7 on a page of A4) and a poster (`poster.typ`, A3).

The same for everybody of a school who reads the same language, so what was drawn is kept in memory, a few at a time. What people typed goes along as data,
never as markup, in letters that the fonts have.
"""

import asyncio
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import msgspec

from server.core.assets import ROOT
from server.core.paper import file_name as safe_name
from server.core.paper import pdf_of, printable
from server.vocabulary.cards import CompetencyCard, Deck
from server.vocabulary.shapes import shapes_of

POCKET, POSTER = "pocket", "poster"
KEPT = 16
LONGEST_WORD = 20
SHORT_WORD = 10
_POOL = ThreadPoolExecutor(1, thread_name_prefix="paper")


class Paper(msgspec.Struct, frozen=True):
    """What is to be drawn: the sheet, and as JSON what stands on it."""

    sheet: str
    told: bytes


def paper(sheet: str, deck: Deck, language: str, *, school: str, vision: str, day: date, own: Mapping[str, str] | None = None) -> Paper:
    """The cards of this school in this language. `day` is the day it says it was made, `own` are its own pictures of words (`shapes.addresses`)."""
    lines = {"steps": deck.steps, "coffee": [question.text for question in deck.coffee], "do": deck.do, "dont": deck.dont}
    said = {"say": {name: never_alone(words) for name, words in deck.say.items()}, "talk": [(who, never_alone(line)) for who, line in deck.talk]} | {
        name: [never_alone(line) for line in said] for name, said in lines.items()
    }
    told: dict[str, Any] = {
        **said, "lang": language, "title": f"{deck.say['title']}: {printable(school)}", "school": breakable(printable(school)),
        "competencies": [_card(card, language, own or {}) for card in deck.competencies],
        "vision": [never_alone(breakable(printable(line))) for line in vision.split("\n") if line], "at": int(datetime.combine(day, time(), UTC).timestamp()),
    }  # fmt: skip
    return Paper(sheet, msgspec.json.encode(told))


async def drawn(paper: Paper) -> bytes:
    """The PDF, made beside the pages that people are waiting for, one at a time. Raises `Unavailable` when it did not work."""
    return await asyncio.get_running_loop().run_in_executor(_POOL, draw, paper)


@lru_cache(maxsize=KEPT)
def draw(paper: Paper) -> bytes:
    """The same, waiting for it."""
    return pdf_of(Path(__file__).with_name(f"{paper.sheet}.typ"), msgspec.json.decode(paper.told))


def file_name(school: str) -> str:
    """`gesprekskaarten-De-Waal-College.pdf`: only letters, digits and strokes."""
    return safe_name(f"gesprekskaarten {school}")


def breakable(line: str) -> str:
    """A line in which a word that is longer than a card is wide may be broken."""
    return re.sub(rf"\S{{{LONGEST_WORD},}}", lambda word: "\u200b".join(re.findall(".{1,5}", word[0])), line)


def never_alone(line: str) -> str:
    """A line of which a short last word takes the one before along to a new line. A line of one or two words stays as it is."""
    return re.sub(rf"(?<=\S) (\S{{1,{SHORT_WORD}}})$", "\u00a0\\1", line) if line.count(" ") > 1 else line


def _card(card: CompetencyCard, language: str, own: Mapping[str, str]) -> dict[str, Any]:
    words = [{"label": breakable(printable(word.label(language))), "picture": shapes_of(word.icon, word.picture, own)} for word in card.words]
    said = {"id": card.id, "name": card.name, "asks": never_alone(card.asks), "says": never_alone(card.says), "picture": _picture(f"{card.icon}-duotone")}
    return said | {"mentor": [never_alone(breakable(printable(question))) for question in card.mentor], "words": words}


@cache
def _picture(name: str) -> str:
    """The shapes of a pictogram of the interface."""
    [shapes] = re.findall(rf'<symbol id="{name}"[^>]*>(.*?)</symbol>', (ROOT / "icons" / "ui.svg").read_text(), re.DOTALL)
    return str(shapes)
