"""What Berichten shows, and the number on the bell."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.core.clock import local
from server.people.viewer import Viewer
from server.reminder.access import messages
from server.reminder.models import Reminder
from server.reminder.text import text

MOST = 50


class MessageView(msgspec.Struct, frozen=True):
    """One message as it stands in the list."""

    id: UUID
    kind: str
    title: str
    body: str
    sent_at: datetime
    seen: bool


def waiting(session: Session, viewer: Viewer) -> int:
    """How many messages this person has not seen."""
    unseen = messages(viewer).where(Reminder.seen_at.is_(None)).with_only_columns(Reminder.id).order_by(None)
    return session.scalar(select(func.count()).select_from(unseen.subquery())) or 0


def inbox(session: Session, viewer: Viewer, language: str, now: datetime) -> list[MessageView]:
    """The last fifty. What is of an earlier day names dates instead of "morgen", which would be another day by now."""

    def view(row: Reminder) -> MessageView:
        sent = row.sent_at or now
        today = local(sent, viewer.zone).date() == local(now, viewer.zone).date()
        title, body = text(row.kind, row.facts, language, now if today else None, viewer.zone)
        return MessageView(row.id, row.kind, title, body, sent, row.seen_at is not None)

    return [view(row) for row in session.scalars(messages(viewer).limit(MOST))]
