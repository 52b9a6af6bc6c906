"""The coordinator sees which own words come up often: of at least five different students, never of fewer, and never whose."""

import re

import pytest
from sqlalchemy import select

from server.core import clock
from server.core.db import Database
from server.core.ids import new_id
from server.experience.models import Experience, ExperienceWord
from server.people.models import Person
from server.vocabulary.models import OwnWord
from server.vocabulary.words import icons, standard_words
from tests.browsing import Browsing, text_of
from tests.counting import counting
from tests.world import id_of

OWN = "/school/vocabulary/own"


@pytest.fixture
def students(database: Database) -> list[str]:
    """Seven students besides those of the world."""
    names = [f"leerling {number}" for number in range(7)]
    with database.writing() as session:
        session.add_all(Person(id=id_of(name), school_id=id_of("waal"), kind="student", given_name=name, family_name="Zq", created_at=clock.now()) for name in names)
    return names


def wrote(database: Database, who: list[str], *words: str, kind: str = "quality", school: str = "waal", deleted: bool = False) -> None:
    """Each of them wrote these words, in an experience of their own."""
    now = clock.now()
    when = {"happened_at": now, "captured_at": now, "arrived_at": now, "changed_at": now, "deleted_at": now if deleted else None}
    with database.writing() as session:
        for name in who:
            told = Experience(id=new_id(), school_id=id_of(school), student_id=id_of(name), text="", face=3, **when)
            session.add(told)
            session.flush()
            session.add_all(
                ExperienceWord(school_id=id_of(school), experience_id=told.id, kind=kind, word=None, own=word, evidence="", position=place) for place, word in enumerate(words)
            )


def test_a_word_is_shown_from_five_different_students_on_and_never_before(browsing: Browsing, database: Database, students: list[str]) -> None:
    wrote(database, students[:4], "zqgeduld")
    wrote(database, students[:4], "zqgeduld", "Zqgeduld")
    assert "zqgeduld" not in browsing.wouters.get(OWN).text.lower()
    wrote(database, students[4:5], "zqgeduld")
    shown = text_of(browsing.wouters.get(OWN))
    assert "zqgeduld kwaliteit · 5 leerlingen" in shown
    assert "Zq" not in shown and "leerling 0" not in shown
    assert "zqgeduld" not in browsing.otto.get(OWN).text


def test_capitals_accents_and_spaces_make_no_other_word_and_how_one_student_spells_is_not_shown(browsing: Browsing, database: Database, students: list[str]) -> None:
    for name, spelled in zip(students, ("Zén  zijn", "zen zijn", "ZEN ZIJN", "zèn zijn", "zen zijn ", "zén zijn", "zen zijn"), strict=True):
        wrote(database, [name], spelled)
    shown = text_of(browsing.wouters.get(OWN))
    assert "zen zijn kwaliteit · 7 leerlingen" in shown and "zè" not in shown and "zé" not in shown


def test_a_quality_and_a_motive_are_counted_apart_and_what_was_deleted_or_is_of_another_school_is_not_counted(browsing: Browsing, database: Database, students: list[str]) -> None:
    wrote(database, students[:4], "zqrust")
    wrote(database, students[4:], "zqrust", kind="motive")
    wrote(database, students[4:5], "zqrust", deleted=True)
    wrote(database, ["olga"], "zqrust", school="other")
    assert "zqrust" not in browsing.wouters.get(OWN).text


def test_a_word_that_is_offered_is_not_in_the_list_and_one_that_becomes_the_schools_leaves_it(browsing: Browsing, database: Database, students: list[str]) -> None:
    wrote(database, students[:5], "Samenwerken", "zqgeduld")
    page = browsing.wouters.get(OWN)
    assert "samenwerken" not in text_of(page).lower()
    assert 'href="/school/vocabulary/words/new?kind=quality&amp;own=zqgeduld"' in page.text
    form = browsing.wouters.get("/school/vocabulary/words/new?kind=quality&own=zqgeduld")
    assert 'name="nl" value="zqgeduld"' in form.text
    assert re.findall(r'value="([\w-]+)" checked', form.text) == [next(iter(icons()))], "what it means, where it belongs and how it looks is for the coordinator to say"
    assert next(iter(icons())) not in {word.icon for word in standard_words().values()}
    told = {"kind": "quality", "own": "zqgeduld", "nl": "geduldig zijn", "sentence_nl": "Je kunt goed wachten.", "cluster": "self", "icon": "hourglass"}
    assert browsing.wouters.post("/school/vocabulary/words/new", told).status_code == 303
    assert "Nu komt geen eigen woord vaak genoeg voor." in text_of(browsing.wouters.get(OWN))
    with database.reading() as session:
        assert session.scalars(select(ExperienceWord.own).where(ExperienceWord.own == "zqgeduld")).all() == ["zqgeduld"] * 5, "what they wrote stays as they wrote it"


def test_a_word_is_put_aside_and_back_and_nothing_can_be_put_aside_that_is_not_shown(browsing: Browsing, database: Database, students: list[str]) -> None:
    wrote(database, students[:5], "zqgeduld")
    wrote(database, students[:2], "zqgeheim")
    assert browsing.wouters.post(f"{OWN}/aside", {"kind": "quality", "text": "zqgeheim"}).status_code == 404
    assert browsing.wouters.post(f"{OWN}/aside", {"kind": "quality", "text": "zqgeduld"}).status_code == 303
    shown = text_of(browsing.wouters.get(OWN))
    assert shown.index("Opzij gelegd") < shown.index("zqgeduld")
    assert browsing.wouters._send("POST", f"{OWN}/aside?_method=delete", data={"kind": "quality", "text": "zqgeduld"}).status_code == 303
    assert "Opzij gelegd" not in text_of(browsing.wouters.get(OWN))
    with database.reading() as session:
        assert session.scalars(select(OwnWord)).all() == []


def test_it_is_asked_with_one_statement_besides_who_asks(browsing: Browsing, database: Database, students: list[str]) -> None:
    wrote(database, students, *(f"woord {number}" for number in range(20)))
    with counting(database) as statements:
        assert "woord 19" in browsing.wouters.get(OWN).text
    assert len(statements) == 2
