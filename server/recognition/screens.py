"""The form on which somebody says what they saw: the same for an employee who picks a name, and for whoever comes by the student's link."""

from typing import Any
from uuid import UUID

from server.core.i18n import tongue
from server.core.ids import new_id
from server.recognition.models import MOST_WORDS
from server.recognition.said import Said, offered, starter
from server.vocabulary.queries import Vocabulary
from server.vocabulary.words import OFFERED_FIRST, Word


def saying(
    name: str, vocabulary: Vocabulary, language: str, *, guest: bool, said: Said | None = None, errors: dict[str, str] | None = None, id: UUID | None = None
) -> dict[str, Any]:
    """The view of the form: about whom, the words, and what was typed when it could not be stored; then the words are called as they were on that page.

    The first words are the same for every student: which of them a student chose before is nobody's business here.
    """
    typed = said or Said(edition=vocabulary.edition)
    words = offered(vocabulary, typed.edition)
    more: dict[str, list[Word]] = {}
    for word in words[OFFERED_FIRST:]:
        more.setdefault(word.cluster, []).append(word)
    opened = any(key not in {word.id for word in words[:OFFERED_FIRST]} for key in typed.words)
    return {
        "name": name, "guest": guest, "id": id or new_id(), "first": words[:OFFERED_FIRST], "more": more, "opened": opened, "chosen": set(typed.words), "most": MOST_WORDS,
        "errors": errors or {}, "edition": typed.edition, "spent": False,
        "form": {"sentence": typed.sentence or starter(tongue(language)), "name": typed.name, "role": typed.role},
    }  # fmt: skip
