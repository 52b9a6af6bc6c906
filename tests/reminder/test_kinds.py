from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from server.reminder.kinds import day_subject, is_over, may_still_start, moments_before_talk, plan_for_activity, plan_for_talk, plan_for_talks
from server.reminder.models import out_of_quiet_hours

ZONE = "Europe/Amsterdam"


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def shown(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(ZONE)).strftime("%a %d %b %H:%M")


@pytest.mark.parametrize(
    ("talk", "week", "soon", "before"),
    [
        ("2026-11-27T11:20", "Fri 20 Nov 16:00", "Wed 25 Nov 16:00", "Thu 26 Nov 16:00"),
        ("2026-11-30T09:00", "Mon 23 Nov 16:00", "Fri 27 Nov 16:00", "Fri 27 Nov 16:00"),
        ("2026-12-01T09:00", "Tue 24 Nov 16:00", "Fri 27 Nov 16:00", "Mon 30 Nov 16:00"),
        ("2026-12-05T10:00", "Fri 27 Nov 16:00", "Thu 03 Dec 16:00", "Fri 04 Dec 16:00"),
        ("2026-11-27T00:10", "Fri 20 Nov 16:00", "Wed 25 Nov 16:00", "Thu 26 Nov 16:00"),
    ],
)
def test_a_talk_is_announced_at_four_counted_back_to_a_school_day(talk: str, week: str, soon: str, before: str) -> None:
    moments = moments_before_talk(wall(talk), ZONE)
    assert [shown(moments[kind]) for kind in ("prepare_week", "prepare_soon", "talk_tomorrow")] == [week, soon, before]


def test_four_o_clock_stays_four_o_clock_over_the_weekend_in_which_the_clock_changes() -> None:
    """Clocks go back on Sunday 25 October 2026 and forward on Sunday 28 March 2027."""
    autumn = moments_before_talk(wall("2026-10-26T09:00"), ZONE)
    assert shown(autumn["talk_tomorrow"]) == "Fri 23 Oct 16:00" and autumn["talk_tomorrow"] == datetime(2026, 10, 23, 14, tzinfo=UTC)
    assert shown(autumn["prepare_week"]) == "Mon 19 Oct 16:00"
    spring = moments_before_talk(wall("2027-03-30T09:00"), ZONE)
    assert spring["talk_tomorrow"] == datetime(2027, 3, 29, 14, tzinfo=UTC)
    assert spring["prepare_soon"] == datetime(2027, 3, 26, 15, tzinfo=UTC)


def test_who_is_prepared_only_hears_about_the_day_itself() -> None:
    assert [plan.kind for plan in plan_for_talk(wall("2026-11-27T11:20"), ZONE)] == ["prepare_week", "prepare_soon", "talk_tomorrow"]
    assert [plan.kind for plan in plan_for_talk(wall("2026-11-27T11:20"), ZONE, prepared=True)] == ["talk_tomorrow"]


def test_after_a_talk_has_begun_nothing_is_left_to_say() -> None:
    [*_, plan] = plan_for_talk(wall("2026-11-27T11:20"), ZONE)
    assert not is_over(plan.facts, wall("2026-11-27T11:19"))
    assert is_over(plan.facts, wall("2026-11-27T11:20"))
    assert not is_over(plan_for_activity(wall("2026-11-24T15:00")).facts, wall("2027-11-24T15:00"))


def test_a_message_is_late_only_after_it_is_due() -> None:
    for plan in [*plan_for_talk(wall("2026-11-30T07:45"), ZONE), plan_for_talks(wall("2026-11-30T07:45"), ZONE, ready=0, total=1), plan_for_activity(wall("2026-11-24T15:00"))]:
        assert plan.late_at > plan.due_at


def test_after_an_activity_half_an_hour_passes() -> None:
    plan = plan_for_activity(wall("2026-11-24T15:00"))
    assert (plan.kind, plan.due_at, plan.late_at) == ("tell", wall("2026-11-24T15:30"), wall("2026-11-27T15:00"))


def test_the_mentor_hears_on_the_school_day_before() -> None:
    assert shown(plan_for_talks(wall("2026-11-30T09:00"), ZONE, ready=1, total=3).due_at) == "Fri 27 Nov 16:00"
    assert plan_for_talks(wall("2026-11-27T09:00"), ZONE, ready=1, total=3).facts["total"] == 3


def test_a_mentors_day_is_one_subject() -> None:
    person = uuid4()
    assert day_subject(person, date(2026, 11, 27)) == day_subject(person, date(2026, 11, 27))
    assert len({day_subject(person, date(2026, 11, 27)), day_subject(person, date(2026, 11, 28)), day_subject(uuid4(), date(2026, 11, 27))}) == 3


def test_what_is_past_is_not_started_except_for_a_day_after_an_activity() -> None:
    now = wall("2026-11-24T14:00")
    assert may_still_start("talk_tomorrow", now, now) and not may_still_start("talk_tomorrow", now - timedelta(seconds=1), now)
    assert may_still_start("tell", now - timedelta(hours=24), now) and not may_still_start("tell", now - timedelta(hours=25), now)


@pytest.mark.parametrize(
    ("moment", "moved"),
    [
        ("2026-11-24T07:29:59", "Tue 24 Nov 07:30"),
        ("2026-11-24T07:30", "Tue 24 Nov 07:30"),
        ("2026-11-24T20:29:59", "Tue 24 Nov 20:29"),
        ("2026-11-24T20:30", "Wed 25 Nov 07:30"),
        ("2026-11-24T23:59", "Wed 25 Nov 07:30"),
        ("2026-11-25T00:00", "Wed 25 Nov 07:30"),
        ("2026-10-24T22:00", "Sun 25 Oct 07:30"),
        ("2027-03-27T22:00", "Sun 28 Mar 07:30"),
    ],
)
def test_between_half_past_eight_and_half_past_seven_it_waits_for_the_morning(moment: str, moved: str) -> None:
    assert shown(out_of_quiet_hours(wall(moment), ZONE)) == moved
