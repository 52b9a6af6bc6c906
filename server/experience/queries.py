"""What the screens about experiences show, loaded whole: two statements however many rows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import BindParameter, CompoundSelect, Integer, Row, Select, String, and_, bindparam, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from server.activity.models import KINDS, OWN, OWN_ICON, Activity, ActivityGoal
from server.core.clock import local
from server.core.i18n import tongue
from server.core.text import plain
from server.experience.depth import ANSWER, about_goal, asked, in_order
from server.experience.models import FACES, Experience, ExperienceAnswer, ExperienceMedia, ExperienceWord, rest_of, title_of
from server.experience.spoken import said
from server.experience.word_views import WordView, with_notes, word_view
from server.people.viewer import Viewer
from server.vocabulary.queries import Vocabulary, vocabulary_of

PAGE, MOST_FILTERS = 40, 24
GOAL = "goal"
"""How the goal of an activity is called among the answers about it."""


class MediaView(msgspec.Struct, frozen=True, kw_only=True):
    """A photo or a voice note, without its bytes."""

    id: UUID
    kind: str
    alt: str
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    about: str = ""
    """The word or the question it answers; empty when it tells by itself."""

    @property
    def is_word(self) -> bool:
        """Whether it is a word itself, and not how somebody knew."""
        return self.about.endswith(f":own:{said(self.id)}")

    @property
    def length(self) -> str:
        """`0:42`"""
        return length_of(round(self.seconds or 0))


class Answered(msgspec.Struct, frozen=True):
    """What was answered, empty where a question was passed over, and in which edition of the vocabulary it was asked."""

    text: str
    edition: int = 0


class AnswerView(msgspec.Struct, frozen=True, kw_only=True):
    """What a student answered to one question, in their words."""

    field: str
    title: str
    text: str


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """An experience in a list. `title` is empty when nothing was written: the activity then names it. Without either, a photo or voice note does.

    `voices` are the lengths of its voice notes in seconds; `media`, `answers` and `goal` (what they wanted to find out) are only filled for single experiences.
    """

    id: UUID
    title: str
    rest: str
    text: str
    face: int | None
    face_icon: str
    happened_at: datetime
    kind: str
    icon: str
    activity: str
    place: str
    activity_id: UUID | None
    words: tuple[WordView, ...]
    revision: int
    photos: int = 0
    voices: tuple[int, ...] = ()
    media: tuple[MediaView, ...] = ()
    answers: tuple[AnswerView, ...] = ()
    goal: str = ""
    together_with: str = ""
    """Who typed while the student told."""

    together_confirmed: bool = False

    def heard(self, about: str) -> list[MediaView]:
        """The voice notes and photos that answer this: `quality:working-together`, `answer:situation`."""
        return [one for one in self.media if one.about == about and not one.is_word]

    @property
    def plain(self) -> list[WordView]:
        """The words of which there is nothing to read or to hear but what they are called."""
        return [word for word in self.words if not word.evidence and not word.told_in and not self.heard(f"{word.kind}:{word.key}")]

    @property
    def aims(self) -> list[AnswerView]:
        """The answers that are read with the goal."""
        with_goal = about_goal([answer.field for answer in self.answers], has_goal=bool(self.goal))
        return [answer for answer in self.answers if answer.field in with_goal]

    def loose(self, answers: Iterable[AnswerView]) -> list[MediaView]:
        """Those that stand by none of its words, nor by these answers."""
        others = {f"{word.kind}:{word.key}" for word in self.words} | {f"{ANSWER}{answer.field}" for answer in answers}
        return [one for one in self.media if one.about not in others]

    @property
    def voiced(self) -> list[str]:
        """The questions that were answered by voice or with a photo, as `answers` names them."""
        return [one.about.removeprefix(ANSWER) for one in self.media if one.about.startswith(ANSWER)]


def length_of(seconds: int) -> str:
    """How long it takes to listen, as players show it: `0:42`."""
    return f"{seconds // 60}:{seconds % 60:02}"


def name_of(photos: int, voices: Sequence[int], language: str) -> str:
    """What an experience is called of which only this is there."""
    _ = tongue(language)
    if voices:
        return _("Opname van %(length)s") % {"length": length_of(voices[0])}
    return _("Foto") if photos == 1 else _("Foto's") if photos else ""


def _rows() -> Select[*tuple[Any, ...]]:
    seconds = cast(cast(func.round(func.coalesce(ExperienceMedia.seconds, 0)), Integer), String)
    media = select(func.aggregate_strings(ExperienceMedia.kind + ":" + seconds, ",")).where(ExperienceMedia.experience_id == Experience.id, ExperienceMedia.deleted_at.is_(None))
    return (
        select(
            Experience.id,
            Experience.text,
            Experience.face,
            Experience.happened_at,
            Activity.kind,
            Activity.title,
            Activity.place,
            Activity.id.label("activity_id"),
            Experience.revision,
            media.scalar_subquery().label("media"),
            Experience.together_with,
            Experience.together_confirmed_at,
        )
        .outerjoin(Activity, Activity.id == Experience.activity_id)
        .where(Experience.student_id == bindparam("student_id"), Experience.deleted_at.is_(None))
        .order_by(Experience.happened_at.desc(), Experience.id.desc())
    )


def _words() -> Select[*tuple[Any, ...]]:
    return (
        select(ExperienceWord.experience_id, ExperienceWord.kind, ExperienceWord.word, ExperienceWord.own, ExperienceWord.evidence, ExperienceWord.edition)
        .where(ExperienceWord.experience_id.in_(bindparam("ids", expanding=True)))
        .order_by(ExperienceWord.kind.desc(), ExperienceWord.position)
    )


def _answers() -> CompoundSelect[*tuple[Any, ...]]:
    ids: BindParameter[Any] = bindparam("ids", expanding=True)
    mine = and_(ActivityGoal.activity_id == Experience.activity_id, ActivityGoal.student_id == Experience.student_id)
    goals = select(Experience.id, literal(GOAL), ActivityGoal.text, literal(0)).join(ActivityGoal, mine).where(Experience.id.in_(ids))
    answers = select(ExperienceAnswer.experience_id, ExperienceAnswer.field, ExperienceAnswer.text, ExperienceAnswer.edition).where(ExperienceAnswer.experience_id.in_(ids))
    return union_all(answers, goals)


def _counted() -> Select[*tuple[Any, ...]]:
    times = func.count(ExperienceWord.id).label("times")
    return (
        select(ExperienceWord.kind, ExperienceWord.word, ExperienceWord.own, times)
        .join(Experience, Experience.id == ExperienceWord.experience_id)
        .where(Experience.student_id == bindparam("student_id"), Experience.deleted_at.is_(None))
        .group_by(ExperienceWord.kind, ExperienceWord.word, ExperienceWord.own)
        .order_by(times.desc(), ExperienceWord.word, ExperienceWord.own)
    )


def _media() -> Select[*tuple[Any, ...]]:
    columns = (ExperienceMedia.experience_id, *(getattr(ExperienceMedia, name) for name in MediaView.__struct_fields__))
    there = select(*columns).where(ExperienceMedia.experience_id.in_(bindparam("ids", expanding=True)), ExperienceMedia.deleted_at.is_(None))
    return there.order_by(ExperienceMedia.captured_at, ExperienceMedia.id)


_ROWS, _WORDS, _COUNTED, _MEDIA, _ANSWERS = _rows(), _words(), _counted(), _media(), _answers()
_NEWEST = _ROWS.limit(bindparam("most"))
"""Composed once, and run past the ORM (`session.connection()`): composing them anew for every page cost more than the database did."""


def trail(session: Session, viewer: Viewer, language: str, *, most: int = PAGE, before: datetime | None = None, sought: str = "", word: str = "") -> list[Card]:
    """The viewer's experiences, newest first; those with the word, those in which every sought word stands."""
    wanted = _NEWEST
    if before is not None:
        wanted = wanted.where(Experience.happened_at < before)
    for part in plain(sought).split()[:8]:
        like = "%" + part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        wanted = wanted.where(
            or_(Experience.sought.like(like, escape="\\"), func.lower(Activity.title).like(like, escape="\\"), func.lower(Activity.place).like(like, escape="\\"))
        )
    if word:
        own = ExperienceWord.own == word.removeprefix("own:") if word.startswith("own:") else ExperienceWord.word == word
        wanted = wanted.where(Experience.id.in_(select(ExperienceWord.experience_id).where(own)))
    rows = session.connection().execute(wanted, {"student_id": viewer.person_id, "most": most}).all()
    return _cards(session, vocabulary_of(session, viewer), viewer.person_id, rows, language)


