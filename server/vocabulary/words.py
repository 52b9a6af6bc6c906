"""The words of the shared language, in memory: a list shows hundreds of them and no page may wait for their names."""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

KINDS = ("quality", "motive")
OFFERED_FIRST = 6


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

    def label(self, language: str) -> str:
        """What it is called."""
        return self.en if language == "en" else self.nl

    def sentence(self, language: str) -> str:
        """What it means, as one sentence to the student."""
        return self.sentence_en if language == "en" else self.sentence_nl


@cache
def vocabulary() -> dict[str, Word]:
    """Every word by its id, in the order of the file."""
    told = tomllib.loads((Path(__file__).parent / "words.toml").read_text())
    return {word["id"]: msgspec.convert({**word, "kind": kind}, Word) for kind in KINDS for word in told[kind]}


def words_of(kind: str) -> list[Word]:
    """All qualities, or all motives."""
    return [word for word in vocabulary().values() if word.kind == kind]


def offered(kind: str, activity_kind: str, used: Iterable[str], chosen: Iterable[str] = ()) -> list[Word]:
    """The words to offer first, at most six: those chosen already, then what fits the activity and was not used before, what was, the rest."""
    used, chosen = list(used), list(chosen)

    def nearness(word: Word) -> tuple[bool, bool, bool]:
        return word.id not in chosen, activity_kind not in word.fits, word.id in used

    return sorted(words_of(kind), key=nearness)[:OFFERED_FIRST]
