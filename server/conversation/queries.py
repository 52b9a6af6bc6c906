"""What the screens about talks show, loaded whole: a fixed number of statements however many rows."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, Select, Uuid, and_, cast, func, null, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from server.conversation import access
from server.conversation.models import (
    Agreement,
    Completion,
    Conversation,
    Preparation,
    PreparationAnswer,
    PreparationExperience,
    PreparationWord,
    Reading,
    Submission,
)
from server.conversation.views import Promise, Pupil, Read, Someone, StandIn, Standing, Talk
from server.core.clock import at, local
from server.experience.models import Experience
from server.people.models import Cover, Membership, Mentorship, Person
from server.people.viewer import Viewer
from server.reminder.kinds import PREPARE
from server.reminder.models import Reminder

MOST_PAST = 30
BEGINNINGS = 60
"""At how many places students begin with the questions: a mentor asks four students in a row not the same."""
_Student, _Mentor = aliased(Person, name="student"), aliased(Person, name="mentor")
_TO_BE_HELD = (Conversation.held_at.is_(None), Conversation.cancelled_at.is_(None))
_NAMES = ("id", "given_name", "infix", "family_name", "addressed_as")


class MentorList(msgspec.Struct, frozen=True, kw_only=True):
    """Gesprekken: what is to come, what has been, and who is reminded when."""

    upcoming: list[Talk]
    past: list[Talk]
    this_week: int
    this_week_ready: int
    next_week: int
    next_week_ready: int
    reminded: list[tuple[Someone, datetime]]
    standing: list[Standing]


class StudentList(msgspec.Struct, frozen=True, kw_only=True):
    """Gesprek: the next one, others planned, and earlier ones with what was agreed."""

    next: Talk | None
    later: list[Talk]
    past: list[Talk]
    promises: dict[UUID, Promise]


def _person(who: Any, prefix: str) -> list[Any]:
    return [getattr(who, name).label(f"{prefix}_{name}") for name in _NAMES]


def someone(row: Row[Any], prefix: str) -> Someone:
    """The person whose columns stand under this prefix."""
    return Someone(*(getattr(row, f"{prefix}_{name}") for name in _NAMES))


_READINGS = select(Reading.read_at, *_person(Person, "reader")).join(Person, Person.id == Reading.person_id).order_by(Reading.read_at)
_COVERS = (
    select(Cover.mentor_id, Cover.starts_on, Cover.ends_on, *_person(Person, "colleague"))
    .join(Person, Person.id == Cover.colleague_id)
    .where(Cover.ended_at.is_(None))
    .order_by(Cover.starts_on, Cover.id)
)
_PROMISES = (
    select(Agreement, Completion.done_at, *_person(_Mentor, "mentor"))
    .join(Conversation, Conversation.id == Agreement.conversation_id)
    .join(_Mentor, _Mentor.id == Conversation.mentor_id)
    .outerjoin(Completion, Completion.agreement_id == Agreement.id)
    .order_by(Agreement.made_at.desc())
)


_EARLIER = aliased(Conversation, name="earlier")
_NUMBER = (
    select(func.count())
    .select_from(_EARLIER)
    .where(_EARLIER.student_id == Conversation.student_id, _EARLIER.starts_at < Conversation.starts_at, _EARLIER.cancelled_at.is_(None))
    .scalar_subquery()
    .label("number")
)


def _counted(table: Any) -> Any:
    return select(func.count()).select_from(table).where(table.conversation_id == Conversation.id)


@cache
def _rows() -> Select[Any]:
    """A talk in one row, with both people and how far its preparation is."""
    chosen = _counted(PreparationExperience).join(Experience, Experience.id == PreparationExperience.experience_id).where(Experience.deleted_at.is_(None))
    columns = (
        Conversation.id, Conversation.starts_at, Conversation.minutes, Conversation.place_kind, Conversation.place, Conversation.revision, Conversation.started_at,
        Conversation.held_at, Conversation.cancelled_at, Submission.id.label("submission_id"), Submission.submitted_at, Preparation.question, Preparation.revisions,
        chosen.scalar_subquery().label("experiences"), _counted(PreparationWord).scalar_subquery().label("words"),
        _counted(PreparationAnswer).where(PreparationAnswer.text != "").scalar_subquery().label("answers"), *_person(_Student, "student"), *_person(_Mentor, "mentor"),
    )  # fmt: skip
    return (
        select(*columns)
        .select_from(Conversation)
        .join(_Student, _Student.id == Conversation.student_id)
        .join(_Mentor, _Mentor.id == Conversation.mentor_id)
        .outerjoin(Preparation, Preparation.conversation_id == Conversation.id)
        .outerjoin(Submission, (Submission.conversation_id == Conversation.id) & Submission.withdrawn_at.is_(None))
    )


def _talk(row: Row[Any]) -> Talk:
    return Talk(
        id=row.id, starts_at=row.starts_at, minutes=row.minutes, place_kind=row.place_kind, place=row.place, revision=row.revision, started_at=row.started_at,
        held_at=row.held_at, cancelled_at=row.cancelled_at, student=someone(row, "student"), mentor=someone(row, "mentor"), submitted_at=row.submitted_at,
        submission_id=row.submission_id, begun=row.question is not None, experiences=row.experiences, words=row.words, answers=row.answers,
        has_question=bool(row.question), saw_words="words" in (row.revisions or {}),
    )  # fmt: skip


def _mine(viewer: Viewer) -> Select[Any]:
    return _rows().where(*access.mine(viewer))


def talk(session: Session, viewer: Viewer, conversation_id: UUID) -> Talk | None:
    """One of the viewer's talks with who has read what lies ready, or None."""
    row = session.execute(_mine(viewer).add_columns(_NUMBER).where(Conversation.id == conversation_id)).one_or_none()
    if row is None:
        return None
    found = _talk(row)
    return _with_readers(session, *_with_stand_ins(session, [msgspec.structs.replace(found, number=row.number + found.student.id.int % BEGINNINGS)]))


