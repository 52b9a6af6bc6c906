"""What a student wants to find out in an activity, asked before it: theirs alone, until they show what they told about it."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Select, and_
from sqlalchemy.orm import Session

from server.activity.access import aimed_at, visible_to
from server.activity.models import KINDS, Activity, ActivityGoal
from server.core import conflict
from server.core.errors import found
from server.core.mutation import Done, Receipt, Seen, once
from server.people.counters import bump
from server.people.viewer import Viewer

LONGEST_GOAL, MOST_COMING = 2_000, 2
FIELD = "goal"


class Aim(msgspec.Struct, frozen=True, kw_only=True):
    """An activity of the student, with what they want to find out in it; revision 0 when they did not say."""

    id: UUID
    kind: str
    icon: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    goal: str
    revision: int
    is_cancelled: bool = False


def coming(session: Session, viewer: Viewer, now: datetime) -> list[Aim]:
    """The next activities of the student, soonest first."""
    rows = _aims(viewer, visible_to(viewer)).where(Activity.ends_at > now).order_by(Activity.starts_at, Activity.id).limit(MOST_COMING)
    return [_aim(*row) for row in session.execute(rows)]


def one(session: Session, viewer: Viewer, activity_id: UUID) -> Aim | None:
    """One activity of the student's groups, or in which they wanted to find something out."""
    row = session.execute(_aims(viewer, aimed_at(viewer)).where(Activity.id == activity_id)).one_or_none()
    return _aim(*row) if row else None


def aim(session: Session, viewer: Viewer, activity_id: UUID, text: str, *, mutation_id: UUID, seen: Seen, now: datetime) -> Receipt:
    """Keep what the student wants to find out. What another device said meanwhile stays too, above it: the receipt then names it as a conflict."""
    found(session.scalar(aimed_at(viewer).where(Activity.id == activity_id)))

    def do() -> Done:
        bump(session, viewer.person_id)  # first, so that two devices of one student come one after another
        goal = session.get(ActivityGoal, (activity_id, viewer.person_id))
        if goal is None:
            goal = ActivityGoal(activity_id=activity_id, student_id=viewer.person_id, school_id=viewer.school_id, text="", revision=0, changed_at=now)
            session.add(goal)
        clashes = conflict.clashing({FIELD: goal.text}, {FIELD} if text != goal.text else (), {FIELD: goal.revision}, seen)
        both = "\n\n".join(filter(None, (goal.text, text))) if text not in goal.text else goal.text
        goal.text, goal.revision, goal.changed_at = both if clashes else text, goal.revision + 1, now
        return Done(goal.revision, (FIELD,), tuple(clashes))

    return once(session, viewer, mutation_id, activity_id, [FIELD, text], now, do)


def _aims(viewer: Viewer, activities: Select[Activity]):  # type: ignore[no-untyped-def]
    mine = and_(ActivityGoal.activity_id == Activity.id, ActivityGoal.student_id == viewer.person_id)
    return activities.outerjoin(ActivityGoal, mine).with_only_columns(
        Activity.id, Activity.kind, Activity.title, Activity.place, Activity.starts_at, Activity.ends_at, ActivityGoal.text, ActivityGoal.revision,
        Activity.cancelled_at,
    )  # fmt: skip


def _aim(id: UUID, kind: str, title: str, place: str, starts_at: datetime, ends_at: datetime, goal: str | None, revision: int | None, off: datetime | None) -> Aim:
    told = {"kind": kind, "icon": KINDS[kind], "title": title, "place": place, "starts_at": starts_at, "ends_at": ends_at}
    return Aim(id=id, goal=goal or "", revision=revision or 0, is_cancelled=off is not None, **told)  # type: ignore[arg-type]
