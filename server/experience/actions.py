"""Keeping an experience: every save, whole or of one step, goes through `save`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, selectinload

from server.activity.models import Activity
from server.core import conflict
from server.core.errors import Conflict, NotFound, found
from server.core.mutation import Done, Receipt, Seen, once
from server.core.text import plain
from server.experience import access, spoken
from server.experience.change import KIND_OF, Change, ChosenWord
from server.experience.depth import ANSWER, QUESTION
from server.experience.models import Experience, ExperienceAnswer, ExperienceWord
from server.people.counters import bump, bump_school
from server.people.viewer import Viewer
from server.reminder.actions import cancel
from server.vocabulary.queries import Vocabulary, vocabulary_of

VALUES: dict[str, Any] = {"text": str, "face": int | None, "activity": UUID | None, "together_with": str, **dict.fromkeys(KIND_OF, tuple[ChosenWord, ...])}
"""What a field holds; any other is an answer, a text."""

_ONE = select(Experience).where(Experience.id == bindparam("id")).options(selectinload(Experience.words), selectinload(Experience.answers)).with_for_update()


class Deleted(Conflict):
    """It was deleted, perhaps from elsewhere: it can be brought back, and then changed."""

    why = "deleted"


def save(
    session: Session, viewer: Viewer, experience_id: UUID, change: Change, *, mutation_id: UUID, seen: Seen, captured_at: datetime, now: datetime, back: bool = False
) -> Receipt:
    """Store the fields of this save, making the experience when it is new, and give the receipt.

    A field that another device changed meanwhile to something else is kept beside it, and the receipt says so. `back` brings back what was deleted. Raises `NotFound` for
    an id or activity of somebody else, and `Deleted`.
    """

    def do() -> Done:
        if back:
            put_away(session, viewer, experience_id, None, now)
        experience = find_or_make(session, viewer, experience_id, captured_at, now)
        changes = _real_changes(experience, change)
        clashing = conflict.clashing({name: old for name, (old, _) in changes.items()}, changes, experience.revisions, seen)
        fitting = {name: new for name, (_, new) in changes.items() if name not in clashing}
        if fitting or experience.revision == 0:
            store(session, viewer, experience, fitting, now, change.edition)
        if "activity" in clashing:
            _activity_of(session, viewer, changes["activity"][1])
        beside = conflict.keep_beside(session, viewer, experience_id, {name: changes[name][1] for name in clashing}, mutation_id, now, change.edition or 0)
        bump(session, viewer.person_id)
        return Done(experience.revision, tuple(change.fields()), beside)

    return once(session, viewer, mutation_id, experience_id, change.fields(), now, do)


def choose(session: Session, viewer: Viewer, experience_id: UUID, conflict_id: UUID, keep: str, *, mutation_id: UUID, seen: Seen, now: datetime) -> Receipt:
    """Settle which of two versions stays: `stored`, `other`, or for a text `both`. What stands there now and was not seen is not overwritten: it is asked again."""

    def do() -> Done:
        experience = _there(session.scalar(_ONE, {"id": experience_id}), viewer)
        known = conflict.one(session, viewer, experience_id, conflict_id)
        field, held = known.field, current(experience, known.field)
        wanted = conflict.chosen(known, keep, held)
        if keep == "other":
            wanted = msgspec.convert(wanted, VALUES.get(field, str))
        changes = {field: wanted} if wanted != held else {}
        if conflict.clashing({field: held}, changes, experience.revisions, seen):
            return Done(experience.revision, (field,), (field,) if known.settled_at is None else ())
        if changes:
            store(session, viewer, experience, changes, now, known.edition)
        conflict.settle(known, keep, held, now)
        bump(session, viewer.person_id)
        return Done(experience.revision, (field,))

    return once(session, viewer, mutation_id, experience_id, ["choice", conflict_id, keep], now, do)


def delete(session: Session, viewer: Viewer, experience_id: UUID, *, mutation_id: UUID, now: datetime) -> Receipt:
    """Take it out of sight, everywhere; it can be brought back. To whom it was shown is not known here, so everybody's pages count as changed."""
    return once(session, viewer, mutation_id, experience_id, "deletion", now, lambda: put_away(session, viewer, experience_id, now, now))


