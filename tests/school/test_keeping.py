"""What a keeper does with people, groups and roles; that two who edit one thing hear of it; and that it holds at once, wherever somebody is signed in."""

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from server.core import clock, sealed
from server.core.audit import AuditEntry
from server.core.db import Database
from server.core.mail import PURPOSE, Mail
from server.people.models import DeviceSession, Group, Membership, Mentorship, Person, Role, School
from server.people.viewer import viewer_of
from server.school import keeping
from server.settings import Settings
from server.sign_in.links import make_link
from server.sign_in.models import SignInLink
from tests.browsing import Browsing, text_of
from tests.world import id_of, token_of

DEBOER = {"given_name": "Marten", "infix": "de", "family_name": "Boer", "addressed_as": "meneer De Boer", "job": "mentor", "number": "", "email": "", "edition": "1"}


def one(name: str, more: str = "") -> str:
    return f"/school/people/{id_of(name)}{more}"


def kinds(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(AuditEntry.kind).where(AuditEntry.school_id == id_of("waal")).order_by(AuditEntry.seq)))


def unconfirmed(database: Database, *names: str) -> None:
    with database.writing() as session:
        session.execute(update(DeviceSession).where(DeviceSession.person_id.in_([id_of(name) for name in names])).values(confirmed_at=clock.now() - timedelta(hours=1)))


# --- roles


def test_a_role_holds_at_once_on_a_session_that_runs(browsing: Browsing, database: Database) -> None:
    assert browsing.deboer.get("/activities/new").status_code == browsing.deboer.get("/school/people").status_code == 404
    assert browsing.vries.post(one("deboer", "/roles/coordinator")).status_code == 303
    assert browsing.deboer.get("/activities/new").status_code == browsing.deboer.get("/school/people").status_code == 200
    assert "De Waal College" in text_of(browsing.deboer.get("/")) and browsing.deboer.get("/conversations").status_code == 200
    assert browsing.vries.delete(one("deboer", "/roles/coordinator")).status_code == 303
    assert browsing.deboer.get("/activities/new").status_code == browsing.deboer.get("/school/people").status_code == 404
    assert kinds(database) == ["role-given", "role-taken"]


def test_a_person_may_have_several_roles(browsing: Browsing) -> None:
    for role in ("coordinator", "admin"):
        assert browsing.vries.post(one("kramer", f"/roles/{role}")).status_code == 303
    assert [browsing.kramer.get(path).status_code for path in ("/groups", "/activities/new", "/school/cover", "/school/record", "/conversations")] == [200] * 5
    assert browsing.kramer.post(one("anja", "/roles/admin")).status_code == 303


def test_who_may_do_more_stays_signed_in_less_long(browsing: Browsing, database: Database) -> None:
    browsing.vries.post(one("deboer", "/roles/admin"))
    with database.reading() as session:
        device = session.get_one(DeviceSession, id_of("session-deboer"))
        assert device.lapses_at <= clock.now() + timedelta(days=7)


def test_only_an_admin_gives_and_takes_roles_and_only_shortly_after_showing_who_they_are(browsing: Browsing, database: Database) -> None:
    for other in (browsing.wouters, browsing.deboer, browsing.otto, browsing.samira):
        assert other.post(one("deboer", "/roles/admin")).status_code == other.delete(one("vries", "/roles/admin")).status_code == 404
    unconfirmed(database, "vries")
    assert browsing.vries.post(one("deboer", "/roles/admin")).status_code == 307
    assert browsing.vries.delete(one("wouters", "/roles/coordinator")).status_code == 307
    assert kinds(database) == []


@pytest.mark.parametrize(("who", "role"), [("samira", "admin"), ("karim", "coordinator"), ("deboer", "director"), ("otto", "admin")])
def test_a_role_is_for_an_employee_of_the_own_school(browsing: Browsing, who: str, role: str) -> None:
    assert browsing.vries.post(one(who, f"/roles/{role}")).status_code == 404


