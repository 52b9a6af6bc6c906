"""The words that Spoor brings along are whole, in both languages, and everyday."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from server.activity.models import KINDS as ACTIVITIES
from server.vocabulary.words import icons, standard_words

ROOT = Path(__file__).parents[2]
WORDS = tomllib.loads((ROOT / "server" / "vocabulary" / "words.toml").read_text())
QUALITIES, MOTIVES = WORDS["quality"], WORDS["motive"]
EVERY = [*QUALITIES, *MOTIVES]
SAID = {"id", "nl", "en", "sentence_nl", "sentence_en", "also_nl", "also_en", "icon", "cluster", "fits", "examples"}
FIELDS = {"construction", "care", "cooking", "technology", "green", "retail", "office", "creative"}
CLUSTERS = {"quality": {"together", "doing", "thinking", "creating", "self", "leading"}, "motive": {"people", "work", "growing", "place", "reward"}}
LONGEST_SENTENCE, LONGEST_EXAMPLE = 12, 12
"""In words."""

by_word = pytest.mark.parametrize("word", EVERY, ids=[word["id"] for word in EVERY])


def said(word: dict, language: str) -> list[str]:
    """All that is read of a word in a language."""
    return [word[language], word[f"sentence_{language}"], *(example[language] for example in word["examples"])]


def test_there_are_about_forty_eight_qualities_and_twenty_four_motives():
    assert (len(QUALITIES), len(MOTIVES)) == (48, 24)


@by_word
def test_a_word_is_whole_in_both_languages(word):
    assert set(word) - {"esco"} == SAID
    assert not set(word["also_nl"].split()) & set(word["nl"].split()) and word["also_nl"] == word["also_nl"].lower()
    for text in (*said(word, "nl"), *said(word, "en")):
        assert text == text.strip() and text
    assert word["fits"] and set(word["fits"]) <= {*ACTIVITIES, "own"}


@by_word
def test_its_sentence_says_what_you_do_in_a_few_words(word):
    assert word["sentence_nl"].startswith("Je ") and word["sentence_nl"].endswith(".")
    assert word["sentence_en"][0].isupper() and word["sentence_en"].endswith(".")
    for sentence in (word["sentence_nl"], word["sentence_en"]):
        assert len(sentence.split()) <= LONGEST_SENTENCE and sentence.count(".") == 1
    assert len(word["nl"].split()) <= 4 and len(word["nl"]) <= 24


@by_word
def test_you_see_it_in_two_or_three_fields_of_work(word):
    fields = [example["field"] for example in word["examples"]]
    assert 2 <= len(fields) <= 3 and len(set(fields)) == len(fields) and set(fields) <= FIELDS
    for example in word["examples"]:
        assert set(example) == {"field", "nl", "en"}
        for text in (example["nl"], example["en"]):
            assert len(text.split()) <= LONGEST_EXAMPLE
            assert text[0].islower() and text[-1] not in ".!?", "it ends a sentence that begins with 'Dat zie je als'"


def test_an_example_is_read_in_the_language_of_who_looks():
    example = standard_words()["starting-by-yourself"].examples[1]
    assert (example.field, example.text("nl")) == ("cooking", "je de tafel dekt zonder dat iemand het vraagt")
    assert example.text("en") == "you set the table without being asked"


def test_the_examples_are_spread_over_the_fields():
    often = Counter(example["field"] for word in EVERY for example in word["examples"])
    assert set(often) == FIELDS and max(often.values()) <= 2 * min(often.values())


def test_nothing_is_said_twice():
    for language in ("nl", "en"):
        told = Counter(text for word in EVERY for text in said(word, language))
        assert [text for text, times in told.items() if times > 1] == []
    assert max(Counter(word["id"] for word in EVERY).values()) == 1


def test_each_pictogram_is_in_the_sprite_and_used_once():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "web" / "icons" / "words.svg").read_text()))
    used = Counter(word["icon"] for word in EVERY)
    assert set(used) < set(icons()) == drawn and max(used.values()) == 1


def test_every_cluster_has_a_few_words():
    for kind, words in (("quality", QUALITIES), ("motive", MOTIVES)):
        sizes = Counter(word["cluster"] for word in words)
        assert set(sizes) == CLUSTERS[kind] and min(sizes.values()) >= 4


def test_nobody_is_called_he_or_she():
    gendered = re.compile(r"\b(hij|zij|hem|haar|he|she|him|her|his|hers)\b", re.I)
    assert [text for word in EVERY for language in ("nl", "en") for text in said(word, language) if gendered.search(text)] == []


def test_a_reference_to_esco_is_the_address_of_one_skill():
    referred = [urlsplit(word["esco"]) for word in EVERY if "esco" in word]
    assert len(set(referred)) == len(referred) >= 15
    for address in referred:
        assert address.netloc == "data.europa.eu" and re.fullmatch(r"/esco/skill/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", address.path)
