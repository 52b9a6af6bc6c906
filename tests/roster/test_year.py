"""A school through its years, by lists alone: people come, move on, leave and come back; what they made stays; and the last list can be taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from server.core import clock
from server.core.audit import AuditEntry
from server.core.db import Base, Database
from server.core.ids import new_id
from server.experience.models import Experience
from server.people.models import DeviceSession, Group, Guardianship, Membership, Person
from server.roster.models import RosterChange, RosterImport
from server.sign_in.links import make_link
from server.sign_in.models import LoginCard, SignInLink
from tests.browsing import Browsing, text_of
from tests.roster.files import oneroster, user
from tests.roster.flow import applied, looked_at, read_in, seal_of, undone
from tests.roster.test_roster import HEAD
from tests.world import id_of

FIRST = {"101": "Bo;;Wit;3B;;;BOE", "102": "Al;van;Dijk;3B;;;BOE", "103": "Cas;;Vos;3C;;;KRA", "104": "Dee;;Mol;3C;;;KRA", "105": "Eva;;Aar;3C;;;KRA"}
STAFF = {"BOE": "Marten;de;Boer;;;boer@voorbeeld.example;", "KRA": "Willemijn;;Kramer;;;kra@voorbeeld.example;"}


def listed(people: dict[str, str]) -> bytes:
    return (HEAD + "\r\n".join(f"{number};{row}" for number, row in people.items())).encode()


def who(session: Session, number: str) -> Person:
    return session.scalars(select(Person).where(Person.school_id == id_of("other"), Person.number == number)).one()


def groups_of(session: Session, number: str) -> list[tuple[str, str]]:
    asked = select(Group.name, Membership.kind).join(Membership, Membership.group_id == Group.id).join(Person)
    rows = session.execute(asked.where(Person.school_id == id_of("other"), Person.number == number))
    return sorted((row.name, row.kind) for row in rows)


def snapshot(database: Database) -> dict[str, Any]:
    """Everything that a list may change of the other school, without what only counts."""
    with database.reading() as session:
        people = session.scalars(select(Person).where(Person.school_id == id_of("other")))
        named = {person.id: (person.number, person.full_name, person.email, person.birth_date, person.job, person.source_id, person.archived_at is None) for person in people}
        groups = {group.id: (group.name, group.source_id, group.archived_at is None) for group in session.scalars(select(Group).where(Group.school_id == id_of("other")))}
        members = {(one.person_id, one.group_id, one.kind, one.by_hand) for one in session.scalars(select(Membership).where(Membership.school_id == id_of("other")))}
        wards = {(one.guardian_id, one.student_id) for one in session.scalars(select(Guardianship).where(Guardianship.school_id == id_of("other")))}
    return {"people": named, "groups": groups, "members": members, "wards": wards}


def counts(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in Base.metadata.tables.items()}


def edit(database: Database, change: Callable[[Session], Any]) -> None:
    with database.writing() as session:
        change(session)


def told(session: Session, number: str) -> None:
    """This student wrote something."""
    moments = dict.fromkeys(("happened_at", "captured_at", "arrived_at", "changed_at"), clock.now())
    session.add(Experience(id=new_id(), school_id=id_of("other"), student_id=who(session, number).id, text="Van mij", face=3, revision=1, revisions={}, **moments))


def test_the_next_year_groups_move_on_mentors_change_and_who_left_is_archived_with_everything_kept(browsing: Browsing, database: Database) -> None:
    otto = browsing.otto
    read_in(otto, listed(FIRST | STAFF), reach="part")
    edit(database, lambda session: told(session, "101"))
    with database.reading() as session:
        before, bo = counts(database), who(session, "101").id
    rest = {number: row.replace("3B", "4B").replace("3C", "4C").replace("BOE", "NEW") for number, row in FIRST.items() if number != "105"}
    path = looked_at(otto, listed(rest | STAFF | {"NEW": "Nina;;Nieuw;;;nina@voorbeeld.example;", "106": "Fay;;Bos;4B;;;NEW"}))
    otto.post(f"{path}/reach", {"reach": "whole"})
    page = text_of(otto.get(path))
    for words in ("klas: 3B → 4B", "Nina Nieuw wordt mentor van 4B", "Gaat naar het archief", "Eva Aar", "3B gaat naar het archief"):
        assert words in page, words
    applied(otto, path, sure="1")
    with database.reading() as session:
        assert who(session, "101").id == bo and groups_of(session, "101") == [("4B", "student")] and groups_of(session, "NEW") == [("4B", "mentor")]
        assert groups_of(session, "KRA") == [("3C", "mentor"), ("4C", "mentor")], "of a group that is archived the mentor stays, in case it comes back"
        assert who(session, "105").archived_at is not None and groups_of(session, "105") == []
        assert session.scalar(select(Experience.text).where(Experience.student_id == bo)) == "Van mij"
        shown = set(session.scalars(select(Group.name).where(Group.school_id == id_of("other"), Group.archived_at.is_(None))))
        assert {"4B", "4C"} <= shown and not shown & {"3B", "3C"}
    assert counts(database)["person"] == before["person"] + 2
    again = looked_at(otto, listed(rest | STAFF | {"NEW": "Nina;;Nieuw;;;nina@voorbeeld.example;", "106": "Fay;;Bos;4B;;;NEW"}))
    otto.post(f"{again}/reach", {"reach": "whole"})
    assert "Niets te veranderen" in text_of(otto.get(again))


def test_who_is_archived_is_let_in_no_more_and_comes_back_when_listed_again(browsing: Browsing, database: Database) -> None:
    otto = browsing.otto
    read_in(otto, listed(FIRST | STAFF), reach="part")

    def let_in(session: Session) -> None:
        now, bo = clock.now(), who(session, "101")
        make_link(session, bo, made_by=None, at=now)
        session.add(LoginCard(school_id=bo.school_id, person_id=bo.id, secret_hash="x", made_at=now))
        session.add(DeviceSession(school_id=bo.school_id, person_id=bo.id, token_hash="x", device="iPhone", started_at=now, seen_at=now))

    edit(database, let_in)
    without = {number: row for number, row in FIRST.items() if number != "101"} | STAFF
    read_in(otto, listed(without), reach="whole", sure="1")
    with database.reading() as session:
        bo = who(session, "101")
        assert bo.archived_at is not None
        assert session.scalars(select(DeviceSession.ended_at).where(DeviceSession.person_id == bo.id)).one() is not None
        assert session.scalars(select(SignInLink.ends_at).where(SignInLink.person_id == bo.id)).one() <= clock.now()
        card = session.scalars(select(LoginCard).where(LoginCard.person_id == bo.id)).one()
        assert (card.revoked_at is None, card.revoked_by) == (False, id_of("otto"))
    path = looked_at(otto, listed(FIRST | STAFF))
    assert "Komt terug" in text_of(otto.get(path)) and "1 komt terug" in text_of(otto.get(path))
    applied(otto, path)
    with database.reading() as session:
        assert who(session, "101").archived_at is None and groups_of(session, "101") == [("3B", "student")]


def test_only_a_list_of_everybody_archives_and_one_that_archives_many_is_asked_about_twice(browsing: Browsing, database: Database) -> None:
    otto = browsing.otto
    read_in(otto, listed(FIRST | STAFF), reach="part")
    two = {number: FIRST[number] for number in ("101", "102")}
    path = looked_at(otto, listed(two))
    assert "Niets te veranderen" in text_of(otto.get(path))
    otto.post(f"{path}/reach", {"reach": "whole"})
    page = otto.get(path)
    assert "Er gaan 4 van de 6 mensen naar het archief." in text_of(page)
    refused = otto.post(f"{path}/application", {"seal": seal_of(page)})
    assert refused.status_code == 422 and "Vink eerst aan dat deze mensen van school zijn." in text_of(refused)
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(Person.archived_at.is_not(None))) == 0
    assert otto.post(f"{path}/application", {"seal": seal_of(refused), "sure": "1"}).status_code == 303
    with database.reading() as session:
        archived = set(session.scalars(select(Person.number).where(Person.archived_at.is_not(None))))
        assert archived == {"1", "103", "104", "105"}, "olga too: she is a student with a number, and not in the list"
        assert who(session, "BOE").archived_at is None, "a list of students says nothing of staff who mentor nobody in it"


def test_a_row_that_could_not_be_read_archives_nobody(browsing: Browsing, database: Database) -> None:
    read_in(browsing.otto, listed(FIRST | STAFF), reach="part")
    broken = FIRST | STAFF | {"102": ";van;Dijk;3B;;;BOE"}
    read_in(browsing.otto, listed(broken), reach="whole", sure="1")
    with database.reading() as session:
        assert who(session, "102").archived_at is None


def test_what_was_set_by_hand_a_list_leaves_alone(browsing: Browsing, database: Database) -> None:
    otto = browsing.otto
    read_in(otto, listed(FIRST | STAFF), reach="part")

    def by_hand(session: Session) -> None:
        three_c = session.scalars(select(Group).where(Group.name == "3C", Group.school_id == id_of("other"))).one()
        session.execute(update(Membership).where(Membership.person_id == who(session, "101").id).values(group_id=three_c.id, by_hand=True))
        session.add(Membership(group_id=three_c.id, person_id=id_of("otto"), kind="mentor", school_id=id_of("other"), by_hand=True))

    edit(database, by_hand)
    changed = {number: row.replace("KRA", "BOE") for number, row in FIRST.items()} | STAFF
    path = looked_at(otto, listed(changed))
    assert "Is met de hand in een andere groep gezet dan 3B." in text_of(otto.get(path))
    applied(otto, path)
    with database.reading() as session:
        assert groups_of(session, "101") == [("3C", "student")] and groups_of(session, "KRA") == [] and ("3C", "mentor") in groups_of(session, "BOE")
        assert session.scalar(select(Membership.by_hand).where(Membership.person_id == id_of("otto"))) is True


def test_the_last_list_is_taken_back_whole(browsing: Browsing, database: Database) -> None:
    otto = browsing.otto
    before = snapshot(database)
    first = read_in(otto, listed(FIRST | STAFF), reach="part")
    between = snapshot(database)
    second = {
        **{number: row.replace("3B", "4B").replace("Bo;", "Bob;").replace("KRA", "BOE") for number, row in FIRST.items() if number != "105"},
        **STAFF,
        "109": "Gus;;Pol;5A;01-02-2010;;KRA",
    }
    path = read_in(otto, listed(second), reach="whole", sure="1")
    assert snapshot(database) != between
    assert otto.delete(f"{first}/application").status_code == 409, "only the last"
    page = undone(otto, path)
    assert "Deze lijst is ongedaan gemaakt" in text_of(page) and "Dit is gebleven" not in text_of(page)
    assert snapshot(database) == between
    with database.reading() as session:
        assert session.scalars(select(AuditEntry.kind).order_by(AuditEntry.seq.desc())).first() == "roster-undone"
        assert session.scalar(select(func.count()).select_from(RosterChange).join(RosterImport).where(RosterImport.state == "undone")) == 0
    undone(otto, first)
    assert snapshot(database) == before
    assert otto.delete(f"{first}/application").status_code == 303 and snapshot(database) == before


def test_who_has_anything_is_archived_instead_of_removed_and_what_was_edited_since_stays(browsing: Browsing, database: Database) -> None:
    otto = browsing.otto
    first = read_in(otto, listed(FIRST | STAFF), reach="part")
    del first
    changed = (
        FIRST
        | STAFF
        | {"101": "Robert;;Wit;3B;;;BOE", "107": "Zij;;Schreef;3B;;;BOE", "108": "Hij;;Kwam;3B;;;BOE", "109": "Niemand;;Iets;3B;;;BOE", "110": "Wie;;Veranderde;3B;;;BOE"}
    )
    path = read_in(otto, listed(changed), reach="part")
    now = clock.now()

    def meanwhile(session: Session) -> None:
        told(session, "107")
        eight = who(session, "108")
        session.add(DeviceSession(school_id=eight.school_id, person_id=eight.id, token_hash="8", device="iPhone", started_at=now, seen_at=now + timedelta(minutes=1)))
        who(session, "110").family_name = "Zelf"
        who(session, "101").given_name = "Rob"

    edit(database, meanwhile)
    said = text_of(undone(otto, path))
    for words in ("Dit is gebleven", "Zij Schreef in het archief", "Hij Kwam in het archief", "Wie Zelf intussen veranderd, blijft zo", "Rob Wit intussen veranderd, blijft zo"):
        assert words in said, words
    assert "Niemand" not in said
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(Person.number == "109")) == 0
        assert who(session, "107").archived_at is not None and who(session, "108").archived_at is not None and who(session, "110").archived_at is None
        assert session.scalar(select(func.count()).where(DeviceSession.token_hash == "8", DeviceSession.ended_at.is_(None))) == 0
        assert session.scalar(select(Experience.text).where(Experience.student_id == who(session, "107").id)) == "Van mij"
        assert who(session, "101").given_name == "Rob"


def test_a_guardian_who_said_yes_since_stays_when_the_list_is_taken_back(browsing: Browsing, database: Database) -> None:
    users = [user("s1", "student", "Bo", "Wit", number="1001", agents="p1,p2"), *(user(who, "parent", who, "Wit", email=f"{who}@voorbeeld.example") for who in ("p1", "p2"))]
    path = read_in(browsing.otto, oneroster(users=users, classes=["c1,,3B,homeroom"], enrollments=["e1,,c1,s1,student,"]), "school.zip", reach="part")
    with database.writing() as session:
        said = session.scalars(select(Guardianship).join(Person, Person.id == Guardianship.guardian_id).where(Person.source_id == "p1")).one()
        said.accepted_at = clock.now()
    undone(browsing.otto, path)
    with database.reading() as session:
        assert session.scalars(select(Guardianship.guardian_id).where(Guardianship.school_id == id_of("other"))).all() == [said.guardian_id]


def test_a_list_that_comes_again_gives_nobody_back_who_looks_along_no_more(browsing: Browsing, database: Database) -> None:
    users = [user("s1", "student", "Bo", "Wit", number="1001", agents="p1"), user("p1", "parent", "Ma", "Wit", email="ma@voorbeeld.example")]
    again = [user("s1", "student", "Bo", "Wit", number="1001", agents="p1"), user("p1", "parent", "Mams", "Wit", email="ma@voorbeeld.example")]
    enrolled = ["e1,,c1,s1,student,"]
    read_in(browsing.otto, oneroster(users=users, classes=["c1,,3B,homeroom"], enrollments=enrolled), "school.zip", reach="part")
    ended = clock.now()
    edit(database, lambda session: session.execute(update(Guardianship).where(Guardianship.school_id == id_of("other")).values(ended_at=ended, accepted_at=None)))
    path = read_in(browsing.otto, oneroster(users=again, classes=["c1,,3B,homeroom"], enrollments=enrolled), "school.zip", reach="part")
    undone(browsing.otto, path)
    read_in(browsing.otto, oneroster(users=again, classes=["c1,,3B,homeroom"], enrollments=enrolled), "school.zip", reach="part")
    with database.reading() as session:
        assert session.scalars(select(Person.given_name).where(Person.source_id == "p1")).one() == "Mams"
        assert session.scalars(select(Guardianship.ended_at).where(Guardianship.school_id == id_of("other"))).all() == [ended]


def test_a_roster_of_another_system_goes_through_a_year_too(browsing: Browsing, database: Database) -> None:
    otto = browsing.otto
    users = [
        user("s1", "student", "Bo", "Wit", number="1001", agents="p1"), user("s2", "student", "Al", "van Dijk", number="1002"),
        user("t1", "teacher", "Marten", "de Boer", email="b@voorbeeld.example"),
        user("t2", "teacher", "Wil", "Kramer"), user("p1", "parent", "Ma", "Wit", email="ma@voorbeeld.example"),
    ]  # fmt: skip
    enrolled = ["e1,,c1,s1,student,", "e2,,c1,s2,student,", "e3,,c1,t1,teacher,true"]
    before = snapshot(database)
    first = read_in(otto, oneroster(users=users, classes=["c1,,3B,homeroom"], enrollments=enrolled), "school.zip", reach="part")
    with database.reading() as session:
        mother = session.scalars(select(Person).where(Person.source_id == "p1")).one()
        assert (mother.kind, mother.email) == ("guardian", "ma@voorbeeld.example")
        assert session.scalars(select(Guardianship.student_id).where(Guardianship.guardian_id == mother.id)).all() == [who(session, "1001").id]
        assert groups_of(session, "1001") == [("3B", "student")]
    between = snapshot(database)
    later = [users[0], user("s2", "student", "Al", "van Dijk", number="1002", status="tobedeleted"), *users[2:]]
    moved = ["e1,,c9,s1,student,", "e3,,c9,t2,teacher,true"]
    path = read_in(otto, oneroster(users=later, classes=["c9,,4B,homeroom"], enrollments=moved), "school.zip", reach="whole", sure="1")
    with database.reading() as session:
        assert groups_of(session, "1001") == [("4B", "student")] and who(session, "1002").archived_at is not None
        assert session.scalars(select(Group.name).where(Group.source_id == "c1", Group.archived_at.is_not(None))).all() == ["3B"]
    undone(otto, path)
    assert snapshot(database) == between
    undone(otto, first)
    assert snapshot(database) == before


def test_nobody_but_who_showed_it_is_them_undoes_a_list(browsing: Browsing, database: Database) -> None:
    path = read_in(browsing.otto, listed(FIRST), reach="part")
    before = snapshot(database)
    edit(database, lambda session: session.execute(update(DeviceSession).where(DeviceSession.person_id == id_of("otto")).values(confirmed_at=clock.now() - timedelta(hours=1))))
    assert browsing.otto.delete(f"{path}/application").status_code in {303, 307, 403} and snapshot(database) == before