def test_the_last_admin_stays_and_hears_why(browsing: Browsing, database: Database) -> None:
    answer = browsing.vries.delete(one("vries", "/roles/admin"))
    assert answer.status_code == 422 and "Er moet iemand zijn die bepaalt wie wat mag." in text_of(answer)
    assert browsing.vries.post(one("wouters", "/roles/admin")).status_code == 303
    assert browsing.vries.delete(one("vries", "/roles/admin")).status_code == 303
    assert browsing.vries.get("/school/people").status_code == 404
    assert browsing.wouters.delete(one("wouters", "/roles/admin")).status_code == 422


def test_an_admin_who_left_does_not_count_as_one(browsing: Browsing, database: Database) -> None:
    browsing.vries.post(one("kramer", "/roles/admin"))
    browsing.vries.post(one("kramer", "/archive"))
    assert browsing.vries.delete(one("vries", "/roles/admin")).status_code == 422


def test_two_admins_who_take_each_others_role_at_one_moment_leave_one(database: Database) -> None:
    with database.writing() as session:
        session.add(Role(person_id=id_of("wouters"), name="admin", school_id=id_of("waal")))
    ready, outcomes = threading.Barrier(2), list[str]()

    def take(who: str, whose: str) -> None:
        with database.reading() as session:
            viewer = viewer_of(session, token_of(who), clock.now())
        ready.wait()
        try:
            with database.writing() as session:
                keeping.take_role(session, viewer, id_of(whose), "admin", clock.now())  # type: ignore[arg-type]
            outcomes.append("taken")
        except keeping.LastAdmin:
            outcomes.append("refused")

    threads = [threading.Thread(target=take, args=pair) for pair in (("vries", "wouters"), ("wouters", "vries"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "taken"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Role).where(Role.name == "admin", Role.school_id == id_of("waal"))) == 1


def test_a_coordinator_comes_in_as_nobody_who_may_do_more(browsing: Browsing) -> None:
    """A link, an address that codes are mailed to: whoever makes one for an admin is an admin."""
    for answer in (browsing.wouters.post(one("vries", "/link")), browsing.wouters.get(one("vries", "/edit")), browsing.wouters.post(one("vries"), {"email": "els@waal.example"})):
        assert answer.status_code == 404
    assert browsing.wouters.post(one("vries", "/archive")).status_code == browsing.wouters.delete(one("vries", "/sessions")).status_code == 404
    said = text_of(browsing.wouters.get(one("vries")))
    assert "Alleen een beheerder verandert iets aan een andere beheerder." in said and "Maak een nieuwe link" not in said
    assert browsing.vries.post(one("vries", "/link")).status_code == 200


# --- one person


def test_a_person_is_changed_and_everybody_sees_it(browsing: Browsing, database: Database) -> None:
    told = {**DEBOER, "addressed_as": "meester Marten", "number": "dbo", "email": "m.deboer@waal.example"}
    assert browsing.wouters.post(one("deboer"), told).status_code == 303
    assert "meester Marten" in text_of(browsing.samira.get("/"))
    with database.reading() as session:
        person = session.get_one(Person, id_of("deboer"))
        assert (person.number, person.email, person.edition) == ("dbo", "m.deboer@waal.example", 2)
        assert session.scalars(select(AuditEntry.details).where(AuditEntry.kind == "person-changed")).one() == {"fields": ["addressed_as", "number", "email"]}


def test_the_second_of_two_who_change_one_person_is_told_and_sees_both(browsing: Browsing, database: Database) -> None:
    assert browsing.wouters.post(one("deboer"), {**DEBOER, "job": "docent"}).status_code == 303
    answer = browsing.vries.post(one("deboer"), {**DEBOER, "job": "teamleider"})
    assert answer.status_code == 409
    assert "er staat nu “docent”, jij typte “teamleider”" in text_of(answer) and 'value="teamleider"' in answer.text and 'name="edition" value="2"' in answer.text
    with database.reading() as session:
        assert session.get_one(Person, id_of("deboer")).job == "docent"
    assert browsing.vries.post(one("deboer"), {**DEBOER, "job": "teamleider", "edition": "2"}).status_code == 303


def test_who_wants_what_stands_there_already_is_not_bothered(browsing: Browsing, database: Database) -> None:
    for _ in range(2):
        assert browsing.wouters.post(one("deboer"), {**DEBOER, "job": "docent"}).status_code == 303
    assert kinds(database) == ["person-changed"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("given_name", "", "Vul de voornaam in."),
        ("email", "els@waal", "Dit e-mailadres is niet af."),
        ("email", "kramer@elders.example", ""),
        ("email", "KRAMER@waal.example", "Dit e-mailadres heeft al iemand anders."),
        ("number", "00454100", "Dit nummer heeft al iemand anders."),
        ("family_name", "x" * 81, "hooguit 80 tekens"),
    ],
)
def test_what_is_wrong_with_a_field_is_said_and_everything_typed_stays(browsing: Browsing, database: Database, field: str, value: str, said: str) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("kramer")).values(email="Kramer@waal.example"))
    answer = browsing.wouters.post(one("deboer"), {**DEBOER, "job": "blijft staan", field: value})
    assert answer.status_code == (422 if said else 303)
    assert not said or (said in text_of(answer) and "blijft staan" in answer.text)


