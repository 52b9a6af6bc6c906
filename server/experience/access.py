"""Whose experiences a person may find: their own, nobody else's. What is laid ready for a talk is found through the conversation."""

from uuid import UUID

from sqlalchemy import Select, select

from server.experience.models import Experience
from server.people.viewer import Viewer


def own(viewer: Viewer) -> Select[Experience]:
    """The viewer's own experiences, without those they deleted."""
    return select(Experience).where(Experience.student_id == viewer.person_id, Experience.deleted_at.is_(None))


def own_one(viewer: Viewer, experience_id: UUID) -> Select[Experience]:
    """One of them."""
    return own(viewer).where(Experience.id == experience_id)


def own_any(viewer: Viewer, experience_id: UUID) -> Select[Experience]:
    """One of them, deleted or not: to delete it, or to bring it back."""
    return select(Experience).where(Experience.id == experience_id, Experience.student_id == viewer.person_id)
