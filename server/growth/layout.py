"""Where everything in the picture lies: words as stones and blossoms along a trail that winds from the oldest below to the newest on top.

The same words always give the same picture. Widths are those of the letters in the font (`letters.py`), in units of which a phone shows 350 beside each other.
"""

from collections.abc import Sequence
from math import cos, degrees, radians, sin
from typing import NamedTuple

import msgspec

from server.growth.grown import Grown
from server.growth.letters import lines_of, width_of
from server.growth.shapes import Point, through

PHONE, BROAD = 350.0, 940.0
"""How wide a picture is on a phone, and on a laptop when there are many words."""

ALONE = 270.0
"""For one word: it may be larger."""

WIDTHS = tuple(ALONE + 40 * step for step in range(22))
"""How wide a picture for a page may be."""

RATIO = 1.25
"""How much higher than wide a page likes it."""

SIZE, LINE, SMALLEST = 17.0, 20.0, 9.0
SMALL = 14.0
"""The letters of months."""

CORE, STEP, SLOWER = 27.0, 9.0, 0.84
"""The radius of a word that was told once, how much the next ring adds, and how much less each one after it: as in a tree, rings of later years lie closer."""

HALF = 0.55
"""How much a ring adds of which nobody said how they knew."""

MOST_RINGS = 12
EYE, MOST_EYES = 10.5, 6
LIGHT, LIGHTER = 9.0, 1.5
"""How wide the light is around a word that somebody else saw, and how much wider it gets with each one more."""

MARGIN, GAP, BETWEEN = 28.0, 12.0, 16.0
"""Beside the outermost words, where the trail turns; between two words; between two rows."""

WIDEST_LABEL = 118.0
SWAY = 12.0
SEAM = 9.0
EVEN = 6.0
"""How much longer than needed the longest row may be."""


class Box(NamedTuple):
    """What nothing else may touch."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """Whether they share anything but an edge."""
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom


class Ring(NamedTuple):
    """Once told. `firm` when the student said how they knew."""

    radius: float
    firm: bool


class Stone(msgspec.Struct, frozen=True, kw_only=True):
    """A word in the picture. `rings` from the outside in; `eyes` are those who saw it too; `turn` in degrees, so that no two look the same.

    `light` is the radius of what shines around a word that others saw, 0 where nobody did.
    """

    word: Grown
    at: Point
    rings: tuple[Ring, ...]
    turn: int
    light: float
    eyes: tuple[Point, ...]
    lines: tuple[str, ...]
    size: float
    text_at: float
    """The baseline of its first line."""

    month: str
    month_at: float
    box: Box

    @property
    def radius(self) -> float:
        """Of all of it."""
        return self.rings[0].radius


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn, and how large; `trail` is the dotted line as an SVG path."""

    width: float
    height: float
    stones: tuple[Stone, ...]
    trail: str
    ends: tuple[Point, Point]
    """Where it begins and where it goes on."""


class _Cell(NamedTuple):
    """A word before it has a place: how far it reaches from its middle."""

    word: Grown
    rings: tuple[Ring, ...]
    lines: tuple[str, ...]
    size: float
    month: str
    half: float
    above: float
    below: float


def rings_of(word: Grown) -> tuple[Ring, ...]:
    """A ring for every time it was told, from the outside in; past so many they would only blur. What only others saw has one, as firm: they said what they saw."""
    radius, step, rings = CORE, STEP, list[Ring]()
    for told in word.told[:MOST_RINGS]:
        if rings:
            radius += step if told.is_shown else step * HALF
            step *= SLOWER
        rings.append(Ring(radius, told.is_shown))
    return tuple(reversed(rings)) or (Ring(CORE, True),)


def laid(words: Sequence[Grown], width: float, months: Sequence[str] = ()) -> Picture:
    """The words, oldest first, in a picture of this width; `months` are what stands above each, empty where nothing does."""
    rows = _rows([_cell(word, width, month) for word, month in zip(words, months or [""] * len(words), strict=True)], width)
    heights = [max(cell.above + SWAY for cell in row) + max(cell.below + SWAY for cell in row) + BETWEEN for row in rows]
    height = bottom = sum(heights) + BETWEEN
    stones, trail = list[Stone](), [Point(SEAM, height - SEAM)]
    for number, row in enumerate(rows):
        onward = number % 2 == 0
        line = bottom - BETWEEN - max(cell.below + SWAY for cell in row)
        placed = _placed(row, line, width, number, onward=onward)
        stones += placed
        bottom -= heights[number]
        trail += [*(stone.at for stone in placed), Point(width - SEAM if onward else SEAM, bottom if number + 1 < len(rows) else SEAM)]
    return Picture(width=width, height=height, stones=tuple(stones), trail=through(trail, width), ends=(trail[0], trail[-1]))


