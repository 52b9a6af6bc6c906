"""Photos and voice notes of an experience: sent, seen, heard, described, taken away and brought back."""

import io
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import Response
from PIL import Image
from sqlalchemy import event, func, select

from server.core.db import Database
from server.core.errors import Full
from server.core.media import Folder
from server.experience.models import Experience, ExperienceMedia
from server.settings import Settings
from tests.browsing import Browsing, Person, text_of
from tests.conftest import NOW
from tests.core.files import heard, photo, voice
from tests.world import id_of

ON_SQLITE = pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
SOUP = f"/experiences/{id_of('soep')}"


def send(person: Person, content: bytes = b"", *, kind: str = "photo", media: UUID | None = None, at: str = SOUP, script: bool = True, **fields: str) -> Response:
    """As the outbox does, or with `script=False` as a form."""
    content = content or (photo() if kind == "photo" else voice())
    data = {"kind": kind, "mutation": str(uuid4()), **fields}
    how: dict[str, Any] = {"headers": {"accept": "application/json"}} if script else {}
    return person.post(f"{at}/media/{media or uuid4()}", data, files={"file": ("x.jpg", content, "application/octet-stream")}, **how)


def rows(database: Database) -> list[ExperienceMedia]:
    with database.reading() as session:
        return list(session.scalars(select(ExperienceMedia).order_by(ExperienceMedia.arrived_at, ExperienceMedia.id)))


def stored(settings: Settings) -> list[Path]:
    return sorted(path for path in (settings.data / "media").glob("*/*") if path.is_file())


def test_a_photo_is_answered_with_its_receipt_and_stands_on_the_page(browsing: Browsing, database: Database, settings: Settings) -> None:
    media, mutation = uuid4(), uuid4()
    answer = send(browsing.samira, media=media, mutation=str(mutation), alt="Een pan soep")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["mutation"], told["id"], told["fields"], told["conflicts"], told["to"]) == (str(mutation), str(media), ["media"], [], SOUP)
    page = browsing.samira.get(SOUP)
    assert f'src="{SOUP}/media/{media}" alt="Een pan soep" width="640" height="480"' in page.text
    (row,) = rows(database)
    assert (row.kind, row.type, row.width, row.height, row.seconds) == ("photo", "image/jpeg", 640, 480, None)
    assert [path.name for path in stored(settings)] == [row.digest] and stored(settings)[0].stat().st_size == row.size
    got = browsing.samira.get(f"{SOUP}/media/{media}")
    assert Image.open(io.BytesIO(got.content)).size == (640, 480)


def test_a_voice_note_is_played_from_the_page_with_its_length_in_words(browsing: Browsing, database: Database) -> None:
    answer = send(browsing.samira, voice("webm", 2), kind="voice")
    page = browsing.samira.get(SOUP)
    assert "Opname van 0:02" in text_of(page) and re.search(r'<audio controls preload="none" src="[^"]+"', page.text)
    got = browsing.samira.get(f"{SOUP}/media/{answer.json()['id']}")
    assert got.headers["content-type"] == "audio/mp4" and heard(got.content)[0] == "aac"


def test_a_voice_note_about_a_word_stands_with_that_word_and_counts_as_how_they_knew(browsing: Browsing, database: Database) -> None:
    new = f"/experiences/{uuid4()}"
    browsing.samira.post(new, {"step": "qualities", "qualities": ["persevering", "working-together"], "base": "0"})
    assert text_of(browsing.samira.get(new)).count("Waaraan merkte je dat?") == 2
    assert send(browsing.samira, kind="voice", at=new, about="quality:persevering").status_code == 200
    assert send(browsing.samira, voice("webm", 3), kind="voice", at=new, about="motive:own:rust").status_code == 200
    page = browsing.samira.get(new)
    assert text_of(page).count("Waaraan merkte je dat?") == 1
    apart = page.text.partition('id="media"')[2].partition("photos-add")[0]
    assert "Opname van 0:03" in apart and "Opname van 0:02" not in apart, "of a word that is not there it tells by itself"
    card = page.text.partition("doorzetten")[2].partition("chip")[0]
    assert "Opname van 0:02" in card


