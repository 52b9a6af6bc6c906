"""How many statements a page costs: as many for a school with ten times the rows, and few. Who asks is found with one of them."""

import re
from collections.abc import Iterable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from server.activity.models import Activity, ActivityGroup
from server.conversation.models import Agreement, Conversation, Preparation, PreparationExperience, Submission
from server.core import clock
from server.core.db import Database
from server.core.ids import new_id
from server.core.security import hashed
from server.experience.models import Experience, ExperienceWord
from server.people.models import DeviceSession, Group, Membership, Person
from server.recognition.models import INVITATION_LIFE, Recognition, RecognitionBlock, RecognitionInvitation, RecognitionWord
from server.reminder.models import Reminder
from server.settings import Settings
from tests.browsing import Browsing
from tests.counting import counting
from tests.test_access_matrix import LINES
from tests.whole import EVERYBODY, fill_the_rest, named
from tests.world import id_of

FEW, MANY = range(2), range(2, 16)

MOST = {
    "/": 13,
    "/me": 8,
    "/conversations/{gesprek}": 11,
    "/conversations/{vorig}": 21,
    "/conversations/{gesprek}/outcome": 7,
    "/conversations/{gesprek}/preparation": 21,
    "/conversations/{gesprek}/preparation?step=2": 19,
    "/conversations/{gesprek}?step=tell": 11,
    "/school/people/{samira}": 11,
    "/school/people/{deboer}": 9,
}
"""Where a page may take more than six statements, that of who asks included."""

PAGES = sorted({path for method, path in LINES if method == "GET" and not path.startswith(("/assets", "/setup"))} | MOST.keys())


def more_rows(session: Session, numbers: Iterable[int]) -> None:
    """So many more of everything, around the people and things of the world."""
    now, school = clock.now(), id_of("waal")
    for number in numbers:
        person, talk, activity, experience = new_id(), new_id(), new_id(), new_id()
        group = Group(id=new_id(), school_id=school, name=f"Groep {number}", created_at=now)
        session.add_all([group, Person(id=person, school_id=school, kind="student", given_name=f"Leerling {number}", family_name="X", created_at=now)])
        session.add(
            Activity(
                id=activity, school_id=school, kind="workshop", title=f"Les {number}", starts_at=now - timedelta(days=number), ends_at=now - timedelta(days=number), made_at=now
            )
        )
        session.flush()
        session.add_all(Membership(group_id=known, person_id=who, kind=kind, school_id=school) for known, who, kind in (
            (id_of("3B"), person, "student"), (group.id, person, "mentor"), (group.id, id_of("deboer"), "mentor"),
        ))  # fmt: skip
        session.add(DeviceSession(id=new_id(), school_id=school, person_id=id_of("samira"), token_hash=hashed(str(number)), device="iPhone", started_at=now, seen_at=now))
        session.add_all([ActivityGroup(activity_id=activity, group_id=known, school_id=school) for known in (id_of("3B"), id_of("3C"))])
        moments = {name: now - timedelta(hours=number) for name in ("happened_at", "captured_at", "arrived_at", "changed_at")}
        session.add(
            Experience(id=experience, school_id=school, student_id=id_of("samira"), activity_id=id_of("koken"), text=f"Nog {number}", face=3, revision=1, revisions={}, **moments)
        )
        held = number % 2 == 0
        starts = now + timedelta(days=number if not held else -number - 1)
        when = starts if held else None
        for student, which in ((id_of("samira"), talk), (person, new_id())):
            session.add(Conversation(id=which, school_id=school, student_id=student, mentor_id=id_of("deboer"), starts_at=starts, minutes=20, place_kind="room", place="",
                                     made_by=id_of("deboer"), made_at=now, started_at=when, held_at=when, summary="x"))  # fmt: skip
        session.flush()
        session.add(ExperienceWord(school_id=school, experience_id=experience, kind="quality", word=None, own=f"Woord {number}", evidence="", position=0))
        session.add(Preparation(conversation_id=talk, school_id=school, student_id=id_of("samira"), question="?", revision=1, revisions={}, changed_at=now))
        session.add(Agreement(school_id=school, conversation_id=talk, student_id=id_of("samira"), what=f"Bel {number}", made_by=person, made_at=now))
        session.add(
            Reminder(school_id=school, person_id=id_of("samira"), kind="tell", about=activity, path="/", facts={"ended_at": now.isoformat()}, due_at=now, late_at=now, sent_at=now)
        )
        session.flush()
        session.add(Submission(conversation_id=talk, school_id=school, person_id=id_of("samira"), submitted_at=now))
        seen = Recognition(school_id=school, student_id=id_of("samira"), giver_id=id_of("deboer"), sentence="Goed!", given_at=now, kept_at=now if held else None)
        seen.words = [RecognitionWord(word="persevering", position=0, school_id=school)]
        link = RecognitionInvitation(school_id=school, student_id=id_of("samira"), secret_hash=hashed(f"qr {number}"), made_at=now, ends_at=now + INVITATION_LIFE)
        session.add_all([seen, link, RecognitionBlock(student_id=id_of("samira"), giver_id=person, school_id=school, made_at=now)])
        if number < 2:
            session.add(PreparationExperience(conversation_id=id_of("gesprek"), experience_id=experience, school_id=school, position=number + 1))


