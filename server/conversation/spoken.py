"""Words that were said and lie ready for a talk: heard with the entry in which they were said, and without it known by their name alone."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.conversation.models import Conversation, PreparationWord
from server.experience.queries import Card
from server.experience.spoken import note_of, notes
from server.experience.word_views import WordView


def keep_names(session: Session, talk: Conversation) -> None:
    """Write down what the spoken words that lie ready are called now: so they are shown, whatever their student calls them later."""
    ready = [(word, note) for word in session.scalars(select(PreparationWord).where(PreparationWord.conversation_id == talk.id)) if (note := note_of(word.own))]
    there = notes(session, talk.student_id, {note for _, note in ready}) if ready else {}
    for word, note in ready:
        word.name = there[note].name if note in there else ""


def told(session: Session, student_id: UUID, words: Sequence[WordView], cards: Iterable[Card], shown_in: UUID | None = None) -> list[WordView]:
    """These words as the mentor gets them: a spoken one as it stands in these entries, else by its name; one that has neither is left out.

    `shown_in` is the talk when it was shown: then the name is the one it had in that moment. A note that was deleted since is gone for everybody.
    """
    heard = {(word.kind, word.key): word for card in cards for word in card.words if word.spoken}
    alone = {word.spoken for word in words if word.spoken and (word.kind, word.key) not in heard}
    names = {note: one.name for note, one in notes(session, student_id, alone).items()} if alone else {}
    if names and shown_in is not None:
        kept = session.scalars(select(PreparationWord).where(PreparationWord.conversation_id == shown_in, PreparationWord.name != ""))
        names = {note: word.name for word in kept if (note := note_of(word.own)) in names}
    return [heard.get((word.kind, word.key)) or _named(word, names) for word in words if not word.spoken or (word.kind, word.key) in heard or names.get(word.spoken)]


def _named(word: WordView, names: dict[UUID, str]) -> WordView:
    """The word by its name: without its entry nobody hears it."""
    return msgspec.structs.replace(word, told_in=None, name=names[word.spoken], label=names[word.spoken]) if word.spoken else word
