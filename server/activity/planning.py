"""What, when, where and for whom: what the coordinator typed, checked."""

from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec

from server.activity.models import KINDS, Activity
from server.core.clock import at, local
from server.core.forms import Form
from server.core.ids import parse_id

LONGEST, FURTHEST = 80, timedelta(days=731)
FIELDS = ("kind", "title", "place", "date", "start", "end", "until")
_OWN = ("kind", "title", "place", "starts_at", "ends_at")


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """An activity as it is wished: moments in UTC."""

    kind: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    groups: frozenset[UUID]

    def is_of(self, activity: Activity) -> bool:
        """Whether the activity is so already, its groups apart."""
        return all(getattr(activity, name) == getattr(self, name) for name in _OWN)

    def give(self, activity: Activity) -> None:
        """Make the activity so, its groups apart."""
        for name in _OWN:
            setattr(activity, name, getattr(self, name))


def typed(form: Form) -> dict[str, Any]:
    """What stood in the form, to show it again."""
    return {**{name: form.text(name) for name in FIELDS}, "groups": set(form.all("groups"))}


def as_typed(activity: Activity, groups: Collection[UUID], zone: str) -> dict[str, Any]:
    """What the form would hold for this activity."""
    starts, ends = local(activity.starts_at, zone), local(activity.ends_at, zone)
    return {
        "kind": activity.kind, "title": activity.title, "place": activity.place, "date": starts.date().isoformat(), "start": f"{starts:%H:%M}", "end": f"{ends:%H:%M}",
        "until": ends.date().isoformat() if ends.date() != starts.date() else "", "groups": {str(group) for group in groups},
    }  # fmt: skip


def read_plan(form: Form, known: Collection[UUID], now: datetime, zone: str, _: Callable[[str], str]) -> tuple[Plan | None, dict[str, str]]:
    """The plan a form asks for, or None with what is wrong with each field, in the language of `_`. `known` are the groups there are."""
    told, errors = {name: " ".join(form.text(name).split()) for name in FIELDS}, dict[str, str]()
    chosen = {group for text in form.all("groups") if (group := parse_id(text)) is not None}
    if told["kind"] not in KINDS:
        errors["kind"] = _("Kies wat voor activiteit het is.")
    if not told["title"]:
        errors["title"] = _("Geef de activiteit een naam.")
    for name in ("title", "place"):
        if len(told[name]) > LONGEST:
            errors[name] = _("Dit is te lang. Er passen 80 tekens in.")
    starts, ends = _when(told, local(now, zone).date(), zone, errors, _)
    if not chosen or not chosen <= set(known):
        errors["groups"] = _("Kies minstens één groep.")
    if errors or starts is None or ends is None:
        return None, errors
    return Plan(kind=told["kind"], title=told["title"], place=told["place"], starts_at=starts, ends_at=ends, groups=frozenset(chosen)), {}


def _when(told: dict[str, str], today: date, zone: str, errors: dict[str, str], _: Callable[[str], str]) -> tuple[datetime | None, datetime | None]:
    day, start, end = _parsed(date.fromisoformat, told["date"]), _parsed(time.fromisoformat, told["start"]), _parsed(time.fromisoformat, told["end"])
    last = _parsed(date.fromisoformat, told["until"]) if told["until"] else day
    if day is None:
        errors["date"] = _("Kies een dag.")
    elif abs(day - today) > FURTHEST:
        errors["date"] = _("Kies een dag, hooguit twee jaar weg.")
    if start is None:
        errors["start"] = _("Kies een begintijd, zoals 09:00.")
    if end is None:
        errors["end"] = _("Kies een eindtijd, zoals 15:00.")
    if (told["until"] and last is None) or (day and last and not timedelta(0) <= last - day <= timedelta(days=60)):
        errors["until"] = _("De laatste dag komt na de eerste, hooguit 60 dagen later.")
    if errors.keys() & {"date", "start", "end", "until"} or day is None or last is None or start is None or end is None:
        return None, None
    starts, ends = at(day, start, zone), at(last, end, zone)
    if ends <= starts:
        errors["end"] = _("Het einde komt na het begin.")
    return starts, ends


def _parsed(read: Callable[[str], Any], text: str) -> Any:
    try:
        found = read(text)
    except ValueError:
        return None
    return found.replace(second=0, microsecond=0, tzinfo=None) if isinstance(found, time) else found
