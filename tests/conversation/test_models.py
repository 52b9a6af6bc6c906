"""Rules without a database: what is asked, when somebody is ready, what a plan may be."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from server.conversation import asking
from server.conversation.models import Conversation
from server.conversation.outcome import read_outcome
from server.conversation.planning import read_plan
from server.conversation.preparing import is_word, read_change
from server.conversation.views import Someone
from server.core.forms import Form
from server.vocabulary.models import QuestionWording
from server.vocabulary.queries import STANDARD, Vocabulary
from server.vocabulary.questions import standard_questions

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
TALKS = [UUID(int=number * 7919) for number in range(1, 60)]


def said(text: str) -> str:
    return text


def test_a_name_begins_a_sentence_with_only_its_first_letter_changed() -> None:
    mentor = Someone(TALKS[0], "Marten", "de", "Boer", "meneer De Boer")
    assert (mentor.name, mentor.at_start) == ("meneer De Boer", "Meneer De Boer")
    assert Someone(TALKS[0], "Willemijn", "", "Kramer").name == "Willemijn Kramer"


def test_a_talk_may_be_prepared_until_it_begins() -> None:
    talk = Conversation(starts_at=NOW, minutes=20)
    assert talk.may_be_prepared()
    talk.started_at = NOW
    assert not talk.may_be_prepared() and talk.is_open()
    assert talk.ends_at == NOW + timedelta(minutes=20)


@pytest.mark.parametrize("talk", TALKS)
def test_a_preparation_asks_one_question_inward_and_one_outward(talk: UUID) -> None:
    inward, outward = asking.to_prepare(STANDARD, talk, answered=[], asked=[], activity_kinds=set(), had_agreement=False)
    assert inward.competency in asking.INWARD and outward.competency in asking.OUTWARD
    assert {inward.moment, outward.moment} == {"prepare"} and not inward.kind_hint and outward.id != "prepare-last-agreement"


def test_a_student_is_never_asked_the_same_again_while_there_are_other_questions() -> None:
    asked: list[str] = []
    plain = {
        side: {known.id for known in STANDARD.questions.values() if known.moment == "prepare" and known.competency in side and not known.kind_hint}
        for side in (asking.INWARD, asking.OUTWARD)
    }
    for talk in TALKS:
        now = asking.to_prepare(STANDARD, talk, answered=[], asked=asked, activity_kinds=set(), had_agreement=True)
        for question in now:
            [side] = [one for one in plain if question.competency in one]
            before = [known for known in asked if known in plain[side]]
            assert question.id not in before[: len(plain[side]) - 1], "the others had their turn"
        asked = [question.id for question in now] + [known for known in asked if known not in {question.id for question in now}]


def test_the_questions_of_a_preparation_stay_once_they_are_answered() -> None:
    kept = ["prepare-proud-of", "prepare-surprised"]
    assert [question.id for question in asking.to_prepare(STANDARD, TALKS[0], answered=kept, asked=[], activity_kinds=set(), had_agreement=True)] == kept


def first_back(told: list[list[str]]) -> int:
    """After how many questions the first one comes back; none may come back before all had their turn."""
    all_told = [question for talk in told for question in talk]
    again = next(place for place, question in enumerate(all_told) if question in all_told[:place])
    assert all(len({*all_told[place : place + again]}) == again for place in range(0, len(all_told) - again, again))
    return again


def test_starters_are_about_three_different_things_and_all_of_them_get_their_turn() -> None:
    told = [asking.starters(STANDARD, number) for number in range(60)]
    assert all(len({question.competency for question in starters}) == 3 and {question.moment for question in starters} == {"ask"} for starters in told)
    assert first_back([[question.id for question in starters] for starters in told]) == sum(question.moment == "ask" for question in STANDARD.questions.values())


@pytest.mark.parametrize("competency", asking.COMPETENCIES)
def test_what_a_mentor_asks_first_of_a_competency_comes_back_when_all_the_others_were_asked(competency: str) -> None:
    plain = [known.id for known in STANDARD.asked("mentor", competency) if not known.kind_hint]
    told = [[first.id for named, first, _ in asking.for_mentor(STANDARD, number, set(), set()) if named == competency] for number in range(40)]
    assert first_back(told) == len(plain)
    live = [
        [question.id for step in asking.STEPS[1:] for question in asking.in_step(STANDARD, step, number, ready=True) if question.competency == competency] for number in range(40)
    ]
    assert first_back(live) == len(plain) and all(len(set(talk)) == len(talk) for talk in live), "nor twice in one talk"


def test_the_mentor_first_gets_questions_about_the_words_the_student_shares() -> None:
    motives = [competency for competency, _, _ in asking.for_mentor(STANDARD, 3, {"motive"}, {"own"})]
    assert motives.index("motives") < asking.FIRST and motives.index("motives") < motives.index("qualities")
    assert {competency for competency, _, _ in asking.for_mentor(STANDARD, 3, set(), set())} == set(asking.COMPETENCIES)


@pytest.mark.parametrize("number", range(10))
@pytest.mark.parametrize("step", asking.STEPS)
def test_a_step_of_the_talk_has_four_different_questions_and_the_last_none(number: int, step: str) -> None:
    asked = asking.in_step(STANDARD, step, number, ready=number % 2 == 0)
    assert len({question.id for question in asked}) == (0 if step == "agree" else asking.FIRST)
    assert all(known in standard_questions() for question in asked for known in [question.id])


GOOD = {"date": "2026-11-27", "time": "11:20", "minutes": "20", "place_kind": "hospital", "place": "kamer 4"}


def test_a_plan_is_a_moment_in_the_schools_zone() -> None:
    wish, errors = read_plan(Form({name: [value] for name, value in GOOD.items()}), NOW, "Europe/Amsterdam", said)
    assert not errors and wish is not None and wish.starts_at == datetime(2026, 11, 27, 10, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("date", "2026-11-23"),
        ("date", "2028-01-01"),
        ("date", "morgen"),
        ("date", ""),
        ("time", "25:00"),
        ("time", ""),
        ("minutes", "9"),
        ("minutes", "61"),
        ("minutes", "x"),
        ("place_kind", "bos"),
        ("place", "x" * 81),
    ],
)
def test_a_plan_that_cannot_be_is_told_at_its_field(field: str, value: str) -> None:
    wish, errors = read_plan(Form({name: [text] for name, text in {**GOOD, field: value}.items()}), NOW, "Europe/Amsterdam", said)
    assert wish is None and list(errors) == [field]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, "summary"),
        ({"helper": "oom"}, "what"),
        ({"summary": "a", "due_on": "2026-12-01"}, "what"),
        ({"what": "a", "due_on": "2026-02-30"}, "due_on"),
        ({"what": "a" * 501}, "what"),
        ({"summary": "a"}, None),
        ({"what": "a"}, None),
    ],
)
def test_an_outcome_needs_a_summary_or_an_agreement(fields: dict[str, str], wrong: str | None) -> None:
    outcome, errors = read_outcome(Form({name: [value] for name, value in fields.items()}), said)
    assert list(errors) == ([wrong] if wrong else []) and (outcome is None) == bool(wrong)


def test_only_words_of_their_own_kind_are_words() -> None:
    assert is_word(STANDARD, "quality:working-together") and is_word(STANDARD, "motive:own:rust")
    assert (
        not is_word(STANDARD, "motive:working-together")
        and not is_word(STANDARD, "quality:nonsense")
        and not is_word(STANDARD, "quality:own:")
        and not is_word(STANDARD, "quality:own:" + "x" * 41)
        and not is_word(STANDARD, "x")
    )


def test_a_starter_comes_after_what_was_typed() -> None:
    fields, _ = read_change(Form({"question": ["Hoi"], "starter": ["ask-how-choose"]}), STANDARD, 3, "nl")
    assert fields == {"question": "Hoi\nHoe kies ik als ik twee dingen leuk vind?"}


@pytest.mark.parametrize("moment", ["prepare", "mentor", "ask"])
def test_where_a_school_asks_nothing_of_a_kind_the_rest_goes_on(moment: str) -> None:
    for side in (asking.INWARD, asking.OUTWARD, asking.INWARD[1:], asking.COMPETENCIES):
        wording = [
            QuestionWording(key=known.id, edition=1, competency=known.competency, moment=known.moment, nl=known.nl, en=known.en, kind_hint=known.kind_hint, position=0, hidden=True)
            for known in standard_questions().values()
            if known.moment == moment and known.competency in side
        ]
        bank = Vocabulary(1, asked=wording)
        for number, talk in enumerate(TALKS):
            asked = asking.to_prepare(bank, talk, answered=[], asked=[], activity_kinds=set(), had_agreement=False)
            assert len(asked) == 2 - (moment == "prepare") * sum(set(whole) <= set(side) for whole in (asking.INWARD, asking.OUTWARD))
            assert len(asking.starters(bank, number)) == (3 if moment != "ask" else min(3, 5 - len(side)))
            asking.for_mentor(bank, number, {"quality"}, {"own"})
            assert len(asking.in_step(bank, "meaning", number, ready=True)) == (0 if moment == "mentor" and set(asking.INWARD) <= set(side) else asking.FIRST)
