"""What the signs in the picture say: only of those that are in it, the same under the picture on the page and in the picture that goes round."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from server.growth.grown import Grown
from server.growth.letters import width_of

SIZE, LINE, BESIDE, APART = 14.0, 26.0, 30.0, 20.0
"""Of the letters; between two lines; from where a sign begins to its words; between two signs."""


class Sign(NamedTuple):
    """`name` says what is drawn (`growth/_sign.html`), `text` what it means."""

    name: str
    text: str


class Placed(NamedTuple):
    """A sign in a drawing: the middle of what is drawn, where its words begin, and the line on which both stand."""

    sign: Sign
    x: float
    text_x: float
    y: float


def signs_of(words: Sequence[Grown], _: Callable[[str], str]) -> list[Sign]:
    """In the order in which they are read."""
    told = [one for word in words for one in word.told]
    there = {
        Sign("quality", _("kwaliteit")): any(word.kind == "quality" for word in words),
        Sign("motive", _("motief")): any(word.kind == "motive" for word in words),
        Sign("ring", _("elke ring: je koos het weer")): any(len(word.told) > 1 for word in words),
        Sign("seen", _("elk oog: iemand anders zag het")): any(word.seen for word in words),
        Sign("dashed", _("streepjes: nog zonder voorbeeld")): not all(one.is_shown for one in told),
    }
    return [sign for sign, is_there in there.items() if is_there]


def placed(signs: Sequence[Sign], width: float, much: float) -> tuple[list[Placed], float]:
    """The signs in lines within this width, each line in the middle; and how high that is. `much`: how much larger than they are."""
    lines, walked = list[list[tuple[Sign, float]]](), 0.0
    for sign in signs:
        long = (BESIDE + width_of(sign.text, SIZE)) * much
        if not lines or walked + APART * much + long > width:
            lines, walked = [*lines, []], -APART * much
        walked += APART * much + long
        lines[-1].append((sign, long))
    there = list[Placed]()
    for number, line in enumerate(lines):
        x = (width - sum(long for _, long in line) - APART * much * (len(line) - 1)) / 2
        for sign, long in line:
            there.append(Placed(sign, x + BESIDE * much / 2 - 3 * much, x + BESIDE * much, (number + 0.5) * LINE * much))
            x += long + APART * much
    return there, len(lines) * LINE * much
