"""Who is 18 decides who looks along, and goes on deciding it when the school writes down another date of birth."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.audit import name_of, note
from server.people.counters import bump
from server.people.models import OF_AGE, Guardianship, age


def is_younger_again(was: date | None, becomes: date | None, day: date) -> bool:
    """Whether who is of age by what stood there would not be so, or nobody would know, by what is written now."""
    return was is not None and age(was, day) >= OF_AGE and (becomes is None or age(becomes, day) < OF_AGE)


def end_unagreed(session: Session, student_ids: Collection[UUID], *, by: UUID | None, now: datetime) -> None:
    """Guardians to whom these students, who were of age, never said yes stay out, whatever age they are said to have now."""
    there = Guardianship.student_id.in_(student_ids), Guardianship.agreed_at.is_(None), Guardianship.ended_at.is_(None)
    for between in session.scalars(select(Guardianship).where(*there).order_by(Guardianship.student_id, Guardianship.guardian_id)) if student_ids else ():
        between.ended_at = now
        who = name_of(session, between.school_id, between.guardian_id)
        note(session, between.school_id, "guardian-ended", now, actor=by, subject=between.student_id, who=who)
        bump(session, between.student_id, between.guardian_id)
