"""The record as a file for a spreadsheet (RFC 4180, semicolons as Dutch spreadsheets want them, a byte order mark so that they read it as UTF-8).

Each line carries the seal of its entry: kept elsewhere, it shows later whether the record was sealed anew.
"""

import csv
from collections.abc import Callable, Iterable
from io import StringIO

from server.core.clock import local
from server.privacy.queries import Entry

RECKONED = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula."""


def sheet(entries: Iterable[Entry], zone: str, _: Callable[[str], str]) -> bytes:
    """The lines, with a head in the language of `_`. Names are kept from being reckoned with."""
    made = StringIO()
    lines = csv.writer(made, delimiter=";")
    lines.writerow([_("nummer"), _("wanneer"), _("wat"), _("wie"), _("over wie"), _("met wie"), _("groep"), _("meer"), _("zegel")])
    for entry in entries:
        more = " ".join(f"{name}={_word(value)}" for name, value in sorted(entry.details.items()) if name != "who")
        people = [_safe(name if name is not None else _("iemand die hier niet meer is")) for name in (entry.who, entry.whom, entry.other)]
        lines.writerow([entry.seq, f"{local(entry.at, zone):%Y-%m-%d %H:%M:%S}", entry.kind, *people, _safe(entry.group), _safe(more), entry.seal])
    return made.getvalue().encode("utf-8-sig")


def _word(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(RECKONED) else text
