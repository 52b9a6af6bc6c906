"""The demo's inbox: there only when letters are shown instead of sent, and a letter in it can do nothing but be read."""

from collections.abc import Iterator

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import select

from server.app import create_app
from server.core import clock
from server.core.db import Database
from server.core.mail import Mail, post
from server.demo.run import said
from server.settings import Settings
from tests.browsing import Browsing, text_of
from tests.conftest import URL
from tests.core.test_mail import LETTER

PAGES = ("/inbox", "/inbox/00000000-0000-0000-0000-000000000000", "/inbox/00000000-0000-0000-0000-000000000000/letter")


@pytest.fixture
def demo(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, demo=True)


@pytest.fixture
def browser(demo: Settings, database: Database) -> Iterator[Browsing]:
    with TestClient(create_app(demo, database), base_url=URL, raise_server_exceptions=False) as client:
        yield Browsing(client)


@pytest.fixture
def letter(demo: Settings, database: Database) -> str:
    with database.writing() as session:
        post(session, demo, msgspec.structs.replace(LETTER, greeting="Hoi <b>Samira</b>,"), kind="code", at=clock.now())
    with database.reading() as session:
        return str(session.scalars(select(Mail.id)).one())


def test_outside_the_demo_there_is_no_inbox(browsing: Browsing) -> None:
    for path in PAGES:
        assert browsing.wouters.get(path).status_code == browsing.nobody.get(path).status_code == 404


def test_a_demo_that_really_mails_has_no_inbox(demo: Settings, database: Database) -> None:
    with TestClient(create_app(msgspec.structs.replace(demo, smtp_url="smtp://localhost"), database), base_url=URL) as client:
        assert [client.get(path).status_code for path in PAGES] == [404, 404, 404]


def test_an_empty_inbox_says_how_to_fill_it(browser: Browsing) -> None:
    assert "Nog geen mail" in text_of(browser.nobody.get("/inbox"))


def test_a_letter_is_in_the_list_and_can_be_read_with_its_code_and_its_link(browser: Browsing, letter: str) -> None:
    assert "Je code voor Spoor" in text_of(browser.nobody.get("/inbox")) and f"/inbox/{letter}" in browser.nobody.get("/inbox").text
    shown = browser.nobody.get(f"/inbox/{letter}")
    assert shown.status_code == 200 and "aan samira@school.example" in text_of(shown) and "ABCD-EFGH" in text_of(shown)
    framed = browser.nobody.get(f"/inbox/{letter}/letter")
    assert "ABCD-EFGH" in framed.text and f'href="{LETTER.address}" target="_top"' in framed.text and "<b>Samira" not in framed.text


def test_a_letter_is_framed_by_our_page_alone_and_can_neither_fetch_nor_run(browser: Browsing, letter: str) -> None:
    policy = browser.nobody.get(f"/inbox/{letter}/letter").headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy and "frame-ancestors 'self'" in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy and "allow-scripts" not in policy
    around = browser.nobody.get(f"/inbox/{letter}").headers["content-security-policy"]
    assert "frame-src 'self'" in around and "style-src 'self'" in around and "'unsafe-inline'" not in around


def test_a_letter_that_is_not_there_is_not_there(browser: Browsing) -> None:
    assert browser.nobody.get(PAGES[1]).status_code == browser.nobody.get(PAGES[2]).status_code == 404


def test_the_terminal_says_where_letters_are_read(demo: Settings) -> None:
    assert f"{demo.base_url}/inbox" in said(demo, {"student": "x"}, qr=False)
    assert "/inbox" not in said(msgspec.structs.replace(demo, smtp_url="smtp://localhost"), {"student": "x"}, qr=False)
