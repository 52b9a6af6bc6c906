"""Which activities a person may find: staff those of their school, a student those of their own groups, nobody else any."""

from sqlalchemy import Select, false, or_, select

from server.activity.models import Activity, ActivityGoal, ActivityGroup
from server.people.models import Group, Membership
from server.people.viewer import Viewer


def visible_to(viewer: Viewer) -> Select[Activity]:
    """The activities this person may see, without those that were called off."""
    found = select(Activity).where(Activity.school_id == viewer.school_id, Activity.cancelled_at.is_(None))
    if viewer.is_staff:
        return found
    if not viewer.is_student:
        return found.where(false())
    own = select(Membership.group_id).where(Membership.person_id == viewer.person_id, Membership.kind == "student")
    return found.where(Activity.id.in_(select(ActivityGroup.activity_id).where(ActivityGroup.group_id.in_(own))))


def aimed_at(viewer: Viewer) -> Select[Activity]:
    """The activities of a student's groups, called off or not, and those in which they wanted to find something out, whatever became of them: what they wrote stays theirs."""
    own = select(Membership.group_id).where(Membership.person_id == viewer.person_id, Membership.kind == "student")
    planned = select(ActivityGroup.activity_id).where(ActivityGroup.group_id.in_(own))
    wanted = select(ActivityGoal.activity_id).where(ActivityGoal.student_id == viewer.person_id)
    return select(Activity).where(Activity.school_id == viewer.school_id, or_(Activity.id.in_(planned), Activity.id.in_(wanted)) if viewer.is_student else false())


def in_plan(viewer: Viewer) -> Select[Activity]:
    """What the school planned, called off or not: for every employee."""
    return select(Activity).where(Activity.school_id == viewer.school_id if viewer.is_staff else false())


def planned_by(viewer: Viewer) -> Select[Activity]:
    """What this person may change or call off: the coordinator everything in the own school."""
    return select(Activity).where(Activity.school_id == viewer.school_id if viewer.is_coordinator else false())


def groups(viewer: Viewer) -> Select[Group]:
    """The groups an activity can be for."""
    return select(Group).where(*((Group.school_id == viewer.school_id, Group.archived_at.is_(None)) if viewer.is_coordinator else (false(),)))
