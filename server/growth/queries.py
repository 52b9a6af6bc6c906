"""A student's words with all that was told and seen of them, in three statements however many."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from server.activity.models import OWN, Activity
from server.experience.models import Experience, ExperienceMedia, ExperienceWord, title_of
from server.experience.queries import MediaView
from server.experience.spoken import Note, name_of
from server.experience.word_views import called, word_view
from server.growth.grown import Grown, Sight, Told, in_time
from server.people.viewer import Viewer
from server.recognition.queries import kept_words
from server.vocabulary.queries import Vocabulary, vocabulary_of

OWN_WORD = "own:"
BEGINNING = 300
"""Letters of a text among which its title is."""


def _told() -> Select[*tuple[Any, ...]]:
    mine = Experience.student_id == bindparam("student_id"), Experience.deleted_at.is_(None)
    columns = (
        ExperienceWord.kind, ExperienceWord.word, ExperienceWord.own, ExperienceWord.edition, ExperienceWord.evidence, Experience.id, Experience.happened_at,
        func.substr(Experience.text, 1, BEGINNING).label("beginning"), Activity.title, Activity.kind.label("activity_kind"),
    )  # fmt: skip
    found = select(*columns).join(Experience, Experience.id == ExperienceWord.experience_id).outerjoin(Activity, Activity.id == Experience.activity_id)
    return found.where(*mine).order_by(Experience.happened_at, Experience.id, ExperienceWord.kind.desc(), ExperienceWord.position)


def _heard() -> Select[*tuple[Any, ...]]:
    columns = (ExperienceMedia.experience_id, *(getattr(ExperienceMedia, name) for name in MediaView.__struct_fields__))
    mine = Experience.student_id == bindparam("student_id"), Experience.deleted_at.is_(None), ExperienceMedia.deleted_at.is_(None), ExperienceMedia.about != ""
    found = select(*columns).join(Experience, Experience.id == ExperienceMedia.experience_id)
    return found.where(*mine).order_by(ExperienceMedia.captured_at, ExperienceMedia.id)


_TOLD, _HEARD = _told(), _heard()
"""Put together once: what the page asks each time."""


def words_of(session: Session, viewer: Viewer, language: str) -> list[Grown]:
    """All words of this student, oldest first. A word is called as it was the last time."""
    vocabulary, heard = vocabulary_of(session, viewer), _heard_of(session, viewer.person_id)
    grown: dict[str, Grown] = {}
    for row in session.connection().execute(_TOLD, {"student_id": viewer.person_id}):
        word = word_view(vocabulary, row.kind, row.word, row.own, language, edition=row.edition)
        media = heard.get((row.id, f"{row.kind}:{word.key}"), ())
        if note := next((one for one in media if one.is_word), None):
            word = called(word, Note(row.id, name_of(note.alt)))
        told = Told(
            experience_id=row.id, happened_at=row.happened_at, title=title_of(row.beginning), activity=row.title or "", activity_kind=row.activity_kind or OWN,
            label=word.label, evidence=row.evidence, heard=tuple(one for one in media if not one.is_word),
        )  # fmt: skip
        key = word.key if row.word else OWN_WORD + row.own.casefold()
        before = grown.get(f"{row.kind}:{key}")
        grown[f"{row.kind}:{key}"] = Grown(
            kind=row.kind, key=key, label=word.label, icon=word.icon, picture=word.picture, told=(*(before.told if before else ()), told), spoken=word.spoken, told_in=word.told_in
        )
    _see(grown, session, vocabulary, viewer.person_id, language)
    return in_time(grown.values())


def _heard_of(session: Session, student_id: UUID) -> dict[tuple[UUID, str], list[MediaView]]:
    heard: dict[tuple[UUID, str], list[MediaView]] = {}
    for experience_id, *one in session.connection().execute(_HEARD, {"student_id": student_id}):
        media = MediaView(**dict(zip(MediaView.__struct_fields__, one, strict=True)))
        heard.setdefault((experience_id, media.about), []).append(media)
    return heard


def _see(grown: dict[str, Grown], session: Session, vocabulary: Vocabulary, student_id: UUID, language: str) -> None:
    """Put by each word who else saw it; one that only others saw is the student's too, since they kept it."""
    for kept in kept_words(session, student_id):
        word = word_view(vocabulary, "quality", kept.word, "", language, edition=kept.edition)
        known = grown.get(f"quality:{kept.word}") or Grown(kind="quality", key=kept.word, label=word.label, icon=word.icon, picture=word.picture)
        sight = Sight(who=kept.who, given_at=kept.given_at, sentence=kept.sentence, label=word.label, role=kept.role, guest=kept.guest)
        grown[known.about] = Grown(kind=known.kind, key=known.key, label=known.label, icon=known.icon, picture=known.picture, told=known.told, seen=(*known.seen, sight))


def one_of(words: Iterable[Grown], about: str) -> Grown | None:
    """The word that an address names."""
    return next((word for word in words if word.about in {about, about.casefold()}), None)
