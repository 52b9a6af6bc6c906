"""A student moves, or a group has another mentor: the talk that was planned goes along, and nothing that was shown to one is shown to another."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from server.conversation.handover import hand_over
from server.conversation.models import Conversation, Submission
from server.core import clock
from server.core.audit import AuditEntry
from server.core.db import Database
from server.people.models import Membership, Mentorship, Person
from server.reminder.kinds import day_subject
from server.reminder.models import Reminder
from server.worker import tidy
from tests.browsing import Browsing, text_of
from tests.conversation.helping import QUESTION, TALK, shown
from tests.world import id_of

SAMIRA = f"/school/people/{id_of('samira')}"


def moved(browsing: Browsing, to: str = "3C") -> None:
    assert browsing.wouters.post(f"{SAMIRA}/group", {"group": str(id_of(to)), "edition": "1"}).status_code == 303


def mentor_of(database: Database, talk: str = "gesprek") -> str:
    with database.reading() as session:
        holder = session.scalars(select(Conversation.mentor_id).where(Conversation.id == id_of(talk))).one()
        return next(name for name in ("deboer", "kramer", "anja") if id_of(name) == holder)


def messages(database: Database, who: str) -> dict[str, dict]:
    with database.reading() as session:
        rows = session.scalars(select(Reminder).where(Reminder.person_id == id_of(who), Reminder.cancelled_at.is_(None)))
        return {row.kind: row.facts for row in rows}


def test_a_talk_goes_to_the_new_mentor_and_what_was_shown_to_the_old_one_is_taken_back(browsing: Browsing, database: Database) -> None:
    shown(browsing)
    assert QUESTION in browsing.deboer.get(TALK).text
    moved(browsing)
    assert mentor_of(database) == "kramer" and mentor_of(database, "vorig") == "deboer"
    assert browsing.deboer.get(TALK).status_code == 404
    read = browsing.kramer.get(TALK)
    assert read.status_code == 200 and QUESTION not in read.text and "Samen vertelden" not in read.text
    mine = text_of(browsing.samira.get(TALK))
    assert "Gesprek met Willemijn Kramer" in mine and QUESTION in mine and "Alleen jij ziet dit" in mine
    assert browsing.samira.post(f"{TALK}/submission").status_code == 303
    assert QUESTION in browsing.kramer.get(TALK).text
    assert browsing.samira.get("/trail").text.count("Koken voor 24 mensen") > 0


def test_both_are_told_and_it_is_on_record(browsing: Browsing, database: Database) -> None:
    shown(browsing)
    moved(browsing)
    assert messages(database, "samira")["new_mentor"] == {"again": True}
    assert "talk_taken_over" in messages(database, "kramer") and "talks_tomorrow" in messages(database, "kramer")
    with database.reading() as session:
        days = session.scalars(select(Reminder).where(Reminder.about == day_subject(id_of("deboer"), date(2026, 11, 27)))).all()
        assert all(row.cancelled_at is not None for row in days)
        kinds = [entry.kind for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]
    assert kinds.count("talk-handed-over") == 1 and "student-moved" in kinds
    said = text_of(browsing.samira.get("/me/record"))
    assert "Je gesprek ging naar je nieuwe mentor. Wat je liet zien, werd weer alleen van jou." in said and "Els Wouters zette jou in groep 3C." in said


def test_a_talk_that_has_begun_stays_where_it_is(browsing: Browsing, database: Database) -> None:
    shown(browsing)
    assert browsing.deboer.post(f"{TALK}/start").status_code == 303
    moved(browsing)
    assert mentor_of(database) == "deboer" and QUESTION in browsing.deboer.get(TALK).text


def test_when_nobody_could_take_it_the_keeper_sees_it_and_what_was_shown_is_taken_back(browsing: Browsing, database: Database) -> None:
    shown(browsing)
    assert "Gesprekken zonder mentor" not in text_of(browsing.wouters.get("/"))
    assert browsing.wouters.post(f"{SAMIRA}/group", {"group": "", "edition": "1"}).status_code == 303
    assert mentor_of(database) == "deboer" and browsing.deboer.get(TALK).status_code == 404
    assert QUESTION in browsing.samira.get(TALK).text and "Alleen jij ziet dit" in text_of(browsing.samira.get(TALK))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Submission).where(Submission.conversation_id == id_of("gesprek"), Submission.withdrawn_at.is_(None))) == 0
    for keeper in (browsing.wouters, browsing.vries):
        assert "Gesprekken zonder mentor" in text_of(keeper.get("/")) and "was met Marten de Boer" in text_of(keeper.get("/"))
    for other in (browsing.otto, browsing.deboer, browsing.anja):
        assert "zonder mentor" not in text_of(other.get("/"))
    assert browsing.wouters.post(f"{SAMIRA}/mentors", {"mentor": str(id_of("anja"))}).status_code == 303
    assert mentor_of(database) == "anja" and "zonder mentor" not in text_of(browsing.wouters.get("/"))


def test_two_mentors_of_the_new_group_make_it_a_question_for_a_person(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.add(Membership(group_id=id_of("3C"), person_id=id_of("anja"), kind="mentor", school_id=id_of("waal")))
    shown(browsing)
    moved(browsing)
    assert mentor_of(database) == "deboer" and "Gesprekken zonder mentor" in text_of(browsing.wouters.get("/"))
    assert browsing.samira.post(f"{TALK}/submission").status_code == 303
    for mentor in (browsing.deboer, browsing.kramer, browsing.anja):
        assert mentor.get(TALK).status_code == 404 and QUESTION not in mentor.get("/conversations").text
    assert browsing.deboer.post(f"{TALK}/start").status_code == 404


def test_who_stands_in_for_who_mentored_a_student_sees_no_more_than_that_one(browsing: Browsing, database: Database) -> None:
    today = clock.now().date()
    cover = {"mentor": str(id_of("deboer")), "colleague": str(id_of("anja")), "starts_on": today.isoformat(), "ends_on": (today + timedelta(days=9)).isoformat()}
    assert browsing.wouters.post("/school/cover", cover).status_code == 303 and browsing.anja.get(TALK).status_code == 200
    assert browsing.wouters.post(f"{SAMIRA}/group", {"group": "", "edition": "1"}).status_code == 303
    assert browsing.anja.get(TALK).status_code == browsing.deboer.get(TALK).status_code == 404


def test_who_still_mentors_the_student_one_by_one_keeps_the_talk(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.add(Mentorship(mentor_id=id_of("deboer"), student_id=id_of("samira"), school_id=id_of("waal"), made_at=clock.now()))
    moved(browsing)
    assert mentor_of(database) == "deboer"


def test_a_group_gets_another_mentor_and_all_its_talks_go_along(browsing: Browsing, database: Database) -> None:
    group = f"/school/groups/{id_of('3B')}"
    assert browsing.wouters.post(f"{group}/mentors", {"mentor": str(id_of("anja"))}).status_code == 303
    assert mentor_of(database) == "deboer", "as long as there are two it stays with the one it was planned with"
    assert browsing.wouters.delete(f"/school/people/{id_of('deboer')}/groups/{id_of('3B')}").status_code == 303
    assert {mentor_of(database, talk) for talk in ("gesprek", "daans-gesprek")} == {"anja"}


def test_who_leaves_the_school_leaves_their_talks_to_the_other_mentor(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.add(Membership(group_id=id_of("3B"), person_id=id_of("anja"), kind="mentor", school_id=id_of("waal")))
    assert browsing.wouters.post(f"/school/people/{id_of('deboer')}/archive").status_code == 303
    assert mentor_of(database) == "anja"


@pytest.mark.parametrize("times", [1, 2])
def test_the_worker_sees_to_what_a_class_list_changed_and_does_it_once(database: Database, times: int) -> None:
    with database.writing() as session:
        session.execute(delete(Membership).where(Membership.person_id == id_of("samira")))
        session.add(Membership(group_id=id_of("3C"), person_id=id_of("samira"), kind="student", school_id=id_of("waal")))
    for _ in range(times):
        tidy(database, clock.now())
    assert mentor_of(database) == "kramer"
    with database.reading() as session:
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.kind == "talk-handed-over")).all()) == 1


def test_nothing_changes_where_everybody_has_the_mentor_they_had(database: Database) -> None:
    with database.writing() as session:
        assert hand_over(session, clock.now()) == 0


def test_a_talk_of_a_student_who_left_waits_for_nobody(browsing: Browsing, database: Database) -> None:
    shown(browsing)
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("samira")).values(archived_at=clock.now()))
        session.execute(delete(Membership).where(Membership.person_id == id_of("samira")))
    tidy(database, clock.now())
    with database.reading() as session:
        assert session.scalars(select(Submission.withdrawn_at)).one() is None
    assert "zonder mentor" not in text_of(browsing.wouters.get("/")) and "Samira" not in text_of(browsing.deboer.get("/conversations")).partition("Geweest")[0]
