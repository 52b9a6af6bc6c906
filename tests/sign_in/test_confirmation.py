"""What gives others a way in asks again whether it is them; nothing that was being done is lost by it, and nobody is stuck."""

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx import Response
from sqlalchemy import select, update

from server.core import clock
from server.core.audit import AuditEntry
from server.core.db import Database
from server.people.identity import CONFIRMED_FOR, confirmed
from server.people.models import ROLES, DeviceSession, Person
from server.settings import Settings
from server.sign_in.acts import act_of
from server.sign_in.cards import make_cards, new_card_code
from tests.browsing import Browsing, text_of
from tests.browsing import Person as Somebody
from tests.sign_in.authenticator import Authenticator
from tests.sign_in.test_mail_codes import code_in
from tests.sign_in.test_passkeys import HOST, ORIGIN, come_in, make
from tests.sign_in.test_sign_in import code_for, link_for
from tests.world import id_of

ELS = "els.wouters@waal.example"


@pytest.fixture(autouse=True)
def long_ago(database: Database) -> None:
    """Nobody showed lately that it is them."""
    with database.writing() as session:
        session.execute(update(DeviceSession).values(confirmed_at=clock.now() - CONFIRMED_FOR))
        session.execute(update(Person).where(Person.id == id_of("wouters")).values(email=ELS))


def confirmed_at(database: Database, name: str) -> bool:
    with database.reading() as session:
        at = session.scalar(select(DeviceSession.confirmed_at).where(DeviceSession.id == id_of(f"session-{name}")))
        return at is not None and clock.now() - at < timedelta(minutes=1)


def resume_of(page: Response) -> dict[str, str]:
    from tests.sign_in.test_passwords import re, unescape

    return {name: unescape(value) for name, value in re.findall(r'name="(resume_\w+)" value="([^"]*)"', page.text)}


def test_a_screen_asks_first_and_comes_after(browsing: Browsing, database: Database, settings: Settings) -> None:
    answer = browsing.wouters.get("/me/password?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/confirmation?next=%2Fme%2Fpassword%3Fx%3D1")
    asked = browsing.wouters.get(answer.headers["location"])
    assert "Ben jij het?" in text_of(asked) and ELS in text_of(asked) and 'name="next" value="/me/password?x=1"' in asked.text
    browsing.wouters.post("/sign-in/mail", {"email": ELS, "next": "/me/password?x=1"})
    answer = browsing.wouters.post("/sign-in/mail/code", {"code": code_in(database, settings), "next": "/me/password?x=1"})
    assert answer.headers["location"] == "/me/password?x=1"
    assert browsing.wouters.get("/me/password").status_code == 200
    with database.reading() as session:
        assert session.scalars(select(AuditEntry.kind)).all() == ["confirmed"]
        assert len(session.scalars(select(DeviceSession).where(DeviceSession.person_id == id_of("wouters"))).all()) == 1


def test_it_holds_for_half_an_hour(browsing: Browsing, database: Database, moment) -> None:
    with database.writing() as session:
        session.execute(update(DeviceSession).values(confirmed_at=clock.now()))
    assert browsing.wouters.get("/me/password").status_code == 200
    moment.shift(CONFIRMED_FOR)
    assert browsing.wouters.get("/me/password").status_code == 303


def halfway(person: Somebody, path: str, form: dict[str, str]) -> tuple[Response, Response]:
    """A form that comes too late, and where the browser brings it by itself."""
    answer = person.post(path, form)
    assert answer.status_code == 307
    return answer, person.post(answer.headers["location"], form)


def test_a_form_that_comes_too_late_is_kept_and_sent_on_afterwards(browsing: Browsing, database: Database, settings: Settings) -> None:
    device = Authenticator(ORIGIN, HOST)
    with database.writing() as session:
        session.execute(update(DeviceSession).values(confirmed_at=clock.now()))
    assert make(browsing.wouters, device).status_code == 303
    with database.writing() as session:
        session.execute(update(DeviceSession).values(confirmed_at=None))
    form = {"others": "1", "why": "Een lange zin die niemand kwijt wil."}
    answer, asked = halfway(browsing.wouters, "/me/sessions?_method=delete", form)
    assert parse_qs(urlsplit(answer.headers["location"]).query) == {"then": ["/me/sessions?_method=delete"]}
    kept = resume_of(asked)
    assert kept["resume_path"] == "/me/sessions?_method=delete" and json.loads(kept["resume_fields"]) == [["others", "1"], ["why", form["why"]]]
    assert asked.status_code == 200 and "Wat je deed is bewaard op dit scherm" in text_of(asked) and 'data-passkey="' in asked.text
    again = come_in(browsing.wouters, device, kept)
    assert again.status_code == 200 and 'action="/me/sessions?_method=delete"' in again.text and form["why"] in text_of(again)
    assert "Dank je, we weten dat jij het bent" in text_of(again) and "Ga verder" in text_of(again)
    assert browsing.wouters.post("/me/sessions?_method=delete", form).headers["location"] == "/me"


def test_a_script_hears_why_and_stores_nothing(browsing: Browsing) -> None:
    answer = browsing.wouters.post("/me/passkeys/challenge", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()) == (403, {"status": 403, "why": "confirm"})
    assert browsing.wouters.get("/me/password", headers={"hx-request": "true"}).status_code == 403


