"""Time: stored in UTC, shown in the school's zone. Models get it passed in; nobody else reads the clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def parse_moment(text: str) -> datetime | None:
    """The moment in an address, in UTC; None when it is none, has no zone, or lies beyond what a calendar holds."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def local(moment: datetime, zone: str) -> datetime:
    """The moment as the clock on the school's wall shows it."""
    return moment.astimezone(ZoneInfo(zone))


def at(day: date, wall: time, zone: str) -> datetime:
    """The UTC moment at which the school's wall clock shows `wall` on `day`."""
    return datetime.combine(day, wall, ZoneInfo(zone)).astimezone(UTC)


def is_school_day(day: date) -> bool:
    """Monday to Friday. Holidays are not known yet."""
    return day.weekday() < 5


def back_to_school_day(day: date) -> date:
    """The day itself, or the last school day before it."""
    while not is_school_day(day):
        day -= timedelta(days=1)
    return day


def school_day_before(day: date) -> date:
    """The last school day that comes before this day."""
    return back_to_school_day(day - timedelta(days=1))
