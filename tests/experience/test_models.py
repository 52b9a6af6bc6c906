"""Titles, rests and clashes."""

import pytest

from server.core.text import plain
from server.experience.models import Experience, rest_of, title_of


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("Koken voor 24 mensen. Eerst was het chaos.", "Koken voor 24 mensen", "Eerst was het chaos."),
        ("was ok", "was ok", ""),
        ("Eerste regel\nTweede regel", "Eerste regel", "Tweede regel"),
        ("Mocht ik echt de zaag vasthouden? Ja!", "Mocht ik echt de zaag vasthouden?", "Ja!"),
        ("", "", ""),
    ],
)
def test_the_first_sentence_is_the_title_and_the_rest_follows(text: str, title: str, rest: str) -> None:
    assert (title_of(text), rest_of(text)) == (title, rest)


def test_a_long_first_sentence_is_cut_between_words_and_then_nothing_is_left_out() -> None:
    text = "Ik heb de hele dag muren gemetseld met mijn oom en zijn collega's en dat was zwaar. Maar leuk."
    assert title_of(text).endswith("…")
    assert len(title_of(text)) <= 61
    assert text.startswith(title_of(text)[:-1])
    assert rest_of(text) == text


def test_a_field_clashes_only_when_it_changed_after_the_base() -> None:
    experience = Experience(revision=4, revisions={"text": 4})
    assert experience.clashes("text", 3)
    assert not experience.clashes("text", 4)
    assert not experience.clashes("face", 1)


def test_search_forgives_accents_and_capitals() -> None:
    assert plain("Café Ömer") == "cafe omer"
