"""What the first screen of each kind of person shows."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from server.activity.access import visible_to
from server.activity.models import KINDS, Activity
from server.activity.queries import to_tell
from server.conversation import queries as conversations
from server.core import clock
from server.experience import queries as experiences
from server.experience.models import FACES
from server.people import queries as people
from server.people.viewer import Viewer
from server.reminder.queries import waiting

ON_TODAY, MOST_OVER, MOST_TO_TELL, MOST_COMING = 4, 12, 2, 5


def student(session: Session, viewer: Viewer, language: str, now: datetime) -> dict[str, Any]:
    """Vandaag: the next conversation, what was done and not told, what was agreed, the own trail."""
    over = to_tell(viewer, now).limit(MOST_OVER)
    told = experiences.told_activities(session, viewer.person_id)
    return {
        **_shared(session, viewer, now),
        "talk": conversations.next_for_student(session, viewer, now),
        "to_tell": [activity for activity in session.scalars(over) if activity.id not in told][:MOST_TO_TELL],
        "promises": conversations.open_promises(session, viewer)[:2],
        "faces": FACES,
        "cards": experiences.trail(session, viewer, language, most=ON_TODAY),
    }


def mentor(session: Session, viewer: Viewer, now: datetime) -> dict[str, Any]:
    """Gesprekken: the talks to be held, those held, and who is ready."""
    return {"talks": conversations.mentor_list(session, viewer, now), "chosen": None, "now": now}


def coordinator(session: Session, viewer: Viewer, now: datetime) -> dict[str, Any]:
    """School: who is in, what is coming."""
    return {**_shared(session, viewer, now), "overview": people.school_overview(session, viewer), "activities": list(session.scalars(_coming(viewer, now)))}


def staff(session: Session, viewer: Viewer, now: datetime) -> dict[str, Any]:
    """What students are about to do: enough to ask them about it."""
    return {**_shared(session, viewer, now), "activities": list(session.scalars(_coming(viewer, now)))}


def _coming(viewer: Viewer, now: datetime) -> Select[Activity]:
    return visible_to(viewer).where(Activity.ends_at > now - timedelta(days=1)).order_by(Activity.starts_at).limit(MOST_COMING)


def _shared(session: Session, viewer: Viewer, now: datetime) -> dict[str, Any]:
    return {"icons": KINDS, "waiting": waiting(session, viewer), "today": clock.local(now, viewer.zone).date()}
