"""Whose messages: one's own, once they went out."""

from sqlalchemy import Select, select

from server.people.viewer import Viewer
from server.reminder.models import Reminder


def messages(viewer: Viewer) -> Select[Reminder]:
    """What was sent to this person, newest first."""
    return (
        select(Reminder)
        .where(Reminder.person_id == viewer.person_id, Reminder.school_id == viewer.school_id, Reminder.sent_at.is_not(None))
        .order_by(Reminder.sent_at.desc(), Reminder.due_at.desc(), Reminder.id)
    )
