"""Dates as people and spreadsheets write them: 14-03-2011, 2011-03-14, 14-3-11, 3 mrt 2011, 20110314, 40616 (Excel's days since 1900)."""

import re
from datetime import date, timedelta

_MONTHS = {
    "jan": 1, "feb": 2, "mrt": 3, "maa": 3, "mar": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[ t]0?0:00(?::00)?)?")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ t]00:00(?::00(?:\.0+)?)?z?)?")
_IN_WORDS = re.compile(r"(\d{1,2})[- .]+([a-z]{3,9})\.?[- ]+(\d{4}|\d{2})")
_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"[1-5]\d{4}")
_EXCEL_BEGINS = date(1899, 12, 30)
"""Day 0 of Excel, moved so that its 29 February 1900, which never was, does not count."""


def read_date(text: str) -> date | None:
    """The day that was written, or None when there is no such day between 1900 and 2100."""
    text = " ".join(text.casefold().split())
    if _SERIAL.fullmatch(text):
        return _sensible(_EXCEL_BEGINS + timedelta(days=int(text)))
    if found := _YEAR_FIRST.fullmatch(text) or _TOGETHER.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.fullmatch(text):
        return _day(_year(found[3]), int(found[2]), int(found[1]))
    if found := _IN_WORDS.fullmatch(text):
        return _day(_year(found[3]), _MONTHS.get(found[2][:3], 0), int(found[1]))
    return None


def _year(text: str) -> int:
    """Of two digits: people at a school were born in this century up to 30, else in the last."""
    year = int(text)
    return year if len(text) == 4 else 2000 + year if year <= 30 else 1900 + year


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return _sensible(date(year, month, day))
    except ValueError:
        return None


def _sensible(found: date) -> date | None:
    return found if 1900 < found.year < 2100 else None