def test_a_student_shows_the_card_and_a_card_of_another_does_not_count(browsing: Browsing, database: Database) -> None:
    codes = {id_of("samira"): new_card_code(), id_of("daan"): new_card_code()}
    with database.writing() as session:
        make_cards(session, codes, id_of("waal"), made_by=id_of("deboer"), at=clock.now())
    answer = browsing.samira.delete("/me/sessions")
    assert answer.status_code == 307
    asked = browsing.samira.post(answer.headers["location"])
    assert "Met je inlogkaart" in text_of(asked) and "code in je mail" not in text_of(asked)
    other = browsing.daan.post("/sign-in", {"code": codes[id_of("samira")], **resume_of(asked)})
    assert other.status_code == 303 and not confirmed_at(database, "daan")
    again = browsing.samira.post("/sign-in", {"code": codes[id_of("samira")], **resume_of(asked)})
    assert again.status_code == 200 and confirmed_at(database, "samira")
    assert browsing.samira.delete("/me/sessions").status_code == 303


def test_a_code_that_one_makes_for_oneself_is_no_proof(browsing: Browsing, database: Database) -> None:
    """Who holds somebody's unlocked phone can make one there."""
    old = browsing.wouters.cookies["spoor"]
    assert browsing.wouters.post("/sign-in", {"code": code_for(database, "wouters")}).status_code == 303
    assert browsing.wouters.cookies["spoor"] != old and browsing.wouters.get("/me").status_code == 200
    assert browsing.wouters.get("/me/password").status_code == 303
    assert browsing.nobody.post("/sign-in", {"code": code_for(database, "wouters")}).status_code == 303
    assert browsing.nobody.get("/me/password").headers["location"].startswith("/sign-in/confirmation")


def test_who_has_nothing_else_is_told_how_to_go_on_and_a_new_link_counts(browsing: Browsing, database: Database) -> None:
    for who, word in (("deboer", "Vraag de LOB-coördinator om een nieuwe link"), ("samira", "Vraag je mentor om een inlogkaart")):
        assert word in text_of(getattr(browsing, who).get("/sign-in/confirmation"))
    assert browsing.deboer.get("/me/password").status_code == 303
    assert browsing.deboer.post(link_for(database, "deboer")).status_code == 303
    assert browsing.deboer.get("/me/password").status_code == 200


def test_on_a_shared_computer_the_session_goes_on_as_it_was(browsing: Browsing, database: Database, settings: Settings) -> None:
    with database.writing() as session:
        session.execute(update(DeviceSession).where(DeviceSession.person_id == id_of("wouters")).values(shared=True))
    asked = browsing.wouters.get("/sign-in/confirmation?next=/me/password")
    assert 'type="checkbox" name="shared"' not in asked.text
    browsing.wouters.post("/sign-in/mail", {"email": ELS})
    assert 'type="checkbox" name="shared" value="1" checked' in browsing.wouters.get("/sign-in/mail").text
    answer = browsing.wouters.post("/sign-in/mail/code", {"code": code_in(database, settings), "shared": "1"})
    assert [cookie for cookie in answer.headers.get_list("set-cookie") if "known" in cookie or "Max-Age=15552000" in cookie] == []
    with database.reading() as session:
        assert len(session.scalars(select(DeviceSession).where(DeviceSession.person_id == id_of("wouters"))).all()) == 1


def test_both_screens_say_what_is_sent(browsing: Browsing, database: Database, settings: Settings) -> None:
    """Somebody else may have pressed the button at an open desk."""
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("vries")).values(email="jan@waal.example"))
    _, asked = halfway(browsing.vries, f"/school/people/{id_of('wouters')}/roles/admin", {"a": "b"})
    assert "Dit gebeurt daarna: iemand beheerder maken." in text_of(asked)
    kept = resume_of(asked)
    browsing.vries.post("/sign-in/mail", {"email": "jan@waal.example", **kept})
    again = browsing.vries.post("/sign-in/mail/code", {"code": code_in(database, settings), **kept})
    assert "Dit versturen we: iemand beheerder maken." in text_of(again)


def test_everything_that_asks_first_has_words(client: Any) -> None:
    guarded = {
        (method, route.path)
        for route in client.app.routes
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods & {"POST", "DELETE"}
        if confirmed in handler.resolve_guards()
    }
    guarded |= {("POST", "/me/codes"), ("POST", "/school/people"), ("POST", "/school/people/{person_id:uuid}")}
    assert len(guarded) > 20
    for method, path in guarded:
        for role in ROLES:
            address = re.sub(r"{\w+:uuid}", str(id_of("samira")), path).replace("{role:str}", role) + ("?_method=delete" if method == "DELETE" else "")
            assert act_of(address, str), address
    assert act_of("/me/language", str) == act_of("/me/password/x", str) == act_of("", str) == ""


def test_the_screen_leads_nowhere_else(browsing: Browsing) -> None:
    for odd in ("https://evil.example", "//evil.example", "/\\evil.example"):
        assert "evil.example" not in browsing.wouters.get("/sign-in/confirmation", params={"next": odd}).text
        assert "evil.example" not in browsing.wouters._send("POST", "/sign-in/confirmation", params={"then": odd}, data={"a": "b"}).text
    assert browsing.nobody.get("/sign-in/confirmation").headers["location"].startswith("/sign-in?next=")
    assert browsing.wouters.post("/sign-in/confirmation", headers={"origin": "http://evil.example"}).status_code == 403
