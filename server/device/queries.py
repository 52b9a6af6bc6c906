"""What a device is told of its student: their own experiences as far as they changed, and what it needs to show them by itself."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from server.conversation import queries as conversations
from server.core.i18n import tongue
from server.experience.depth import AFTER, ANSWER, QUESTION, USUAL, asked, steps_of
from server.experience.models import DEEP, Experience, ExperienceMedia
from server.people.viewer import Viewer
from server.vocabulary.queries import Vocabulary, vocabulary_of

MOST = 300
OVERLAP = timedelta(minutes=2)
"""Two saves may be stored in another order than their moments say: the last minutes are told twice."""


def copy(session: Session, viewer: Viewer, language: str, since: datetime | None, now: datetime) -> dict[str, Any]:
    """The newest three hundred, or those that changed `since`; deleted ones as `deleted`. `cursor` is what to ask from next time."""
    changed = _changed(session, viewer, since)
    media, vocabulary = _media(session, [experience.id for experience in changed]), vocabulary_of(session, viewer)
    return {
        "cursor": ((changed[0].changed_at if changed else since or now) - (OVERLAP if changed else timedelta())).isoformat(),
        "experiences": [_told(experience, media.get(experience.id, ()), vocabulary, language) for experience in changed],
        **({} if since else _language(vocabulary, language)),
        "keep": {"blanks": _blanks(viewer), "pages": ["/", "/trail", "/words", "/conversations", *_talk(session, viewer, now)]},
    }


def _language(vocabulary: Vocabulary, language: str) -> dict[str, Any]:
    """What words are called, and what is asked under the name that its answer has on a form."""
    _ = tongue(language)
    words = {word.id: {"label": word.label(language), "kind": word.kind} for word in vocabulary.words.values()}
    steps = [*DEEP, *(f"{QUESTION}{question.id}" for question in vocabulary.questions.values() if question.moment == AFTER)]
    return {"words": words, "questions": {f"{ANSWER}{step}": asked(step, vocabulary, language, _)[0] for step in steps}}


def _blanks(viewer: Viewer) -> list[str]:
    """A form for every question that this student is asked, and for the usual ones, which a single answer is changed by. The first is asked at `/experiences/new`."""
    first, *others = dict.fromkeys([*steps_of(viewer.depth, False), *USUAL])
    return ["/outbox", "/experiences/new", *(f"/experiences/new?step={step}" for step in others if step != first), "/help"]


def _changed(session: Session, viewer: Viewer, since: datetime | None) -> list[Experience]:
    mine = select(Experience).where(Experience.student_id == viewer.person_id).options(selectinload(Experience.words), selectinload(Experience.answers))
    wanted = mine.where(Experience.changed_at > since) if since else mine.where(Experience.deleted_at.is_(None))
    return list(session.scalars(wanted.order_by(Experience.changed_at.desc()).limit(MOST)))


def _media(session: Session, ids: list[UUID]) -> dict[UUID, list[ExperienceMedia]]:
    wanted = select(ExperienceMedia).where(ExperienceMedia.experience_id.in_(ids), ExperienceMedia.deleted_at.is_(None)).order_by(ExperienceMedia.captured_at)
    listed: dict[UUID, list[ExperienceMedia]] = {}
    for one in session.scalars(wanted):
        listed.setdefault(one.experience_id, []).append(one)
    return listed


def _told(experience: Experience, media: Any, vocabulary: Vocabulary, language: str) -> dict[str, Any]:
    if experience.deleted_at is not None:
        return {"id": experience.id, "deleted": True, "revision": experience.revision, "text": "", "qualities": [], "motives": [], "answers": {}}
    words: dict[str, list[dict[str, str]]] = {"quality": [], "motive": []}
    for word in sorted(experience.words, key=lambda word: word.position):
        words[word.kind].append({"key": word.word or f"own:{word.own}", "evidence": word.evidence})
    return {
        "id": experience.id, "revision": experience.revision, "text": experience.text, "face": experience.face, "activity": experience.activity_id,
        "happenedAt": experience.happened_at, "together_with": experience.together_with, "confirmed": experience.together_confirmed_at is not None,
        "qualities": words["quality"], "motives": words["motive"],
        "answers": {f"{ANSWER}{answer.field}": answer.text for answer in experience.answers}, "asked": _as_asked(experience, vocabulary, language),
        "media": [{"id": one.id, "kind": one.kind, "alt": one.alt} for one in media],
    }  # fmt: skip


def _as_asked(experience: Experience, vocabulary: Vocabulary, language: str) -> dict[str, str]:
    """How the questions of the shared language that it answers were worded then."""
    answered = ((answer.field, vocabulary.as_answered(answer.field.removeprefix(QUESTION), answer.edition)) for answer in experience.answers if answer.field.startswith(QUESTION))
    return {f"{ANSWER}{field}": question.label(language) for field, question in answered if question}


def _talk(session: Session, viewer: Viewer, now: datetime) -> list[str]:
    """The next talk and its three steps, when it may still be laid ready."""
    talk = conversations.coming_for_student(session, viewer, now)
    if talk is None:
        return []
    steps = [f"{_address(talk.id)}/preparation?step={step}" for step in (1, 2, 3)] if talk.may_be_prepared and not talk.submission_id else []
    return [_address(talk.id), *steps]


def _address(conversation_id: UUID) -> str:
    return f"/conversations/{conversation_id}"