def costs(browsing: Browsing, database: Database) -> dict[str, int]:
    """Statements of every page for everybody who may see it."""
    spent = {}
    for page in PAGES:
        for who in EVERYBODY:
            with counting(database) as statements:
                answer = getattr(browsing, who).get(named(page))
            if answer.status_code == 200:
                spent[f"{page} for {who}"] = len(statements)
    return spent


@pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
def test_no_page_takes_more_statements_when_there_are_more_rows_and_none_takes_many(browsing: Browsing, database: Database, settings: Settings) -> None:
    fill_the_rest(database, settings)
    with database.writing() as session:
        more_rows(session, FEW)
    before = costs(browsing, database)
    with database.writing() as session:
        more_rows(session, MANY)
    after = costs(browsing, database)
    assert before.keys() == after.keys()
    assert {page: (before[page], after[page]) for page in before if after[page] > before[page]} == {}
    assert len(after) > 90
    assert {page: count for page, count in after.items() if count > MOST.get(page.partition(" for ")[0], 6)} == {}


def test_who_asks_is_found_with_one_statement_and_nothing_is_asked_for_what_needs_nobody(browsing: Browsing, database: Database) -> None:
    for who, page, most in (
        ("samira", "/sign-in", 1),
        ("deboer", "/nergens", 1),
        ("wouters", "/trail", 1),
        ("nobody", "/", 0),
        ("samira", "/offline", 0),
        ("samira", "/healthz", 0),
    ):
        with counting(database) as statements:
            getattr(browsing, who).get(page)
        assert (page, len(statements)) == (page, most)


def test_a_page_that_is_unchanged_costs_the_one_statement_that_finds_who_asks(browsing: Browsing, database: Database) -> None:
    for who, page in (("samira", "/"), ("samira", "/trail"), ("deboer", "/conversations"), ("wouters", "/activities"), ("karim", "/messages")):
        tag = getattr(browsing, who).get(page).headers["etag"]
        with counting(database) as statements:
            assert getattr(browsing, who).get(page, headers={"if-none-match": tag}).status_code == 304
        assert len(statements) == 1


@pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
def test_no_page_reads_through_all_that_was_ever_said(browsing: Browsing, database: Database, settings: Settings) -> None:
    fill_the_rest(database, settings)
    pages = {f"{page} for {who}": (who, page) for who, page in (
        ("deboer", "/"), ("wouters", "/"), ("deboer", "/recognitions"), ("deboer", "/recognitions/reports"), ("samira", "/"), ("samira", "/recognitions"), ("nobody", "/r/over"),
    )}  # fmt: skip
    scans = {}
    for name, (who, page) in pages.items():
        with counting(database) as statements:
            getattr(browsing, who).get(page)
        with database.reading() as session:
            plans = [session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", (None,) * asked.count("?")) for asked in statements if asked.startswith("SELECT")]
            scans[name] = [step.detail for plan in plans for step in plan if re.match(r"SCAN recognition|SEARCH recognition\w* USING AUTOMATIC", step.detail)]
    assert {name: found for name, found in scans.items() if found} == {}
