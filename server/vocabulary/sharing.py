"""The language of a school as a file, for another school. What is in it is told in `FORMAT.md`.

It holds words, questions and what clusters are called: nothing of any student, and no pictures of the school's own. A photo may show somebody, and is not
the school's to give away with its words; a word goes with its pictogram.

What comes from elsewhere is trusted in nothing: it is read strictly, a line at a time, within limits; what a line lacks is said of that line, and the others
are taken.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import msgspec

from server.core.text import folded, one_line
from server.vocabulary.actions import STEP, as_brought, at_the_end
from server.vocabulary.fields import LONGEST_EXAMPLE, MOMENTS, QUESTION_TEXTS, WORD_TEXTS
from server.vocabulary.queries import Vocabulary
from server.vocabulary.questions import COMPETENCIES, Question
from server.vocabulary.words import KINDS, Example, Word, clusters, fields_of_fit, icons, with_also

VERSION, LICENCE = 1, "CC-BY-4.0"
LICENCES = ("CC-BY-4.0", "CC0-1.0")
LARGEST = 512 * 1024
"""Bytes of a file: five times what Spoor itself brings along."""

MOST_LINES, MOST_EXAMPLES = 800, 6
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,38}")

Line = Word | Question


class FileWord(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A word as it stands in a file."""

    key: str
    kind: str
    nl: str
    en: str = ""
    sentence_nl: str = ""
    sentence_en: str = ""
    icon: str = ""
    cluster: str
    fits: list[str] = []
    examples: list[Example] = []
    hidden: bool = False


