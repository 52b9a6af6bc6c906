"""The views behind the questions: what is offered, what was typed, what comes next."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.activity.access import visible_to
from server.activity.models import KINDS, OWN, Activity
from server.core import clock, conflict
from server.core.conflict import Conflict
from server.core.errors import found
from server.core.forms import Form
from server.experience import actions, queries
from server.experience.change import KIND_OF, STEPS
from server.experience.models import FACES, MOST_WORDS, Experience
from server.experience.queries import Card, WordView, word_view
from server.experience.versions import Version, Versions
from server.people.viewer import Viewer
from server.vocabulary.queries import Vocabulary, vocabulary_of

HOUR = timedelta(hours=1)
MOST_ACTIVITIES = 30


def trail(session: Session, viewer: Viewer, language: str, sought: str, word: str, before: datetime | None) -> dict[str, Any]:
    """Mijn spoor; `older` is where the next page begins."""
    shown = queries.trail(session, viewer, language, before=before, sought=sought, word=word)
    words = queries.all_words(session, viewer, language)
    older = shown[-1].happened_at if len(shown) == queries.PAGE else None
    return {"months": queries.by_month(shown, viewer.zone), "words": words, "q": sought, "word": word, "older": older, "is_whole": not (sought or word or before)}


def unsaved(session: Session, viewer: Viewer, experience_id: UUID, activity_id: UUID | None) -> Experience:
    """An experience that has no answer yet and stands in no database."""
    activity = found(session.scalar(visible_to(viewer).where(Activity.id == activity_id))) if activity_id else None
    return Experience(id=experience_id, text="", face=None, together_with="", activity_id=activity.id if activity else None, revision=0, revisions={}, words=[])


def next_step(step: str) -> str | None:
    """The question after this one, or None after the last."""
    return dict(pairwise(STEPS)).get(step)


def after(form: Form, experience_id: UUID, step: str) -> tuple[str, str]:
    """Where to go after a save, and what to say there."""
    chosen = [*form.all(step), *filter(None, form.all(f"{step}-own"))] if step in KIND_OF else []
    if chosen and form.text("go") != "stop" and not any(name.startswith(f"{step}-evidence-") for name in form.fields):
        return f"/experiences/{experience_id}/edit?step={step}{'&alone=1' if form.text('alone') == '1' else ''}#waaraan", ""
    if form.text("from") == "today":
        return f"/experiences/{experience_id}/edit?step=text", "saved"
    following = next_step(step)
    if form.text("go") == "stop" or form.text("alone") == "1" or following is None:
        return f"/experiences/{experience_id}", "saved"
    if step == "text" and form.text("faced") == "1":
        following = "qualities"
    return f"/experiences/{experience_id}/edit?step={following}", ""


def step(session: Session, viewer: Viewer, language: str, experience: Experience, name: str, *, alone: bool = False, form: Form | None = None,
         errors: dict[str, str] | None = None) -> dict[str, Any]:  # fmt: skip
    """One question: the answer there is, or what was typed when it could not be kept."""
    activities = _activities(session, viewer, experience.activity_id)
    activity_id = form.id("activity") if form and "activity" in form else experience.activity_id
    activity = next((known for known in activities if known.id == activity_id), None)
    view = {
        "step": name, "number": STEPS.index(name) + 1, "steps": len(STEPS), "alone": alone, "experience": experience, "activity": activity,
        "activity_icon": KINDS[activity.kind] if activity else "star", "activities": activities, "icons": KINDS,
        "errors": errors or {}, "base": experience.revision, "faces": FACES,
        "together_with": form.text("together_with") if form and "together_with" in form else experience.together_with,
        "text": form.text("text") if form and "text" in form else experience.text, "face": form.number("face") if form and "face" in form else experience.face,
        "previous": STEPS[STEPS.index(name) - 1] if name != STEPS[0] else None,
    }  # fmt: skip
    return {**view, **_word_view(session, viewer, language, experience, name, activity, form)} if name in KIND_OF else view


def _activities(session: Session, viewer: Viewer, stored: UUID | None) -> list[Activity]:
    """What it may belong to: the last thirty, and the one it belongs to, also when that was called off or is of a former group: keeping a text must not take it away."""
    known = list(session.scalars(visible_to(viewer).where(Activity.starts_at <= clock.now()).order_by(Activity.ends_at.desc()).limit(MOST_ACTIVITIES)))
    return known if stored is None or stored in {activity.id for activity in known} else [*known, session.get_one(Activity, stored)]


def _word_view(session: Session, viewer: Viewer, language: str, experience: Experience, name: str, activity: Activity | None, form: Form | None) -> dict[str, Any]:
    kind, vocabulary = KIND_OF[name], vocabulary_of(session, viewer)
    chosen = _chosen(vocabulary, experience, name, language, form)
    keys = [word.key for word in chosen]
    first = vocabulary.offered(kind, activity.kind if activity else OWN, queries.used_words(session, viewer.person_id, kind), [key for key in keys if not key.startswith("own:")])
    more: dict[str, list[WordView]] = {}
    for word in vocabulary.words_of(kind):
        if word not in first:
            more.setdefault(word.cluster, []).append(word_view(vocabulary, kind, word.id, "", language))
    return {
        "kind": kind, "chosen": {word.key: word for word in chosen}, "offered": [word_view(vocabulary, kind, word.id, "", language) for word in first],
        "own": [word for word in chosen if word.key.startswith("own:")], "more": more, "most": MOST_WORDS, "edition": vocabulary.edition,
    }  # fmt: skip


def _chosen(vocabulary: Vocabulary, experience: Experience, name: str, language: str, form: Form | None) -> list[WordView]:
    if form is None:
        return [word_view(vocabulary, KIND_OF[name], word.word, word.own, language, word.evidence or "", edition=word.edition) for word in actions.current(experience, name)]
    known = [word_view(vocabulary, KIND_OF[name], word, "", language, form.text(f"{name}-evidence-{word}")) for word in form.all(name)]
    own = [word_view(vocabulary, KIND_OF[name], None, text.strip(), language, form.text(f"{name}-evidence-own:{text.strip()}")) for text in form.all(f"{name}-own") if text.strip()]
    return known + own


def versions(session: Session, viewer: Viewer, card: Card, language: str) -> list[Versions]:
    """What of this experience was changed on two devices and waits for a choice."""
    return [
        Versions(
            id=known.id, field=known.field, made_at=known.made_at, base=card.revision, action=f"/experiences/{card.id}/conflicts/{known.id}/choice",
            stored=_stored(card, known.field), other=_other(session, vocabulary_of(session, viewer), known, language),
        )
        for known in conflict.open_ones(session, viewer, card.id)
    ]  # fmt: skip


def _stored(card: Card, field: str) -> Version:
    if field in KIND_OF:
        return Version(words=tuple(word for word in card.words if word.kind == KIND_OF[field]))
    if field == "face":
        return Version(face=card.face, face_icon=card.face_icon)
    return Version(text=getattr(card, field)) if field in {"text", "together_with"} else Version(names=tuple(filter(None, [card.activity])))


def _other(session: Session, vocabulary: Vocabulary, known: Conflict, language: str) -> Version:
    value = msgspec.convert(known.value["value"], actions.VALUES[known.field])
    if known.field in KIND_OF:
        return Version(words=tuple(word_view(vocabulary, KIND_OF[known.field], word.word, word.own, language, word.evidence or "", edition=word.edition) for word in value))
    if known.field == "face":
        return Version(face=value, face_icon=FACES.get(value, ""))
    return Version(text=value) if known.field in {"text", "together_with"} else Version(names=tuple(session.scalars(select(Activity.title).where(Activity.id == value))))
