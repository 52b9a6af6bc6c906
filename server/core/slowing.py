"""Tries that went wrong make the next wait longer: per account, never per address, for a whole school shares one.

Each try is counted before it is judged, so that many at once are counted too; one that was right forgives all. Who hammers on while they must
wait does not make it longer, and the longest wait is short: nobody is locked out by another for long.
"""

from datetime import datetime, timedelta

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.core.db import Base
from server.core.errors import TooMany

FREE = 5
"""So many tries are nobody's business."""

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
FORGOTTEN = timedelta(days=1)
"""So long after the last try it is as if nobody ever tried."""


class Slowed(Base):
    """How often something was tried in vain. The key holds an id or a digest, never what was typed."""

    __tablename__ = "slowed"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    times: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]

    def wait(self, now: datetime) -> timedelta:
        """How long until the next try: nothing for the first five, then 30 seconds, twice as long each time, a quarter of an hour at most."""
        if self.times < FREE or now - self.last_at >= FORGOTTEN:
            return timedelta(0)
        doubled: int = 2 ** min(self.times - FREE, 10)
        pause = min(FIRST_WAIT * doubled, LONGEST_WAIT)
        return max(self.last_at + pause - now, timedelta(0))


def count_try(session: Session, key: str, now: datetime) -> None:
    """Count a try, before it is judged and in a transaction of its own. Raises `TooMany` with the seconds to wait, and then counts nothing."""
    known = session.scalar(select(Slowed).where(Slowed.key == key).with_for_update())
    if known is None:
        session.add(Slowed(key=key, times=1, last_at=now))
        session.flush()
        return
    if wait := known.wait(now):
        raise TooMany(int(wait.total_seconds()) + 1)
    known.times = 1 if now - known.last_at >= FORGOTTEN else known.times + 1
    known.last_at = now


def forgive(session: Session, key: str) -> None:
    """It was right after all: the next tries are free again."""
    session.execute(delete(Slowed).where(Slowed.key == key))


def forget_tries(session: Session, now: datetime) -> None:
    """Drop what no longer makes anybody wait."""
    session.execute(delete(Slowed).where(Slowed.last_at < now - FORGOTTEN))
