"""Keeping an experience: every save, whole or of one step, goes through `save`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, selectinload

from server.activity.models import Activity
from server.core import mutation
from server.core.errors import Conflict, NotFound, found
from server.core.mutation import Receipt
from server.core.text import plain
from server.experience import access
from server.experience.change import KIND_OF, Change, ChosenWord
from server.experience.models import Experience, ExperienceWord
from server.people.counters import bump, bump_school
from server.people.viewer import Viewer
from server.reminder.actions import cancel
from server.vocabulary.words import vocabulary

_ONE = select(Experience).where(Experience.id == bindparam("id")).options(selectinload(Experience.words)).with_for_update()


class Clash(Conflict):
    """Another device changed the same field meanwhile; `stored` is what stands there, under the field's name."""

    def __init__(self, revision: int, stored: dict[str, Any]) -> None:
        """Keep what to show beside what was typed."""
        super().__init__()
        self.revision, self.stored = revision, stored


def save(session: Session, viewer: Viewer, experience_id: UUID, change: Change, *, mutation_id: UUID, base: int, captured_at: datetime, now: datetime) -> Receipt:
    """Store the fields of this save, making the experience when it is new, and give the receipt.

    The same mutation again gives the same receipt. Raises `NotFound` for an id or activity of somebody else, and `Clash` when
    another device changed one of these fields since `base` to something else.
    """
    content = {"id": experience_id, "base": base, "fields": change.fields()}
    if known := mutation.earlier(session, mutation_id, viewer.person_id, content):
        return known
    experience = _find_or_make(session, viewer, experience_id, captured_at, now)
    changes = _real_changes(experience, change)
    if clashing := {name: old for name, (old, _) in changes.items() if experience.clashes(name, base)}:
        raise Clash(experience.revision, clashing)
    if changes or experience.revision == 0:
        _store(session, viewer, experience, changes, now)
    receipt = mutation.record(
        session, mutation_id, school_id=viewer.school_id, person_id=viewer.person_id, subject_id=experience_id, content=content, revision=experience.revision, at=now
    )
    bump(session, viewer.person_id)
    return receipt


def delete(session: Session, viewer: Viewer, experience_id: UUID, now: datetime) -> None:
    """Take it out of sight, everywhere; it can be brought back. To whom it was shown is not known here, so everybody's pages count as changed."""
    experience = found(session.scalar(access.own_one(viewer, experience_id).with_for_update()))
    experience.deleted_at = now
    bump_school(session, viewer.school_id)


def restore(session: Session, viewer: Viewer, experience_id: UUID) -> None:
    """Bring back what was deleted, as it was."""
    experience = found(session.scalar(access.own_deleted(viewer, experience_id).with_for_update()))
    experience.deleted_at = None
    bump_school(session, viewer.school_id)


def _find_or_make(session: Session, viewer: Viewer, experience_id: UUID, captured_at: datetime, now: datetime) -> Experience:
    experience = session.scalar(_ONE, {"id": experience_id})
    if experience is None:
        experience = Experience(
            id=experience_id, school_id=viewer.school_id, student_id=viewer.person_id, text="", face=None, activity_id=None, captured_at=captured_at,
            happened_at=captured_at, arrived_at=now, changed_at=now, revision=0, revisions={}, words=[],
        )  # fmt: skip
        session.add(experience)
    if experience.student_id != viewer.person_id:
        raise NotFound
    if experience.deleted_at is not None:
        raise Conflict
    return experience


def _real_changes(experience: Experience, change: Change) -> dict[str, tuple[Any, Any]]:
    """Per field the old and the new value, leaving out what was sent but is the same."""
    held = {name: current(experience, name) for name in change.fields()}
    wanted = {name: _filled(new, held[name]) for name, new in change.fields().items()}
    return {name: (held[name], new) for name, new in wanted.items() if held[name] != new}


def current(experience: Experience, field: str) -> Any:
    """What stands in a field now, in the shape a change has."""
    if field in KIND_OF:
        return tuple(ChosenWord(word.word, word.own, word.evidence) for word in experience.words if word.kind == KIND_OF[field])
    return experience.activity_id if field == "activity" else getattr(experience, field)


def _filled(new: Any, old: Any) -> Any:
    """Words without a sent evidence keep the one they had."""
    if not isinstance(new, tuple):
        return new
    had = {word.key: word.evidence for word in old}
    return tuple(ChosenWord(word.word, word.own, word.evidence if word.evidence is not None else had.get(word.key) or "") for word in new)


def _store(session: Session, viewer: Viewer, experience: Experience, changes: dict[str, tuple[Any, Any]], now: datetime) -> None:
    experience.revision += 1
    experience.changed_at = now
    experience.revisions = {**experience.revisions, **dict.fromkeys(changes, experience.revision)}
    for name, (_, new) in changes.items():
        if name in KIND_OF:
            _replace_words(experience, KIND_OF[name], new)
        elif name == "activity":
            experience.activity_id = _activity_of(session, viewer, new)
        else:
            setattr(experience, name, new)
    if experience.activity_id is not None:
        cancel(session, about=experience.activity_id, person_id=viewer.person_id)
    experience.sought = sought_in(experience.text, experience.words)


def _replace_words(experience: Experience, kind: str, chosen: tuple[ChosenWord, ...]) -> None:
    kept = [word for word in experience.words if word.kind != kind]
    made = [
        ExperienceWord(school_id=experience.school_id, kind=kind, word=word.word, own=word.own, evidence=word.evidence or "", position=position)
        for position, word in enumerate(chosen)
    ]
    experience.words = kept + made


def sought_in(text: str, words: Iterable[ExperienceWord]) -> str:
    """What search looks through: the text, and each word in both languages with its evidence."""
    return plain(" ".join([text, *(_said(word) for word in words)]))


def _said(word: ExperienceWord) -> str:
    known = vocabulary().get(word.word or "")
    return " ".join((known.nl, known.en) if known else (word.own,)) + " " + word.evidence


def _activity_of(session: Session, viewer: Viewer, activity_id: UUID | None) -> UUID | None:
    """The activity, when it is one of the student's own groups."""
    from server.activity.access import visible_to

    if activity_id is None:
        return None
    return found(session.scalar(visible_to(viewer).where(Activity.id == activity_id))).id
