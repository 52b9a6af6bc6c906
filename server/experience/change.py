"""What one save changes: only the fields of its step, checked against what fits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from server.core import clock
from server.core.forms import Form
from server.experience.beginnings import is_bare
from server.experience.depth import is_answer
from server.experience.models import FACES, LONGEST_ANSWER, LONGEST_EVIDENCE, LONGEST_TEXT, LONGEST_WORD, MOST_WORDS
from server.vocabulary.queries import Vocabulary

LONGEST_WAIT = timedelta(days=366)
KIND_OF = {"qualities": "quality", "motives": "motive"}


class ChosenWord(msgspec.Struct, frozen=True):
    """A word of the vocabulary or an own one, with how the student knew; None keeps the evidence there is."""

    word: str | None
    own: str
    evidence: str | None
    edition: int = 0
    """In which edition of the vocabulary: it stays called what it was called then."""

    @property
    def key(self) -> str:
        """How this word is named on a form: its id, or `own:` and the text."""
        return self.word or f"own:{self.own}"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of one save; what is unset stays as it is."""

    text: str | UnsetType = UNSET
    face: int | None | UnsetType = UNSET
    activity: UUID | None | UnsetType = UNSET
    together_with: str | UnsetType = UNSET
    qualities: tuple[ChosenWord, ...] | UnsetType = UNSET
    motives: tuple[ChosenWord, ...] | UnsetType = UNSET
    answers: dict[str, str] = {}
    """By field (`answer:situation`)."""

    edition: int | None = None
    """Of the vocabulary, as it stood on the page: how a question was worded that is answered."""

    def fields(self) -> dict[str, object]:
        """The fields that were set."""
        return {name: value for name in self.__struct_fields__ if name not in {"answers", "edition"} and (value := getattr(self, name)) is not UNSET} | self.answers

    def says_something(self) -> bool:
        """Whether it holds an answer of any kind: then there is an experience."""
        return bool((self.text or None) or (self.face or None) or (self.qualities or None) or (self.motives or None) or any(self.answers.values()))


def read_change(form: Form, vocabulary: Vocabulary, _: Callable[[str], str]) -> tuple[Change, dict[str, str]]:
    """The change a form asks for, and per field what is wrong with it, in the language of `_`."""
    told: dict[str, object] = {}
    errors: dict[str, str] = {}
    if "text" in form:
        told["text"] = form.text("text")
        if len(form.text("text")) > LONGEST_TEXT:
            errors["text"] = _("Dit is te lang. Er passen 20.000 tekens in. Maak het korter, dan kun je het opslaan.")
    if "face" in form:
        told["face"] = form.number("face")
        if told["face"] not in {*FACES, None}:
            errors["face"] = _("Kies een van de vijf gezichten.")
    if "activity" in form:
        told["activity"] = form.id("activity")
    if "together_with" in form:
        told["together_with"] = helper = " ".join(form.text("together_with").split())
        if len(helper) > LONGEST_WORD:
            errors["together_with"] = _("Deze naam is te lang. Er passen 40 letters in.")
    for field in KIND_OF:
        if field in form or f"{field}-own" in form or form.text("step") == field:
            told[field] = _words(form, vocabulary, field, errors, _)
    told["edition"] = _edition(form, vocabulary)
    told["answers"] = answers = {field: form.text(field) for field in form.fields if is_answer(field, vocabulary)}
    for field in (field for field, text in answers.items() if len(text) > LONGEST_ANSWER):
        errors[field] = _("Je antwoord is te lang. Er passen 2.000 tekens in.")
    return Change(**told), errors  # type: ignore[arg-type]


def _words(form: Form, vocabulary: Vocabulary, field: str, errors: dict[str, str], _: Callable[[str], str]) -> tuple[ChosenWord, ...]:
    known = [word for word in dict.fromkeys(form.all(field)) if vocabulary.has(KIND_OF[field], word)]
    edition = _edition(form, vocabulary)
    own = list(dict.fromkeys(" ".join(text.split()) for text in form.all(f"{field}-own") if text.strip()))
    chosen = tuple(
        [ChosenWord(word, "", _evidence(form, field, word), edition) for word in known] + [ChosenWord(None, text, _evidence(form, field, f"own:{text}")) for text in own]
    )
    if len(chosen) > MOST_WORDS:
        errors[field] = _("Kies er hooguit drie. Haal er een weg, dan kun je verder.")
    elif any(len(text) > LONGEST_WORD for text in own):
        errors[field] = _("Je eigen woord is te lang. Er passen 40 letters in.")
    elif any(len(word.evidence or "") > LONGEST_EVIDENCE for word in chosen):
        errors[field] = _("Je uitleg is te lang. Er passen 2.000 tekens in.")
    return chosen


def _edition(form: Form, vocabulary: Vocabulary) -> int:
    """The edition in which the words stood on the page that is sent: a phone without signal shows yesterday's."""
    return vocabulary.on_page(form.number("edition"))


def _evidence(form: Form, field: str, key: str) -> str | None:
    """What was told of a word; None where it was not asked. A beginning that was tapped and left at that is nothing."""
    name = f"{field}-evidence-{key}"
    told = form.text(name) if name in form else None
    return "" if told and is_bare(KIND_OF[field], told) else told


def captured(form: Form, now: datetime) -> datetime:
    """When the student made it: so long before its arrival as their phone says it waited, whatever the phone takes the date to be.

    A form that does not say when it was sent is believed as to the moment itself. What cannot be (before it was made, or more than
    a year ago) is a clock that was set in between: then only the arrival is sure.
    """
    made, sent = clock.parse_moment(form.text("captured_at")), clock.parse_moment(form.text("sent_at"))
    waited = (sent or now) - made if made else timedelta(0)
    return now - waited if timedelta(0) <= waited <= LONGEST_WAIT else now
