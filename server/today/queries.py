"""What the first screen of each kind of person shows."""

from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from server.activity import goals
from server.activity.access import visible_to
from server.activity.models import KINDS, Activity
from server.activity.queries import to_tell
from server.conversation import handover
from server.conversation import queries as conversations
from server.conversation.models import Conversation, Submission
from server.conversation.screens import step_of
from server.core import clock
from server.core.conflict import Conflict
from server.experience import queries as experiences
from server.experience.models import FACES, Experience, title_of
from server.guardian import queries as guardians
from server.people.viewer import Viewer
from server.recognition import queries as recognitions
from server.recognition.reports import open_reports
from server.reminder.queries import waiting
from server.school import queries as people
from server.vocabulary.cards import question_of

ON_TODAY, MOST_OVER, MOST_TO_TELL, MOST_COMING = 4, 12, 2, 5


def student(session: Session, viewer: Viewer, language: str, now: datetime) -> dict[str, Any]:
    """Vandaag: the next conversation, what was done and not told, what was agreed, the own trail."""
    over = to_tell(viewer, now).limit(MOST_OVER)
    told = experiences.told_activities(session, viewer.person_id)
    return {
        **_shared(session, viewer, now),
        "talk": conversations.next_for_student(session, viewer, now),
        "to_tell": [activity for activity in session.scalars(over) if activity.id not in told][:MOST_TO_TELL],
        "versions": _versions(session, viewer),
        "aims": goals.coming(session, viewer, now),
        "promises": conversations.open_promises(session, viewer)[:2],
        "seen": recognitions.waiting(session, viewer),
        "faces": FACES,
        "cards": experiences.trail(session, viewer, language, most=ON_TODAY),
    }


class Versions(msgspec.Struct, frozen=True):
    """Of what there are two versions, and where the student chooses: an experience, or the preparation of a talk."""

    title: str
    path: str
    is_talk: bool = False


@cache
def _waiting_for_a_choice() -> Select[*tuple[Any, ...]]:
    """What can still be changed, oldest first."""
    open_talk = and_(Conversation.held_at.is_(None), Conversation.cancelled_at.is_(None), Conversation.started_at.is_(None))
    shown = exists().where(Submission.conversation_id == Conversation.id, Submission.withdrawn_at.is_(None))
    return (
        select(Conflict.subject_id, Conflict.field, Experience.id.label("experience_id"), Experience.text, Activity.title)
        .outerjoin(Experience, and_(Experience.id == Conflict.subject_id, Experience.deleted_at.is_(None)))
        .outerjoin(Activity, Activity.id == Experience.activity_id)
        .outerjoin(Conversation, and_(Conversation.id == Conflict.subject_id, open_talk, ~shown))
        .where(Conflict.settled_at.is_(None), or_(Experience.id.is_not(None), Conversation.id.is_not(None)))
        .order_by(Conflict.made_at)
    )


def _versions(session: Session, viewer: Viewer) -> Versions | None:
    """The first that waits for a choice."""
    row = session.execute(_waiting_for_a_choice().where(Conflict.person_id == viewer.person_id).limit(1)).first()
    if row is None:
        return None
    if row.experience_id is None:
        return Versions("", f"/conversations/{row.subject_id}/preparation?step={step_of(row.field)}", is_talk=True)
    return Versions(title_of(row.text) or row.title or "", f"/experiences/{row.subject_id}")


def mentor(session: Session, viewer: Viewer, now: datetime) -> dict[str, Any]:
    """Gesprekken: the talks to be held, those held, and who is ready."""
    return {"talks": conversations.mentor_list(session, viewer, now), "chosen": None, "now": now, "reports": open_reports(session, viewer, now)}


def keeper(session: Session, viewer: Viewer, now: datetime) -> dict[str, Any]:
    """School: who is in, what is coming, and which talks wait for somebody to say who the mentor is."""
    overview, orphans = people.school_overview(session, viewer), handover.waiting(session, viewer)
    return {
        **_shared(session, viewer, now),
        "overview": overview,
        "orphans": orphans,
        "reports": open_reports(session, viewer, now),
        "activities": list(session.scalars(_coming(viewer, now))),
    }


def staff(session: Session, viewer: Viewer, language: str, now: datetime) -> dict[str, Any]:
    """A question to ask today, and what students are about to do: enough to ask them about it."""
    shared = _shared(session, viewer, now)
    return {**shared, "asked": question_of(shared["today"], language), "activities": list(session.scalars(_coming(viewer, now)))}


def guardian(session: Session, viewer: Viewer, now: datetime) -> dict[str, Any]:
    """Whose guardian this is today, and whom to turn to: nothing that a student wrote."""
    return {"home": guardians.home(session, viewer, now)}


def _coming(viewer: Viewer, now: datetime) -> Select[Activity]:
    return visible_to(viewer).where(Activity.ends_at > now).order_by(Activity.starts_at).limit(MOST_COMING)


def _shared(session: Session, viewer: Viewer, now: datetime) -> dict[str, Any]:
    return {"icons": KINDS, "waiting": waiting(session, viewer), "today": clock.local(now, viewer.zone).date()}
