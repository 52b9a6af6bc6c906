"""Lists of who belongs to the school: what was sent, how its columns were read, and what applying it changed."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base
from server.core.ids import new_id

SILENT = timedelta(minutes=2)
BEFORE = {"reading": "failed", "applying": "ready", "undoing": "applied"}
"""What a list is when the work on it was broken off."""

NO_STEPS = {"same", "listed", "active", "left-out", "small"}
"""What is counted of a list besides the steps it takes."""


class RosterImport(Base):
    """A list that was uploaded: looked at first, applied only when asked, and undone when it was the last.

    `kind` is the shape that was recognised (`csv`, `sheet`, `oneroster-1.1`, `oneroster-1.2`), `mapping` says which column is which, `whole` whether who is
    not in it has left. `state` is `looking` (which column is which?), `reading`, `ready` (`plan` holds what it would do), `applying`, `applied`, `undoing`,
    `undone` or `failed` (`mapping["why"]` says why); `done` of `total` rows is how far it is, `beat_at` when the work on it last gave a sign of life. `counts`
    holds what was added, changed and archived. Content and plan hold dates of birth: they are dropped once applied, or after a day. Of an applied list `plan` holds
    only what could not be read and why, without names, for a month (`preview.left_of`).
    """

    __tablename__ = "roster_import"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    plan: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    kind: Mapped[str] = mapped_column(String(20), default="csv", server_default="csv")
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    whole: Mapped[bool | None]
    state: Mapped[str] = mapped_column(String(10), default="looking", server_default="looking")
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    counts: Mapped[dict[str, int]] = mapped_column(default=dict, server_default="{}")
    beat_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    def stands(self, now: datetime) -> str:
        """The state it is in. Work that gave no sign of life for two minutes is over, and what it was doing did not happen: all of it is one transaction."""
        silent = self.beat_at is None or now - self.beat_at > SILENT
        return BEFORE[self.state] if self.state in BEFORE and silent else self.state

    def changes_nothing(self, now: datetime) -> bool:
        """Whether it was looked at and everything in it stands so already: nobody has anything left to do with it."""
        return self.stands(now) == "ready" and bool(self.counts) and not any(count for what, count in self.counts.items() if what not in NO_STEPS)


class RosterChange(Base):
    """One row that applying a list made or changed, as it was before and as it became: what undoing needs. `seq` is the order in which it was done."""

    __tablename__ = "roster_change"
    __table_args__ = (Index("roster_change_subject", "subject_id"),)

    import_id: Mapped[UUID] = mapped_column(ForeignKey("roster_import.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    what: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[UUID]
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)


class RosterMapping(Base):
    """How the columns of lists with this head were read the last time: the next one is read so by itself."""

    __tablename__ = "roster_mapping"

    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), primary_key=True)
    head: Mapped[str] = mapped_column(String(64), primary_key=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    used_at: Mapped[datetime]
