"""The questions of the shared language, per competency and moment."""

import tomllib
from collections.abc import Collection
from functools import cache
from pathlib import Path

import msgspec

COMPETENCIES = ("qualities", "motives", "work_exploration", "career_direction", "networking")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question, asked at one moment, about one of the five competencies."""

    id: str
    competency: str
    moment: str
    nl: str
    en: str
    kind_hint: str = ""

    def label(self, language: str) -> str:
        """The question as it is asked."""
        return self.en if language == "en" else self.nl


@cache
def questions() -> dict[str, Question]:
    """Every question by its id."""
    told = tomllib.loads((Path(__file__).parent / "questions.toml").read_text())
    return {question["id"]: msgspec.convert(question, Question) for question in told["question"]}


def rotated(moment: str, competency: str, *, seed: int, asked: Collection[str] = ()) -> list[Question]:
    """The questions of a competency, another first for another seed; those asked before come last."""
    fitting = [question for question in questions().values() if question.moment == moment and question.competency == competency]
    turn = seed % len(fitting) if fitting else 0
    return sorted(fitting[turn:] + fitting[:turn], key=lambda question: question.id in asked)
