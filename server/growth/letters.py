"""How wide a word is in the letters of Spoor, so that a picture is laid out on the server and nothing in it overlaps in a browser."""

from functools import cache

from PIL import ImageFont

from server.core.assets import ROOT

UNITS = 1000
UNKNOWN = 1.4
"""How wide a letter may be that our fonts lack, in ems: an emoji, or a script that the browser draws in a font of its own."""

FOREIGN = 0x250
"""From this number on our own font has hardly any letters."""


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(ROOT / "fonts" / "print" / "atkinson-hyperlegible-next-700.ttf"), UNITS)


@cache
def _advance(letter: str) -> float:
    """In ems."""
    drawn = _font().getlength(letter) / UNITS
    return max(drawn, UNKNOWN) if ord(letter) >= FOREIGN else drawn


def width_of(text: str, size: float) -> float:
    """How wide the text is in bold letters of this size, in the same unit; rather too wide than too narrow."""
    return sum(map(_advance, text)) * size


def lines_of(text: str, size: float, most: float) -> tuple[str, ...]:
    """The text in lines that are no wider than `most`, broken between words; a single word that is wider stays whole."""
    lines: list[str] = []
    for word in text.split():
        if lines and width_of(f"{lines[-1]} {word}", size) <= most:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return tuple(lines)