def test_the_same_number_in_two_schools_is_two_people(browsing: Browsing, database: Database) -> None:
    told = {"given_name": "Daan", "infix": "", "family_name": "Vos", "number": "1", "birth_date": "2011-05-21", "email": "", "edition": "1"}
    assert browsing.wouters.post(one("daan"), told).status_code == 303
    with database.reading() as session:
        assert {person.school_id for person in session.scalars(select(Person).where(Person.number == "1"))} == {id_of("waal"), id_of("other")}


def test_where_codes_are_mailed_to_changes_only_shortly_after_showing_who_one_is(browsing: Browsing, database: Database) -> None:
    unconfirmed(database, "wouters")
    assert browsing.wouters.post(one("deboer"), {**DEBOER, "email": "iemand@elders.example"}).status_code == 307
    assert browsing.wouters.post(one("deboer", "/link")).status_code == 307
    assert browsing.wouters.post(one("deboer"), {**DEBOER, "job": "docent"}).status_code == 303


def test_the_old_address_hears_that_it_is_no_longer_the_one_and_what_was_made_for_it_opens_nothing(browsing: Browsing, database: Database, settings: Settings) -> None:
    with database.writing() as session:
        boer = session.get_one(Person, id_of("deboer"))
        boer.email = "boer@waal.example"
        make_link(session, boer, made_by=id_of("wouters"), at=clock.now())
    assert browsing.wouters.post(one("deboer"), {**DEBOER, "email": "boer@waal.example", "job": "docent"}).status_code == 303
    with database.reading() as session:
        assert session.scalars(select(Mail)).all() == [] and session.scalars(select(SignInLink)).one().opens(clock.now())
    assert browsing.wouters.post(one("deboer"), {**DEBOER, "email": "iemand@elders.example", "edition": "2"}).status_code == 303
    with database.reading() as session:
        letter = sealed.opened(settings, PURPOSE, session.scalars(select(Mail)).one().content) or b""
        assert b"boer@waal.example" in letter and b"iemand@elders.example" not in letter
        assert not session.scalars(select(SignInLink)).one().opens(clock.now() + timedelta(seconds=1))
    mine = text_of(browsing.deboer.get("/me/record"))
    assert "Els Wouters veranderde je e-mailadres." in mine and 'href="/me/record"' in browsing.deboer.get("/me").text
    assert "Els Wouters" not in text_of(browsing.kramer.get("/me/record"))


@pytest.mark.parametrize(
    ("path", "form"),
    [
        (one("samira", "/link"), {}),
        (f"/school/groups/{id_of('3B')}/links", {"everybody": "on"}),
        ("/school/people", {"kind": "staff", "given_name": "Eva", "family_name": "X", "email": "eva@elders.example"}),
        (one("samira", "/mentors"), {"mentor": str(id_of("wouters"))}),
        (one("wouters", "/groups"), {"group": str(id_of("3B"))}),
        (f"/school/groups/{id_of('3B')}/mentors", {"mentor": str(id_of("wouters"))}),
        ("/school/cover", {"mentor": str(id_of("deboer")), "colleague": str(id_of("wouters")), "starts_on": "2026-11-24", "ends_on": "2026-12-24"}),
    ],
)
def test_who_lets_others_in_or_lets_them_see_students_shows_first_who_they_are(browsing: Browsing, database: Database, path: str, form: dict[str, str]) -> None:
    unconfirmed(database, "wouters")
    assert browsing.wouters.post(path, form).status_code == 307 and kinds(database) == []
    with database.writing() as session:
        session.execute(update(DeviceSession).where(DeviceSession.person_id == id_of("wouters")).values(confirmed_at=clock.now()))
    assert browsing.wouters.post(path, form).status_code in {200, 303} and kinds(database)


