"""Planning an activity, changing it, calling it off; and the one message each student gets when it is over."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.activity.access import groups, planned_by
from server.activity.models import Activity, ActivityGroup
from server.activity.planning import Plan
from server.activity.queries import groups_of
from server.core.errors import Conflict, NotFound, found
from server.people.counters import bump_school
from server.people.models import Membership, School
from server.people.viewer import Viewer
from server.reminder.actions import cancel as call_off
from server.reminder.actions import schedule
from server.reminder.kinds import TELL, TELL_GRACE, plan_for_activity
from server.reminder.models import Reminder


class Stale(Conflict):
    """Somebody else changed it meanwhile; nothing was stored."""


def plan(session: Session, viewer: Viewer, activity_id: UUID, wish: Plan, now: datetime) -> Activity:
    """Put it in the plan. The same form sent twice plans it once; an id of somebody else is `NotFound`, and one that is planned otherwise is `Stale`."""
    known = session.get(Activity, activity_id)
    if known is not None:
        activity = found(session.scalar(planned_by(viewer).where(Activity.id == activity_id)))
        if not _stands(session, activity, wish):
            raise Stale
        return activity
    activity = Activity(id=activity_id, school_id=viewer.school_id, made_by=viewer.person_id, made_at=now, revision=0)
    session.add(activity)
    _store(session, viewer, activity, wish, now)
    return activity


def change(session: Session, viewer: Viewer, activity_id: UUID, wish: Plan, revision: int, now: datetime) -> Activity:
    """Plan it otherwise. Raises `Stale` when it is not as it was at that revision, unless it stands as wished already."""
    activity = found(session.scalar(planned_by(viewer).where(Activity.id == activity_id).with_for_update()))
    if _stands(session, activity, wish):
        return activity
    if activity.revision != revision:
        raise Stale
    _store(session, viewer, activity, wish, now)
    return activity


def _stands(session: Session, activity: Activity, wish: Plan) -> bool:
    return wish.is_of(activity) and groups_of(session, activity.id) == wish.groups


def cancel(session: Session, viewer: Viewer, activity_id: UUID, now: datetime) -> None:
    """Call it off: nobody is asked how it was."""
    activity = found(session.scalar(planned_by(viewer).where(Activity.id == activity_id).with_for_update()))
    if activity.cancelled_at is None:
        activity.cancelled_at, activity.revision = now, activity.revision + 1
        call_off(session, about=activity.id, now=now)
        bump_school(session, activity.school_id)


def revive(session: Session, viewer: Viewer, activity_id: UUID, now: datetime) -> None:
    """Let it go on after all."""
    activity = found(session.scalar(planned_by(viewer).where(Activity.id == activity_id).with_for_update()))
    if activity.cancelled_at is not None:
        ended, activity.cancelled_at, activity.revision = activity.cancelled_at, None, activity.revision + 1
        remind(session, activity, viewer.zone, now, again_from=ended)
        bump_school(session, activity.school_id)


def _store(session: Session, viewer: Viewer, activity: Activity, wish: Plan, now: datetime) -> None:
    wish.give(activity)
    activity.revision += 1
    session.flush()
    if wish.groups - {group.id for group in session.scalars(groups(viewer))}:
        raise NotFound
    session.execute(delete(ActivityGroup).where(ActivityGroup.activity_id == activity.id, ActivityGroup.group_id.not_in(list(wish.groups))))
    had = groups_of(session, activity.id)
    session.add_all(ActivityGroup(activity_id=activity.id, group_id=group, school_id=activity.school_id) for group in wish.groups - had)
    session.flush()
    if activity.cancelled_at is None:
        remind(session, activity, viewer.zone, now)
    bump_school(session, activity.school_id)


def ask_newcomers(session: Session, now: datetime) -> None:
    """Whoever joined a group after its activity was planned is asked about it too. Done time and again by the worker: who is asked already stays so."""
    near = select(Activity, School.zone).join(School, School.id == Activity.school_id)
    for activity, zone in session.execute(near.where(Activity.cancelled_at.is_(None), Activity.ends_at.between(now - TELL_GRACE, now + TELL_GRACE))).all():
        remind(session, activity, zone, now)


def remind(session: Session, activity: Activity, zone: str, now: datetime, *, again_from: datetime | None = None) -> None:
    """Ask each student of its groups half an hour after the end; those who take part no more are not asked.

    Who told about it already is left in peace: their message was called off, and only what was called off together with
    the whole activity (at `again_from`) is scheduled again.
    """
    members = select(Membership.person_id).join(ActivityGroup, ActivityGroup.group_id == Membership.group_id)
    students = set(session.scalars(members.where(ActivityGroup.activity_id == activity.id, Membership.kind == "student")))
    known = {row.person_id: row for row in session.scalars(select(Reminder).where(Reminder.about == activity.id, Reminder.kind == TELL))}
    for person_id in known.keys() - students:
        call_off(session, about=activity.id, person_id=person_id, now=now)
    told = plan_for_activity(activity.ends_at)
    for person_id in sorted(students):
        if person_id in known and known[person_id].cancelled_at not in {None, again_from}:
            continue
        schedule(session, person_id=person_id, school_id=activity.school_id, kind=told.kind, about=activity.id, path=f"/experiences/new?activity={activity.id}",
                 due_at=told.due_at, late_at=told.late_at, facts=told.facts, zone=zone, now=now)  # fmt: skip
