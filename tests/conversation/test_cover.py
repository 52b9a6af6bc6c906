"""A colleague stands in: for that time the mentor's groups and students are theirs to see, and the talks of those days to hold, under their own name.

What was before and what comes after stays with the mentor; before and after the cover there is nothing.
"""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from time_machine import Traveller

from server.conversation.models import Agreement, Conversation
from server.core.audit import AuditEntry
from server.core.db import Database
from server.people.models import Cover
from server.reminder.kinds import day_subject
from server.reminder.models import Reminder
from tests.browsing import Browsing, text_of
from tests.conversation.helping import QUESTION, TALK, planned, shown
from tests.world import id_of

GROUP, PAST = f"/groups/{id_of('3B')}", f"/conversations/{id_of('vorig')}"
LATER = f"/conversations/{id_of('daans-gesprek')}"
THEIRS = (TALK, GROUP, f"{TALK}/edit", f"{TALK}/outcome", f"/conversations/new?student={id_of('samira')}")


def covered(browsing: Browsing, first: str = "2026-11-24", last: str = "2026-12-04", colleague: str = "kramer") -> str:
    """Wouters lets a colleague stand in for meneer De Boer; gives the cover's address."""
    cover = str(uuid4())
    form = {"id": cover, "mentor": str(id_of("deboer")), "colleague": str(id_of(colleague)), "starts_on": first, "ends_on": last}
    answer = browsing.wouters.post("/school/cover", form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/school/cover")
    return f"/school/cover/{cover}"


def test_for_that_time_the_colleague_holds_the_mentors_talks_and_before_and_after_nothing(browsing: Browsing, moment: Traveller) -> None:
    shown(browsing)
    covered(browsing, first="2026-11-25")
    assert {path: browsing.kramer.get(path).status_code for path in (TALK, GROUP)} == {TALK: 404, GROUP: 404}
    moment.shift(timedelta(days=1))
    assert [browsing.kramer.get(path).status_code for path in THEIRS] == [200] * len(THEIRS)
    read = text_of(browsing.kramer.get(TALK))
    assert QUESTION in read
    listed = text_of(browsing.kramer.get("/conversations"))
    assert "Samira Aït Ben vr 27 nov 14:00 voorbereid voor meneer De Boer" in listed and "Ilse van den Berg vr 27 nov 14:00 nog niet" in listed
    assert listed.count("voor meneer De Boer") == 2, "on his talks, not on the own one"
    assert "je vervangt hier een collega" in text_of(browsing.kramer.get("/groups"))
    moment.shift(timedelta(days=10))
    assert {browsing.kramer.get(path).status_code for path in (TALK, GROUP, f"{TALK}/edit", f"{TALK}/outcome")} == {404}
    assert "Samira" not in text_of(browsing.kramer.get("/conversations")) and browsing.deboer.get(TALK).status_code == 200


def test_of_the_mentors_talks_the_colleague_sees_those_of_these_days_only(browsing: Browsing) -> None:
    shown(browsing)
    covered(browsing, last="2026-11-28")
    assert {path: browsing.kramer.get(path).status_code for path in (TALK, PAST, LATER, f"{PAST}/outcome", f"{LATER}/edit")} == {
        TALK: 200, PAST: 404, LATER: 404, f"{PAST}/outcome": 404, f"{LATER}/edit": 404,
    }  # fmt: skip
    assert browsing.kramer.post(f"{LATER}/start").status_code == browsing.kramer.post(f"{LATER}/cancellation").status_code == 404
    assert browsing.kramer.post(f"/agreements/{id_of('afspraak')}/completion").status_code == 404, "what was agreed before was said to the mentor"
    read, listed = text_of(browsing.kramer.get(TALK)), text_of(browsing.kramer.get("/conversations"))
    assert "Samen vertelden we over koken." not in read and "Vraag een stageplek" not in read
    assert "Samira" in listed and "Daan" not in listed and "di 6 okt" not in listed and listed.count("voor meneer De Boer") == 1
    assert {browsing.deboer.get(path).status_code for path in (TALK, PAST, LATER)} == {200}


def test_a_talk_that_was_held_in_these_days_stays_the_colleagues_to_see_while_the_cover_lasts(browsing: Browsing, moment: Traveller) -> None:
    shown(browsing)
    covered(browsing)
    moment.shift(timedelta(days=3))
    assert browsing.kramer.post(f"{TALK}/start").status_code == 303
    said = {"revision": "1", "summary": "Samen", "what": "Bel de bakker", "helper": "", "due_on": ""}
    assert browsing.kramer.post(f"{TALK}/outcome", said).status_code == 303
    moment.shift(timedelta(days=1))
    assert "Bel de bakker" in text_of(browsing.kramer.get(TALK)) and browsing.kramer.get(f"{TALK}/outcome").status_code == 200
    assert "Geweest Samira Aït Ben vr 27 nov 14:00 voor meneer De Boer" in re.sub(r" SA ", " ", text_of(browsing.kramer.get("/conversations")))
    moment.shift(timedelta(days=7))
    assert browsing.kramer.get(TALK).status_code == 404 and browsing.deboer.get(TALK).status_code == 200


def test_the_days_are_those_of_the_schools_clock(browsing: Browsing, database: Database) -> None:
    covered(browsing, last="2026-11-27")
    for starts_at, status in ((datetime(2026, 11, 23, 22, 59, tzinfo=UTC), 404), (datetime(2026, 11, 23, 23, 0, tzinfo=UTC), 200),
                              (datetime(2026, 11, 27, 22, 59, tzinfo=UTC), 200), (datetime(2026, 11, 27, 23, 0, tzinfo=UTC), 404)):  # fmt: skip
        with database.writing() as session:
            session.get_one(Conversation, id_of("gesprek")).starts_at = starts_at
        assert browsing.kramer.get(TALK).status_code == status, starts_at


def test_the_colleague_plans_for_the_mentors_students_within_these_days_only(browsing: Browsing, database: Database) -> None:
    covered(browsing, last="2026-11-28")
    form = {"id": str(uuid4()), "student": str(id_of("noor")), "date": "2026-11-30", "time": "11:20", "minutes": "20", "place_kind": "room", "place": "lokaal 9.99"}
    answer = browsing.kramer.post("/conversations", form)
    assert answer.status_code == 422 and "lokaal 9.99" in answer.text
    assert "Je vervangt deze mentor van di 24 nov tot en met za 28 nov. Kies een dag in die tijd." in text_of(answer)
    with database.reading() as session:
        assert session.get(Conversation, UUID(form["id"])) is None
    within = {**form, "date": "2026-11-27"}
    assert browsing.kramer.post("/conversations", within).status_code == browsing.kramer.post("/conversations", within).status_code == 303, "twice is once"
    moved = browsing.kramer.post(f"/conversations/{form['id']}", {**form, "revision": "1"})
    assert moved.status_code == 422 and "Kies een dag in die tijd." in text_of(moved)
    assert browsing.kramer.post("/conversations", {**form, "id": str(uuid4()), "now": "1"}).status_code == 303
    own = {**form, "id": str(uuid4()), "student": str(id_of("ilse"))}
    assert browsing.kramer.post("/conversations", own).status_code == 303, "the own students on any day"


def test_who_otherwise_sees_no_student_reads_what_they_see_and_until_when(browsing: Browsing, moment: Traveller) -> None:
    covered(browsing, colleague="anja", last="2026-11-28")
    for page in ("/", "/conversations", "/groups"):
        assert "Je vervangt meneer De Boer tot en met za 28 nov: zo lang zie je die leerlingen, en de gesprekken van die dagen." in text_of(browsing.anja.get(page)), page
    assert "niets gepland zolang je vervangt" in text_of(browsing.anja.get("/groups")), "whether there is a talk later they do not see"
    assert "mentor van" not in text_of(browsing.anja.get("/me")) and "Je vervangt" not in text_of(browsing.deboer.get("/conversations"))
    moment.shift(timedelta(days=5))
    assert "Je vervangt" not in text_of(browsing.anja.get("/"))


def test_somebody_who_mentors_nobody_can_stand_in_too(browsing: Browsing) -> None:
    assert browsing.anja.get("/conversations").status_code == 404
    cover = covered(browsing, colleague="anja")
    assert browsing.anja.get(TALK).status_code == browsing.anja.get("/groups").status_code == 200
    assert "Gesprekken" in text_of(browsing.anja.get("/"))
    assert browsing.wouters.delete(cover).status_code == 303
    assert {browsing.anja.get(path).status_code for path in (TALK, "/groups", "/conversations", *THEIRS)} == {404}


def test_ended_early_it_ends_at_once(browsing: Browsing) -> None:
    shown(browsing)
    cover = covered(browsing)
    assert browsing.kramer.get(TALK).status_code == 200
    assert browsing.wouters.delete(cover).status_code == 303
    assert browsing.kramer.get(TALK).status_code == 404
    assert browsing.kramer.post(f"{TALK}/start").status_code == 404


def test_the_student_reads_who_it_is_and_that_they_may_read_along(browsing: Browsing) -> None:
    shown(browsing)
    covered(browsing)
    for page in ("/", TALK, "/conversations"):
        assert "Gesprek met Willemijn Kramer, die meneer De Boer vervangt" in text_of(browsing.samira.get(page)), page
    assert "In die tijd kan Willemijn Kramer ook lezen wat jij laat zien." in text_of(browsing.samira.get(TALK))
    browsing.kramer.get(TALK)
    assert "Willemijn Kramer heeft het gelezen." in text_of(browsing.samira.get(TALK))
    assert "Willemijn Kramer bekeek wat jij klaarlegde." in text_of(browsing.samira.get("/me/record"))


def test_a_talk_after_the_cover_is_with_the_mentor_and_nobody_reads_along(browsing: Browsing) -> None:
    shown(browsing)
    covered(browsing, last="2026-11-25")
    said = text_of(browsing.samira.get(TALK))
    assert "Gesprek met meneer De Boer" in said and "vervangt" not in said and browsing.kramer.get(TALK).status_code == 404


def test_the_mentor_sees_who_stands_in(browsing: Browsing) -> None:
    covered(browsing)
    assert "Willemijn Kramer vervangt je dan" in text_of(browsing.deboer.get("/conversations"))
    assert browsing.deboer.get(TALK).status_code == 200


def test_what_the_colleague_writes_carries_their_own_name_and_stays_with_the_mentor(browsing: Browsing, database: Database) -> None:
    shown(browsing)
    cover = covered(browsing)
    assert browsing.kramer.post(f"{TALK}/start").status_code == 303
    assert browsing.kramer.post(f"{TALK}/outcome", {"revision": "1", "summary": "Samen", "what": "Bel de bakker", "helper": "", "due_on": ""}).status_code == 303
    new = str(uuid4())
    form = {"id": new, "student": str(id_of("noor")), "date": "2026-12-02", "time": "11:20", "minutes": "20", "place_kind": "room", "place": ""}
    assert browsing.kramer.post("/conversations", form).status_code == 303
    with database.reading() as session:
        assert session.scalars(select(Agreement.made_by).where(Agreement.conversation_id == id_of("gesprek"))).one() == id_of("kramer")
        assert session.execute(select(Conversation.mentor_id, Conversation.made_by).where(Conversation.student_id == id_of("noor"))).one() == (id_of("deboer"), id_of("kramer"))
    browsing.wouters.delete(cover)
    assert browsing.deboer.get(f"/conversations/{new}").status_code == 200 and browsing.kramer.get(f"/conversations/{new}").status_code == 404


def reminded(database: Database, who: str, day: date = date(2026, 11, 27)) -> tuple[int, int] | None:
    """How many talks of that day, and how many ready, this person is told of the day before; None: nothing."""
    with database.reading() as session:
        row = session.scalar(select(Reminder).where(Reminder.person_id == id_of(who), Reminder.about == day_subject(id_of(who), day), Reminder.cancelled_at.is_(None)))
        return (row.facts["total"], row.facts["ready"]) if row else None


def test_the_colleague_is_reminded_of_the_talks_in_that_time_and_the_mentor_is_not(browsing: Browsing, database: Database) -> None:
    shown(browsing)
    assert (reminded(database, "deboer"), reminded(database, "kramer")) == ((1, 1), None)
    cover = covered(browsing)
    assert (reminded(database, "deboer"), reminded(database, "kramer")) == (None, (2, 1))
    browsing.samira.delete(f"{TALK}/submission")
    assert reminded(database, "kramer") == (2, 0)
    browsing.wouters.delete(cover)
    assert (reminded(database, "deboer"), reminded(database, "kramer")) == ((1, 0), (1, 0))


def test_only_the_days_of_the_cover_change_hands(browsing: Browsing, database: Database) -> None:
    planned(browsing)
    covered(browsing)
    assert reminded(database, "deboer", date(2026, 12, 7)) == (1, 0) and reminded(database, "kramer", date(2026, 12, 7)) is None


def test_it_is_on_record_with_who_from_when_until_when(browsing: Browsing, database: Database) -> None:
    browsing.wouters.delete(covered(browsing))
    with database.reading() as session:
        given, _ = session.scalars(select(AuditEntry).where(AuditEntry.kind.in_(("cover-given", "cover-ended"))).order_by(AuditEntry.seq)).all()
        assert (given.details["first"], given.details["last"]) == ("2026-11-24", "2026-12-04")
    said = text_of(browsing.vries.get("/school/record"))
    assert "Els Wouters liet Willemijn Kramer invallen voor Marten de Boer" in said and "Els Wouters beëindigde de vervanging van Marten de Boer door Willemijn Kramer" in said


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("mentor", "", "Kies wie er vervangen wordt."),
        ("colleague", "", "Kies wie er invalt."),
        ("colleague", str(id_of("deboer")), "niemand vervangt zichzelf"),
        ("starts_on", "gisteren", "Kies de eerste dag."),
        ("ends_on", "2026-11-23", "vandaag of later"),
        ("ends_on", "2028-01-01", "hooguit een jaar later"),
    ],
)
def test_what_cannot_be_says_so_and_keeps_the_choice(browsing: Browsing, field: str, value: str, said: str) -> None:
    form = {"mentor": str(id_of("deboer")), "colleague": str(id_of("kramer")), "starts_on": "2026-11-24", "ends_on": "2026-12-04", field: value}
    answer = browsing.wouters.post("/school/cover", form)
    assert answer.status_code == 422 and said in text_of(answer)
    assert answer.text.count("selected") == (1 if field in {"mentor", "colleague"} and value != str(id_of("deboer")) else 2) or field == "colleague"


