"""That an employee looks at something of a student: the student sees it, on the talk by name, and in the record with when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.conversation import access, preparing, queries
from server.conversation.models import Reading
from server.conversation.views import Talk
from server.core import clock
from server.core.audit import note_view, seen_today
from server.core.errors import found
from server.people.counters import bump
from server.people.viewer import Viewer


def note_reading(session: Session, viewer: Viewer, conversation_id: UUID, now: datetime) -> None:
    """Put on record that the viewer opened what the student laid ready; once for each time it was shown."""
    talk = found(session.scalar(access.held_by(viewer, conversation_id).with_for_update()))
    shown = preparing.submission(session, talk.id)
    if shown is None or session.scalar(select(Reading.id).where(Reading.submission_id == shown.id, Reading.person_id == viewer.person_id)) is not None:
        return
    session.add(Reading(school_id=talk.school_id, submission_id=shown.id, conversation_id=talk.id, person_id=viewer.person_id, read_at=now))
    session.flush()
    bump(session, talk.student_id, viewer.person_id)


def is_new_look(session: Session, viewer: Viewer, shown: Talk, now: datetime) -> bool:
    """Whether an employee looks at something of a student here, for the first time today: what lies ready, or what came of this talk or the one before."""
    if not viewer.is_staff or looked_today(session, viewer, shown.id, now):
        return False
    return shown.submission_id is not None or shown.held_at is not None or queries.previous(session, viewer, shown) is not None


def looked_today(session: Session, viewer: Viewer, conversation_id: UUID, now: datetime) -> bool:
    """Whether it is on record already that they opened this talk today."""
    return seen_today(session, viewer=viewer.person_id, about=conversation_id, day=_today(viewer, now))


def note_look(session: Session, viewer: Viewer, conversation_id: UUID, now: datetime) -> None:
    """Put on record, for the student to see, that the viewer opened this talk; once a day. What stands on its page, photos too, is part of it."""
    talk = found(session.scalar(access.held_by(viewer, conversation_id)))
    what = "preparation" if talk.held_at is None and preparing.submission(session, talk.id) is not None else "talk"
    if note_view(session, talk.school_id, now, viewer=viewer.person_id, student=talk.student_id, about=talk.id, day=_today(viewer, now), what=what):
        bump(session, talk.student_id)


def _today(viewer: Viewer, now: datetime) -> str:
    return clock.local(now, viewer.zone).date().isoformat()
