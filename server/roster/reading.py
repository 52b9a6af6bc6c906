"""A list of people read, whatever its shape: OneRoster (a zip of CSV files), or any CSV or sheet of which somebody says which column is which."""

from collections.abc import Container, Mapping

import msgspec

from server.roster import reading_oneroster, reading_zip
from server.roster.listed import Roster, Unreadable
from server.roster.reading_columns import Columns, Head, find_head, from_mapping, guess
from server.roster.reading_rows import Tell, people_of
from server.roster.reading_table import LARGEST, is_sheet, rows_of, said_of_a_sheet

SAMPLES = 3
SMALL, SMALL_UNPACKED = 300_000, 3_000_000


class Look(msgspec.Struct, frozen=True):
    """What a list looks like before it is read: its columns, with some of what stands in them. OneRoster needs none."""

    shape: str
    head: Head
    columns: Columns
    samples: list[list[str]]
    rows: int


def is_oneroster(content: bytes) -> bool:
    """Whether it is a zip with CSV files and no sheet; raises `Unreadable` when it is a zip that nobody should open."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    with said_of_a_sheet(content):
        names = {name.casefold() for name in reading_zip.opened(content).namelist()}
    return "[content_types].xml" not in names and "mimetype" not in names


def is_small(content: bytes) -> bool:
    """Whether it is read in the blink of an eye, so that somebody can wait for it.

    A sheet never is: its reader takes the process along that it fails in, so it is read in one of its own.
    """
    return len(content) <= SMALL and (reading_zip.check(content) <= SMALL_UNPACKED if is_oneroster(content) else not is_sheet(content))


def look(content: bytes, remembered: Container[str] = ()) -> Look | None:
    """The columns of a CSV or a sheet, as guessed; None for OneRoster. Raises `Unreadable`."""
    if len(content) > LARGEST:
        raise Unreadable("large")
    if is_oneroster(content):
        return None
    rows, head = find_head(rows_of(content), remembered)
    columns = guess(head.titles)
    below = rows[head.at + 1 :]
    if not below:
        raise Unreadable("empty")
    samples = [list(dict.fromkeys(cells[place] for _, cells in below[:200] if place < len(cells) and cells[place]))[:SAMPLES] for place in range(len(head.titles))]
    return Look("sheet" if is_sheet(content) else "csv", head, columns, samples, len(below))


def parse(content: bytes, mapping: Mapping[str, object] | None = None, tell: Tell = lambda done, total: None) -> Roster:
    """Read a list; raises `Unreadable` when it is none. Without a mapping the columns are guessed."""
    if len(content) > LARGEST:
        raise Unreadable("large")
    if is_oneroster(content):
        return reading_oneroster.people_of(content, tell)
    rows, head = find_head(rows_of(content), {str((mapping or {}).get("head", ""))})
    columns = from_mapping(mapping or {}, len(head.titles)) or guess(head.titles)
    if columns.missing:
        raise Unreadable("columns")
    roster = people_of(rows, head, columns, "sheet" if is_sheet(content) else "csv", tell)
    if not roster.people and not roster.faults:
        raise Unreadable("empty")
    return roster
