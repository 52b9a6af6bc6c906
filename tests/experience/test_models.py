"""Titles and rests."""

import pytest

from server.core.text import plain
from server.experience.models import rest_of, title_of


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


def test_search_forgives_accents_and_capitals() -> None:
    assert plain("Café Ömer") == "cafe omer"
