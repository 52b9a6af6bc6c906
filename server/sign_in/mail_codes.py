"""A code by mail: typed within ten minutes, five tries, in the very browser that asked for it.

Whether an address is known shows nowhere: not in the answer, and not in the work (see `unknown`). The browser holds a sealed ticket; the code in
the letter is worth nothing elsewhere.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from server.core import mail
from server.core.i18n import tongue
from server.core.ids import new_id
from server.core.sealed import fingerprint, hand_out, taken_back, used_up
from server.core.security import LETTERS, hashed, new_code, same
from server.people.models import Person
from server.settings import Settings
from server.sign_in.invited import Answer, accept_by_code
from server.sign_in.models import CODE_LIFE, SignInLink
from server.sign_in.unknown import anybody, kept_if, put_on_record

PURPOSE, PROVED = "mail-code", "mail-proved"
LENGTH = 8
KINDS = ("staff", "guardian")
"""Who gets codes by mail: a student's way in is the card."""


class Ticket(msgspec.Struct, frozen=True):
    """What the browser carries until the code comes: `selector` finds its row, when there is one. `answer` is a guardian's yes, which counts with the code."""

    email: str
    selector: str
    answer: Answer | None = None

    @property
    def shown(self) -> str:
        """The address as a screen may say it: of an invitation masked, for whoever holds the letter sees that screen."""
        return masked(self.email) if self.answer else self.email


class Proof(msgspec.Struct, frozen=True):
    """An address that somebody showed to be theirs, and who they can be: the same address may stand in several schools."""

    email: str
    people: list[Person]


def normal(email: str) -> str:
    """An address as it is compared: without spaces, in lower case."""
    return "".join(email.split()).lower()


def masked(email: str) -> str:
    """An address that its owner knows again and another does not learn: `m•••@voorbeeld.nl`."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}•••@{domain}"


def whom(settings: Settings, email: str) -> str:
    """An address as tries are counted by: one of a million marks, that only this installation can make: no flood of made-up addresses fills the disk."""
    return fingerprint(settings, "tries", normal(email))[:5]


def at_address(email: str, kinds: Sequence[str] = KINDS) -> ColumnElement[bool]:
    """Whose address this is, of who is still there."""
    return (func.lower(Person.email) == normal(email)) & Person.kind.in_(kinds) & Person.archived_at.is_(None) & (Person.email != "")


def people_at(session: Session, email: str, kinds: Sequence[str] = KINDS) -> list[Person]:
    """Everybody with this address, oldest first."""
    return list(session.scalars(select(Person).where(at_address(email, kinds)).order_by(Person.created_at, Person.id)))


def send(session: Session, settings: Settings, email: str, now: datetime, *, kinds: Sequence[str] = KINDS, answer: Answer | None = None) -> str:
    """Mail a code to this address if it is somebody's; gives the ticket for the browser (`ticket_cookie`), the same for who is known and who is not."""
    ticket, code, known = Ticket(normal(email), new_code(LENGTH), answer), new_code(LENGTH), people_at(session, email, kinds)
    somebody = anybody(session)
    if person := next(iter(known), somebody):
        with kept_if(session, bool(known)):
            _post(session, settings, person, ticket, code, now)
    return hand_out(settings, PURPOSE, msgspec.to_builtins(ticket), now)


def ticket_of(settings: Settings, token: str, now: datetime) -> Ticket | None:
    """What a browser carries, while it is good."""
    told = taken_back(settings, PURPOSE, token, now, CODE_LIFE)
    return msgspec.convert(told, Ticket) if isinstance(told, dict) else None


def check(session: Session, settings: Settings, token: str, typed: str, now: datetime, *, kinds: Sequence[str] = KINDS) -> Proof | None:
    """Whose address the code shows to be theirs; None when it is wrong, used or over. A wrong try counts: commit also when this gives None."""
    ticket = ticket_of(settings, token, now)
    if ticket is None:
        return None
    found = SignInLink.selector == ticket.selector, SignInLink.kind == "mail"
    row, people = session.scalar(select(SignInLink).where(*found).with_for_update()), people_at(session, ticket.email, kinds)
    if row is not None and row.opens(now) and same(row.secret_hash, _digest(ticket.selector, typed)):
        row.used_at = now
        if ticket.answer:
            accept_by_code(session, ticket.answer, ticket.email, now)
        return Proof(ticket.email, people) if people else None
    session.execute(update(SignInLink).where(*found).values(tries=SignInLink.tries + 1))
    put_on_record(session, whom(settings, ticket.email), next(iter(people), None), "mail", now)
    return None


def proved(settings: Settings, proof: Proof, now: datetime) -> str:
    """A sealed word that this address was shown to be theirs, for who must still choose the school."""
    return hand_out(settings, PROVED, proof.email, now)


def chosen(session: Session, settings: Settings, token: str, person_id: UUID | None, now: datetime) -> Person | None:
    """Who of the people at a proved address somebody is; None when they are none of them, or chose before."""
    email = taken_back(settings, PROVED, token, now, CODE_LIFE)
    person = next((one for one in people_at(session, str(email)) if one.id == person_id), None) if email else None
    return None if person is None or used_up(session, settings, PROVED, token) else person


def _digest(selector: str, typed: str) -> str:
    letters = "".join(letter for letter in typed.upper() if letter in LETTERS)
    return hashed(f"{selector}{letters}")


def _post(session: Session, settings: Settings, person: Person, ticket: Ticket, code: str, now: datetime) -> None:
    about = {"school_id": person.school_id, "person_id": person.id, "made_by": person.id}
    session.add(SignInLink(id=new_id(), kind="mail", selector=ticket.selector, secret_hash=_digest(ticket.selector, code), made_at=now, ends_at=now + CODE_LIFE, tries=0, **about))
    mail.post(session, settings, _letter(person, ticket.email, code), kind="sign-in-code", at=now, person_id=person.id, school_id=person.school_id, life=CODE_LIFE)
    session.flush()


def _letter(person: Person, email: str, code: str) -> mail.Letter:
    _, formal = tongue(person.language or "nl"), person.kind == "guardian"
    how = _("Met deze code meldt u zich aan bij Spoor. Typ hem in het scherm waar u om de code vroeg. Hij werkt 10 minuten, één keer.")
    if not formal:
        how = _("Met deze code meld je je aan bij Spoor. Typ hem in het scherm waar je om de code vroeg. Hij werkt 10 minuten, één keer.")
    unasked = _("Vroeg u niet om een code? Dan hoeft u niets te doen. Geef de code aan niemand.")
    return mail.Letter(
        to=person.email if normal(person.email) == email else email,
        language=person.language or "nl",
        subject=_("Uw code voor Spoor") if formal else _("Je code voor Spoor"),
        greeting=_("Dag %(name)s,") % {"name": person.form_of_address},
        lines=[how],
        code=f"{code[:4]}-{code[4:]}",
        closing=unasked if formal else _("Vroeg jij niet om een code? Dan hoef je niets te doen. Geef de code aan niemand."),
    )
