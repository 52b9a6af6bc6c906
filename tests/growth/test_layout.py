"""The picture: whatever words there are, nothing lies on anything else, all of it is in the picture, and the same words always give the same."""

import re
import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.ids import new_id
from server.growth.grown import Grown, Sight, Told
from server.growth.layout import CORE, PHONE, Picture, for_page, laid, rings_of
from server.growth.letters import lines_of, width_of
from server.growth.screens import months_of
from server.growth.shapes import blossom, pebble

START = datetime(2025, 9, 1, 12, tzinfo=UTC)
LABELS = st.text(alphabet=string.ascii_letters + " éëïçğ-😀ж", min_size=1, max_size=40).map(lambda text: " ".join(text.split()) or "x")


def grown(label: str, days: int, told: list[bool], seen: int, number: int = 0) -> Grown:
    """A word that was told so many times, with or without how they knew, and seen by so many others."""
    tellings = [
        Told(experience_id=new_id(), happened_at=START + timedelta(days=days + place), title="", activity="", activity_kind="own", label=label, evidence="x" if how else "")
        for place, how in enumerate(told)
    ]
    sights = tuple(Sight(who=f"Iemand {other}", given_at=START + timedelta(days=days), sentence="", label=label) for other in range(seen))
    return Grown(kind="motive" if number % 3 == 0 else "quality", key=f"word-{number}", label=label, icon="ruler", picture="", told=tuple(tellings), seen=sights)


@st.composite
def vocabularies(draw: st.DrawFn) -> list[Grown]:
    """Up to sixty words of any length, told and seen any number of times, oldest first."""
    drawn = draw(st.lists(st.tuples(LABELS, st.integers(0, 700), st.lists(st.booleans(), max_size=20), st.integers(0, 9)), min_size=1, max_size=60))
    words = [grown(label, days, told, max(seen, 0 if told else 1), number) for number, (label, days, told, seen) in enumerate(drawn)]
    return sorted(words, key=lambda word: word.since)


def check(picture: Picture) -> None:
    boxes = [stone.box for stone in picture.stones]
    for number, box in enumerate(boxes):
        assert 0 <= box.left < box.right <= picture.width
        assert 0 <= box.top < box.bottom <= picture.height
        assert not [other for other in boxes[number + 1 :] if box.overlaps(other)]
    for stone in picture.stones:
        half = max(width_of(line, stone.size) for line in stone.lines) / 2
        assert stone.box.left - 0.1 <= stone.at.x - half and stone.at.x + half <= stone.box.right + 0.1
        assert all(stone.box.top <= eye.y - 9 and eye.x + 9 <= stone.box.right + 0.6 for eye in stone.eyes)
        assert stone.at.y + max(stone.radius, stone.light) < stone.text_at - 0.6 * stone.size
    numbers = [int(part) for part in re.findall(r"-?\d+", picture.trail)]
    assert all(0 <= x <= picture.width for x in numbers[::2])


@settings(deadline=None, max_examples=80)
@given(vocabularies(), st.sampled_from([PHONE, PHONE / 1.25, PHONE / 1.5]))
def test_nothing_lies_on_anything_else_whatever_the_words(words: list[Grown], width: float) -> None:
    picture = laid(words, width, months_of(words, "Europe/Amsterdam", "nl"))
    assert [stone.word for stone in picture.stones] == words
    check(picture)


@settings(deadline=None, max_examples=25)
@given(vocabularies())
def test_nor_in_the_shape_of_a_page(words: list[Grown]) -> None:
    picture = for_page(words)
    check(picture)
    assert picture == for_page(words)


def test_older_words_lie_lower_and_the_trail_goes_by_them_in_time() -> None:
    words = [grown(f"woord {number}", number * 20, [True], 0, number) for number in range(12)]
    stones = laid(words, PHONE).stones
    rows = {round(stone.at.y / 60) for stone in stones}
    assert len(rows) > 3
    assert stones[0].at.y == max(stone.at.y for stone in stones[:1] + stones[4:])
    assert stones[-1].at.y < stones[0].at.y - 200


@pytest.mark.parametrize(("less", "more"), [([True], [True, True]), ([True, False], [True, True]), ([True] * 8, [True] * 9)])
def test_a_word_grows_each_time_it_is_told_and_more_when_they_said_how_they_knew(less: list[bool], more: list[bool]) -> None:
    assert rings_of(grown("x", 0, less, 0))[0].radius < rings_of(grown("x", 0, more, 0))[0].radius


def test_a_word_that_only_others_saw_has_a_place_too_and_is_as_firm_with_light_around_it() -> None:
    [stone] = laid([grown("x", 0, [], 2)], PHONE).stones
    assert stone.radius == CORE and stone.rings[0].firm
    assert stone.light > CORE and len(stone.eyes) == 2


def test_the_light_is_wider_the_more_others_saw_it_and_there_is_none_where_nobody_did() -> None:
    light = [laid([grown("x", 0, [True], others)], PHONE).stones[0].light for others in range(4)]
    assert light == sorted(set(light)) and light[0] == 0


def test_who_saw_it_twice_has_one_eye() -> None:
    word = grown("x", 0, [True], 1)
    twice = Grown(kind="quality", key="x", label="x", icon="", picture="", told=word.told, seen=word.seen * 2)
    assert len(laid([twice], PHONE).stones[0].eyes) == 1


def test_the_month_stands_where_a_month_begins_and_the_year_where_a_year_does() -> None:
    words = [grown("x", days, [True], 0, days) for days in (0, 3, 31, 130)]
    assert months_of(words, "Europe/Amsterdam", "nl") == ["sep 2025", "", "okt", "jan 2026"]
    assert months_of(words, "Europe/Amsterdam", "en") == ["Sept 2025", "", "Oct", "Jan 2026"]


def test_a_label_is_broken_between_words_only() -> None:
    assert lines_of("iemand zijn die er gewoon is", 17, 128) == ("iemand zijn die", "er gewoon is")
    assert lines_of("doorzettingsvermogen", 17, 50) == ("doorzettingsvermogen",)


def test_a_pebble_and_a_blossom_are_not_alike_even_without_their_colour() -> None:
    assert pebble() != blossom()
    for shape in (pebble(), blossom()):
        assert shape.startswith("M") and shape.endswith("Z")
        assert max(abs(int(part)) for part in re.findall(r"-?\d+", shape)) <= 106
