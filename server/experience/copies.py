"""An experience as it was at one moment: what is shown to somebody is what the student showed, not what they write in it later."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from server.experience import spoken
from server.experience.models import FACES, Experience, rest_of, title_of
from server.experience.queries import Answered, Card, MediaView, answers_of, media_of, name_of, with_answers
from server.experience.word_views import WordView, called, word_view
from server.vocabulary.queries import Vocabulary

Copy = dict[str, Any]


def copies(session: Session, student_id: UUID, ids: Iterable[UUID]) -> dict[str, Copy]:
    """What these experiences of the student say now, by id; deleted ones are not there."""
    ids = list(ids)
    shown, said = media_of(session, ids), answers_of(session, ids)
    wanted = select(Experience).where(Experience.id.in_(ids), Experience.student_id == student_id, Experience.deleted_at.is_(None))
    return {
        str(experience.id): _together(experience)
        | copy_of(
            experience.text,
            experience.face,
            [(word.kind, word.word, word.own, word.evidence, word.edition) for word in experience.words],
            shown.get(experience.id, ()),
            said.get(experience.id, {}),
        )
        for experience in session.scalars(wanted.options(selectinload(Experience.words)))
    }


def _together(experience: Experience) -> Copy:
    """Who typed it, and whether the student confirmed that; at which revision, so that a later yes to the same counts."""
    return {"together_with": experience.together_with, "confirmed": experience.together_confirmed_at is not None, "revision": experience.revision}


def copy_of(
    text: str, face: int | None, words: Iterable[tuple[str, str | None, str, str, int]], media: Iterable[MediaView] = (), said: Mapping[str, Answered] | None = None
) -> Copy:
    """The shape a copy is stored in; `words` are kind, word, own word, evidence and edition, in their order; of photos and voice notes which, and what is said of them.

    `said` are the answers by field, with the goal there was; of each is kept in which edition it was asked.
    """
    told = {field: answer for field, answer in (said or {}).items() if answer.text}
    answers, asked = {field: answer.text for field, answer in told.items()}, {field: answer.edition for field, answer in told.items() if answer.edition}
    return {"answers": answers, "asked": asked, "text": text, "face": face, "words": [list(word) for word in words], "media": {str(one.id): one.alt for one in media}}


def as_shown(vocabulary: Vocabulary, card: Card, kept: Mapping[str, Copy], language: str) -> Card | None:
    """The card with what it said when it was copied, or None when it was not. A photo or voice note that was deleted since is gone for everybody."""
    copy = kept.get(str(card.id))
    if copy is None:
        return None
    words = sorted((word for word in copy["words"]), key=lambda word: word[0], reverse=True)
    alts = copy.get("media", {})
    media = tuple(msgspec.structs.replace(one, alt=alts[str(one.id)]) for one in card.media if str(one.id) in alts)
    photos, voices = sum(one.kind == "photo" for one in media), tuple(round(one.seconds or 0) for one in media if one.kind == "voice")
    title = title_of(copy["text"]) or ("" if card.activity else name_of(photos, voices, language))
    shown = msgspec.structs.replace(
        card, text=copy["text"], title=title, rest=rest_of(copy["text"]), face=copy["face"], face_icon=FACES.get(copy["face"], ""), media=media, photos=photos, voices=voices,
        together_with=copy.get("together_with", ""), together_confirmed=copy.get("confirmed", False) or (card.together_confirmed and card.revision == copy.get("revision")),
        words=tuple(_word(vocabulary, card.id, media, language, *word) for word in words),
    )  # fmt: skip
    asked = copy.get("asked", {})
    return with_answers(vocabulary, shown, {field: Answered(text, asked.get(field, 0)) for field, text in copy.get("answers", {}).items()}, language)


def _word(
    vocabulary: Vocabulary, experience_id: UUID, media: Iterable[MediaView], language: str, kind: str, word: str | None, own: str, evidence: str, edition: int = 0
) -> WordView:
    """A word as it was shown; a spoken one under the name that it had then."""
    view = word_view(vocabulary, kind, word, own, language, evidence, edition=edition)
    name = next((spoken.name_of(one.alt) for one in media if one.id == view.spoken), None)
    return view if name is None else called(view, spoken.Note(experience_id, name))
