"""Who could come in as another by a list: whoever runs Spoor is left to an admin, and of others every change of a way in is told and on record."""

from datetime import date, timedelta

import msgspec
import pytest
from sqlalchemy import select, update

from server.conversation.models import Conversation
from server.core import clock, sealed
from server.core.audit import AuditEntry, AuditName
from server.core.db import Database
from server.core.mail import PURPOSE, Letter, Mail
from server.people.models import Cover, DeviceSession, Membership, Person, Role
from server.settings import Settings
from server.sign_in.links import make_link
from server.sign_in.models import SignInLink
from tests.browsing import Browsing, text_of
from tests.roster.flow import applied, looked_at, seal_of, undone
from tests.world import id_of

HEAD = "code;voornaam;tussenvoegsel;achternaam;e-mail\n"
ADMIN = (HEAD + "VRI;Johan;de;Vries;evil@elders.example\n").encode()
MENTOR = (HEAD + "BOE;Marten;de;Boer;nieuw@waal.example\n").encode()


@pytest.fixture
def addressed(database: Database) -> None:
    with database.writing() as session:
        for who, number in (("vries", "VRI"), ("deboer", "BOE")):
            session.execute(update(Person).where(Person.id == id_of(who)).values(number=number, email=f"{who}@waal.example"))


def letters(database: Database, settings: Settings) -> list[Letter]:
    with database.reading() as session:
        return [msgspec.json.decode(sealed.opened(settings, PURPOSE, mail.content) or b"", type=Letter) for mail in session.scalars(select(Mail).order_by(Mail.made_at))]


def changed_by_record(database: Database) -> list[tuple[object, dict[str, object]]]:
    with database.reading() as session:
        rows = session.execute(select(AuditName.person_id, AuditEntry.details).join(AuditName, AuditName.token == AuditEntry.subject).where(AuditEntry.kind == "person-changed"))
        return [(row.person_id, row.details) for row in rows]


@pytest.mark.usefixtures("addressed")
def test_no_list_changes_by_which_address_or_number_somebody_with_a_role_comes_in(browsing: Browsing, database: Database, settings: Settings) -> None:
    path = looked_at(browsing.wouters, ADMIN, who="staff")
    assert "Deze persoon beheert Spoor. Een beheerder wijzigt dit met de hand." in text_of(browsing.wouters.get(path))
    applied(browsing.wouters, path)
    renumbered = looked_at(browsing.wouters, (HEAD + "EVIL;Johan;de;Vries;vries@waal.example\n").encode(), who="staff")
    assert "Deze persoon beheert Spoor. Een beheerder wijzigt dit met de hand." in text_of(browsing.wouters.get(renumbered))
    with database.reading() as session:
        admin = session.get_one(Person, id_of("vries"))
        assert (admin.given_name, admin.email, admin.number) == ("Johan", "vries@waal.example", "VRI"), "a list may say what somebody is called"
    assert letters(database, settings) == [] and changed_by_record(database) == []


