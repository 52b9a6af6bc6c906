"""What the screens of one talk show: what lies ready, what is asked, what was agreed before."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.orm import Session

from server.conversation import asking, preparing, queries, recognised, spoken
from server.conversation.models import MOST_EXPERIENCES, PLACE_KINDS, Conversation, Preparation, Submission
from server.conversation.preparing import ANSWER, Fields
from server.conversation.views import Talk, Told
from server.core import conflict
from server.core.clock import local
from server.core.forms import Form
from server.core.ids import parse_id
from server.experience.copies import as_shown
from server.experience.queries import Card, cards, trail, words_that_return
from server.experience.versions import Version, Versions
from server.experience.word_views import WordView, with_notes, word_view
from server.people.viewer import Viewer
from server.recognition import queries as recognitions
from server.vocabulary.queries import Vocabulary, vocabulary_of
from server.vocabulary.words import KINDS

MOST_CHOICES = 40


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What a student laid ready. Shown to the mentor exactly like this, and before that to the student."""

    question: str
    cards: list[Card]
    words: list[WordView]
    answers: list[Told]
    recognitions: list[recognitions.Seen]

    @property
    def something(self) -> bool:
        """Whether it can be shown to the mentor: an experience, or a question."""
        return bool(self.cards or self.question)


def ready(session: Session, vocabulary: Vocabulary, student_id: UUID, conversation_id: UUID, language: str, submission_id: UUID | None = None) -> tuple[Ready, Fields, int]:
    """What lies ready, the same as fields of the form, and the revision it is at (0 when nothing was kept yet).

    Of a submission: the experiences as they were when the student showed them.
    """
    preparation = session.get(Preparation, conversation_id)
    stored: Fields = preparing.current(session, conversation_id, preparation.question) if preparation else {"experiences": [], recognised.FIELD: [], "words": [], "question": ""}
    shown = cards(session, vocabulary, student_id, language, _ids(stored["experiences"]))
    if submission_id is not None:
        kept = session.get_one(Submission, submission_id).experiences
        shown = {known: card for known, now in shown.items() if (card := as_shown(vocabulary, now, kept, language)) is not None}
    called = preparing.editions(session, conversation_id) if preparation and vocabulary.edition else {}
    answered = [(vocabulary.as_answered(name.removeprefix(ANSWER), called.get(name, 0)), text) for name, text in stored.items() if name.startswith(ANSWER) and text]
    words = [_word(vocabulary, key, language, called.get(key)) for key in stored["words"]]
    told = Ready(
        question=stored["question"], cards=[shown[known] for known in _ids(stored["experiences"]) if known in shown],
        words=spoken.told(session, student_id, words, shown.values(), conversation_id if submission_id else None),
        answers=[Told(id=question.id, competency=question.competency, question=question.label(language), text=text) for question, text in answered if question],
        recognitions=_taken_along(session, vocabulary, student_id, stored, language),
    )  # fmt: skip
    return told, stored, preparation.revision if preparation else 0


def _taken_along(session: Session, vocabulary: Vocabulary, student_id: UUID, stored: Fields, language: str) -> list[recognitions.Seen]:
    """What others saw, in the order it was chosen; asked for only where there is any."""
    ids = _ids(stored[recognised.FIELD])
    kept = {seen.id: seen for seen in recognitions.kept(session, vocabulary, student_id, language, ids)} if ids else {}
    return [kept[known] for known in ids if known in kept]


def _ids(texts: Sequence[str]) -> list[UUID]:
    return [known for text in texts if (known := parse_id(text))]


def _word(vocabulary: Vocabulary, key: str, language: str, edition: int | None = None) -> WordView:
    kind, _, word = key.partition(":")
    own = word.removeprefix("own:") if word.startswith("own:") else ""
    return word_view(vocabulary, kind, None if own else word, own, language, edition=edition)


def for_student(session: Session, viewer: Viewer, shown: Talk, language: str) -> dict[str, Any]:
    """A talk as its student sees it."""
    told, _, _ = ready(session, vocabulary_of(session, viewer), shown.student.id, shown.id, language, shown.submission_id) if shown.begun else (None, {}, 0)
    held = session.get(Conversation, shown.id) if shown.held_at else None
    return {"talk": shown, "ready": told, "promise": queries.promise(session, shown.id) if held else None, "summary": held.summary if held else ""}


def for_mentor(session: Session, viewer: Viewer, shown: Talk, language: str) -> dict[str, Any]:
    """A talk as its mentor sees it: what was shown to them and nothing else, fitting questions, and what was agreed the last time."""
    told = ready(session, vocabulary_of(session, viewer), shown.student.id, shown.id, language, shown.submission_id)[0] if shown.submission_id else None
    words = [word for card in told.cards for word in card.words] + told.words if told else []
    asked = asking.for_mentor(vocabulary_of(session, viewer), shown.number, {word.kind for word in words}, {card.kind for card in told.cards} if told else set())
    before, held = queries.previous(session, viewer, shown), session.get(Conversation, shown.id) if shown.held_at else None
    return {
        "talk": shown, "ready": told, "asked": [(competency, first.label(language), [more.label(language) for more in others]) for competency, first, others in asked],
        "first": asking.FIRST, "before": before, "before_promise": queries.promise(session, before.id) if before else None,
        "promise": queries.promise(session, shown.id) if held else None, "summary": held.summary if held else "",
    }  # fmt: skip


def live(session: Session, viewer: Viewer, shown: Talk, step: str, question: str, language: str) -> dict[str, Any]:
    """The talk itself: one question at a time."""
    asked = asking.in_step(vocabulary_of(session, viewer), step, shown.number, ready=shown.submission_id is not None)
    asked.sort(key=lambda known: known.id != question)
    following = asking.STEPS[asking.STEPS.index(step) + 1] if step != asking.STEPS[-1] else ""
    view = {"step": step, "steps": asking.STEPS, "passed": asking.STEPS.index(step), "following": following}
    return {**for_mentor(session, viewer, shown, language), **view, "in_step": [(known, known.label(language)) for known in asked]}