def test_two_stand_ins_on_one_day_are_one_too_many(browsing: Browsing, database: Database) -> None:
    covered(browsing)
    form = {"mentor": str(id_of("deboer")), "colleague": str(id_of("anja")), "starts_on": "2026-12-04", "ends_on": "2026-12-06"}
    answer = browsing.wouters.post("/school/cover", form)
    assert answer.status_code == 409 and "vervangt al iemand deze mentor" in text_of(answer)
    assert browsing.wouters.post("/school/cover", {**form, "starts_on": "2026-12-05"}).status_code == 303
    with database.reading() as session:
        assert len(session.scalars(select(Cover)).all()) == 2


def test_nobody_stands_in_across_schools_and_nobody_but_a_coordinator_says_so(browsing: Browsing) -> None:
    form = {"mentor": str(id_of("deboer")), "colleague": str(id_of("kramer")), "starts_on": "2026-11-24", "ends_on": "2026-12-04"}
    for mentor, colleague in (("deboer", "prins"), ("prins", "kramer"), ("deboer", "samira"), ("prins", "otto")):
        assert browsing.wouters.post("/school/cover", {**form, "mentor": str(id_of(mentor)), "colleague": str(id_of(colleague))}).status_code == 404
    for other in (browsing.vries, browsing.deboer, browsing.anja, browsing.samira):
        assert other.post("/school/cover", form).status_code == other.get("/school/cover").status_code == 404
    cover = covered(browsing)
    assert browsing.otto.delete(cover).status_code == browsing.kramer.delete(cover).status_code == 404


def test_who_stands_in_for_one_does_not_hold_what_that_one_holds_for_another(browsing: Browsing) -> None:
    covered(browsing, colleague="kramer")
    form = {"mentor": str(id_of("kramer")), "colleague": str(id_of("anja")), "starts_on": "2026-11-24", "ends_on": "2026-12-04"}
    assert browsing.wouters.post("/school/cover", form).status_code == 303
    assert browsing.anja.get(f"/conversations/{id_of('ilses-gesprek')}").status_code == 200 and browsing.anja.get(TALK).status_code == 404


def test_a_colleague_who_leaves_stands_in_no_more(browsing: Browsing, database: Database) -> None:
    covered(browsing)
    assert browsing.wouters.post(f"/school/people/{id_of('kramer')}/archive").status_code == 303
    assert "vervangt" not in text_of(browsing.samira.get(TALK))
    assert reminded(database, "deboer") == (1, 0)
