"""Asking somebody to look along, agreeing to it, ending it. Each is on record, and each shows at once to whom it concerns."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, tuple_, update
from sqlalchemy.orm import Session

from server.core.audit import name_of, note, note_each
from server.core.errors import NotFound
from server.core.ids import new_id
from server.core.mail import post
from server.core.security import hashed, new_secret
from server.guardian.letter import invitation_letter
from server.people.counters import bump
from server.people.models import Guardianship, Person, School
from server.reminder.actions import schedule
from server.reminder.kinds import GUARDIAN_LEFT
from server.settings import Settings
from server.sign_in.models import INVITATION_LIFE, Invitation

NAMELESS = "ouder of verzorger"
"""How a letter addresses who has not said their name yet."""

AGAIN_AFTER, TOLD_UNTIL = timedelta(minutes=1), timedelta(days=3)


def add_guardian(session: Session, student: Person, told: Mapping[str, str], *, by: UUID, now: datetime, guardian_id: UUID | None = None) -> Person:
    """The guardian with this address at the student's school, made when there is none; from now on this student's.

    `told` holds `email` (empty when there is none), and the names where the school gives them. Who is there already keeps the name they have.
    `guardian_id` comes with the form: the same form sent twice adds one person. Raises `NotFound` for an id of somebody else.
    """
    email, by_student = told["email"], by == student.id
    known = select(Person).where(Person.school_id == student.school_id, Person.kind == "guardian", Person.archived_at.is_(None), func.lower(Person.email) == email.lower())
    guardian = session.scalars(known.order_by(Person.created_at).limit(1)).first() if email else None
    if guardian is None and guardian_id is not None:
        guardian = session.get(Person, guardian_id)
        if guardian is not None and session.get(Guardianship, (guardian_id, student.id)) is None:
            raise NotFound
    if guardian is None:
        names = {name: told.get(name, "") for name in ("given_name", "infix", "family_name")}
        addressed = "" if any(names.values()) else NAMELESS
        guardian = Person(id=guardian_id or new_id(), school_id=student.school_id, kind="guardian", email=email, addressed_as=addressed, created_at=now, **names)
        session.add(guardian)
        session.flush()
    between = session.get(Guardianship, (guardian.id, student.id), with_for_update=True)
    if between is None:
        session.add(between := Guardianship(guardian_id=guardian.id, student_id=student.id, school_id=student.school_id))
    if between.made_at is None or between.ended_at is not None:
        between.accepted_at = between.accepted_at if between.ended_at is None else None
        between.made_by, between.made_at, between.ended_at, between.agreed_at = by, now, None, None
    if by_student:
        between.agreed_at = between.agreed_at or now
    bump(session, student.id, guardian.id)
    return guardian


def invite(session: Session, settings: Settings, student: Person, guardian: Person, *, by: UUID, now: datetime) -> None:
    """Send a guardian with an address the link that asks them; an earlier one that was not answered stops working. Pressed twice it sends one letter."""
    waiting = _waiting(guardian.id, student.id)
    if session.scalar(select(exists().where(*waiting, Invitation.made_at > now - AGAIN_AFTER))):
        return
    withdraw(session, guardian.id, student.id, now)
    made = _ask(session, settings, student, guardian, by=by, now=now)
    note(session, student.school_id, "guardian-invited", now, actor=by, subject=student.id, about=made.id)
    bump(session, student.id, guardian.id)


def invite_each(session: Session, settings: Settings, pairs: Sequence[tuple[Person, Person]], *, by: UUID, now: datetime) -> None:
    """The same for many students and guardians of one school: a whole school in a few seconds. Who was asked before gets a new link, and the old one stops working."""
    if not pairs:
        return
    pairs_of = tuple_(Invitation.guardian_id, Invitation.student_id).in_([(guardian.id, student.id) for student, guardian in pairs])
    session.execute(update(Invitation).where(pairs_of, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None)).values(revoked_at=now))
    for student, guardian in pairs:
        _ask(session, settings, student, guardian, by=by, now=now)
    note_each(session, pairs[0][0].school_id, "guardian-invited", now, actor=by, subjects=[student.id for student, _ in pairs])
    bump(session, *(person.id for pair in pairs for person in pair))


def _ask(session: Session, settings: Settings, student: Person, guardian: Person, *, by: UUID, now: datetime) -> Invitation:
    secret = new_secret()
    made = Invitation(
        id=new_id(), school_id=student.school_id, guardian_id=guardian.id, student_id=student.id, secret_hash=hashed(secret), made_by=by, made_at=now, ends_at=now + INVITATION_LIFE
    )
    session.add(made)
    school = session.get_one(School, student.school_id)
    letter = invitation_letter(guardian, school.name, f"{settings.base_url}/invitation/{secret}", by_student=by == student.id)
    post(session, settings, letter, kind="invitation", at=now, person_id=guardian.id, school_id=school.id, life=INVITATION_LIFE)
    return made


def agree(session: Session, guardianship: Guardianship, now: datetime) -> None:
    """The student, who is 18 now, lets somebody look along whom others asked; once said is said."""
    if guardianship.agreed_at is not None:
        return
    guardianship.agreed_at = now
    note(
        session,
        guardianship.school_id,
        "guardian-agreed",
        now,
        actor=guardianship.student_id,
        subject=guardianship.student_id,
        who=name_of(session, guardianship.school_id, guardianship.guardian_id),
    )
    bump(session, guardianship.student_id, guardianship.guardian_id)


def end(session: Session, guardianship: Guardianship, *, by: UUID, now: datetime) -> None:
    """From now on this guardian sees nothing of this student; a link that was not answered stops working."""
    guardianship.ended_at = now
    withdraw(session, guardianship.guardian_id, guardianship.student_id, now)
    note(session, guardianship.school_id, "guardian-ended", now, actor=by, subject=guardianship.student_id, who=name_of(session, guardianship.school_id, guardianship.guardian_id))
    bump(session, guardianship.student_id, guardianship.guardian_id)


def stop(session: Session, guardianship: Guardianship, now: datetime) -> None:
    """A guardian looks along no more of their own accord, and the student hears of it."""
    end(session, guardianship, by=guardianship.guardian_id, now=now)
    zone = session.get_one(School, guardianship.school_id).zone
    schedule(session, person_id=guardianship.student_id, school_id=guardianship.school_id, kind=GUARDIAN_LEFT, about=new_id(), path="/me/guardians", due_at=now,
             late_at=now + TOLD_UNTIL, facts={}, zone=zone, now=now)  # fmt: skip


def withdraw(session: Session, guardian_id: UUID, student_id: UUID, now: datetime) -> None:
    """A link that was not answered stops working."""
    session.execute(update(Invitation).where(*_waiting(guardian_id, student_id)).values(revoked_at=now))


def _waiting(guardian_id: UUID, student_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return Invitation.guardian_id == guardian_id, Invitation.student_id == student_id, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None)
