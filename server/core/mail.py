"""Mail that waits to be sent. What is in it is sealed while it waits and dropped once it is gone: a letter may hold a code.

Rooms post a letter in their own transaction (`post`); the worker sends it. No subject and no letter holds anything that a person typed but
their own name in the greeting.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.core.db import Base
from server.core.ids import new_id
from server.core.sealed import seal
from server.settings import Settings

PURPOSE = "mail"
KEPT = timedelta(days=2)
"""A letter that could not be delivered by then is given up."""


class Letter(msgspec.Struct, frozen=True):
    """One letter, ready to be read. `button` is what the one link in it says and `address` where it leads; `code` stands large on a line of its own."""

    to: str
    language: str
    subject: str
    greeting: str
    lines: list[str]
    button: str = ""
    address: str = ""
    code: str = ""
    closing: str = ""


class Mail(Base):
    """A letter in the outbox. `kind` is a word of ours; `content` is the sealed `Letter`, empty once sent (the demo keeps it for its inbox page)."""

    __tablename__ = "mail"
    __table_args__ = (Index("mail_due", "sent_at", "due_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID | None] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """After this it is of no use to anybody: a code that no longer works."""

    claimed_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(String(40), default="")


def post(
    session: Session, settings: Settings, letter: Letter, *, kind: str, at: datetime, person_id: UUID | None = None, school_id: UUID | None = None, life: timedelta = KEPT
) -> None:
    """Put a letter in the outbox, in the running transaction. `life` is how long it is worth delivering."""
    content = seal(settings, PURPOSE, msgspec.json.encode(letter))
    session.add(Mail(id=new_id(), school_id=school_id, person_id=person_id, kind=kind, content=content, made_at=at, due_at=at, ends_at=at + life))