def test_a_question_that_is_answered_by_voice_stands_as_an_answer(browsing: Browsing) -> None:
    assert send(browsing.samira, kind="voice", about="answer:situation").status_code == 200
    for depth in ("usual", "deep"):
        page = browsing.samira.get(f"{SOUP}?depth={depth}")
        story = page.text.partition('id="story"')[2].partition("</section>")[0]
        assert "Waar was je?" in story and "Opname van 0:02" in story
        assert page.text.count("<audio") == 1


@pytest.mark.parametrize("about", ["answer:x", "", "persevering", "quality:" + "x" * 80, "<script>", "faces"])
def test_what_it_is_about_must_be_a_word_or_a_question(browsing: Browsing, database: Database, about: str) -> None:
    assert send(browsing.samira, about=about).status_code == 200
    assert rows(database)[0].about == ""


def test_who_helps_is_known_from_a_first_photo_on(browsing: Browsing, database: Database) -> None:
    new = f"/experiences/{uuid4()}"
    assert send(browsing.samira, at=new, together_with="juf Els").status_code == 200
    assert "Samen gemaakt met juf Els" in text_of(browsing.samira.get(new))


def test_the_same_save_sent_twice_is_stored_once_and_answered_the_same(browsing: Browsing, database: Database, settings: Settings) -> None:
    media, mutation = uuid4(), str(uuid4())
    first, second = (send(browsing.samira, media=media, mutation=mutation) for _ in range(2))
    assert first.json() == second.json() and len(rows(database)) == 1
    again = send(browsing.samira, media=media)
    assert again.status_code == 200 and len(rows(database)) == len(stored(settings)) == 1, "the answer got lost, and the page was filled anew"


def test_what_was_sent_twice_is_not_made_fit_twice(browsing: Browsing, monkeypatch: pytest.MonkeyPatch) -> None:
    media, mutation = uuid4(), str(uuid4())
    first = send(browsing.samira, media=media, mutation=mutation)
    monkeypatch.setattr("server.experience.media_pages.convert", None)
    assert send(browsing.samira, media=media, mutation=mutation).json() == first.json()


def test_the_same_save_with_another_file_is_a_conflict_that_says_so(browsing: Browsing, database: Database) -> None:
    media, mutation = uuid4(), str(uuid4())
    send(browsing.samira, media=media, mutation=mutation)
    for how in ({"mutation": mutation}, {}):
        answer = send(browsing.samira, photo(320, 200), media=media, **how)
        assert (answer.status_code, answer.json()["why"]) == (409, "other-content")
    assert len(rows(database)) == 1


@pytest.mark.parametrize("kind", ["photo", "voice"])
def test_a_photo_or_voice_note_alone_is_an_answer(browsing: Browsing, database: Database, kind: str) -> None:
    new = f"/experiences/{uuid4()}"
    made = NOW - timedelta(hours=3)
    assert send(browsing.samira, kind=kind, at=new, captured_at=made.isoformat(), sent_at=NOW.isoformat()).status_code == 200
    named = "Foto" if kind == "photo" else "Opname van 0:02"
    for page in (new, "/trail", "/"):
        told = text_of(browsing.samira.get(page))
        assert named in told and "Zonder tekst" not in told and "nog niet verteld" not in told
    with database.reading() as session:
        one = session.get_one(Experience, UUID(new.rpartition("/")[2]))
    assert (one.revision, one.text) == (1, "") and abs(one.happened_at - made) < timedelta(minutes=1)
    saved = browsing.samira.post(new, {"step": "text", "text": "Toch nog iets", "base": "0", "go": "stop"})
    assert saved.status_code == 303 and "Toch nog iets" in text_of(browsing.samira.get(new))


def test_a_new_entry_belongs_to_the_activity_it_was_made_for(browsing: Browsing) -> None:
    new = f"/experiences/{uuid4()}"
    send(browsing.samira, at=new, activity=str(id_of("koken")))
    assert "Praktijkmodule koken" in text_of(browsing.samira.get(new))
    elsewhere = send(browsing.samira, at=f"/experiences/{uuid4()}", activity=str(id_of("elders")))
    assert elsewhere.status_code == 404


