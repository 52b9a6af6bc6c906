"""What a coordinator may see of the people in the school: everything in the own school, nothing beyond it. The select is the permission."""

from sqlalchemy import Select, false, select

from server.people.models import Group, Person, RosterImport, School
from server.people.viewer import Viewer


def schools(viewer: Viewer) -> Select[School]:
    """The own school."""
    return select(School).where(School.id == viewer.school_id if viewer.is_coordinator else false())


def groups(viewer: Viewer) -> Select[Group]:
    """The groups of the own school."""
    return select(Group).where(Group.school_id == viewer.school_id if viewer.is_coordinator else false())


def people(viewer: Viewer) -> Select[Person]:
    """Students and staff of the own school."""
    mine = (Person.school_id == viewer.school_id, Person.kind.in_(("student", "staff"))) if viewer.is_coordinator else (false(),)
    return select(Person).where(*mine)


def imports(viewer: Viewer) -> Select[RosterImport]:
    """The class lists that were uploaded for the own school."""
    return select(RosterImport).where(RosterImport.school_id == viewer.school_id if viewer.is_coordinator else false())