@pytest.mark.parametrize("born", ["", "2011-03-14"])
def test_who_is_of_age_lets_nobody_look_along_again_by_being_made_younger(browsing: Browsing, database: Database, born: str) -> None:
    with database.writing() as session:
        session.get_one(Person, id_of("samira")).birth_date = date(2008, 1, 1)
    assert "Samira" not in text_of(browsing.karim.get("/"))
    told = {"given_name": "Samira", "infix": "", "family_name": "Aït Ben", "number": "", "birth_date": born, "email": "", "edition": "1"}
    unconfirmed(database, "wouters")
    assert browsing.wouters.post(one("samira"), told).status_code == 307
    with database.writing() as session:
        session.execute(update(DeviceSession).where(DeviceSession.person_id == id_of("wouters")).values(confirmed_at=clock.now()))
    assert browsing.wouters.post(one("samira"), told).status_code == 303
    assert "Samira" not in text_of(browsing.karim.get("/")) and kinds(database) == ["person-changed", "guardian-ended"]


def test_somebody_is_added_by_hand(browsing: Browsing, database: Database) -> None:
    new = str(uuid4())
    told = {"id": new, "kind": "student", "given_name": "Yara", "infix": "van der", "family_name": "Meulen", "number": "77", "birth_date": "2011-02-03", "group": str(id_of("3B"))}
    assert "Leerling toevoegen" in text_of(browsing.wouters.get("/school/people/new"))
    assert browsing.wouters.post("/school/people", told).headers["location"] == f"/school/people/{new}"
    assert browsing.wouters.post("/school/people", told).status_code == 303
    assert "Yara van der Meulen" in text_of(browsing.deboer.get("/groups"))
    assert kinds(database) == ["person-added", "student-moved"]
    wrong = browsing.wouters.post("/school/people", {**told, "id": str(uuid4()), "birth_date": "2031-01-01"})
    assert wrong.status_code == 422 and "Deze geboortedatum kan niet." in text_of(wrong) and "Dit nummer heeft al iemand anders." in text_of(wrong)


@pytest.mark.parametrize("kind", ["student", "staff"])
def test_all_that_is_missing_is_told_at_once_beside_its_field(browsing: Browsing, kind: str) -> None:
    wrong = browsing.wouters.post("/school/people", {"kind": kind, "email": "half@"})
    assert wrong.status_code == 422
    for name, said in (("given_name", "Vul de voornaam in."), ("family_name", "Vul de achternaam in."), ("email", "Dit e-mailadres is niet af.")):
        assert said in wrong.text.partition(f'id="{name}-error"')[2].partition("</p>")[0], name
        assert f'<a class="link" href="#{name}">' in wrong.text


def test_whom_a_class_list_brought_without_a_family_name_can_be_changed(browsing: Browsing, database: Database) -> None:
    told = {"given_name": "Samira", "infix": "", "family_name": "", "number": "", "birth_date": "", "email": "", "edition": "1"}
    assert "Vul de achternaam in." in text_of(browsing.wouters.post(one("samira"), told))
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("samira")).values(family_name=""))
    assert browsing.wouters.post(one("samira"), {**told, "number": "9"}).status_code == 303


