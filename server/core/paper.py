"""What goes on paper: a PDF from a typst sheet, drawn in a process of its own (`draw_pdf.py`), in letters that its fonts have, under a name that is safe anywhere."""

import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from server.core.errors import Unavailable

PROGRAM = Path(__file__).with_name("draw_pdf.py")
LETTERS = Path(__file__).parents[2] / "web" / "fonts" / "print" / "letters.txt"
LONGEST_FILE = 60
PATIENCE = 60.0
"""Seconds. A page or two takes half of one."""


def pdf_of(sheet: Path, told: dict[str, Any]) -> bytes:
    """The PDF of this typst sheet; waits for it. `told` is what stands on it; its `at` (seconds since 1970) when it was made. Raises `Unavailable` when it did not work."""
    return drawn_by(PROGRAM, told, str(sheet), patience=PATIENCE)


def drawn_by(program: Path, told: dict[str, Any], *more: str, patience: float, begins: bytes = b"%PDF-") -> bytes:
    """The file, a PDF, that a program makes of this, in a process of its own that reads it as JSON; within so many seconds, else `Unavailable`."""
    command = [sys.executable, "-I", "-B", str(program), *more]
    try:
        ran = subprocess.run(command, input=msgspec.json.encode(told), capture_output=True, env={}, timeout=patience, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Unavailable from None
    if ran.returncode or not ran.stdout.startswith(begins):
        raise Unavailable
    return ran.stdout


def file_name(title: str) -> str:
    """What the sheet is called as a file: `Inlogkaarten-3B.pdf`. Only letters, digits and strokes: nothing in a name says anything to a browser or a disk."""
    bare = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[A-Za-z0-9]+", bare))[:LONGEST_FILE].strip("-") + ".pdf"


def printable(text: str) -> str:
    """The text in letters that the sheet's fonts have: accents stay, an emoji goes, and what nobody has drawn becomes its bare letter, or a question mark."""
    return " ".join("".join(_drawable(letter) for letter in unicodedata.normalize("NFC", text)).split())


def _drawable(letter: str) -> str:
    if ord(letter) in letters() or letter == "\u200b":
        return letter
    bare = "".join(part for part in unicodedata.normalize("NFKD", letter) if ord(part) in letters() and not unicodedata.combining(part))
    if bare or unicodedata.category(letter) in {"So", "Sk", "Mn", "Me", "Mc", "Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp"}:
        return bare
    return "?"


@cache
def letters() -> frozenset[int]:
    """Every letter that the fonts of the sheet can draw."""
    return frozenset(number for first, last in _ranges() for number in range(first, last + 1) if number >= 0x20)


def _ranges() -> Iterable[tuple[int, int]]:
    for span in LETTERS.read_text().split():
        first, _, last = span.partition("-")
        yield int(first, 16), int(last, 16)
