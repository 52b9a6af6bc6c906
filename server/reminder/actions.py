"""Scheduling and cancelling what people are reminded of."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from server.core import clock
from server.reminder.models import Reminder


def cancel(session: Session, *, about: UUID, kinds: Collection[str] | None = None, person_id: UUID | None = None) -> None:
    """What was to be said about this is not said any more; what was sent stays on record."""
    unsent = update(Reminder).where(Reminder.about == about, Reminder.sent_at.is_(None), Reminder.cancelled_at.is_(None))
    if kinds is not None:
        unsent = unsent.where(Reminder.kind.in_(kinds))
    if person_id is not None:
        unsent = unsent.where(Reminder.person_id == person_id)
    session.execute(unsent.values(cancelled_at=clock.now()))
