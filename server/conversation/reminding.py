"""Whom a talk reminds: said again after every change of it. When and of what stands in `server.reminder.kinds`."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from server.conversation import access
from server.conversation.models import Conversation, Submission
from server.core.clock import at, local
from server.people.mentoring import stands_in
from server.people.models import Cover, Person, School
from server.reminder.actions import cancel, schedule
from server.reminder.kinds import PREPARE, day_subject, plan_for_talk, plan_for_talks


def student(session: Session, talk: Conversation, zone: str, ready: bool, now: datetime) -> None:
    """Remind the student of this talk, and to lay it ready as long as it is not; or no more, once it begins or is called off."""
    if not talk.may_be_prepared():
        return cancel(session, about=talk.id, now=now)
    if ready:
        cancel(session, about=talk.id, kinds=PREPARE, now=now)
    path = f"/conversations/{talk.id}"
    for plan in plan_for_talk(talk.starts_at, zone, prepared=ready):
        to = f"{path}/preparation" if plan.kind in PREPARE else path
        schedule(session, person_id=talk.student_id, school_id=talk.school_id, kind=plan.kind, about=talk.id, path=to, due_at=plan.due_at, late_at=plan.late_at,
                 facts=plan.facts, zone=zone, now=now)  # fmt: skip
    return None


def mentor_day(session: Session, talk: Conversation, moment: datetime, zone: str, now: datetime) -> None:
    """Tell whoever holds this mentor's talks on the day around `moment` how many of that day's lie ready: the mentor, or who stands in then."""
    day = local(moment, zone).date()
    for person_id in sorted({talk.mentor_id, *session.scalars(select(Cover.colleague_id).where(Cover.mentor_id == talk.mentor_id, stands_in(day)))}):
        day_of(session, talk.school_id, person_id, day, zone, now)


def days_of(session: Session, school_id: UUID, concerned: Collection[UUID], now: datetime) -> None:
    """The same for all these people and every day on which one of them has a talk to come: it changed who holds whose."""
    coming = select(Conversation.starts_at).where(Conversation.mentor_id.in_(concerned), Conversation.school_id == school_id, Conversation.starts_at > now)
    zone = session.scalar(select(School.zone).where(School.id == school_id)) or ""
    for day in sorted({local(starts_at, zone).date() for starts_at in session.scalars(coming)}) if concerned else ():
        for person_id in sorted(concerned):
            day_of(session, school_id, person_id, day, zone, now)


def day_of(session: Session, school_id: UUID, person_id: UUID, day: date, zone: str, now: datetime) -> None:
    """Tell one person how many of the talks they hold that day lie ready, their own and those of who is away; nothing when there are none."""
    begin, end = at(day, time(), zone), at(day + timedelta(days=1), time(), zone)
    shown = exists().where(Submission.conversation_id == Conversation.id, Submission.withdrawn_at.is_(None))
    away = exists().where(Cover.mentor_id == person_id, stands_in(day))
    theirs = or_(and_(Conversation.mentor_id == person_id, ~away), Conversation.mentor_id.in_(select(Cover.mentor_id).where(Cover.colleague_id == person_id, stands_in(day))))
    of_day = (theirs, access.MENTORED, Conversation.starts_at >= begin, Conversation.starts_at < end)
    to_come = (Conversation.cancelled_at.is_(None), Conversation.held_at.is_(None), Conversation.started_at.is_(None))
    # Two students of one day may be shown at once: who comes second counts what the first did. Only the mentor's row as such is not
    # locked (`key_share`): every new talk refers to it, and two that refer to it already would wait for each other for ever.
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    planned = session.execute(select(Conversation.starts_at, shown.label("ready")).where(*of_day, *to_come).order_by(Conversation.starts_at)).all()
    about = day_subject(person_id, day)
    if not planned:
        return cancel(session, about=about, now=now)
    plan = plan_for_talks(planned[0].starts_at, zone, ready=sum(row.ready for row in planned), total=len(planned))
    schedule(session, person_id=person_id, school_id=school_id, kind=plan.kind, about=about, path="/conversations", due_at=plan.due_at, late_at=plan.late_at,
             facts=plan.facts, zone=zone, now=now)  # fmt: skip
    return None
