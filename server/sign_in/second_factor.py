"""The second factor that goes with a password: six digits of an authenticator app (TOTP, RFC 6238), or one of eight codes on paper."""

import secrets
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote, urlencode
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.core.audit import note
from server.core.ids import new_id
from server.core.sealed import opened, seal
from server.core.security import LETTERS, hashed, new_code, same
from server.people.models import Person
from server.settings import Settings
from server.sign_in.models import RecoveryCode, SecondFactor

PURPOSE = "second-factor"
STEP = 30
"""Seconds of one code (RFC 6238, 4.1); the one before and the one after count too, for clocks that differ."""

CODES, CODE_LENGTH = 8, 12
NOBODY = UUID(int=0)


def new_factor() -> bytes:
    """A secret of 160 bits, as RFC 4226 (section 4, R6) advises."""
    return secrets.token_bytes(20)


def letters_of(secret: bytes) -> str:
    """The secret as it is typed into an app that scans nothing, in fours."""
    text = b32encode(secret).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address_of(secret: bytes, account: str, issuer: str) -> str:
    """The `otpauth:` address that apps scan."""
    told = urlencode({"secret": b32encode(secret).decode().rstrip("="), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{told}"


def step_of(secret: bytes, typed: str, now: datetime, last_step: int = 0) -> int | None:
    """The 30-second step whose code this is: the one of now, before or after, and later than the last that was used (RFC 6238, 5.2). None for no such."""
    # SHA-1 is what authenticator apps compute (RFC 6238, 1.2); as an HMAC it is not weakened by its collisions.
    totp, code, found = TOTP(secret, 6, SHA1(), STEP, enforce_key_length=False), "".join(typed.split()), None  # noqa: S303
    for step in range(int(now.timestamp()) // STEP - 1, int(now.timestamp()) // STEP + 2):
        fits = same(hashed(totp.generate(step * STEP).decode()), hashed(code))
        found = step if fits and step > last_step else found
    return found


def use_factor(session: Session, settings: Settings, person_id: UUID | None, typed: str, now: datetime) -> bool:
    """Whether this is a code of the person's app or one of their codes on paper; it is used up by it. Nobody's is looked up as well."""
    whose = person_id or NOBODY
    factor = session.scalar(select(SecondFactor).where(SecondFactor.person_id == whose).with_for_update())
    paper = session.scalar(select(RecoveryCode).where(RecoveryCode.secret_hash == _digest(whose, typed), RecoveryCode.used_at.is_(None)).with_for_update())
    secret = opened(settings, PURPOSE, factor.secret) if factor else None
    step = step_of(secret or b"\0" * 20, typed, now, factor.last_step if factor else 0)
    if factor and secret and step is not None:
        factor.last_step = step
        return True
    if factor and paper:
        paper.used_at = now
        return True
    return False


def set_factor(session: Session, settings: Settings, person: Person, secret: bytes, step: int, now: datetime) -> list[str]:
    """Keep the secret of an app that showed a right code (of `step`), instead of the one before. Gives new codes for paper, once."""
    session.execute(delete(SecondFactor).where(SecondFactor.person_id == person.id))
    sealed = seal(settings, PURPOSE, secret)
    session.add(SecondFactor(person_id=person.id, school_id=person.school_id, secret=sealed, last_step=step, made_at=now, confirmed_at=now))
    return new_paper(session, person, now, what="app")


def new_paper(session: Session, person: Person, now: datetime, *, what: str = "paper") -> list[str]:
    """Eight codes on paper for who loses the app; earlier ones stop working. Gives them as `ABCD-EFGH-JKMN`, once. `what` is new, for the record."""
    note(session, person.school_id, "second-factor-set", now, actor=person.id, subject=person.id, what=what)
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [new_code(CODE_LENGTH) for _ in range(CODES)]
    session.add_all(RecoveryCode(id=new_id(), school_id=person.school_id, person_id=person.id, secret_hash=_digest(person.id, code), made_at=now) for code in codes)
    return ["-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4)) for code in codes]


def drop_factor(session: Session, person: Person, now: datetime) -> None:
    """Neither app nor paper counts any more."""
    session.execute(delete(SecondFactor).where(SecondFactor.person_id == person.id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    note(session, person.school_id, "second-factor-removed", now, actor=person.id, subject=person.id)


def _digest(person_id: UUID, typed: str) -> str:
    letters = "".join(letter for letter in typed.upper() if letter in LETTERS)
    return hashed(f"{person_id.hex} {letters}")