def next_for_student(session: Session, viewer: Viewer, now: datetime) -> Talk | None:
    """The viewer's next talk, today's included until it is held, or None."""
    talk = coming_for_student(session, viewer, now)
    return _with_readers(session, *_with_stand_ins(session, [talk])) if talk else None


def coming_for_student(session: Session, viewer: Viewer, now: datetime) -> Talk | None:
    """The same without who read it or stands in: in one statement."""
    row = session.execute(_coming(viewer, now).limit(1)).one_or_none()
    return _talk(row) if row else None


def _coming(viewer: Viewer, now: datetime) -> Select[Any]:
    return _mine(viewer).where(*_TO_BE_HELD, _Student.archived_at.is_(None), Conversation.starts_at > _since(viewer, now)).order_by(Conversation.starts_at, Conversation.id)


def _since(viewer: Viewer, now: datetime) -> datetime:
    """How long a talk that nobody rounded off counts as still to come."""
    return now - timedelta(days=1 if viewer.is_student else 60)


def _past(viewer: Viewer, now: datetime) -> Select[Any]:
    """Held; and what nobody rounded off, so that what was laid ready for it can still be found."""
    left = and_(*_TO_BE_HELD, Conversation.starts_at <= _since(viewer, now))
    return _mine(viewer).where(or_(Conversation.held_at.is_not(None), left)).order_by(Conversation.starts_at.desc(), Conversation.id).limit(MOST_PAST)


def _with_readers(session: Session, shown: Talk) -> Talk:
    if shown.submission_id is None:
        return shown
    rows = session.execute(_READINGS.where(Reading.submission_id == shown.submission_id))
    return msgspec.structs.replace(shown, read_by=tuple(Read(someone(row, "reader"), row.read_at) for row in rows))