def test_who_left_is_out_at_once_and_in_no_list_and_can_come_back(browsing: Browsing, database: Database) -> None:
    assert browsing.daan.get("/trail").status_code == 200
    assert browsing.wouters.post(one("daan", "/archive")).status_code == 303
    assert browsing.daan.get("/trail").status_code == 303
    assert "Daan" not in text_of(browsing.wouters.get("/school/people?q=daan")).partition("gevonden")[2].partition("in de naam")[2]
    assert "Daan" not in text_of(browsing.deboer.get("/groups")) and "2 leerlingen" in text_of(browsing.wouters.get("/school/people"))
    left = text_of(browsing.wouters.get("/school/people?show=left"))
    assert "Daan Vos" in left and "is er niet meer sinds" in text_of(browsing.wouters.get(one("daan")))
    for path in ("/link", "/group", "/mentors", "/sessions?_method=delete"):
        assert browsing.wouters.post(one("daan", path), {"edition": "2"}).status_code == 404, path
    assert browsing.wouters.delete(one("daan", "/archive")).status_code == 303
    assert "Daan Vos" in text_of(browsing.deboer.get("/groups"))
    assert kinds(database) == ["session-ended", "person-archived", "person-restored"]


def test_nobody_archives_themselves_or_the_last_admin(browsing: Browsing) -> None:
    answer = browsing.vries.post(one("vries", "/archive"))
    assert answer.status_code == 422 and "Jezelf archiveren kan niet." in text_of(answer)


def test_out_on_every_device_but_ones_own_hand(browsing: Browsing, database: Database) -> None:
    assert browsing.wouters.delete(one("deboer", "/sessions")).status_code == 303
    assert browsing.deboer.get("/conversations").status_code == 303
    assert browsing.wouters.delete(one("wouters", "/sessions")).status_code == 303
    assert browsing.wouters.get("/school/people").status_code == 200


def test_who_was_in_already_hears_that_a_link_was_made_and_a_newcomer_does_not(browsing: Browsing, database: Database) -> None:
    from server.reminder.models import Reminder

    with database.writing() as session:
        session.execute(delete(DeviceSession).where(DeviceSession.person_id == id_of("noor")))
    for who in ("samira", "noor"):
        assert browsing.wouters.post(one(who, "/link")).status_code == 200
    with database.reading() as session:
        [told] = session.scalars(select(Reminder).where(Reminder.kind == "access"))
        assert (told.person_id, told.facts, told.path) == (id_of("samira"), {}, "/me")
    assert kinds(database) == ["link-made", "link-made"]
    assert "Els Wouters maakte voor jou een link om je aan te melden." in text_of(browsing.samira.get("/me/record"))


def test_who_left_gets_no_message(browsing: Browsing, database: Database) -> None:
    from server.reminder.actions import schedule
    from server.reminder.due import claim

    now = clock.now()
    with database.writing() as session:
        about = {"kind": "tell", "about": id_of("bouw"), "path": "/experiences/new", "due_at": now, "late_at": now, "facts": {"ended_at": now.isoformat()}}
        for who in ("daan", "noor"):
            schedule(session, person_id=id_of(who), school_id=id_of("waal"), zone="Europe/Amsterdam", now=now, **about)  # type: ignore[arg-type]
    browsing.wouters.post(one("daan", "/archive"))
    with database.writing() as session:
        assert [due.person_id for due in claim(session, clock.now())] == [id_of("noor")]


# --- where people belong


def test_a_student_moves_and_the_second_who_moves_them_is_told(browsing: Browsing, database: Database) -> None:
    to_3c = {"group": str(id_of("3C")), "edition": "1"}
    assert browsing.wouters.post(one("noor", "/group"), to_3c).status_code == 303
    assert "Noor Peters" in text_of(browsing.kramer.get("/groups")) and "Noor Peters" not in text_of(browsing.deboer.get("/groups"))
    answer = browsing.vries.post(one("noor", "/group"), {"group": "", "edition": "1"})
    assert answer.status_code == 409 and "De groep is nu: 3C." in text_of(answer)
    with database.reading() as session:
        assert [(row.group_id, row.by_hand) for row in session.scalars(select(Membership).where(Membership.person_id == id_of("noor")))] == [(id_of("3C"), True)]
    assert browsing.wouters.post(one("noor", "/group"), to_3c).status_code == 303
    assert kinds(database) == ["student-moved"]