def restore(session: Session, viewer: Viewer, experience_id: UUID, *, mutation_id: UUID, now: datetime) -> Receipt:
    """Bring back what was deleted, as it was."""
    return once(session, viewer, mutation_id, experience_id, "restoration", now, lambda: put_away(session, viewer, experience_id, None, now))


def put_away(session: Session, viewer: Viewer, experience_id: UUID, deleted_at: datetime | None, now: datetime) -> Done:
    """Deleted or brought back; when it was so already, nothing changes."""
    experience = found(session.scalar(access.own_any(viewer, experience_id).with_for_update()))
    if (experience.deleted_at is None) != (deleted_at is None):
        experience.deleted_at, experience.changed_at = deleted_at, now
        bump_school(session, viewer.school_id)
    return Done(experience.revision)


def confirm(session: Session, viewer: Viewer, experience_id: UUID, *, mutation_id: UUID, seen: Seen, now: datetime) -> Receipt:
    """The student says that what somebody typed for them is what they meant. What stands there and was not on their screen is not confirmed: it is asked again.

    To whom it was shown is not known here, so everybody's pages count as changed.
    """

    def do() -> Done:
        experience = _there(session.scalar(_ONE, {"id": experience_id}), viewer)
        if experience.together_with and all(revision <= seen.of(field) for field, revision in experience.revisions.items()):
            experience.together_confirmed_at = experience.changed_at = now
            bump_school(session, viewer.school_id)
        return Done(experience.revision)

    return once(session, viewer, mutation_id, experience_id, "confirmation", now, do)


def find_or_make(session: Session, viewer: Viewer, experience_id: UUID, captured_at: datetime, now: datetime) -> Experience:
    """The viewer's own experience, locked; a new one with revision 0 when nobody has this id. Raises `NotFound` for somebody else's, and `Deleted`."""
    experience = session.scalar(_ONE, {"id": experience_id})
    if experience is not None:
        return _there(experience, viewer)
    made = Experience(
        id=experience_id, school_id=viewer.school_id, student_id=viewer.person_id, text="", face=None, activity_id=None, captured_at=captured_at,
        happened_at=captured_at, arrived_at=now, changed_at=now, revision=0, revisions={}, together_with="", words=[], answers=[],
    )  # fmt: skip
    session.add(made)
    return made


def _there(experience: Experience | None, viewer: Viewer) -> Experience:
    """The viewer's own, and not deleted."""
    if experience is None or experience.student_id != viewer.person_id:
        raise NotFound
    if experience.deleted_at is not None:
        raise Deleted
    return experience


def _real_changes(experience: Experience, change: Change) -> dict[str, tuple[Any, Any]]:
    """Per field the old and the new value, leaving out what was sent but is the same."""
    held = {name: current(experience, name) for name in change.fields()}
    wanted = {name: _filled(new, held[name]) for name, new in change.fields().items()}
    return {name: (held[name], new) for name, new in wanted.items() if held[name] != new}


def current(experience: Experience, field: str) -> Any:
    """What stands in a field now, in the shape a change has."""
    if field in KIND_OF:
        return tuple(ChosenWord(word.word, word.own, word.evidence, word.edition) for word in experience.words if word.kind == KIND_OF[field])
    if field.startswith(ANSWER):
        return _answered(experience, field.removeprefix(ANSWER))
    return experience.activity_id if field == "activity" else getattr(experience, field)


def _answered(experience: Experience, field: str) -> str | None:
    """A question of the shared language that was passed over is kept as an empty answer, so that it is not asked again; None: it was not seen."""
    return next((answer.text for answer in experience.answers if answer.field == field), None if field.startswith(QUESTION) else "")


def _filled(new: Any, old: Any) -> Any:
    """Words that were there stay called what they were called, and without a sent evidence keep the one they had."""
    if not isinstance(new, tuple):
        return new
    had = {word.key: word for word in old}
    return tuple(_with_what_it_had(word, had.get(word.key)) for word in new)


