"""An entry told by pictures: the same questions and the same answers, with as little to read as can be."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import update

from server.core.db import Database
from server.people.models import Person as Somebody
from tests.browsing import Browsing, text_of
from tests.experience.test_pages import saving, stored, words
from tests.world import id_of


@pytest.fixture(autouse=True)
def by_pictures(database: Database, browsing: Browsing) -> None:
    """Samira tells by pictures."""
    with database.writing() as session:
        session.execute(update(Somebody).where(Somebody.id == id_of("samira")).values(pictures=True))


def spoken(html: str) -> list[str]:
    return re.findall(r'data-speaks="([^"]*)"', html)


def test_the_first_question_shows_what_was_done_as_pictures_that_say_what_they_are(browsing: Browsing) -> None:
    page = browsing.samira.get("/experiences/new")
    said = spoken(page.text)
    assert said[-1].startswith("Iets van mezelf, ") and any(re.fullmatch(r"Meeloopdag, \w+dag \d+ \w+, Bouwbedrijf Jansen", one) for one in said), "with its day and its place"
    assert page.text.index("data-capture") < page.text.index('type="radio" name="activity"') < page.text.index('<textarea id="text"')
    assert "<details" in page.text.partition('<textarea id="text"')[0].rpartition("</fieldset>")[2], "typing is folded away"
    assert "data-speaks" not in browsing.daan.get("/experiences/new").text


def test_at_most_six_things_to_choose_and_what_was_chosen_is_among_them(browsing: Browsing) -> None:
    page = browsing.samira.get(f"/experiences/new?activity={id_of('bouw')}")
    chosen = re.findall(r'name="activity" value="([^"]*)" checked', page.text)
    assert chosen == [str(id_of("bouw"))] and page.text.count('name="activity"') <= 6


def test_a_face_and_a_word_say_themselves(browsing: Browsing) -> None:
    assert spoken(browsing.samira.get("/experiences/new?step=face").text) == ["naar", "lastig", "gewoon", "leuk", "super"]
    assert spoken(browsing.daan.get("/experiences/new?step=face").text) == []


def test_the_same_entry_comes_of_it(browsing: Browsing, database: Database) -> None:
    made = uuid4()
    where = f"/experiences/{made}"
    browsing.samira.post(where, saving("face", face="5", activity=str(id_of("bouw"))))
    browsing.samira.post(where, saving("qualities", 1, qualities=["persevering"]))
    kept = stored(database, made)
    assert kept is not None and (kept.face, kept.activity_id) == (5, id_of("bouw"))
    assert words(database, made) == [("quality", "persevering", "", "")]
    assert "super" in text_of(browsing.samira.get(where))


def test_what_was_typed_and_does_not_fit_is_not_folded_away(browsing: Browsing) -> None:
    answer = browsing.samira.post(f"/experiences/{uuid4()}", saving("text", text="x" * 20_001, activity=""))
    assert answer.status_code == 422
    assert re.search(r'<details class="unfold" open><summary class="link">.*?Typen', answer.text, re.DOTALL)
