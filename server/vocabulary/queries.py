"""The shared language of one school: what Spoor brings along, worded as the school does. In memory, because no page may wait for the names of its words."""

from collections.abc import Collection, Iterable
from typing import Protocol
from uuid import UUID

import msgspec
from litestar import Request
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from server.core.web import reading
from server.vocabulary import choosing
from server.vocabulary.models import QuestionWording, Wording
from server.vocabulary.questions import Question, standard_questions
from server.vocabulary.words import Word, standard_words, with_also

MOST_HELD = 500
"""Of how many schools the words are kept in memory."""


class Who(Protocol):
    """Whoever looks."""

    @property
    def school_id(self) -> UUID:
        """Of which school."""

    @property
    def vocabulary_edition(self) -> int:
        """How often that school changed its language."""


class Vocabulary:
    """The words and questions of a school in one edition of its language; those it hid are known too, since they stand in what was told before."""

    def __init__(self, edition: int = 0, wordings: Iterable[Wording] = (), asked: Iterable[QuestionWording] = ()) -> None:
        """Put the school's wordings, oldest first, over what Spoor brings along."""
        self.edition = edition
        words, questions = dict(standard_words()), dict(standard_questions())
        self._called: dict[str, list[tuple[int, Word]]] = {key: [(0, word)] for key, word in words.items()}
        self._asked: dict[str, list[tuple[int, Question]]] = {key: [(0, question)] for key, question in questions.items()}
        for wording in wordings:
            words[wording.key] = worded = _word(wording, words.get(wording.key))
            self._called.setdefault(wording.key, []).append((wording.edition, worded))
        for question in asked:
            questions[question.key] = said = _question(question)
            self._asked.setdefault(question.key, []).append((question.edition, said))
        self.pictures = {word.picture: word.picture_size for known in self._called.values() for _, word in known if word.picture}
        """The school's own pictures, also of what was chosen before: by digest, how many bytes."""

        self.words = dict(sorted(words.items(), key=lambda pair: pair[1].position))
        self.questions = dict(sorted(questions.items(), key=lambda pair: pair[1].position))

    def words_of(self, kind: str) -> list[Word]:
        """The qualities or the motives that can be chosen, in the school's order."""
        return [word for word in self.words.values() if word.kind == kind and not word.hidden]

    def has(self, kind: str, key: str) -> bool:
        """Whether this is a word of that kind, also when it is offered no more."""
        return key in self.words and self.words[key].kind == kind

    def as_chosen(self, key: str, edition: int) -> Word | None:
        """The word as it was called in an edition; None when no word was ever called so."""
        known = self._called.get(key, ())
        return next((word for since, word in reversed(known) if since <= edition), known[0][1] if known else None)

    def as_asked(self, key: str, edition: int) -> Question | None:
        """The question as it was asked in an edition; None when there was no such question."""
        return next((question for since, question in reversed(self._asked.get(key, ())) if since <= edition), None)

    def as_answered(self, key: str, edition: int) -> Question | None:
        """The question to show above an answer of that edition: as it was asked then, else as it was first asked; None when it was never asked."""
        known = self._asked.get(key, ())
        return self.as_asked(key, edition) or (known[0][1] if known else None)

    def on_page(self, edition: int | None) -> int:
        """The edition that a page says it showed, when there is such a one; else the one of now."""
        return self.edition if edition is None or not 0 <= edition <= self.edition else edition

    def offered(self, kind: str, activity_kind: str, used: Collection[str], chosen: Collection[str] = (), seed: int = 0) -> list[Word]:
        """The words to offer first, at most six (`choosing.py`): those chosen already, also when they are hidden now."""
        held = [word for key in chosen if (word := self.words.get(key)) and word.hidden and word.kind == kind]
        return choosing.offered([*held, *self.words_of(kind)], activity_kind, used, chosen, seed)

    def asked(self, moment: str, competency: str) -> list[Question]:
        """The questions of a competency that are asked at a moment, in the school's order."""
        return [question for question in self.questions.values() if question.moment == moment and question.competency == competency and not question.hidden]


def _word(wording: Wording, before: Word | None) -> Word:
    held = {name: getattr(wording, name) for name in ("kind", "nl", "en", "sentence_nl", "sentence_en", "icon", "picture", "picture_size", "cluster", "position", "hidden")}
    made = msgspec.convert({**held, "id": wording.key, "fits": wording.fits, "examples": wording.examples}, Word)
    return made if before is None else with_also(msgspec.structs.replace(before, **{name: getattr(made, name) for name in (*held, "fits", "examples")}))


def _question(wording: QuestionWording) -> Question:
    held = {name: getattr(wording, name) for name in ("competency", "moment", "nl", "en", "kind_hint", "position", "hidden")}
    return Question(id=wording.key, **held)


STANDARD = Vocabulary()
"""The language of a school that changed nothing."""

_HELD: dict[UUID, Vocabulary] = {}
_WORDINGS = select(Wording).where(Wording.school_id == bindparam("school_id"), Wording.edition <= bindparam("edition")).order_by(Wording.edition)
_ASKED = select(QuestionWording).where(QuestionWording.school_id == bindparam("school_id"), QuestionWording.edition <= bindparam("edition")).order_by(QuestionWording.edition)


def vocabulary_of(session: Session, who: Who) -> Vocabulary:
    """The language of their school; asked of the database once in each edition."""
    held = _held(who)
    if held is None:
        about = {"school_id": who.school_id, "edition": who.vocabulary_edition}
        held = Vocabulary(who.vocabulary_edition, session.scalars(_WORDINGS, about), session.scalars(_ASKED, about))
        if len(_HELD) >= MOST_HELD:
            forget()
        _HELD[who.school_id] = held
    return held


def vocabulary_for(request: Request) -> Vocabulary:
    """The same for a handler that has nothing open."""
    held = _held(request.user)
    if held is not None:
        return held
    with reading(request) as session:
        return vocabulary_of(session, request.user)


def _held(who: Who) -> Vocabulary | None:
    if who.vocabulary_edition == 0:
        return STANDARD
    held = _HELD.get(who.school_id)
    return held if held is not None and held.edition == who.vocabulary_edition else None


def forget() -> None:
    """Ask again: after another database was put in place of this one."""
    _HELD.clear()
