"""The words of the shared language as Spoor brings them along."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

KINDS = ("quality", "motive")
OFFERED_FIRST = 6


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """What a word looks like when you see it: ends the sentence "Dat zie je als …". `field` is a field of work ("" = anywhere)."""

    nl: str
    en: str
    field: str = ""

    def text(self, language: str) -> str:
        """The end of that sentence: without a capital and without a full stop."""
        return self.en if language == "en" else self.nl


class Free(msgspec.Struct, frozen=True, kw_only=True):
    """A pictogram that no word of Spoor has, and what is drawn."""

    icon: str
    nl: str
    en: str
    kind: str = ""

    def label(self, language: str) -> str:
        """What it is called where somebody chooses it."""
        return self.en if language == "en" else self.nl


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """A quality or a motive, in both languages, with its pictogram and where it often fits."""

    id: str
    kind: str
    nl: str
    en: str
    sentence_nl: str
    sentence_en: str
    icon: str
    cluster: str
    fits: tuple[str, ...]
    examples: tuple[Example, ...] = ()
    esco: str = ""
    """The address of the skill that means the same in ESCO, the classification that employers and schools in Europe share."""

    also_nl: str = ""
    also_en: str = ""
    """Other words that somebody may type who means this one; only Spoor's own words know any, and nobody reads them."""

    position: int = 0
    picture: str = ""
    """The digest of the school's own picture of it, instead of the pictogram."""

    picture_size: int = 0
    """Its bytes."""

    hidden: bool = False
    """Whether the school offers it no more."""

    def label(self, language: str) -> str:
        """What it is called."""
        return self.en if language == "en" else self.nl

    def sentence(self, language: str) -> str:
        """What it means, as one sentence to the student."""
        return self.sentence_en if language == "en" else self.sentence_nl

    def also(self, language: str) -> str:
        """By what else it is found."""
        return self.also_en if language == "en" else self.also_nl


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text())


@cache
def standard_words() -> dict[str, Word]:
    """Every word that Spoor brings along by its id, in the order of the file; a school may word it otherwise (`queries.py`)."""
    listed = [(kind, word) for kind in KINDS for word in _told()[kind]]
    return {word["id"]: msgspec.convert({**word, "kind": kind, "position": place * 10}, Word) for place, (kind, word) in enumerate(listed)}


def with_also(word: Word) -> Word:
    """The word with what else Spoor's own word is called, where the school calls it the same: a word that was made another is not found by the old one."""
    brought = standard_words().get(word.id)
    also = {f"also_{language}": brought.also(language) if brought and brought.label(language) == word.label(language) else "" for language in ("nl", "en")}
    return msgspec.structs.replace(word, **also)


@cache
def clusters(kind: str) -> tuple[str, ...]:
    """The clusters of a kind, in the order in which they are shown. What they are called stands in `experience/_cluster.html`."""
    return tuple(dict.fromkeys(word.cluster for word in standard_words().values() if word.kind == kind))


@cache
def icons() -> dict[str, Free | Word]:
    """The pictograms there are, first those that are free, then each with the word for which Spoor uses it: that is what it is called where somebody chooses one.

    The very first stands for nothing in particular: what a word has for which nobody chose.
    """
    free = [msgspec.convert(drawn, Free) for drawn in _told()["free"]]
    return {drawn.icon: drawn for drawn in free} | {word.icon: word for word in standard_words().values()}


@cache
def fields_of_fit() -> tuple[str, ...]:
    """The kinds of activity in which a word can fit, those in which most do first."""
    fits = [fit for word in standard_words().values() for fit in word.fits]
    return tuple(sorted(set(fits), key=lambda fit: (-fits.count(fit), fit)))
