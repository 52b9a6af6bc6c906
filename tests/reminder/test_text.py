from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from server.reminder.kinds import Plan, plan_for_activity, plan_for_talk, plan_for_talks
from server.reminder.text import text

ZONE = "Europe/Amsterdam"


def wall(told: str) -> datetime:
    return datetime.fromisoformat(told).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def said(plan: Plan, now: str | None, language: str = "nl") -> str:
    return " | ".join(text(plan.kind, plan.facts, language, wall(now) if now else None, ZONE))


def plans(talk: str) -> dict[str, Plan]:
    return {plan.kind: plan for plan in plan_for_talk(wall(talk), ZONE)}


def test_after_an_activity_it_says_today_and_later_laatst() -> None:
    plan = plan_for_activity(wall("2026-11-24T20:15"))
    assert said(plan, "2026-11-24T20:20") == "Hoe was het? | Je deed vandaag mee aan een activiteit. Kies een gezicht of vertel kort."
    assert said(plan, "2026-11-25T07:30") == "Hoe was het? | Je deed laatst mee aan een activiteit. Kies een gezicht of vertel kort."


@pytest.mark.parametrize(
    ("talk", "now", "when"),
    [
        ("2026-11-27T11:20", "2026-11-26T16:00", "morgen"),
        ("2026-11-30T11:20", "2026-11-27T16:00", "op maandag"),
        ("2026-11-27T11:20", "2026-11-27T07:30", "vandaag"),
        ("2026-11-27T00:20", "2026-11-26T16:00", "morgen"),
    ],
)
def test_the_day_before_says_tomorrow_or_the_weekday(talk: str, now: str, when: str) -> None:
    assert said(plans(talk)["talk_tomorrow"], now).startswith(f"Je hebt {when} een gesprek | ")


def test_the_day_before_says_when_it_begins_on_the_wall_clock() -> None:
    assert "Het begint om 11:20." in said(plans("2026-11-27T11:20")["talk_tomorrow"], "2026-11-26T16:00")
    assert "Het begint om 09:00." in said(plans("2026-10-26T09:00")["talk_tomorrow"], "2026-10-23T16:00")


def test_preparing_says_which_day() -> None:
    of = plans("2026-12-01T11:20")
    assert "Je hebt op dinsdag 1 december een gesprek." in said(of["prepare_week"], "2026-11-24T16:00")
    assert "Je hebt op dinsdag een gesprek." in said(of["prepare_soon"], "2026-11-27T16:00")


def test_read_later_it_names_the_date() -> None:
    of = plans("2026-11-27T11:20")
    assert said(of["talk_tomorrow"], None).startswith("Je hebt op vrijdag 27 november een gesprek")
    assert "laatst" in said(plan_for_activity(wall("2026-11-24T15:00")), None)


@pytest.mark.parametrize(
    ("ready", "total", "words"),
    [
        (0, 1, "Je hebt morgen 1 gesprek | Er ligt nog geen voorbereiding klaar."),
        (1, 1, "Je hebt morgen 1 gesprek | De voorbereiding ligt klaar."),
        (1, 3, "Je hebt morgen 3 gesprekken | 1 van de 3 voorbereidingen ligt klaar."),
        (2, 3, "Je hebt morgen 3 gesprekken | 2 van de 3 voorbereidingen liggen klaar."),
        (3, 3, "Je hebt morgen 3 gesprekken | Alle voorbereidingen liggen klaar."),
    ],
)
def test_the_mentor_hears_how_many_are_ready(ready: int, total: int, words: str) -> None:
    assert said(plan_for_talks(wall("2026-11-27T09:00"), ZONE, ready=ready, total=total), "2026-11-26T16:00") == words


def test_students_read_short_sentences() -> None:
    of = [*plans("2026-12-01T11:20").values(), plan_for_activity(wall("2026-11-24T15:00"))]
    for plan in of:
        for sentence in said(plan, None).replace("|", ".").split("."):
            assert len(sentence.split()) <= 12, sentence
