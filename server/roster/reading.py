"""A class list as a school's system exports it, read: who is in it, and what is wrong with which row. Pure: knows no database.

A row whose fault leaves unclear who it is about is left out; a small fault (a date that does not exist, a broken e-mail
address) leaves out only that field. Both are said, with the row number that a spreadsheet shows. Nothing in such a list says
who is staff: it is the code in the first column and the Mentor column of other rows that refers to it.
"""

import csv
import io
from collections import defaultdict
from datetime import date, datetime

import msgspec

from server.people.fields import EMAIL

LARGEST = 2_000_000
MOST_ROWS = 10_000
COLUMNS = {
    "number": {"stamnrcode", "stamnr", "stamnummer", "code", "leerlingnummer", "leerlingnr", "llnr", "nummer", "nr"},
    "given": {"roepnaam", "voornaam", "voornamen"},
    "infix": {"tussenvoegsel", "tussenvoegsels", "tussenv", "voorvoegsel", "voorvoegsels", "tv"},
    "family": {"achternaam", "familienaam"},
    "group": {"klas", "groep", "stamgroep", "stamklas", "basisgroep", "mentorgroep"},
    "birth": {"geboortedatum", "gebdatum", "geboren"},
    "email": {"email", "emailadres", "mail", "mailadres", "emailschool"},
    "mentor": {"mentor", "mentorcode", "codementor"},
}
LONGEST = {"number": 40, "given": 80, "infix": 30, "family": 80, "group": 60, "mentor": 40}


class Unreadable(Exception):
    """The file is no class list; `why` is a key: empty, spreadsheet, binary, large, columns."""

    def __init__(self, why: str) -> None:
        """Keep the key."""
        super().__init__(why)
        self.why = why


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a row: `left_out` when it is skipped whole. `kind` is a key of `roster_words`."""

    line: int
    kind: str
    left_out: bool
    name: str = ""
    value: str = ""


class Row(msgspec.Struct, frozen=True):
    """One person of the list. Empty text and None mean: the list does not say."""

    line: int
    number: str
    given: str
    infix: str
    family: str
    group: str
    birth: date | None
    email: str
    mentor: str
    staff: bool = False


class Roster(msgspec.Struct, frozen=True):
    """A class list that was read."""

    rows: list[Row]
    faults: list[Fault]


def parse(content: bytes) -> Roster:
    """Read a class list; raises `Unreadable` when it is none."""
    lines = _lines(_text(content))
    start, columns = _header(lines)
    faults: list[Fault] = []
    rows = [row for line, cells in lines[start:] if any(cells) and (row := _row(line, _told(cells, columns), faults))]
    rows = _staff_marked(_once(rows, faults), faults)
    if not rows and not faults:
        raise Unreadable("empty")
    return Roster(rows, sorted(faults, key=lambda fault: fault.line))


def _text(content: bytes) -> str:
    if len(content) > LARGEST:
        raise Unreadable("large")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable("spreadsheet")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise Unreadable("binary")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _lines(text: str) -> list[tuple[int, list[str]]]:
    if not text.strip():
        raise Unreadable("empty")
    head = "\n".join(text.splitlines()[:10])
    separator = max(";,\t", key=head.count)
    try:
        lines = [
            (line, [" ".join(cell.split()) for cell in cells]) for line, cells in enumerate(csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=separator), 1)
        ]
    except csv.Error as error:
        raise Unreadable("binary") from error
    if len(lines) > MOST_ROWS:
        raise Unreadable("large")
    return lines


def _header(lines: list[tuple[int, list[str]]]) -> tuple[int, dict[str, int]]:
    """Where the rows begin and which column is which: some exports put a title above the names."""
    for at, (_, cells) in enumerate(lines[:10]):
        plain = ["".join(letter for letter in cell.casefold() if letter.isalnum()) for cell in cells]
        columns = {name: next(place for place, title in enumerate(plain) if title in titles) for name, titles in COLUMNS.items() if titles & set(plain)}
        if {"number", "given"} <= columns.keys():
            return at + 1, columns
    raise Unreadable("columns")


def _told(cells: list[str], columns: dict[str, int]) -> dict[str, str]:
    return {name: cells[columns[name]] if name in columns and columns[name] < len(cells) else "" for name in COLUMNS}


def _row(line: int, told: dict[str, str], faults: list[Fault]) -> Row | None:
    name = " ".join(filter(None, (told["given"], told["infix"], told["family"])))[:80]
    long = next((field for field, most in LONGEST.items() if len(told[field]) > most), None)
    unclear = "number" if not told["number"] else "given" if not told["given"] else "long" if long else None
    if unclear:
        faults.append(Fault(line, unclear, True, name, told[long][:40] + "…" if long else told["number"]))
        return None
    birth = _date(told["birth"])
    if told["birth"] and birth is None:
        faults.append(Fault(line, "date", False, name, told["birth"][:40]))
    email = told["email"] if EMAIL.fullmatch(told["email"]) and len(told["email"]) <= 254 else ""
    if told["email"] and not email:
        faults.append(Fault(line, "email", False, name, told["email"][:80]))
    return Row(line, told["number"], told["given"], told["infix"], told["family"], told["group"], birth, email, told["mentor"])


def _date(text: str) -> date | None:
    for shape in ("%d-%m-%Y", "%Y-%m-%d", "%d/%m/%Y"):
        try:
            found = datetime.strptime(text, shape).date()  # noqa: DTZ007
        except ValueError:
            continue
        return found if found.year > 1900 else None
    return None


def _once(rows: list[Row], faults: list[Fault]) -> list[Row]:
    """Each number once. The same person again is skipped; two persons with one number are both left out, for whose is it?"""
    by_number: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_number[row.number].append(row)
    kept = []
    for number, same in by_number.items():
        names = {(row.given.casefold(), row.infix.casefold(), row.family.casefold()) for row in same}
        if len(names) > 1:
            faults += [Fault(row.line, "shared", True, _name(row), number) for row in same]
            continue
        kept.append(same[0])
        faults += [Fault(row.line, "again", True, _name(row), str(same[0].line)) for row in same[1:]]
    return kept


def _staff_marked(rows: list[Row], faults: list[Fault]) -> list[Row]:
    """Who is a mentor in another row is staff. Who has a mentor as well could be either, so is left out."""
    mentors = {row.mentor for row in rows if row.mentor and row.mentor != row.number}
    both = {row.number: row for row in rows if row.number in mentors and row.mentor not in {"", row.number}}
    faults += [Fault(row.line, "both", True, _name(row), row.number) for row in both.values()]
    return [msgspec.structs.replace(row, staff=row.number in mentors) for row in rows if row.number not in both]


def _name(row: Row) -> str:
    return " ".join(filter(None, (row.given, row.infix, row.family)))
