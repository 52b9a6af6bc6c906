"""What stands on the cards of the shared language: for everybody who works at a school, about no student in particular. The same on screen and on paper."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from server.vocabulary.queries import Vocabulary
from server.vocabulary.words import Word

MENTOR_QUESTIONS, WORDS_SHOWN = 2, 6
_KINDS = {"qualities": "quality", "motives": "motive"}


class Said(msgspec.Struct, frozen=True):
    """One thing in both languages; `competency` where it is about one of the five, `who` where somebody says it."""

    nl: str
    en: str
    competency: str = ""
    who: str = ""

    def label(self, language: str) -> str:
        """How it is said."""
        return self.en if language == "en" else self.nl


class Competency(msgspec.Struct, frozen=True):
    """One of the five, as the law asks about it: in two halves."""

    id: str
    icon: str
    name: Said
    asks: Said
    says: Said


class Content(msgspec.Struct, frozen=True):
    """All that stands in `cards.toml`."""

    say: dict[str, Said]
    step: tuple[Said, ...]
    line: tuple[Said, ...]
    competency: tuple[Competency, ...]
    coffee: tuple[Said, ...]
    do: tuple[Said, ...]
    dont: tuple[Said, ...]


class CompetencyCard(msgspec.Struct, frozen=True):
    """The card of one competency, in one language: with what a mentor may ask, and words of the school where the competency has words."""

    id: str
    icon: str
    name: str
    asks: str
    says: str
    mentor: list[str]
    words: list[Word]

    @property
    def kind(self) -> str:
        """`quality` or `motive` where it has words of its own, else empty."""
        return _KINDS.get(self.id, "")


class Asked(msgspec.Struct, frozen=True):
    """A question anybody can ask, and which competency it is about."""

    text: str
    competency: str
    name: str


class Deck(msgspec.Struct, frozen=True):
    """All cards in one language."""

    say: dict[str, str]
    steps: list[str]
    talk: list[tuple[str, str]]
    """Who says it (`you` or `student`), and what."""

    competencies: list[CompetencyCard]
    coffee: list[Asked]
    do: list[str]
    dont: list[str]


@cache
def content() -> Content:
    """What is in the file."""
    return msgspec.convert(tomllib.loads((Path(__file__).parent / "cards.toml").read_text()), Content)


def deck(vocabulary: Vocabulary, language: str) -> Deck:
    """The cards in this language, with the words and questions of this school."""
    told = content()
    names = {competency.id: competency.name.label(language) for competency in told.competency}
    return Deck(
        say={name: said.label(language) for name, said in told.say.items()},
        steps=_in(language, told.step),
        talk=[(line.who, line.label(language)) for line in told.line],
        competencies=[_card(competency, vocabulary, language) for competency in told.competency],
        coffee=[Asked(question.label(language), question.competency, names[question.competency]) for question in told.coffee],
        do=_in(language, told.do),
        dont=_in(language, told.dont),
    )


def question_of(day: date, language: str) -> Asked:
    """The question of that day: another each day, all in turn."""
    told = content()
    question = told.coffee[day.toordinal() % len(told.coffee)]
    [name] = [competency.name.label(language) for competency in told.competency if competency.id == question.competency]
    return Asked(question.label(language), question.competency, name)


def _card(competency: Competency, vocabulary: Vocabulary, language: str) -> CompetencyCard:
    asked = [question.label(language) for question in vocabulary.asked("mentor", competency.id)[:MENTOR_QUESTIONS]]
    words = vocabulary.words_of(_KINDS.get(competency.id, ""))[:WORDS_SHOWN]
    says = competency.name.label(language), competency.asks.label(language), competency.says.label(language)
    return CompetencyCard(competency.id, competency.icon, *says, mentor=asked, words=words)


def _in(language: str, lines: tuple[Said, ...]) -> list[str]:
    return [line.label(language) for line in lines]
