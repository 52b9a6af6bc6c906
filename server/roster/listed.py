"""What a list says, whatever its shape: people, groups, who mentors and who cares for whom, and what is wrong in it. Pure: knows no database.

A row whose fault leaves unclear who it is about is left out; a small fault (a date that does not exist, a broken e-mail
address) leaves out only that field. Both are said, with the row number that a spreadsheet shows.
"""

from datetime import date

import msgspec

LONGEST = {"number": 40, "source": 255, "given": 80, "infix": 30, "family": 80, "group": 60, "mentor": 120, "job": 60}


class Unreadable(Exception):
    """The file is no list of people; `why` is a key of `words.unreadable`."""

    def __init__(self, why: str) -> None:
        """Keep the key."""
        super().__init__(why)
        self.why = why


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a row: `left_out` when it is skipped whole. `kind` is a key of `words.about`; `file` is named where a list has several."""

    line: int
    kind: str
    left_out: bool
    name: str = ""
    value: str = ""
    file: str = ""


class Notice(msgspec.Struct, frozen=True):
    """Something about the list as a whole: a column nobody knows, a file that is missing."""

    kind: str
    value: str = ""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One person of the list. Empty text and None mean: the list does not say. `kind` is empty when only Spoor can know it."""

    line: int
    kind: str
    number: str = ""
    source: str = ""
    given: str
    infix: str | None = None
    family: str = ""
    group: str = ""
    birth: date | None = None
    email: str = ""
    job: str = ""

    @property
    def name(self) -> str:
        """`Yara van der Meulen`"""
        return " ".join(filter(None, (self.given, self.infix, self.family)))

    @property
    def key(self) -> str:
        """What other parts of the list call this person by."""
        return self.source or self.number or self.email


class ListedGroup(msgspec.Struct, frozen=True):
    """A mentor group of the list; `source` is its name in the system that made the list."""

    name: str
    source: str = ""


class Mentor(msgspec.Struct, frozen=True):
    """Who mentors a group: `who` is a key, a code, an e-mail address or a name."""

    group: str
    who: str
    line: int


class Roster(msgspec.Struct, frozen=True, kw_only=True):
    """A list that was read. `groups` are by the word that rows use for them; `wards` are the keys of a guardian and a student."""

    shape: str
    people: list[Listed]
    groups: dict[str, ListedGroup]
    mentors: list[Mentor]
    wards: list[tuple[str, str]]
    faults: list[Fault]
    notices: list[Notice] = []
    speaks_for: frozenset[str] = frozenset()
    """The kinds of people of whom it may hold everybody: who is missing may have left."""

    gone: frozenset[str] = frozenset()
    """Who left, as the list itself says."""

    spared: frozenset[str] = frozenset()
    """Numbers, names and keys of rows that were left out: whoever they are, they are in the list."""
