"""Whose words about whom anybody finds: the student's, the giver's own, and a mentor's when the student asked."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from server.core.clock import now as moment
from server.core.db import Database
from server.people.models import Cover, Membership, Mentorship, Person
from server.people.viewer import Viewer, viewer_of
from server.recognition import access
from server.recognition.models import Recognition, RecognitionWord
from server.reminder.models import Reminder
from tests.browsing import Browsing
from tests.conftest import NOW
from tests.recognition.giving import SEEN, give, link_of, waiting
from tests.test_leaks import ON_SQLITE, STARTS
from tests.whole import EVERYBODY, crawl
from tests.world import id_of, token_of

MARK = "zqgezien"


def viewer(database: Database, who: str) -> Viewer:
    with database.reading() as session:
        found = viewer_of(session, token_of(who), moment())
    assert found is not None
    return found


def names(database: Database, who: str) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(access.pupils(viewer(database, who)).with_only_columns(Person.given_name)))


def test_a_mentor_picks_the_own_students_a_keeper_everybodys_and_nobody_else_anybody(database: Database) -> None:
    assert names(database, "deboer") == {"Samira", "Daan", "Noor"}
    assert names(database, "kramer") == {"Ilse"}
    assert names(database, "wouters") == names(database, "vries") == {"Samira", "Daan", "Noor", "Ilse"}
    assert names(database, "otto") == {"Olga"}
    assert {who: found for who in ("anja", "samira", "karim") if (found := names(database, who))} == {}


def test_who_mentors_a_single_student_picks_that_one_and_who_left_is_picked_by_nobody(database: Database) -> None:
    with database.writing() as session:
        session.add(Mentorship(mentor_id=id_of("anja"), student_id=id_of("ilse"), school_id=id_of("waal"), made_at=moment()))
        session.execute(update(Person).where(Person.id == id_of("daan")).values(archived_at=moment()))
    assert names(database, "anja") == {"Ilse"}
    assert names(database, "deboer") == {"Samira", "Noor"}


@ON_SQLITE
def test_what_was_said_is_read_by_the_student_and_by_who_said_it(browsing: Browsing) -> None:
    give(browsing.deboer, sentence=f"Ik zag dat je hielp. {MARK}")
    readers = {who for who in EVERYBODY if any(MARK in answer.text for answer in crawl(getattr(browsing, who), STARTS).values())}
    assert readers == {"samira", "deboer"}


def test_a_mentor_reads_what_a_guest_said_once_the_student_asks_and_nobody_else_does(browsing: Browsing) -> None:
    browsing.nobody.post(link_of(browsing), {"word": "persevering", "sentence": MARK, "name": "Henk", "role": "trainer"})
    [seen] = waiting(browsing.samira)
    assert browsing.deboer.get(f"/recognitions/{seen}").status_code == 404
    browsing.samira.post(f"/recognitions/{seen}/report")
    assert MARK in browsing.deboer.get(f"/recognitions/{seen}").text
    assert {who for who in EVERYBODY if MARK in getattr(browsing, who).get(f"/recognitions/{seen}").text} == {"deboer"}


def test_a_mentor_never_judges_what_they_said_themselves_another_does(browsing: Browsing, database: Database) -> None:
    give(browsing.deboer)
    [seen] = waiting(browsing.samira)
    browsing.samira.post(f"/recognitions/{seen}/report")
    assert [getattr(browsing, who).get(f"/recognitions/{seen}").status_code for who in ("deboer", "wouters", "vries", "kramer")] == [404, 200, 404, 404]
    with database.writing() as session:
        session.add(Membership(group_id=id_of("3B"), person_id=id_of("kramer"), kind="mentor", school_id=id_of("waal")))
    assert [getattr(browsing, who).get(f"/recognitions/{seen}").status_code for who in ("deboer", "wouters", "vries", "kramer")] == [404, 404, 404, 200]


def looking(browsing: Browsing, one: str) -> set[str]:
    return {who for who in EVERYBODY if getattr(browsing, who).get(f"/recognitions/{one}").status_code == 200}


def asked(database: Database) -> set[UUID]:
    with database.reading() as session:
        return set(session.scalars(select(Reminder.person_id).where(Reminder.kind == "recognition_reported")))


def covered(database: Database, mentor: str, colleague: str) -> None:
    days = {"starts_on": NOW.date(), "ends_on": NOW.date(), "made_by": id_of("wouters"), "made_at": NOW}
    with database.writing() as session:
        session.add(Cover(school_id=id_of("waal"), mentor_id=id_of(mentor), colleague_id=id_of(colleague), **days))


@pytest.mark.parametrize(
    ("giver", "covers", "look"),
    [
        ("deboer", {"deboer": "anja"}, {"wouters"}),
        ("wouters", {"deboer": "anja"}, {"deboer", "anja"}),
        ("anja", {"deboer": "anja"}, {"deboer"}),
        ("deboer", {"kramer": "deboer"}, {"kramer"}),
        ("deboer", {"deboer": "anja", "kramer": "vries"}, {"kramer", "vries"}),
        ("kramer", {"deboer": "kramer", "kramer": "anja"}, {"deboer"}),
        ("wouters", {"deboer": "wouters"}, {"deboer"}),
        ("wouters", {"vries": "anja"}, {"deboer"}),
    ],
)
def test_who_is_asked_to_look_is_who_may_and_who_stands_in_for_the_giver_is_neither(
    browsing: Browsing, database: Database, giver: str, covers: dict[str, str], look: set[str]
) -> None:
    for mentor, colleague in covers.items():
        covered(database, mentor, colleague)
    if "kramer" in covers:
        with database.writing() as session:
            session.add(Membership(group_id=id_of("3B"), person_id=id_of("kramer"), kind="mentor", school_id=id_of("waal")))
    with database.writing() as session:
        session.add(Mentorship(mentor_id=id_of("vries"), student_id=id_of("ilse"), school_id=id_of("waal"), made_at=NOW))
    give(browsing.wouters, "ilse")
    by_code = getattr(browsing, giver).post(link_of(browsing), SEEN)
    assert by_code.status_code == 303
    [seen] = waiting(browsing.samira)
    browsing.samira.post(f"/recognitions/{seen}/report")
    assert (looking(browsing, seen), asked(database)) == (look, {id_of(who) for who in look})


@pytest.mark.parametrize("installed", ["postgresql"], indirect=True)
def test_who_looks_while_another_settles_leaves_the_talk_on_the_others_name(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.add(Membership(group_id=id_of("3B"), person_id=id_of("kramer"), kind="mentor", school_id=id_of("waal")))
    give(browsing.wouters)
    [one] = waiting(browsing.samira)
    browsing.samira.post(f"/recognitions/{one}/report")
    with ThreadPoolExecutor(1) as pool:
        with database.writing() as session:
            settled = session.get_one(Recognition, UUID(one), with_for_update=True)
            looks = pool.submit(browsing.deboer.get, f"/recognitions/{one}")
            while not (looks.done() or _somebody_waits(database)):
                sleep(0.01)
            settled.settle(id_of("kramer"), "talked", NOW)
        assert looks.result().status_code == 200
    with database.reading() as session:
        made = session.get_one(Recognition, UUID(one))
        assert (made.reader_id, made.outcome) == (id_of("kramer"), "talked")


def _somebody_waits(database: Database) -> bool:
    with database.reading() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def test_nobody_gives_withdraws_or_decides_in_anothers_name(browsing: Browsing, database: Database) -> None:
    give(browsing.deboer)
    [seen] = waiting(browsing.samira)
    assert browsing.kramer.delete(f"/recognitions/{seen}").status_code == 404
    assert {browsing.daan.post(f"/recognitions/{seen}/{act}").status_code for act in ("keeping", "aside", "thanks", "report", "block")} == {404}
    assert give(browsing.deboer, "ilse").status_code == give(browsing.kramer).status_code == give(browsing.deboer, "olga").status_code == 404
    assert give(browsing.wouters, id=seen).status_code == 404, "the id is of something else"
    with database.reading() as session:
        assert session.scalars(select(Recognition.id)).all() == [UUID(seen)]
        assert session.scalars(select(RecognitionWord.word)).all() == ["persevering"]