def test_the_trail_shows_what_is_there_beside_the_words(browsing: Browsing) -> None:
    for _ in range(2):
        send(browsing.samira)
    send(browsing.samira, voice("ogg", 2), kind="voice")
    told = text_of(browsing.samira.get("/trail"))
    assert "Koken voor 24 mensen 2 foto's opname van 0:02" in told


def test_of_a_photo_is_asked_what_can_be_seen_and_then_no_more(browsing: Browsing) -> None:
    media = send(browsing.samira).json()["id"]
    assert "Wat is er op deze foto te zien?" in text_of(browsing.samira.get(SOUP))
    answer = browsing.samira.post(f"{SOUP}/media/{media}/alt", {"alt": "  Soep <b>met</b> ballen "})
    assert answer.status_code == 303 and answer.headers["location"] == f"{SOUP}#media"
    page = browsing.samira.get(SOUP)
    assert 'alt="Soep &lt;b&gt;met&lt;/b&gt; ballen"' in page.text and "wijzig Foto 1" in text_of(page)
    browsing.samira.post(f"{SOUP}/media/{media}/alt", {"alt": "Soep", "was": "Soep <b>met</b> ballen"})
    assert 'alt="Soep"' in browsing.samira.get(SOUP).text


def test_what_two_devices_say_of_a_photo_is_both_kept(browsing: Browsing, database: Database) -> None:
    media = send(browsing.samira, alt="Soep").json()["id"]
    assert 'name="was" value="Soep"' in browsing.samira.get(SOUP).text
    mutation = str(uuid4())
    told = [("Een pan soep", "Soep", ""), ("Ik roer", "Soep", mutation), ("Ik roer", "Soep", mutation), ("roer", "Soep", "")]
    for alt, was, known in told:
        assert browsing.samira.save(f"{SOUP}/media/{media}/alt", {"alt": alt, "was": was, "mutation": known or str(uuid4())}).status_code == 200
    assert [row.alt for row in rows(database)] == ["Een pan soep\nIk roer"], "sent twice, or a part of it, adds nothing"
    assert "<figcaption>Een pan soep<br>Ik roer</figcaption>" in browsing.samira.get(SOUP).text
    browsing.samira.post(f"{SOUP}/media/{media}/alt", {"alt": "", "was": "Een pan soep\r\nIk roer"})
    assert [row.alt for row in rows(database)] == [""], "who saw it may take it away"
    for letter in "abc":
        browsing.samira.post(f"{SOUP}/media/{media}/alt", {"alt": letter * 300, "was": "iets anders"})
    assert [row.alt for row in rows(database)] == ["a" * 199 + "\n" + "c" * 300], "no longer than a form takes, and the newest whole"


def test_a_photo_that_is_sent_again_with_more_said_of_it_says_that(browsing: Browsing, database: Database) -> None:
    media = uuid4()
    for alt, held in (("", ""), ("Soep", "Soep"), ("", "Soep"), ("Soep met ballen", "Soep met ballen"), ("Ik roer", "Soep met ballen\nIk roer")):
        assert send(browsing.samira, media=media, alt=alt).status_code == 200
        assert [row.alt for row in rows(database)] == [held]


def test_deleting_can_be_undone_and_the_bytes_stay(browsing: Browsing, settings: Settings) -> None:
    media = send(browsing.samira, alt="Een pan soep").json()["id"]
    assert browsing.samira.post(f"{SOUP}/media/{media}/deletion").status_code == 303
    page = browsing.samira.get(SOUP)
    assert "Verwijderd. Ongedaan maken" in text_of(page) and "Een pan soep" not in page.text
    assert browsing.samira.get(f"{SOUP}/media/{media}").status_code == 404 and len(stored(settings)) == 1
    assert send(browsing.samira, media=UUID(media)).json() == {"status": 409, "why": "deleted"}
    undo = re.search(r'action="([^"]+deletion\?_method=delete)"', page.text)
    assert undo and browsing.samira.post(undo[1]).status_code == 303
    assert "Een pan soep" in browsing.samira.get(SOUP).text


def test_with_its_experience_a_photo_is_gone_and_back(browsing: Browsing) -> None:
    media = send(browsing.samira).json()["id"]
    browsing.samira.post(f"{SOUP}/deletion")
    assert browsing.samira.get(f"{SOUP}/media/{media}").status_code == 404
    assert send(browsing.samira).json() == {"status": 409, "why": "deleted"}
    browsing.samira.delete(f"{SOUP}/deletion")
    assert browsing.samira.get(f"{SOUP}/media/{media}").status_code == 200


