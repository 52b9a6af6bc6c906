"""Mijn woorden over HTTP: what grows, what it can be filtered by, from a word to its evidence, and the picture that goes round."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import brotli
import pytest
from PIL import Image
from sqlalchemy import update
from sqlalchemy.orm import Session

from server.core import clock
from server.core.db import Database
from server.core.ids import new_id
from server.experience.models import Experience, ExperienceMedia, ExperienceWord
from server.people.models import Person
from server.recognition.models import Recognition, RecognitionWord
from server.vocabulary.words import standard_words
from tests.browsing import Browsing, text_of
from tests.world import id_of


def told(session: Session, kind: str, word: str | None = None, *, own: str = "", evidence: str = "", days: int = 0, activity: str | None = None) -> Experience:
    """Samira tells something and chooses this word."""
    then = clock.now() - timedelta(days=days)
    moments = {"happened_at": then, "captured_at": then, "arrived_at": then, "changed_at": then}
    about = id_of(activity) if activity else None
    told = Experience(
        id=new_id(), school_id=id_of("waal"), student_id=id_of("samira"), activity_id=about, text="Muur gemetseld. Met de waterpas.", face=4, revision=1, revisions={}, **moments
    )
    session.add(told)
    session.flush()
    session.add(ExperienceWord(school_id=id_of("waal"), experience_id=told.id, kind=kind, word=word, own=own, evidence=evidence, position=0))
    return told


def seen(session: Session, word: str, giver: str = "deboer", *, kept: bool = True, sentence: str = "Je bleef rustig.") -> None:
    """Somebody says that they saw it in Samira."""
    now = clock.now()
    one = Recognition(id=new_id(), school_id=id_of("waal"), student_id=id_of("samira"), giver_id=id_of(giver), sentence=sentence, given_at=now, kept_at=now if kept else None)
    session.add(one)
    session.flush()
    session.add(RecognitionWord(recognition_id=one.id, school_id=id_of("waal"), word=word, position=0))


def drawings(html: str) -> list[str]:
    """The pictures of the page."""
    return re.findall(r'<svg class="wp wp--.*?</svg>', html, re.DOTALL)


def said(drawing: str) -> str:
    """What can be read in it."""
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", drawing, flags=re.DOTALL).split())


def test_every_word_stands_in_the_picture_and_in_the_list_with_its_evidence(browsing: Browsing) -> None:
    page = browsing.samira.get("/words").text
    assert len(drawings(page)) == 2
    for drawing in drawings(page):
        assert "samenwerken" in said(drawing) and "anderen helpen" in said(drawing)
        assert 'role="img"' in drawing and "<a" not in drawing
    sizes = [re.findall(r'(?:width|viewBox)="[^"]+"', svg) for svg in re.findall(r'<svg class="wp(?: wp--|-links")[^>]*>', page)]
    assert len(sizes) == 4 and sizes[::2] == sizes[1::2], "what one presses lies on the word"
    assert "Ik heb de taken verdeeld." in page and "Iedereen kon eten." in page
    assert "Ik heb de taken verdeeld." not in "".join(drawings(page))


def test_a_word_gets_a_ring_for_each_time_and_a_broken_one_where_nobody_said_how_they_knew(browsing: Browsing) -> None:
    drawing = drawings(browsing.samira.get("/words").text)[0]
    [stone] = re.findall(r'<g class="wp-quality".*?</g>', drawing, re.DOTALL)
    assert stone.count("wp-ring") == 2
    assert stone.count("stroke-dasharray") == 1


def test_who_else_saw_it_is_an_eye_in_the_picture_and_a_name_in_the_list(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        seen(session, "working-together", "deboer")
        seen(session, "working-together", "deboer")
        seen(session, "working-together", "anja")
        seen(session, "persevering", "kramer", kept=False)
    page = browsing.samira.get("/words").text
    assert drawings(page)[0].count("#wp-eye") == 2
    assert "meneer De Boer, Anja Postma" in text_of(browsing.samira.get("/words"))
    assert "doorzetten" not in page


def test_what_only_somebody_else_saw_is_a_word_too_once_it_is_kept(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        seen(session, "persevering")
    assert "doorzetten" in drawings(browsing.samira.get("/words").text)[0]
    evidence = text_of(browsing.samira.get("/words/evidence?word=quality:persevering"))
    assert "Meneer De Boer" in evidence and "Je bleef rustig." in evidence and "Merkte jij dit ook?" in evidence
    listed = text_of(browsing.samira.get("/words"))
    assert "gezien door meneer De Boer" in listed and "ook gezien door" not in listed and "Je bleef rustig." in listed
    [stone] = [group for group in re.findall(r'<g class="wp-quality".*?</g>', drawings(browsing.samira.get("/words").text)[0], re.DOTALL) if "wp-light" in group]
    assert "stroke-dasharray" not in stone, "what others said they saw does not look empty"


def test_from_a_word_to_all_its_evidence(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        for days in range(5):
            told(session, "quality", "working-together", evidence=f"Bewijs {days}.", days=days)
    assert "Bewijs 4." not in browsing.samira.get("/words").text
    page = browsing.samira.get("/words/evidence?word=quality:working-together").text
    assert all(f"Bewijs {days}." in page for days in range(5))
    assert f"/experiences/{id_of('soep')}" in page


def test_an_own_word_grows_like_any_other_however_it_is_written(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        told(session, "quality", own="Snel & zó/even <schakelen>", evidence="Eerst.", days=9)
        told(session, "quality", own="snel & zó/even <schakelen>", evidence="Later.", days=2)
    page = browsing.samira.get("/words").text
    [address] = set(re.findall(r'href="(/words/evidence\?word=[^"]*own[^"]*)"', page))
    answer = browsing.samira.get(address)
    assert "Eerst." in answer.text and "Later." in answer.text
    assert "<schakelen>" not in page + answer.text
    assert "snel &amp; zó/even &lt;schakelen&gt;" in answer.text


def test_a_voice_note_counts_as_evidence_and_can_be_heard(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        one = told(session, "quality", "persevering")
        now = clock.now()
        session.add(ExperienceMedia(id=id_of("stem"), school_id=id_of("waal"), experience_id=one.id, kind="voice", digest="d", type="audio/webm", size=1, width=None, height=None,
                                    seconds=42.0, about="quality:persevering", captured_at=now, arrived_at=now))  # fmt: skip
    page = browsing.samira.get("/words").text
    assert "Opname van 0:42" in page
    assert "stroke-dasharray" not in re.findall(r'<g class="wp-quality".*?</g>', drawings(page)[0], re.DOTALL)[-1]
    assert f"/experiences/{one.id}/media/{id_of('stem')}" in browsing.samira.get("/words/evidence?word=quality:persevering").text


def test_by_school_year_which_begins_in_august(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        told(session, "quality", "persevering", days=116)  # 31 July 2026
        told(session, "quality", "staying-calm", days=115)  # 1 August 2026
    page = browsing.samira.get("/words").text
    assert "2026/27" in page and "2025/26" in page
    last, this = (drawings(browsing.samira.get(f"/words?year={year}").text)[0] for year in (2025, 2026))
    assert "doorzetten" in said(last) and "rustig blijven" not in said(last)
    assert "rustig blijven" in said(this) and "doorzetten" not in said(this)


def test_by_kind_of_activity_and_what_they_did_by_themselves(browsing: Browsing) -> None:
    cooking = drawings(browsing.samira.get("/words?kind=practical_cooking").text)[0]
    assert "anderen helpen" in said(cooking)
    own = drawings(browsing.samira.get("/words?kind=own").text)[0]
    assert "samenwerken" in said(own) and "anderen helpen" not in said(own)
    assert "anderen helpen" in browsing.samira.get("/words?kind=nonsense&year=1066").text


def test_before_there_is_any_word_the_page_says_how_they_come(browsing: Browsing) -> None:
    page = browsing.daan.get("/words").text
    assert "Hier groeien je woorden" in page and 'href="/experiences/new"' in page
    assert not drawings(page) and "/words/picture.png" not in page


def test_what_was_deleted_no_longer_grows(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Experience).where(Experience.id == id_of("soep")).values(deleted_at=clock.now()))
    page = browsing.samira.get("/words").text
    assert "anderen helpen" not in page and "Ik heb de taken verdeeld" not in page


def test_nothing_is_counted_or_ranked(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        for days in range(7):
            told(session, "quality", "persevering", days=days)
    for address in ("/words", "/words/evidence?word=quality:persevering"):
        assert not re.search(r"\b[78] ?(×|x|keer)|%|\btop\b|score", text_of(browsing.samira.get(address)))


def test_larger_letters_make_the_words_in_the_picture_larger_too(browsing: Browsing, database: Database) -> None:
    def across() -> int:
        return int(re.findall(r'viewBox="0 0 (\d+)', drawings(browsing.samira.get("/words").text)[0])[0])

    before = across()
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("samira")).values(text_size="largest"))
    assert across() < before * 0.7


def test_forty_words_weigh_little(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        for place, word in enumerate(list(standard_words().values())[:40]):
            for days in range(1 + place % 6):
                told(session, word.kind, word.id, evidence="Zo wist ik het." if days else "", days=place * 9 + days)
            if word.kind == "quality":
                seen(session, word.id)
    drawn = "".join(drawings(browsing.samira.get("/words").text))
    assert drawn.count("wp-word") >= 80
    assert len(brotli.compress(drawn.encode(), quality=4)) < 14_000


@pytest.fixture
def picture(browsing: Browsing, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What was drawn, as SVG."""
    from server.growth import picture as room

    drawn, whole = list[str](), room.draw

    def draw(shared: room.Shared) -> bytes:
        drawn.append(shared.svg)
        return whole(shared)

    monkeypatch.setattr(room, "draw", draw)
    yield drawn


