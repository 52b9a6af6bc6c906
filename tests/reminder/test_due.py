"""From what is due to what was sent, with a real push service. Now is Tuesday 24 November 2026, 14:00; Friday 27 is a talk."""

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from server.core.db import Database
from server.people.models import DeviceSession, Person
from server.push.models import Subscription
from server.reminder.due import LEASE, claim, settle
from server.reminder.models import Reminder
from server.settings import Settings
from tests.push.receiver import Receiver
from tests.reminder.conftest import Reminding, wall
from tests.world import STAFF, STUDENTS, id_of

TALK = "2026-11-27T11:20"


def test_a_message_reaches_every_device_of_the_person(reminding: Reminding, service: Receiver, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk(TALK)
    for name in ("", "laptop"):
        reminding.device(service, "samira", name)
    reminding.device(service, "daan")
    [sent] = remind("2026-11-25T16:00")
    assert sent == {"kind": "prepare_soon", "about": str(id_of("gesprek")), "person": str(id_of("samira")), "channel": "web_push", "at": "2026-11-25T15:00:00Z"}
    assert sorted(one.name for one in service.received) == ["laptop", "samira"]
    assert service.of("samira")[0]["navigate"] == f"http://testserver.local/conversations/{id_of('gesprek')}"
    assert service.of("samira")[0]["body"].startswith("Je hebt op vrijdag een gesprek.")


def test_it_is_sent_once(reminding: Reminding, service: Receiver, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk(TALK)
    reminding.device(service, "samira")
    assert len(remind("2026-11-25T16:00")) == 1
    assert remind("2026-11-25T16:00") == remind("2026-11-25T18:00") == []
    assert service.posts == 1


def test_nothing_goes_out_before_its_time(reminding: Reminding, service: Receiver, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk(TALK)
    reminding.device(service, "samira")
    assert remind("2026-11-25T15:59") == []


@pytest.mark.parametrize("at", ["2026-11-25T20:30", "2026-11-25T23:59", "2026-11-26T03:00", "2026-11-26T07:29:59"])
def test_a_worker_that_wakes_up_at_night_waits_for_the_morning(reminding: Reminding, service: Receiver, remind, at: str) -> None:  # type: ignore[no-untyped-def]
    reminding.talk(TALK)
    reminding.device(service, "samira")
    assert remind(at) == [] and service.posts == 0
    [sent] = remind("2026-11-26T07:30")
    assert sent["channel"] == "web_push"
    assert "Je hebt morgen een gesprek." in service.of("samira")[0]["body"]


def test_an_activity_that_ended_in_the_evening_is_laatst_in_the_morning(reminding: Reminding, service: Receiver, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.activity("2026-11-24T20:10")
    reminding.device(service, "samira")
    assert remind("2026-11-24T21:00") == remind("2026-11-25T07:29") == []
    assert remind("2026-11-25T07:30")[0]["at"] == "2026-11-25T06:30:00Z"
    assert "laatst" in service.of("samira")[0]["body"]


def test_an_activity_of_this_afternoon_is_today(reminding: Reminding, service: Receiver, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.activity("2026-11-24T15:00")
    reminding.device(service, "samira")
    assert remind("2026-11-24T15:29") == []
    remind("2026-11-24T15:30")
    assert "vandaag" in service.of("samira")[0]["body"]


def test_no_push_service_keeps_it_for_the_night(reminding: Reminding, service: Receiver, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk(TALK)
    reminding.device(service, "samira")
    remind("2026-11-25T18:00")
    assert int(service.received[0].headers["ttl"]) == 2.5 * 3600


def test_a_payload_holds_nothing_personal(reminding: Reminding, service: Receiver, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.activity("2026-11-24T14:00")
    reminding.talk(TALK)
    reminding.device(service, "samira")
    remind("2026-11-24T15:00")
    remind("2026-11-25T16:00")
    remind("2026-11-26T16:00")
    assert len(service.received) == 3
    personal = {"waal", "bouwbedrijf", "jansen", "meeloopdag", "koken", "soep", "taart", "3b", "lokaal", "2.14", "ziekenhuis"}
    for given, _, family, *_ in [*STUDENTS.values(), *STAFF.values()]:
        personal |= {given.lower(), family.lower()}
    for one in service.received:
        told = one.payload["notification"]
        assert set(one.payload) == {"web_push", "notification"} and set(told) == {"title", "body", "navigate", "lang", "tag", "silent"}
        assert re.fullmatch(r"http://testserver\.local(/conversations/[0-9a-f-]{36}|/experiences/new\?activity=[0-9a-f-]{36})", told["navigate"])
        words = set(re.findall(r"[\w.]+", f"{told['title']} {told['body']}".lower()))
        assert not {word.strip(".") for word in words} & personal


def test_it_is_written_in_the_persons_language(reminding: Reminding, service: Receiver, database: Database, remind) -> None:  # type: ignore[no-untyped-def]
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("samira")).values(language="en"))
    reminding.talk(TALK)
    reminding.device(service, "samira")
    remind("2026-11-25T16:00")
    assert service.of("samira")[0]["lang"] == "en"


def test_who_has_no_device_finds_it_in_the_app(reminding: Reminding, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk(TALK)
    assert [one["channel"] for one in remind("2026-11-25T16:00")] == ["app"]


def test_a_device_that_was_signed_out_hears_nothing(reminding: Reminding, service: Receiver, database: Database, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk(TALK)
    reminding.device(service, "samira")
    with database.writing() as session:
        session.execute(update(DeviceSession).where(DeviceSession.id == id_of("session-samira")).values(ended_at=wall("2026-11-24T14:00")))
    assert [one["channel"] for one in remind("2026-11-25T16:00")] == ["app"]
    assert service.posts == 0


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_disappears_and_the_message_waits_in_the_app(reminding: Reminding, service: Receiver, remind, status: int) -> None:  # type: ignore[no-untyped-def]
    reminding.talk(TALK)
    reminding.device(service, "samira")
    service.answers["samira"] = (status, {})
    assert [one["channel"] for one in remind("2026-11-25T16:00")] == ["app"]
    assert reminding.devices() == []


def test_one_device_gone_and_one_reached_is_reached(reminding: Reminding, service: Receiver, database: Database, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk(TALK)
    for name in ("", "laptop"):
        reminding.device(service, "samira", name)
    service.answers["samira"] = (410, {})
    assert [one["channel"] for one in remind("2026-11-25T16:00")] == ["web_push"]
    assert reminding.devices() == ["laptop"]
    with database.reading() as session:
        assert session.scalars(select(Subscription.reached_at)).one() == wall("2026-11-25T16:00")


def test_a_busy_service_is_asked_again_when_it_said_so(reminding: Reminding, service: Receiver, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk(TALK)
    reminding.device(service, "samira")
    service.answers["samira"] = [(429, {"Retry-After": "1800"}), (201, {})]
    assert remind("2026-11-25T16:00") == remind("2026-11-25T16:29") == []
    assert service.posts == 1
    [sent] = remind("2026-11-25T16:30")
    assert (sent["channel"], sent["at"]) == ("web_push", "2026-11-25T15:00:00Z")


def test_a_failing_service_is_tried_less_and_less_often(reminding: Reminding, service: Receiver, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk(TALK)
    reminding.device(service, "samira")
    service.answers["samira"] = (500, {})
    remind("2026-11-25T16:00")
    remind("2026-11-25T16:01")
    assert remind("2026-11-25T16:02") == []
    assert service.posts == 2
    remind("2026-11-25T16:03")
    assert service.posts == 3 and reminding.rows()[0].tries == 3


def test_a_service_that_keeps_failing_leaves_it_to_the_app(reminding: Reminding, service: Receiver, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk(TALK)
    reminding.device(service, "samira")
    service.answers["samira"] = (500, {})
    channels = [one["channel"] for hour in range(16, 20) for minute in range(0, 60, 5) for one in remind(f"2026-11-25T{hour}:{minute:02}")]
    assert channels == ["app"] and service.posts == 8
    assert reminding.devices() == ["samira"]


def test_when_it_is_late_nobody_is_called_up_any_more(reminding: Reminding, service: Receiver, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.activity("2026-11-24T15:00")
    reminding.device(service, "samira")
    assert [one["channel"] for one in remind("2026-11-27T15:01")] == ["app"]
    assert service.posts == 0


def test_waiting_longer_than_a_message_holds_is_waiting_until_it_is_late(reminding: Reminding, service: Receiver, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk(TALK)
    reminding.device(service, "samira")
    service.answers["samira"] = (503, {"Retry-After": "20000"})
    assert remind("2026-11-27T09:00") == []
    assert {one["channel"] for one in remind("2026-11-27T10:20")} == {"app"}


def test_once_the_talk_has_begun_it_is_let_go(reminding: Reminding, service: Receiver, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk(TALK)
    reminding.device(service, "samira")
    assert remind("2026-11-27T11:20", dry_run=True) == remind("2026-11-27T11:20") == []
    assert service.posts == 0 and reminding.waiting() == []


@pytest.mark.parametrize("answer", [(400, {}), (403, {}), (301, {"Location": "/elsewhere"})])
def test_a_service_that_refuses_is_not_asked_again(reminding: Reminding, service: Receiver, remind, answer: object) -> None:  # type: ignore[no-untyped-def]
    reminding.talk(TALK)
    reminding.device(service, "samira")
    service.answers["samira"] = answer
    assert [one["channel"] for one in remind("2026-11-25T16:00")] == ["app"]
    assert service.posts == 1 and service.redirected == 0 and reminding.devices() == ["samira"]


def test_a_service_that_talks_rubbish_is_tried_later(reminding: Reminding, service: Receiver, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk(TALK)
    reminding.device(service, "samira")
    service.answers["samira"] = ["rubbish", (201, {})]
    assert remind("2026-11-25T16:00") == []
    assert [one["channel"] for one in remind("2026-11-25T16:01")] == ["web_push"]


def test_the_mentor_and_the_other_school_get_their_own(reminding: Reminding, service: Receiver, remind) -> None:  # type: ignore[no-untyped-def]
    from server.reminder.kinds import plan_for_talks

    reminding.talk(TALK)
    reminding.talk(TALK, who="olga", about="olgas-gesprek")
    reminding.plan(plan_for_talks(wall(TALK), "Europe/Amsterdam", ready=1, total=2), who="deboer", about="dag", path="/conversations")
    for who in ("samira", "olga", "deboer"):
        reminding.device(service, who)
    sent = remind("2026-11-26T16:00")
    assert {one["person"] for one in sent if "tomorrow" in one["kind"]} == {str(id_of(who)) for who in ("samira", "olga", "deboer")}
    assert service.of("deboer")[0]["body"] == "1 van de 2 voorbereidingen ligt klaar."


def test_a_dry_run_tells_the_same_and_changes_nothing(reminding: Reminding, service: Receiver, remind) -> None:  # type: ignore[no-untyped-def]
    reminding.talk(TALK)
    reminding.talk("2026-11-27T12:00", who="daan", about="daans-gesprek")
    reminding.device(service, "samira")
    before = [(row.claimed_until, row.sent_at, row.tries) for row in reminding.rows()]
    told = remind("2026-11-25T16:00", dry_run=True)
    assert service.posts == 0
    assert before == [(row.claimed_until, row.sent_at, row.tries) for row in reminding.rows()]
    assert {one["channel"] for one in told} == {"web_push", "app"}
    assert remind("2026-11-25T16:00") == told


def test_two_workers_at_once_take_different_messages(reminding: Reminding, settings: Settings) -> None:
    for number in range(60):
        reminding.activity("2026-11-24T15:00", about=f"activity-{number}")
    now, taken, ready = wall("2026-11-24T15:30"), list[object](), threading.Barrier(4)

    def work() -> None:
        database = Database(settings.database)
        ready.wait()
        for _ in range(8):
            with database.writing() as session:
                taken.extend(one.id for one in claim(session, now, most=7))
        database.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 60


def test_what_a_dead_worker_had_taken_is_taken_up_after_its_lease(reminding: Reminding, database: Database) -> None:
    reminding.activity("2026-11-24T15:00")
    now = wall("2026-11-24T15:30")
    with database.writing() as session:
        assert len(claim(session, now)) == 1
    with database.writing() as session:
        assert claim(session, now + LEASE - timedelta(seconds=1)) == []
    with database.writing() as session:
        assert len(claim(session, now + LEASE)) == 1


def test_what_was_interrupted_before_anything_was_heard_is_free_again(reminding: Reminding, database: Database, service: Receiver) -> None:
    reminding.activity("2026-11-24T15:00")
    reminding.device(service, "samira")
    now = wall("2026-11-24T15:30")
    with database.writing() as session:
        assert settle(session, Settings(), claim(session, now), [], now) == []
    with database.writing() as session:
        assert len(claim(session, now)) == 1


def test_a_message_that_nobody_can_put_into_words_keeps_no_other_waiting(reminding: Reminding, service: Receiver, remind) -> None:  # type: ignore[no-untyped-def]
    for who in ("samira", "daan", "noor"):
        reminding.activity("2026-11-24T12:00", who)
        reminding.device(service, who)
    with reminding.database.writing() as session:
        session.execute(update(Reminder).where(Reminder.person_id == id_of("samira")).values(facts={}))
        session.execute(update(Reminder).where(Reminder.person_id == id_of("daan")).values(kind="of-a-later-version"))
    assert [line["person"] for line in remind("2026-11-24T16:00", dry_run=True)] == [str(id_of("noor"))]
    assert [line["person"] for line in remind("2026-11-24T16:00")] == [str(id_of("noor"))]
    assert reminding.waiting() == []
