"""Saying what was seen, and what the student makes of it. Giving, taking back, reporting and blocking are on record, without a word of what was said."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from server.core.audit import name_of, note
from server.core.clock import local
from server.core.errors import NotFound
from server.core.limits import spend
from server.core.security import hashed, new_secret
from server.people.counters import bump
from server.people.models import Person, School
from server.recognition import access
from server.recognition.models import INVITATION_LIFE, Recognition, RecognitionBlock, RecognitionInvitation, RecognitionWord
from server.recognition.said import Said
from server.reminder.actions import cancel, schedule
from server.reminder.kinds import RECOGNITION, RECOGNITION_REPORTED, THANKED

A_WEEK = 3
"""By one employee to one student in seven days: it stays something special, and nobody is beset."""

A_DAY, LINKS_A_DAY = 40, 20
"""By one employee to everybody, which is more than a class; and links of one student."""

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)

CALLED_UNTIL = timedelta(days=2)


def often(session: Session, giver_id: UUID, student_id: UUID, now: datetime) -> bool:
    """Whether this employee said enough to this student for now; what they took back counts too."""
    lately = Recognition.giver_id == giver_id, Recognition.student_id == student_id, Recognition.given_at > now - WEEK
    return (session.scalar(select(func.count()).select_from(Recognition).where(*lately)) or 0) >= A_WEEK


def place_of(session: Session, student_id: UUID, giver_id: UUID, said: Said, id: UUID) -> tuple[UUID, bool]:
    """Under which id an employee's form is stored, and whether it was already: the same form sent twice says it once.

    One that says something else by now, or of which the first was taken back, gets an id of its own, the same however often it is sent. Raises
    `NotFound` for the id of something of somebody else.
    """
    while (known := session.get(Recognition, id)) is not None:
        if known.giver_id != giver_id:
            raise NotFound
        if known.student_id == student_id and says(session, known, said):
            return id, True
        id = uuid5(id, repr((str(student_id), said.words, said.sentence)))
    return id, False


def says(session: Session, made: Recognition, said: Said) -> bool:
    """Whether this is what was said then, and is not taken back."""
    words = tuple(session.scalars(select(RecognitionWord.word).where(RecognitionWord.recognition_id == made.id).order_by(RecognitionWord.position)))
    then = words, made.sentence, made.guest_name, made.guest_role
    return made.withdrawn_at is None and then == (said.words, said.sentence, said.name, said.role)


def give(session: Session, student: Person, said: Said, *, id: UUID, now: datetime, giver_id: UUID | None = None,
         invitation: RecognitionInvitation | None = None) -> Recognition:  # fmt: skip
    """Let a student know what somebody saw, in words of the school's language.

    From somebody of whom the student wants to hear no more it is put aside unseen; whoever gives it notices nothing of that. Raises `NotFound`
    for the id of something else, `TooMany` when an employee said more than enough today.
    """
    if session.get(Recognition, id) is not None:
        raise NotFound
    if giver_id is not None:
        spend(session, f"recognitions:{giver_id}", most=A_DAY, per=DAY, at=now)
    blocked = giver_id is not None and session.get(RecognitionBlock, (student.id, giver_id)) is not None
    about = {"id": id, "school_id": student.school_id, "student_id": student.id, "giver_id": giver_id, "invitation_id": invitation.id if invitation else None}
    made = Recognition(**about, sentence=said.sentence, guest_name=said.name, guest_role=said.role, given_at=now, put_aside_at=now if blocked else None)
    made.words = [RecognitionWord(word=word, edition=said.edition, position=place, school_id=student.school_id) for place, word in enumerate(said.words)]
    session.add(made)
    if invitation is not None:
        invitation.used_at = now
    session.flush()
    note(session, student.school_id, "recognition-given", now, actor=giver_id, subject=student.id, about=made.id)
    if not blocked:
        _tell(session, [student.id], RECOGNITION, made, "/recognitions", now)
        bump(session, student.id)
    return made


def withdraw(session: Session, given: Recognition, now: datetime) -> None:
    """The giver takes it back: the student sees it no more. Raises `NotFound` when it is too late for that."""
    if not given.may_be_withdrawn(now):
        raise NotFound
    given.withdrawn_at = now
    note(session, given.school_id, "recognition-withdrawn", now, actor=given.giver_id, subject=given.student_id, about=given.id)
    cancel(session, about=given.id, kinds=[RECOGNITION], now=now)
    bump(session, given.student_id)


def keep(session: Session, seen: Recognition, now: datetime) -> None:
    """The student keeps it."""
    seen.keep(now)
    bump(session, seen.student_id)


def put_aside(session: Session, seen: Recognition, now: datetime) -> None:
    """The student wants it out of sight."""
    seen.put_aside(now)
    bump(session, seen.student_id)


def thank(session: Session, seen: Recognition, now: datetime) -> None:
    """The giver finds the thanks in the app, a guest by their link; nobody is called up for it."""
    if not seen.may_be_thanked(now):
        return
    seen.thanked_at = now
    _tell(session, [seen.giver_id] if seen.giver_id else [], THANKED, seen, "/recognitions", now, lasts=timedelta(0))
    bump(session, seen.student_id)


def report(session: Session, seen: Recognition, now: datetime) -> None:
    """The student's mentor is asked to look at it; from then on it is out of the student's sight. Once said is said."""
    seen.put_aside(now)
    if seen.reported_at is not None:
        bump(session, seen.student_id)
        return
    seen.reported_at = now
    bump(session, seen.student_id, *_who_look(session, seen, now))
    note(session, seen.school_id, "recognition-reported", now, actor=seen.student_id, subject=seen.student_id, about=seen.id)
    _tell(session, _who_look(session, seen, now), RECOGNITION_REPORTED, seen, f"/recognitions/{seen.id}", now)


def look(session: Session, asked: Recognition, mentor_id: UUID, now: datetime) -> None:
    """A mentor looks at what a student asked them to; the student sees who did first."""
    if asked.read_at is None:
        asked.reader_id, asked.read_at = mentor_id, now
    bump(session, asked.student_id, *_who_look(session, asked, now))


def settle(session: Session, asked: Recognition, mentor_id: UUID, outcome: str, now: datetime) -> bool:
    """A mentor talked about it, and says with whom: the student sees it, and nobody else waits to be asked. Tells whether that stands now."""
    if asked.settle(mentor_id, outcome, now):
        note(session, asked.school_id, "recognition-settled", now, actor=mentor_id, subject=asked.student_id, about=asked.id)
        cancel(session, about=asked.id, kinds=[RECOGNITION_REPORTED], now=now)
        bump(session, asked.student_id, *_who_look(session, asked, now))
    return (asked.reader_id, asked.outcome) == (mentor_id, outcome)


def block(session: Session, seen: Recognition, now: datetime) -> None:
    """Hear no more of this employee. What was not kept goes out of sight; the employee is not told. A guest has no account: their link is used up anyway."""
    if seen.giver_id is None:
        raise NotFound
    if session.get(RecognitionBlock, (seen.student_id, seen.giver_id)) is None:
        session.add(RecognitionBlock(student_id=seen.student_id, giver_id=seen.giver_id, school_id=seen.school_id, made_at=now))
        _note_block(session, "recognition-blocked", seen.school_id, seen.student_id, seen.giver_id, now)
    theirs = Recognition.student_id == seen.student_id, Recognition.giver_id == seen.giver_id, Recognition.kept_at.is_(None), Recognition.put_aside_at.is_(None)
    session.execute(update(Recognition).where(*theirs).values(put_aside_at=now))
    bump(session, seen.student_id)


def unblock(session: Session, blocked: RecognitionBlock, now: datetime) -> None:
    """Hear of this employee again. What they said meanwhile was put aside, and lies there."""
    _note_block(session, "recognition-unblocked", blocked.school_id, blocked.student_id, blocked.giver_id, now)
    session.delete(blocked)
    bump(session, blocked.student_id)


def _note_block(session: Session, kind: str, school_id: UUID, student_id: UUID, giver_id: UUID, now: datetime) -> None:
    """On the student's own record: what is about the employee the employee could read."""
    note(session, school_id, kind, now, actor=student_id, subject=student_id, who=name_of(session, school_id, giver_id))


def invite(session: Session, student_id: UUID, school_id: UUID, now: datetime) -> str:
    """A link by which one person says once what they saw in this student. Gives the secret, once. Raises `TooMany` for who makes very many in a day."""
    spend(session, f"recognition-links:{student_id}", most=LINKS_A_DAY, per=DAY, at=now)
    secret = new_secret()
    session.add(RecognitionInvitation(school_id=school_id, student_id=student_id, secret_hash=hashed(secret), made_at=now, ends_at=now + INVITATION_LIFE))
    return secret


def _tell(session: Session, people: Iterable[UUID], kind: str, about: Recognition, path: str, now: datetime, lasts: timedelta = CALLED_UNTIL) -> None:
    zone = session.get_one(School, about.school_id).zone
    for person_id in people:
        schedule(session, person_id=person_id, school_id=about.school_id, kind=kind, about=about.id, path=path, due_at=now, late_at=now + lasts, facts={}, zone=zone, now=now)


def _who_look(session: Session, seen: Recognition, now: datetime) -> list[UUID]:
    day = local(now, session.get_one(School, seen.school_id).zone).date()
    return list(session.scalars(access.who_look(seen.id, day)))
