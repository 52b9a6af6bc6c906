"""Limits per account, counted in SQL: a whole school shares one address, so an address says nothing."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import String, delete, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.core.db import Base, insert_unless_there
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
    session.execute(insert_unless_there(session, Spent, key=key, since=since, times=0))
    here = (Spent.key == key) & (Spent.since == since) & (Spent.times < most)
    if not session.execute(update(Spent).where(here).values(times=Spent.times + 1)).rowcount:  # type: ignore[attr-defined]
        raise TooMany(int((since + per - at).total_seconds()) + 1)


def forget(session: Session, before: datetime) -> None:
    """Drop windows that are over."""
    session.execute(delete(Spent).where(Spent.since < before))
