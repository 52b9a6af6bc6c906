"""The own corner: devices, a code for another one, language and look, somebody to talk to."""

import re
from datetime import timedelta

import pytest
from httpx import Response
from sqlalchemy import func, select, update

from server.core import clock
from server.core.db import Database
from server.people.models import DeviceSession, Person
from server.sign_in.cards import make_cards, new_card_code
from server.sign_in.links import make_link
from server.sign_in.models import SignInLink
from tests.browsing import Browsing, text_of
from tests.world import id_of

EVERYBODY = ["samira", "deboer", "anja", "wouters", "karim"]


@pytest.mark.parametrize("name", EVERYBODY)
def test_everybody_has_an_own_corner_and_may_look_for_help(browsing: Browsing, name: str) -> None:
    person = getattr(browsing, name)
    assert ("Uw apparaten" if name == "karim" else "Jouw apparaten") in text_of(person.get("/me"))
    said = text_of(person.get("/help"))
    assert said.index("Mevrouw Bakker lokaal 1.03") < said.index("Kindertelefoon") < said.index("113 Zelfmoordpreventie")


def test_help_is_one_tap_from_a_students_own_corner_and_can_be_called(browsing: Browsing) -> None:
    assert 'href="/help"' in browsing.samira.get("/me").text
    html = browsing.samira.get("/help").text
    assert all(f'href="tel:{number}"' in html for number in ("08000432", "08000113", "112"))


def test_looking_for_help_is_noted_nowhere(browsing: Browsing, database: Database) -> None:
    def rows() -> dict[str, int]:
        with database.reading() as session:
            from server.core.db import Base

            return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in Base.metadata.tables.items()}

    before = rows()
    browsing.samira.get("/help")
    assert rows() == before


def another(database: Database, name: str, device: str = "Windows · Edge") -> DeviceSession:
    with database.writing() as session:
        then = clock.now() - timedelta(days=3)
        made = DeviceSession(school_id=id_of("waal"), person_id=id_of(name), token_hash=f"{name}-{device}"[:64], device=device, started_at=then, seen_at=then)
        session.add(made)
    return made


def test_devices_are_shown_this_one_first_and_another_can_be_ended(browsing: Browsing, database: Database) -> None:
    made = another(database, "samira")
    said = text_of(browsing.samira.get("/me"))
    assert said.index("Android · Chrome dit apparaat, nu in gebruik") < said.index("Windows · Edge laatst gebruikt: za 21 nov 14:00")
    assert browsing.samira.delete(f"/me/sessions/{made.id}").headers["location"] == "/me"
    answer = browsing.samira.get("/me")
    assert "Windows" not in text_of(answer) and "Dat apparaat is afgemeld" in text_of(answer)
    assert browsing.samira.delete(f"/me/sessions/{made.id}").status_code == 404


def test_two_devices_that_are_called_the_same_are_told_apart_by_since_when(browsing: Browsing, database: Database) -> None:
    another(database, "samira", device="Android · Chrome")
    said = text_of(browsing.samira.get("/me"))
    mine, other = "Android · Chrome (sinds di 24 nov 14:00) dit apparaat, nu in gebruik", "Android · Chrome (sinds za 21 nov 14:00) laatst gebruikt"
    assert said.index(mine) < said.index(other) < said.index("Afmelden : Android · Chrome (sinds za 21 nov 14:00)")
    assert "(sinds" not in text_of(browsing.daan.get("/me"))


def test_signing_out_names_the_ways_back_that_this_person_has(browsing: Browsing, database: Database) -> None:
    assert "zonder kaart kom je niet meer binnen" in text_of(browsing.samira.get("/me")) and "passkey" not in text_of(browsing.samira.get("/me"))
    with database.writing() as session:
        make_cards(session, {id_of("samira"): new_card_code()}, id_of("waal"), made_by=id_of("wouters"), at=clock.now())
    assert "Terugkomen kan met je inlogkaart." in text_of(browsing.samira.get("/me"))
    another(database, "samira")
    assert "Terugkomen kan met je inlogkaart of een code van je andere apparaat." in text_of(browsing.samira.get("/me"))
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("anja")).values(email=""))
    assert "Maak eerst een passkey" in text_of(browsing.anja.get("/me"))
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("anja")).values(email="anja@waal.example"))
    assert "Terugkomen kan met een code in je mail." in text_of(browsing.anja.get("/me"))
    assert "Terugkomen kan met een code in uw mail." in text_of(browsing.karim.get("/me"))


