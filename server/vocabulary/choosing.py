"""Choosing a word is easy: which six are offered first, and a search that forgives how it is spelled.

`web/scripts/find-word.js` finds by the same rules where there is a script; a test compares the two.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Protocol, TypeVar

from server.core.text import plain
from server.vocabulary.words import OFFERED_FIRST

FITTING, USED, NEW = 3, 2, 1
"""Of the six: about so many that fit and are new to this student, so many that they used before and fit, so many of a cluster they never chose from."""

MOST_FOUND = 8
_SOUNDS = (
    ("lijk", "lik"),
    ("luk", "lik"),
    ("ij", "ei"),
    ("y", "i"),
    ("au", "ou"),
    ("ck", "k"),
    ("ch", "g"),
    ("ph", "f"),
    ("th", "t"),
    ("qu", "k"),
    ("c", "k"),
    ("x", "ks"),
    ("d", "t"),
    ("z", "s"),
    ("v", "f"),
    ("ie", "i"),
)


class Offered(Protocol):
    """A word that can be chosen."""

    @property
    def id(self) -> str:
        """Its key."""

    @property
    def cluster(self) -> str:
        """With which words it belongs."""

    @property
    def fits(self) -> tuple[str, ...]:
        """The kinds of activity in which it often shows."""


One = TypeVar("One", bound=Offered)


def offered(words: Sequence[One], activity_kind: str, used: Collection[str], chosen: Collection[str], seed: int) -> list[One]:
    """The words to offer first: six as said above, and what is chosen. The same entry (`seed`) is offered the same, whatever is chosen; the next one others."""
    picked: list[One] = []
    tried = {word.cluster for word in words if word.id in used}

    def fits(word: One) -> bool:
        return activity_kind in word.fits

    def knows(word: One) -> bool:
        return word.id in used

    def take(wanted: Iterable[One], most: int) -> None:
        left = [word for word in wanted if word not in picked]
        room = min(most, OFFERED_FIRST - len(picked))
        if room > 0:
            turn = seed % (max(0, min(len(left) - room, 2 * room)) + 1)
            picked.extend(_spread([*left[turn:], *left[:turn]], {word.cluster for word in picked}, room))

    take((word for word in words if fits(word) and not knows(word)), FITTING)
    take((word for word in words if fits(word) and knows(word)), USED)
    met = tried | {word.cluster for word in picked}
    take((word for word in words if not knows(word) and word.cluster not in met), NEW)
    for rest in ((word for word in words if fits(word)), words):
        take(rest, OFFERED_FIRST)
    mine = [word for word in words if word.id in chosen]
    spare = [word for word in picked if word not in mine][max(0, OFFERED_FIRST - len(mine)) :]
    return [word for word in picked if word not in spare] + [word for word in mine if word not in picked]


def _spread(words: Sequence[One], met: Collection[str], most: int) -> list[One]:
    """So many of these, one of each cluster first: words of one cluster beside each other look like the same."""
    first = {word.cluster: word for word in reversed(words) if word.cluster not in met}
    return sorted(words, key=lambda word: first.get(word.cluster) is not word)[:most]


def sound(text: str) -> str:
    """How it sounds, roughly, in letters: without accents, doubles and what is often mixed up (ei and ij, d and t, au and ou, c and k, s and z, f and v)."""
    heard = plain(text)
    for written, same in _SOUNDS:
        heard = heard.replace(written, same)
    return re.sub(r"([a-z])\1+", r"\1", re.sub(r"[^a-z0-9 ]", "", heard))


def distance(one: str, other: str) -> int:
    """How many letters are missing, too much, wrong or swapped with their neighbour (optimal string alignment)."""
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i] + [0] * len(other)
        for j, beside in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != beside))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == beside:
                row[j] = min(row[j], earlier[j - 2] + 1)
    return row[-1]


def nearness(sought: str, label: str, sentence: str = "", also: str = "") -> int | None:
    """How well a word answers what was typed, 0 for best; None when it does not. All that was typed has to be in it somewhere, or in what else it is called (`also`)."""
    wanted, called, others, told = (sound(text).split() for text in (sought, label, also, sentence))
    if not wanted:
        return None
    if " ".join(called).startswith(" ".join(wanted)):
        return 0
    found = [_nearness(part, [*called, "".join(called)], others, told) for part in wanted]
    return None if None in found else max(near for near in found if near is not None)


def _nearness(part: str, called: list[str], others: list[str], told: list[str]) -> int | None:
    if any(word.startswith(part) for word in called):
        return 1
    if len(part) > 2 and any(part in word for word in called):
        return 2
    if (slips := _slips(part, called)) is not None:
        return 2 + slips
    if (slips := _slips(part, others)) is not None:
        return 4 + slips
    return 5 if len(part) > 2 and any(word.startswith(part) for word in told) else None


def _slips(part: str, called: list[str]) -> int | None:
    """How many slips lie between this and the beginning of one of these; None when they are more than are forgiven. A short one has to begin as it sounds."""
    forgiven = 0 if len(part) < 4 else 1 if len(part) < 6 else 2
    alike = [word for word in called if len(part) > 5 or word[:1] == part[:1]]
    slips = min((distance(part, piece) for word in alike for piece in (word, word[: len(part)])), default=forgiven + 1)
    return slips if slips <= forgiven else None


def found(sought: str, labels: Iterable[tuple[str, str, str, str]]) -> list[str]:
    """The keys of at most eight words that answer what was typed, best first; `labels` are key, label, sentence, and what else it is called."""
    near = [(how, key) for key, label, sentence, also in labels if (how := nearness(sought, label, sentence, also)) is not None]
    return [key for _, key in sorted(near, key=lambda one: one[0])][:MOST_FOUND]
