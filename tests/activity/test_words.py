"""What kinds of activity are called, and how a student is asked about them."""

import pytest

from server.activity.models import KINDS, Activity
from server.core.assets import Assets
from server.core.templates import environments


@pytest.fixture(scope="module")
def dutch():
    return environments(Assets())["nl"]


def test_every_kind_has_a_name_of_its_own(dutch) -> None:
    names = {dutch.get_template("shared/kind.html").render(kind=kind).strip() for kind in KINDS}
    assert len(names) == len(KINDS) and "eigen ervaring" not in names
    assert dutch.get_template("shared/kind.html").render(kind="own").strip() == "eigen ervaring"


@pytest.mark.parametrize(
    ("kind", "title", "place", "asked"),
    [
        ("shadowing", "Meeloopdag", "Bouwbedrijf Jansen", "Hoe was de meeloopdag bij Bouwbedrijf Jansen?"),
        ("shadowing", "Meeloopdag bij ouders", "bij een ouder op het werk", "Hoe was de meeloopdag bij ouders?"),
        ("shadowing", "Meelopen", "bij een ouder op het werk", "Hoe was de meeloopdag bij een ouder op het werk?"),
        ("shadowing", "Meeloopdag", "", "Hoe was de meeloopdag?"),
        ("internship", "Blokstage 2", "bij je eigen stageplek", "Hoe was de blokstage?"),
        ("practical_cooking", "Praktijkmodule koken: een buffet", "keuken 0.12", "Hoe was de praktijkmodule koken?"),
        ("field_week", "Werkveldoriëntatieweek", "", "Hoe was de werkveldoriëntatieweek?"),
        ("workshop", "Workshop eerste hulp", "gymzaal", "Hoe was de workshop eerste hulp?"),
        ("open_day", "Open middag zorg en techniek", "De Waalhal", "Hoe was de open middag zorg en techniek?"),
        ("open_day", "Open dag", "ROC Rivierenland", "Hoe was de open dag van ROC Rivierenland?"),
        ("guest_lesson", "Gastles van een wijkagent", "aula", "Hoe was de gastles van een wijkagent?"),
        ("online_shadowing", "Online meelopen: in het lab", "op school", "Hoe was het online meelopen?"),
    ],
)
def test_the_question_afterwards_is_good_dutch(dutch, kind: str, title: str, place: str, asked: str) -> None:
    assert dutch.get_template("shared/kind_question.html").render(activity=Activity(kind=kind, title=title, place=place)).strip() == asked
