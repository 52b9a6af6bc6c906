"""Bring a database up to date, or tell whether it is.

A version is named by the number its file begins with. So Alembic, a fifth of what starting takes, is only loaded when there is something to run.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from server.core.db import Database

if TYPE_CHECKING:
    from alembic.config import Config

_HERE = Path(__file__).parent


def _config(connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["connection"] = connection
    return config


def migrate(database: Database) -> None:
    """Run what has not run yet, in one transaction; a failure changes nothing."""
    with database.reading() as session:
        if is_current(session.connection()):
            return
    from alembic import command

    with database.engine.execution_options(begin="BEGIN IMMEDIATE").connect() as connection:
        _wait_for_others(connection, seconds=60)
        with connection.begin():
            if not database.sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(20261124)"))
            command.upgrade(_config(connection), "head")
        _wait_for_others(connection, seconds=5)


def _wait_for_others(connection: Connection, seconds: int) -> None:
    """Of processes that start together the second waits, and finds it done. On PostgreSQL the lock itself waits."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute(f"PRAGMA busy_timeout={seconds * 1000}")  # type: ignore[union-attr]


def make(database: Database, message: str, revision: str) -> None:
    """Write a migration from what the mapping says and the database lacks."""
    from alembic import command

    with database.engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def is_current(connection: Connection) -> bool:
    """Whether every migration has run."""
    newest = max((path.name for path in (_HERE / "versions").glob("[0-9]*.py")), default="").partition("_")[0]
    return inspect(connection).has_table("alembic_version") and connection.scalar(text("SELECT version_num FROM alembic_version")) == newest


if __name__ == "__main__":  # make migration ARGS="0002 what_changed"
    with TemporaryDirectory() as folder:
        scratch = Database(f"sqlite:///{folder}/scratch.sqlite3")
        migrate(scratch)
        make(scratch, sys.argv[2], sys.argv[1])
