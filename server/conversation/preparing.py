"""Laying a talk ready: what one step of the preparation changes, and how it is kept without losing a word."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, delete, literal, select, union_all
from sqlalchemy.orm import Session

from server.conversation import access, recognised
from server.conversation.models import MOST_EXPERIENCES, Conversation, Preparation, PreparationAnswer, PreparationExperience, PreparationWord, Submission
from server.core import conflict
from server.core.errors import Conflict, NotFound, found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.ids import parse_id
from server.core.mutation import Done, Seen
from server.experience.models import LONGEST_WORD, MOST_WORDS, Experience
from server.people.counters import bump
from server.people.mentoring import holders
from server.people.viewer import Viewer
from server.vocabulary.queries import Vocabulary, vocabulary_of
from server.vocabulary.words import KINDS

LONGEST_QUESTION, LONGEST_ANSWER, MOST_ANSWERS = 2_000, 5_000, 4
ANSWER = "answer:"
Fields = dict[str, Any]


class Shown(Conflict):
    """The mentor can read it already: nothing changes under their eyes."""

    why = "shown"


class Over(Conflict):
    """The talk has begun, or was called off: it is laid ready no more."""

    why = "over"


def read_change(form: Form, vocabulary: Vocabulary, step: int, language: str) -> tuple[Fields, dict[str, str]]:
    """The fields of a step as sent, and per field what is wrong with it."""
    _ = tongue(language)
    fields = read_fields(form, vocabulary, step, language)
    errors = {}
    if len(fields.get("experiences", ())) > MOST_EXPERIENCES:
        errors["experiences"] = _("Kies er hooguit drie. Haal er een weg, dan kun je verder.")
    if len(fields.get(recognised.FIELD, ())) > recognised.MOST_RECOGNITIONS:
        errors[recognised.FIELD] = _("Neem hooguit drie dingen mee die anderen zagen.")
    for kind in KINDS:
        if sum(key.startswith(f"{kind}:") for key in fields.get("words", ())) > MOST_WORDS:
            errors[kind] = _("Kies hooguit drie kwaliteiten.") if kind == "quality" else _("Kies hooguit drie dingen die je belangrijk vindt.")
    for name, value in fields.items():
        if isinstance(value, str) and len(value) > (LONGEST_QUESTION if name == "question" else LONGEST_ANSWER):
            errors[name] = _("Dit is te lang. Maak het korter, dan kun je het opslaan.")
    return fields, errors


def read_fields(form: Form, vocabulary: Vocabulary, step: int, language: str) -> Fields:
    """The fields of a step as they were sent; a starter that was tapped is put after the question there is."""
    if step == 1:
        seen = {recognised.FIELD: list(dict.fromkeys(form.all("recognition")))} if recognised.FIELD in form else {}
        return {"experiences": list(dict.fromkeys(form.all("experience"))), **seen}
    if step == 3:
        starter = vocabulary.questions.get(form.text("starter"))
        return {"question": "\n".join(filter(None, (form.text("question"), starter.label(language) if starter else "")))}
    answers = [name for name in form.fields if name.startswith(ANSWER) and (known := vocabulary.questions.get(name.removeprefix(ANSWER))) and known.moment == "prepare"]
    return {"words": [key for key in dict.fromkeys(form.all("word")) if is_word(vocabulary, key)], **{name: form.text(name) for name in answers[:MOST_ANSWERS]}}


def is_word(vocabulary: Vocabulary, key: str) -> bool:
    """Whether `quality:working-together` or `motive:own:rust` names a word."""
    kind, _, word = key.partition(":")
    if word.startswith("own:"):
        return kind in KINDS and 0 < len(word.removeprefix("own:")) <= LONGEST_WORD
    return vocabulary.has(kind, word)


def key_of(kind: str, word: str | None, own: str) -> str:
    """How a word is named on the form."""
    return f"{kind}:{word or f'own:{own}'}"


def keep(session: Session, viewer: Viewer, conversation_id: UUID, fields: Fields, *, mutation_id: UUID, seen: Seen, now: datetime, edition: int | None = None) -> Done:
    """Keep the fields of a step; one that another device changed meanwhile to something else is kept beside it. `edition` is that of the words on the page.

    Raises `NotFound` for a talk or experience of somebody else, `Shown` or `Over` when it is too late.
    """
    talk = _to_prepare(session, viewer, conversation_id)
    fields = {name: OWNED[name](session, viewer, value) if name in OWNED else value for name, value in fields.items()}
    preparation = session.get(Preparation, talk.id) or _make(session, talk, now)
    stored = current(session, talk.id, preparation.question)
    changed = {name: new for name, new in fields.items() if new != stored.get(name, "")}
    clashing = conflict.clashing(stored, changed, preparation.revisions, seen)
    new = {*changed, *(name for name in fields if name not in preparation.revisions)}
    vocabulary = vocabulary_of(session, viewer)
    edition = vocabulary.on_page(edition)
    _store(session, edition, preparation, {name: value for name, value in fields.items() if name in new - clashing}, list(fields), now)
    beside = conflict.keep_beside(session, viewer, talk.id, {name: changed[name] for name in clashing}, mutation_id, now, edition)
    bump(session, talk.student_id, *holders(session, talk.mentor_id))
    return Done(preparation.revision, tuple(fields), beside)


def choose(session: Session, viewer: Viewer, conversation_id: UUID, conflict_id: UUID, choice: str, *, seen: Seen, now: datetime) -> Done:
    """Settle which of two versions stays: `stored`, `other`, or for a text `both`. What stands there now and was not seen is not overwritten: it is asked again."""
    talk = _to_prepare(session, viewer, conversation_id)
    known = conflict.one(session, viewer, talk.id, conflict_id)
    preparation = session.get_one(Preparation, talk.id)
    stored = current(session, talk.id, preparation.question)
    field, held = known.field, stored.get(known.field, "")
    wanted = conflict.chosen(known, choice, held)
    changes = {field: OWNED[field](session, viewer, wanted) if field in OWNED else wanted} if wanted != held else {}
    if conflict.clashing(stored, changes, preparation.revisions, seen):
        return Done(preparation.revision, (field,), (field,) if known.settled_at is None else ())
    _store(session, known.edition, preparation, changes, [name for name in stored if name.startswith(ANSWER)], now)
    conflict.settle(known, choice, held, now)
    bump(session, talk.student_id, *holders(session, talk.mentor_id))
    return Done(preparation.revision, (field,))


def _to_prepare(session: Session, viewer: Viewer, conversation_id: UUID) -> Conversation:
    """The viewer's own talk, locked, while they may still lay it ready."""
    talk = found(session.scalar(access.prepared_by(viewer, conversation_id).with_for_update()))
    if not talk.may_be_prepared():
        raise Over
    if submission(session, talk.id) is not None:
        raise Shown
    return talk


