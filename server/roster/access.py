"""Whose lists a person may find: a keeper those of the own school."""

from sqlalchemy import Select, false, select

from server.people.viewer import Viewer
from server.roster.models import RosterImport


def imports(viewer: Viewer) -> Select[RosterImport]:
    """The lists that were uploaded for the own school."""
    return select(RosterImport).where(RosterImport.school_id == viewer.school_id if viewer.is_keeper else false())
