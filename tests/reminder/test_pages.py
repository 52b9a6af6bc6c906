"""Berichten. Now is Tuesday 24 November 2026, 14:00."""

from time_machine import Traveller

from server.core.db import Database
from server.people.viewer import viewer_of
from server.reminder.queries import waiting
from tests.browsing import Browsing, text_of
from tests.reminder.conftest import Reminding, wall
from tests.world import id_of, token_of


def bell(database: Database, who: str) -> int:
    from server.core import clock

    with database.reading() as session:
        viewer = viewer_of(session, token_of(who), clock.now())
        assert viewer is not None
        return waiting(session, viewer)


def test_without_messages_the_page_says_what_comes_here(browsing: Browsing) -> None:
    assert "Nu wacht er niets." in text_of(browsing.samira.get("/messages"))
    assert "wie klaar is" in text_of(browsing.deboer.get("/messages"))


def test_what_was_sent_waits_newest_first(browsing: Browsing, reminding: Reminding, moment: Traveller, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.activity("2026-11-24T15:00")
    reminding.talk("2026-11-27T11:20")
    remind("2026-11-24T15:30")
    moment.move_to(wall("2026-11-25T16:10"))
    remind("2026-11-25T16:10")
    shown = text_of(browsing.samira.get("/messages"))
    assert shown.index("Je hebt op vrijdag een gesprek.") < shown.index("Je deed laatst mee")
    assert "wo 25 nov 16:10" in shown and "nieuw" in shown


def test_what_is_not_sent_yet_or_another_persons_does_not_stand_there(browsing: Browsing, reminding: Reminding, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk("2026-11-27T11:20")
    assert "Nu wacht er niets." in text_of(browsing.samira.get("/messages"))
    remind("2026-11-25T16:00")
    assert "Nu wacht er niets." in text_of(browsing.daan.get("/messages"))
    assert "gesprek" in text_of(browsing.samira.get("/messages"))


def test_read_on_a_later_day_it_does_not_say_tomorrow(browsing: Browsing, reminding: Reminding, moment: Traveller, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk("2026-11-27T11:20")
    moment.move_to(wall("2026-11-26T16:00"))
    remind("2026-11-26T16:00")
    assert "Je hebt morgen een gesprek" in text_of(browsing.samira.get("/messages"))
    moment.move_to(wall("2026-11-27T09:00"))
    shown = text_of(browsing.samira.get("/messages"))
    assert "morgen" not in shown and "op vrijdag 27 november" in shown


def test_opening_a_message_marks_it_seen_and_leads_to_its_screen(browsing: Browsing, reminding: Reminding, database: Database, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk("2026-11-27T11:20")
    remind("2026-11-25T16:00")
    assert bell(database, "samira") == 1
    [row] = [row for row in reminding.rows() if row.sent_at]
    answer = browsing.samira.post(f"/messages/{row.id}/seen")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/conversations/{id_of('gesprek')}")
    assert bell(database, "samira") == 0
    assert "nieuw" not in text_of(browsing.samira.get("/messages")).replace("nieuwste", "")


def test_looking_marks_nothing(browsing: Browsing, reminding: Reminding, database: Database, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk("2026-11-27T11:20")
    remind("2026-11-25T16:00")
    browsing.samira.get("/messages")
    assert bell(database, "samira") == 1


def test_all_can_be_marked_seen_at_once_and_only_ones_own(browsing: Browsing, reminding: Reminding, database: Database, remind) -> None:  # type: ignore[no-untyped-def]
    for who, about in (("samira", "gesprek"), ("daan", "daans-gesprek")):
        reminding.talk("2026-11-27T11:20", who=who, about=about)
    remind("2026-11-26T16:00")
    assert bell(database, "samira") == 2
    assert browsing.samira.post("/messages/seen").headers["location"] == "/messages"
    assert (bell(database, "samira"), bell(database, "daan")) == (0, 2)


def test_the_message_of_somebody_else_does_not_exist(browsing: Browsing, reminding: Reminding, database: Database, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk("2026-11-27T11:20")
    remind("2026-11-25T16:00")
    sent, unsent = sorted(reminding.rows(), key=lambda row: row.sent_at is None)[:2]
    for other in ("daan", "deboer", "wouters", "karim", "olga"):
        assert getattr(browsing, other).post(f"/messages/{sent.id}/seen").status_code == 404
    assert browsing.samira.post(f"/messages/{unsent.id}/seen").status_code == 404
    assert browsing.nobody.post("/messages/seen").status_code == 401
    assert bell(database, "samira") == 1


def test_what_was_done_meanwhile_no_longer_waits(browsing: Browsing, reminding: Reminding, database: Database, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.activity("2026-11-24T15:00")
    remind("2026-11-24T15:30")
    reminding.cancel("bouw", person_id=id_of("samira"))
    assert bell(database, "samira") == 0
    assert "Hoe was het?" in text_of(browsing.samira.get("/messages"))


def test_the_page_is_not_sent_again_while_nothing_changed_and_is_when_something_did(browsing: Browsing, reminding: Reminding, remind) -> None:  # type: ignore[no-untyped-def]
    tag = browsing.samira.get("/messages").headers["etag"]
    assert browsing.samira.get("/messages", headers={"if-none-match": tag}).status_code == 304
    reminding.talk("2026-11-27T11:20")
    remind("2026-11-25T16:00")
    assert browsing.samira.get("/messages", headers={"if-none-match": tag}).status_code == 200
