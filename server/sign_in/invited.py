"""When a guardian has said yes: by coming in at the address that was invited, or by the link that the school gave on paper. Until then they see nobody.

Whoever has the letter from somebody else can press its button; only the code that the address gets makes it count.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from server.core.audit import note
from server.people.counters import bump
from server.people.models import Guardianship, Person
from server.sign_in.models import Invitation, SignInLink


class Answer(msgspec.Struct, frozen=True):
    """A yes that waits for the code: to which invitation, and the name that was typed with it. The browser carries it, sealed."""

    invitation_id: UUID
    told: dict[str, str]


def accept(session: Session, invitation: Invitation, told: Mapping[str, str], now: datetime) -> None:
    """A guardian says yes, and says their name when nobody gave it."""
    guardian = session.get_one(Person, invitation.guardian_id)
    invitation.accepted_at = now
    if told and not guardian.full_name:
        guardian.given_name, guardian.infix, guardian.family_name, guardian.addressed_as = told["given_name"], told.get("infix", ""), told["family_name"], ""
    if between := session.get(Guardianship, (invitation.guardian_id, invitation.student_id), with_for_update=True):
        _see(session, between, now, about=invitation.id)


def accept_by_code(session: Session, answer: Answer, email: str, now: datetime) -> None:
    """The same, of an answer whose code was typed: when the invitation still stands, and was sent to this address."""
    sent_to = select(Invitation).join(Person, Person.id == Invitation.guardian_id).where(Invitation.id == answer.invitation_id, func.lower(Person.email) == email)
    invitation = session.scalar(sent_to.with_for_update(of=Invitation))
    if invitation is not None and invitation.opens(now):
        accept(session, invitation, answer.told, now)


def accept_on_paper(session: Session, link: SignInLink, now: datetime) -> None:
    """Who came in by a link on paper sees whom they were a guardian of when it was made; not of whom a letter still asks them."""
    asked = exists().where(
        Invitation.guardian_id == Guardianship.guardian_id, Invitation.student_id == Guardianship.student_id, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None)
    )
    mine = Guardianship.guardian_id == link.person_id, Guardianship.ended_at.is_(None), Guardianship.accepted_at.is_(None)
    then = or_(Guardianship.made_at.is_(None), Guardianship.made_at <= link.made_at)
    for between in session.scalars(select(Guardianship).where(*mine, then, ~asked).order_by(Guardianship.student_id).with_for_update()):
        _see(session, between, now)


def _see(session: Session, between: Guardianship, now: datetime, about: UUID | None = None) -> None:
    between.accepted_at = now
    note(session, between.school_id, "guardian-accepted", now, actor=between.guardian_id, subject=between.student_id, about=about)
    bump(session, between.guardian_id, between.student_id)
