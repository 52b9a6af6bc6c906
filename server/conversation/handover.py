"""A student moved, or a group has another mentor: what was planned goes on with whoever mentors the student now.

What a student laid ready was shown to that one mentor. So it is taken back, the student is told, and may show it again. A talk that has begun
stays where it is; so does the trail. Where nobody mentors the student now, or several do, what was shown is taken back all the same, and a person decides
who holds it: School shows the talk.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from server.conversation import access, preparing, reminding
from server.conversation.models import Conversation
from server.core import clock
from server.core.audit import note
from server.people.counters import bump
from server.people.mentoring import follows, holders, mentored
from server.people.models import Person, School, full_name
from server.people.viewer import Viewer
from server.reminder.actions import schedule
from server.reminder.kinds import NEW_MENTOR, TALK_TAKEN_OVER

MOST_WAITING = 50
SOON = timedelta(days=1)
"""How long after it somebody is still called up for it."""


class Waiting(msgspec.Struct, frozen=True):
    """A talk that nobody may hold as the student's mentor: whose it is, when, and who was to hold it."""

    id: UUID
    starts_at: datetime
    student_id: UUID
    student: str
    mentor: str


def hand_over(session: Session, now: datetime, school_id: UUID | None = None) -> int:
    """Give every talk that has lost its mentor to the one who mentors the student now, if there is exactly one; tells how many. Of one school, or of all."""
    lost = list(session.scalars(_lost().where(*([Conversation.school_id == school_id] if school_id else [])).with_for_update(of=Conversation)))
    if not lost:
        return 0
    pairs = mentored().subquery()
    heirs: dict[UUID, set[UUID]] = defaultdict(set)
    for mentor_id, student_id in session.execute(select(pairs.c.mentor_id, pairs.c.student_id).where(pairs.c.student_id.in_({talk.student_id for talk in lost}))):
        heirs[student_id].add(mentor_id)
    zones = {school.id: school.zone for school in session.execute(select(School.id, School.zone).where(School.id.in_({talk.school_id for talk in lost})))}
    moved = [talk for talk in lost if len(heirs[talk.student_id]) == 1]
    for talk in lost:
        if talk not in moved:
            _take_back(session, talk, zones[talk.school_id], now)
    for talk in moved:
        _give(session, talk, next(iter(heirs[talk.student_id])), zones[talk.school_id], now)
    return len(moved)


def _lost() -> Select[Conversation]:
    """Still to begin, of a student who is here, with somebody who does not mentor them."""
    student = aliased(Person)
    to_come = (Conversation.held_at.is_(None), Conversation.cancelled_at.is_(None), Conversation.started_at.is_(None), student.archived_at.is_(None))
    orphaned = ~access.MENTORED
    return select(Conversation).join(student, student.id == Conversation.student_id).where(*to_come, orphaned).order_by(Conversation.id)


def _give(session: Session, talk: Conversation, mentor_id: UUID, zone: str, now: datetime) -> None:
    before = holders(session, talk.mentor_id)
    shown = preparing.submission(session, talk.id)
    if shown is not None:
        shown.withdrawn_at = now
    old, talk.mentor_id, talk.revision = talk.mentor_id, mentor_id, talk.revision + 1
    session.flush()
    reminding.student(session, talk, zone, False, now)
    reminding.mentor_day(session, talk, talk.starts_at, zone, now)
    reminding.day_of(session, talk.school_id, old, clock.local(talk.starts_at, zone).date(), zone, now)
    for person_id, kind in ((talk.student_id, NEW_MENTOR), (mentor_id, TALK_TAKEN_OVER)):
        schedule(session, person_id=person_id, school_id=talk.school_id, kind=kind, about=uuid5(talk.id, str(talk.revision)), path=f"/conversations/{talk.id}",
                 due_at=now, late_at=now + SOON, facts={"again": shown is not None}, zone=zone, now=now)  # fmt: skip
    note(session, talk.school_id, "talk-handed-over", now, subject=talk.student_id, about=talk.id, taken_back=shown is not None)
    bump(session, talk.student_id, *before, *holders(session, mentor_id))


def _take_back(session: Session, talk: Conversation, zone: str, now: datetime) -> None:
    """Nobody is to hold it yet: who was to mentors the student no more."""
    shown = preparing.submission(session, talk.id)
    if shown is not None:
        shown.withdrawn_at = now
        session.flush()
        reminding.student(session, talk, zone, False, now)
        bump(session, talk.student_id, *holders(session, talk.mentor_id))
    reminding.mentor_day(session, talk, talk.starts_at, zone, now)


@follows
def _at_once(session: Session, school_id: UUID, concerned: Collection[UUID], now: datetime) -> None:
    """The same moment it changes who mentors whom, or who stands in for whom."""
    hand_over(session, now, school_id)
    reminding.days_of(session, school_id, concerned, now)


def waiting(session: Session, viewer: Viewer) -> list[Waiting]:
    """Talks of the own school that have no mentor and wait for a keeper to give the student one, soonest first; nothing for others."""
    if not viewer.is_keeper:
        return []
    student, mentor = aliased(Person), aliased(Person)
    names = ("given_name", "infix", "family_name")
    columns = (*(getattr(student, name).label(f"student_{name}") for name in names), *(getattr(mentor, name).label(f"mentor_{name}") for name in names))
    lost = _lost().where(Conversation.school_id == viewer.school_id).order_by(None).with_only_columns(Conversation.id, maintain_column_froms=True)
    rows = session.execute(
        select(Conversation.id, Conversation.starts_at, Conversation.student_id, *columns)
        .join(student, student.id == Conversation.student_id)
        .join(mentor, mentor.id == Conversation.mentor_id)
        .where(Conversation.id.in_(lost))
        .order_by(Conversation.starts_at, Conversation.id)
        .limit(MOST_WAITING)
    )
    return [
        Waiting(row.id, row.starts_at, row.student_id, full_name(row.student_given_name, row.student_infix, row.student_family_name),
                full_name(row.mentor_given_name, row.mentor_infix, row.mentor_family_name))
        for row in rows
    ]  # fmt: skip
