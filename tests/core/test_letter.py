"""What a letter looks like on the wire: readable in two forms and two languages, with nothing in its head that somebody typed."""

import email
import email.policy
import re
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html import unescape
from uuid import UUID

import msgspec
import pytest

from server.core.letter import html, message_of, plain
from server.core.mail import Letter
from server.settings import Settings
from tests.conftest import NOW
from tests.core.test_mail import LETTER

SETTINGS = Settings(base_url="https://spoor.school.example", smtp_url="smtp://mail.school.example", smtp_from="Het Spóór <spoor@school.example>")
ID = UUID(int=7)


def on_the_wire(letter: Letter = LETTER, settings: Settings = SETTINGS, at: datetime = NOW) -> EmailMessage:
    """As a mail program reads it back from its bytes."""
    read = email.message_from_bytes(message_of(letter, settings, ID, at).as_bytes(), policy=email.policy.default)
    assert isinstance(read, EmailMessage) and not read.defects
    return read


def words(text: str) -> str:
    return re.sub(r"[\s:]+", " ", text).strip()


def words_of_html(text: str) -> str:
    body = re.sub(r"<head>.*?</head>", " ", text, flags=re.S)
    return words(unescape(re.sub(r"<[^>]+>", " ", body)))


def test_the_head_says_who_when_and_that_a_machine_wrote_it() -> None:
    head = on_the_wire()
    assert head["From"].addresses[0].display_name == "Het Spóór" and head["From"].addresses[0].addr_spec == "spoor@school.example"
    assert head["To"] == "samira@school.example" and head["Message-ID"] == f"<{ID.hex}@spoor.school.example>"
    assert parsedate_to_datetime(head["Date"]) == NOW
    assert (head["Auto-Submitted"], head["X-Auto-Response-Suppress"], head["Content-Language"]) == ("auto-generated", "All", "nl")
    assert head.get_content_type() == "multipart/alternative" and [part.get_content_type() for part in head.iter_parts()] == ["text/plain", "text/html"]
    assert set(head.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language", "MIME-Version", "Content-Type",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["nl", "en"])
def test_both_parts_say_the_same_and_hold_the_code_and_the_whole_address(language: str) -> None:
    letter = msgspec.structs.replace(LETTER, language=language, address="http://testserver.local/sign-in?next=/me&more=1", greeting="Hoi Zoë Ångström & co,")
    read = on_the_wire(letter)
    text, rich = (read.get_body((kind,)) for kind in ("plain", "html"))
    assert isinstance(text, EmailMessage) and isinstance(rich, EmailMessage)
    shown = words_of_html(rich.get_content())
    assert words(text.get_content()) == shown
    for said in (letter.greeting, *letter.lines, letter.code, letter.button, letter.address, letter.closing):
        assert words(said) in shown
    assert f'lang="{language}"' in rich.get_content() and read["Content-Language"] == language


def test_a_letter_fetches_nothing_and_runs_nothing() -> None:
    made = html(LETTER, SETTINGS)
    assert not re.search(r"<(img|script|link|iframe|form|object|video)\b|url\(|@import|javascript:|\son\w+=", made)
    assert set(re.findall(r'(?:href|src)="([^"]*)"', made)) == {LETTER.address}
    assert "prefers-color-scheme: dark" in made and 'content="light dark"' in made


@pytest.mark.parametrize(
    "name", ["<b>Sam</b>", 'Sam"><img src=x onerror=alert(1)>', "Sam\r\nBcc: iedereen@school.example", "Sam\n.\nMAIL FROM:<x@y.example>", "{{ 7 * 7 }}", "Sam\u202eira"]
)
def test_a_hostile_name_stays_a_name(name: str) -> None:
    letter = msgspec.structs.replace(LETTER, greeting=f"Hoi {name},")
    read = on_the_wire(letter)
    assert read["Bcc"] is None and read["Subject"] == LETTER.subject and len(read["To"].addresses) == 1
    rich = read.get_body(("html",))
    assert isinstance(rich, EmailMessage)
    assert "<b>" not in rich.get_content() and "<img" not in rich.get_content() and "49" not in words_of_html(rich.get_content()).replace(LETTER.address, "")
    assert words(f"Hoi {name},") in words_of_html(rich.get_content())


def test_a_subject_stays_one_line() -> None:
    read = on_the_wire(msgspec.structs.replace(LETTER, subject="Je code\r\nBcc: iedereen@school.example"))
    assert read["Bcc"] is None and read["Subject"] == "Je code Bcc: iedereen@school.example"


def test_no_line_is_longer_than_mail_servers_take() -> None:
    letter = msgspec.structs.replace(LETTER, lines=["woord " * 900], address=f"https://spoor.school.example/sign-in/{'x' * 900}", greeting=f"Hoi {'é' * 400},")
    raw = message_of(letter, SETTINGS, ID, NOW).as_bytes()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998 and b"\n" not in raw.replace(b"\r\n", b"")


def test_without_a_button_or_a_code_nothing_stands_in_their_place() -> None:
    letter = msgspec.structs.replace(LETTER, button="", address="", code="", closing="")
    assert "<a " not in html(letter, SETTINGS) and 'class="code"' not in html(letter, SETTINGS)
    assert plain(letter, SETTINGS).count("\n\n") == 3