def step(session: Session, viewer: Viewer, shown: Talk, number: int, language: str, *, form: Form | None = None, errors: dict[str, str] | None = None) -> dict[str, Any]:
    """One step of the preparation: the answers there are, or what was typed when it could not be kept."""
    vocabulary = vocabulary_of(session, viewer)
    told, stored, revision = ready(session, vocabulary, viewer.person_id, shown.id, language)
    typed = preparing.read_fields(form, vocabulary, number, language) if form else {}
    values = {**stored, **typed}
    view = {
        "talk": shown, "step": number, "steps": 3, "base": revision, "values": values, "ready": told, "most": MOST_EXPERIENCES, "errors": errors or {},
        "edition": vocabulary.edition,
        "versions": _versions(session, viewer, shown.id, stored, told, revision, language),
    }  # fmt: skip
    return {**view, **(_to_tell, _to_name, _to_ask)[number - 1](session, viewer, shown, values, told, language)}


def step_of(field: str) -> int:
    """On which step a field is asked."""
    return {"experiences": 1, recognised.FIELD: 1, "question": 3}.get(field, 2)


def _versions(session: Session, viewer: Viewer, conversation_id: UUID, stored: Fields, told: Ready, revision: int, language: str) -> list[Versions]:
    """What was changed on two devices and waits for a choice."""
    waiting = conflict.open_ones(session, viewer, conversation_id)
    chosen_ones = [chosen for known in waiting if known.field == "experiences" for chosen in (*known.value["value"], *stored["experiences"])]
    vocabulary = vocabulary_of(session, viewer)
    shown = cards(session, vocabulary, viewer.person_id, language, _ids(chosen_ones)) if chosen_ones else {}
    asked = {question.id: question.label(language) for question in vocabulary.questions.values()} | {answer.id: answer.question for answer in told.answers}

    def version(field: str, value: Any) -> Version:
        if field == recognised.FIELD:
            return Version(names=tuple(seen.at_start for seen in _taken_along(session, vocabulary, viewer.person_id, {field: value}, language)))
        if field == "experiences":
            return Version(names=tuple(shown[known].title or shown[known].activity for known in _ids(value) if known in shown))
        if field == "words":
            return Version(words=tuple(with_notes(session, viewer.person_id, [_word(vocabulary, key, language) for key in value])))
        return Version(text=value)

    return [
        Versions(
            id=known.id, field=known.field, made_at=known.made_at, base=revision, action=f"/conversations/{conversation_id}/conflicts/{known.id}/choice",
            stored=version(known.field, stored.get(known.field, "")), other=version(known.field, known.value["value"]),
            label=asked.get(known.field.removeprefix(ANSWER), ""),
        )
        for known in waiting
    ]  # fmt: skip


def _to_tell(session: Session, viewer: Viewer, shown: Talk, values: Fields, told: Ready, language: str) -> dict[str, Any]:
    choices = trail(session, viewer, language, most=MOST_CHOICES)
    listed = {card.id for card in choices}
    kept = recognitions.kept(session, vocabulary_of(session, viewer), viewer.person_id, language)
    return {"choices": choices + [card for card in told.cards if card.id not in listed], "kept": kept, "returning": words_that_return(session, viewer, language)}


def _to_name(session: Session, viewer: Viewer, shown: Talk, values: Fields, told: Ready, language: str) -> dict[str, Any]:
    returning = words_that_return(session, viewer, language)
    found = [f"{word.kind}:{word.key}" for word in [*(word for card in told.cards for word in card.words), *returning]]
    called = {f"{word.kind}:{word.key}": word for word in told.words}
    listed = [called.get(key) or _word(vocabulary_of(session, viewer), key, language) for key in dict.fromkeys([*found, *values["words"]])]
    offered = spoken.told(session, viewer.person_id, listed, told.cards)
    asked = asking.to_prepare(
        vocabulary_of(session, viewer), shown.id,
        answered=[name.removeprefix(ANSWER) for name in values if name.startswith(ANSWER)], asked=queries.asked_before(session, viewer, shown.id),
        activity_kinds={card.kind for card in told.cards}, had_agreement=queries.previous(session, viewer, shown) is not None,
    )  # fmt: skip
    answered = {answer.id: answer.question for answer in told.answers}
    asking_now = [(question, answered.get(question.id) or question.label(language), values.get(f"{ANSWER}{question.id}", "")) for question in asked]
    return {"tiles": [(kind, [word for word in offered if word.kind == kind]) for kind in KINDS], "asking": asking_now}


def _to_ask(session: Session, viewer: Viewer, shown: Talk, values: Fields, told: Ready, language: str) -> dict[str, Any]:
    return {"starters": [(question.id, question.label(language)) for question in asking.starters(vocabulary_of(session, viewer), shown.number)]}


def planned(viewer: Viewer, talk: Conversation | None, form: Form | None, errors: dict[str, str] | None) -> dict[str, Any]:
    """The form to plan a talk: what stands, or what was typed."""
    wall = local(talk.starts_at, viewer.zone) if talk else None
    stands = {
        "date": f"{wall:%Y-%m-%d}" if wall else "", "time": f"{wall:%H:%M}" if wall else "", "minutes": str(talk.minutes) if talk else "20",
        "place_kind": talk.place_kind if talk else "room", "place": talk.place if talk else "",
    }  # fmt: skip
    return {"values": {name: form.text(name) if form else value for name, value in stands.items()}, "errors": errors or {}, "places": PLACE_KINDS}
