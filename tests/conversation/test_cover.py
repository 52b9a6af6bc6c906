"""A colleague stands in: for that time the mentor's talks, groups and students are theirs to hold, under their own name; before and after there is nothing."""

from datetime import date, timedelta
from uuid import uuid4

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
THEIRS = (TALK, PAST, GROUP, f"{TALK}/edit", f"{TALK}/outcome", f"/conversations/new?student={id_of('samira')}")


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
    assert {path: browsing.kramer.get(path).status_code for path in (TALK, PAST, GROUP)} == {TALK: 404, PAST: 404, GROUP: 404}
    moment.shift(timedelta(days=1))
    assert [browsing.kramer.get(path).status_code for path in THEIRS] == [200] * len(THEIRS)
    read = text_of(browsing.kramer.get(TALK))
    assert QUESTION in read and "Samen vertelden we over koken." in read
    listed = text_of(browsing.kramer.get("/conversations"))
    assert "Samira Aït Ben" in listed and "voor meneer De Boer" in listed and "Ilse van den Berg" in listed
    assert "je vervangt hier een collega" in text_of(browsing.kramer.get("/groups"))
    moment.shift(timedelta(days=10))
    assert {browsing.kramer.get(path).status_code for path in (TALK, PAST, GROUP, f"{TALK}/edit", f"{TALK}/outcome")} == {404}
    assert "Samira" not in text_of(browsing.kramer.get("/conversations")) and browsing.deboer.get(TALK).status_code == 200


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


def test_a_talk_after_the_cover_is_with_the_mentor_but_the_student_knows_who_may_read_along(browsing: Browsing) -> None:
    shown(browsing)
    covered(browsing, last="2026-11-25")
    said = text_of(browsing.samira.get(TALK))
    assert "Gesprek met meneer De Boer" in said and "Willemijn Kramer vervangt meneer De Boer van" in said


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
        ("ends_on", "2028-01-01", "hoogstens een jaar later"),
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
