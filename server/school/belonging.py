"""Who belongs where, by a keeper's hand: a student to a group, a mentor to a group or to single students. What follows for planned talks follows at once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.core.audit import name_of, note
from server.core.errors import found
from server.people import access
from server.people.counters import bump_school
from server.people.mentoring import mentors_changed
from server.people.models import Group, Membership, Mentorship, Person
from server.people.viewer import Viewer
from server.school.keeping import Stale


def move(session: Session, viewer: Viewer, student_id: UUID, group_id: UUID | None, edition: int, now: datetime) -> Person:
    """Put a student in this group, or in none. Raises `Stale` when somebody changed where they belong, or who they are, since that edition."""
    student = _one(session, viewer, student_id, "student")
    had = set(session.scalars(select(Membership.group_id).join(Group, Group.id == Membership.group_id).where(_as(student, "student"), Group.archived_at.is_(None))))
    if had == ({group_id} if group_id else set()):
        return student
    if student.edition != edition:
        raise Stale
    if group_id:
        found(session.scalar(access.groups(viewer).where(Group.id == group_id)))
    session.execute(delete(Membership).where(_as(student, "student")))
    if group_id:
        session.add(Membership(group_id=group_id, person_id=student.id, kind="student", school_id=viewer.school_id, by_hand=True))
    student.edition += 1
    session.flush()
    bump_school(session, viewer.school_id)
    note(session, viewer.school_id, "student-moved", now, actor=viewer.person_id, subject=student.id, about=group_id)
    mentors_changed(session, viewer.school_id, now)
    return student


def let_mentor(session: Session, viewer: Viewer, mentor_id: UUID, group_id: UUID, now: datetime) -> None:
    """From now on this employee mentors the group."""
    mentor = _one(session, viewer, mentor_id, "staff")
    group = found(session.scalar(access.groups(viewer).where(Group.id == group_id)))
    if session.get(Membership, (group.id, mentor.id)) is None:
        session.add(Membership(group_id=group.id, person_id=mentor.id, kind="mentor", school_id=viewer.school_id, by_hand=True))
        session.flush()
        bump_school(session, viewer.school_id)
        note(session, viewer.school_id, "mentor-given", now, actor=viewer.person_id, subject=mentor.id, about=group.id)
        mentors_changed(session, viewer.school_id, now)


def let_mentor_no_more(session: Session, viewer: Viewer, mentor_id: UUID, group_id: UUID, now: datetime) -> None:
    """From now on not any more; talks that were planned go to who mentors the students now."""
    mentor = _one(session, viewer, mentor_id, "staff")
    group = found(session.scalar(access.groups(viewer).where(Group.id == group_id)))
    known = session.get(Membership, (group.id, mentor.id))
    if known is not None:
        session.delete(known)
        session.flush()
        bump_school(session, viewer.school_id)
        note(session, viewer.school_id, "mentor-taken", now, actor=viewer.person_id, subject=mentor.id, about=group.id)
        mentors_changed(session, viewer.school_id, now)


def let_mentor_one(session: Session, viewer: Viewer, mentor_id: UUID, student_id: UUID, now: datetime) -> None:
    """From now on this employee mentors this one student, besides or instead of the mentor of the group."""
    mentor, student = _one(session, viewer, mentor_id, "staff"), _one(session, viewer, student_id, "student")
    if session.get(Mentorship, (mentor.id, student.id)) is None:
        session.add(Mentorship(mentor_id=mentor.id, student_id=student.id, school_id=viewer.school_id, made_by=viewer.person_id, made_at=now))
        _noted(session, viewer, "mentor-given", mentor.id, student.id, now)


def let_mentor_one_no_more(session: Session, viewer: Viewer, mentor_id: UUID, student_id: UUID, now: datetime) -> None:
    """From now on not any more."""
    mentor, student = _one(session, viewer, mentor_id, "staff"), _one(session, viewer, student_id, "student")
    known = session.get(Mentorship, (mentor.id, student.id))
    if known is not None:
        session.delete(known)
        _noted(session, viewer, "mentor-taken", mentor.id, student.id, now)


def _one(session: Session, viewer: Viewer, person_id: UUID, kind: str) -> Person:
    return found(session.scalar(access.people(viewer).where(Person.id == person_id, Person.kind == kind).with_for_update(key_share=True)))


def _as(person: Person, kind: str):  # type: ignore[no-untyped-def]
    return (Membership.person_id == person.id) & (Membership.kind == kind)


def _noted(session: Session, viewer: Viewer, kind: str, mentor_id: UUID, student_id: UUID, now: datetime) -> None:
    """About the student, who sees it; the mentor stands in it as a token, so that they too can be erased."""
    session.flush()
    bump_school(session, viewer.school_id)
    note(session, viewer.school_id, kind, now, actor=viewer.person_id, subject=student_id, who=name_of(session, viewer.school_id, mentor_id))
    mentors_changed(session, viewer.school_id, now)
