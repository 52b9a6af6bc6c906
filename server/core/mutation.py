"""Receipts: every save carries a mutation id, and the same mutation sent twice is stored once and answered the same.

The client makes the id (a form without JavaScript gets one from the server). Same id with other content is a conflict;
an id of somebody else does not exist.
"""

import hashlib
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.core.db import Base
from server.core.errors import Conflict, NotFound


class Mutation(Base):
    """That a save arrived, what it was about, and the revision it led to."""

    __tablename__ = "mutation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    subject_id: Mapped[UUID]
    digest: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int]
    arrived_at: Mapped[datetime]


class Receipt(msgspec.Struct, frozen=True):
    """What the outbox waits for: only a receipt that names its mutation counts as stored."""

    mutation: UUID
    id: UUID
    revision: int


def digest(content: object) -> str:
    """A fingerprint of what was sent, so that the same id with other content is noticed."""
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


def earlier(session: Session, mutation_id: UUID, person_id: UUID, content: object) -> Receipt | None:
    """The receipt of the first time this mutation arrived. Raises `NotFound` for another's id, `Conflict` for other content."""
    known = session.get(Mutation, mutation_id)
    if known is None:
        return None
    if known.person_id != person_id:
        raise NotFound
    if known.digest != digest(content):
        raise Conflict
    return Receipt(known.id, known.subject_id, known.revision)


def record(session: Session, mutation_id: UUID, *, school_id: UUID, person_id: UUID, subject_id: UUID, content: object, revision: int, at: datetime) -> Receipt:
    """Note that this save arrived and give its receipt."""
    session.add(Mutation(id=mutation_id, school_id=school_id, person_id=person_id, subject_id=subject_id, digest=digest(content), revision=revision, arrived_at=at))
    return Receipt(mutation_id, subject_id, revision)
