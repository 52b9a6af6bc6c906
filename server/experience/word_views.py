"""A word as screens show it, whichever it is: of the school's language, typed by the student, or said."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy.orm import Session

from server.core.i18n import tongue
from server.experience.spoken import Note, note_of, notes
from server.vocabulary.queries import Vocabulary

STARTS = 3
"""Beginnings of a sentence under a chosen word."""


class WordView(msgspec.Struct, frozen=True, kw_only=True):
    """A word as a chip: its kind gives the colour, its icon the picture (own words have none)."""

    kind: str
    key: str
    label: str
    icon: str
    picture: str = ""
    """The digest of the school's own picture, instead of the pictogram."""

    evidence: str = ""
    count: int = 0
    sentence: str = ""
    """What it means; only where it is chosen, like `examples`: what it looks like when you see it."""

    examples: tuple[str, ...] = ()
    also: str = ""
    """By what else it is found, where it is chosen."""

    spoken: UUID | None = None
    """The voice note that is the word, when it was said instead of typed; `told_in` is its entry, None as long as the note is not there."""

    told_in: UUID | None = None
    name: str = ""
    """What its student called a spoken word."""

    def turns(self, many: int) -> tuple[int, ...]:
        """Which of so many beginnings of a sentence this word gets: three beside each other, others for another word. `words.js` reckons the same."""
        first = sum(map(ord, self.key)) % many
        return tuple((first + place) % many for place in range(STARTS))


def word_view(vocabulary: Vocabulary, kind: str, word: str | None, own: str, language: str, evidence: str = "", count: int = 0, edition: int | None = None) -> WordView:
    """A stored word, named in this language as it was called in this edition, or as it is called now. A word that left the vocabulary still shows its id."""
    known = vocabulary.as_chosen(word or "", vocabulary.edition if edition is None else edition)
    icon, picture = (known.icon, known.picture) if known else ("", "")
    spoken, _ = note_of(own), tongue(language)
    label = known.label(language) if known else _("Gesproken woord") if spoken else own or word or ""
    return WordView(kind=kind, key=word or f"own:{own}", label=label, evidence=evidence, count=count, icon=icon, picture=picture, spoken=spoken)


def with_notes(session: Session, student_id: UUID, words: Sequence[WordView]) -> list[WordView]:
    """The words, the spoken ones with their voice note and what the student called them. Asked for only where there is any."""
    there = notes(session, student_id, ids) if (ids := {word.spoken for word in words if word.spoken}) else {}
    return [called(word, note) if word.spoken and (note := there.get(word.spoken)) else word for word in words]


def called(word: WordView, note: Note) -> WordView:
    """A spoken word that can be heard, under the name that it has."""
    return msgspec.structs.replace(word, told_in=note.experience_id, name=note.name, label=note.name or word.label)
