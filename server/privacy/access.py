"""Who may read what of the record: a student and an employee what is about themselves, a keeper what the school did. The select is the permission.

Who looked at a student's material is for that student. What a student does is theirs too: a keeper sees that they signed in, and no more.
"""

from sqlalchemy import Select, false, or_, select
from sqlalchemy.orm import aliased

from server.core.audit import AuditEntry, AuditName
from server.people.models import Person
from server.people.viewer import Viewer

SIGNING_IN = ("sign-in", "sign-in-failed", "sign-out", "session-ended", "confirmed")
actor_name, subject_name = aliased(AuditName, name="actor_name"), aliased(AuditName, name="subject_name")
actor, subject = aliased(Person, name="actor"), aliased(Person, name="subject")


def _entries(viewer: Viewer) -> Select[AuditEntry]:
    """The entries of the own school, with who did it and whom it is about as far as that is still known."""
    return (
        select(AuditEntry)
        .outerjoin(actor_name, actor_name.token == AuditEntry.actor)
        .outerjoin(actor, actor.id == actor_name.person_id)
        .outerjoin(subject_name, subject_name.token == AuditEntry.subject)
        .outerjoin(subject, subject.id == subject_name.person_id)
        .where(AuditEntry.school_id == viewer.school_id)
    )


def about_me(viewer: Viewer) -> Select[AuditEntry]:
    """What is on record about this student or employee."""
    token = select(AuditName.token).where(AuditName.person_id == viewer.person_id).scalar_subquery()
    return _entries(viewer).where(AuditEntry.subject == token if viewer.is_student or viewer.is_staff else false())


def of_school(viewer: Viewer) -> Select[AuditEntry]:
    """What a keeper may read."""
    if not viewer.is_keeper:
        return _entries(viewer).where(false())
    not_theirs = or_(actor.kind.is_(None), actor.kind != "student", AuditEntry.kind.in_(SIGNING_IN))
    return _entries(viewer).where(AuditEntry.kind != "viewed", not_theirs)
