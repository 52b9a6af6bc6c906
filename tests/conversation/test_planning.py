"""Planning, moving and calling off: who is told, and when whom is reminded."""

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import select

from server.conversation.models import Conversation
from server.core.db import Database
from server.reminder.models import Reminder
from tests.browsing import Browsing, text_of
from tests.conversation.helping import TALK, planned, shown
from tests.world import id_of


def reminders(database: Database, name: str) -> dict[str, datetime]:
    """What this person waits for, by kind."""
    with database.reading() as session:
        rows = session.scalars(select(Reminder).where(Reminder.person_id == id_of(name), Reminder.cancelled_at.is_(None)))
        return {row.kind: row.due_at for row in rows}


def of_day(database: Database, day: str) -> dict[str, int] | None:
    """How many of the talks of a day meneer De Boer hears are ready."""
    with database.reading() as session:
        rows = session.scalars(select(Reminder).where(Reminder.person_id == id_of("deboer"), Reminder.kind == "talks_tomorrow", Reminder.cancelled_at.is_(None)))
        return next(({"ready": row.facts["ready"], "total": row.facts["total"]} for row in rows if row.facts["starts_at"].startswith(day)), None)


def move(browsing: Browsing, **fields: str):  # type: ignore[no-untyped-def]
    form = {"revision": "1", "date": "2026-12-11", "time": "09:00", "minutes": "30", "place_kind": "video", "place": ""}
    return browsing.deboer.post(TALK, {**form, **fields})


def test_a_planned_talk_is_on_both_lists(browsing: Browsing) -> None:
    made = planned(browsing).headers["location"]
    assert "ma 7 dec · 11:20 · lokaal 2.14" in text_of(browsing.noor.get("/conversations")) and "ma 7 dec · 11:20 · lokaal 2.14" in text_of(browsing.deboer.get(made))


def test_the_same_form_sent_twice_plans_one_talk_and_another_form_with_its_id_none(browsing: Browsing, database: Database) -> None:
    own = str(uuid4())
    assert planned(browsing, id=own).status_code == planned(browsing, id=own).status_code == 303
    assert planned(browsing, id=own, time="12:40").status_code == 409
    with database.reading() as session:
        assert len(session.scalars(select(Conversation).where(Conversation.student_id == id_of("noor"))).all()) == 1


def test_a_wrong_plan_is_told_at_its_field_and_what_was_typed_stays(browsing: Browsing) -> None:
    answer = planned(browsing, minutes="5", place="bij de kapstokken")
    assert answer.status_code == 422 and "10 tot 60 minuten" in text_of(answer) and 'value="bij de kapstokken"' in answer.text and 'aria-describedby="error-minutes"' in answer.text
    assert planned(browsing, student="").status_code == 422


def test_a_talk_at_the_time_of_another_is_warned_of_and_not_forbidden(browsing: Browsing) -> None:
    answer = planned(browsing, date="2026-11-27", time="14:10")
    assert answer.status_code == 422 and "Dan praat je al met Samira Aït Ben." in text_of(answer) and "Toch zo plannen" in text_of(answer)
    assert planned(browsing, date="2026-11-27", time="14:10", anyway="1").status_code == 303
    assert planned(browsing, date="2026-11-27", time="14:40").status_code == 303


def test_the_student_is_reminded_seven_and_two_days_before_and_the_day_before(browsing: Browsing, database: Database) -> None:
    planned(browsing, date="2026-12-08")
    assert reminders(database, "noor") == {
        "prepare_week": datetime(2026, 12, 1, 15, 0, tzinfo=UTC),
        "prepare_soon": datetime(2026, 12, 4, 15, 0, tzinfo=UTC),
        "talk_tomorrow": datetime(2026, 12, 7, 15, 0, tzinfo=UTC),
    }


def test_moments_that_have_passed_are_not_reminded_of(browsing: Browsing, database: Database) -> None:
    planned(browsing, date="2026-11-26", time="16:30")
    assert set(reminders(database, "noor")) == {"prepare_soon", "talk_tomorrow"}


def test_moving_a_talk_moves_its_reminders(browsing: Browsing, database: Database) -> None:
    assert move(browsing).status_code == 303
    assert reminders(database, "samira")["talk_tomorrow"] == datetime(2026, 12, 10, 15, 0, tzinfo=UTC)
    assert "vr 11 dec · 09:00 · videobellen" in text_of(browsing.samira.get("/conversations"))


def test_a_stale_move_is_told_and_can_then_be_chosen(browsing: Browsing) -> None:
    assert move(browsing).status_code == move(browsing).status_code == 303
    answer = move(browsing, time="10:00")
    assert answer.status_code == 409 and "vr 11 dec · 09:00 · videobellen" in text_of(answer) and 'value="10:00"' in answer.text and 'name="revision" value="2"' in answer.text
    assert move(browsing, time="10:00", revision="2").status_code == 303


def test_a_cancelled_talk_says_so_stops_reminding_and_can_go_on_after_all(browsing: Browsing, database: Database) -> None:
    made = planned(browsing).headers["location"]
    assert browsing.deboer.post(f"{made}/cancellation").status_code == 303
    assert reminders(database, "noor") == {} and "Dit gesprek gaat niet door." in text_of(browsing.noor.get(made)) and "Noor" not in text_of(browsing.deboer.get("/conversations"))
    assert browsing.deboer.post(f"{made}/start").status_code == 409
    assert browsing.deboer.delete(f"{made}/cancellation").status_code == 303
    assert set(reminders(database, "noor")) == {"prepare_week", "prepare_soon", "talk_tomorrow"}


def test_the_mentor_hears_once_for_all_talks_of_a_day_how_many_are_ready(browsing: Browsing, database: Database) -> None:
    planned(browsing, date="2026-12-07", time="09:00")
    made = planned(browsing, date="2026-12-07", time="10:00", student=str(id_of("samira"))).headers["location"]
    assert of_day(database, "2026-12-07") == {"ready": 0, "total": 2}
    assert reminders(database, "deboer")["talks_tomorrow"] == datetime(2026, 12, 4, 15, 0, tzinfo=UTC)
    browsing.samira.post(f"{made}/preparation", {"step": "3", "base": "0", "mutation": str(uuid4()), "question": "Hoe?", "go": "show"})
    assert of_day(database, "2026-12-07") == {"ready": 1, "total": 2}
    browsing.samira.delete(f"{made}/submission")
    assert of_day(database, "2026-12-07") == {"ready": 0, "total": 2}
    browsing.deboer.post(f"{made}/cancellation")
    assert of_day(database, "2026-12-07") == {"ready": 0, "total": 1}


def test_moving_the_only_talk_of_a_day_leaves_nothing_to_say_about_it(browsing: Browsing, database: Database) -> None:
    shown(browsing)
    assert of_day(database, "2026-11-27") == {"ready": 1, "total": 1}
    move(browsing)
    assert of_day(database, "2026-11-27") is None and of_day(database, "2026-12-11") == {"ready": 1, "total": 1}


def test_a_talk_that_was_held_reminds_nobody(browsing: Browsing, database: Database) -> None:
    made = planned(browsing).headers["location"]
    browsing.deboer.post(f"{made}/outcome", {"revision": "1", "summary": "Gesproken"})
    assert reminders(database, "noor") == {}
