"""Which questions of the shared language are asked: other ones each time, and those that fit what lies ready.

What a student answered or skipped while preparing is remembered. What a mentor is shown, and what a student may ask, goes on in each talk where the one
before it stopped (`number`: how many talks the student had before, from a beginning of their own): no question comes back before the others had their turn.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import zip_longest
from uuid import UUID

from server.vocabulary.queries import Vocabulary
from server.vocabulary.questions import COMPETENCIES, Question

INWARD, OUTWARD = ("qualities", "motives"), ("work_exploration", "career_direction", "networking")
FIRST, STARTERS = 4, 3
STEPS = ("tell", "meaning", "explore", "next", "agree")
_ASKED_IN = {
    "tell": ("mentor-what-did-you-do-exactly", "mentor-what-did-you-see", "mentor-what-was-different", "mentor-whom-did-you-meet", "mentor-story-at-home"),
    "meaning": ("qualities", "motives"),
    "explore": ("work_exploration", "networking"),
    "next": ("career_direction", "networking"),
}
"""The steps of a talk and what is asked in each: the questions by name, or those of whole competencies in turn."""
_WITHOUT_A_STORY = ("prepare-strong-moment", "prepare-proud-of", "prepare-gave-energy", "prepare-surprised")
"""How a talk begins for which nothing lies ready."""


def to_prepare(
    vocabulary: Vocabulary, conversation_id: UUID, *, answered: Iterable[str], asked: Sequence[str], activity_kinds: Collection[str], had_agreement: bool
) -> list[Question]:
    """Two questions: one about what the student is and wants, one about the way there; fewer where the school asks none.

    Those of this preparation stay; none comes back from an earlier one while there are others, and then the one of longest ago. `asked` begins with the last one.
    """
    seed, kept = conversation_id.int, [vocabulary.questions[known] for known in answered if known in vocabulary.questions]
    found = [
        next((question for question in kept if question.competency in side), None) or _first_fitting(vocabulary, _in_turn(side, seed), seed, asked, activity_kinds, had_agreement)
        for side in (INWARD, OUTWARD)
    ]
    return [question for question in found if question]


def _first_fitting(vocabulary: Vocabulary, competencies: Sequence[str], seed: int, asked: Sequence[str], activity_kinds: Collection[str], had_agreement: bool) -> Question | None:
    known = [question for competency in competencies for question in _rotated(vocabulary.asked("prepare", competency), seed // 5)]
    fitting = [question for question in known if question.kind_hint in {"", *activity_kinds} and (had_agreement or question.id != "prepare-last-agreement")]
    return min(fitting, key=lambda question: len(asked) - asked.index(question.id) if question.id in asked else 0, default=None)


def _rotated(questions: Sequence[Question], turn: int) -> list[Question]:
    """Another first each turn."""
    at = turn % len(questions) if questions else 0
    return [*questions[at:], *questions[:at]]


def _in_turn(competencies: Sequence[str], seed: int) -> list[str]:
    turn = seed % len(competencies)
    return [*competencies[turn:], *competencies[:turn]]


def starters(vocabulary: Vocabulary, number: int) -> list[Question]:
    """Three openings for the student's own question, about three different things."""
    turns = [turn for competency in COMPETENCIES if (turn := vocabulary.asked("ask", competency))]
    most = min(STARTERS, len(turns))
    return [turns[at % len(turns)][at // len(turns) % len(turns[at % len(turns)])] for at in range(most * number, most * number + most)]


def for_mentor(vocabulary: Vocabulary, number: int, word_kinds: Collection[str], activity_kinds: Collection[str]) -> list[tuple[str, Question, list[Question]]]:
    """Per competency the question that fits first, and the others. The competencies of the shared words come first, networking last."""
    shared = {"qualities": "quality" in word_kinds, "motives": "motive" in word_kinds, "work_exploration": bool(set(activity_kinds) - {"own"}), "career_direction": True}
    fitting = [(competency, _fitting(vocabulary, competency, number, activity_kinds)) for competency in sorted(COMPETENCIES, key=lambda name: not shared.get(name, False))]
    return [(competency, known[0], known[1:]) for competency, known in fitting if known]


def _fitting(vocabulary: Vocabulary, competency: str, number: int, activity_kinds: Collection[str]) -> list[Question]:
    return _rotated([question for question in vocabulary.asked("mentor", competency) if question.kind_hint in {"", *activity_kinds}], number)


def in_step(vocabulary: Vocabulary, step: str, number: int, *, ready: bool) -> list[Question]:
    """Four questions for a step of the talk, the big one first; none for the last step, in which people agree. When nothing lies ready they ask for a story first."""
    named = _WITHOUT_A_STORY if step == "tell" and not ready else _ASKED_IN.get(step, ())
    if step == "tell":
        return [known for name in _in_turn(named, number) if (known := vocabulary.questions.get(name)) and not known.hidden][:FIRST]
    turns = [_fitting(vocabulary, competency, _turn(step, competency, number), ()) for competency in named]
    return [question for pair in zip_longest(*turns) for question in pair if question][:FIRST]


def _turn(step: str, competency: str, number: int) -> int:
    """Two of a competency are asked in a step; one that is asked in two steps goes on in the second where the first stopped."""
    steps = [name for name, named in _ASKED_IN.items() if competency in named]
    return FIRST // 2 * (len(steps) * number + steps.index(step))
