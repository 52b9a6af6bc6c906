"""What a coordinator types of a word or a question: read, looked over, put beside what another made of it meanwhile."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from server.core.forms import Form
from server.core.text import folded, one_line
from server.vocabulary.models import LONGEST_ASKED, LONGEST_LABEL, LONGEST_SENTENCE
from server.vocabulary.queries import Vocabulary
from server.vocabulary.questions import COMPETENCIES, Question
from server.vocabulary.words import Example, Word, clusters, fields_of_fit, icons

Told = dict[str, Any]
MOMENTS = ("after", "prepare", "mentor", "ask")
"""Right after an experience, preparing a talk, the mentor in the talk, the student to the mentor."""

EXAMPLES = 3
"""Places for examples on the form."""

LONGEST_EXAMPLE = 120
WORD_TEXTS = {"nl": LONGEST_LABEL, "en": LONGEST_LABEL, "sentence_nl": LONGEST_SENTENCE, "sentence_en": LONGEST_SENTENCE}
QUESTION_TEXTS = {"nl": LONGEST_ASKED, "en": LONGEST_ASKED}
_EXAMPLE_TEXTS = {f"example-{number}-{language}": LONGEST_EXAMPLE for number in range(1, EXAMPLES + 1) for language in ("nl", "en")}

Say = Callable[[str], str]


def typed_word(form: Form) -> Told:
    """The fields of a word as somebody typed them."""
    fits = [fit for fit in fields_of_fit() if fit in form.all("fits")]
    texts = {name: one_line(form.text(name)) for name in (*WORD_TEXTS, *_EXAMPLE_TEXTS)}
    return {**texts, "cluster": form.text("cluster"), "icon": form.text("icon"), "fits": fits}


def word_as_typed(word: Word) -> Told:
    """The same of a word that is there. Where the English is the Dutch, nobody typed it."""
    examples = [*word.examples, *[Example(nl="", en="")] * EXAMPLES][:EXAMPLES]
    told = {f"example-{number}-{language}": example.text(language) for number, example in enumerate(examples, 1) for language in ("nl", "en")}
    told |= {name: getattr(word, name) for name in (*WORD_TEXTS, "cluster", "icon")}
    return {**_without_copies(told), "fits": [fit for fit in fields_of_fit() if fit in word.fits]}


def new_word(nl: str = "") -> Told:
    """An empty form, with the word filled in where it came from somewhere. Nothing is chosen yet; the pictogram says nothing in particular."""
    return {**dict.fromkeys((*WORD_TEXTS, *_EXAMPLE_TEXTS), ""), "nl": one_line(nl)[:LONGEST_LABEL], "cluster": "", "icon": next(iter(icons())), "fits": []}


def worded(told: Told, word: Word) -> Word:
    """The word as it was typed; its place, and whether it is offered, stay. What has no English is Dutch there too."""
    said = {"nl": told["nl"], "en": told["en"] or told["nl"], "sentence_nl": told["sentence_nl"], "sentence_en": told["sentence_en"] or told["sentence_nl"]}
    fields = {example.nl: example.field for example in word.examples}
    pairs = [(told[f"example-{number}-nl"], told[f"example-{number}-en"]) for number in range(1, EXAMPLES + 1)]
    examples = tuple(Example(nl=nl, en=en or nl, field=fields.get(nl, "")) for nl, en in pairs if nl) + word.examples[EXAMPLES:]
    fits = tuple(dict.fromkeys([*(fit for fit in word.fits if fit in told["fits"]), *told["fits"]]))
    return msgspec.structs.replace(word, **said, cluster=told["cluster"], icon=told["icon"], fits=fits, examples=examples)


def wrong_word(told: Told, vocabulary: Vocabulary, kind: str, key: str, _: Say) -> dict[str, str]:
    """What is wrong with it, per field, in the person's language."""
    errors = _too_long(told, WORD_TEXTS | _EXAMPLE_TEXTS, _)
    if not told["nl"]:
        errors["nl"] = _("Schrijf het woord op.")
    elif any(word.id != key and folded(word.nl) == folded(told["nl"]) for word in vocabulary.words_of(kind)):
        errors["nl"] = _("Dit woord staat er al.")
    if not told["sentence_nl"]:
        errors["sentence_nl"] = _("Schrijf in één zin op wat het betekent.")
    for number in range(1, EXAMPLES + 1):
        if told[f"example-{number}-en"] and not told[f"example-{number}-nl"]:
            errors[f"example-{number}-nl"] = _("Schrijf dit voorbeeld ook in het Nederlands.")
    if told["cluster"] not in clusters(kind):
        errors["cluster"] = _("Kies waar het woord bij hoort.")
    if told["icon"] not in icons():
        errors["icon"] = _("Kies een plaatje.")
    return errors


def typed_question(form: Form) -> Told:
    """The fields of a question as somebody typed them."""
    return {name: one_line(form.text(name)) for name in QUESTION_TEXTS} | {name: form.text(name) for name in ("competency", "moment", "kind_hint")}


def question_as_typed(question: Question) -> Told:
    """The same of a question that is there."""
    return _without_copies({name: getattr(question, name) for name in (*QUESTION_TEXTS, "competency", "moment", "kind_hint")})


def asked(told: Told, question: Question) -> Question:
    """The question as it was typed; its place, and whether it is asked, stay."""
    return msgspec.structs.replace(question, **{**told, "en": told["en"] or told["nl"]})


def wrong_question(told: Told, vocabulary: Vocabulary, key: str, _: Say) -> dict[str, str]:
    """What is wrong with it, per field."""
    errors = _too_long(told, QUESTION_TEXTS, _)
    if told["moment"] not in MOMENTS:
        errors["moment"] = _("Kies wanneer de vraag wordt gesteld.")
    if told["competency"] not in COMPETENCIES:
        errors["competency"] = _("Kies waar de vraag over gaat.")
    if told["kind_hint"] not in ("", *fields_of_fit()):
        errors["kind_hint"] = _("Kies een activiteit uit de lijst.")
    if not told["nl"]:
        errors["nl"] = _("Schrijf de vraag op.")
    elif any(known.id != key and folded(known.nl) == folded(told["nl"]) for known in vocabulary.asked(told["moment"], told["competency"])):
        errors["nl"] = _("Deze vraag staat er al.")
    return errors


def together(told: Told, shown: Told | None, stands: Told) -> tuple[Told, Told]:
    """What was typed over what stands now, where `shown` stood on the form: who left a field alone wants what another made of it.

    The second is what would be overwritten unseen: fields that both changed, each their own way, as they stand now.
    """
    merged = {name: stands[name] if shown is not None and value == shown[name] else value for name, value in told.items()}
    unseen = {name: stands[name] for name, value in merged.items() if value != stands[name] and (shown is None or stands[name] != shown[name])}
    return merged, unseen


def replaced_unseen(told: Told, shown: Told | None, stands: Told) -> Told:
    """What stands now and would be replaced by `told` as a whole, when it is no longer what was `shown`; nothing when it is."""
    return {} if shown == stands else {name: value for name, value in stands.items() if value != told[name]}


def _without_copies(told: Told) -> Told:
    return {name: "" if name.endswith("en") and value == told.get(f"{name[:-2]}nl") else value for name, value in told.items()}


def _too_long(told: Mapping[str, Any], limits: Mapping[str, int], _: Say) -> dict[str, str]:
    return {name: _("Dit is te lang: hooguit %(most)s tekens.") % {"most": most} for name, most in limits.items() if len(told[name]) > most}
