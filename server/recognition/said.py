"""What somebody says they saw, read from the form: one to three words, a sentence, and of a guest who they are."""

from collections.abc import Callable
from typing import NamedTuple

from server.core.forms import Form
from server.core.text import one_line, unturned
from server.recognition.models import LONGEST_NAME, LONGEST_SENTENCE, MOST_WORDS
from server.vocabulary.queries import Vocabulary
from server.vocabulary.words import Word

KIND = "quality"
"""Only qualities: what moves somebody cannot be seen from outside."""


class Said(NamedTuple):
    """What was sent. `name` and `role` are a guest's; an employee is known."""

    words: tuple[str, ...] = ()
    sentence: str = ""
    name: str = ""
    role: str = ""
    edition: int = 0
    """Of the school's language, as the page showed it that was sent: a word stays called what the giver chose."""


def offered(vocabulary: Vocabulary, edition: int) -> list[Word]:
    """The qualities to choose from as a page of this edition shows them, in the school's order then."""
    called = [vocabulary.as_chosen(key, edition) for key in vocabulary.words]
    return sorted((word for word in called if word is not None and word.kind == KIND and not word.hidden), key=lambda word: word.position)


def starter(_: Callable[[str], str]) -> str:
    """How the sentence begins in the field; alone it is no sentence."""
    return _("Ik zag dat je ")


def read(form: Form, vocabulary: Vocabulary) -> Said:
    """What stands on the form. A word that was no quality to choose on the page that was sent is not there."""
    edition = vocabulary.on_page(form.number("edition"))
    known = {word.id for word in offered(vocabulary, edition)}
    words = tuple(key for key in dict.fromkeys(form.all("word")) if key in known)
    return Said(words, unturned(form.text("sentence")).strip(), one_line(form.text("name")), one_line(form.text("role")), edition)


def wrong(said: Said, _: Callable[[str], str], *, guest: bool) -> dict[str, str]:
    """What is wrong with each field; empty when all is well. A guest is addressed with u, a colleague with je."""
    errors = {}
    if not said.words:
        errors["word"] = _("Kies één woord of meer.")
    elif len(said.words) > MOST_WORDS:
        errors["word"] = _("Kies hooguit drie woorden.")
    if said.sentence in {"", starter(_).strip()}:
        errors["sentence"] = _("Schrijf ook wat u zag. Eén zin is genoeg.") if guest else _("Schrijf ook wat je zag. Eén zin is genoeg.")
    elif len(said.sentence) > LONGEST_SENTENCE:
        errors["sentence"] = _("Dit is te lang: hooguit %(most)s tekens.") % {"most": LONGEST_SENTENCE}
    if guest:
        missing = {"name": _("Vul uw naam in."), "role": _("Vul in wie u bent, bijvoorbeeld: trainer.")}
        for name, text in (("name", said.name), ("role", said.role)):
            if not text:
                errors[name] = missing[name]
            elif len(text) > LONGEST_NAME:
                errors[name] = _("Dit is te lang: hooguit %(most)s tekens.") % {"most": LONGEST_NAME}
    return errors