def submission(session: Session, conversation_id: UUID) -> Submission | None:
    """What the mentor may read now, or None."""
    return session.scalar(select(Submission).where(Submission.conversation_id == conversation_id, Submission.withdrawn_at.is_(None)))


def current(session: Session, conversation_id: UUID, question: str) -> Fields:
    """What stands in every field now, as a form sends it."""
    words = select(PreparationWord).where(PreparationWord.conversation_id == conversation_id).order_by(PreparationWord.position)
    answers = select(PreparationAnswer).where(PreparationAnswer.conversation_id == conversation_id).order_by(PreparationAnswer.position)
    return {
        **recognised.taken_along(session, conversation_id),
        "words": [key_of(word.kind, word.word, word.own) for word in session.scalars(words)],
        **{f"{ANSWER}{answer.question_id}": answer.text for answer in session.scalars(answers)},
        "question": question,
    }


def editions(session: Session, conversation_id: UUID) -> dict[str, int]:
    """In which edition of the vocabulary each word that lies ready was chosen, and each answer (`answer:…`) was given: both stay worded as they were then."""
    answers = select(literal(""), PreparationAnswer.question_id, literal(""), PreparationAnswer.edition).where(PreparationAnswer.conversation_id == conversation_id)
    words = select(PreparationWord.kind, PreparationWord.word, PreparationWord.own, PreparationWord.edition).where(PreparationWord.conversation_id == conversation_id)
    both: CompoundSelect[Any] = union_all(words, answers)
    return {key_of(kind, word, own) if kind else f"{ANSWER}{word}": edition for kind, word, own, edition in session.execute(both)}