def _with_what_it_had(word: ChosenWord, had: ChosenWord | None) -> ChosenWord:
    evidence = word.evidence if word.evidence is not None else had.evidence or "" if had else ""
    return msgspec.structs.replace(word, evidence=evidence, edition=had.edition if had else word.edition)


def store(session: Session, viewer: Viewer, experience: Experience, changes: dict[str, Any], now: datetime, edition: int | None = None) -> None:
    """Write these fields as the next revision. What was made together is then to be confirmed anew. `edition` is that of the questions on the page; None: of now."""
    vocabulary = vocabulary_of(session, viewer)
    experience.revision += 1
    experience.changed_at = now
    experience.together_confirmed_at = None
    experience.revisions = {**experience.revisions, **dict.fromkeys(changes, experience.revision)}
    for name, new in changes.items():
        if name in KIND_OF:
            _replace_words(experience, KIND_OF[name], new)
        elif name == "activity":
            experience.activity_id = _activity_of(session, viewer, new)
        elif name.startswith(ANSWER):
            _answer(experience, name.removeprefix(ANSWER), new or "", vocabulary.on_page(edition))
        else:
            setattr(experience, name, new)
    if experience.activity_id is not None:
        cancel(session, about=experience.activity_id, person_id=viewer.person_id)
    _reckon(session, vocabulary, experience)


def _answer(experience: Experience, field: str, text: str, edition: int) -> None:
    """What was answered stays worded as it was asked; of a question that was passed over the wording of the page counts."""
    known = next((answer for answer in experience.answers if answer.field == field), None)
    if known is None:
        experience.answers.append(ExperienceAnswer(school_id=experience.school_id, field=field, text=text, edition=edition))
    else:
        known.text, known.edition = text, known.edition if known.text else edition


def _replace_words(experience: Experience, kind: str, chosen: tuple[ChosenWord, ...]) -> None:
    kept = [word for word in experience.words if word.kind != kind]
    made = [
        ExperienceWord(school_id=experience.school_id, kind=kind, word=word.word, own=word.own, evidence=word.evidence or "", position=position, edition=word.edition)
        for position, word in enumerate(chosen)
    ]
    experience.words = kept + made


def renamed(session: Session, viewer: Viewer, note_id: UUID) -> None:
    """Let search find the entries in which this note is a word by what it is called now; a note that is gone has no name."""
    session.flush()
    for experience in spoken.told_with(session, viewer.person_id, note_id):
        _reckon(session, vocabulary_of(session, viewer), experience)


def _reckon(session: Session, vocabulary: Vocabulary, experience: Experience) -> None:
    """What search looks through, as the entry and its spoken words are called now."""
    said = {note for word in experience.words if (note := spoken.note_of(word.own))}
    names = [note.name for note in spoken.notes(session, experience.student_id, said).values()] if said else []
    experience.sought = sought_in(vocabulary, experience.text, experience.words, [*(answer.text for answer in experience.answers), *names])


def sought_in(vocabulary: Vocabulary, text: str, words: Iterable[ExperienceWord], more: Iterable[str] = ()) -> str:
    """What search looks through: the text, each word in both languages with its evidence, and more: the answers, and the names of spoken words."""
    return plain(" ".join([text, *(_said(vocabulary, word) for word in words), *more]))


def _said(vocabulary: Vocabulary, word: ExperienceWord) -> str:
    known = vocabulary.as_chosen(word.word or "", word.edition)
    return " ".join((known.nl, known.en) if known else ("" if spoken.note_of(word.own) else word.own,)) + " " + word.evidence


def _activity_of(session: Session, viewer: Viewer, activity_id: UUID | None) -> UUID | None:
    """The activity, when it is one of the student's own groups."""
    from server.activity.access import visible_to

    if activity_id is None:
        return None
    return found(session.scalar(visible_to(viewer).where(Activity.id == activity_id))).id
