"""Two languages: everything said is translated, nothing is said around the translation, and each page says in which language it is."""

import ast
import re
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from jinja2 import Environment, nodes
from litestar.testing import TestClient

from server.core import i18n
from server.core.i18n import LANGUAGES, preferred
from server.vocabulary.questions import standard_questions
from server.vocabulary.words import standard_words
from tests import messages
from tests.browsing import Browsing, text_of
from tests.world import id_of

CATALOGUE = messages.english()
TRANSLATED = [message for message in CATALOGUE if message.id]
NAMES = {"Spoor", "Android", "iPhone", "iPad", "Kindertelefoon", "kindertelefoon", "nl", "Nederlands", "English", "Aa"}
BILINGUAL = {
    "failures.py": "the page of last resort: nothing may go wrong on it",
    "serve.py": "the start link, on a terminal before anybody is there",
    "service-worker.js": "a message that cannot be read, where no page is open",
    "guardian/actions.py": "how somebody is called who has not said their name yet, whatever language reads it",
    "guardian/letter.py": "a letter to somebody whose language nobody knows yet",
    "setup/command.py": "the start link, on a terminal before anybody is there",
    "sign_in/command.py": "a link, on a terminal of whoever runs the installation",
}
"""These say both languages at once."""
READ = {"roster/reading_columns.py", "roster/reading_names.py", "roster/reading_rows.py"}
"""These hold words as they stand in the lists of schools: nobody is shown them."""
READ_ALOUD = {"alt", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "label", "placeholder", "title"}
PLACES = {"activity_id": "koken", "conversation_id": "gesprek", "experience_id": "soep", "group_id": "3B", "person_id": "samira"}
SCRIPTS = [path for kind in ("scripts/*.js", "styles/*.css", "service-worker.js") for path in sorted((messages.ROOT / "web").glob(kind))]
PEOPLE = ("samira", "deboer", "anja", "wouters", "karim", "nobody")


def forms(message: Message) -> tuple[list[str], list[str]]:
    """The Dutch and the English forms of a message."""
    return [message.id] if isinstance(message.id, str) else list(message.id), [message.string] if isinstance(message.string, str) else list(message.string)


def words(text: str) -> set[str]:
    """What is written in it, in small letters."""
    return {word.lower() for word in re.findall(r"[^\W\d_]{3,}", text)}


DUTCH = set().union(*(words(" ".join(forms(message)[0])) for message in TRANSLATED)) - set().union(*(words(" ".join(forms(message)[1])) for message in TRANSLATED))
"""The words that only the Dutch uses: where one stands outside a message, it cannot be translated."""


def sounds_dutch(text: str) -> bool:
    """Whether it is more than a name: one word may happen to be in both languages."""
    return len(words(text) & DUTCH) > 1


def test_the_catalogue_holds_exactly_what_is_said() -> None:
    said, stored = {message.id for message in messages.said() if message.id}, {message.id for message in TRANSLATED}
    assert said - stored == set(), "make messages, then translate these in web/locale/en.po"
    assert stored - said == set() and not CATALOGUE.obsolete, "make messages"


def test_every_message_is_translated_and_none_is_a_guess() -> None:
    assert [message.id for message in TRANSLATED if not messages.is_translated(message) or message.fuzzy] == []


@pytest.mark.parametrize("pattern", [r"%\(\w+\)[sd]", r"</?\w+>", r"https?://\S+", r"--\w+", r"^\s|\s$"], ids=["placeholders", "markup", "addresses", "options", "edges"])
def test_the_english_keeps_what_the_dutch_fills_in(pattern: str) -> None:
    def marks(text: str) -> list[str]:
        return sorted(re.findall(pattern, text))

    def differ(message: Message) -> bool:
        dutch, english = forms(message)
        return marks(dutch[-1]) != marks(english[-1]) or set(marks(english[0])) - set(marks(dutch[0]))  # type: ignore[return-value]

    assert [message.id for message in TRANSLATED if differ(message)] == []


def test_no_percent_sign_can_break_a_page() -> None:
    """Every text goes through `%`: a sign on its own would be an error on the page that says it."""
    stray = re.compile(r"%(?!\(\w+\)[sd]|%)")
    assert [text for message in TRANSLATED for spoken in forms(message) for text in spoken if stray.search(text)] == []


def test_the_same_end_stands_in_both_languages() -> None:
    """A question stays a question; a label gets no full stop."""

    def end(text: str) -> str:
        return "".join(re.findall(r"[.?!:…]$", text))

    assert [message.id for message in TRANSLATED if end(forms(message)[0][0]) != end(forms(message)[1][0])] == []