def test_a_mentor_of_a_group_is_given_and_taken_from_either_side(browsing: Browsing, database: Database) -> None:
    assert browsing.anja.get("/groups").status_code == 404
    assert browsing.wouters.post(one("anja", "/groups"), {"group": str(id_of("3C"))}).status_code == 303
    assert "Ilse van den Berg" in text_of(browsing.anja.get("/groups"))
    away = browsing.wouters.post(one("anja", f"/groups/{id_of('3C')}?_method=delete"), {"from": "group"})
    assert away.headers["location"] == f"/school/groups/{id_of('3C')}" and browsing.anja.get("/groups").status_code == 404
    assert browsing.wouters.post(f"/school/groups/{id_of('3C')}/mentors", {"mentor": str(id_of("anja"))}).status_code == 303
    with database.reading() as session:
        assert session.get_one(Membership, (id_of("3C"), id_of("anja"))).by_hand
    assert kinds(database) == ["mentor-given", "mentor-taken", "mentor-given"]


def test_a_mentor_of_one_student_sees_that_one_and_no_other(browsing: Browsing, database: Database) -> None:
    assert browsing.wouters.post(one("ilse", "/mentors"), {"mentor": str(id_of("anja"))}).status_code == 303
    said = text_of(browsing.anja.get("/groups"))
    assert "Leerlingen die je apart begeleidt" in said and "Ilse van den Berg" in said and "Samira" not in said
    assert browsing.anja.get(f"/conversations/{id_of('ilses-gesprek')}").status_code == 404, "it was planned with another"
    form = {"student": str(id_of("ilse")), "date": "2026-12-07", "time": "11:20", "minutes": "20", "place_kind": "room", "place": ""}
    assert browsing.anja.post("/conversations", form).status_code == 303
    assert browsing.anja.post("/conversations", {**form, "student": str(id_of("samira")), "time": "13:20"}).status_code == 404
    assert "Anja Postma" in text_of(browsing.wouters.get(one("ilse"))) and "Ilse van den Berg" in text_of(browsing.wouters.get(one("anja")))
    assert browsing.wouters.delete(one("ilse", f"/mentors/{id_of('anja')}")).status_code == 303
    assert browsing.anja.get("/groups").status_code == 404
    with database.reading() as session:
        assert session.scalars(select(Mentorship)).all() == []


# --- groups


def test_a_group_is_added_renamed_put_away_and_brought_back(browsing: Browsing, database: Database) -> None:
    new = str(uuid4())
    for _ in range(2):
        assert browsing.wouters.post("/school/groups", {"id": new, "name": " 3D "}).headers["location"] == f"/school/groups/{new}"
    assert browsing.wouters.post(f"/school/groups/{new}", {"name": "3E", "edition": "1"}).status_code == 303
    assert "er staat nu “3E”, jij typte “3F”" in text_of(browsing.vries.post(f"/school/groups/{new}", {"name": "3F", "edition": "1"}))
    assert browsing.wouters.post(f"/school/groups/{id_of('3C')}/archive").status_code == 303
    assert browsing.wouters.get(f"/school/groups/{id_of('3C')}").status_code == 404 and browsing.kramer.get("/groups").status_code == 404
    assert "1 leerling heeft nog geen groep" in text_of(browsing.wouters.get("/school/people"))
    again = browsing.wouters.post("/school/groups", {"name": "3C"})
    assert again.status_code == 422 and "Zo heet een groep in het archief." in text_of(again)
    assert browsing.wouters.delete(f"/school/groups/{id_of('3C')}/archive").status_code == 303
    assert "Ilse van den Berg" in text_of(browsing.kramer.get("/groups"))
    assert kinds(database) == ["group-added", "group-changed", "group-archived", "group-restored"]


@pytest.mark.parametrize(("name", "said"), [("", "Geef de groep een naam."), ("3C", "Zo heet al een groep."), ("x" * 61, "hooguit 60 tekens"), ("4A", "")])
def test_the_name_of_a_group_is_its_own_in_its_school(browsing: Browsing, name: str, said: str) -> None:
    answer = browsing.wouters.post(f"/school/groups/{id_of('3B')}", {"name": name, "edition": "1"})
    assert answer.status_code == (422 if said else 303) and said in text_of(answer)


# --- settings, and many people


