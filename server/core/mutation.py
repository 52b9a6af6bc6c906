"""Receipts: every save carries a mutation id, and the same mutation sent twice is stored once and answered the same.

The client makes the id (a form without JavaScript gets one from the server). Same id with other content is a conflict;
an id of somebody else does not exist. What was said counts as content; on what it was based, and when it was sent, does not.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.core.db import Base
from server.core.errors import Conflict, NotFound
from server.core.forms import Form
from server.core.ids import new_id


class Mutation(Base):
    """That a save arrived, what it was about, and how it was answered."""

    __tablename__ = "mutation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    subject_id: Mapped[UUID]
    digest: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int]
    fields: Mapped[list[str]] = mapped_column(default=list)
    conflicts: Mapped[list[str]] = mapped_column(default=list)
    arrived_at: Mapped[datetime]


class Receipt(msgspec.Struct, frozen=True):
    """What the outbox waits for: only a receipt that names its mutation counts as stored.

    `fields` are those the save was about, `conflicts` those of them that were kept beside what stands there.
    """

    mutation: UUID
    id: UUID
    revision: int
    fields: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


class Done(msgspec.Struct, frozen=True):
    """How a write went, for its receipt."""

    revision: int = 0
    fields: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


class OtherContent(Conflict):
    """This mutation arrived before and said something else."""

    why = "other-content"


class Who(Protocol):
    """Whoever saves."""

    @property
    def person_id(self) -> UUID:
        """Who they are."""

    @property
    def school_id(self) -> UUID:
        """Of which school."""


class Seen(msgspec.Struct, frozen=True):
    """What was on the screen of who saves: the revision of the page, and per field the later one at which this device itself stored it."""

    base: int = 0
    bases: Mapping[str, int] = {}

    def of(self, field: str) -> int:
        """The last revision of this field that they knew."""
        return max(self.base, self.bases.get(field, 0))


def mutation_of(form: Form) -> UUID:
    """The id that the form carries; a form without one is its own."""
    return form.id("mutation") or new_id()


def seen_by(form: Form) -> Seen:
    """What the form says it was based on; `bases` that cannot be read say nothing."""
    try:
        bases = msgspec.json.decode(form.text("bases") or "{}", type=dict[str, int])
    except (msgspec.DecodeError, RecursionError):
        bases = {}
    return Seen(form.number("base") or 0, bases)


def digest(content: object) -> str:
    """A fingerprint of what was sent, so that the same id with other content is noticed."""
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


def once(session: Session, who: Who, mutation_id: UUID, subject_id: UUID, said: object, at: datetime, do: Callable[[], Done]) -> Receipt:
    """Do it the first time this mutation arrives, and give the receipt of that first time ever after, whatever happened in between.

    `said` is all that makes it this save and no other. Raises `NotFound` for another's mutation and `OtherContent` when it said something else.
    """
    content = digest({"about": subject_id, "said": said})
    known = session.get(Mutation, mutation_id)
    if known is None:
        done = do()
        known = Mutation(id=mutation_id, school_id=who.school_id, person_id=who.person_id, subject_id=subject_id, digest=content, revision=done.revision,
                         fields=list(done.fields), conflicts=list(done.conflicts), arrived_at=at)  # fmt: skip
        session.add(known)
    elif known.person_id != who.person_id:
        raise NotFound
    elif known.digest != content:
        raise OtherContent
    return Receipt(known.id, known.subject_id, known.revision, tuple(known.fields), tuple(known.conflicts))