def cards(session: Session, vocabulary: Vocabulary, student_id: UUID, language: str, ids: Iterable[UUID]) -> dict[UUID, Card]:
    """These experiences of a student, by id; deleted ones are not there. Who may see them is the caller's question."""
    found = session.connection().execute(_ROWS.where(Experience.id.in_(list(ids))), {"student_id": student_id}).all()
    shown, said = _with_media(session, _cards(session, vocabulary, student_id, found, language)), answers_of(session, [row.id for row in found])
    return {card.id: with_answers(vocabulary, card, said.get(card.id, {}), language) for card in shown}


def with_answers(vocabulary: Vocabulary, card: Card, said: Mapping[str, Answered], language: str) -> Card:
    """The card with these answers by field, without those that say nothing; `goal` among them is what the student wanted to find out."""
    _, voiced = tongue(language), card.voiced
    told = dict.fromkeys(voiced, Answered("", vocabulary.edition)) | {field: one for field, one in said.items() if field != GOAL and (one.text or field in voiced)}
    answers = tuple(AnswerView(field=field, title=asked(field, vocabulary, language, _, told[field].edition)[0], text=told[field].text) for field in in_order(told))
    return msgspec.structs.replace(card, answers=answers, goal=said[GOAL].text if GOAL in said else "")


