"""Who reads which text, by where it comes from, and how hard it may be for them."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.messages import said
from tests.readability.measure import Level

VOCABULARY = Path(__file__).parents[2] / "server" / "vocabulary"
STUDENT = Level("student", words=12, clauses=1, abstract=1, rarest=3.0, passive=False, douma=65, screen=80)
GUARDIAN = Level("guardian", words=13, clauses=2, abstract=1, rarest=3.0, passive=False, douma=60, screen=70)
STAFF = Level("staff", words=15, clauses=2, abstract=2, rarest=2.5, passive=True, douma=50, screen=60)
"""Douma calls 80 and more easy, 70 fairly easy, 60 standard; a single text, which is one or two sentences, may swing further than a screen."""

STRICTEST_FIRST = (STUDENT, GUARDIAN, STAFF)

FOR_GUARDIANS = re.compile(r"web/templates/(guardian/(ended|invitation)|today/guardian|mail/)|server/guardian/letter")
FOR_STAFF = re.compile(
    r"web/templates/("
    r"activity/|roster/|school/|setup/|vocabulary/"
    r"|conversation/(_competency_asked|_list|_mentor|_not_ready|_outcome|_pupil|_row|_stand_ins|_standing|groups|index|live|outcome|plan|talk)\."
    r"|experience/own_words\."
    r"|guardian/(_school_row|of_student|school)\."
    r"|privacy/(_mine_staff|_school|school|verification)\."
    r"|sign_in/(_card_state|_cards_form|_password_fields|_printing|card_of|cards_of_group|cards_of_school|mail_school|paper_codes|password|password_set|second_factor|sheet)\."
    r"|today/(_corner|school|staff)\."
    r")|server/(activity|roster|school|setup|vocabulary)/|server/conversation/(outcome|planning|planning_pages)\.py|server/sign_in/(password\w*|second_factor\w*|card_sheet)\.py"
)
"""Whatever is named neither here nor above is held to what a student can read."""


def level_of(place: str) -> Level:
    """For whom the texts of a file are."""
    return STAFF if FOR_STAFF.match(place) else GUARDIAN if FOR_GUARDIANS.match(place) else STUDENT


def is_screen(place: str) -> bool:
    """Whether its texts are read together; of what is said after an act, one line shows at a time."""
    return place.endswith(".html") and not place.endswith("/said.html")


@cache
def texts() -> dict[str, tuple[Level, set[str]]]:
    """Every Dutch text, with the level it is held to (the strictest of who reads it) and where it stands."""
    places: dict[str, set[str]] = defaultdict(set)
    for message in said():
        for text in message.id if isinstance(message.id, tuple) else (message.id,):
            places[text] |= {place for place, _ in message.locations}
    for name in ("words", "questions", "cards"):
        for text in _dutch(tomllib.loads((VOCABULARY / f"{name}.toml").read_text())):
            places[text].add(f"server/vocabulary/{name}.toml" if name == "cards" else f"{name}.toml")
    places.pop("", None)
    return {text: (min(map(level_of, there), key=STRICTEST_FIRST.index), there) for text, there in places.items()}


def _dutch(told: object) -> Iterator[str]:
    if isinstance(told, dict):
        yield from (value for key, value in told.items() if key in ("nl", "sentence_nl") and isinstance(value, str))
        yield from (text for value in told.values() for text in _dutch(value))
    elif isinstance(told, list):
        yield from (text for value in told for text in _dutch(value))
