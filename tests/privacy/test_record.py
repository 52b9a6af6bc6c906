"""The record as people read it: a student who looked at theirs, a keeper what the school did; never more, and never a word of anybody."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from sqlalchemy import func, select, text, update
from time_machine import Traveller

from server.core import clock
from server.core.audit import AuditEntry, erase, note
from server.core.db import Database
from server.people.models import DeviceSession, Person
from server.privacy.queries import PAGE, SORTS
from server.settings import Settings
from tests.browsing import Browsing, text_of
from tests.conversation.helping import QUESTION, TALK, shown
from tests.journey import MARKS, journey
from tests.test_leaks import ON_SQLITE
from tests.whole import EVERYBODY, fill_the_rest
from tests.world import STAFF, STUDENTS, id_of

RECORD = "/school/record"
PHOTO = f"/conversations/{id_of('vorig')}/media/{id_of('foto')}"


def views(database: Database) -> list[tuple[str, dict]]:
    with database.reading() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.kind == "viewed").order_by(AuditEntry.seq))
        return [(str(row.about), row.details) for row in rows]


# --- what a student sees


def test_a_student_sees_who_looked_when_at_what_and_how_often(browsing: Browsing, moment: Traveller) -> None:
    assert "Nog niemand. Je mentor ziet alleen wat jij laat zien." in text_of(browsing.samira.get("/me/record"))
    shown(browsing)
    browsing.deboer.get(TALK)
    said = text_of(browsing.samira.get("/me/record"))
    assert "Meneer De Boer bekeek wat jij klaarlegde." in said and "di 24 nov · 14:00" in said.replace("\u00a0", " ") and "meneer De Boer 1 keer" in said
    moment.shift(timedelta(days=1))
    browsing.deboer.get(TALK)
    browsing.deboer.get(f"/conversations/{id_of('vorig')}")
    said = text_of(browsing.samira.get("/me/record"))
    assert "meneer De Boer 3 keer" in said and "Meneer De Boer bekeek jullie gesprek." in said


def test_a_look_counts_once_a_day_and_only_where_there_is_something_to_see(browsing: Browsing, database: Database) -> None:
    daans = f"/conversations/{id_of('daans-gesprek')}"
    for _ in range(3):
        browsing.deboer.get(daans)
        browsing.deboer.get("/groups")
        browsing.deboer.get("/conversations")
    assert views(database) == [], "a list with names and how far somebody is, is no material"
    shown(browsing)
    for path in (TALK, TALK, f"{TALK}?step=tell", f"{TALK}/outcome", TALK):
        browsing.deboer.get(path)
    assert views(database) == [(str(id_of("gesprek")), {"what": "preparation"})]
    browsing.samira.get(TALK)
    assert len(views(database)) == 1, "what one looks at oneself is nobody's business"


@pytest.mark.parametrize("path", [f"/conversations/{id_of('vorig')}", f"/conversations/{id_of('vorig')}/outcome", PHOTO])
def test_whatever_way_a_mentor_opens_it_is_on_record(browsing: Browsing, database: Database, settings: Settings, path: str) -> None:
    fill_the_rest(database, settings)
    assert browsing.deboer.get(path).status_code == 200
    assert views(database) == [(str(id_of("vorig")), {"what": "talk"})]


def test_who_is_refused_did_not_look(browsing: Browsing, database: Database, settings: Settings) -> None:
    fill_the_rest(database, settings)
    shown(browsing)
    for who in ("kramer", "anja", "wouters", "vries", "prins", "otto", "daan", "karim"):
        for path in (TALK, f"{TALK}/outcome", PHOTO):
            assert getattr(browsing, who).get(path).status_code == 404
    assert views(database) == []


def test_a_student_never_sees_what_is_of_another(browsing: Browsing, database: Database) -> None:
    shown(browsing)
    browsing.deboer.get(TALK)
    browsing.wouters.post(f"/school/people/{id_of('daan')}/link")
    assert "bekeek wat" not in text_of(browsing.daan.get("/me/record")) and "een link om je aan te melden" in text_of(browsing.daan.get("/me/record"))
    assert "een link om je aan te melden" not in text_of(browsing.samira.get("/me/record"))
    for who in ("deboer", "wouters", "vries", "anja"):
        assert "Er staat nog niets over jou in het logboek." in text_of(getattr(browsing, who).get("/me/record"))
    assert browsing.karim.get("/me/record").status_code == 404


def test_long_records_come_a_page_at_a_time(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        for _ in range(PAGE + 5):
            note(session, id_of("waal"), "sign-in", clock.now(), actor=id_of("samira"), subject=id_of("samira"))
    first = browsing.samira.get("/me/record")
    assert text_of(first).count("Je meldde je aan.") == PAGE and "before=6" in first.text
    assert text_of(browsing.samira.get("/me/record?before=6")).count("Je meldde je aan.") == 5
    assert text_of(browsing.vries.get(RECORD)).count("meldde zich aan") == PAGE


def test_what_one_act_put_on_record_for_many_is_one_line_that_opens(browsing: Browsing, database: Database) -> None:
    now = clock.now()
    with database.writing() as session:
        for student in ("samira", "daan", "noor"):
            note(session, id_of("waal"), "card-made", now, actor=id_of("wouters"), subject=id_of(student))
        note(session, id_of("waal"), "card-made", now, actor=id_of("deboer"), subject=id_of("ilse"))
    page = browsing.vries.get(RECORD)
    assert text_of(page).count("en nog 2") == 1 and text_of(page).count("maakte een inlogkaart voor") == 4
    assert page.text.count("<details") == 1


# --- what a keeper sees


def test_a_keeper_sees_what_the_school_did_and_of_a_student_only_that_they_signed_in(browsing: Browsing, database: Database) -> None:
    shown(browsing)
    browsing.deboer.get(TALK)
    with database.writing() as session:
        for kind in ("sign-in", "guardian-invited", "exported"):
            note(session, id_of("waal"), kind, clock.now(), actor=id_of("samira"), subject=id_of("samira"))
    browsing.vries.post(f"/school/people/{id_of('deboer')}/roles/coordinator")
    for keeper in (browsing.wouters, browsing.vries):
        said = text_of(keeper.get(RECORD))
        assert "Jan de Vries maakte Marten de Boer LOB-coördinator" in said and "Samira Aït Ben meldde zich aan" in said
        assert "bekeek wat" not in said and "nodigde" not in said and "haalde gegevens" not in said
    assert "Samira" not in text_of(browsing.otto.get(RECORD)) and "Marten" not in text_of(browsing.otto.get(RECORD))


def test_the_record_is_looked_through_by_sort_person_and_period(browsing: Browsing, database: Database, moment: Traveller) -> None:
    browsing.vries.post(f"/school/people/{id_of('deboer')}/roles/coordinator")
    moment.shift(timedelta(days=1))
    with database.writing() as session:
        session.get_one(DeviceSession, id_of("session-wouters")).confirmed_at = clock.now()
    browsing.wouters.post(f"/school/people/{id_of('kramer')}/groups", {"group": str(id_of("3B"))})
    browsing.wouters.post(f"/school/people/{id_of('noor')}/group", {"group": "", "edition": "1"})

    def found(query: str) -> set[str]:
        said = text_of(browsing.wouters.get(f"{RECORD}?{query}"))
        told = {"Marten de Boer": "Boer LOB", "Willemijn Kramer": "Kramer mentor van groep 3B", "Noor Peters": "haalde Noor"}
        return {name for name, words in told.items() if words in said}

    assert found("") == {"Marten de Boer", "Willemijn Kramer", "Noor Peters"}
    assert found("sort=roles") == {"Marten de Boer"} and found("sort=mentors") == {"Willemijn Kramer", "Noor Peters"}
    assert found(f"person={id_of('kramer')}") == {"Willemijn Kramer"} and found(f"person={id_of('wouters')}") == {"Willemijn Kramer", "Noor Peters"}
    assert found("last=2026-11-24") == {"Marten de Boer"} and found("first=2026-11-25") == {"Willemijn Kramer", "Noor Peters"}
    assert found(f"person={id_of('olga')}") == found(f"person={id_of('samira')}&sort=roles") == set()


def test_every_kind_stands_under_one_sort_or_is_the_students_own() -> None:
    from server.core.audit import KINDS

    sorted_kinds = [kind for kinds in SORTS.values() for kind in kinds]
    assert len(sorted_kinds) == len(set(sorted_kinds)) and set(sorted_kinds) == KINDS - {"viewed"}


@pytest.mark.parametrize("who", ["wouters", "samira", "deboer"])
def test_every_kind_can_be_said_in_words(browsing: Browsing, database: Database, who: str) -> None:
    from server.core.audit import KINDS

    subject = id_of("samira" if who == "wouters" else who)
    with database.writing() as session:
        for kind in sorted(KINDS):
            note(session, id_of("waal"), kind, clock.now(), actor=id_of("wouters"), subject=subject, about=id_of("3B"), role="admin", what="talk")
    answer = getattr(browsing, who).get(RECORD if who == "wouters" else "/me/record")
    more = getattr(browsing, who).get(f"{RECORD if who == 'wouters' else '/me/record'}?before=4")
    assert answer.status_code == more.status_code == 200
    assert {kind for kind in KINDS if f"· {kind}" in text_of(answer) + text_of(more)} == set()


def test_whole_or_not_is_said_in_words(browsing: Browsing, database: Database) -> None:
    browsing.vries.post(f"/school/people/{id_of('deboer')}/roles/coordinator")
    assert "De keten is heel. 1 regel is nagekeken." in text_of(browsing.vries.get(f"{RECORD}/verification"))
    with database.writing() as session:
        session.execute(text("DROP TRIGGER audit_entry_no_update" if database.sqlite else "DROP TRIGGER audit_entry_kept ON audit_entry"))
        session.execute(update(AuditEntry).values(kind="role-taken"))
    assert "De keten klopt niet vanaf regel 1." in text_of(browsing.wouters.get(f"{RECORD}/verification"))
    assert "De keten is heel." in text_of(browsing.otto.get(f"{RECORD}/verification"))


def test_the_record_leaves_as_a_file_that_no_spreadsheet_reckons_with_and_that_is_on_record_itself(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("deboer")).values(given_name="=1+1", infix=""))
    browsing.vries.post(f"/school/people/{id_of('deboer')}/roles/coordinator")
    answer = browsing.wouters.post(f"{RECORD}/export")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/csv") and "attachment" in answer.headers["content-disposition"]
    head, line = list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert head[:4] == ["nummer", "wanneer", "wat", "wie"] and line[2:5] == ["role-given", "Jan de Vries", "'=1+1 Boer"] and len(line[-1]) == 64
    with database.reading() as session:
        assert session.scalars(select(AuditEntry).where(AuditEntry.kind == "exported")).one().details == {"what": "record", "rows": 1}
        session.rollback()
    with database.writing() as session:
        session.execute(update(DeviceSession).where(DeviceSession.person_id == id_of("wouters")).values(confirmed_at=clock.now() - timedelta(hours=1)))
    assert browsing.wouters.post(f"{RECORD}/export").status_code == 307


def test_who_was_erased_is_nobody_in_it(browsing: Browsing, database: Database) -> None:
    shown(browsing)
    browsing.deboer.get(TALK)
    browsing.vries.post(f"/school/people/{id_of('deboer')}/roles/coordinator")
    with database.writing() as session:
        erase(session, id_of("deboer"))
    said, kept = text_of(browsing.samira.get("/me/record")), text_of(browsing.wouters.get(RECORD))
    assert "Iemand die hier niet meer is bekeek wat jij klaarlegde." in said and "Meneer De Boer" not in said
    assert "Jan de Vries maakte iemand die hier niet meer is LOB-coördinator" in kept
    with database.writing() as session:
        erase(session, id_of("vries"))
    kept = text_of(browsing.wouters.get(RECORD))
    assert "Iemand die hier niet meer is maakte iemand die hier niet meer is LOB-coördinator" in kept
    assert "Iemand die hier niet meer is 1 keer" in said
    assert "De keten is heel." in text_of(browsing.wouters.get(f"{RECORD}/verification"))


@ON_SQLITE
def test_nothing_that_anybody_wrote_and_nobodys_name_or_id_stands_in_the_record(browsing: Browsing, database: Database, settings: Settings) -> None:
    for _ in journey(browsing, database, settings):
        pass
    for who in ("samira", "deboer"):
        browsing.vries.post(f"/school/people/{id_of(who)}/link")
    with database.reading() as session:
        rows = session.scalars(select(AuditEntry)).all()
        people = session.scalars(select(Person)).all()
        told = "\n".join(f"{row.kind} {row.actor} {row.subject} {row.about} {row.details}" for row in rows).lower()
    assert len(rows) > 8
    names = {part.lower() for person in people for part in (person.given_name, person.family_name, person.number or "", person.email) if len(part) > 2}
    ids = {str(person.id) for person in people} | {person.id.hex for person in people}
    assert QUESTION.lower() not in told
    assert {word for word in {*MARKS, *names, *ids, "lokaal", "lassen"} if word in told} == set()
    assert {*STUDENTS, *STAFF} and len(EVERYBODY) > 10


def test_a_thousand_entries_cost_no_more_statements(browsing: Browsing, database: Database) -> None:
    from tests.counting import counting

    def cost(path: str) -> int:
        with counting(database) as statements:
            assert browsing.wouters.get(path).status_code == 200
        return len(statements)

    browsing.vries.post(f"/school/people/{id_of('deboer')}/roles/coordinator")
    before = [cost(path) for path in (RECORD, f"{RECORD}/verification")]
    with database.writing() as session:
        for number in range(300):
            note(session, id_of("waal"), "mentor-given", clock.now(), actor=id_of("wouters"), subject=id_of("deboer"), about=id_of("3B"), number=number)
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 301
    assert max(cost(RECORD) - before[0], 0) <= 1 and cost(f"{RECORD}/verification") <= before[1] + 1