def test_every_word_and_question_of_the_shared_language_is_there_twice() -> None:
    named = [(word.nl, word.en) for word in standard_words().values()] + [(word.sentence_nl, word.sentence_en) for word in standard_words().values()]
    asked = [(question.nl, question.en) for question in standard_questions().values()]
    assert [pair for pair in named + asked if not all(pair) or pair[0] == pair[1] or sounds_dutch(pair[1])] == []
    assert [pair for pair in asked if not pair[0].endswith("?") or not pair[1].endswith("?")] == []


class _Untranslated(HTMLParser):
    """What of a template is read by people and stands outside the translation."""

    def __init__(self) -> None:
        super().__init__()
        self.found = list[str]()

    def handle_data(self, data: str) -> None:
        if not self.cdata_elem:
            self._look(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in READ_ALOUD:
                self._look(value or "")

    def _look(self, text: str) -> None:
        self.found += [word for word in re.findall(r"[^\W\d_]{2,}", re.sub(r"/[\w/-]+", "", text)) if word not in NAMES]


def bare(source: str) -> str:
    """The template without what Jinja fills in. What is put in `read` are the ids of what is read aloud."""
    no_classes = re.sub(r"\{% block (?:screen|body_class) %\}.*?\{% endblock %\}|\{% set read %\}.*?\{% endset %\}", "", source)
    return re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", no_classes, flags=re.S)


@pytest.mark.parametrize("path", messages.templates(), ids=lambda path: "/".join(path.parts[-2:]))
def test_a_template_says_nothing_around_the_translation(path: Path) -> None:
    reader = _Untranslated()
    reader.feed(bare(path.read_text()))
    assert reader.found == []
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(path.read_text())
    told = {id(argument) for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name) and call.node.name in messages.KEYWORDS for argument in call.args}
    compared = {id(constant) for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Getattr) for argument in call.args for constant in argument.find_all(nodes.Const)}
    compared |= {id(argument) for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Getattr) for argument in call.args}
    loose = [constant.value for constant in tree.find_all(nodes.Const) if isinstance(constant.value, str) and id(constant) not in told | compared]
    assert [text for text in loose if text not in NAMES and words(text) & DUTCH] == []


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Every call by which the code says something."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in messages.KEYWORDS:
            yield node


@pytest.mark.parametrize("path", messages.modules(), ids=lambda path: "/".join(path.parts[-2:]))
def test_the_code_says_nothing_around_the_translation(path: Path) -> None:
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Call):
            assert not (isinstance(node.func.func, ast.Name) and node.func.func.id == "tongue"), f"line {node.lineno}: call it _, or it is not found to be translated"
    if {"demo", "doctor"} & set(path.parts) or {path.name, "/".join(path.parts[-2:])} & (BILINGUAL.keys() | READ):  # the doctor says everything twice: see its own tests
        return
    told = {id(argument) for call in calls(tree) for argument in call.args}
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    loose = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told | documented]
    assert [(node.lineno, node.value) for node in loose if sounds_dutch(node.value)] == []


@pytest.mark.parametrize("path", messages.modules(), ids=lambda path: "/".join(path.parts[-2:]))
def test_what_is_translated_is_written_out(path: Path) -> None:
    """A text put together or passed on is not found by `make messages`."""
    for call in calls(ast.parse(path.read_text())):
        texts = call.args[:2] if call.func.id == "ngettext" else call.args[:1]  # type: ignore[attr-defined]
        assert all(isinstance(text, ast.Constant) and isinstance(text.value, str) for text in texts), f"line {call.lineno}"


