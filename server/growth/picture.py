"""The picture of words as a PNG that goes round: the same drawing as on the page, in the light colours, drawn in a process of its own (`draw_picture.py`).

Nothing but the words as they look in Spoor and their months stands in it, and the first name when the student wants that. It is kept nowhere.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import msgspec
from jinja2 import Environment
from markupsafe import Markup

from server.core.assets import ROOT
from server.core.paper import drawn_by
from server.core.paper import file_name as safe_name
from server.growth.layout import Picture
from server.growth.legend import Sign, placed
from server.growth.shapes import blossom, pebble
from server.vocabulary.shapes import pictograms

PROGRAM = Path(__file__).with_name("draw_picture.py")
EDGE, HEAD, FOOT = 26, 84, 44
PLAIN = 480
"""How wide a picture is around which title and edges are as large as they say; they grow with it."""

ACROSS = 1400
"""Pixels, whatever is in it: as wide as a phone shows when somebody looks closer."""

PATIENCE = 30.0
PNG = b"\x89PNG\r\n"
_POOL = ThreadPoolExecutor(1, thread_name_prefix="picture")


class Shared(msgspec.Struct, frozen=True):
    """A picture as SVG, and what it is called."""

    title: str
    svg: str


async def drawn(shared: Shared) -> bytes:
    """The PNG, made beside the pages that people are waiting for, one at a time. Raises `Unavailable` when it did not work."""
    return await asyncio.get_running_loop().run_in_executor(_POOL, draw, shared)


def draw(shared: Shared) -> bytes:
    """The same, waiting for it."""
    return drawn_by(PROGRAM, {"svg": shared.svg, "across": ACROSS}, patience=PATIENCE, begins=PNG)


def file_name(shared: Shared) -> str:
    """`De-woorden-van-Samira.png`"""
    return safe_name(shared.title).removesuffix(".pdf") + ".png"


def svg_of(picture: Picture, templates: Environment, *, title: str, below: str, signs: Sequence[Sign], own: Mapping[str, str]) -> str:
    """The picture by itself: with its own styles and shapes, under a title and from when to when, and with what its signs say; on paper.

    `own` are the school's own pictures of words (`shapes.addresses`).
    """
    much = max(0.7, picture.width / PLAIN)
    edge, head = EDGE * much, HEAD * much
    legend, tall = placed(signs, picture.width, much)
    names = sorted({stone.word.icon for stone in picture.stones} & pictograms().keys())
    symbols = Markup().join(Markup('<symbol id="{}" viewBox="0 0 256 256">{}</symbol>').format(name, Markup(pictograms()[name])) for name in names)  # noqa: S704
    inner = templates.get_template("growth/_picture.html").render(picture=picture, sprite="", shape="shared", own_pictures=own)
    at = f'<svg x="{edge:.0f}" y="{head:.0f}" width="{picture.width:.0f}" height="{picture.height:.0f}" '
    view = {
        "width": picture.width + 2 * edge, "height": head + picture.height + tall + FOOT * much, "much": much, "edge": edge, "title": title, "below": below,
        "title_at": head * 0.55, "below_at": head * 0.55 + 24 * much, "legend": legend, "legend_at": head + picture.height + FOOT * much / 2,
        "styles": Markup(f"<style>{_styles()}</style>"), "symbols": symbols, "shapes": {"quality": pebble(), "motive": blossom()},  # noqa: S704
        "drawing": Markup(inner.replace("<svg ", at, 1)),  # noqa: S704
    }  # fmt: skip
    return templates.get_template("growth/_shared.html").render(view).strip()


@cache
def _styles() -> str:
    """Those of the page, with the colours of the light look put in."""
    light = re.search(r":root \{(.*?)\n\}", (ROOT / "styles" / "tokens.css").read_text(), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): ([^;]+);", light[1] if light else ""))
    plain = re.sub(r"/\*.*?\*/", "", (ROOT / "styles" / "picture.css").read_text(), flags=re.DOTALL)
    return re.sub(r"var\(--([\w-]+)\)", lambda name: colours[name[1]], plain)