@pytest.mark.usefixtures("addressed")
def test_no_list_brings_back_who_ran_spoor(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.get_one(Person, id_of("vries")).archived_at = clock.now()
    path = looked_at(browsing.wouters, ADMIN, who="staff")
    assert "Deze persoon beheert Spoor. Een beheerder wijzigt dit met de hand." in text_of(browsing.wouters.get(path)) and "Niets te veranderen" in text_of(
        browsing.wouters.get(path)
    )
    with database.reading() as session:
        assert session.get_one(Person, id_of("vries")).archived_at is not None


@pytest.mark.usefixtures("addressed")
def test_a_colleague_whose_address_a_list_changes_hears_it_at_the_old_one_and_it_is_on_record(browsing: Browsing, database: Database, settings: Settings) -> None:
    with database.writing() as session:
        make_link(session, session.get_one(Person, id_of("deboer")), made_by=id_of("wouters"), at=clock.now())
    path = looked_at(browsing.wouters, MENTOR, who="staff")
    applied(browsing.wouters, path)
    [letter] = letters(database, settings)
    assert letter.to == "deboer@waal.example" and "nieuw@waal.example" not in repr(letter)
    assert changed_by_record(database) == [(id_of("deboer"), {"fields": ["email"]})]
    with database.reading() as session:
        assert not any(link.opens(clock.now() + timedelta(seconds=1)) for link in session.scalars(select(SignInLink).where(SignInLink.person_id == id_of("deboer"))))
    undone(browsing.wouters, path)
    assert [letter.to for letter in letters(database, settings)] == ["deboer@waal.example", "nieuw@waal.example"] and len(changed_by_record(database)) == 2


@pytest.mark.usefixtures("addressed")
def test_taking_a_list_back_changes_no_way_in_of_who_got_a_role_since(browsing: Browsing, database: Database) -> None:
    path = looked_at(browsing.wouters, MENTOR, who="staff")
    applied(browsing.wouters, path)
    with database.writing() as session:
        session.add(Role(person_id=id_of("deboer"), name="admin", school_id=id_of("waal")))
    undone(browsing.wouters, path)
    with database.reading() as session:
        assert session.get_one(Person, id_of("deboer")).email == "nieuw@waal.example"


@pytest.mark.usefixtures("addressed")
def test_a_list_is_applied_only_by_who_showed_who_they_are(browsing: Browsing, database: Database) -> None:
    path = looked_at(browsing.wouters, MENTOR, who="staff")
    seal = seal_of(browsing.wouters.get(path))
    with database.writing() as session:
        session.execute(update(DeviceSession).where(DeviceSession.person_id == id_of("wouters")).values(confirmed_at=None))
    assert browsing.wouters.post(f"{path}/application", {"seal": seal}).status_code == 307
    with database.reading() as session:
        assert session.get_one(Person, id_of("deboer")).email == "deboer@waal.example"


@pytest.mark.usefixtures("addressed")
def test_when_a_list_archives_a_mentor_nobody_stands_in_for_them_and_their_talks_go_on_at_once(browsing: Browsing, database: Database) -> None:
    today, talk = clock.now().date(), f"/conversations/{id_of('gesprek')}"
    with database.writing() as session:
        session.execute(update(Person).where(Person.id.in_((id_of("kramer"), id_of("anja")))).values(number=Person.given_name))
        session.add(Membership(group_id=id_of("3B"), person_id=id_of("kramer"), kind="mentor", school_id=id_of("waal"), by_hand=True))
        for mentor, colleague in (("deboer", "anja"), ("kramer", "deboer")):
            about = {"mentor_id": id_of(mentor), "colleague_id": id_of(colleague), "made_by": id_of("wouters"), "made_at": clock.now()}
            session.add(Cover(school_id=id_of("waal"), starts_on=today, ends_on=today + timedelta(days=100), **about))
    assert browsing.anja.get(talk).status_code == 200
    path = looked_at(browsing.wouters, b"code;voornaam;achternaam\nWillemijn;Willemijn;Kramer\nAnja;Anja;Postma\n", who="staff")
    browsing.wouters.post(f"{path}/reach", {"reach": "whole"})
    applied(browsing.wouters, path, sure="on")
    assert browsing.anja.get(talk).status_code == 404 and browsing.kramer.get(talk).status_code == 200
    with database.reading() as session:
        assert session.get_one(Person, id_of("deboer")).archived_at is not None
        assert session.get_one(Conversation, id_of("gesprek")).mentor_id == id_of("kramer"), "without waiting for the worker"
        assert all(cover.ended_at is not None for cover in session.scalars(select(Cover)))


def test_a_list_that_makes_a_student_of_age_younger_lets_no_guardian_look_along_again(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("samira")).values(birth_date=date(2008, 1, 1), number="4512"))
    path = looked_at(browsing.wouters, "Nr;Roepnaam;Achternaam;Klas;Geboortedatum\n4512;Samira;Aït Ben;3B;14-03-2011\n".encode())
    assert "01-01-2008 → 14-03-2011" in text_of(browsing.wouters.get(path))
    applied(browsing.wouters, path)
    assert "Samira" not in text_of(browsing.karim.get("/"))
