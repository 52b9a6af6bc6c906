"""Own words that many students of a school chose: the coordinator may take them up in the language of the school.

A word of one's own can be a name, or say something of one's health. So only how often it comes up is shown, of whole words, and only when at least five
different students chose it: fewer are not shown, nor is anything they could be reckoned from. Who they are is shown to nobody.
"""

from collections import defaultdict
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Uuid, bindparam, cast, null, select, union_all
from sqlalchemy.orm import Session

from server.core.text import folded
from server.experience.models import Experience, ExperienceWord
from server.experience.spoken import note_of
from server.people.viewer import Viewer
from server.vocabulary.models import OwnWord
from server.vocabulary.queries import Vocabulary

_Word = tuple[str, str]
FEWEST = 5
"""Different students, before anybody sees it."""


class OftenChosen(msgspec.Struct, frozen=True, kw_only=True):
    """A word that is of no vocabulary, and how many students chose it. `text` is it without capitals and accents: variants are one word."""

    kind: str
    text: str
    label: str
    students: int
    aside: bool


def _chosen() -> Any:
    """Every own word of every student of the school once; and, as if chosen by nobody, those that were put aside."""
    of = Experience.school_id == bindparam("school_id"), Experience.deleted_at.is_(None), ExperienceWord.word.is_(None), ExperienceWord.own != ""
    chosen = select(ExperienceWord.kind, ExperienceWord.own, Experience.student_id).join(Experience, Experience.id == ExperienceWord.experience_id).where(*of).distinct()
    return union_all(chosen, select(OwnWord.kind, OwnWord.text, cast(null(), Uuid)).where(OwnWord.school_id == bindparam("school_id")))


_CHOSEN = _chosen()


def often_chosen(session: Session, viewer: Viewer, vocabulary: Vocabulary) -> list[OftenChosen]:
    """The own words that at least five students chose and that the school does not offer yet, most often chosen first."""
    students, spelled, aside = defaultdict[_Word, set[UUID]](set), defaultdict[_Word, dict[str, set[UUID]]](dict), set[_Word]()
    for kind, own, student_id in session.connection().execute(_CHOSEN, {"school_id": viewer.school_id}):
        if student_id is None:
            aside.add((kind, own))
            continue
        if note_of(own):
            continue
        students[kind, folded(own)].add(student_id)
        spelled[kind, folded(own)].setdefault(" ".join(own.split()).lower(), set()).add(student_id)
    offered = {(word.kind, folded(label)) for word in vocabulary.words.values() if not word.hidden for label in (word.nl, word.en)}
    often = [(word, len(who)) for word, who in students.items() if len(who) >= FEWEST and word not in offered]
    told = [OftenChosen(kind=word[0], text=word[1], label=_spelling(spelled[word], word[1]), students=count, aside=word in aside) for word, count in often]
    return sorted(told, key=lambda one: (-one.students, one.label))


def _spelling(spelled: dict[str, set[UUID]], text: str) -> str:
    """As at least five wrote it; else without capitals and accents, for how one of them spells is theirs."""
    label = max(sorted(spelled), key=lambda known: len(spelled[known]))
    return label if len(spelled[label]) >= FEWEST else text
