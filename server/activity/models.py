"""What the school offers its students to do."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base
from server.core.ids import new_id

KINDS = {
    "shadowing": "hammer",
    "internship": "compass",
    "practical_cooking": "cooking-pot",
    "practical_creative": "paint-brush",
    "practical_technology": "wrench",
    "practical_care": "first-aid-kit",
    "field_week": "path",
    "workshop": "chalkboard-teacher",
    "open_day": "door-open",
    "guest_lesson": "microphone-stage",
    "online_shadowing": "monitor-play",
}
"""The kinds of activity, each with its icon. What a kind is called stands in `shared/kind.html`."""

OWN = "own"
OWN_ICON = "star"


class Activity(Base):
    """Something with a beginning and an end that groups of students do."""

    __tablename__ = "activity"
    __table_args__ = (Index("activity_when", "school_id", "ends_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    kind: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(80))
    place: Mapped[str] = mapped_column(String(80), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]

    def is_over(self, now: datetime) -> bool:
        """Whether it can be told about."""
        return self.ends_at <= now


class ActivityGroup(Base):
    """A group that takes part."""

    __tablename__ = "activity_group"

    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("school_group.id"), primary_key=True, index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))


class ActivityGoal(Base):
    """What a student wants to find out in an activity, asked before it. Theirs alone, like an experience."""

    __tablename__ = "activity_goal"

    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    student_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    text: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
