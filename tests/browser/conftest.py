"""Real browsers at a real server: the world with today's dates, on a port of this machine, which counts as a secure place."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Playwright, Request, WebError, expect, sync_playwright

from server.core.db import Database
from server.migrations.run import migrate
from server.serve import server_of
from server.settings import Settings
from server.vocabulary.queries import forget
from tests import world

PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1280, "height": 800}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
AXE = (Path(__file__).parent / "axe.min.js").read_text()
PICTURES = Path(os.environ.get("SPOOR_TEST_PICTURES", "screens/failed"))
PATIENCE = 20_000
"""How long (ms) a test waits for what must come. Two cores with four tests at a time are slow now and then; what comes at once is not waited for."""
expect.set_options(timeout=PATIENCE)
_pictures = count(1)


class School:
    """A running Spoor with the world in it. `interrupted`: it was stopped once, so what answers now may have begun under a test's own conditions."""

    interrupted = stopped = False

    def __init__(self, folder: Path, filled: Path, url: str = "", **settings: Any) -> None:
        """Answer from a copy of this filled database. `url` is where browsers find it, when that is not where it listens (`address`)."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.url = url or self.address
        self.settings = Settings(data=folder, base_url=self.url, port=port, **settings)
        self.database, self._filled, self._server = Database(self.settings.database), filled, None
        self.fill_anew()
        self.start()

    def fill_anew(self) -> None:
        """Let nothing of an earlier test be left. What its browser still asked for is answered first: it would open the database while it is put in place."""
        self._wait_for_quiet()
        forget()
        self.database.close()
        shutil.rmtree(self.settings.data, ignore_errors=True)
        self.settings.data.mkdir(parents=True, exist_ok=True)
        shutil.copy(self._filled, self.settings.data / "spoor.sqlite3")

    def _wait_for_quiet(self) -> None:
        deadline = time.monotonic() + 10
        while self._server and not self.stopped and self._server.server_state.tasks and time.monotonic() < deadline:
            time.sleep(0.01)

    def start(self) -> None:
        """Answer, on the same port as before."""
        self.stopped = False
        self._server = server_of(self.settings, self.database)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < deadline and self._thread.is_alive(), "the server did not start"
            time.sleep(0.02)

    def stop(self) -> None:
        """Answer no more, as when the machine is down."""
        self.stopped = self.interrupted = True
        self._server.should_exit = True
        self._thread.join(10)


class Watched:
    """A browser of one person, and all it did that a page must not do."""

    def __init__(self, context: BrowserContext, school: School) -> None:
        """Listen from the first page on."""
        self.context, self.school = context, school
        self.complaints: list[str] = []
        context.on("request", self._asked)
        context.on("console", self._said)
        context.on("weberror", self._failed)

    def open(self, path: str = "/") -> Page:
        """A page at this address, in the only tab or a new one."""
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.goto(self.school.url + path)
        return page

    def become(self, name: str) -> None:
        """Be signed in as somebody (else) in the same browser."""
        self.context.add_cookies([{"name": "spoor", "value": world.token_of(name), "url": self.school.url, "httpOnly": True, "sameSite": "Lax"}])

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.school.url, "data:", "blob:")):
            self.complaints.append(f"asked another site: {request.url}")

    def _failed(self, error: WebError) -> None:
        if not str(error.error).startswith("Transition was "):  # a view transition the browser gave up, at a very fast navigation
            self.complaints.append(f"script error: {error.error}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Playwright itself, until the file ends: its event loop runs in this thread, and other tests need one of their own."""
    with sync_playwright() as made:
        yield made


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is. Without one these tests are skipped by name, but never where all tests must run."""
    found = os.environ.get("SPOOR_CHROMIUM") or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
    if found is None:
        told = "no Chromium found: install it, or name it in SPOOR_CHROMIUM"
        pytest.fail(told) if os.environ.get("CI", "").lower() in {"1", "true"} else pytest.skip(told)
    return found


@pytest.fixture(scope="session")
def shell_path(chromium_path: str) -> str:
    """Chromium without what surrounds a page (Debian's chromium-headless-shell), which costs a third less; Chromium itself where that is not there."""
    return chromium_path if "SPOOR_CHROMIUM" in os.environ else shutil.which("chromium-headless-shell") or chromium_path


@pytest.fixture(scope="module")
def chromium(playwright: Playwright, shell_path: str) -> Iterator[Browser]:
    """One browser; every person gets a fresh context of it."""
    browser = playwright.chromium.launch(executable_path=shell_path, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def whole_chromium(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    """The browser as people have it, for tests marked `whole_browser`: it shows notifications."""
    browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world with today's dates in a file, to be copied."""
    path = tmp_path_factory.mktemp("today") / "world.sqlite3"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.writing() as session:
        world.fill(session, datetime.now(UTC))
    database.close()
    return path


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory, filled: Path) -> Iterator[School]:
    """A school that answers for all tests of a process: each finds it filled anew."""
    made = School(tmp_path_factory.mktemp("standing") / "school", filled)
    yield made
    made.stop()
    made.database.close()


@pytest.fixture
def school(standing: School) -> Iterator[School]:
    """A school of this test's own."""
    standing.fill_anew()
    yield standing
    if standing.interrupted:
        if not standing.stopped:
            standing.stop()
        standing.start()
        standing.interrupted = False


@pytest.fixture
def person(school: School, request: pytest.FixtureRequest) -> Iterator[Callable[..., Watched]]:
    """`person("samira")`: her phone, signed in. `person("deboer", viewport=LAPTOP)`, `locale="en"`, `color_scheme="dark"`.

    After the test, whatever a page did that it must not do (an error, a broken policy, another site) fails it.
    """
    made: list[Watched] = []
    browser = request.getfixturevalue("whole_chromium" if request.node.get_closest_marker("whole_browser") else "chromium")

    def at(name: str = "nobody", **how: Any) -> Watched:
        context = browser.new_context(**{"viewport": PHONE, "locale": "nl-NL", "timezone_id": "Europe/Amsterdam", "has_touch": True, **how})
        context.set_default_timeout(PATIENCE)
        watched = Watched(context, school)
        if name != "nobody":
            watched.become(name)
        made.append(watched)
        return watched

    yield at
    complaints = [complaint for watched in made for complaint in watched.complaints]
    for watched in made:
        watched.context.close()
    assert not complaints, complaints


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """A picture of every page of a test that failed; its path is in the report."""
    report = yield
    if report.when == "call" and report.failed:
        for watched in _watched_of(item):
            for page in watched.context.pages:
                report.sections.append(("picture", picture(page, item.name)))
    return report


def _watched_of(item: pytest.Item) -> list[Any]:
    """The browsers of a test: those of `person`, and phones of its own."""
    given = getattr(item, "funcargs", {})
    cells = getattr(given.get("person"), "__closure__", None) or ()
    people = next((cell.cell_contents for cell in cells if isinstance(cell.cell_contents, list)), [])
    return [*people, *(thing for thing in given.values() if isinstance(getattr(thing, "context", None), BrowserContext))]


def picture(page: Page, name: str) -> str:
    """A picture of the page, and where it is."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name}-{next(_pictures)}.png"
    page.screenshot(path=path, full_page=True)
    return str(path)


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong on this page, each as one readable line; evaluated, because the policy allows no foreign script."""
    found = page.evaluate(AXE + ";axe.run({resultTypes: ['violations']}).then((result) => result.violations)")
    told = [f"{violation['id']} ({violation['impact']}): {node['html'][:160]} | {node['failureSummary'][:240]}" for violation in found for node in violation["nodes"]]
    if told:
        print(page.url, picture(page, "axe"), *told, sep="\n  ")
    return told


def until(page: Page, script: str, within: float = 20) -> Any:
    """The value of this script as soon as it is something; asked from outside, because the policy forbids `eval` in the page."""
    deadline = time.monotonic() + within
    while True:
        try:
            if value := page.evaluate(script):
                return value
        except Error as error:
            if "context was destroyed" not in str(error):
                raise
        assert time.monotonic() < deadline, f"never came true: {script}"
        page.wait_for_timeout(50)


def controlled(page: Page) -> None:
    """Wait until the service worker serves this page, and has kept the first screen."""
    until(page, "navigator.serviceWorker.controller !== null && navigator.serviceWorker.controller.state === 'activated'")


def kept_pages(page: Page) -> dict[str, list[str]]:
    """What this browser holds of pages: per cache, the addresses."""
    return page.evaluate(
        """async () => Object.fromEntries(await Promise.all((await caches.keys()).filter((name) => name.startsWith("pages-")).map(
            async (name) => [name, (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname)])))"""
    )
