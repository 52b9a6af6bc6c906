"""How far a sheet reaches, found out before anybody makes room for it: its reader lays out every cell up to the last that holds something.

Two cells at the far corners of a file of a thousand bytes would take all the memory there is; one that was typed there by accident too.
"""

import re
import zipfile
from collections.abc import Iterator

from server.roster import reading_zip
from server.roster.listed import Unreadable

MOST_CELLS = 4_000_000
"""The longest list that is read (60,000 rows), 66 columns wide."""

_PIECE = 1 << 20
_XLSX = re.compile(rb"<(?:[\w.-]+:)?(c|row)(?=[\s/>])([^<>]*)>")
_AT = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{0,9})(\d{1,9})[\"']")
_ODS = re.compile(rb"<(/?)(?:[\w.-]+:)?(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^<>]*)>")
_REPEATED = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"']\s*(\d{1,9})")
_HOLDS = re.compile(rb"[a-z-]*value\s*=")


def check(content: bytes) -> None:
    """Raise `Unreadable` for a workbook (xlsx, ods) that reaches too far, or that is of a kind whose reach is not told (xlsb)."""
    archive = reading_zip.opened(content)
    names = archive.namelist()
    if any(name.casefold() in {"xl/workbook.bin", "xl/_rels/workbook.bin.rels"} for name in names):
        raise Unreadable("binary")
    reach = _ods(archive, "content.xml") if "content.xml" in names else max((_xlsx(archive, name) for name in names), default=0)
    if reach > MOST_CELLS:
        raise Unreadable("wide")


def _xlsx(archive: zipfile.ZipFile, name: str) -> int:
    """Any part may be a sheet, whatever it is called: a workbook says itself which is. Cells that have only a colour do not count.

    A cell that does not say where it is comes after the one before it, in the row that was said last (ECMA-376, 18.3.1.4).
    """
    width = height = row = column = 0
    for piece in _pieces(archive, name):
        for tag, told in _XLSX.findall(piece):
            at = _AT.search(told)
            if tag == b"row":
                row, column = int(at[2]) if at else row + 1, 0
                continue
            column, line = (_column(at[1]), int(at[2])) if at else (column + 1, row)
            if not told.endswith(b"/"):
                width, height = max(width, column), max(height, line)
    return width * height


def _column(letters: bytes) -> int:
    """`A` is 1, `XFD` is 16384."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _ods(archive: zipfile.ZipFile, name: str) -> int:
    """Rows and cells may be said to repeat; those at the end that hold nothing do so a million times in any sheet."""
    reach = width = height = row = column = times = 0
    filled = False
    for piece in _pieces(archive, name):
        for closing, tag, told in _ODS.findall(piece):
            closed, repeated = told.endswith(b"/"), _REPEATED.search(told)
            if tag == b"table":
                reach, width, height, row = max(reach, width * height), 0, 0, 0
            elif tag != b"table-row" and not closing:
                column += int(repeated[1]) if repeated else 1
                if not closed or _HOLDS.search(told):
                    filled, width = True, max(width, column)
            elif tag == b"table-row":
                if not closing:
                    column, filled, times = 0, False, int(repeated[1]) if repeated else 1
                if closing or closed:
                    row += times
                    height = row if filled else height
    return max(reach, width * height)


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A part of the workbook, piece by piece, no tag cut through; raises `Unreadable` when more comes out than was said."""
    rest, size = b"", 0
    with reading_zip.unpacking(), archive.open(name) as member:
        while piece := member.read(_PIECE):
            size += len(piece)
            if size > reading_zip.LARGEST_PART:
                raise Unreadable("bomb")
            piece = rest + piece
            cut = piece.rfind(b"<")
            rest = piece[cut:] if cut >= 0 else piece
            yield piece[: max(cut, 0)]
    yield rest