def for_page(words: Sequence[Grown], months: Sequence[str] = ()) -> Picture:
    """The same, as wide as makes it no higher than a page likes it."""
    narrow, wide = 0, len(WIDTHS) - 1
    while narrow < wide:
        tried = (narrow + wide) // 2
        picture = laid(words, WIDTHS[tried], months)
        narrow, wide = (tried + 1, wide) if picture.height > RATIO * picture.width else (narrow, tried)
    return laid(words, WIDTHS[narrow], months)


def _cell(word: Grown, width: float, month: str) -> _Cell:
    rings = rings_of(word)
    widest = min(WIDEST_LABEL, width - 2 * MARGIN)
    lines = lines_of(word.label, SIZE, widest)
    longest = max(width_of(line, SIZE) for line in lines)
    size = max(SMALLEST, SIZE * min(1, (width - 2 * MARGIN) / longest))
    rim = rings[0].radius + _light(word)
    edge = _edge(rings[0].radius, word)
    half = max(edge, min(longest, width - 2 * MARGIN) / 2, width_of(month, SMALL) / 2) + GAP / 2
    return _Cell(word, rings, lines, size, month, half, edge + (SMALL + 8 if month else 0), rim + 6 + LINE * len(lines))


def _rows(cells: Sequence[_Cell], width: float) -> list[list[_Cell]]:
    """As few rows as there can be, each about as long as the others."""
    short, long = 0.0, width - 2 * MARGIN
    fewest = len(_filled(cells, long))
    while long - short > EVEN:
        tried = (short + long) / 2
        short, long = (short, tried) if len(_filled(cells, tried)) == fewest else (tried, long)
    return _filled(cells, long)


def _filled(cells: Sequence[_Cell], most: float) -> list[list[_Cell]]:
    rows, walked = list[list[_Cell]](), 0.0
    for cell in cells:
        walked += 2 * cell.half
        if not rows or walked > most:
            rows.append([])
            walked = 2 * cell.half
        rows[-1].append(cell)
    return rows


def _placed(row: Sequence[_Cell], line: float, width: float, number: int, *, onward: bool) -> list[Stone]:
    """The words of a row in the direction of the trail. What room is left goes between them, more on the side from which the trail comes."""
    room = max(0.0, width - 2 * MARGIN - sum(2 * cell.half for cell in row)) / (len(row) + 1)
    walked, placed = MARGIN, []
    for place, cell in enumerate(row):
        walked += room + cell.half
        x = walked if onward else width - walked
        placed.append(_stone(cell, Point(x, line + SWAY * sin(2.3 * place + 1.7 * number + 0.6)), 47 * (number * 5 + place) % 360))
        walked += cell.half
    return placed


def _stone(cell: _Cell, at: Point, turn: int) -> Stone:
    radius, light = cell.rings[0].radius, _light(cell.word)
    return Stone(
        word=cell.word, at=at, rings=cell.rings, turn=turn, light=radius + light if light else 0, eyes=_eyes(len(cell.word.others), at, radius + light / 2),
        lines=cell.lines, size=cell.size, text_at=at.y + radius + light + 6 + 0.76 * LINE, month=cell.month, month_at=at.y - _edge(radius, cell.word) - 8,
        box=Box(at.x - cell.half + GAP / 2, at.y - cell.above, at.x + cell.half - GAP / 2, at.y + cell.below),
    )  # fmt: skip


def _light(word: Grown) -> float:
    """How wide the light around it is."""
    others = min(len(word.others), MOST_EYES)
    return LIGHT + LIGHTER * (others - 1) if others else 0.0


def _edge(radius: float, word: Grown) -> float:
    """How far it reaches from its middle, with its light and its eyes."""
    light = _light(word)
    return radius + (max(light, light / 2 + EYE) if light else 2)


def _eyes(others: int, at: Point, radius: float) -> tuple[Point, ...]:
    """Beside each other along the rim, around the upper right; many of them around the top."""
    shown, apart = min(others, MOST_EYES), min(54.0, degrees(21 / radius))
    middle = -52 if (shown - 1) * apart < 120 else -90
    angles = (radians(middle + (place - (shown - 1) / 2) * apart) for place in range(shown))
    return tuple(Point(at.x + radius * cos(angle), at.y + radius * sin(angle)) for angle in angles)
