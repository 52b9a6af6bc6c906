"""One message, at one time, about one thing. At most one per person, kind and subject, ever."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import at, local
from server.core.db import Base
from server.core.ids import new_id

QUIET_FROM, QUIET_UNTIL = time(20, 30), time(7, 30)


class Reminder(Base):
    """What to say to whom about what, when; and what became of it."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("person_id", "kind", "about"), Index("reminder_due", "due_at", "sent_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    about: Mapped[UUID] = mapped_column(index=True)
    path: Mapped[str] = mapped_column(String(200))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    due_at: Mapped[datetime]
    late_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    channel: Mapped[str] = mapped_column(String(10), default="")
    seen_at: Mapped[datetime | None]


def out_of_quiet_hours(moment: datetime, zone: str) -> datetime:
    """The moment itself, or 07:30 after the quiet hours (20:30 to 07:30) it falls in."""
    wall = local(moment, zone)
    if QUIET_UNTIL <= wall.time() < QUIET_FROM:
        return moment
    morning = wall.date() if wall.time() < QUIET_UNTIL else wall.date() + timedelta(days=1)
    return at(morning, QUIET_UNTIL, zone)
