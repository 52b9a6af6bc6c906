"""The moments at which something is worth a message: pure functions of when things happen.

Rooms call `plan_for_activity`, `plan_for_talk` and `plan_for_talks`, and give each plan to `actions.schedule`. What goes out
at 16:00 goes out on a school day: a talk on Monday is announced on Friday. After `late_at` nobody is called up any more;
then the message only waits under Berichten.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec

from server.core.clock import at, back_to_school_day, local

TELL, PREPARE_WEEK, PREPARE_SOON, TALK_TOMORROW, TALKS_TOMORROW = "tell", "prepare_week", "prepare_soon", "talk_tomorrow", "talks_tomorrow"
NEW_MENTOR, TALK_TAKEN_OVER, COVER, ACCESS, GUARDIAN_LEFT = "new_mentor", "talk_taken_over", "cover", "access", "guardian_left"
RECOGNITION, THANKED, RECOGNITION_REPORTED = "recognition", "thanked", "recognition_reported"
PREPARE = (PREPARE_WEEK, PREPARE_SOON)
AT_ONCE = frozenset({NEW_MENTOR, TALK_TAKEN_OVER, COVER, ACCESS, GUARDIAN_LEFT, RECOGNITION, THANKED, RECOGNITION_REPORTED})
"""Said when it happens, about no moment to come: who planned a talk is another's, who stands in for whom, who was given a way in, who looks along no more,
what somebody saw in a student."""

AFTERNOON = time(16)
AFTER_ACTIVITY, TELL_UNTIL = timedelta(minutes=30), timedelta(days=3)
BEFORE_TALK = timedelta(hours=1)
TELL_GRACE = timedelta(hours=24)


class Plan(msgspec.Struct, frozen=True):
    """One message to schedule: which kind, when, until when, and the facts its text is made of (never names or titles)."""

    kind: str
    due_at: datetime
    late_at: datetime
    facts: dict[str, Any]


def plan_for_activity(ends_at: datetime) -> Plan:
    """To each student who took part, 30 minutes after it ended; after three days nobody asks any more."""
    return Plan(TELL, ends_at + AFTER_ACTIVITY, ends_at + TELL_UNTIL, {"ended_at": ends_at.isoformat()})


def moments_before_talk(starts_at: datetime, zone: str) -> dict[str, datetime]:
    """When a student hears about a talk, by kind: at 16:00 seven days, two days and one day before, counted back to a school day."""
    day = local(starts_at, zone).date()
    return {kind: at(back_to_school_day(day - timedelta(days=days)), AFTERNOON, zone) for kind, days in ((PREPARE_WEEK, 7), (PREPARE_SOON, 2), (TALK_TOMORROW, 1))}


def plan_for_talk(starts_at: datetime, zone: str, *, prepared: bool = False) -> list[Plan]:
    """To the student: twice while the talk is not prepared, and the day before in any case."""
    moments, facts, last = moments_before_talk(starts_at, zone), {"starts_at": starts_at.isoformat()}, starts_at - BEFORE_TALK
    plans = [
        Plan(PREPARE_WEEK, moments[PREPARE_WEEK], moments[PREPARE_SOON], facts),
        Plan(PREPARE_SOON, moments[PREPARE_SOON], last, facts),
        Plan(TALK_TOMORROW, moments[TALK_TOMORROW], last, facts),
    ]
    return [plan for plan in plans if not (prepared and plan.kind in PREPARE)]


def plan_for_talks(first_starts_at: datetime, zone: str, *, ready: int, total: int) -> Plan:
    """To the mentor about one day: at 16:00 the school day before, how many of the day's talks are prepared."""
    due = at(back_to_school_day(local(first_starts_at, zone).date() - timedelta(days=1)), AFTERNOON, zone)
    return Plan(TALKS_TOMORROW, due, first_starts_at - BEFORE_TALK, {"starts_at": first_starts_at.isoformat(), "ready": ready, "total": total})


def day_subject(person_id: UUID, day: date) -> UUID:
    """The `about` of a mentor's day: the same for the same person and date."""
    return uuid5(person_id, day.isoformat())


def is_over(facts: Mapping[str, Any], now: datetime) -> bool:
    """Whether the talk it announces has begun: then there is nothing left to say."""
    return "starts_at" in facts and datetime.fromisoformat(facts["starts_at"]) <= now


def may_still_start(kind: str, due_at: datetime, now: datetime) -> bool:
    """Whether a message may be scheduled for this moment. What is past stays past: who plans a talk for tomorrow at 17:00 tells
    the student in person. Only after an activity a day of grace holds, for one that is entered when it is over.
    """
    return due_at + (TELL_GRACE if kind == TELL else timedelta(0)) >= now