def test_the_second_of_two_who_change_the_settings_is_told_and_sees_both(browsing: Browsing, database: Database) -> None:
    told = {"school": "De Waal College", "trusted_name": "Mevrouw Bakker", "trusted_contact": "lokaal 1.03", "guardians_from": "16", "edition": "1"}
    assert browsing.wouters.post("/school/settings", {**told, "guardians_from": "14"}).status_code == 303
    answer = browsing.vries.post("/school/settings", {**told, "trusted_name": "Meneer Ton"})
    assert answer.status_code == 409 and "er staat nu “14”, jij typte “16”" in text_of(answer) and 'value="Meneer Ton"' in answer.text
    with database.reading() as session:
        assert (session.get_one(School, id_of("waal")).trusted_name, session.get_one(School, id_of("waal")).guardians_from) == ("Mevrouw Bakker", 14)


@pytest.mark.parametrize("name", ["De Waal College", "DE WAAL college", " De  Waal College "])
def test_a_school_does_not_take_the_name_of_another(browsing: Browsing, database: Database, name: str) -> None:
    told = {"school": name, "trusted_name": "Meneer Ton", "trusted_contact": "", "guardians_from": "16", "edition": "1"}
    answer = browsing.otto.post("/school/settings", told)
    assert answer.status_code == 422 and "Zo heet hier al een andere school." in text_of(answer) and "Meneer Ton" in answer.text
    assert browsing.wouters.post("/school/settings", {**told, "school": "De WAAL College"}).status_code == 303, "its own, written otherwise"
    with database.reading() as session:
        assert [session.get_one(School, id_of(school)).name for school in ("waal", "other")] == ["De WAAL College", "De Andere School"]


def test_two_schools_that_take_one_name_at_the_same_moment_are_kept_apart_by_the_database(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(update(School).where(School.id == id_of("other")).values(name="de waal college"))


@pytest.mark.parametrize("age", ["", "11", "19", "16,5", "zestien", "-16", "99999999999999"])
def test_guardians_are_invited_from_an_age_between_12_and_18(browsing: Browsing, age: str) -> None:
    answer = browsing.wouters.post("/school/settings", {"school": "De Waal", "trusted_name": "", "trusted_contact": "", "guardians_from": age, "edition": "1"})
    assert answer.status_code == 422 and "van 12 tot en met 18 jaar" in text_of(answer)


def test_a_list_of_many_comes_a_page_at_a_time_and_none_is_missing(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.add_all(
            Person(school_id=id_of("waal"), kind="student", number=f"n{number}", given_name=f"Kind{number:03}", family_name="Ăbc", created_at=clock.now()) for number in range(120)
        )
    first = browsing.wouters.get("/school/people?q=abc")
    assert "120 gevonden" in text_of(first) and "bladzijde 1 van 3" in text_of(first)
    pages = [text_of(browsing.wouters.get(f"/school/people?show=groupless&number={number}")) for number in (1, 2, 3)]
    assert [sum(f"Kind{number:03}" in page for number in range(120)) for page in pages] == [50, 50, 20]
    for odd in ("0", "-5", "999999"):
        assert browsing.wouters.get(f"/school/people?q=abc&number={odd}").status_code == 200
    assert "1 gevonden" in text_of(browsing.wouters.get("/school/people?q=n119"))


def test_a_pure_admin_has_the_schools_screens_but_plans_no_activities(browsing: Browsing) -> None:
    home = text_of(browsing.vries.get("/"))
    assert "Wie is er binnen?" in home and "Activiteit plannen" not in home and "Vervanging" not in home
    assert home.index("Hoe we praten") < home.index("Gesprekskaarten") < home.index("Hoe het geregeld is") < home.index("Instellingen") < home.index("Logboek")
    assert browsing.vries.get("/activities").status_code == 200 and browsing.vries.get("/activities/new").status_code == 404
    assert 'href="/school/people"' in browsing.vries.get("/").text


def test_a_group_in_the_archive_is_offered_nowhere(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Group).where(Group.id == id_of("3C")).values(archived_at=clock.now()))
    for path in (one("samira"), one("anja"), "/school/people/new", "/activities/new"):
        assert ">3C<" not in browsing.wouters.get(path).text, path
