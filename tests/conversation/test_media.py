"""What a mentor sees and hears of what a student lays ready: as long as it is shown, and not a moment longer."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from server.conversation.models import Reading
from server.core.db import Database
from tests.browsing import Browsing, text_of
from tests.core.files import photo, voice
from tests.world import id_of

TALK = f"/conversations/{id_of('gesprek')}"
SOUP = f"/experiences/{id_of('soep')}"


def send(browsing: Browsing, kind: str = "photo", at: str = SOUP, alt: str = "") -> str:
    content = photo() if kind == "photo" else voice()
    answer = browsing.samira.post(f"{at}/media/{uuid4()}", {"kind": kind, "alt": alt}, files={"file": ("x", content)}, headers={"accept": "application/json"})
    assert answer.status_code == 200
    return str(answer.json()["id"])


def show(browsing: Browsing) -> None:
    assert browsing.samira.post(f"{TALK}/submission").status_code == 303


@pytest.fixture
def shown(browsing: Browsing) -> str:
    """A photo that is shown to the mentor."""
    media = send(browsing, alt="Een pan soep")
    show(browsing)
    return media


def test_a_mentor_sees_and_hears_what_is_shown_but_changes_nothing_of_it(browsing: Browsing, shown: str) -> None:
    browsing.samira.delete(f"{TALK}/submission")
    note = send(browsing, "voice")
    show(browsing)
    page = browsing.deboer.get(TALK)
    assert f'src="{TALK}/media/{shown}" alt="Een pan soep"' in page.text and "Opname van 0:02" in text_of(page)
    assert f"{SOUP}/media" not in page.text and "Verwijderen" not in text_of(page) and "te zien?" not in text_of(page)
    assert browsing.deboer.get(f"{TALK}/media/{shown}").headers["content-type"] == "image/jpeg"
    part = browsing.deboer.get(f"{TALK}/media/{note}", headers={"range": "bytes=0-9"})
    assert (part.status_code, len(part.content), part.headers["content-type"]) == (206, 10, "audio/mp4")


def test_the_student_sees_the_same_card_with_her_own_addresses(browsing: Browsing, shown: str) -> None:
    page = browsing.samira.get(TALK)
    assert f'src="{SOUP}/media/{shown}" alt="Een pan soep"' in page.text and "Verwijderen" not in text_of(page)


def test_nothing_is_there_before_it_is_shown(browsing: Browsing) -> None:
    media = send(browsing)
    assert browsing.deboer.get(f"{TALK}/media/{media}").status_code == 404
    assert media not in browsing.deboer.get(TALK).text


def test_what_is_taken_back_is_gone_at_once_also_from_what_the_browser_kept(browsing: Browsing, shown: str) -> None:
    first = browsing.deboer.get(f"{TALK}/media/{shown}")
    assert first.headers["cache-control"] == "private, no-cache"
    again = browsing.deboer.get(f"{TALK}/media/{shown}", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    browsing.samira.delete(f"{TALK}/submission")
    assert browsing.deboer.get(f"{TALK}/media/{shown}", headers={"if-none-match": first.headers["etag"]}).status_code == 404


@pytest.mark.parametrize("what", ["/media/{}/deletion", "/deletion"])
def test_what_the_student_deletes_is_gone_and_what_she_brings_back_is_back(browsing: Browsing, shown: str, what: str) -> None:
    browsing.samira.post(SOUP + what.format(shown))
    assert browsing.deboer.get(f"{TALK}/media/{shown}").status_code == 404 and shown not in browsing.deboer.get(TALK).text
    browsing.samira.delete(SOUP + what.format(shown))
    assert browsing.deboer.get(f"{TALK}/media/{shown}").status_code == 200 and shown in browsing.deboer.get(TALK).text


def test_what_comes_later_and_what_is_said_of_it_later_is_the_students_until_she_shows_it_again(browsing: Browsing, shown: str) -> None:
    later = send(browsing)
    browsing.samira.post(f"{SOUP}/media/{shown}/alt", {"alt": "Iets anders"})
    page = browsing.deboer.get(TALK)
    assert browsing.deboer.get(f"{TALK}/media/{later}").status_code == 404
    assert later not in page.text and "Iets anders" not in page.text and "Een pan soep" in page.text
    browsing.samira.delete(f"{TALK}/submission")
    show(browsing)
    page = browsing.deboer.get(TALK)
    assert later in page.text and "Iets anders" in page.text
    assert browsing.deboer.get(f"{TALK}/media/{later}").status_code == 200


def test_only_who_holds_the_talk_opens_it_and_only_there(browsing: Browsing, shown: str) -> None:
    other = send(browsing, at=f"/experiences/{id_of('oma')}")
    for who in ("daan", "kramer", "anja", "wouters", "karim", "olga", "prins", "samira"):
        assert getattr(browsing, who).get(f"{TALK}/media/{shown}").status_code == 404
    assert browsing.deboer.get(f"{TALK}/media/{other}").status_code == 404, "an experience that is not shown"
    assert browsing.deboer.get(f"/conversations/{id_of('vorig')}/media/{shown}").status_code == 404, "another talk of the same two"


def test_opening_a_photo_is_no_record_of_its_own(browsing: Browsing, database: Database, shown: str) -> None:
    browsing.deboer.get(f"{TALK}/media/{shown}")
    with database.reading() as session:
        assert not session.scalars(select(Reading)).all()
    browsing.deboer.get(TALK)
    browsing.deboer.get(f"{TALK}/media/{shown}")
    with database.reading() as session:
        assert len(session.scalars(select(Reading)).all()) == 1


def test_a_voice_note_alone_is_shown_by_its_length(browsing: Browsing) -> None:
    new = f"/experiences/{uuid4()}"
    send(browsing, "voice", at=new)
    browsing.samira.post(f"{TALK}/preparation", {"step": "1", "experience": new.rpartition("/")[2], "base": "1"})
    assert "Opname van 0:02" in text_of(browsing.samira.get(f"{TALK}/preparation?step=1"))
    show(browsing)
    assert "Opname van 0:02" in text_of(browsing.deboer.get(TALK))
