"""Who may see which people of the school: a keeper (coordinator, admin) everybody of the own school, others nobody. The select is the permission."""

from sqlalchemy import Select, false, select

from server.people.models import Cover, Group, Person, School
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


def covers(viewer: Viewer) -> Select[Cover]:
    """Who stands in for whom in the own school."""
    return select(Cover).where(Cover.school_id == viewer.school_id if viewer.is_keeper else false())
