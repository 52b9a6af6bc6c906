"""The database: one mapping base, and the two kinds of transaction there are.

`reading()` sees one consistent moment and changes nothing. `writing()` commits when its block ends and before the answer
leaves; a commit that fails raises, so nobody is ever told that something was stored that was not.

SQLite: WAL, every commit on disk (`synchronous=FULL`), and writers begin with `BEGIN IMMEDIATE`: with the driver's own
begin, 98 of 100 concurrent updates were lost without an error. The lock keeps writers of this process in line so that
they don't spin on the busy handler; that nothing is lost rests on `BEGIN IMMEDIATE` alone, so a command line may write too.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Connection, DateTime, Engine, MetaData, Uuid, create_engine, event
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

THREADS = 4


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. SQLite drops the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone: nobody could say later what it meant."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment in UTC on both databases."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table. Keys are UUIDs; moments are UTC; relationships never load by themselves (`lazy="raise"`)."""

    metadata = MetaData(
        naming_convention={"ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"}
    )
    type_annotation_map = {UUID: Uuid(), datetime: Moment(), dict[str, Any]: JSON(), list[str]: JSON(), list[dict[str, Any]]: JSON(), dict[str, int]: JSON()}


class Database:
    """An engine and its two kinds of transaction."""

    def __init__(self, url: str) -> None:
        """Open lazily: nothing is read or made until the first transaction."""
        self.sqlite = url.startswith("sqlite")
        if self.sqlite:
            self.engine = create_engine(url, connect_args={"timeout": 5, "isolation_level": None}, pool_size=THREADS + 2, max_overflow=4, hide_parameters=True)
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            self.engine = create_engine(url, pool_size=THREADS + 2, max_overflow=4, pool_timeout=10, pool_pre_ping=True, hide_parameters=True)
        self._readers: Engine = self.engine.execution_options(begin="BEGIN")
        self._writers: Engine = self.engine.execution_options(begin="BEGIN IMMEDIATE")
        self._line = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only looks."""
        with Session(self._readers, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is stored when the block ends, or not at all: then it raises what went wrong."""
        with self._line if self.sqlite else nullcontext(), Session(self._writers, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def came_second(error: DBAPIError) -> bool:
    """Whether it failed only because another wrote the same at that very moment: a key that is there by now, or two that waited for each other."""
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", "") in {"40001", "40P01"}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    _write_ahead(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000", "cache_size=-16000"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: Any) -> None:
    """Into WAL. The first two processes may want that at once, and SQLite tells the second without waiting for the first."""
    for patience in (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, None):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if patience is None:
                raise
            time.sleep(patience)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