def _own(session: Session, viewer: Viewer, ids: Sequence[str]) -> list[str]:
    """The sent experiences that are there; one deleted meanwhile is left out, somebody else's does not exist."""
    wanted = [found(parse_id(text)) for text in ids]
    rows = session.execute(select(Experience.id, Experience.student_id, Experience.deleted_at).where(Experience.id.in_(wanted))).all()
    if {row.id for row in rows if row.student_id == viewer.person_id} != set(wanted):
        raise NotFound
    return [str(wish) for wish in wanted if wish not in {row.id for row in rows if row.deleted_at is not None}]


OWNED = {"experiences": _own, recognised.FIELD: recognised.own}
"""The fields that name something of the student's, and what of it there is."""


def _make(session: Session, talk: Conversation, now: datetime) -> Preparation:
    made = Preparation(conversation_id=talk.id, school_id=talk.school_id, student_id=talk.student_id, question="", revision=0, revisions={}, changed_at=now)
    session.add(made)
    return made


def _store(session: Session, edition: int, preparation: Preparation, touched: Fields, order: Sequence[str], now: datetime) -> None:
    """Write these fields, answers in the order of their questions. One looked at for the first time counts too: an open question that was skipped was still asked."""
    if not touched:
        return
    preparation.revision += 1
    preparation.changed_at = now
    preparation.revisions = {**preparation.revisions, **dict.fromkeys(touched, preparation.revision)}
    preparation.question = touched.get("question", preparation.question)
    session.flush()
    about = {"conversation_id": preparation.conversation_id, "school_id": preparation.school_id}
    if "experiences" in touched:
        session.execute(delete(PreparationExperience).where(PreparationExperience.conversation_id == preparation.conversation_id))
        session.add_all(PreparationExperience(experience_id=UUID(chosen), position=place, **about) for place, chosen in enumerate(touched["experiences"]))
    if recognised.FIELD in touched:
        recognised.store(session, about, touched[recognised.FIELD])
    if "words" in touched:
        called = editions(session, preparation.conversation_id)
        session.execute(delete(PreparationWord).where(PreparationWord.conversation_id == preparation.conversation_id))
        session.add_all(_word(key, place, called.get(key, edition), about) for place, key in enumerate(touched["words"]))
    for place, name in enumerate(name for name in order if name.startswith(ANSWER)):
        if name in touched:
            _answer(session, name.removeprefix(ANSWER), touched[name], place, edition, about)


def _answer(session: Session, question_id: str, text: str, place: int, edition: int, about: dict[str, UUID]) -> None:
    """The question stays worded as it was answered; of one that was only looked at the wording of the page counts."""
    held = session.get(PreparationAnswer, (about["conversation_id"], question_id))
    session.merge(PreparationAnswer(question_id=question_id, text=text, position=place, edition=held.edition if held and held.text else edition, **about))


def _word(key: str, place: int, edition: int, about: dict[str, UUID]) -> PreparationWord:
    kind, _, word = key.partition(":")
    own = word.removeprefix("own:") if word.startswith("own:") else ""
    return PreparationWord(kind=kind, word=None if own else word, own=own, position=place, edition=edition, **about)
