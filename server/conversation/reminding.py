"""Whom a talk reminds: said again after every change of it. When and of what stands in `server.reminder.kinds`."""

from datetime import datetime, time, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from server.conversation.models import Conversation, Submission
from server.core.clock import at, local
from server.people.models import Person
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
    """Tell the mentor of this talk how many talks of the day around `moment` lie ready; nothing when there are none left."""
    day = local(moment, zone).date()
    begin, end = at(day, time(), zone), at(day + timedelta(days=1), time(), zone)
    shown = exists().where(Submission.conversation_id == Conversation.id, Submission.withdrawn_at.is_(None))
    of_day = (Conversation.mentor_id == talk.mentor_id, Conversation.starts_at >= begin, Conversation.starts_at < end)
    to_come = (Conversation.cancelled_at.is_(None), Conversation.held_at.is_(None), Conversation.started_at.is_(None))
    # Two students of one day may be shown at once: who comes second counts what the first did. Only the mentor's row as such is not
    # locked (`key_share`): every new talk refers to it, and two that refer to it already would wait for each other for ever.
    session.execute(select(Person.id).where(Person.id == talk.mentor_id).with_for_update(key_share=True))
    planned = session.execute(select(Conversation.starts_at, shown.label("ready")).where(*of_day, *to_come).order_by(Conversation.starts_at)).all()
    about = day_subject(talk.mentor_id, day)
    if not planned:
        return cancel(session, about=about, now=now)
    plan = plan_for_talks(planned[0].starts_at, zone, ready=sum(row.ready for row in planned), total=len(planned))
    schedule(session, person_id=talk.mentor_id, school_id=talk.school_id, kind=plan.kind, about=about, path="/conversations", due_at=plan.due_at, late_at=plan.late_at,
             facts=plan.facts, zone=zone, now=now)  # fmt: skip
    return None
