"""The questions that Spoor brings along: enough of them for everybody to get another one each time, short, and one at a time."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from server.activity.models import KINDS as ACTIVITIES
from server.vocabulary.questions import COMPETENCIES

QUESTIONS = tomllib.loads((Path(__file__).parents[2] / "server" / "vocabulary" / "questions.toml").read_text())["question"]
ENOUGH = {"after": 6, "prepare": 8, "mentor": 8, "ask": 8}
"""How many there are at least of each competency, per moment."""

MOST_WORDS = 12
TWO_IN_ONE = re.compile(r"(,| en| of) (wat|waar|waarom|hoe|wie|wanneer|welke)\b|(,| and| or) (what|where|why|how|who|when|which)\b", re.I)

by_question = pytest.mark.parametrize("question", QUESTIONS, ids=[question["id"] for question in QUESTIONS])


@pytest.mark.parametrize("moment", ENOUGH)
@pytest.mark.parametrize("competency", COMPETENCIES)
def test_there_are_enough_to_ask_another_each_time(moment, competency):
    assert sum(question["moment"] == moment and question["competency"] == competency for question in QUESTIONS) >= ENOUGH[moment]


@by_question
def test_a_question_is_whole(question):
    assert set(question) - {"kind_hint"} == {"id", "competency", "moment", "nl", "en"}
    assert question["moment"] in ENOUGH and question["competency"] in COMPETENCIES and question["id"].startswith(question["moment"] + "-")
    assert question.get("kind_hint", "own") in {*ACTIVITIES, "own"}


@by_question
def test_it_asks_one_short_thing(question):
    for text in (question["nl"], question["en"]):
        assert text == text.strip() and text[0].isupper() and text.endswith("?") and text.count("?") == 1
        assert len(text.split()) <= MOST_WORDS and not TWO_IN_ONE.search(text)


def test_two_questions_in_one_would_be_noticed():
    assert TWO_IN_ONE.search("Wat vond je leuk en waarom?") and TWO_IN_ONE.search("Wie hielp je, hoe ging dat?")


def test_no_question_stands_there_twice():
    assert max(Counter(question["id"] for question in QUESTIONS).values()) == 1
    for language in ("nl", "en"):
        told = Counter((question["moment"], question[language].casefold()) for question in QUESTIONS)
        assert [text for text, times in told.items() if times > 1] == []
