"""The picture of words as a PNG that goes round: the same drawing as on the page, in the light colours, drawn in a process of its own (`draw_picture.py`).

Nothing but the words stands in it, and the first name when the student wants that. It is kept nowhere.
"""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import msgspec
from jinja2 import Environment
from markupsafe import Markup, escape

from server.core.assets import ROOT
from server.core.paper import drawn_by
from server.core.paper import file_name as safe_name
from server.growth.layout import Picture
from server.growth.shapes import blossom, pebble

PROGRAM = Path(__file__).with_name("draw_picture.py")
EDGE, HEAD, FOOT = 30, 70, 36
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


def svg_of(picture: Picture, templates: Environment, *, title: str, below: str) -> str:
    """The picture by itself: with its own styles and shapes, under a title, on paper."""
    width, height = picture.width + 2 * EDGE, picture.height + HEAD + FOOT
    names = sorted({stone.word.icon for stone in picture.stones if stone.word.icon})
    symbols = Markup().join(Markup('<symbol id="{}" viewBox="0 0 256 256">{}</symbol>').format(name, _symbols()[name]) for name in names if name in _symbols())
    shapes = templates.get_template("growth/_shapes.html").render(shapes={"quality": pebble(), "motive": blossom()})
    inner = templates.get_template("growth/_picture.html").render(picture=picture, sprite="", shape="shared", own_pictures=False)
    placed = inner.replace("<svg ", f'<svg x="{EDGE}" y="{HEAD}" width="{picture.width:.0f}" height="{picture.height:.0f}" ', 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}"><style>{_styles()}</style><defs>{shapes}{symbols}</defs>'
        f'<rect class="wp-ground" width="{width:.0f}" height="{height:.0f}"/><text class="wp-title" x="{width / 2:.0f}" y="50">{escape(title)}</text>{placed}'
        f'<text class="wp-month" x="{width / 2:.0f}" y="{height - 16:.0f}">{escape(below)}</text></svg>'
    )


@cache
def _styles() -> str:
    """Those of the page, with the colours of the light look put in."""
    light = re.search(r":root \{(.*?)\n\}", (ROOT / "styles" / "tokens.css").read_text(), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): ([^;]+);", light[1] if light else ""))
    plain = re.sub(r"/\*.*?\*/", "", (ROOT / "styles" / "picture.css").read_text(), flags=re.DOTALL)
    return re.sub(r"var\(--([\w-]+)\)", lambda name: colours[name[1]], plain)


@cache
def _symbols() -> dict[str, Markup]:
    """The shapes of the pictograms of words: our own file, so it is markup."""
    sprite = (ROOT / "icons" / "words.svg").read_text()
    return {name: Markup(shapes) for name, shapes in re.findall(r'<symbol id="([\w-]+)"[^>]*>(.*?)</symbol>', sprite, re.DOTALL)}  # noqa: S704
