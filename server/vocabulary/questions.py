"""The questions of the shared language as Spoor brings them along, per competency and moment."""

import tomllib
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
    position: int = 0
    hidden: bool = False
    """Whether the school asks it no more."""

    def label(self, language: str) -> str:
        """The question as it is asked."""
        return self.en if language == "en" else self.nl


@cache
def standard_questions() -> dict[str, Question]:
    """Every question that Spoor brings along by its id; a school may word it otherwise (`queries.py`)."""
    told = tomllib.loads((Path(__file__).parent / "questions.toml").read_text())
    return {question["id"]: msgspec.convert({**question, "position": place * 10}, Question) for place, question in enumerate(told["question"])}
