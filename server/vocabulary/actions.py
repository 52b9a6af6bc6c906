"""How a school changes its language. Each change adds rows under the school's next edition and takes none away: what was chosen before stays called as it was.

The row of the school is held while it happens, so that of two coordinators one comes second and finds what the first made of it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.audit import note
from server.core.text import folded
from server.people.counters import bump_school
from server.people.models import School
from server.people.viewer import Viewer
from server.vocabulary.models import LONGEST_LABEL, OwnWord, QuestionWording, Wording
from server.vocabulary.queries import Vocabulary, vocabulary_of
from server.vocabulary.questions import Question, standard_questions
from server.vocabulary.words import Word, standard_words

STEP = 10
"""Between the places of two neighbours: room to put others in between."""

Line = TypeVar("Line", bound=Word | Question)
"""A line of the language: a word or a question. Both know their place and whether they are offered."""


class Held(msgspec.Struct, frozen=True):
    """A school whose language nobody else changes now, and that language."""

    school: School
    vocabulary: Vocabulary


class _Of(msgspec.Struct, frozen=True):
    """Of which school in which edition."""

    school_id: UUID
    vocabulary_edition: int


def hold(session: Session, viewer: Viewer) -> Held:
    """Hold the language of the viewer's school until the transaction ends."""
    school = session.scalars(select(School).where(School.id == viewer.school_id).with_for_update().execution_options(populate_existing=True)).one()
    return Held(school, vocabulary_of(session, _Of(school.id, school.vocabulary_edition)))


def keep(session: Session, held: Held, who: UUID | None, at: datetime, how: str, *, words: Sequence[Word] = (), questions: Sequence[Question] = (), **counts: Any) -> bool:
    """Let these be so from the next edition on; what is so already is left. `how` is a word of ours for the record. Tells whether anything changed."""
    new_words = [word for word in words if word != held.vocabulary.words.get(word.id)]
    new_questions = [question for question in questions if question != held.vocabulary.questions.get(question.id)]
    if not new_words and not new_questions:
        return False
    edition = held.school.vocabulary_edition + 1
    about: dict[str, Any] = {"school_id": held.school.id, "edition": edition, "made_by": who, "made_at": at}
    session.add_all([_wording(word, about) for word in new_words] + [_asked(question, about) for question in new_questions])
    held.school.vocabulary_edition = edition
    session.flush()
    bump_school(session, held.school.id)
    note(session, held.school.id, "vocabulary-changed", at, actor=who, how=how, words=len(new_words), questions=len(new_questions), **counts)
    return True


def _wording(word: Word, about: dict[str, Any]) -> Wording:
    told = msgspec.to_builtins(word)
    names = ("kind", "nl", "en", "sentence_nl", "sentence_en", "icon", "picture", "picture_size", "cluster", "position", "hidden")
    return Wording(key=word.id, fits=list(word.fits), examples=told["examples"], **{name: told[name] for name in names}, **about)


def _asked(question: Question, about: dict[str, Any]) -> QuestionWording:
    names = ("competency", "moment", "nl", "en", "kind_hint", "position", "hidden")
    return QuestionWording(key=question.id, **{name: getattr(question, name) for name in names}, **about)


def at_the_end(lines: Sequence[Line]) -> int:
    """The place after all of these."""
    return max((line.position for line in lines), default=0) + STEP


def moved(lines: Sequence[Line], key: str, place: int) -> list[Line]:
    """The lines to keep so that this one stands at a place, counted from 1, among those given in their order. Mostly one; all of them where there is no room in between."""
    line = next((known for known in lines if known.id == key), None)
    if line is None:
        return []
    others = [known for known in lines if known.id != key]
    index = max(0, min(place - 1, len(others)))
    if index == lines.index(line):
        return []
    if index == 0:
        return [_at(line, others[0].position - STEP)]
    before = others[index - 1].position
    after = others[index].position if index < len(others) else before + 2 * STEP
    if after - before > 1:
        return [_at(line, (before + after) // 2)]
    return [_at(known, number * STEP) for number, known in enumerate([*others[:index], line, *others[index:]])]


def place_of(lines: Sequence[Line], line: Line, peers: Sequence[Line], go: str, place: int | None) -> int:
    """The place among all lines that is meant by one among its peers: before the one above it (`up`), after the one below it (`down`), or a number from 1 on.

    Where it stands when nothing is meant.
    """
    if line not in peers:
        return 0
    now = peers.index(line)
    wanted = now + {"up": -1, "down": 1}.get(go, 0) if place is None or go in {"up", "down"} else place - 1
    return lines.index(peers[max(0, min(wanted, len(peers) - 1))]) + 1


def _at(line: Line, position: int) -> Line:
    return msgspec.structs.replace(line, position=position)


def as_brought(line: Line) -> Line | None:
    """The line as Spoor brings it along, where the school has it, and offered or not as the school does; None for one of the school itself."""
    known: Any = standard_words() if isinstance(line, Word) else standard_questions()
    standard = known.get(line.id)
    return None if standard is None else msgspec.structs.replace(standard, position=line.position, hidden=line.hidden)


def made_ours(session: Session, viewer: Viewer, kind: str, own: str, at: datetime) -> None:
    """An own word of students became a word of the school."""
    if own and len(own) <= LONGEST_LABEL:
        put_aside(session, viewer, kind, folded(own), at)


def put_aside(session: Session, viewer: Viewer, kind: str, text: str, at: datetime) -> None:
    """An own word of students that a coordinator has looked at: it is not in the list of those that come up often any more. `text` is folded."""
    if session.get(OwnWord, (viewer.school_id, kind, text)) is None:
        session.add(OwnWord(school_id=viewer.school_id, kind=kind, text=text, made_by=viewer.person_id, made_at=at))


def take_up(session: Session, viewer: Viewer, kind: str, text: str) -> None:
    """Let it be in the list again."""
    known = session.get(OwnWord, (viewer.school_id, kind, text))
    if known is not None:
        session.delete(known)
