"""Who mentors whom; and what follows in the rooms above when that changes, in the same transaction.

A room that hangs on it (talks) says here what it does then: rooms below it, which change groups and people, need not know it.
"""

from collections.abc import Callable, Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, exists, literal_column, select, union
from sqlalchemy.orm import Session, aliased

from server.people.models import Cover, Group, Membership, Mentorship, Person

Follow = Callable[[Session, UUID, Collection[UUID], datetime], None]
_FOLLOW: list[Follow] = []


def follows(do: Follow) -> Follow:
    """Do this too whenever it changes who mentors whom, or who stands in for whom, in a school."""
    _FOLLOW.append(do)
    return do


def mentors_changed(session: Session, school_id: UUID, now: datetime, concerned: Collection[UUID] = ()) -> None:
    """Call after any such change. `concerned` are the mentors whose talks are now another's to hold for a time."""
    session.flush()
    for do in _FOLLOW:
        do(session, school_id, concerned, now)


def mentored() -> Select[tuple[UUID, UUID]]:
    """Every `mentor_id` with every `student_id` they mentor now, by a group or one by one. Who left mentors nobody."""
    mentor, student, who = aliased(Membership), aliased(Membership), aliased(Person)
    by_group = (
        select(mentor.person_id.label("mentor_id"), student.person_id.label("student_id"))
        .join(student, and_(student.group_id == mentor.group_id, student.kind == "student"))
        .join(Group, Group.id == mentor.group_id)
        .join(who, who.id == mentor.person_id)
        .where(mentor.kind == "mentor", Group.archived_at.is_(None), who.archived_at.is_(None))
    )
    single = select(Mentorship.mentor_id, Mentorship.student_id).join(Person, Person.id == Mentorship.mentor_id).where(Person.archived_at.is_(None))
    both = union(by_group, single).subquery("mentored")
    return select(both.c.mentor_id, both.c.student_id)


def mentors(mentor: SQLColumnExpression[UUID], student: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Whether one mentors the other now; asked of the database, of two columns of any question around it, however deep."""
    of, pupil, who = aliased(Membership), aliased(Membership), aliased(Person)
    by_group = exists(
        select(literal_column("1"))
        .select_from(of)
        .join(pupil, and_(pupil.group_id == of.group_id, pupil.kind == "student"))
        .join(Group, Group.id == of.group_id)
        .where(of.kind == "mentor", of.person_id == mentor, pupil.person_id == student, Group.archived_at.is_(None))
        .correlate_except(of, pupil, Group)
    )
    single = exists().where(Mentorship.mentor_id == mentor, Mentorship.student_id == student).correlate_except(Mentorship)
    left = exists(select(literal_column("1")).select_from(who).where(who.id == mentor, who.archived_at.is_not(None)).correlate_except(who))
    return and_(~left, by_group | single)


def stands_in(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """A cover that holds on this day; the same as `Cover.holds`, asked of the database."""
    return and_(Cover.ended_at.is_(None), Cover.starts_on <= day, Cover.ends_on >= day)


def holders(session: Session, mentor_id: UUID) -> list[UUID]:
    """The mentor, and who stands in for them now or later: whose pages show the mentor's talks."""
    return [mentor_id, *session.scalars(select(Cover.colleague_id).where(Cover.mentor_id == mentor_id, Cover.ended_at.is_(None)))]
