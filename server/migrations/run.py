"""Bring a database up to date, or tell whether it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from server.core.db import Database

_HERE = Path(__file__).parent


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["connection"] = connection
    return config


def migrate(database: Database) -> None:
    """Run what has not run yet, in one transaction; a failure changes nothing."""
    with database.engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
        command.upgrade(_config(connection), "head")


def make(database: Database, message: str, revision: str) -> None:
    """Write a migration from what the mapping says and the database lacks."""
    with database.engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def is_current(connection: Connection) -> bool:
    """Whether every migration has run."""
    return MigrationContext.configure(connection).get_current_revision() == ScriptDirectory(str(_HERE)).get_current_head()