def test_what_was_deleted_elsewhere_comes_back_with_the_photo_that_was_made_meanwhile(browsing: Browsing, database: Database) -> None:
    browsing.samira.post(f"{SOUP}/deletion")
    media, mutation = uuid4(), str(uuid4())
    assert send(browsing.samira, media=media, mutation=mutation).json() == {"status": 409, "why": "deleted"}
    assert send(browsing.daan, media=media, restore="1").status_code == 404 and not rows(database)
    assert send(browsing.samira, media=media, mutation=mutation, restore="1").json()["mutation"] == mutation
    assert f"{SOUP}/media/{media}" in browsing.samira.get(SOUP).text
    browsing.samira.post(f"{SOUP}/media/{media}/deletion")
    assert send(browsing.samira, media=media, restore="1").status_code == 200 and f"{SOUP}/media/{media}" in browsing.samira.get(SOUP).text


def test_what_is_somebody_elses_does_not_exist(browsing: Browsing, database: Database) -> None:
    media = send(browsing.samira).json()["id"]
    for who in ("daan", "deboer", "wouters", "karim", "olga"):
        person = getattr(browsing, who)
        assert person.get(f"{SOUP}/media/{media}").status_code == 404
        assert send(person).status_code == 404 and send(person, media=UUID(media)).status_code == 404
        for action in ("alt", "deletion"):
            assert person.post(f"{SOUP}/media/{media}/{action}", {"alt": "x"}).status_code == 404
    assert send(browsing.daan, at=f"/experiences/{id_of('daans')}", media=UUID(media)).status_code == 404, "an id of somebody else's photo"
    assert browsing.samira.get(f"/experiences/{id_of('oma')}/media/{media}").status_code == 404, "of another experience"
    assert len(rows(database)) == 1


REFUSED = [
    ("photo", b"<html><script>alert(1)</script>", 422, "Dit is geen foto die we kunnen openen."),
    ("photo", photo()[:3000], 422, "Dit is geen foto die we kunnen openen."),
    ("voice", photo(), 422, "Deze opname kunnen we niet afspelen."),
    ("voice", voice("ogg", 0.1), 422, "In deze opname is niets te horen."),
    ("film", photo(), 422, "Kies eerst een foto of een opname."),
    ("photo", b"\0" * (15 * 1024 * 1024 + 1), 413, "Deze foto is te groot. Een foto mag 15 MB zijn."),
    ("voice", b"\0" * (10 * 1024 * 1024 + 1), 413, "Deze opname is te groot. Een opname mag 10 MB zijn."),
    ("photo", b"\0" * 17 * 1024 * 1024, 413, "Dit is te groot. Een foto mag 15 MB zijn, een opname 10 MB."),
]


