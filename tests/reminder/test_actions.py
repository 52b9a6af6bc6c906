"""Scheduling. Now is Tuesday 24 November 2026, 14:00."""

from datetime import timedelta

import pytest
from time_machine import Traveller

from server.core import clock
from server.reminder.kinds import plan_for_activity
from server.reminder.models import Reminder
from tests.reminder.conftest import Reminding, wall


def by_kind(reminding: Reminding) -> dict[str, Reminder]:
    return {row.kind: row for row in reminding.rows()}


def test_what_is_past_when_a_talk_is_planned_is_not_scheduled(reminding: Reminding) -> None:
    reminding.talk("2026-11-27T11:20")
    assert reminding.waiting() == ["prepare_soon", "talk_tomorrow"]


def test_a_talk_that_moves_takes_its_messages_along(reminding: Reminding) -> None:
    reminding.talk("2026-12-04T11:20")
    reminding.talk("2026-12-10T11:20")
    assert [row.due_at for row in reminding.rows()] == [wall("2026-12-03T16:00"), wall("2026-12-08T16:00"), wall("2026-12-09T16:00")]


def test_a_talk_that_is_brought_forward_loses_what_is_past(reminding: Reminding) -> None:
    reminding.talk("2026-12-04T11:20")
    reminding.talk("2026-11-25T11:20")
    assert reminding.waiting() == ["talk_tomorrow"]


def test_what_was_sent_is_never_sent_again(reminding: Reminding, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk("2026-11-27T11:20")
    assert [one["kind"] for one in remind("2026-11-25T16:00")] == ["prepare_soon"]
    reminding.talk("2026-12-10T11:20")
    assert by_kind(reminding)["prepare_soon"].due_at == wall("2026-11-25T16:00")
    assert "prepare_soon" not in [one["kind"] for one in remind("2026-12-08T16:00")]


def test_what_is_called_off_is_not_sent_and_may_be_planned_again(reminding: Reminding, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk("2026-12-04T11:20")
    reminding.cancel("gesprek", kinds=("prepare_week", "prepare_soon"))
    assert reminding.waiting() == ["talk_tomorrow"]
    reminding.talk("2026-12-04T11:20")
    assert len(reminding.waiting()) == 3
    reminding.cancel("gesprek")
    assert remind("2026-12-03T16:00") == []


def test_calling_off_for_one_person_leaves_the_others(reminding: Reminding) -> None:
    from tests.world import id_of

    for who in ("samira", "daan"):
        reminding.activity("2026-11-24T15:00", who)
    reminding.cancel("bouw", person_id=id_of("samira"))
    assert [row.person_id for row in reminding.rows() if row.cancelled_at is None] == [id_of("daan")]


def test_what_falls_in_the_evening_is_moved_to_the_morning(reminding: Reminding) -> None:
    reminding.activity("2026-11-24T20:10")
    assert reminding.rows()[0].due_at == wall("2026-11-25T07:30")


def test_an_activity_entered_afterwards_is_asked_about_for_a_day(reminding: Reminding) -> None:
    reminding.activity("2026-11-24T09:00")
    reminding.activity("2026-11-20T09:00", about="koken")
    assert [row.due_at for row in reminding.rows()] == [wall("2026-11-24T09:30")]


def test_a_message_that_is_being_retried_keeps_its_place_when_its_facts_change(reminding: Reminding, moment: Traveller) -> None:
    reminding.talk("2026-11-27T11:20")
    moment.move_to(wall("2026-11-25T16:05"))
    reminding.talk("2026-11-27T11:40")
    soon = by_kind(reminding)["prepare_soon"]
    assert soon.cancelled_at is None and soon.facts["starts_at"] == wall("2026-11-27T11:40").isoformat()


def test_scheduling_twice_leaves_one(reminding: Reminding) -> None:
    for _ in range(3):
        reminding.activity("2026-11-24T15:00")
    assert len(reminding.rows()) == 1


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "experiences", ""])
def test_a_message_opens_only_screens_of_ours(reminding: Reminding, path: str) -> None:
    with pytest.raises(ValueError):
        reminding.plan(plan_for_activity(clock.now() + timedelta(hours=1)), path=path)


@pytest.mark.parametrize("changed", [{"facts": {}}, {"facts": {"ended_at": "soon"}}])
def test_facts_that_say_nothing_are_refused_at_once(reminding: Reminding, changed: dict) -> None:
    with pytest.raises((KeyError, ValueError)):
        reminding.plan(plan_for_activity(clock.now() + timedelta(hours=1)), **changed)