class FileQuestion(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A question as it stands in a file."""

    key: str
    competency: str
    moment: str
    nl: str
    en: str = ""
    after: str = ""
    hidden: bool = False


class FileCluster(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What a cluster is called, for who reads the file."""

    key: str
    kind: str
    nl: str
    en: str


class Sheet(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A whole file. Lines are looked at one by one after this: one that is wrong must not make all of them so."""

    format: Literal["spoor-vocabulary"]
    version: int
    licence: str
    school: str = ""
    made_on: str = ""
    clusters: list[Any] = []
    words: list[Any] = []
    questions: list[Any] = []


class Unreadable(Exception):
    """Not a file to take in; `why` is `empty`, `huge`, `odd`, `version`, `licence` or `long`."""

    def __init__(self, why: str) -> None:
        """Say what is wrong with it."""
        super().__init__(why)
        self.why = why


class Wrong(msgspec.Struct, frozen=True):
    """A line that is not taken: of the `words` or the `questions`, which one from the top, and why (`odd`, `twice`, `long`, `empty`, `cluster`, `moment`, `competency`, `kind`)."""

    part: str
    number: int
    why: str


class Read(msgspec.Struct, frozen=True):
    """What a file says: its lines in their order, and what could not be read of it."""

    school: str
    lines: list[Line]
    wrong: list[Wrong]


class Difference(msgspec.Struct, frozen=True):
    """What a line of the file would do: `add`, `change`, `choose` (both schools changed it), `same`, or `keep`: only ours changed it, or has such a line already, or
    theirs offers it no more.
    """

    theirs: Line
    ours: Line | None
    does: str


def written(vocabulary: Vocabulary, called: Callable[[str, str], str], school: str, day: str) -> bytes:
    """The file of this language. `called` gives what a cluster is called in a language, `day` is ISO."""
    named = [FileCluster(key=key, kind=kind, nl=called(key, "nl"), en=called(key, "en")) for kind in KINDS for key in clusters(kind)]
    words = [_file_word(word) for kind in KINDS for word in vocabulary.words.values() if word.kind == kind]
    questions = [
        FileQuestion(key=question.id, competency=question.competency, moment=question.moment, nl=question.nl, en=question.en, after=question.kind_hint, hidden=question.hidden)
        for question in vocabulary.questions.values()
    ]
    sheet = Sheet(format="spoor-vocabulary", version=VERSION, licence=LICENCE, school=school, made_on=day, clusters=named, words=words, questions=questions)
    return msgspec.json.format(msgspec.json.encode(sheet), indent=1)


def _file_word(word: Word) -> FileWord:
    told = {name: getattr(word, name) for name in (*WORD_TEXTS, "kind", "icon", "cluster", "hidden")}
    return FileWord(key=word.id, fits=list(word.fits), examples=list(word.examples), **told)


def read(content: bytes) -> Read:
    """What this file says. Raises `Unreadable` when it is none, or too large."""
    if not content.strip():
        raise Unreadable("empty")
    if len(content) > LARGEST:
        raise Unreadable("huge")
    try:
        sheet = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=Sheet)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable("odd") from error
    if sheet.version != VERSION:
        raise Unreadable("version")
    if sheet.licence not in LICENCES:
        raise Unreadable("licence")
    if len(sheet.words) + len(sheet.questions) > MOST_LINES:
        raise Unreadable("long")
    wrong = list[Wrong]()
    lines = [*_each("words", sheet.words, _word, wrong), *_each("questions", sheet.questions, _question, wrong)]
    return Read(one_line(sheet.school)[:120], lines, wrong)


def _each(part: str, raw: Sequence[Any], make: Callable[[Any], Line | str], wrong: list[Wrong]) -> Iterator[Line]:
    known = set[str]()
    for number, told in enumerate(raw, 1):
        line = make(told)
        if not isinstance(line, str) and line.id in known:
            line = "twice"
        if isinstance(line, str):
            wrong.append(Wrong(part, number, line))
        else:
            known.add(line.id)
            yield line


def _word(raw: Any) -> Word | str:
    """The word, or what is wrong with it."""
    try:
        told = msgspec.convert(raw, FileWord)
    except (msgspec.ValidationError, RecursionError):
        return "odd"
    texts = {name: one_line(getattr(told, name)) for name in WORD_TEXTS}
    examples = [Example(nl=one_line(known.nl), en=one_line(known.en), field=one_line(known.field)[:20]) for known in told.examples]
    if not _KEY.fullmatch(told.key):
        return "odd"
    if told.kind not in KINDS:
        return "kind"
    if told.cluster not in clusters(told.kind):
        return "cluster"
    too_long = any(len(texts[name]) > most for name, most in WORD_TEXTS.items()) or any(len(known.text(tongue)) > LONGEST_EXAMPLE for known in examples for tongue in ("nl", "en"))
    if too_long or len(examples) > MOST_EXAMPLES:
        return "long"
    if not texts["nl"]:
        return "empty"
    said: dict[str, Any] = {**texts, "en": texts["en"] or texts["nl"], "sentence_en": texts["sentence_en"] or texts["sentence_nl"]}
    icon = told.icon if told.icon in icons() else ""
    fits = tuple(fit for fit in dict.fromkeys(told.fits) if fit in fields_of_fit())
    shown = tuple(Example(nl=known.nl, en=known.en or known.nl, field=known.field) for known in examples if known.nl)
    return Word(id=told.key, kind=told.kind, icon=icon, cluster=told.cluster, fits=fits, examples=shown, hidden=told.hidden, **said)


def _question(raw: Any) -> Question | str:
    try:
        told = msgspec.convert(raw, FileQuestion)
    except (msgspec.ValidationError, RecursionError):
        return "odd"
    texts = {name: one_line(getattr(told, name)) for name in QUESTION_TEXTS}
    if not _KEY.fullmatch(told.key):
        return "odd"
    if told.moment not in MOMENTS:
        return "moment"
    if told.competency not in COMPETENCIES:
        return "competency"
    if any(len(texts[name]) > most for name, most in QUESTION_TEXTS.items()):
        return "long"
    if not texts["nl"]:
        return "empty"
    after = told.after if told.after in fields_of_fit() else ""
    return Question(id=told.key, competency=told.competency, moment=told.moment, nl=texts["nl"], en=texts["en"] or texts["nl"], kind_hint=after, hidden=told.hidden)


def differences(vocabulary: Vocabulary, lines: Sequence[Line]) -> list[Difference]:
    """What every line would do to this language. What is offered here already, or stands earlier in the file, is not taken in a second time."""
    found, named = list[Difference](), set[tuple[str, str]]()
    for line in lines:
        difference, name = _difference(vocabulary, line), (line.kind if isinstance(line, Word) else f"{line.moment} {line.competency}", folded(line.nl))
        twice = name in named or _is_there(vocabulary, line)
        found.append(msgspec.structs.replace(difference, does="keep") if twice and difference.does in {"add", "change", "choose"} else difference)
        named.add(name)
    return found


def _difference(vocabulary: Vocabulary, theirs: Line) -> Difference:
    known: Any = vocabulary.words if isinstance(theirs, Word) else vocabulary.questions
    ours = known.get(theirs.id)
    if ours is None:
        return Difference(theirs, None, "keep" if theirs.hidden else "add")
    if isinstance(theirs, Word) and theirs.kind != ours.kind:
        return Difference(theirs, ours, "keep")
    if over(ours, theirs) == ours:
        return Difference(theirs, ours, "same")
    brought = as_brought(ours)
    if brought is None:
        return Difference(theirs, ours, "choose")
    if _worded(ours) == _worded(brought, offered=True):
        return Difference(theirs, ours, "change")
    return Difference(theirs, ours, "keep" if _worded(over(ours, theirs)) == _worded(brought, offered=True) else "choose")


def _worded(line: Line, *, offered: bool = False) -> Line:
    """What two schools can word differently, without the place and a picture of their own; `offered`: as if it is offered."""
    aside: dict[str, Any] = {"position": 0, **({"hidden": False} if offered else {}), **({"picture": "", "picture_size": 0} if isinstance(line, Word) else {})}
    return msgspec.structs.replace(line, **aside)


def _is_there(vocabulary: Vocabulary, theirs: Line) -> bool:
    """Whether the school offers this already, under another key: two schools that added the same word."""
    offered: Sequence[Line] = vocabulary.words_of(theirs.kind) if isinstance(theirs, Word) else vocabulary.asked(theirs.moment, theirs.competency)
    return any(known.id != theirs.id and folded(known.nl) == folded(theirs.nl) for known in offered)


def over(ours: Line, theirs: Line) -> Line:
    """Their wording where ours stands: the place and a picture of our own stay, and the pictogram where they name none."""
    kept: dict[str, Any] = {"position": ours.position}
    if isinstance(ours, Word) and isinstance(theirs, Word):
        theirs = with_also(theirs)
        kept |= {
            "picture": ours.picture,
            "picture_size": ours.picture_size,
            "esco": ours.esco,
            "icon": theirs.icon or ours.icon,
        }
    return msgspec.structs.replace(theirs, **kept)


def taken(vocabulary: Vocabulary, found: Sequence[Difference], chosen: set[str]) -> tuple[list[Word], list[Question]]:
    """The words and questions as they become: what is new after all others in the order of the file, what both changed only where theirs was `chosen` (by `name_of`)."""
    words, questions = list[Word](), list[Question]()
    last = {kind: at_the_end([word for word in vocabulary.words.values() if word.kind == kind]) for kind in KINDS}
    last["question"] = at_the_end(list(vocabulary.questions.values()))
    for difference in found:
        line = difference.theirs
        if difference.does == "add":
            kind = line.kind if isinstance(line, Word) else "question"
            line, last[kind] = msgspec.structs.replace(line, position=last[kind]), last[kind] + STEP
            if isinstance(line, Word) and not line.icon:
                line = msgspec.structs.replace(line, icon=next(iter(icons())))
        elif difference.ours is not None and (difference.does == "change" or (difference.does == "choose" and name_of(line) in chosen)):
            line = over(difference.ours, line)
        else:
            continue
        (words if isinstance(line, Word) else questions).append(line)  # type: ignore[arg-type]
    return words, questions


def name_of(line: Line) -> str:
    """How a line is named on the form where somebody chooses."""
    return f"{'word' if isinstance(line, Word) else 'question'}:{line.id}"
