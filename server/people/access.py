"""Who may see which people of the school: a keeper (coordinator, admin) everybody of the own school, others nobody. The select is the permission."""

from sqlalchemy import Select, and_, false, or_, select

from server.people.models import Cover, Group, Membership, Mentorship, Person, School
from server.people.viewer import Viewer


def schools(viewer: Viewer) -> Select[School]:
    """The own school."""
    return select(School).where(School.id == viewer.school_id if viewer.is_keeper else false())


def groups(viewer: Viewer) -> Select[Group]:
    """The groups of the own school that are in use."""
    return select(Group).where(*((Group.school_id == viewer.school_id, Group.archived_at.is_(None)) if viewer.is_keeper else (false(),)))


def everybody(viewer: Viewer) -> Select[Person]:
    """Students, staff and guardians of the own school, who left too."""
    return select(Person).where(Person.school_id == viewer.school_id if viewer.is_keeper else false())


def people(viewer: Viewer) -> Select[Person]:
    """Students and staff of the own school who are there now."""
    return everybody(viewer).where(Person.kind.in_(("student", "staff")), Person.archived_at.is_(None))


def pupils(viewer: Viewer) -> Select[Person]:
    """The students whom the viewer may help to get in: a keeper everybody's, a mentor the own ones, by group or one by one.

    Not those of whom they stand in for: what they held would outlast the cover.
    """
    there = Person.school_id == viewer.school_id, Person.kind == "student", Person.archived_at.is_(None)
    if viewer.is_keeper or not viewer.is_staff:
        return select(Person).where(*there, *(() if viewer.is_keeper else (false(),)))
    belongs = select(Membership.person_id).where(Membership.kind == "student", Membership.group_id.in_(pupil_groups(viewer).with_only_columns(Group.id)))
    single = select(Mentorship.student_id).where(Mentorship.mentor_id == viewer.person_id)
    return select(Person).where(*there, or_(Person.id.in_(belongs), Person.id.in_(single)))


def pupil_groups(viewer: Viewer) -> Select[Group]:
    """The groups of those students: of a keeper all that are in use, of a mentor the own ones."""
    if viewer.is_keeper:
        return groups(viewer)
    mentored = select(Membership.group_id).where(Membership.person_id == viewer.person_id, Membership.kind == "mentor")
    return select(Group).where(and_(Group.id.in_(mentored), Group.school_id == viewer.school_id, Group.archived_at.is_(None)) if viewer.is_staff else false())


def covers(viewer: Viewer) -> Select[Cover]:
    """Who stands in for whom in the own school."""
    return select(Cover).where(Cover.school_id == viewer.school_id if viewer.is_keeper else false())