def test_the_picture_to_share_holds_the_words_and_nothing_else(browsing: Browsing, database: Database, picture: list[str]) -> None:
    with database.writing() as session:
        seen(session, "working-together")
    answer = browsing.samira.get("/words/picture.png")
    assert answer.headers["content-type"] == "image/png" and "no-store" in answer.headers["cache-control"]
    made = Image.open(BytesIO(answer.content))
    assert made.width == 1400 and len(made.getcolors(1 << 20) or ()) > 100
    drawn, _, explained = said(picture[0]).partition(" kwaliteit motief ")
    assert re.fullmatch(r"Mijn woorden (\w{3} \d{4})( – \w{3} \d{4})? \1 samenwerken (\w{3} )?anderen helpen", drawn)
    assert explained == "elke ring: je koos het weer elk oog: iemand anders zag het streepjes: nog zonder voorbeeld"
    page = browsing.samira.get("/words").text
    legend = re.findall(r'<ul class="words-legend".*?</ul>', page, re.DOTALL)[0]
    assert said(picture[0]).endswith(said(legend)), "on the page the same signs are explained"


def test_the_first_name_stands_on_it_only_when_asked(browsing: Browsing, picture: list[str]) -> None:
    answer = browsing.samira.get("/words/picture.png?name=1")
    assert said(picture[0]).startswith("De woorden van Samira ") and "elk oog" not in said(picture[0])
    assert "De-woorden-van-Samira.png" in answer.headers["content-disposition"]


def test_the_picture_is_of_what_was_filtered(browsing: Browsing, picture: list[str]) -> None:
    browsing.samira.get("/words/picture.png?kind=own")
    assert "samenwerken" in said(picture[0]) and "anderen helpen" not in said(picture[0]) and "motief" not in said(picture[0])


def test_it_is_a_tab_of_mijn_spoor(browsing: Browsing) -> None:
    for address in ("/trail", "/words"):
        page = browsing.samira.get(address).text
        assert 'href="/words"' in page and 'href="/trail"' in page
        assert re.search(rf'<a href="{address}" aria-current="page">', page)


def test_a_phone_keeps_it_for_when_there_is_no_signal(browsing: Browsing) -> None:
    assert "/words" in browsing.samira.get("/me/device").json()["keep"]["pages"]
