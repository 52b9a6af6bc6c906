"""By what somebody can show that it is them, besides a school account: what /me lists, and what the screen that asks again offers."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from server.people.models import Person
from server.people.viewer import Viewer
from server.sign_in.models import LoginCard, Passkey, Password


class OwnPasskey(msgspec.Struct, frozen=True):
    """A passkey as its owner sees it."""

    id: UUID
    name: str
    made_at: datetime
    used_at: datetime | None


class Means(msgspec.Struct, frozen=True):
    """Everything by which one person comes in again and again."""

    passkeys: list[OwnPasskey]
    password: bool
    email: str
    """Where a code can be mailed; empty for nowhere. Students get none by mail."""

    card_made_at: datetime | None
    """Since when the student's card is good."""

    @property
    def any(self) -> bool:
        """Whether there is one at all."""
        return bool(self.passkeys or self.password or self.email or self.card_made_at)


def means_of(session: Session, viewer: Viewer) -> Means:
    """What this person has."""
    mine = viewer.person_id
    passkeys = session.execute(select(Passkey.id, Passkey.name, Passkey.made_at, Passkey.used_at).where(Passkey.person_id == mine).order_by(Passkey.made_at))
    password = exists().where(Password.person_id == mine).label("password")
    card = select(func.max(LoginCard.made_at)).where(LoginCard.person_id == mine, LoginCard.revoked_at.is_(None)).scalar_subquery()
    row = session.execute(select(Person.email, Person.kind, password, card.label("card")).where(Person.id == mine)).one()
    return Means(passkeys=[OwnPasskey(*one) for one in passkeys], password=row.password, email=row.email if row.kind in {"staff", "guardian"} else "", card_made_at=row.card)
