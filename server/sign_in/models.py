"""By which secrets people are let in. Of every secret only a digest is kept, or it is sealed with a key that is not in the database."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base
from server.core.ids import new_id

CODE_LIFE = timedelta(minutes=10)
LINK_LIFE, STAFF_LINK_LIFE = timedelta(days=30), timedelta(days=7)
"""A link on paper for an employee opens more than the own pages, and lies about less long."""

INVITATION_LIFE = timedelta(days=30)
CODE_TRIES = 5
METHODS = ("link", "code", "card", "passkey", "password", "mail", "provider")
"""The ways in, as `DeviceSession.method` and the audit name them."""


class SignInLink(Base):
    """A secret that lets one person in once: on paper as a link, typed as a code from another device, or typed as a code that was mailed.

    `kind` is link, code or mail. A typed one is found by its selector, and after five wrong tries it opens no more.
    """

    __tablename__ = "sign_in_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10), default="link", server_default="link")
    selector: Mapped[str | None] = mapped_column(String(8), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    ends_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
    again: Mapped[bool] = mapped_column(default=False)

    def opens(self, now: datetime) -> bool:
        """Whether it still lets somebody in. Only the demo's links do so more than once."""
        return now < self.ends_at and self.tries < CODE_TRIES and (self.used_at is None or self.again)


class LoginCard(Base):
    """A card on paper that lets a student in on any device, until it is revoked or another is made. One is good at a time."""

    __tablename__ = "login_card"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]

    def opens(self) -> bool:
        """Whether it lets its student in."""
        return self.revoked_at is None


class Passkey(Base):
    """A passkey of an employee: the public half (COSE), found by the id that the authenticator gave it (WebAuthn Level 3)."""

    __tablename__ = "passkey"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str]] = mapped_column(default=list)
    backed_up: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Password(Base):
    """The digest (argon2id) of an employee's password. It never lets in alone: a second factor goes with it."""

    __tablename__ = "password"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    digest: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime]


class SecondFactor(Base):
    """The secret of an authenticator app (TOTP, RFC 6238), sealed; `last_step` is the newest 30-second step that was used, for none is used twice."""

    __tablename__ = "second_factor"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of the codes on paper for who lost the authenticator app; each works once."""

    __tablename__ = "recovery_code"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ProviderIdentity(Base):
    """Who somebody is at a school's sign-in provider (OpenID Connect): the issuer and what stays the same of the subject there. Never an e-mail address.

    An account is one person's, and a person has one at each issuer.
    """

    __tablename__ = "provider_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("person_id", "issuer"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    provider: Mapped[str] = mapped_column(String(40))
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    linked_by: Mapped[str] = mapped_column(String(12))
    linked_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Invitation(Base):
    """A guardian who was asked by the school or the student to look along: a link by mail, accepted with a code that the mail address gets then.

    The guardian's person exists from here on; it may be one who is already another student's guardian.
    """

    __tablename__ = "invitation"
    __table_args__ = (Index("invitation_student", "student_id", "made_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    guardian_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    student_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    def opens(self, now: datetime) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.revoked_at is None and now < self.ends_at
