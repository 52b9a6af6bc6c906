"""Whose a school account is. Nobody is made by signing in: an account belongs to somebody who is there already, by a match that we believe or by their own word, once.

An account is one person's, and a person has one at each issuer: a second is told, never put in its place.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import Session

from server.core.audit import note
from server.people.counters import bump
from server.people.models import Person, School
from server.people.viewer import Viewer
from server.settings import OidcProvider, Settings
from server.sign_in import presets
from server.sign_in.models import ProviderIdentity
from server.sign_in.presets import Account
from server.sign_in.provider_discovery import Trouble
from server.sign_in.telling import tell_of_school_account

MATCHED = "match"
"""How an account was linked that the provider's own word matched (`ProviderIdentity.linked_by`); else the method by which its person came in."""


class SchoolAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account that came back from its provider, and whose school it is."""

    provider: str
    issuer: str
    subject: str
    school_id: UUID
    numbers: tuple[tuple[str, str], ...] = ()
    email: str = ""
    kind: str = ""
    shown: str = ""


def school_account(session: Session, provider: OidcProvider, account: Account) -> SchoolAccount:
    """The account at its school. Raises `Trouble` when its organisation is none of those that are let in, or the settings name no school that is here."""
    if not account.subject:
        raise Trouble("refused", "the claims do not say who it is")
    name = presets.school_name_for(provider, account.organization)
    if name is None:
        raise Trouble("organization", "another organisation" if account.organization else "no organisation")
    schools = session.scalars(select(School.id).where(School.name == name) if name else select(School.id).limit(2)).all()
    if len(schools) != 1:
        raise Trouble("unreachable", "the settings name a school that is not here" if name else "there are several schools: the settings must say which")
    told = {field: getattr(account, field) for field in ("subject", "numbers", "email", "kind", "shown")}
    return SchoolAccount(provider=provider.name, issuer=presets.issuer_of(provider), school_id=schools[0], **told)


def linked(session: Session, account: SchoolAccount) -> ProviderIdentity | None:
    """To whom the account is linked. Raises `Trouble` when its school is another by now."""
    found = session.scalar(select(ProviderIdentity).where(ProviderIdentity.issuer == account.issuer, ProviderIdentity.subject == account.subject).with_for_update())
    if found is not None and found.school_id != account.school_id:
        raise Trouble("organization", "linked at another school")
    return found


def matched(session: Session, account: SchoolAccount) -> Person | None:
    """The one person of the school whom the provider's word fits, by number or address; nobody when it fits several, somebody of another kind, or who left."""
    by_number = [and_(Person.kind == kind, Person.number == number) for kind, number in account.numbers]
    by_email = [func.lower(Person.email) == account.email] if account.email else []
    fits = or_(*by_number, *by_email) if by_number or by_email else false()
    here = Person.school_id == account.school_id, Person.archived_at.is_(None), Person.kind.in_([account.kind] if account.kind else ["student", "staff"])
    found = session.scalars(select(Person).where(fits, *here).limit(2)).all()
    return found[0] if len(found) == 1 else None


def link(session: Session, settings: Settings, person: Person, account: SchoolAccount, by: str, now: datetime) -> None:
    """From now on the account is this person's, who is told so; `by` says how that was known.

    Raises `Trouble` when it is another's, they have another there, it is of another school, or a student's where they are an employee or the other way round.
    """
    if person.kind not in {"student", "staff"} or person.school_id != account.school_id:
        raise Trouble("other-school", "a person of another school, or a guardian")
    known = linked(session, account)
    if known is not None and known.person_id != person.id:
        raise Trouble("taken", "the account is another's")
    if known is not None:
        return
    if account.kind and account.kind != person.kind:
        raise Trouble("other-kind", f"the account of a {account.kind}")
    if session.scalar(select(ProviderIdentity.id).where(ProviderIdentity.issuer == account.issuer, ProviderIdentity.person_id == person.id)):
        raise Trouble("second", "they have another account there")
    made = ProviderIdentity(
        school_id=person.school_id, person_id=person.id, provider=account.provider, issuer=account.issuer, subject=account.subject, linked_by=by, linked_at=now, used_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    note(session, person.school_id, "provider-linked", now, actor=person.id, subject=person.id, about=made.id, provider=account.provider, by=by)
    label = next((presets.label_of(provider) for provider in settings.oidc if provider.name == account.provider), "")
    tell_of_school_account(session, settings, person, label, now)
    bump(session, person.id)


def unlink(session: Session, identity: ProviderIdentity, now: datetime) -> None:
    """Let this account open nothing any more."""
    note(session, identity.school_id, "provider-unlinked", now, actor=identity.person_id, subject=identity.person_id, about=identity.id, provider=identity.provider)
    session.delete(identity)
    bump(session, identity.person_id)


def own(session: Session, viewer: Viewer) -> Sequence[ProviderIdentity]:
    """The accounts that are linked to who is looking."""
    return session.scalars(select(ProviderIdentity).where(ProviderIdentity.person_id == viewer.person_id).order_by(ProviderIdentity.linked_at)).all()
