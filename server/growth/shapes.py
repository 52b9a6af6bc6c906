"""The lines of the picture as SVG paths: a pebble, a blossom, and a trail through points (cubic Béziers of a Catmull-Rom spline)."""

from collections.abc import Callable, Sequence
from functools import cache
from math import cos, pi, sin
from typing import NamedTuple

RADIUS = 100
"""How far a shape reaches from its middle: it is drawn once and scaled."""

SIDE = 9
"""So far the trail stays from the edges: half as wide as it is drawn."""


class Point(NamedTuple):
    """A place, from the top left."""

    x: float
    y: float


@cache
def pebble() -> str:
    """Nearly round, as water leaves a stone."""
    return _closed(lambda turn: 1 + 0.035 * cos(2 * turn + 0.6) + 0.022 * cos(3 * turn + 2), 10)


@cache
def blossom() -> str:
    """Six soft petals."""
    return _closed(lambda turn: 1 + 0.075 * cos(6 * turn), 24)


def through(points: Sequence[Point], width: float) -> str:
    """A smooth line through the points, which leaves the picture nowhere at the sides."""
    before, after = (points[0], *points), (*points[1:], points[-1], points[-1])
    d = [f"M{points[0].x:.0f} {points[0].y:.0f}"]
    for place in range(len(points) - 1):
        a, b, c, e = before[place], points[place], points[place + 1], after[place + 1]
        first, second = Point(b.x + (c.x - a.x) / 5, b.y + (c.y - a.y) / 5), Point(c.x - (e.x - b.x) / 5, c.y - (e.y - b.y) / 5)
        d.append("C" + " ".join(f"{min(max(point.x, SIDE), width - SIDE):.0f} {point.y:.0f}" for point in (first, second, c)))
    return "".join(d)


def _closed(radius: Callable[[float], float], corners: int) -> str:
    turns = [2 * pi * place / corners for place in range(corners)]
    most = max(radius(turn / 100) for turn in range(629))
    points = [Point(RADIUS * radius(turn) / most * cos(turn), RADIUS * radius(turn) / most * sin(turn)) for turn in turns]
    d = [f"M{points[0].x:.0f} {points[0].y:.0f}"]
    for place in range(corners):
        a, b, c, e = (points[(place + step) % corners] for step in (-1, 0, 1, 2))
        d.append(f"C{b.x + (c.x - a.x) / 6:.0f} {b.y + (c.y - a.y) / 6:.0f} {c.x - (e.x - b.x) / 6:.0f} {c.y - (e.y - b.y) / 6:.0f} {c.x:.0f} {c.y:.0f}")
    return "".join(d) + "Z"
