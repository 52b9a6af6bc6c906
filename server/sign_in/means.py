"""By what somebody can show that it is them, besides a school account: what /me lists, and what the screen that asks again offers."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import exists, select
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
    email = session.scalar(select(Person.email).where(Person.id == mine, Person.kind.in_(("staff", "guardian"))))
    return Means(
        passkeys=[OwnPasskey(*row) for row in passkeys],
        password=bool(session.scalar(select(exists().where(Password.person_id == mine)))),
        email=email or "",
        card_made_at=session.scalar(select(LoginCard.made_at).where(LoginCard.person_id == mine, LoginCard.revoked_at.is_(None)).limit(1)),
    )
