"""When and where a talk is: what a mentor typed, checked."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import msgspec

from server.conversation.models import PLACE_KINDS, Conversation
from server.core.clock import at, local
from server.core.forms import Form

SHORTEST, LONGEST, LONGEST_PLACE, USUAL = 10, 60, 80, 20


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The moment (UTC), the length in minutes and the place of a talk."""

    starts_at: datetime
    minutes: int
    place_kind: str
    place: str

    def is_of(self, talk: Conversation) -> bool:
        """Whether the talk is planned like this already."""
        return (talk.starts_at, talk.minutes, talk.place_kind, talk.place) == (self.starts_at, self.minutes, self.place_kind, self.place)

    def give(self, talk: Conversation) -> None:
        """Plan the talk like this."""
        talk.starts_at, talk.minutes, talk.place_kind, talk.place = self.starts_at, self.minutes, self.place_kind, self.place


def read_plan(form: Form, now: datetime, zone: str, _: Callable[[str], str]) -> tuple[Plan | None, dict[str, str]]:
    """The plan a form asks for, or None with per field what is wrong with it, in the language of `_`."""
    errors, today = {}, local(now, zone).date()
    day, wall, minutes, kind = _date(form.text("date")), _time(form.text("time")), form.number("minutes"), form.text("place_kind")
    if day is None:
        errors["date"] = _("Kies een dag.")
    elif not today <= day <= today + timedelta(days=366):
        errors["date"] = _("Kies een dag vanaf vandaag, hooguit een jaar vooruit.")
    if wall is None:
        errors["time"] = _("Kies een tijd, zoals 11:20.")
    if minutes is None or not SHORTEST <= minutes <= LONGEST:
        errors["minutes"] = _("Een gesprek duurt 10 tot 60 minuten.")
    if kind not in PLACE_KINDS:
        errors["place_kind"] = _("Kies waar jullie elkaar spreken.")
    if len(form.text("place")) > LONGEST_PLACE:
        errors["place"] = _("Dit is te lang. Er passen 80 tekens in.")
    if errors or day is None or wall is None or minutes is None:
        return None, errors
    return Plan(starts_at=at(day, wall, zone), minutes=minutes, place_kind=kind, place=form.text("place")), {}


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None
