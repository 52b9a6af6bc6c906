"""What templates may and may not hold, and that every page that is made is well-formed and hangs together."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from httpx import Response
from litestar.testing import TestClient

from server.core.assets import ROOT, Assets
from server.core.db import Database
from server.core.i18n import LANGUAGES
from server.core.templates import TEMPLATES, environments
from server.settings import Settings
from tests.browsing import Browsing
from tests.journey import journey
from tests.test_access_matrix import LINES
from tests.whole import EVERYBODY, crawl, fill_the_rest, named, nothing_stored, route_of

ASSETS = Assets()
SOURCES = {path.relative_to(TEMPLATES).as_posix(): path.read_text() for path in sorted(TEMPLATES.rglob("*.html"))}
SYMBOLS = {sprite: set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "icons" / f"{sprite}.svg").read_text())) for sprite in ("ui", "words")}


def found_in_sources(pattern: str) -> set[str]:
    """What the pattern catches in any template, with where."""
    return {f"{name}: {match if isinstance(match, str) else match[0]}" for name, text in SOURCES.items() for match in re.findall(pattern, text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_compiles_in_every_language(language: str) -> None:
    environment = environments(ASSETS)[language]
    for name in SOURCES:
        assert environment.get_template(name)


def test_no_template_is_long() -> None:
    assert {name: lines for name, text in SOURCES.items() if (lines := text.count("\n")) >= 150} == {}


@pytest.mark.parametrize(
    "pattern",
    [
        r"\|\s*safe\b", r"autoescape", r"\bstyle\s*=", r"<style\b", r"<script(?![^>]*\bsrc=)[^>]*>", r"""\s(on[a-z]+)\s*=\s*["']""", r"hx-on", r"""["']\s*js:""",
        r"javascript:", r"hx-(?:vals|headers|vars)=", r"""(?:src|href|action)="(?:https?:)?//[^"]*""", r'target="_blank"(?! rel="noopener")', r"<iframe", r"<base\b", r"http-equiv",
    ],
)  # fmt: skip
def test_no_template_holds_what_the_policy_forbids_or_what_would_let_text_become_markup(pattern: str) -> None:
    allowed = {"me/help.html"} if "https?" in pattern else {"mail/letter.html"} if "style" in pattern else {"inbox/show.html"} if "iframe" in pattern else set()
    assert {found for found in found_in_sources(pattern) if found.partition(":")[0] not in allowed} == set()


def test_every_icon_and_every_asset_that_is_named_is_there() -> None:
    assert {found for found in found_in_sources(r'(?<!word_)\bicon\("([\w-]+)"') if found.partition(": ")[2] not in SYMBOLS["ui"]} == set()
    assert {found for found in found_in_sources(r'\bword_(?:icon|use)\("([\w-]+)"') if found.partition(": ")[2] not in SYMBOLS["words"]} == set()
    assert {found for found in found_in_sources(r'\basset\("([^"]+)"\)') if found.partition(": ")[2] not in ASSETS.named} == set()
    for found in found_in_sources(r'(?:include|extends|import) "([^"]+)"'):
        assert found.partition(": ")[2] in SOURCES or found.endswith("/"), found


def test_every_picture_that_code_names_is_there() -> None:
    from server.activity.models import KINDS, OWN_ICON
    from server.vocabulary.words import standard_words

    assert {icon for icon in (*KINDS.values(), OWN_ICON) if f"{icon}-duotone" not in SYMBOLS["ui"]} == set()
    assert {word.icon for word in standard_words().values() if word.icon not in SYMBOLS["words"]} == set()


def test_every_form_that_posts_says_where_to() -> None:
    forms = [(name, form) for name, text in SOURCES.items() for form in re.findall(r"<form\b[^>]*", text) if "post" in form and not name.startswith("styleguide/")]
    assert len(forms) > 20
    assert {name: form for name, form in forms if "action=" not in form} == {}


