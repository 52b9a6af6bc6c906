"""A sign of life: when the worker last looked at what is due. It may run on another machine, so it stands in the database."""

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import String, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.core.db import Base

EVERY = timedelta(minutes=1)
"""How often it is written at most: a sign of life needs no more of a disk than that."""

SILENT_AFTER = timedelta(minutes=5)


class Heartbeat(Base):
    """Who lives, and when they last said so. `name` is a word of ours."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime]


def beat(session: Session, name: str, now: datetime) -> None:
    """Say that this one lives."""
    if not session.execute(update(Heartbeat).where(Heartbeat.name == name).values(at=now)).rowcount:  # type: ignore[attr-defined]
        with suppress(IntegrityError), session.begin_nested():
            session.add(Heartbeat(name=name, at=now))


def last_beat(session: Session, name: str) -> datetime | None:
    """When this one last said so; None when it never did."""
    known = session.get(Heartbeat, name)
    return known.at if known else None
