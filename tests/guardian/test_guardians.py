"""Guardians: asked by the school or the student, in by a mailed code, and shown no more than whose guardian they are."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import func, select, update

from server.core import clock
from server.core.audit import AuditEntry, broken_at
from server.core.db import Database
from server.core.mail import PURPOSE, Letter, Mail
from server.core.sealed import opened
from server.people.models import DeviceSession, Guardianship, Person, School
from server.reminder.models import Reminder
from server.reminder.text import text
from server.settings import Settings
from server.sign_in.models import INVITATION_LIFE, Invitation
from tests.browsing import Browsing, text_of
from tests.browsing import Person as Browser
from tests.counting import counting
from tests.world import id_of

STUDENTS = f"/school/people/{id_of('samira')}/guardians"
OMA = {"email": "Oma@Voorbeeld.nl", "given_name": "Fatima", "infix": "el", "family_name": "Idrissi"}


def letters(database: Database, settings: Settings, kind: str) -> list[Letter]:
    """The letters of this kind that wait, oldest first."""
    with database.reading() as session:
        waiting = session.scalars(select(Mail.content).where(Mail.kind == kind).order_by(Mail.made_at, Mail.id))
        return [msgspec.json.decode(opened(settings, PURPOSE, content) or b"", type=Letter) for content in waiting]


def link_in(letter: Letter) -> str:
    return re.sub(r"^https?://[^/]+", "", letter.address)


def born(database: Database, name: str, years: int, days: int = 0) -> None:
    """Somebody who had their so-manieth birthday so many days ago."""
    day = clock.local(clock.now(), "Europe/Amsterdam").date() - timedelta(days=days)
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of(name)).values(birth_date=day.replace(year=day.year - years)))


def come_in(browser: Browser, database: Database, settings: Settings) -> None:
    """Type the code that was mailed last."""
    code = letters(database, settings, "sign-in-code")[-1].code
    answer = browser.post("/sign-in/mail/code", {"code": code})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def kinds(database: Database) -> list[str]:
    with database.reading() as session:
        assert broken_at(session, id_of("waal")) is None
        return [kind for kind in session.scalars(select(AuditEntry.kind).order_by(AuditEntry.seq)) if kind.startswith("guardian")]


def person_at(database: Database, email: str) -> UUID:
    with database.reading() as session:
        return session.scalars(select(Person.id).where(func.lower(Person.email) == email.lower())).one()


def on_the_list(database: Database, *names: str) -> None:
    """Guardians of Daan whom a class list brought."""
    with database.writing() as session:
        for name in names:
            session.add(Person(id=id_of(name), school_id=id_of("waal"), kind="guardian", given_name=name, family_name="X", email=f"{name}@voorbeeld.nl", created_at=clock.now()))
            session.flush()
            session.add(Guardianship(guardian_id=id_of(name), student_id=id_of("daan"), school_id=id_of("waal")))


def invite_ticked(keeper: Browser, expect: int = 303) -> list[str]:
    """Press the button as the screen stands; gives who was ticked."""
    ticked = re.findall(r'name="whom" value="([^"]+)" checked', keeper.get("/school/guardians").text)
    assert keeper.post("/school/guardians/invitations", {"whom": ticked}).status_code == expect
    return ticked


# The school asks


def test_the_school_invites_and_the_guardian_comes_in_by_link_and_mailed_code(browsing: Browsing, database: Database, settings: Settings) -> None:
    answer = browsing.wouters.post(STUDENTS, OMA)
    assert (answer.status_code, answer.headers["location"]) == (303, STUDENTS)
    [letter] = letters(database, settings, "invitation")
    assert (letter.to, letter.greeting) == ("Oma@Voorbeeld.nl", "Beste Fatima el Idrissi,")
    shown = browsing.nobody.get(link_in(letter))
    assert "Kijkt u mee met Samira?" in text_of(shown) and "De school vraagt het u." in text_of(shown) and "Aït" not in text_of(shown)
    accepted = browsing.nobody.post(link_in(letter))
    assert (accepted.status_code, accepted.headers["location"]) == (303, "/sign-in/mail")
    asked = browsing.nobody.get("/sign-in/mail")
    assert "We hebben een code gestuurd naar o•••@voorbeeld.nl." in text_of(asked) and "bij ons bekend" not in text_of(asked)
    wrong = browsing.nobody.post("/sign-in/mail/code", {"code": "ABCD-EFGH"})
    assert wrong.status_code == 422 and "oma@" not in f"{asked.text}{wrong.text}".lower(), "who has the letter from somebody else learns no address"
    assert not re.search(r"\bje\b", text_of(asked))
    assert browsing.nobody.post("/sign-in/mail", {"again": "1"}).status_code == 303 and len(letters(database, settings, "sign-in-code")) == 2
    assert browsing.other_nobody.post("/sign-in/mail", {"again": "1"}).status_code == 422, "only where it was answered"
    come_in(browsing.nobody, database, settings)
    home = text_of(browsing.nobody.get("/"))
    assert "Welkom, Fatima el Idrissi" in home and "Samira Aït Ben 3B" in home and "Mevrouw Bakker" in home and "Daan" not in home
    assert kinds(database) == ["guardian-invited", "guardian-accepted"]
    said = text_of(browsing.samira.get("/me/guardians"))
    assert "Fatima el Idrissi kijkt mee door school opgegeven" in said, "also below 16 a student sees who"


def test_a_guardian_who_comes_back_types_the_address_and_a_code(browsing: Browsing, database: Database, settings: Settings) -> None:
    browsing.wouters.post(STUDENTS, OMA)
    browsing.nobody.post(link_in(letters(database, settings, "invitation")[0]))
    for person in (browsing.nobody, browsing.other_nobody):
        assert person.post("/sign-in/mail", {"email": " oma@voorbeeld.NL"}).status_code == 303
        come_in(person, database, settings)
        assert "Samira Aït Ben" in text_of(person.get("/"))


def test_looking_at_an_invitation_answers_nothing_and_it_is_answered_once_by_the_code_that_is_typed(browsing: Browsing, database: Database, settings: Settings) -> None:
    browsing.wouters.post(STUDENTS, OMA)
    link = link_in(letters(database, settings, "invitation")[0])
    for _ in range(3):
        assert browsing.nobody.get(link).status_code == 200
    assert letters(database, settings, "sign-in-code") == []
    assert [browsing.nobody.post(link).status_code, browsing.other_nobody.get(link).status_code] == [303, 200]
    come_in(browsing.nobody, database, settings)
    assert [browsing.other_nobody.post(link).status_code, browsing.other_nobody.get(link).status_code] == [404, 404]
    assert "Meld u dan aan met uw e-mailadres" in text_of(browsing.other_nobody.get(link))
    assert len(letters(database, settings, "sign-in-code")) == 1


def test_without_the_code_that_the_address_gets_a_yes_changes_nothing(browsing: Browsing, database: Database, settings: Settings) -> None:
    browsing.wouters.post(STUDENTS, {"email": "oma@voorbeeld.nl", "family_name": "Idrissi"})
    with database.writing() as session:
        session.execute(update(Person).where(Person.email == "oma@voorbeeld.nl").values(family_name="", addressed_as="ouder of verzorger"))
    link = link_in(letters(database, settings, "invitation")[0])
    assert browsing.other_nobody.post(link, {"given_name": "Een", "family_name": "Ander"}).status_code == 303
    assert browsing.other_nobody.post("/sign-in/mail/code", {"code": "ABCD-EFGH"}).status_code == 422
    assert kinds(database) == ["guardian-invited"] and "Ander" not in text_of(browsing.wouters.get(STUDENTS))
    assert "uitgenodigd, nog geen antwoord" in text_of(browsing.wouters.get(STUDENTS))
    assert browsing.nobody.post(link, {"given_name": "Fatima", "family_name": "Idrissi"}).status_code == 303
    come_in(browsing.nobody, database, settings)
    assert kinds(database) == ["guardian-invited", "guardian-accepted"] and "Fatima Idrissi kijkt mee" in text_of(browsing.wouters.get(STUDENTS))
    assert "Samira Aït Ben" in text_of(browsing.nobody.get("/"))


def test_who_asks_for_another_code_has_still_said_yes(browsing: Browsing, database: Database, settings: Settings) -> None:
    born(database, "daan", 17)
    browsing.daan.post("/me/guardians", {"email": "mam@voorbeeld.nl"})
    browsing.nobody.post(link_in(letters(database, settings, "invitation")[0]), {"given_name": "Els", "family_name": "Vos"})
    assert browsing.nobody.post("/sign-in/mail", {"email": "mam@voorbeeld.nl"}).status_code == 303
    come_in(browsing.nobody, database, settings)
    home = text_of(browsing.nobody.get("/"))
    assert "Welkom, Els Vos" in home and "Daan Vos" in home


def test_what_was_withdrawn_before_the_code_was_typed_shows_nothing(browsing: Browsing, database: Database, settings: Settings) -> None:
    browsing.wouters.post(STUDENTS, OMA)
    browsing.nobody.post(link_in(letters(database, settings, "invitation")[0]))
    browsing.wouters.delete(f"{STUDENTS}/{person_at(database, OMA['email'])}")
    come_in(browsing.nobody, database, settings)
    assert "Samira" not in text_of(browsing.nobody.get("/")) and "guardian-accepted" not in kinds(database)


def test_the_button_of_an_invitation_floods_no_mailbox(browsing: Browsing, database: Database, settings: Settings) -> None:
    browsing.wouters.post(STUDENTS, OMA)
    link = link_in(letters(database, settings, "invitation")[0])
    assert [browsing.nobody.post(link).status_code for _ in range(7)] == [303] * 5 + [429] * 2
    assert len(letters(database, settings, "sign-in-code")) == 5


def test_an_address_that_was_typed_wrong_shows_another_parent_nobody(browsing: Browsing, database: Database, settings: Settings) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("karim")).values(email="karim@voorbeeld.nl"))
    tag = browsing.karim.get("/").headers["etag"]
    browsing.wouters.post(f"/school/people/{id_of('ilse')}/guardians", {**OMA, "email": "karim@voorbeeld.nl"})
    home = browsing.karim.get("/", headers={"if-none-match": tag})
    assert "Er wacht een uitnodiging op u." in text_of(home) and "Ilse" not in home.text and "3C" not in home.text and "Samira Aït Ben" in text_of(home)
    browsing.nobody.post("/sign-in/mail", {"email": "karim@voorbeeld.nl"})
    come_in(browsing.nobody, database, settings)
    assert "Er is met uw naam aangemeld" not in text_of(browsing.karim.get("/")), "by their own mail is no news"
    assert "Ilse" not in text_of(browsing.nobody.get("/")), "to come in is not to say yes"
    browsing.karim.post(link_in(letters(database, settings, "invitation")[0]))
    home = browsing.karim.get("/")
    assert "Ilse van den Berg 3C" in text_of(home) and "Er wacht een uitnodiging" not in text_of(home)


def test_a_guardian_of_a_class_list_sees_nobody_until_they_were_asked_and_said_yes(browsing: Browsing, database: Database, settings: Settings) -> None:
    with database.writing() as session:
        about = {"school_id": id_of("waal"), "kind": "guardian", "given_name": "Papa", "family_name": "Vos", "email": "papa@voorbeeld.nl", "created_at": clock.now()}
        session.add(Person(id=id_of("papa"), **about))
        session.flush()
        session.add(Guardianship(guardian_id=id_of("papa"), student_id=id_of("daan"), school_id=id_of("waal"), made_at=clock.now()))
    browsing.nobody.post("/sign-in/mail", {"email": "papa@voorbeeld.nl"})
    come_in(browsing.nobody, database, settings)
    assert "Daan" not in text_of(browsing.nobody.get("/"))
    assert "nog niet uitgenodigd" in text_of(browsing.wouters.get(f"/school/people/{id_of('daan')}/guardians"))
    invite_ticked(browsing.wouters)
    browsing.nobody.post(link_in(letters(database, settings, "invitation")[0]))
    assert "Daan Vos 3B" in text_of(browsing.nobody.get("/"))


def test_who_got_the_letter_from_somebody_else_comes_no_further(browsing: Browsing, database: Database, settings: Settings) -> None:
    browsing.wouters.post(STUDENTS, OMA)
    browsing.nobody.post(link_in(letters(database, settings, "invitation")[0]))
    assert browsing.nobody.get("/").status_code == 303, "without the code that the address got, nobody is in"
    assert browsing.nobody.post("/sign-in/mail/code", {"code": "ABCD-EFGH"}).status_code == 422


def test_an_old_a_replaced_and_an_ended_invitation_say_the_same(browsing: Browsing, database: Database, settings: Settings, moment) -> None:
    browsing.wouters.post(STUDENTS, OMA)
    guardian = person_at(database, OMA["email"])
    moment.shift(61)
    browsing.wouters.post(f"{STUDENTS}/{guardian}/invitation")
    first, second = (link_in(letter) for letter in letters(database, settings, "invitation"))
    assert [browsing.nobody.get(first).status_code, browsing.nobody.get(second).status_code] == [404, 200]
    browsing.wouters.delete(f"{STUDENTS}/{guardian}")
    ended = browsing.nobody.get(second)
    browsing.wouters.post(STUDENTS, OMA)
    third = link_in(letters(database, settings, "invitation")[-1])
    assert browsing.nobody.get(third).status_code == 200
    moment.shift(INVITATION_LIFE + timedelta(seconds=1))
    assert {answer.status_code for answer in (ended, browsing.nobody.get(third), browsing.nobody.post(third))} == {404}
    assert text_of(ended) == text_of(browsing.nobody.get(third)) == text_of(browsing.nobody.get("/invitation/nonsense"))


def test_the_letter_names_no_student_and_is_in_both_languages_until_one_is_known(browsing: Browsing, database: Database, settings: Settings, moment) -> None:
    browsing.wouters.post(STUDENTS, OMA)
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == person_at(database, OMA["email"])).values(language="nl"))
    moment.shift(61)
    browsing.wouters.post(f"{STUDENTS}/{person_at(database, OMA['email'])}/invitation")
    both, one = letters(database, settings, "invitation")
    assert len(both.lines) == 2 * len(one.lines) and " · " in both.subject and " · " not in one.subject
    for letter in (both, one):
        assert not re.search("samira|aït|wouters", str(letter), re.I) and "Waal" not in letter.subject and "De Waal College" in letter.lines[0]


def test_an_address_that_is_known_already_is_the_same_person_with_another_child(browsing: Browsing, database: Database, settings: Settings) -> None:
    browsing.wouters.post(STUDENTS, OMA)
    browsing.wouters.post(f"/school/people/{id_of('ilse')}/guardians", {**OMA, "email": "OMA@voorbeeld.nl", "given_name": "Anders"})
    first, second = letters(database, settings, "invitation")
    browsing.nobody.post(link_in(first))
    come_in(browsing.nobody, database, settings)
    answer = browsing.nobody.post(link_in(second))
    assert (answer.status_code, answer.headers["location"]) == (303, "/"), "who is in needs no other code"
    home = text_of(browsing.nobody.get("/"))
    assert "Ilse van den Berg" in home and "Samira Aït Ben" in home and "Fatima" in home and "Anders" not in home


def test_without_an_address_the_school_prints_a_link(browsing: Browsing, database: Database, settings: Settings) -> None:
    browsing.wouters.post(STUDENTS, {**OMA, "email": ""})
    assert letters(database, settings, "invitation") == []
    said = browsing.wouters.get(STUDENTS)
    assert "geen e-mailadres" in text_of(said) and "Print een link" in text_of(said)
    with database.reading() as session:
        guardian = session.scalars(select(Person.id).where(Person.given_name == "Fatima")).one()
    sheet = browsing.wouters.post(f"{STUDENTS}/{guardian}/link")
    assert sheet.status_code == 200 and sheet.headers["cache-control"] == "no-store"
    [link] = re.findall(r"http://testserver\.local(/sign-in/[\w-]+)</p>", sheet.text)
    assert "Scan met uw camera" in text_of(sheet) and "Deze link is voor u." in text_of(browsing.nobody.get(link))
    assert browsing.nobody.post(link).status_code == 303 and "Samira Aït Ben" in text_of(browsing.nobody.get("/"))
    assert kinds(database) == ["guardian-accepted"] and "kijkt mee" in text_of(browsing.wouters.get(STUDENTS))


def test_a_link_on_paper_shows_whom_they_were_a_guardian_of_then_and_not_of_whom_a_letter_asks(browsing: Browsing, database: Database, settings: Settings, moment) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("karim")).values(email="karim@voorbeeld.nl"))
        for name in ("daan", "noor"):
            made = clock.now() + timedelta(minutes=5 if name == "noor" else 0)
            session.add(Guardianship(guardian_id=id_of("karim"), student_id=id_of(name), school_id=id_of("waal"), made_at=made))
    browsing.wouters.post(f"/school/people/{id_of('ilse')}/guardians", {**OMA, "email": "karim@voorbeeld.nl"})
    moment.shift(60)
    sheet = browsing.wouters.post(f"{STUDENTS}/{id_of('karim')}/link")
    moment.shift(600)
    assert browsing.nobody.post(re.findall(r"http://testserver\.local(/sign-in/[\w-]+)</p>", sheet.text)[0]).status_code == 303
    home = text_of(browsing.nobody.get("/"))
    assert [name in home for name in ("Samira", "Daan", "Noor", "Ilse")] == [True, True, False, False]


def test_a_link_on_paper_is_on_record_and_its_guardian_is_told_who_came_in_by_whose(browsing: Browsing, database: Database, settings: Settings) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("karim")).values(email="karim@voorbeeld.nl"))
    sheet = browsing.wouters.post(f"{STUDENTS}/{id_of('karim')}/link")
    assert "Els Wouters maakte voor Karim Aït Ben" in text_of(browsing.vries.get("/school/record"))
    [link] = re.findall(r"http://testserver\.local(/sign-in/[\w-]+)</p>", sheet.text)
    assert browsing.nobody.post(link).status_code == 303
    [letter] = letters(database, settings, "new-device")
    assert letter.to == "karim@voorbeeld.nl" and "met uw naam" in letter.lines[0] and "Els Wouters" in letter.lines[1] and " je" not in f"{letter.lines} {letter.button}"
    assert "Iemand meldde zich met uw naam aan op een ander apparaat." in text_of(browsing.karim.get("/"))
    assert "Er is met uw naam aangemeld" not in text_of(browsing.nobody.get("/")), "on that device itself it is no news"
    me = text_of(browsing.karim.get("/me"))
    assert "Was u dat niet? Meld het dan af" in me and "met een link van Els Wouters" in me


def test_guardians_of_a_class_list_are_asked_when_ticked_and_once(browsing: Browsing, database: Database, settings: Settings) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("karim")).values(email="karim@voorbeeld.nl"))
        for name, student, email in (("papa", "daan", "papa@voorbeeld.nl"), ("mama", "daan", ""), ("opa", "olga", "opa@voorbeeld.nl"), ("tante", "noor", "tante@voorbeeld.nl")):
            school = id_of("other" if student == "olga" else "waal")
            session.add(Person(id=id_of(name), school_id=school, kind="guardian", given_name=name, family_name="X", email=email, created_at=clock.now()))
            session.flush()
            session.add(Guardianship(guardian_id=id_of(name), student_id=id_of(student), school_id=school))
    born(database, "noor", 18)
    said = text_of(browsing.wouters.get("/school/guardians"))
    assert "papa X voor Daan Vos · nog niet uitgenodigd" in said and "mama X voor Daan Vos · geen e-mailadres" in said
    assert "Karim Aït Ben voor Samira Aït Ben · kijkt mee" in said and "tante" not in said and "opa" not in said
    assert letters(database, settings, "invitation") == [], "to look is not to ask"
    ticked = invite_ticked(browsing.wouters)
    assert ticked == [f"{id_of('papa')}.{id_of('daan')}"]
    assert [letter.to for letter in letters(database, settings, "invitation")] == ["papa@voorbeeld.nl"]
    assert "papa X voor Daan Vos · uitgenodigd op" in text_of(browsing.wouters.get("/school/guardians"))
    browsing.wouters.post("/school/guardians/invitations", {"whom": ticked})
    assert len(letters(database, settings, "invitation")) == 1 and kinds(database) == ["guardian-invited"], "pressed twice, asked once"


def test_who_is_not_ticked_is_not_asked_and_without_anybody_ticked_it_says_so(browsing: Browsing, database: Database, settings: Settings) -> None:
    on_the_list(database, "papa", "mama", "opa")
    browsing.wouters.post("/school/guardians/invitations", {"whom": [f"{id_of(name)}.{id_of('daan')}" for name in ("papa", "opa")]})
    assert sorted(letter.to for letter in letters(database, settings, "invitation")) == ["opa@voorbeeld.nl", "papa@voorbeeld.nl"]
    nobody = browsing.wouters.post("/school/guardians/invitations")
    assert nobody.status_code == 422 and "Vink eerst aan wie je wilt uitnodigen." in text_of(nobody) and "checked" not in nobody.text
    assert browsing.wouters.post("/school/guardians/invitations", {"whom": ["x", "x.y"]}).status_code == 422
    assert len(letters(database, settings, "invitation")) == 2


def test_who_did_not_answer_can_be_ticked_again_and_the_link_before_stops_working(browsing: Browsing, database: Database, settings: Settings, moment) -> None:
    on_the_list(database, "papa", "mama")
    invite_ticked(browsing.wouters)
    first = {letter.to: link_in(letter) for letter in letters(database, settings, "invitation")}
    assert invite_ticked(browsing.wouters, expect=422) == [], "who was asked is not ticked by itself"
    moment.shift(61)
    browsing.wouters.post("/school/guardians/invitations", {"whom": f"{id_of('papa')}.{id_of('daan')}"})
    again = link_in(letters(database, settings, "invitation")[-1])
    said = [browsing.nobody.get(link).status_code for link in (first["papa@voorbeeld.nl"], again, first["mama@voorbeeld.nl"])]
    assert said == [404, 200, 200], "and nobody else's"
    moment.shift(INVITATION_LIFE)
    assert "papa X voor Daan Vos · uitgenodigd op di 24 nov, de link is verlopen" in text_of(browsing.wouters.get("/school/guardians"))


def test_the_school_asks_nobody_in_bulk_whom_it_may_not(browsing: Browsing, database: Database, settings: Settings) -> None:
    on_the_list(database, "papa", "tante")
    with database.writing() as session:
        session.execute(update(Guardianship).where(Guardianship.guardian_id == id_of("tante")).values(agreed_at=clock.now()))
    wished = [f"{id_of(who)}.{id_of(whose)}" for who, whose in (("tante", "daan"), ("karim", "samira"), ("papa", "noor"), ("papa", "olga"))]
    assert browsing.wouters.post("/school/guardians/invitations", {"whom": wished}).status_code == 303
    assert browsing.otto.post("/school/guardians/invitations", {"whom": f"{id_of('papa')}.{id_of('daan')}"}).status_code == 303
    assert letters(database, settings, "invitation") == [] and "tante" not in text_of(browsing.wouters.get("/school/guardians"))


def test_the_list_of_guardians_takes_as_many_statements_for_many_as_for_few(browsing: Browsing, database: Database) -> None:
    spent = []
    for names in (("papa",), tuple(f"g{number}" for number in range(30))):
        on_the_list(database, *names)
        with counting(database) as statements:
            assert browsing.wouters.get("/school/guardians").status_code == 200
        spent.append(len(statements))
    assert spent[0] == spent[1], spent


def test_so_many_that_they_go_in_parts_are_each_asked_once(browsing: Browsing, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.guardian.school_pages.AT_ONCE", 3)
    with database.writing() as session:
        for number in range(8):
            session.add(person := Person(school_id=id_of("waal"), kind="guardian", given_name="", family_name="X", email=f"{number}@voorbeeld.nl", created_at=clock.now()))
            session.flush()
            session.add(Guardianship(guardian_id=person.id, student_id=id_of("daan"), school_id=id_of("waal")))
    invite_ticked(browsing.wouters)
    assert sorted(letter.to for letter in letters(database, settings, "invitation")) == [f"{number}@voorbeeld.nl" for number in range(8)]


def test_a_form_sent_twice_adds_one_guardian_and_sends_one_letter(browsing: Browsing, database: Database, settings: Settings) -> None:
    for email in ("", "twee@voorbeeld.nl"):
        form = {**OMA, "email": email, "id": re.findall(r'name="id" value="([0-9a-f-]+)"', browsing.wouters.get(STUDENTS).text)[0]}
        assert [browsing.wouters.post(STUDENTS, form).status_code for _ in range(3)] == [303] * 3
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Guardianship).where(Guardianship.student_id == id_of("samira"))) == 3
    assert len(letters(database, settings, "invitation")) == 1
    for name in ("daan", "olga", "wouters"):
        assert browsing.wouters.post(STUDENTS, {**OMA, "email": "", "id": str(id_of(name))}).status_code == 404


# The student asks


def test_from_16_a_student_invites_and_whoever_comes_says_their_own_name(browsing: Browsing, database: Database, settings: Settings) -> None:
    born(database, "daan", 16)
    assert browsing.daan.post("/me/guardians", {"email": "mam@voorbeeld.nl"}).status_code == 303
    [letter] = letters(database, settings, "invitation")
    assert letter.greeting == "Beste ouder of verzorger," and "Een leerling van De Waal College vraagt u" in letter.lines[0]
    assert "mam@voorbeeld.nl uitgenodigd, nog geen antwoord door jou gevraagd" in text_of(browsing.daan.get("/me/guardians"))
    link = link_in(letter)
    assert "Daan vraagt het u zelf." in text_of(browsing.nobody.get(link))
    empty = browsing.nobody.post(link, {"given_name": "Els"})
    assert empty.status_code == 422 and "Vul een achternaam in." in text_of(empty) and 'value="Els"' in empty.text
    assert browsing.nobody.post(link, {"given_name": "Els", "infix": "de", "family_name": "Wit"}).status_code == 303
    come_in(browsing.nobody, database, settings)
    assert "Welkom, Els de Wit" in text_of(browsing.nobody.get("/")) and "Daan Vos" in text_of(browsing.nobody.get("/"))
    assert "Els de Wit kijkt mee" in text_of(browsing.daan.get("/me/guardians"))


@pytest.mark.parametrize(("years", "days", "status"), [(15, 364, 404), (16, 0, 303), (17, 300, 303), (18, 0, 303)])
def test_the_day_one_turns_16_is_the_first_on_which_one_may_invite(browsing: Browsing, database: Database, years: int, days: int, status: int) -> None:
    born(database, "daan", years, days)
    assert browsing.daan.post("/me/guardians", {"email": "mam@voorbeeld.nl"}).status_code == status
    assert ("Vraag iemand om mee te kijken" in text_of(browsing.daan.get("/me/guardians"))) == (status == 303)


def test_the_limit_is_the_schools_own_and_unknown_is_below_it(browsing: Browsing, database: Database) -> None:
    assert browsing.daan.post("/me/guardians", {"email": "mam@voorbeeld.nl"}).status_code == 404
    born(database, "daan", 14)
    with database.writing() as session:
        session.execute(update(School).where(School.id == id_of("waal")).values(guardians_from=14))
    assert browsing.daan.post("/me/guardians", {"email": "mam@voorbeeld.nl"}).status_code == 303


def test_by_typing_an_address_nobody_learns_whose_it_is(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("karim")).values(email="karim@voorbeeld.nl"))
    born(database, "daan", 16)
    browsing.daan.post("/me/guardians", {"email": "karim@voorbeeld.nl"})
    browsing.daan.post("/me/guardians", {"email": "niemand@voorbeeld.nl"})
    said = text_of(browsing.daan.get("/me/guardians"))
    assert "Karim Aït" not in said
    for name in ("karim", "niemand"):
        assert f"{name}@voorbeeld.nl uitgenodigd, nog geen antwoord door jou gevraagd" in said
    assert "Daan" not in text_of(browsing.karim.get("/me"))


def test_a_student_floods_no_mailbox(browsing: Browsing, database: Database, settings: Settings) -> None:
    born(database, "daan", 16)
    answers = [browsing.daan.post("/me/guardians", {"email": f"mam{number}@voorbeeld.nl"}).status_code for number in range(7)]
    assert answers == [303] * 5 + [429] * 2 and len(letters(database, settings, "invitation")) == 5


@pytest.mark.parametrize("email", ["", "mam", "a@b", "a b@c", "a@b.nl\r\nbcc: x@y.nl", "<script>@x.nl", "x" * 300 + "@x.nl"])
def test_an_address_that_is_none_is_told_and_kept(browsing: Browsing, database: Database, settings: Settings, email: str) -> None:
    born(database, "daan", 16)
    answer = browsing.daan.post("/me/guardians", {"email": email})
    assert answer.status_code == 422 and "<script>@" not in answer.text and letters(database, settings, "invitation") == []


# A guardian stops


def test_a_guardian_stops_and_the_student_hears_of_it_and_it_is_on_record(browsing: Browsing, database: Database) -> None:
    home, tag = text_of(browsing.karim.get("/")), browsing.samira.get("/").headers["etag"]
    assert "Ik wil niet meer meekijken : Samira Aït Ben" in home
    stopped = browsing.karim.delete(f"/me/children/{id_of('samira')}")
    assert (stopped.status_code, stopped.headers["location"]) == (303, "/")
    assert "U kijkt nu met niemand mee" in text_of(browsing.karim.get("/")) and kinds(database) == ["guardian-ended"]
    assert "Niemand kijkt met je mee." in text_of(browsing.samira.get("/me/guardians"))
    assert browsing.samira.get("/", headers={"if-none-match": tag}).status_code == 200
    with database.reading() as session:
        told = session.scalars(select(Reminder).where(Reminder.kind == "guardian_left")).one()
    assert (told.person_id, told.path) == (id_of("samira"), "/me/guardians")
    assert text(told.kind, told.facts, "nl", None, "UTC")[0] == "Een ouder of verzorger kijkt niet meer mee"
    assert browsing.karim.delete(f"/me/children/{id_of('samira')}").status_code == 404, "once"
    browsing.wouters.post(f"{STUDENTS}", {**OMA, "email": "", "id": str(id_of("karim"))})
    assert "Samira" not in text_of(browsing.karim.get("/")), "asked anew, they must say yes anew"


def test_a_guardian_stops_only_with_their_own(browsing: Browsing) -> None:
    assert [browsing.karim.delete(f"/me/children/{id_of(name)}").status_code for name in ("daan", "ilse", "olga", "nobody")] == [404] * 4
    assert browsing.samira.delete(f"/me/children/{id_of('samira')}").status_code == 404


# From 18 the student alone


def test_at_midnight_of_the_18th_birthday_in_the_schools_zone_others_guardians_see_nothing(browsing: Browsing, database: Database, moment) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("samira")).values(birth_date=date(2008, 11, 25)))
    moment.move_to(datetime(2026, 11, 24, 22, 59, 30, tzinfo=UTC), tick=False)
    assert "Samira Aït Ben" in text_of(browsing.karim.get("/"))
    tag = browsing.karim.get("/").headers["etag"]
    moment.move_to(datetime(2026, 11, 24, 23, 0, 1, tzinfo=UTC), tick=False)
    after = browsing.karim.get("/", headers={"if-none-match": tag})
    assert after.status_code == 200 and "Samira" not in text_of(after) and "U kijkt nu met niemand mee" in text_of(after)
    said = text_of(browsing.samira.get("/me/guardians"))
    assert "Karim Aït Ben ziet nu niets: jij beslist" in said and "Mag meekijken" in said


def test_a_student_of_18_agrees_and_ends_and_the_guardian_sees_it_at_once(browsing: Browsing, database: Database) -> None:
    born(database, "samira", 18)
    karim, tag = f"/me/guardians/{id_of('karim')}", browsing.karim.get("/").headers["etag"]
    assert browsing.samira.post(f"{karim}/agreement").status_code == 303
    seen = browsing.karim.get("/", headers={"if-none-match": tag})
    assert "Samira Aït Ben" in text_of(seen)
    assert browsing.samira.delete(karim).status_code == 303
    gone = browsing.karim.get("/", headers={"if-none-match": seen.headers["etag"]})
    assert gone.status_code == 200 and "Samira" not in text_of(gone)
    assert kinds(database) == ["guardian-agreed", "guardian-ended"]
    assert [browsing.samira.delete(karim).status_code, browsing.samira.post(f"{karim}/agreement").status_code] == [404, 404]


def test_below_18_a_student_ends_only_whom_they_asked_and_agrees_to_nothing(browsing: Browsing, database: Database) -> None:
    born(database, "samira", 17)
    karim = f"/me/guardians/{id_of('karim')}"
    assert [browsing.samira.delete(karim).status_code, browsing.samira.post(f"{karim}/agreement").status_code] == [404, 404]
    browsing.samira.post("/me/guardians", {"email": "oma@voorbeeld.nl"})
    assert browsing.samira.delete(f"/me/guardians/{person_at(database, 'oma@voorbeeld.nl')}").status_code == 303
    assert "oma@" not in text_of(browsing.samira.get("/me/guardians")) and "Samira Aït Ben" in text_of(browsing.karim.get("/"))


def test_of_who_is_18_the_school_invites_nobody_but_may_end(browsing: Browsing, database: Database, settings: Settings) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("karim")).values(email="karim@voorbeeld.nl"))
    browsing.wouters.post(f"{STUDENTS}/{id_of('karim')}/invitation")
    link = link_in(letters(database, settings, "invitation")[0])
    born(database, "samira", 18)
    assert browsing.nobody.get(link).status_code == 404, "what the school asked before opens nothing now"
    karim = f"{STUDENTS}/{id_of('karim')}"
    assert [browsing.wouters.post(STUDENTS, OMA).status_code, browsing.wouters.post(f"{karim}/invitation").status_code, browsing.wouters.post(f"{karim}/link").status_code] == [
        404,
        404,
        404,
    ]
    assert "is 18 of ouder" in text_of(browsing.wouters.get(STUDENTS)) and "E-mailadres" not in text_of(browsing.wouters.get(STUDENTS))
    assert browsing.wouters.delete(karim).status_code == 303


def test_whom_a_student_asked_before_18_looks_along_after_it(browsing: Browsing, database: Database, settings: Settings) -> None:
    born(database, "daan", 17)
    browsing.daan.post("/me/guardians", {"email": "mam@voorbeeld.nl"})
    browsing.nobody.post(link_in(letters(database, settings, "invitation")[0]), {"given_name": "Els", "family_name": "Vos"})
    come_in(browsing.nobody, database, settings)
    born(database, "daan", 18)
    assert "Daan Vos" in text_of(browsing.nobody.get("/"))


# What a guardian sees


def test_a_guardian_sees_of_a_student_who_they_are_and_nothing_else(browsing: Browsing) -> None:
    home = browsing.karim.get("/")
    assert "Samira Aït Ben 3B" in text_of(home) and text_of(home).count("voorgelegd") == 1 and "Er is nu niets aan u voorgelegd." in text_of(home)
    assert not re.search(r"soep|oma|bakker(?! lokaal)|gesprek met|koken", text_of(home).replace("Mevrouw Bakker", ""), re.I)
    for path in (
        "/trail",
        "/conversations",
        f"/experiences/{id_of('soep')}",
        "/school/people",
        STUDENTS,
        "/activities",
        "/me/guardians",
        "/groups",
        f"/school/people/{id_of('samira')}/card",
    ):
        assert browsing.karim.get(path).status_code == 404, path


def test_who_left_the_school_vanishes_for_the_guardian(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("samira")).values(archived_at=clock.now()))
        session.execute(update(School).where(School.id == id_of("waal")).values(revision=School.revision + 1))
    assert "Samira" not in text_of(browsing.karim.get("/"))


def test_another_school_keeps_none_of_ours(browsing: Browsing, database: Database) -> None:
    for path in (STUDENTS, f"{STUDENTS}/{id_of('karim')}/invitation", f"{STUDENTS}/{id_of('karim')}/link"):
        assert browsing.otto.post(path, OMA).status_code == 404
    assert browsing.wouters.post(f"/school/people/{id_of('olga')}/guardians", OMA).status_code == 404
    assert browsing.wouters.post(f"/school/people/{id_of('daan')}/guardians/{id_of('karim')}/link").status_code == 404, "he is not daan's"
    with database.reading() as session:
        assert session.scalars(select(Invitation)).all() == []


def test_who_did_not_show_lately_that_it_is_them_gives_nobody_a_way_in(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(DeviceSession).values(confirmed_at=None))
    for path in (STUDENTS, f"{STUDENTS}/{id_of('karim')}/link", f"{STUDENTS}/{id_of('karim')}/invitation", "/school/guardians/invitations"):
        assert browsing.wouters.post(path, OMA, headers={"accept": "application/json"}).status_code == 403, path
    assert browsing.wouters.delete(f"{STUDENTS}/{id_of('karim')}").status_code == 303