@pytest.mark.parametrize("path", messages.templates(), ids=lambda path: "/".join(path.parts[-2:]))
def test_what_a_template_translates_is_written_out(path: Path) -> None:
    for call in Environment(extensions=["jinja2.ext.i18n"]).parse(path.read_text()).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in messages.KEYWORDS:
            assert all(isinstance(text, nodes.Const) for text in call.args[: 2 if call.node.name == "ngettext" else 1]), f"line {call.lineno}"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_and_styles_say_nothing_themselves(path: Path) -> None:
    """They take what they say from the page, which is in the person's language."""
    source = re.sub(r"/\*.*?\*/|(?<![:\w\"'`])//[^\n]*", "", path.read_text(), flags=re.S)
    texts = re.findall(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`", source)
    assert path.name in BILINGUAL or [text for text in texts if sounds_dutch(text)] == []


def addresses(client: TestClient) -> Iterator[str]:
    """Every page there is, of somebody or something in the world."""
    for route in client.app.routes:
        if "GET" in route.methods and not route.path.startswith(("/assets", "/healthz", "/readyz", "/metrics", "/favicon")):
            yield re.sub(r"\{(\w+):(\w+)\}", lambda part: str(id_of(PLACES.get(part[1], part[1]))) if part[2] == "uuid" else "1", route.path)


@pytest.fixture
def pages(client: TestClient) -> list[str]:
    """The addresses to look at, with one that does not exist."""
    found = [*addresses(client), "/nergens"]
    assert len(found) > 25
    return found


@pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_in_which_language_it_is(browsing: Browsing, pages: list[str], name: str, language: str) -> None:
    person, other = getattr(browsing, name), {"nl": "en", "en": "nl"}[language]
    if name != "nobody":
        assert person.post("/me/language", {"language": language}).status_code == 303
    for address in pages:
        browsers = language if name == "nobody" or address == "/offline" else other
        answer = person.get(address, headers={"accept-language": browsers})
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert (address, re.findall(r"<html[^>]* lang=\"(\w+)\"", answer.text), answer.headers["content-language"]) == (address, [language], language)


SPOKEN = {" ".join(form.split()) for message in TRANSLATED for form in forms(message)[0] if len(form.split()) > 2 and sounds_dutch(form) and "%" not in form}
CALLED = {word.nl for word in standard_words().values() if word.nl != word.en} | {question.nl for question in standard_questions().values()}
DAYS = {"maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag", "vandaag", "morgen", "gisteren"}


@pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", PEOPLE)
def test_no_dutch_is_left_on_an_english_page(browsing: Browsing, pages: list[str], name: str) -> None:
    """What people wrote stays as they wrote it; the words, the questions and the days are English too."""
    person = getattr(browsing, name)
    if name != "nobody":
        person.post("/me/language", {"language": "en"})
    for address in pages:
        answer = person.get(address, headers={"accept-language": "en"})
        if answer.headers.get("content-type", "").startswith("text/html"):
            read = text_of(answer)
            assert (address, [text for text in SPOKEN if text in read]) == (address, [])
            both = address.startswith("/school/vocabulary")  # the coordinator sees every word in both languages
            assert (address, [text for text in (DAYS if both else CALLED | DAYS) if re.search(rf"\b{re.escape(text)}(?!\w)", read)]) == (address, [])


@pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
def test_ones_own_language_comes_first_then_the_browsers_then_dutch(browsing: Browsing) -> None:
    def spoken(**headers: str) -> str:
        return browsing.samira.get("/help", headers=headers).headers["content-language"]

    asked = {"accept-language": "fr, en-GB;q=0.8, nl;q=0.7"}
    assert (spoken(**asked), spoken(**{"accept-language": "fr"}), spoken(**{"accept-language": ""})) == ("en", "nl", "nl")
    browsing.samira.post("/me/language", {"language": "nl"})
    assert spoken(**asked) == "nl"
    browsing.samira.post("/me/language", {"language": "en"})
    assert spoken(**{"accept-language": "nl"}) == "en"


@pytest.mark.parametrize("asked", ["", "*", "fr", "q", "en;q=x", ";q=1", ",,,", "e" * 10_000, "en;q=0.1, nl;q=0.9", "NL-be"])
def test_a_browser_that_asks_oddly_is_answered_in_dutch(asked: str) -> None:
    assert preferred(asked) == "nl"


@pytest.mark.parametrize(("asked", "given"), [("en", "en"), ("EN-us", "en"), ("de, en;q=0.5", "en"), ("nl;q=0.2, en;q=0.3", "en")])
def test_a_browser_that_asks_for_english_gets_it(asked: str, given: str) -> None:
    assert preferred(asked) == given


def test_days_are_named_in_the_language() -> None:
    then = date(2026, 11, 24)

    def named(language: str) -> list[str]:
        return [" ".join(name(then, language).split()) for name in (i18n.day, i18n.long_day, i18n.month)]

    assert named("nl") == ["di 24 nov", "dinsdag 24 november", "november 2026"]
    assert named("en") == ["Tue 24 Nov", "Tuesday 24 November", "November 2026"]
    assert [i18n.days_away(then + timedelta(days=away), then, "en") for away in (-7, -1, 0, 1, 7)] == ["7 days ago", "yesterday", "today", "tomorrow", "in 7 days"]
    assert [i18n.days_away(then + timedelta(days=away), then, "nl") for away in (-7, -1, 0, 1, 7)] == ["7 dagen geleden", "gisteren", "vandaag", "morgen", "over 7 dagen"]
