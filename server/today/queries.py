"""What the first screen of a student shows."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from server.activity.access import visible_to
from server.activity.models import KINDS, Activity
from server.core import clock
from server.experience import queries as experiences
from server.experience.models import FACES
from server.people.viewer import Viewer

TELL_WITHIN = timedelta(days=14)
ON_TODAY, MOST_TO_TELL = 4, 2


def student(session: Session, viewer: Viewer, language: str, now: datetime) -> dict[str, Any]:
    """Vandaag: what was done and not told, the own trail."""
    over = visible_to(viewer).where(Activity.ends_at <= now, Activity.ends_at > now - TELL_WITHIN).order_by(Activity.ends_at.desc()).limit(12)
    told = experiences.told_activities(session, viewer.person_id)
    to_tell = [activity for activity in session.scalars(over) if activity.id not in told][:MOST_TO_TELL]
    return {
        "to_tell": to_tell,
        "icons": KINDS,
        "faces": FACES,
        "cards": experiences.trail(session, viewer, language, most=ON_TODAY),
        "today": clock.local(now, viewer.zone).date(),
    }
