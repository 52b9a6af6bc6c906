"""What makes a text hard to read, for whom: each as a short complaint that names what to mend."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import pyphen
import simplemma
from wordfreq import zipf_frequency

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAG = re.compile(r"<[^>]+>|https?://\S+")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.:]\d+)*")
END_OF_SENTENCE = re.compile(r"(?<=[.!?:;…])[”\"')]?\s+|\n+| · ")
SUBORDINATE = re.compile(
    r"(?<=\w|,|”)\s+(als|omdat|terwijl|voordat|nadat|zodat|doordat|hoewel|tenzij|totdat|zodra|zolang|wanneer|waar(?:aan|bij|door|in|mee|op|uit|van|voor))\b|, (die|dat|wat)\b",
    re.I,
)
PASSIVE = re.compile(r"\b(?:word|wordt|worden|werd|werden)\b", re.I)
PARTICIPLE = re.compile(r"\b\w{0,7}(?:ge|be|ver|ont|her)\w{2,}(?:d|t|en)\b", re.I)
NO_PARTICIPLE = re.compile(r"word(?:t|en)?|werd(?:en)?|.*(?:mensen|berichten?|gesprek(?:ken)?|gezicht(?:en)?|herinneringen|gegevens|geen|geld|beeld|bekend|gezond|gewend)", re.I)
"""Looks like a participle beside "wordt" and is none: "Je wordt gezond"."""

ABSTRACT = re.compile(r"\b\w{3,}(?:heid|heden|atie|aties|iteit|iteiten|isme|schap|(?<!l)(?<!\bd)ing|(?<!l)(?<!\bd)ingen)\b", re.I)
STIFF = re.compile(
    r"\b(?:alsmede|alvorens|betreffende|conform|derhalve|desbetreffende|desgewenst|dient|doch|echter|evenals|geschiedt|gelieve|heden|hetgeen|inzake|indien"
    r"|jegens|middels|mits|nadien|omtrent|reeds|tenzij|teneinde|tevens|thans|voorts|wederom)\b",
    re.I,
)
"""Words of letters from an office, of which everyday Dutch has another: 'als' for 'indien'. They are written often, so that no count finds them."""

LINKS = ("", "s", "en", "e")
FAMILIAR_PART = 4.0
"""How frequent (Zipf) both parts of a compound are when it is read without trouble."""

ENOUGH_FOR_DOUMA = 10
"""Words, from which on Flesch-Douma says something."""

_syllables = pyphen.Pyphen(lang="nl_NL")


@dataclass(frozen=True)
class Level:
    """How hard a text may be: `words` in a sentence, `clauses` within a sentence, `abstract` nouns in a sentence, the `rarest` word (Zipf), whether
    in the passive, `douma` of a text, and `screen`: that of all texts of a file together."""

    name: str
    words: int
    clauses: int
    abstract: int
    rarest: float
    passive: bool
    douma: float
    screen: float


def plain(text: str) -> str:
    """As it is read: with a number where the program fills something in, and without marks."""
    return TAG.sub(" ", PLACEHOLDER.sub("7", text)).replace("%%", "%")


def sentences(text: str) -> list[str]:
    """What is read in one breath; a colon ends it too."""
    return [part for part in END_OF_SENTENCE.split(plain(text)) if WORD.search(part)]


@cache
def frequency(word: str) -> float:
    """How often it is said or written in Dutch, on Zipf's scale: of the form, of its lemma, or of the rarer part of a compound; 0 = hardly ever."""
    best = max(zipf_frequency(word, "nl"), zipf_frequency(simplemma.lemmatize(word, lang="nl"), "nl"))
    if "-" in word:
        return max(best, min(frequency(part) for part in word.split("-") if part))
    return max([best, *(both for both in _compounds(word) if both >= FAMILIAR_PART)])


def _compounds(word: str) -> Iterator[float]:
    for at in range(3, len(word) - 2):
        for link in LINKS:
            if len(first := word[:at].removesuffix(link)) >= 3 and word[:at].endswith(link):
                yield min(zipf_frequency(first, "nl"), zipf_frequency(word[at:], "nl"))


def rare(sentence: str, rarest: float, known: Collection[str]) -> list[str]:
    """The words in it that are rarer than that. A capital within a sentence marks a name, which is nobody's vocabulary."""
    words = [word for place, word in enumerate(WORD.findall(sentence)) if not word[0].isdigit() and (place == 0 or word[0].islower())]
    lowered = [word.lower().replace("’", "'") for word in words]
    return [word for word in lowered if word not in known and round(frequency(word), 1) < rarest]


def douma(texts: Iterable[str]) -> float | None:
    """Flesch-Douma of these texts together: 90 and more is very easy, 60 to 70 is standard; None of too few words."""
    told = [(sentence, [word for word in WORD.findall(sentence) if not word[0].isdigit()]) for text in texts for sentence in sentences(text)]
    words = [word for _, said in told for word in said]
    if len(words) < ENOUGH_FOR_DOUMA:
        return None
    syllables = sum(len(_syllables.positions(part.lower())) + 1 for word in words for part in word.split("-"))
    return 206.835 - 0.93 * len(words) / len(told) - 77 * syllables / len(words)


def is_passive(sentence: str) -> bool:
    """Whether something is done in it, by nobody."""
    return bool(PASSIVE.search(sentence)) and any(not NO_PARTICIPLE.fullmatch(word) for word in PARTICIPLE.findall(sentence))


def complaints(text: str, level: Level, known: Collection[str] = ()) -> list[str]:
    """Why this is too hard at this level; nothing when it is not."""
    found = []
    for sentence in sentences(text):
        long, clauses = len(WORD.findall(sentence)), len(SUBORDINATE.findall(sentence))
        if long > level.words:
            found.append(f"{long} words in a sentence, at most {level.words}")
        if clauses > level.clauses:
            found.append(f"{clauses} clauses within a sentence, at most {level.clauses}")
        if len(nouns := [noun for noun in ABSTRACT.findall(sentence) if noun.islower()]) > level.abstract:
            found.append(f"abstract: {', '.join(nouns)}")
        found += [f"stiff: {word}" for word in STIFF.findall(sentence)]
        if is_passive(sentence) and not level.passive:
            found.append("in the passive")
        found += [f"rare: {word} ({frequency(word):.1f})" for word in rare(sentence, level.rarest, known)]
    whole = douma([text])
    if whole is not None and whole < level.douma:
        found.append(f"Flesch-Douma {whole:.0f}, at least {level.douma:.0f}")
    return found
