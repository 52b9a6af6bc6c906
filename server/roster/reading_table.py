"""A file as rows of cells: CSV in any of the usual separators and encodings, or a sheet (xlsx, xls, ods). Every cell is text, without spaces around it."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from server.roster import reading_extent, reading_zip
from server.roster.listed import Unreadable

LARGEST = 30_000_000
MOST_ROWS = 60_000
MOST_COLUMNS = 200
LONGEST_CELL = 1000
SEPARATORS = ";,\t|"
SHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_WORKBOOK = re.compile(rb"xl/(workbook|worksheets/|styles|sharedStrings)|application/vnd\.oasis\.opendocument\.spreadsheet")
_OFFICE = re.compile(rb"\[Content_Types\]\.xml")
"""What stands unpacked in a workbook, however broken the rest is: names of its parts, or its kind. Of one that was cut off only that it is of an office."""

Rows = list[tuple[int, list[str]]]
"""The rows that hold something, each with the number that a spreadsheet shows."""


def is_sheet(content: bytes) -> bool:
    """Whether it is a sheet (or another archive) and no text."""
    return content.startswith(SHEETS)


@contextmanager
def said_of_a_sheet(content: bytes) -> Iterator[None]:
    """What is wrong with a workbook is said of a workbook: not to save it as what it is already, and nothing about another kind of zip."""
    try:
        yield
    except Unreadable as error:
        if error.why in {"zip", "binary"} and (_WORKBOOK.search(content) or (error.why == "zip" and _OFFICE.search(content))):
            raise Unreadable("sheet") from error
        raise


def rows_of(content: bytes) -> list[Rows]:
    """The rows of a CSV, or of every sheet that has any; raises `Unreadable`."""
    if len(content) > LARGEST:
        raise Unreadable("large")
    with said_of_a_sheet(content):
        found = [rows for rows in (_sheets(content) if is_sheet(content) else [separated(text_of(content))]) if rows]
    if not found:
        raise Unreadable("empty")
    if any(len(rows) > MOST_ROWS for rows in found):
        raise Unreadable("large")
    return found


def text_of(content: bytes) -> str:
    """The text in whatever encoding it came: UTF-8 with or without BOM, UTF-16 with or without, else Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    head = content[:400]
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if len(zeros) > 4 and zeros.count(0) > 0.8 * len(zeros):
            return content.decode(encoding, errors="replace")
    if b"\0" in content:
        raise Unreadable("binary")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def separated(text: str) -> Rows:
    """The rows of a CSV. Excel may say in the first line which separator it used."""
    first, _, rest = text.partition("\n")
    said = first.strip().casefold()
    if said.startswith("sep=") and len(said) == 5 and said[4] in SEPARATORS:
        return _read(rest, said[4], first=2)
    return _read(text, _separator(text), first=1)


def _separator(text: str) -> str:
    """The mark that cuts most rows into the same number of cells."""
    head = "\n".join(text.splitlines()[:40])

    def fits(mark: str) -> tuple[int, int]:
        try:
            widths = Counter(len(cells) for cells in csv.reader(io.StringIO(head, newline=""), delimiter=mark) if any(cells))
        except csv.Error:
            return 0, 0
        return max(((times, width) for width, times in widths.items() if width > 1), default=(0, 0))

    return max(SEPARATORS, key=lambda mark: (fits(mark), head.count(mark)))


def _read(text: str, separator: str, *, first: int) -> Rows:
    found: Rows = []
    try:
        for line, cells in enumerate(csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=separator), first):
            plain = [" ".join(cell.split())[:LONGEST_CELL] for cell in cells[:MOST_COLUMNS]]
            if any(plain):
                found.append((line, plain))
            if len(found) > MOST_ROWS:
                raise Unreadable("large")
    except csv.Error as error:
        raise Unreadable("binary") from error
    return found


def _sheets(content: bytes) -> list[Rows]:
    """Every sheet of a workbook. The reader is Rust: what it cannot read it may also say by a panic, which is no `Exception`."""
    from python_calamine import CalamineWorkbook, PasswordError

    if content.startswith(b"PK"):
        reading_zip.check(content)
        reading_extent.check(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [_sheet_rows(book.get_sheet_by_name(name)) for name in book.sheet_names[:20]]
    except PasswordError as error:
        raise Unreadable("password") from error
    except Unreadable:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise Unreadable("binary") from error


def _sheet_rows(sheet: Any) -> Rows:
    if sheet.total_height > 1_048_576 or (sheet.width or 0) > 16_384:
        raise Unreadable("large")
    found: Rows = []
    for line, cells in enumerate(sheet.iter_rows(), 1):
        plain = [_cell(cell) for cell in cells[:MOST_COLUMNS]]
        if any(plain):
            found.append((line, plain))
        if len(found) > MOST_ROWS:
            raise Unreadable("large")
    return found


def _cell(value: Any) -> str:
    """A cell as somebody reads it: 4512 and not 4512.0, a day as 2011-03-14."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | timedelta | time):
        return str(value)
    return " ".join(str(value).split())[:LONGEST_CELL]
