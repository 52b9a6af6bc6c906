"""Login cards on paper: who is on the sheet and what stands there; drawn in a process of its own (`draw_cards.py`), shown once and kept nowhere."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from server.core.i18n import LANGUAGES, tongue
from server.core.paper import drawn_by, printable
from server.core.text import plain
from server.people.models import Group, Membership, Person
from server.sign_in.cards import new_card_code

PROGRAM = Path(__file__).with_name("draw_cards.py")
PATIENCE = 180.0
"""Seconds. A school of 1,500 takes 6 to 12 on two cores; one at a time, so that two do not take the machine from everybody else."""

_POOL = ThreadPoolExecutor(1, thread_name_prefix="cards")


class Card(msgspec.Struct, frozen=True):
    """One card as it is printed. Its code stands on this paper only."""

    person_id: UUID
    name: str
    group: str
    language: str
    code: str


class Sheet(msgspec.Struct, frozen=True):
    """The cards to print, a group each on pages of its own."""

    title: str
    language: str
    school: str
    groups: list[list[Card]]

    @property
    def codes(self) -> dict[UUID, str]:
        """The new code of each student on it."""
        return {card.person_id: card.code for cards in self.groups for card in cards}


def plan_sheet(session: Session, people: Sequence[Person], *, title: str, language: str, school: str) -> Sheet:
    """New codes for these students, by group and then by name. Nothing is stored yet: only what was really drawn is."""
    named = and_(Group.id == Membership.group_id, Group.archived_at.is_(None))
    rows = session.execute(select(Membership.person_id, Group.name).join(Group, named).where(Membership.kind == "student", Membership.school_id == people[0].school_id))
    group_of = {row.person_id: row.name for row in rows.all()}
    groups: dict[str, list[Card]] = {}
    for person in sorted(people, key=lambda one: (group_of.get(one.id, ""), plain(one.family_name), plain(one.given_name))):
        group = printable(group_of.get(person.id, ""))
        groups.setdefault(group, []).append(Card(person.id, _name_of(person), group, person.language or "nl", new_card_code()))
    return Sheet(printable(title), language, printable(school), list(groups.values()))


def _name_of(person: Person) -> str:
    """The name in letters that can be drawn; where some are missing the number goes along, so that the card still finds its student."""
    name = printable(person.full_name)
    lost = not name or name.count("?") > person.full_name.count("?")
    return " · ".join(part for part in (name, person.number or "") if part) or "?" if lost else name


async def drawn(sheet: Sheet, base_url: str, at: datetime) -> bytes:
    """The PDF of this sheet, made beside the pages that people are waiting for. Raises `Unavailable` when it did not work: then nobody's card changed."""
    return await asyncio.get_running_loop().run_in_executor(_POOL, draw, sheet, base_url, at)


def draw(sheet: Sheet, base_url: str, at: datetime) -> bytes:
    """The same, waiting for it. Every address leads to this installation, with the code behind a `#`: that part is never sent, so it stands in no log and no preview."""
    address = f"{base_url}/sign-in/card"
    cards = [
        [{"name": card.name, "group": card.group, "lang": card.language, "code": card.code, "address": f"{address}#{card.code.replace('-', '')}"} for card in cards]
        for cards in sheet.groups
    ]
    words = {language: words_of(tongue(language), address.partition("://")[2]) for language in LANGUAGES}
    told = {"title": sheet.title, "lang": sheet.language, "school": sheet.school, "words": words, "sheets": cards, "at": int(at.timestamp())}
    return drawn_by(PROGRAM, told, patience=PATIENCE)


def words_of(_: Callable[[str], str], address: str) -> dict[str, object]:
    """What stands on each card, in one language. `address` is what to type without a camera."""
    return {
        "picture": _("QR-code om je aan te melden"),
        "steps": [
            _("Scan de code met de camera van je telefoon."),
            _("Lukt dat niet? Ga naar %(address)s en typ de code hieronder.") % {"address": breakable(address)},
            _("Tik op “Aanmelden”. Klaar!"),
        ],
        "lost": _("Met deze kaart kom je in jouw Spoor. Bewaar hem goed. Raak je hem kwijt? Zeg het je mentor."),
    }


def breakable(address: str) -> str:
    """An address that may be broken after its dots, strokes and slashes."""
    return "".join(f"{letter}\u200b" if letter in "./-" else letter for letter in address)
