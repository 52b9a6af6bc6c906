"""Two devices changed the same thing: what arrived second is kept beside what stands, until its writer chooses.

Nothing is thrown away, also not what was not chosen: the row stays, with when it was settled.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base
from server.core.ids import new_id


class Conflict(Base):
    """A field as a second device saved it, while a first had changed it; `value` holds it under `value`, in the shape the room gives it."""

    __tablename__ = "conflict"
    __table_args__ = (Index("conflict_open", "subject_id", "settled_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    subject_id: Mapped[UUID]
    field: Mapped[str] = mapped_column(String(80))
    value: Mapped[dict[str, Any]]
    mutation_id: Mapped[UUID]
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