@ON_SQLITE
@pytest.mark.parametrize(("kind", "content", "status", "why"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_kept_is_said_in_plain_words_to_script_and_person(
    browsing: Browsing, database: Database, settings: Settings, kind: str, content: bytes, status: int, why: str
) -> None:
    answer = send(browsing.samira, content, kind=kind)
    assert (answer.status_code, answer.json()["status"]) == (status, status) and answer.json()["errors"]["file"].startswith(why)
    page = send(browsing.samira, content, kind=kind, script=False)
    assert page.status_code == status and why in text_of(page) and 'role="alert"' in page.text
    assert not rows(database) and not stored(settings)


def test_no_more_than_ten_photos_and_ten_voice_notes_fit_and_others_still_do(browsing: Browsing, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.experience.media.MOST", {"photo": 2, "voice": 1})
    assert [send(browsing.samira, photo(40 + number, 40)).status_code for number in range(3)] == [200, 200, 422]
    assert [send(browsing.samira, kind="voice").status_code for _ in range(2)] == [200, 422]
    assert "Er passen tien foto's bij een ervaring." in send(browsing.samira, photo(99, 99)).json()["errors"]["file"]
    browsing.samira.post(f"{SOUP}/media/{rows(database)[0].id}/deletion")
    assert send(browsing.samira, photo(99, 99)).status_code == 200


def test_a_form_without_script_adds_several_at_once_and_once_however_often_it_is_sent(browsing: Browsing, database: Database) -> None:
    page = browsing.samira.get(SOUP)
    batch = re.search(r'name="batch" value="([^"]+)"', page.text)
    assert batch and 'enctype="multipart/form-data"' in page.text and 'accept="image/*" multiple' in page.text
    files = [("photo", ("een.jpg", photo(50, 50))), ("photo", ("twee.png", photo(60, 60, "PNG"))), ("voice", ("memo.m4a", voice("mp4")))]
    for _ in range(2):
        answer = browsing.samira.post(f"{SOUP}/media", {"batch": batch[1]}, files=files)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{SOUP}#media")
    assert sorted(row.kind for row in rows(database)) == ["photo", "photo", "voice"]


def test_of_several_what_cannot_be_kept_is_named_and_the_rest_is_kept(browsing: Browsing, database: Database) -> None:
    answer = browsing.samira.post(f"{SOUP}/media", {}, files=[("photo", ("goed.jpg", photo())), ("photo", ("raar.jpg", b"<html>"))])
    assert answer.status_code == 422 and "raar.jpg: Dit is geen foto die we kunnen openen." in text_of(answer)
    assert len(rows(database)) == 1 and str(rows(database)[0].id) in answer.text
    nothing = browsing.samira.post(f"{SOUP}/media", {}, files=[("photo", ("", b""))])
    assert nothing.status_code == 422 and "Kies eerst een foto of een opname." in text_of(nothing)


@ON_SQLITE
def test_a_full_disk_is_told_plainly_and_nothing_half_is_kept(browsing: Browsing, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise Full

    monkeypatch.setattr(Folder, "keep", full)
    assert send(browsing.samira).json() == {"status": 507}
    page = send(browsing.samira, script=False)
    assert page.status_code == 507 and "De schijf van Spoor is vol." in text_of(page)
    assert not rows(database) and not stored(settings)


@ON_SQLITE
def test_a_commit_that_fails_leaves_no_photo_and_the_same_save_comes_through_later(browsing: Browsing, database: Database) -> None:
    media, mutation = uuid4(), str(uuid4())
    fails = iter([False, True])

    def fail(*_: object) -> None:
        if next(fails, False):
            raise OSError("disk I/O error")

    event.listen(database.engine, "commit", fail)
    assert send(browsing.samira, media=media, mutation=mutation).status_code == 500
    event.remove(database.engine, "commit", fail)
    assert not rows(database)
    assert send(browsing.samira, media=media, mutation=mutation).status_code == 200 and len(rows(database)) == 1


def test_the_bytes_are_there_before_the_row_is(browsing: Browsing, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, keep = [], Folder.keep

    def noting(self: Folder, path: Path, digest: str) -> None:
        keep(self, path, digest)
        seen.append((len(stored(settings)), len(rows(database))))

    monkeypatch.setattr(Folder, "keep", noting)
    send(browsing.samira)
    assert seen == [(1, 0)] and len(rows(database)) == 1


def test_two_photos_that_begin_the_same_new_entry_at_once_are_both_kept(browsing: Browsing, database: Database) -> None:
    new, answers = f"/experiences/{uuid4()}", []
    people = [Person(browsing.samira.client, "samira") for _ in range(4)]
    work = [threading.Thread(target=lambda one=one, n=n: answers.append(send(one, photo(40 + n, 40), at=new).status_code)) for n, one in enumerate(people)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert answers == [200] * 4 and len(rows(database)) == 4
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Experience).where(Experience.id == UUID(new.rpartition("/")[2]))) == 1


@pytest.fixture
def note(browsing: Browsing) -> str:
    """The address of a voice note."""
    return f"{SOUP}/media/{send(browsing.samira, voice('webm', 20), kind='voice').json()['id']}"


@pytest.fixture
def whole(browsing: Browsing, note: str) -> Response:
    return browsing.samira.get(note)


def test_bytes_are_kept_by_the_browser_and_never_run(browsing: Browsing, note: str, whole: Response) -> None:
    assert whole.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert whole.headers["content-security-policy"] == "default-src 'none'; sandbox" and whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["content-disposition"] == "inline" and whole.headers["accept-ranges"] == "bytes"
    assert "content-encoding" not in whole.headers and whole.headers["content-length"] == str(len(whole.content))
    again = browsing.samira.get(note, headers={"if-none-match": whole.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", whole.headers["etag"])
    assert browsing.samira.get(note, headers={"if-none-match": '"other"'}).status_code == 200
    assert browsing.daan.get(note, headers={"if-none-match": whole.headers["etag"]}).status_code == 404


RANGES = [("bytes=0-0", 0, 1), ("bytes=0-1", 0, 2), ("bytes=100-199", 100, 200), ("bytes=100-", 100, None), ("bytes=-50", -50, None), ("bytes=100-999999999", 100, None),
          ("bytes=0-", 0, None), ("bytes=-999999999", 0, None)]  # fmt: skip


@ON_SQLITE
@pytest.mark.parametrize(("asked", "first", "last"), RANGES)
def test_a_part_is_sent_as_safari_asks_it(browsing: Browsing, note: str, whole: Response, asked: str, first: int, last: int | None) -> None:
    part, size = browsing.samira.get(note, headers={"range": asked}), len(whole.content)
    assert part.status_code == 206 and part.content == whole.content[first:last]
    begin = first % size if first < 0 else first
    assert part.headers["content-range"] == f"bytes {begin}-{begin + len(part.content) - 1}/{size}" and part.headers["content-length"] == str(len(part.content))


@ON_SQLITE
def test_what_is_no_single_part_is_sent_whole_and_what_lies_beyond_is_refused(browsing: Browsing, note: str, whole: Response) -> None:
    for asked in ("bytes=0-1,5-6", "bytes=a-b", "bytes=-", "bytes=9-3", "items=0-1", "", f"bytes={'1' * 5000}-", f"bytes=-{'1' * 5000}"):
        assert (browsing.samira.get(note, headers={"range": asked}).status_code, asked) == (200, asked)
    for asked in (f"bytes={len(whole.content)}-", "bytes=999999999-", "bytes=-0"):
        beyond = browsing.samira.get(note, headers={"range": asked})
        assert (beyond.status_code, beyond.headers["content-range"], beyond.content) == (416, f"bytes */{len(whole.content)}", b"")
    tag = whole.headers["etag"]
    assert browsing.samira.get(note, headers={"range": "bytes=0-9", "if-range": tag}).status_code == 206
    for other in ('"other"', f"W/{tag}", "Tue, 24 Nov 2026 13:00:00 GMT"):
        assert browsing.samira.get(note, headers={"range": "bytes=0-9", "if-range": other}).status_code == 200


@ON_SQLITE
def test_head_says_the_same_without_reading_anything(browsing: Browsing, note: str, whole: Response, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Folder, "chunks", None)
    for asked, status, length in ({}, 200, len(whole.content)), ({"range": "bytes=0-9"}, 206, 10):
        head = browsing.samira._send("HEAD", note, headers=asked)
        assert (head.status_code, head.headers["content-length"], head.headers["etag"]) == (status, str(length), whole.headers["etag"])


@ON_SQLITE
def test_storage_that_is_slow_takes_no_thread_from_who_asks_for_a_page(browsing: Browsing, note: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = []

    def pieces(*_: object) -> Iterator[bytes]:
        for piece in (b"one", b"two"):
            names.append(threading.current_thread().name)
            yield piece

    monkeypatch.setattr(Folder, "chunks", pieces)
    browsing.samira.get(note, headers={"range": "bytes=0-5"})
    assert len(names) == 2 and all(name.startswith("sending") for name in names)


@ON_SQLITE
def test_bytes_that_are_lost_are_a_fault_and_not_half_an_answer(browsing: Browsing, note: str, settings: Settings) -> None:
    for path in stored(settings):
        path.unlink()
    assert browsing.samira.get(note).status_code == 500


@ON_SQLITE
def test_whoever_sends_too_often_waits(browsing: Browsing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.experience.media_pages.MOST_AN_HOUR", 2)
    answers = [send(browsing.samira, b"<html>") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 429] and int(answers[2].headers["retry-after"]) > 0