def answers_of(session: Session, ids: Sequence[UUID]) -> dict[UUID, dict[str, Answered]]:
    """What was answered in these experiences by field; and the `goal` there was. Who may see them is the caller's question."""
    answers: dict[UUID, dict[str, Answered]] = {}
    for experience_id, field, text, edition in session.connection().execute(_ANSWERS, {"ids": ids}) if ids else ():
        answers.setdefault(experience_id, {})[field] = Answered(text, edition)
    return answers


def _with_media(session: Session, shown: list[Card]) -> list[Card]:
    """Where there is any: it is asked for only then."""
    ids = [card.id for card in shown if card.photos or card.voices]
    media = media_of(session, ids) if ids else {}
    return [msgspec.structs.replace(card, media=tuple(media.get(card.id, ()))) for card in shown]


def media_of(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[MediaView]]:
    """The photos and voice notes of these experiences, in the order they were made. Who may see them is the caller's question."""
    media: dict[UUID, list[MediaView]] = {}
    for experience_id, *one in session.connection().execute(_MEDIA, {"ids": ids}):
        media.setdefault(experience_id, []).append(MediaView(**dict(zip(MediaView.__struct_fields__, one, strict=True))))
    return media


def _cards(session: Session, vocabulary: Vocabulary, student_id: UUID, rows: Sequence[Row[*tuple[Any, ...]]], language: str) -> list[Card]:
    words: dict[UUID, list[WordView]] = {}
    chosen = session.connection().execute(_WORDS, {"ids": [row.id for row in rows]}).all() if rows else []
    views = [word_view(vocabulary, kind, word, own, language, evidence, edition=edition) for _, kind, word, own, evidence, edition in chosen]
    for row, view in zip(chosen, with_notes(session, student_id, views), strict=True):
        words.setdefault(row.experience_id, []).append(view)
    return [_card(row, words.get(row.id, ()), language) for row in rows]


def _card(row: Row[*tuple[Any, ...]], words: Iterable[WordView], language: str) -> Card:
    id, text, face, happened_at, kind, activity, place, activity_id, revision, media, together_with, confirmed_at = row
    voices = tuple(int(one.removeprefix("voice:")) for one in (media or "").split(",") if one.startswith("voice:"))
    photos = media.count("photo:") if media else 0
    return Card(
        id=id, title=title_of(text) or ("" if activity or not media else name_of(photos, voices, language)), rest=rest_of(text), text=text, face=face,
        face_icon=FACES.get(face, ""), happened_at=happened_at, kind=kind or OWN, icon=KINDS.get(kind, OWN_ICON), activity=activity or "", place=place or "",
        activity_id=activity_id, words=tuple(words), revision=revision, photos=photos, voices=voices,
        together_with=together_with, together_confirmed=confirmed_at is not None,
    )  # fmt: skip


def by_month(shown: Iterable[Card], zone: str) -> list[tuple[datetime, list[Card]]]:
    """The cards under the first moment of each month, in the order they came."""
    months: dict[tuple[int, int], list[Card]] = {}
    for card in shown:
        wall = local(card.happened_at, zone)
        months.setdefault((wall.year, wall.month), []).append(card)
    return [(local(listed[0].happened_at, zone), listed) for listed in months.values()]


def words_that_return(session: Session, viewer: Viewer, language: str) -> list[WordView]:
    """The student's words by how often they chose them; words chosen once are not said to return."""
    return [word for word in all_words(session, viewer, language) if word.count > 1][:6]


def all_words(session: Session, viewer: Viewer, language: str) -> list[WordView]:
    """The words the student chose, most often first, to filter the trail by. A spoken one without a name is none of them: nobody could tell it from the next."""
    vocabulary, counted = vocabulary_of(session, viewer), session.connection().execute(_COUNTED, {"student_id": viewer.person_id})
    words = with_notes(session, viewer.person_id, [word_view(vocabulary, kind, word, own, language, count=count) for kind, word, own, count in counted])
    return [word for word in words if not word.spoken or word.name][:MOST_FILTERS]


def used_words(session: Session, student_id: UUID, kind: str, besides: UUID) -> list[str]:
    """The vocabulary words of a kind that the student chose before, besides in this experience."""
    chosen = select(ExperienceWord.word).join(Experience, Experience.id == ExperienceWord.experience_id)
    mine = chosen.where(Experience.student_id == student_id, Experience.id != besides)
    return list(session.scalars(mine.where(ExperienceWord.kind == kind, ExperienceWord.word.is_not(None)).distinct()))  # type: ignore[arg-type]


def told_activities(session: Session, student_id: UUID) -> set[UUID]:
    """The activities the student has told about."""
    told = select(Experience.activity_id).where(Experience.student_id == student_id, Experience.deleted_at.is_(None), Experience.activity_id.is_not(None))
    return set(session.scalars(told))  # type: ignore[arg-type]