def _with_stand_ins(session: Session, shown: Sequence[Talk]) -> list[Talk]:
    """The same talks with who stands in for their mentors."""
    if not shown:
        return []
    stand_ins: dict[UUID, list[StandIn]] = {}
    for row in session.execute(_COVERS.where(Cover.mentor_id.in_({talk.mentor.id for talk in shown}))):
        stand_ins.setdefault(row.mentor_id, []).append(StandIn(someone(row, "colleague"), row.starts_on, row.ends_on))
    return [msgspec.structs.replace(talk, stand_ins=tuple(stand_ins[talk.mentor.id])) if talk.mentor.id in stand_ins else talk for talk in shown]


def student_list(session: Session, viewer: Viewer, now: datetime) -> StudentList:
    """All talks of a student."""
    coming = _with_stand_ins(session, [_talk(row) for row in session.execute(_coming(viewer, now))])
    past = [_talk(row) for row in session.execute(_past(viewer, now))]
    promises = {promise.conversation_id: promise for promise in _promises(session, Agreement.student_id == viewer.person_id)}
    return StudentList(next=_with_readers(session, coming[0]) if coming else None, later=coming[1:], past=past, promises=promises)


def mentor_list(session: Session, viewer: Viewer, now: datetime) -> MentorList:
    """All talks of a mentor: those to be held (also when their time has passed), those held."""
    coming = _with_stand_ins(session, [_talk(row) for row in session.execute(_coming(viewer, now))])
    past = [_talk(row) for row in session.execute(_past(viewer, now))]
    today = local(now, viewer.zone).date()
    monday = today - timedelta(days=today.weekday())
    this, following = ([shown for shown in coming if _week_of(shown, viewer) == monday + timedelta(weeks=week)] for week in (0, 1))
    return MentorList(
        upcoming=coming,
        past=past,
        reminded=_reminded(session, coming, now),
        standing=standing(session, viewer),
        this_week=len(this),
        this_week_ready=_ready(this),
        next_week=len(following),
        next_week_ready=_ready(following),
    )


def standing(session: Session, viewer: Viewer) -> list[Standing]:
    """For whom the viewer stands in today, and through which day; asks nothing of who does so for nobody."""
    if not viewer.covers:
        return []
    last = {cover.mentor_id: cover.last for cover in viewer.covers}
    names = select(*_person(Person, "mentor")).where(Person.id.in_(last)).order_by(Person.family_name, Person.id)
    return [Standing(someone(row, "mentor"), last[row.mentor_id]) for row in session.execute(names)]


def _week_of(shown: Talk, viewer: Viewer) -> date:
    day = local(shown.starts_at, viewer.zone).date()
    return day - timedelta(days=day.weekday())


def _ready(shown: Iterable[Talk]) -> int:
    return sum(talk.state == "ready" for talk in shown)


def _reminded(session: Session, shown: Sequence[Talk], now: datetime) -> list[tuple[Someone, datetime]]:
    """Who of those not ready gets a message to prepare within a week, and when: the first one of each, at most four people."""
    waiting = {talk.id: talk.student for talk in shown if talk.state != "ready"}
    due = func.min(Reminder.due_at).label("due")
    students = {student.id: student for student in waiting.values()}
    wanted = select(Reminder.person_id, due).where(
        Reminder.about.in_(waiting), Reminder.person_id.in_(students), Reminder.kind.in_(PREPARE), Reminder.sent_at.is_(None), Reminder.cancelled_at.is_(None),
        Reminder.due_at > now, Reminder.due_at < now + timedelta(days=7),
    )  # fmt: skip
    return [(students[who], when) for who, when in session.execute(wanted.group_by(Reminder.person_id).order_by(due).limit(4))] if waiting else []


def _promises(session: Session, *where: Any) -> list[Promise]:
    rows = session.execute(_PROMISES.where(*where).limit(MOST_PAST))
    return [
        Promise(id=row.Agreement.id, conversation_id=row.Agreement.conversation_id, what=row.Agreement.what, due_on=row.Agreement.due_on, helper=row.Agreement.helper,
                made_at=row.Agreement.made_at, done_at=row.done_at, mentor=someone(row, "mentor"))
        for row in rows
    ]  # fmt: skip