def test_who_looked_and_who_looks_along_are_two_things_to_see(browsing: Browsing) -> None:
    html = browsing.samira.get("/me").text
    looked, along = (html.partition(f'href="{path}"')[2].partition("</a>")[0] for path in ("/me/record", "/me/guardians"))
    assert "Wie keek er bij mij?" in looked and "eye-duotone" in looked and "Mijn ouders en verzorgers" in along and "eye" not in along
    assert "Mijn ouders en verzorgers" in text_of(browsing.samira.get("/me/guardians"))


def test_ending_the_device_in_your_hand_signs_you_out(browsing: Browsing) -> None:
    answer = browsing.samira.delete(f"/me/sessions/{id_of('session-samira')}")
    assert answer.headers["location"] == "/sign-in" and answer.headers["clear-site-data"] == '"cache"'


def test_devices_of_others_do_not_exist(browsing: Browsing, database: Database) -> None:
    for name in ("daan", "olga", "wouters"):
        assert browsing.samira.delete(f"/me/sessions/{id_of(f'session-{name}')}").status_code == 404
        with database.reading() as session:
            assert session.get_one(DeviceSession, id_of(f"session-{name}")).ended_at is None


def test_a_code_from_here_signs_in_there(browsing: Browsing) -> None:
    answer = browsing.samira.post("/me/codes")
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    code = answer.text.partition('<p class="code" translate="no">')[2].partition("<")[0]
    assert "http://testserver.local/sign-in" in text_of(answer)
    assert browsing.nobody.post("/sign-in", {"code": code}).status_code == 303
    assert "Samira Aït Ben" in text_of(browsing.nobody.get("/me"))


def test_an_employee_shows_that_it_is_them_before_a_code_is_made_and_a_student_need_not(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(DeviceSession).values(confirmed_at=None))
    for employee in (browsing.vries, browsing.anja):
        answer = employee.post("/me/codes")
        assert (answer.status_code, answer.headers["location"]) == (307, "/sign-in/confirmation?then=%2Fme%2Fcodes")
    assert browsing.samira.post("/me/codes").status_code == browsing.karim.post("/me/codes").status_code == 200
    with database.reading() as session:
        assert set(session.scalars(select(SignInLink.person_id))) == {id_of("samira"), id_of("karim")}


def test_five_codes_an_hour(browsing: Browsing, database: Database, moment) -> None:
    assert [browsing.samira.post("/me/codes").status_code for _ in range(6)] == [200] * 5 + [429]
    assert browsing.daan.post("/me/codes").status_code == 200
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignInLink).where(SignInLink.person_id == id_of("samira"))) == 5
    moment.shift(timedelta(hours=1))
    assert browsing.samira.post("/me/codes").status_code == 200


def test_language_and_look_hold_on_every_page(browsing: Browsing, database: Database) -> None:
    assert browsing.samira.post("/me/language", {"language": "en"}).status_code == 303
    assert browsing.samira.post("/me/theme", {"theme": "dark"}).status_code == 303
    opening = browsing.samira.get("/help").text.partition("<head>")[0]
    assert 'lang="en"' in opening and 'data-theme="dark"' in opening
    with database.reading() as session:
        assert session.get_one(Person, id_of("samira")).revision == 2


def opening(answer: Response) -> str:
    return answer.text.partition("<head>")[0].rpartition("<html")[2]


