"""Limits per account, counted in SQL: a whole school shares one address, so an address says nothing."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import String, Table, bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.core.db import Base
from server.core.errors import TooMany


class Spent(Base):
    """How often something was done in the running window. The key holds an id or a digest, never what was typed."""

    __tablename__ = "spent"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    times: Mapped[int] = mapped_column(default=0)


def spend(session: Session, key: str, *, most: int, per: timedelta, at: datetime) -> None:
    """Count one; raises `TooMany` (429, with the seconds to wait) when `most` was reached in this window.

    A count that must stand although the request fails (a wrong code) belongs in a transaction of its own.
    """
    seconds = int(per.total_seconds())
    since = datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, UTC)
    counted = session.connection().execute(_one_more(session.get_bind().dialect.name), {"key": key, "since": since, "times": 1, "most": most})
    if not counted.rowcount:
        raise TooMany(int((since + per - at).total_seconds()) + 1)


def once(session: Session, key: str, made: datetime) -> bool:
    """Whether this comes for the first time. `made` is when it was handed out, always the same for a key: no window ends in which it could come again.

    For what is good for less than a day: older counts are dropped.
    """
    counted = session.connection().execute(_one_more(session.get_bind().dialect.name), {"key": key, "since": made, "times": 1, "most": 1})
    return bool(counted.rowcount)


@cache
def _one_more(dialect: str) -> Any:
    """Composed once: every save asks it."""
    made = (sqlite if dialect == "sqlite" else postgresql).insert(cast(Table, Spent.__table__))
    counted = made.on_conflict_do_update(index_elements=["key", "since"], set_={"times": Spent.times + 1}, where=Spent.times < bindparam("most"))
    return counted.execution_options(preserve_rowcount=True)


def forget(session: Session, before: datetime) -> None:
    """Drop windows that are over."""
    session.execute(delete(Spent).where(Spent.since < before))
