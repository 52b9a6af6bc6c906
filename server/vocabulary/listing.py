"""The language of a school as its coordinator looks through it: everything that is offered by cluster or by competency, and apart from it what is not."""

from collections.abc import Iterable

import msgspec

from server.core.text import plain
from server.vocabulary.actions import as_brought
from server.vocabulary.queries import Vocabulary
from server.vocabulary.questions import COMPETENCIES, Question
from server.vocabulary.words import Word, clusters


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line: where it stands among those of its kind, whether it can go up or down in its part, and whether the school made or changed it."""

    line: Word | Question
    place: int = 0
    first: bool = True
    last: bool = True
    own: bool = False
    changed: bool = False


class Part(msgspec.Struct, frozen=True):
    """The lines of one cluster or competency."""

    name: str
    rows: list[Row]


class Listing(msgspec.Struct, frozen=True):
    """What is found: what is offered, in parts; what is not; how many together."""

    parts: list[Part]
    hidden: list[Row]
    total: int


def words(vocabulary: Vocabulary, kind: str, sought: str) -> Listing:
    """The words of a kind in which this is found, by cluster."""
    offered = vocabulary.words_of(kind)
    hidden = [word for word in vocabulary.words.values() if word.kind == kind and word.hidden]
    places = {word.id: number for number, word in enumerate(offered, 1)}
    return _listing([(cluster, [word for word in offered if word.cluster == cluster]) for cluster in clusters(kind)], hidden, places, sought)


def questions(vocabulary: Vocabulary, moment: str, sought: str) -> Listing:
    """The questions that are asked at a moment in which this is found, by competency."""
    listed = [(competency, vocabulary.asked(moment, competency)) for competency in COMPETENCIES]
    hidden = [question for question in vocabulary.questions.values() if question.moment == moment and question.hidden]
    places = {question.id: number for _, asked in listed for number, question in enumerate(asked, 1)}
    return _listing(listed, hidden, places, sought)


def _listing(listed: Iterable[tuple[str, list[Word] | list[Question]]], hidden: Iterable[Word | Question], places: dict[str, int], sought: str) -> Listing:
    parts = [Part(name, [_row(line, places, lines) for line in lines if _found(line, sought)]) for name, lines in listed]
    away = [_row(line, places, ()) for line in hidden if _found(line, sought)]
    return Listing([part for part in parts if part.rows], away, sum(len(part.rows) for part in parts) + len(away))


def _row(line: Word | Question, places: dict[str, int], around: Iterable[Word | Question]) -> Row:
    keys, brought = [known.id for known in around], as_brought(line)
    own, changed = brought is None, brought not in (None, line)
    return Row(line=line, place=places.get(line.id, 0), first=line.id in keys[:1], last=line.id in keys[-1:], own=own, changed=changed)


def _found(line: Word | Question, sought: str) -> bool:
    texts = [line.nl, line.en, *([line.sentence_nl, line.sentence_en] if isinstance(line, Word) else [])]
    return plain(sought) in plain("\n".join(texts))
