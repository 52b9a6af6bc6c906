"""From nothing to the mapping, on both databases; twice is harmless; a failure changes nothing; and from what was released before.

At a release, `python -m tests.test_migrations VERSION` keeps the world as that release stored it in `tests/data/release-VERSION.sql`,
and from then on every later version is tried on it.
"""

import re
import shutil
import sqlite3
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text

from server.core.db import Base, Database
from server.migrations import run, tables  # noqa: F401
from server.people.models import Guardianship, Person, School
from server.settings import Settings
from tests import world
from tests.browsing import Browsing
from tests.conftest import NOW
from tests.postgres import execute, on

DATA = Path(__file__).parent / "data"
RELEASES = sorted(DATA.glob("release-*.sql"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it."""
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    if request.param == "postgresql":
        server, name = request.getfixturevalue("postgres"), f"m{uuid4().hex}"
        execute(server, f"CREATE DATABASE {name}")
        request.addfinalizer(lambda: execute(server, f"DROP DATABASE {name} WITH (FORCE)"))
        url = Settings(database_url=on(server, name)).database
    made = Database(url)
    yield made
    made.close()


def differences(database: Database) -> list[object]:
    with database.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata))


def is_current(database: Database) -> bool:
    with database.reading() as session:
        return run.is_current(session.connection())


def test_two_processes_that_start_together_both_find_it_migrated(empty: Database) -> None:
    other, failed = Database(empty.engine.url.render_as_string(hide_password=False)), []

    def start(database: Database) -> None:
        try:
            run.migrate(database)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=start, args=(database,)) for database in (empty, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    other.close()
    assert failed == [] and is_current(empty)


def test_from_nothing_the_migrations_lead_to_exactly_the_mapping(empty: Database) -> None:
    assert not is_current(empty)
    run.migrate(empty)
    assert differences(empty) == []
    assert is_current(empty)


def test_migrating_again_changes_nothing_and_keeps_what_is_there(empty: Database) -> None:
    run.migrate(empty)
    with empty.writing() as session:
        world.fill(session, NOW)
    run.migrate(empty)
    assert differences(empty) == []
    with empty.reading() as session:
        assert session.scalar(select(Person.given_name).where(Person.id == world.id_of("samira"))) == "Samira"


def test_a_migration_that_fails_halfway_changes_nothing(empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run.migrate(empty)
    shutil.copytree(run._HERE, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    before = re.findall(r'^revision = ["\'](.+)["\']', max((tmp_path / "migrations" / "versions").glob("*.py")).read_text(), re.M)[0]
    (tmp_path / "migrations" / "versions" / "9999_breaks.py").write_text(
        f'from alembic import op\nimport sqlalchemy as sa\nrevision = "9999"\ndown_revision = "{before}"\n'
        'def upgrade():\n    op.create_table("half", sa.Column("id", sa.Integer))\n    op.drop_table("mutation")\n    raise RuntimeError("broken")\n'
    )
    monkeypatch.setattr(run, "_HERE", tmp_path / "migrations")
    with pytest.raises(RuntimeError, match="broken"):
        run.migrate(empty)
    with empty.engine.connect() as connection:
        names = inspect(connection).get_table_names()
    assert "half" not in names and "mutation" in names
    assert not is_current(empty)
    monkeypatch.undo()
    assert is_current(empty)


def test_readyz_says_when_a_migration_has_not_run(browsing: Browsing, database: Database) -> None:
    assert browsing.nobody.get("/readyz").status_code == 200
    with database.writing() as session:
        session.execute(text("DELETE FROM alembic_version"))
    answer = browsing.nobody.get("/readyz")
    assert (answer.status_code, "spoor migrate" in answer.text) == (503, True)


@pytest.mark.parametrize("seed", RELEASES, ids=lambda seed: seed.stem)
def test_what_an_earlier_release_stored_is_still_there_after_migrating(seed: Path, tmp_path: Path) -> None:
    path = tmp_path / "released.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.executescript(seed.read_text())
    database = Database(f"sqlite:///{path}")
    run.migrate(database)
    assert differences(database) == []
    with database.reading() as session:
        assert session.scalar(select(Person.given_name).where(Person.id == world.id_of("samira"))) == "Samira"
    database.close()


@pytest.mark.parametrize("seed", RELEASES, ids=lambda seed: seed.stem)
def test_who_was_a_guardian_before_anybody_was_asked_goes_on_seeing_whose(seed: Path, tmp_path: Path) -> None:
    path = tmp_path / "released.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.executescript(seed.read_text())
    database = Database(f"sqlite:///{path}")
    run.migrate(database)
    with database.reading() as session:
        stood = session.scalars(select(Guardianship)).all()
        assert [between.guardian_id for between in stood] == [world.id_of("karim")] and all(between.accepted_at for between in stood)
    database.close()


def test_schools_that_are_called_alike_already_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "alike.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.executescript((DATA / "release-0.2.0.sql").read_text())
        connection.execute("UPDATE school SET name = 'De Waal College'")
    database = Database(f"sqlite:///{path}")
    run.migrate(database)
    with database.reading() as session:
        assert session.scalars(select(School.name)).all() == ["De Waal College"] * 2
    database.close()


def keep(version: str) -> Path:
    """Write the world as this version stores it."""
    path = DATA / f"release-{version}.sql"
    path.parent.mkdir(exist_ok=True)
    stored = path.with_suffix(".sqlite3")
    database = Database(f"sqlite:///{stored}")
    run.migrate(database)
    with database.writing() as session:
        world.fill(session, NOW)
    database.close()
    with sqlite3.connect(stored) as connection:
        path.write_text("\n".join(connection.iterdump()) + "\n")
    stored.unlink()
    return path


if __name__ == "__main__":
    print(keep(sys.argv[1]))
