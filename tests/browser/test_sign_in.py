"""Employees at the door, in a real browser: a passkey of the device itself (Chromium's virtual authenticator), made, used, asked for again, taken away."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, expect
from sqlalchemy import update

from server.core import clock
from server.core.security import hashed
from server.people.identity import CONFIRMED_FOR
from server.people.models import DeviceSession, Person
from tests.browser.conftest import LAPTOP, School, Watched, axe
from tests.world import id_of, token_of

KEY = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}


@pytest.fixture
def school(tmp_path: Path, filled: Path) -> Iterator[School]:
    """A school by a name: an address of numbers has no passkeys."""
    made = School(tmp_path / "school", filled)
    made.stop()
    made.url = made.address.replace("127.0.0.1", "localhost")
    made.settings = type(made.settings)(data=made.settings.data, base_url=made.url, port=made.settings.port)
    made.start()
    yield made
    made.stop()
    made.database.close()


def with_authenticator(page: Page, **otherwise: bool) -> tuple[CDPSession, str]:
    """A device that can make and keep passkeys."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": {**KEY, **otherwise}})["authenticatorId"]


def make_passkey(page: Page, school: School) -> None:
    page.goto(school.url + "/me")
    page.get_by_role("link", name="Maak een passkey").click()
    page.get_by_label("Hoe heet dit apparaat?").fill("Laptop van school")
    page.get_by_role("button", name="Maak een passkey").click()
    page.wait_for_url(school.url + "/me")
    expect(page.get_by_text("Je passkey is klaar voor gebruik")).to_be_visible()
    expect(page.get_by_role("link", name="Laptop van school")).to_be_visible()


def sign_out(page: Page, school: School) -> None:
    page.get_by_role("button", name="Afmelden op dit apparaat").click()
    page.wait_for_url(school.url + "/sign-in")


@pytest.mark.whole_browser
def test_a_passkey_from_the_first_to_the_last(person: Callable[..., Watched], school: School) -> None:
    watched = person("deboer", viewport=LAPTOP)
    page = watched.open("/me")
    device, authenticator = with_authenticator(page)
    make_passkey(page, school)
    sign_out(page, school)
    device.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": authenticator, "enabled": False})
    page.goto(school.url + "/sign-in?next=/groups")
    page.get_by_text("Ik werk op school").click()
    assert axe(page) == []
    device.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": authenticator, "enabled": True})
    page.get_by_role("button", name="Met een passkey").click()
    page.wait_for_url(school.url + "/groups**")
    with school.database.writing() as session:
        session.execute(update(DeviceSession).values(confirmed_at=clock.now() - CONFIRMED_FOR))
    page.goto(school.url + "/me")
    page.get_by_role("link", name="Laptop van school").click()
    expect(page.get_by_role("heading", name="Ben jij het?")).to_be_visible()
    page.get_by_role("button", name="Gebruik je passkey").click()
    expect(page.get_by_role("heading", name="Laptop van school")).to_be_visible()
    page.get_by_role("button", name="Haal deze passkey weg").click()
    expect(page.get_by_text("De passkey is weg")).to_be_visible()
    expect(page.get_by_role("link", name="Laptop van school")).to_have_count(0)


def test_the_browser_offers_the_passkey_by_itself(person: Callable[..., Watched], school: School) -> None:
    """Conditional mediation: in the field for the address, without a button."""
    page = person("deboer", viewport=LAPTOP).open("/me")
    with_authenticator(page)
    make_passkey(page, school)
    sign_out(page, school)
    page.wait_for_url(lambda url: url.rstrip("/") == school.url)
    page.goto(school.url + "/me")
    expect(page.get_by_text(", met een passkey")).to_be_visible()


def test_a_device_that_does_not_ask_who_you_are_makes_none_and_says_so(person: Callable[..., Watched], school: School) -> None:
    page = person("deboer").open("/me/passkeys/new")
    with_authenticator(page, isUserVerified=False)
    page.get_by_role("button", name="Maak een passkey").click()
    expect(page.get_by_text("Dat lukte niet. Probeer het nog eens.")).to_be_visible()
    expect(page.get_by_label("Hoe heet dit apparaat?")).not_to_have_value("")


def test_a_form_that_comes_too_late_goes_on_after_the_passkey(person: Callable[..., Watched], school: School) -> None:
    """The browser brings the form to the screen that asks, and back: nothing is typed twice."""
    page = person("deboer", viewport=LAPTOP).open("/me")
    with_authenticator(page)
    make_passkey(page, school)
    with school.database.writing() as session:
        other = DeviceSession(school_id=id_of("waal"), person_id=id_of("deboer"), token_hash=hashed("elsewhere"), device="Elders", started_at=clock.now(), seen_at=clock.now())
        session.add(other)
    page.reload()
    with school.database.writing() as session:
        session.execute(update(DeviceSession).values(confirmed_at=None))
    page.get_by_role("button", name="Meld al mijn andere apparaten af").click()
    expect(page.get_by_text("Wat je deed is bewaard op dit scherm.")).to_be_visible()
    page.get_by_role("button", name="Gebruik je passkey").click()
    expect(page.get_by_role("heading", name="Dank je, we weten dat jij het bent")).to_be_visible()
    page.get_by_role("button", name="Ga verder").click()
    expect(page.get_by_text("Je andere apparaten zijn afgemeld")).to_be_visible()
    expect(page.get_by_text("Elders")).to_have_count(0)


def test_without_a_script_there_is_a_code_by_mail_and_no_button_that_does_nothing(person: Callable[..., Watched], school: School) -> None:
    with school.database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("deboer")).values(email="marten@waal.example"))
    page = person(java_script_enabled=False).open("/sign-in")
    page.get_by_text("Ik werk op school").click()
    expect(page.get_by_role("button", name="Met een passkey")).to_have_count(0)
    page.get_by_label("E-mailadres").first.fill("marten@waal.example")
    page.get_by_role("button", name="Mail mij een code").first.click()
    expect(page.get_by_role("heading", name="Kijk in de mail")).to_be_visible()
    expect(page.get_by_label("Code uit de mail")).to_be_visible()
    assert token_of("deboer") not in page.content()
