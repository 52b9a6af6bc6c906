"""Whose talks a person may find: a student's own, and those a mentor holds. The select that finds it is the permission."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from server.conversation.models import Agreement, Conversation
from server.people.models import Group, Membership, Person
from server.people.viewer import Viewer


def mine(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """What makes a talk the viewer's: they are its student, or the mentor who holds it."""
    part = Conversation.student_id if viewer.is_student else Conversation.mentor_id
    return part == viewer.person_id, Conversation.school_id == viewer.school_id


def talks(viewer: Viewer) -> Select[Conversation]:
    """The viewer's talks."""
    return select(Conversation).where(*mine(viewer))


def talk(viewer: Viewer, conversation_id: UUID) -> Select[Conversation]:
    """One of them."""
    return talks(viewer).where(Conversation.id == conversation_id)


def held_by(viewer: Viewer, conversation_id: UUID) -> Select[Conversation]:
    """One talk that the viewer holds as the mentor: only they plan it, begin it and write down what came of it."""
    return talk(viewer, conversation_id).where(Conversation.mentor_id == viewer.person_id)


def prepared_by(viewer: Viewer, conversation_id: UUID) -> Select[Conversation]:
    """One talk that the viewer prepares as the student."""
    return talk(viewer, conversation_id).where(Conversation.student_id == viewer.person_id)


def agreement(viewer: Viewer, agreement_id: UUID) -> Select[Agreement]:
    """An agreement out of one of the viewer's talks."""
    part_of = or_(Conversation.student_id == viewer.person_id, Conversation.mentor_id == viewer.person_id)
    return select(Agreement).join(Conversation, Conversation.id == Agreement.conversation_id).where(Agreement.id == agreement_id, part_of)


def groups(viewer: Viewer) -> Select[Group]:
    """The groups the viewer mentors."""
    mentors = and_(Membership.group_id == Group.id, Membership.person_id == viewer.person_id, Membership.kind == "mentor")
    return select(Group).join(Membership, mentors).where(Group.school_id == viewer.school_id)


def students(viewer: Viewer) -> Select[Person]:
    """The students of those groups."""
    mentored = groups(viewer).with_only_columns(Group.id).order_by(None)
    belongs = select(Membership.person_id).where(Membership.kind == "student", Membership.group_id.in_(mentored))
    return select(Person).where(Person.id.in_(belongs), Person.school_id == viewer.school_id, Person.kind == "student")
