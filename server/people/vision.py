"""What a school wants with guidance, in its own words ("onze visie"): one text that heads the cards of the shared language and the reports of the school.

It is as long as a pocket card has room for: so many letters on so many lines always fit there, in smaller print when there are more (`vocabulary.cards_paper`).
"""

from collections.abc import Callable

MOST_LETTERS, MOST_LINES = 600, 12


def tidied(text: str) -> str:
    """As it was typed, without spaces nobody sees, and with at most one empty line between two others."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return "\n".join(line for place, line in enumerate(lines) if line or (place and lines[place - 1])).strip()


def wrong_vision(text: str, _: Callable[[str], str]) -> dict[str, str]:
    """What is wrong with a tidied text, in the person's language; empty when all is well."""
    if len(text) > MOST_LETTERS:
        return {"vision": _("Dit is te lang: hooguit %(most)s tekens.") % {"most": MOST_LETTERS}}
    return {"vision": _("Dit zijn te veel regels: hooguit %(most)s.") % {"most": MOST_LINES}} if text.count("\n") >= MOST_LINES else {}