# --- pages as they are made

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
PHRASING_ONLY = {"p", "h1", "h2", "h3", "h4", "button", "label", "span", "a", "summary", "em", "strong", "small", "b", "time"}
BLOCKS = {"div", "p", "ul", "ol", "dl", "h1", "h2", "h3", "h4", "form", "section", "article", "header", "footer", "main", "nav", "fieldset", "table", "hr", "pre", "aside"}
INTERACTIVE = {"a", "button", "select", "textarea", "input", "label", "details"}


class Checked(HTMLParser):
    """A page read strictly: every element closed where it must be, no attribute twice, nothing where a browser would move it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        self.faults += [f"<{tag} {name}> stands there twice" for name in set(names) if names.count(name) > 1]
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        self.elements.append((tag, given))
        self._nesting(tag, given)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()
            if "svg" not in [*self.open, tag]:
                self.faults.append(f"<{tag}/> does not close anything in HTML")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> where {self.open[-1:]} is open")
            if tag in self.open:
                while self.open.pop() != tag:
                    pass
        else:
            self.open.pop()

    def _nesting(self, tag: str, given: dict[str, str]) -> None:
        inside = self.open[len(self.open) - self.open[::-1].index("svg") - 1 :] if "svg" in self.open else self.open
        if "svg" in self.open:
            return
        if tag in BLOCKS and (wrong := [outer for outer in inside if outer in PHRASING_ONLY - {"a", "label"}]):
            self.faults.append(f"<{tag}> in <{wrong[-1]}>")
        if tag in {"a", "button"} and (wrong := [outer for outer in inside if outer in {"a", "button", "label", "summary"}]):
            self.faults.append(f"<{tag}> in <{wrong[-1]}>")
        if tag == "form" and "form" in inside:
            self.faults.append("<form> in <form>")
        if tag == "li" and inside[-1:] not in (["ul"], ["ol"], ["menu"], ["template"]):
            self.faults.append(f"<li> in <{inside[-1]}>")
        if inside[-1:] in (["ul"], ["ol"]) and tag not in {"li", "template", "script"}:
            self.faults.append(f"<{tag}> straight in <{inside[-1]}>")
        if tag == "legend" and inside[-1:] != ["fieldset"]:
            self.faults.append("<legend> outside <fieldset>")


@pytest.mark.parametrize(
    "broken",
    [
        "<div><p>x</div>",
        "<p><div>x</div></p>",
        "<a href='/'><button>x</button></a>",
        '<div class="a" class="b"></div>',
        "<div/>",
        "<ul><p>x</p></ul>",
        "<form><form></form></form>",
    ],
)
def test_a_page_that_is_broken_would_be_noticed(broken: str) -> None:
    assert Checked(broken).faults
    assert not Checked("<ul><li><a href='/'><svg><use href='#x'></use></svg>x</a></li></ul>").faults


def faults_of(client: TestClient, answer: Response) -> Iterator[str]:
    page = Checked(answer.text)
    yield from page.faults
    yield from (f"#{name} stands there {page.ids.count(name)} times" for name in set(page.ids) if page.ids.count(name) > 1)
    if not answer.text.startswith("<!doctype html>"):
        yield "no doctype"
    for tag, given in page.elements:
        if tag == "label" and given.get("for") and given["for"] not in page.ids:
            yield f'<label for="{given["for"]}"> labels nothing'
        for name in ("aria-describedby", "aria-labelledby", "aria-controls", "form", "list"):
            yield from (f"{name} names #{one}, which is not there" for one in given.get(name, "").split() if one not in page.ids)
        if given.get("href", "").startswith("#") and given["href"][1:] not in page.ids:
            yield f"{given['href']} leads nowhere"
        if (target := given.get("hx-target", "")).startswith("#") and target[1:] not in page.ids:
            yield f"{target} is to be replaced and is not there"
        if tag == "form":
            yield from _form_faults(client, given, answer)
        if tag == "use" and not given.get("href", "").startswith("#"):
            yield from _picture_faults(given)
        if tag == "img" and "alt" not in given:
            yield "a picture without alt"
        if given.get("style") or any(name.startswith("on") for name in given):
            yield f"<{tag}> with style or script in it"


def _form_faults(client: TestClient, given: dict[str, str], answer: Response) -> Iterator[str]:
    action = urlsplit(given.get("action", ""))
    method = given.get("method", "get").upper()
    if action.netloc or (method == "POST" and not action.path):
        yield f"a form to {given.get('action')!r}"
        return
    if method == "POST" and "_method=delete" in action.query:
        method = "DELETE"
    path = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "{id}", action.path or answer.request.url.path)
    try:
        route_of(client.app, method, path)
    except AssertionError:
        yield f"a form sends {method} to {action.path}, which is no route"


def _picture_faults(given: dict[str, str]) -> Iterator[str]:
    address, _, name = given.get("href", "").partition("#")
    sprite = re.fullmatch(r"/assets/icons/(\w+)\.\w+\.svg", address)
    if sprite is None or sprite[1] not in SYMBOLS or name not in SYMBOLS[sprite[1]]:
        yield f"no picture at {given.get('href')}"


STARTS = sorted({path for method, path in LINES if method == "GET"})


@pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
def test_every_page_of_everybody_is_well_formed_and_hangs_together(
    browsing: Browsing, client: TestClient, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong: dict[str, set[str]] = {}
    looked: set[str] = set()

    def look() -> None:
        for who in EVERYBODY[:7] + EVERYBODY[-1:]:
            for path, answer in crawl(getattr(browsing, who), map(named, STARTS)).items():
                if not answer.text or not answer.headers.get("content-type", "").startswith("text/html") or answer.text in looked:
                    continue
                looked.add(answer.text)
                for fault in faults_of(client, answer):
                    wrong.setdefault(fault, set()).add(f"{who} {path} ({answer.status_code})")

    fill_the_rest(database, settings)
    for step in journey(browsing, database, settings):
        if step in {"samira asks a question", "samira signs that device out"}:
            with nothing_stored(database, monkeypatch):
                look()
    assert not wrong, "\n".join(f"{fault}: {sorted(where)[:3]}" for fault, where in sorted(wrong.items()))
    assert len(looked) > 60


@pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
def test_every_part_that_htmx_replaces_comes_alone_and_is_the_same_as_in_the_page(browsing: Browsing, database: Database, settings: Settings) -> None:
    fill_the_rest(database, settings)
    for step in journey(browsing, database, settings):
        if step == "the talk begins":
            break
    parts, seen = 0, set[tuple[str, str]]()
    for who in EVERYBODY[:7]:
        for path, answer in crawl(getattr(browsing, who), map(named, STARTS)).items():
            if not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            page = Checked(answer.text)
            for _, given in page.elements:
                address, target = given.get("hx-get") or "", given.get("hx-target", "").removeprefix("#")
                if not address or (address.partition("?")[0], target) in seen:
                    continue
                seen.add((address.partition("?")[0], target))
                alone = getattr(browsing, who).get(address, headers={"hx-request": "true", "hx-target": f"div#{target}"})
                assert alone.status_code == 200, f"{address} for #{target} on {path}: {alone.status_code}"
                assert "<html" not in alone.text and f'id="{target}"' in alone.text, f"{address} gives no #{target} alone: {alone.text[:200]}"
                assert Checked(alone.text).faults == []
                parts += 1
    assert parts == len(seen)


@pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
def test_every_block_whose_name_is_an_id_is_a_part_that_can_be_made_alone(browsing: Browsing, database: Database, settings: Settings, client: TestClient) -> None:
    """Whoever asks for a block gets it without what stands around it, or the whole page; never a fault."""
    fill_the_rest(database, settings)
    for who, path in (
        ("samira", "/"),
        ("samira", "/trail"),
        ("samira", named("/conversations/{gesprek}")),
        ("deboer", named("/conversations/{gesprek}")),
        ("wouters", "/school/people"),
    ):
        blocks = set(re.findall(r"{%-? block (\w+)", "".join(SOURCES.values())))
        for block in sorted(blocks | {"no-such-block", "", "main", "title"}):
            answer = getattr(browsing, who).get(path, headers={"hx-request": "true", "hx-target": f"div#{block}"})
            assert answer.status_code == 200, f"{path} for #{block}: {answer.status_code}"