def open_promises(session: Session, viewer: Viewer) -> list[Promise]:
    """What the student agreed and has not done yet, newest first."""
    return _promises(session, Agreement.student_id == viewer.person_id, Completion.done_at.is_(None))


def promise(session: Session, conversation_id: UUID) -> Promise | None:
    """What was agreed in a talk. Who may see the talk is the caller's question."""
    return next(iter(_promises(session, Agreement.conversation_id == conversation_id)), None)


def previous(session: Session, viewer: Viewer, shown: Talk) -> Conversation | None:
    """The last talk of these same two that was held before this one: a new mentor does not read what was said to another."""
    earlier = access.talks(viewer).where(Conversation.student_id == shown.student.id, Conversation.mentor_id == shown.mentor.id, Conversation.id != shown.id)
    return session.scalar(earlier.where(Conversation.held_at.is_not(None), Conversation.starts_at < shown.starts_at).order_by(Conversation.starts_at.desc()).limit(1))


def asked_before(session: Session, viewer: Viewer, conversation_id: UUID) -> list[str]:
    """The questions this student met in other preparations, answered or skipped, the last one first."""
    other = select(PreparationAnswer.question_id).join(Preparation, Preparation.conversation_id == PreparationAnswer.conversation_id)
    mine = other.where(Preparation.student_id == viewer.person_id, Preparation.conversation_id != conversation_id)
    return list(session.scalars(mine.group_by(PreparationAnswer.question_id).order_by(func.max(Preparation.changed_at).desc(), PreparationAnswer.question_id)))


SINGLE = UUID(int=0)
"""Where students stand who are mentored one by one, in no group of the viewer's."""


def pupils(session: Session, viewer: Viewer, group_ids: Sequence[UUID], now: datetime, *, single: bool = False) -> dict[UUID, list[Pupil]]:
    """The students of groups the viewer mentors, by first name, and under `SINGLE` those mentored one by one; talks with other mentors are not counted."""
    last = (
        select(func.max(Conversation.starts_at))
        .where(Conversation.student_id == Person.id, Conversation.mentor_id.in_(viewer.mentor_ids), Conversation.held_at.is_not(None))
        .scalar_subquery()
    )
    of_groups = select(Membership.group_id, Membership.person_id).where(Membership.kind == "student", Membership.group_id.in_(group_ids))
    alone = (
        access.single(viewer).with_only_columns(cast(null(), Uuid()), Mentorship.student_id).where(Mentorship.student_id.not_in(of_groups.with_only_columns(Membership.person_id)))
    )
    among = (union_all(of_groups, alone) if single else of_groups).subquery()
    rows = session.execute(
        select(among.c.group_id, last.label("last"), *_person(Person, "student"))
        .join(among, among.c.person_id == Person.id)
        .where(Person.archived_at.is_(None), Person.school_id == viewer.school_id)
        .order_by(Person.given_name, Person.family_name)
    ).all()
    following: dict[UUID, Talk] = {}
    for row in session.execute(_coming(viewer, now)):
        following.setdefault(row.student_id, _talk(row))
    told: dict[UUID, list[Pupil]] = {group_id: [] for group_id in group_ids}
    for row in rows:
        told.setdefault(row.group_id or SINGLE, []).append(Pupil(who=someone(row, "student"), last=row.last, next=following.get(row.student_id)))
    return told


def overlapping(session: Session, viewer: Viewer, starts_at: datetime, minutes: int, but: UUID) -> list[Talk]:
    """The mentor's other talks that are planned in the same minutes."""
    day = local(starts_at, viewer.zone).date()
    begin, end = at(day, datetime.min.time(), viewer.zone), at(day + timedelta(days=1), datetime.min.time(), viewer.zone)
    rows = session.execute(_coming(viewer, begin).where(Conversation.starts_at.between(begin, end), Conversation.id != but))
    return [shown for shown in map(_talk, rows) if shown.starts_at < starts_at + timedelta(minutes=minutes) and starts_at < shown.ends_at]