def test_larger_letters_calm_and_pictures_are_kept_for_this_person_and_hold_on_every_page(browsing: Browsing, database: Database) -> None:
    assert not any(mark in opening(browsing.samira.get("/help")) for mark in ("data-text", "data-calm", "data-pictures"))
    answer = browsing.samira.post("/me/reading", {"text_size": "largest", "calm": "1", "pictures": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    for path in ("/me", "/trail", "/experiences/new"):
        assert all(mark in opening(browsing.samira.get(path)) for mark in (' data-text="largest"', " data-calm", " data-pictures")), path
    assert not any(mark in opening(browsing.daan.get("/help")) for mark in ("data-text", "data-calm", "data-pictures"))
    browsing.samira.post("/me/reading", {"text_size": "large"})
    assert ' data-text="large"' in opening(browsing.samira.get("/help")) and "data-calm" not in opening(browsing.samira.get("/help"))
    with database.reading() as session:
        kept = session.get_one(Person, id_of("samira"))
        assert (kept.text_size, kept.calm, kept.pictures, kept.revision) == ("large", False, False, 2)


def test_a_page_with_larger_letters_is_another_page(browsing: Browsing) -> None:
    first = browsing.samira.get("/trail").headers["etag"]
    browsing.samira.post("/me/reading", {"text_size": "large"})
    browsing.samira.cookies.pop("said")
    assert browsing.samira.get("/trail", headers={"if-none-match": first}).status_code == 200


@pytest.mark.parametrize("name", EVERYBODY)
def test_everybody_may_have_larger_letters_but_only_a_student_tells_by_pictures(browsing: Browsing, name: str) -> None:
    person = getattr(browsing, name)
    said = text_of(person.get("/me"))
    assert "Lezen en schrijven" in said and ("Vertellen met plaatjes" in said) == (name == "samira")
    assert ("al uw apparaten" in said) == (name == "karim")
    person.post("/me/reading", {"text_size": "large", "pictures": "1"})
    assert ("data-pictures" in opening(person.get("/me"))) == (name == "samira")


@pytest.mark.parametrize("value", ["", "fr", "x" * 100_000, "😀", "<script>", "\0", "nl\nen"])
def test_a_language_or_look_that_is_none_changes_nothing(browsing: Browsing, database: Database, value: str) -> None:
    assert browsing.samira.post("/me/language", {"language": value}).status_code == 422
    assert browsing.samira.post("/me/theme", {"theme": value}).status_code == 422
    assert browsing.samira.post("/me/reading", {"text_size": value, "calm": "1"}).status_code == 422
    with database.reading() as session:
        assert session.get_one(Person, id_of("samira")).language is None


def test_who_was_let_in_by_a_link_that_another_made_sees_who(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        secret = make_link(session, session.get_one(Person, id_of("samira")), made_by=id_of("wouters"), at=clock.now())
    browsing.nobody.post(f"/sign-in/{secret}")
    assert "sinds di 24 nov, met een link van Els Wouters" in text_of(browsing.samira.get("/me"))
    code = browsing.samira.post("/me/codes")
    assert code.status_code == 200 and text_of(browsing.samira.get("/me")).count("met een link van") == 1


def test_a_guardian_is_spoken_to_with_u_in_the_own_corner_and_on_a_shared_computer(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        link = make_link(session, session.get_one(Person, id_of("karim")), made_by=id_of("wouters"), at=clock.now())
    pages = [browsing.nobody.get(f"/sign-in/{link}")]
    browsing.nobody.post(f"/sign-in/{link}", {"shared": "1"})
    pages += [browsing.karim.get("/me"), browsing.nobody.get("/me"), browsing.karim.get("/sign-in/confirmation"), browsing.karim.post("/me/codes")]
    pages += [browsing.karim.get("/messages"), browsing.karim.get("/")]
    browsing.karim.delete("/me/sessions")
    pages.append(browsing.karim.get("/me"))
    assert "Uw andere apparaten zijn afgemeld" in text_of(pages[-1]) and "telefoon" not in text_of(pages[-3]), "a guardian's device gets no push"
    for page in pages:
        assert page.status_code == 200
        main = re.sub("“[^”]*”", "", text_of(page)) + ("" if page is pages[0] else " ".join(re.findall(r"<p data-word=.*?</p>", page.text)))
        assert not re.findall(r"\b(?:je|jij|jou|jouw)\b", main, re.IGNORECASE), main
