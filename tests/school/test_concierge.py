"""An employee who mentors nobody and keeps nothing (a concierge, the canteen) meets no student anywhere; and a school meets nothing of another."""

import pytest

from server.core.db import Database
from server.settings import Settings
from tests.browsing import Browsing
from tests.test_leaks import STARTS as EVERYWHERE
from tests.whole import crawl, fill_the_rest
from tests.world import STUDENTS, id_of

OF_STUDENTS = {part for given, _, family, _ in STUDENTS.values() for part in (given, family)} | {"00454100", "Karim", "Koken voor 24", "Taart voor oma", "Uien gesneden"}
OF_WAAL = OF_STUDENTS | {"Marten", "Kramer", "Postma", "Els Wouters", "De Waal College", "Bouwbedrijf Jansen"}
OF_OTHER = {"Olga", "Smit", "Prins", "Haan", "De Andere School", "Iets van een andere school"}

STARTS = [path for path in EVERYWHERE if not path.startswith(("/invitation", "/r/"))]
"""Who holds the secret of an invitation, or of a student's link, reads for whom it is."""


@pytest.fixture(autouse=True)
def lived_in(database: Database, settings: Settings) -> None:
    fill_the_rest(database, settings)


def found(browsing: Browsing, who: str, words: set[str]) -> dict[str, set[str]]:
    """Which of these words stand on which page this person comes to, by any address there is or by following links."""
    pages = crawl(getattr(browsing, who), [*STARTS, "/?q=samira", "/activities?q=samira", "/school/people?q=samira", "/trail?q=samira", "/me/record"])
    assert {"/", "/me", "/activities", "/messages"} <= {path for path, answer in pages.items() if answer.status_code == 200}
    return {path: seen for path, answer in pages.items() if (seen := {word for word in words if word in answer.text})}


def test_a_concierge_meets_no_student_on_any_page(browsing: Browsing) -> None:
    assert found(browsing, "anja", OF_STUDENTS) == {}


def test_this_test_would_see_one(browsing: Browsing) -> None:
    assert {"Samira", "Daan", "Noor"} <= set.union(*found(browsing, "deboer", OF_STUDENTS).values())


def test_a_concierge_gets_nothing_of_a_student_by_asking_for_it(browsing: Browsing) -> None:
    for path in (
        f"/school/people/{id_of('samira')}",
        f"/school/people/{id_of('samira')}/card",
        f"/groups/{id_of('3B')}",
        f"/school/groups/{id_of('3B')}/cards",
        "/school/record",
        "/groups",
    ):
        assert browsing.anja.get(path).status_code == 404, path


@pytest.mark.parametrize("who", ["otto", "prins", "olga"])
def test_nobody_of_another_school_meets_anything_of_this_one(browsing: Browsing, who: str) -> None:
    seen = crawl(getattr(browsing, who), STARTS)
    assert {path: words for path, answer in seen.items() if (words := {word for word in OF_WAAL if word in answer.text})} == {}


@pytest.mark.parametrize("who", ["samira", "deboer", "wouters", "vries", "karim"])
def test_nobody_of_this_school_meets_anything_of_another(browsing: Browsing, who: str) -> None:
    seen = crawl(getattr(browsing, who), STARTS, most=600)
    assert {path: words for path, answer in seen.items() if (words := {word for word in OF_OTHER if word in answer.text})} == {}
