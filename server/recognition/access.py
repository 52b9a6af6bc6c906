"""Who may find what was seen in a student, and in whom they may say it. The select that finds it is the permission.

Another's words about a student are the student's: nobody else reads them but who wrote them, until the student shows them; and a mentor when the
student asked them to look. That somebody is a student here is known to who keeps the people and who mentors; every other employee meets no
student by name, so they are let in by the student's own QR code or link, like a guest.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, exists, false, literal, or_, select
from sqlalchemy.orm import aliased

from server.core.clock import local
from server.core.security import hashed
from server.people.mentoring import mentored, mentors, stands_in
from server.people.models import Cover, Person, Role
from server.people.viewer import Viewer
from server.recognition.models import THANKS_LAST, Recognition, RecognitionBlock, RecognitionInvitation

_MENTORED = mentored().subquery("mentored_now")
UNSEEN = exists().where(RecognitionBlock.student_id == Recognition.student_id, RecognitionBlock.giver_id == Recognition.giver_id, RecognitionBlock.made_at <= Recognition.given_at)
"""Given by somebody of whom the student wanted to hear no more."""


def seen_in_me(viewer: Viewer) -> Select[Recognition]:
    """What others saw in this student, without what was taken back and what came from somebody they blocked."""
    return about_me(viewer).where(Recognition.withdrawn_at.is_(None), ~UNSEEN)


def about_me(viewer: Viewer) -> Select[Recognition]:
    """All of that, also what is out of sight: not to show, but to know that it was this student's."""
    mine = and_(Recognition.student_id == viewer.person_id, Recognition.school_id == viewer.school_id) if viewer.is_student else false()
    return select(Recognition).where(mine)


def given(viewer: Viewer) -> Select[Recognition]:
    """What this employee said they saw, and did not take back."""
    own = and_(Recognition.giver_id == viewer.person_id, Recognition.school_id == viewer.school_id) if viewer.is_staff else false()
    return select(Recognition).where(own, Recognition.withdrawn_at.is_(None))


def reported(viewer: Viewer, now: datetime) -> Select[Recognition]:
    """What a student asked their mentor to look at, for who looks (`_looks`). Taken back or not: it was said."""
    return asked_of(literal(viewer.person_id), literal(viewer.school_id), literal(local(now, viewer.zone).date()))


def asked_of(person: ColumnElement[UUID], school: ColumnElement[UUID], day: ColumnElement[date]) -> Select[Recognition]:
    """The same, of an employee of this school on this day."""
    return select(Recognition).where(Recognition.school_id == school, Recognition.reported_at.is_not(None), _looks(person, day))


def who_look(recognition_id: UUID, day: date) -> Select[UUID]:
    """Whom of the school this is asked of today: exactly those who find it by `reported`."""
    there = select(Person.id).join(Recognition, Recognition.school_id == Person.school_id).where(Person.kind == "staff", Person.archived_at.is_(None))
    return there.where(Recognition.id == recognition_id, _looks(Person.id, literal(day))).order_by(Person.id)


def _looks(person: SQLColumnExpression[UUID], day: ColumnElement[date]) -> ColumnElement[bool]:
    """Whether an employee looks: who mentors the student, or stands in that day for one who does; a coordinator when the student has no other mentor.

    Never who wrote it, nor who looks only because they stand in for who wrote it: nobody judges in a colleague's place what that colleague said.
    """
    coordinates = exists().where(Role.person_id == person, Role.school_id == Recognition.school_id, Role.name == "coordinator")
    instead = Cover.colleague_id == person, stands_in(day), Recognition.giver_id.is_distinct_from(Cover.mentor_id), mentors(Cover.mentor_id, Recognition.student_id)
    either = or_(mentors(person, Recognition.student_id), exists().where(*instead), and_(coordinates, ~_has_other_mentor()))
    return and_(Recognition.giver_id.is_distinct_from(person), either)


def _has_other_mentor() -> ColumnElement[bool]:
    pairs = aliased(_MENTORED)
    return exists().where(pairs.c.student_id == Recognition.student_id, Recognition.giver_id.is_distinct_from(pairs.c.mentor_id))


def pupils(viewer: Viewer) -> Select[Person]:
    """The students whom the viewer may pick by name: who keeps the people of the school everybody's; a mentor, or who stands in, the own ones; no other employee any."""
    there = Person.school_id == viewer.school_id, Person.kind == "student", Person.archived_at.is_(None)
    if viewer.is_keeper:
        return select(Person).where(*there)
    return select(Person).where(*there, Person.id.in_(_own(viewer)) if viewer.is_staff else false())


def own_pupils(viewer: Viewer) -> Select[Person]:
    """Those of them whom the viewer mentors: shown at once."""
    return pupils(viewer).where(Person.id.in_(_own(viewer)))


def _own(viewer: Viewer) -> Select[tuple[UUID]]:
    return select(_MENTORED.c.student_id).where(_MENTORED.c.mentor_id.in_(viewer.mentor_ids))


def invitations(viewer: Viewer, now: datetime) -> Select[RecognitionInvitation]:
    """The links this student made that still open."""
    mine = and_(RecognitionInvitation.student_id == viewer.person_id, RecognitionInvitation.school_id == viewer.school_id) if viewer.is_student else false()
    return select(RecognitionInvitation).where(mine, *_open(now))


def invitation(secret: str, now: datetime) -> Select[RecognitionInvitation, Person]:
    """The invitation with this secret and its student, while it opens. Looked up by the digest: no timing tells."""
    found = select(RecognitionInvitation, Person).join(Person, Person.id == RecognitionInvitation.student_id)
    return found.where(RecognitionInvitation.secret_hash == hashed(secret), Person.archived_at.is_(None), *_open(now))


def said_by(secret: str, id: UUID | None) -> Select[Recognition, Person]:
    """What was said by the link with this secret, for who knows its id from their own form, and its student."""
    about = select(Recognition, Person).join(Person, Person.id == Recognition.student_id).join(RecognitionInvitation, RecognitionInvitation.id == Recognition.invitation_id)
    return about.where(Recognition.id == id, RecognitionInvitation.secret_hash == hashed(secret), Person.archived_at.is_(None))


def sent_by(secret: str, now: datetime) -> Select[Recognition, Person]:
    """What a guest said by the link with this secret, and its student, so long as the link shows whether they were thanked."""
    about = select(Recognition, Person).join(Person, Person.id == Recognition.student_id).join(RecognitionInvitation, RecognitionInvitation.id == Recognition.invitation_id)
    lately = Recognition.giver_id.is_(None), Recognition.given_at > now - THANKS_LAST
    return about.where(RecognitionInvitation.secret_hash == hashed(secret), Person.archived_at.is_(None), *lately)


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return RecognitionInvitation.used_at.is_(None), RecognitionInvitation.withdrawn_at.is_(None), RecognitionInvitation.ends_at > now


def blocks(viewer: Viewer) -> Select[RecognitionBlock]:
    """Of whom this student wants to hear no more."""
    return select(RecognitionBlock).where(RecognitionBlock.student_id == viewer.person_id if viewer.is_student else false())
