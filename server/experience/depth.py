"""How deep an entry goes: which questions are asked, and in which order. The answers are the same whatever the depth: another depth only asks others."""

from collections.abc import Callable, Collection, Iterable, Mapping

from server.experience.models import DEEP
from server.people.models import DEPTHS
from server.vocabulary.queries import Vocabulary

SHORT = "short"
"""The first screen of a short entry: how it was, and what went well."""

USUAL = ("text", "face", "qualities", "motives")
STARRT, AFTER_GOAL, RESULT = DEEP[:6], DEEP[6:], DEEP[3]
ANSWER, QUESTION = "answer:", "question:"
"""How an answer is called on a form and in its revisions (`answer:situation`), and a question of the shared language among the answers."""

AFTER = "after"
"""The moment of the one question right after an experience was kept."""


def steps_of(depth: str, has_goal: bool) -> tuple[str, ...]:
    """The questions of an entry, one a screen. What came of a goal is asked where there was one, except of who tells shortly."""
    if depth == DEPTHS[0]:
        return (SHORT, "text")
    return USUAL + (STARRT if depth == DEPTHS[2] else ()) + (AFTER_GOAL if has_goal else ())


def is_step(name: str, vocabulary: Vocabulary) -> bool:
    """Whether there is such a question, in any depth."""
    return name in {SHORT, *USUAL, *DEEP} or (name.startswith(QUESTION) and name.removeprefix(QUESTION) in vocabulary.questions)


def is_answer(field: str, vocabulary: Vocabulary) -> bool:
    """Whether this field of a form answers one of these questions in the student's own words."""
    return field.startswith(ANSWER) and (step := field.removeprefix(ANSWER)) not in {SHORT, *USUAL} and is_step(step, vocabulary)


def asked(step: str, vocabulary: Vocabulary, language: str, _: Callable[[str], str], edition: int | None = None) -> tuple[str, str]:
    """The question of a step that is answered in words, and what helps to answer it; one of the shared language as in that edition, or as it is asked now."""
    if step.startswith(QUESTION):
        known = vocabulary.as_answered(step.removeprefix(QUESTION), vocabulary.edition if edition is None else edition)
        return (known.label(language) if known else _("Een vraag"), "")
    told: Mapping[str, tuple[str, str]] = {
        "situation": (_("Waar was je?"), _("Vertel wat voor plek het was, en wie erbij waren.")),
        "task": (_("Wat moest je doen?"), _("Wat was jouw taak? Wat vroegen ze aan jou?")),
        "action": (_("Wat deed je precies?"), _("Vertel het stap voor stap. Wat deed jij zelf?")),
        "result": (_("Hoe liep het af?"), _("Wat lukte? En wat lukte nog niet?")),
        "reflection": (_("Wat vind je er nu van?"), _("Wat ging goed? Wat doe je een volgende keer anders?")),
        "transfer": (_("Waar kun je dit nog meer gebruiken?"), _("Denk aan school, thuis, je werk of later.")),
        "evaluation": (_("Wat kwam je te weten?"), _("Kijk terug op wat je wilde weten.")),
        "next": (_("Wat is je volgende stap?"), _("Een kleine stap is genoeg.")),
    }
    return told[step]


def about_goal(told: Collection[str], *, has_goal: bool, whole: bool = False) -> tuple[str, ...]:
    """Which answers are read with the goal: what came of it and what is next. How it ended stands there too, unless it is a part of the whole story (`whole`, or told)."""
    if not has_goal and not any(field in told for field in AFTER_GOAL):
        return ()
    in_story = whole or any(field in told for field in STARRT if field != RESULT)
    return AFTER_GOAL if in_story else (RESULT, *AFTER_GOAL)


def in_order(fields: Iterable[str]) -> list[str]:
    """The names of these answers as they are read: the story first, then what came of it, then the questions."""
    return sorted(fields, key=lambda field: (DEEP.index(field) if field in DEEP else len(DEEP), field))
