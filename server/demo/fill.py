"""Keep the demo school in a database: put it in once, and on a later day move its dates along.

On a new day every row that still has the dates the demo gave it gets today's; what somebody made or changed stays as it
is, and so does an activity that somebody told about. If that leaves no activity that ended today, or no talk ahead for
the student of the demo, a new one is added.
"""

from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, and_, bindparam, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from server.activity.actions import remind
from server.activity.models import Activity, ActivityGroup
from server.conversation import reminding
from server.conversation.models import Conversation, Reading, Submission
from server.core.audit import name_of, note, note_view
from server.core.clock import local
from server.core.db import Base
from server.demo.school import TABLES, YEAR, ZONE, Calendar, Rows, Told, add_activity, add_conversation, id_of, rows, told
from server.experience.models import Experience
from server.people.counters import bump_school
from server.people.models import Cover, School
from server.reminder.models import Reminder

STUDENT, TODAYS = "samira", timedelta(hours=1)


class RealSchoolError(Exception):
    """The database holds another school than the demo's: it is left alone."""


def fill(session: Session, now: datetime) -> None:
    """Put the demo school in an empty database, or bring the one that is there to today. Raises `RealSchoolError`."""
    school = session.get(School, id_of("school"))
    if school is None:
        if session.scalar(select(exists().where(School.id.is_not(None)))):
            raise RealSchoolError
        _put(session, rows(now))
        _remind(session, now)
        _note(session, now)
    elif local(school.created_at + YEAR, ZONE).date() < local(now, ZONE).date():
        _bring_to_today(session, school.created_at + YEAR, now)
        _keep_promises(session, Calendar(now))
        _remind(session, now)
        bump_school(session, school.id)


def _put(session: Session, made: Rows) -> None:
    for table, told_rows in made.items():
        if told_rows:
            session.execute(insert(table), told_rows)


def _bring_to_today(session: Session, then: datetime, now: datetime) -> None:
    before, after = rows(then), rows(now)
    told_about = _told_about(session, [row["id"] for row in before[Experience]])
    for table in reversed(TABLES):
        keys = [str(column.key) for column in table.__mapper__.primary_key]
        new = {tuple(row[key] for key in keys): row for row in after[table]}
        moves = [(row, new[tuple(row[key] for key in keys)]) for row in before[table]]
        _move(session, table, keys, [(old, moved) for old, moved in moves if table is not Activity or old["id"] not in told_about])


def _told_about(session: Session, own: list[UUID]) -> set[UUID | None]:
    return set(session.scalars(select(Experience.activity_id).where(Experience.id.not_in(own))))


def _move(session: Session, table: type[Base], keys: list[str], moves: list[tuple[Told, Told]]) -> None:
    """Set new dates where every date is still the old one, all rows of a table in one go."""
    dates = [name for name in (moves[0][0] if moves else {}) if any(isinstance(old[name], date) for old, _ in moves)]
    if not dates:
        return
    columns = cast(Table, table.__table__).c
    as_it_was = and_(
        *(columns[key] == bindparam(f"was_{key}") for key in keys), *(columns[name].is_not_distinct_from(bindparam(f"was_{name}", type_=columns[name].type)) for name in dates)
    )
    values: list[dict[str, Any]] = [{f"was_{name}": old[name] for name in (*keys, *dates)} | {f"now_{name}": new[name] for name in dates} for old, new in moves]
    session.connection().execute(update(cast(Table, table.__table__)).where(as_it_was).values({name: bindparam(f"now_{name}") for name in dates}), values)


def _keep_promises(session: Session, calendar: Calendar) -> None:
    """An activity that ended today, and a talk ahead."""
    made: Rows = {table: [] for table in TABLES}
    activity = next(activity for activity in told()["activity"] if activity["end"] == "auto")
    group, (begins, ends) = id_of(activity["groups"][0]), calendar.span(activity)
    ended_today = select(Activity.id).join(ActivityGroup, ActivityGroup.activity_id == Activity.id).where(ActivityGroup.group_id == group, Activity.ends_at.between(begins, ends))
    if session.scalar(ended_today.limit(1)) is None:
        add_activity(made, activity, calendar, id_of(f"{activity['id']}/{calendar.today}"))
    ahead = select(Conversation.id).where(
        Conversation.student_id == id_of(STUDENT), Conversation.starts_at > calendar.now, Conversation.held_at.is_(None), Conversation.cancelled_at.is_(None)
    )
    if session.scalar(ahead.limit(1)) is None:
        talk = next(talk for talk in told()["conversation"] if talk["student"] == STUDENT and talk["state"] != "held")
        add_conversation(made, {**talk, "state": "planned"}, calendar, id_of(f"{talk['id']}/{calendar.today}"))
    for table_rows in made.values():
        for row in table_rows:
            row["school_id"] = id_of("school")
    _put(session, made)


def _note(session: Session, now: datetime) -> None:
    """What is on record of the year that went before: who was given what, and who looked."""
    school, haddou, deboer = id_of("school"), id_of("haddou"), id_of("deboer")
    note(session, school, "school-added", now - YEAR, actor=haddou)
    note(session, school, "roster-applied", now - YEAR + timedelta(hours=1), actor=haddou, added=len(told()["person"]))
    note(session, school, "mentor-given", now - YEAR + timedelta(hours=2), actor=haddou, subject=deboer, about=id_of("3B"))
    for cover in session.scalars(select(Cover).where(Cover.school_id == school)):
        days = {"first": cover.starts_on.isoformat(), "last": cover.ends_on.isoformat(), "who": name_of(session, school, cover.colleague_id)}
        note(session, school, "cover-given", cover.made_at, actor=haddou, subject=cover.mentor_id, about=cover.id, **days)
    readings = select(Reading, Conversation.student_id).join(Conversation, Conversation.id == Reading.conversation_id).where(Reading.school_id == school)
    for reading, student_id in session.execute(readings.order_by(Reading.read_at)).all():
        day = local(reading.read_at, ZONE).date().isoformat()
        note_view(session, school, reading.read_at, viewer=reading.person_id, student=student_id, about=reading.conversation_id, day=day, what="preparation")


def _remind(session: Session, now: datetime) -> None:
    """Schedule what is still to be said, through the rooms' own verbs. What was scheduled for the dates before is dropped."""
    session.execute(delete(Reminder).where(Reminder.school_id == id_of("school")))
    for activity in session.scalars(select(Activity).where(Activity.school_id == id_of("school"), Activity.ends_at > now - TODAYS, Activity.cancelled_at.is_(None))):
        remind(session, activity, ZONE, now)
    shown = exists().where(Submission.conversation_id == Conversation.id, Submission.withdrawn_at.is_(None))
    talks = select(Conversation, shown).where(Conversation.school_id == id_of("school"), Conversation.starts_at > now)
    for talk, ready in session.execute(talks).all():
        reminding.student(session, talk, ZONE, ready, now)
        reminding.mentor_day(session, talk, talk.starts_at, ZONE, now)
