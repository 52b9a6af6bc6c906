"""Two devices changed the same thing: what arrived second is kept beside what stands, until its writer chooses.

Nothing is thrown away, also not what was not chosen: the row stays, with when it was settled, what was chosen and what stood there then.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ForeignKey, Index, Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.core.db import Base
from server.core.errors import Invalid, found
from server.core.ids import new_id
from server.core.mutation import Seen, Who

CHOICES = ("stored", "other", "both")


class Conflict(Base):
    """A field as a second device saved it, while a first had changed it.

    `value` holds it under `value`, in the shape the room gives it; under `edition` in which one of the vocabulary it was asked, where that is not the first.
    """

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

    @property
    def edition(self) -> int:
        """The edition of the vocabulary on the page it was saved from."""
        return int(self.value.get("edition", 0))


def clashing(held: Mapping[str, Any], changed: Collection[str], revisions: Mapping[str, int], seen: Seen) -> set[str]:
    """Which of the changed fields would overwrite something that who saves has not seen. Where nothing stands, nothing is overwritten.

    `revisions` says at which revision a field last changed; one it does not name has been as it is since the first.
    """
    return {name for name in changed if held.get(name) and revisions.get(name, 1) > seen.of(name)}


def keep_beside(session: Session, who: Who, subject_id: UUID, values: Mapping[str, Any], mutation_id: UUID, at: datetime, edition: int = 0) -> tuple[str, ...]:
    """Keep these values, by field, until their writer chooses; one that waits already is kept once. Gives the fields. `edition` is that of the page they come from."""
    waiting = [(known.field, known.value["value"]) for known in open_ones(session, who, subject_id)] if values else []
    for field, value in msgspec.to_builtins(values, str_keys=True).items():
        if (field, value) not in waiting:
            about = {"school_id": who.school_id, "person_id": who.person_id, "subject_id": subject_id}
            told = {"value": value, "edition": edition} if edition else {"value": value}
            session.add(Conflict(field=field, value=told, mutation_id=mutation_id, made_at=at, **about))
    return tuple(sorted(values))


def open_ones(session: Session, who: Who, subject_id: UUID) -> list[Conflict]:
    """What waits for a choice, oldest first."""
    return list(session.scalars(_of(who, subject_id).where(Conflict.settled_at.is_(None)).order_by(Conflict.made_at, Conflict.id)))


def one(session: Session, who: Who, subject_id: UUID, conflict_id: UUID) -> Conflict:
    """One of this subject, settled or not. Raises `NotFound`."""
    return found(session.scalar(_of(who, subject_id).where(Conflict.id == conflict_id)))


def _of(who: Who, subject_id: UUID) -> Select[Conflict]:
    return select(Conflict).where(Conflict.subject_id == subject_id, Conflict.person_id == who.person_id)


def chosen(known: Conflict, keep: str, held: Any) -> Any:
    """What the field is to hold by this choice. Raises `Invalid` for no choice, and for two that cannot stand together."""
    other = known.value["value"]
    if keep == "both" and isinstance(other, str) and isinstance(held, str):
        return "\n\n".join(filter(None, (held, other)))
    if keep not in {"stored", "other"}:
        raise Invalid
    return held if keep == "stored" else other


def settle(known: Conflict, keep: str, held: Any, at: datetime) -> None:
    """Note the choice, with what stood there when it was made; who chooses otherwise later adds to that."""
    known.value = {**known.value, "kept": keep, "stood": [*known.value.get("stood", ()), msgspec.to_builtins(held)]}
    known.settled_at = known.settled_at or at
