"""Whose talks a person may find: a student's own, and those a mentor holds. The select that finds it is the permission."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from server.conversation.models import Agreement, Conversation
from server.people.mentoring import mentors
from server.people.models import Group, Membership, Mentorship, Person
from server.people.viewer import Viewer

MENTORED = mentors(Conversation.mentor_id, Conversation.student_id)
"""Whether the mentor of a talk mentors its student now. Put together once: that took longer than most pages."""

_SEEN_BY_MENTOR = or_(Conversation.held_at.is_not(None), Conversation.started_at.is_not(None), MENTORED)


def mine(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """What makes a talk the viewer's: they are its student, or the mentor who holds it, or stand in today for that mentor and it begins in the days of that.

    One that has not begun only as long as that mentor mentors the student: what the student lays ready afterwards is not for them.
    """
    here = Conversation.school_id == viewer.school_id
    if viewer.is_student:
        return Conversation.student_id == viewer.person_id, here
    return _held(viewer), here, _SEEN_BY_MENTOR


def _held(viewer: Viewer) -> ColumnElement[bool]:
    """Talks of the viewer's own as a mentor; and of who they stand in for those of these days, whether held already or not. What was before and what comes after is not theirs."""
    own = Conversation.mentor_id == viewer.person_id
    away = (and_(Conversation.mentor_id == of.mentor_id, Conversation.starts_at >= of.begins, Conversation.starts_at < of.ends) for of in viewer.covers)
    return or_(own, *away)


def talks(viewer: Viewer) -> Select[Conversation]:
    """The viewer's talks."""
    return select(Conversation).where(*mine(viewer))


def talk(viewer: Viewer, conversation_id: UUID) -> Select[Conversation]:
    """One of them."""
    return talks(viewer).where(Conversation.id == conversation_id)


def held_by(viewer: Viewer, conversation_id: UUID) -> Select[Conversation]:
    """One talk that the viewer holds as the mentor, or for one who is away: only they plan it, begin it and write down what came of it."""
    return talk(viewer, conversation_id).where(Conversation.mentor_id.in_(viewer.mentor_ids))


def prepared_by(viewer: Viewer, conversation_id: UUID) -> Select[Conversation]:
    """One talk that the viewer prepares as the student."""
    return talk(viewer, conversation_id).where(Conversation.student_id == viewer.person_id)


def agreement(viewer: Viewer, agreement_id: UUID) -> Select[Agreement]:
    """An agreement out of one of the viewer's talks."""
    part_of = or_(Conversation.student_id == viewer.person_id, _held(viewer))
    found = select(Agreement).join(Conversation, Conversation.id == Agreement.conversation_id)
    return found.where(Agreement.id == agreement_id, Agreement.school_id == viewer.school_id, part_of)


def groups(viewer: Viewer) -> Select[Group]:
    """The groups the viewer mentors, or stands in for."""
    mentored = select(Membership.group_id).where(Membership.person_id.in_(viewer.mentor_ids), Membership.kind == "mentor")
    return select(Group).where(Group.id.in_(mentored), Group.school_id == viewer.school_id, Group.archived_at.is_(None))


def single(viewer: Viewer) -> Select[Mentorship]:
    """Whom the viewer, or who they stand in for, mentors one by one."""
    return select(Mentorship).where(Mentorship.mentor_id.in_(viewer.mentor_ids), Mentorship.school_id == viewer.school_id)


def students(viewer: Viewer) -> Select[Person]:
    """The students of those groups, and those whom the viewer, or who they stand in for, mentors one by one."""
    mentored = groups(viewer).with_only_columns(Group.id).order_by(None)
    belongs = select(Membership.person_id).where(Membership.kind == "student", Membership.group_id.in_(mentored))
    there = Person.school_id == viewer.school_id, Person.kind == "student", Person.archived_at.is_(None)
    return select(Person).where(or_(Person.id.in_(belongs), Person.id.in_(single(viewer).with_only_columns(Mentorship.student_id))), *there)
