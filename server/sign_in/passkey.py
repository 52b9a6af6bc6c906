"""Passkeys (WebAuthn Level 3): what the browser is asked, and whether what it answers is right.

Only ones that the device itself finds (discoverable) and that ask for a finger, a face or a PIN (user verification): a passkey is two factors in one.
The challenge travels with the browser, sealed, for five minutes, and counts once. The library is loaded when somebody uses one.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.audit import note
from server.core.sealed import hand_out, taken_back, used_up
from server.people.models import Person
from server.settings import Settings
from server.sign_in.entry import refused
from server.sign_in.models import Passkey

T = TypeVar("T")

COME_IN, NEW = "passkey-sign-in", "passkey-new"
LIFE = timedelta(minutes=5)
MOST = 20
"""Passkeys of one person: so many devices nobody has."""

LONGEST = 20_000
"""Characters of an answer; without attestation it is a few hundred."""


class Asked(msgspec.Struct, frozen=True):
    """What a script hands to the browser, and the ticket that it brings back with the answer."""

    public_key: dict[str, Any]
    ticket: str


def rp_id(settings: Settings) -> str:
    """For which site passkeys are made: the host of the public address."""
    return urlsplit(settings.base_url).hostname or ""


def ask_to_come_in(settings: Settings, now: datetime) -> Asked:
    """A challenge for whoever it may be: the device knows which of its passkeys fits."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    asked = generate_authentication_options(rp_id=rp_id(settings), user_verification=UserVerificationRequirement.REQUIRED, timeout=_milliseconds())
    return Asked(json.loads(options_to_json(asked)), hand_out(settings, COME_IN, asked.challenge.hex(), now))


def ask_to_make(settings: Settings, person: Person, known: Iterable[Passkey], now: datetime) -> Asked:
    """A challenge for a new passkey of this person; a device that holds one of theirs (`known`) makes no second."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import AuthenticatorSelectionCriteria, PublicKeyCredentialDescriptor, ResidentKeyRequirement, UserVerificationRequirement

    asked = generate_registration_options(
        rp_id=rp_id(settings),
        rp_name="Spoor",
        user_id=person.id.bytes,
        user_name=person.email or person.full_name,
        user_display_name=person.full_name,
        timeout=_milliseconds(),
        authenticator_selection=AuthenticatorSelectionCriteria(resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in known],
    )
    return Asked(json.loads(options_to_json(asked)), hand_out(settings, NEW, [asked.challenge.hex(), person.id.hex], now))


def add(session: Session, settings: Settings, person: Person, answer: str, ticket: str, name: str, now: datetime) -> Passkey | None:
    """Keep the public half of a passkey that was made for this person just now. None when it was not, or when it is somebody's already."""
    told = taken_back(settings, NEW, ticket, now, LIFE)
    if not isinstance(told, list) or told[1] != person.id.hex or len(answer) > LONGEST:
        return None
    made = _checked(lambda: _registration(settings, answer, bytes.fromhex(told[0])))
    known = made and session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id))
    if made is None or known or len(owned(session, person.id)) >= MOST or used_up(session, settings, NEW, ticket):
        return None
    passkey = Passkey(
        school_id=person.school_id, person_id=person.id, credential_id=made.credential_id, public_key=made.credential_public_key, sign_count=made.sign_count,
        transports=[], backed_up=made.credential_backed_up, name=name, made_at=now,
    )  # fmt: skip
    session.add(passkey)
    session.flush()
    note(session, person.school_id, "passkey-added", now, actor=person.id, subject=person.id, about=passkey.id)
    return passkey


def person_by(session: Session, settings: Settings, answer: str, ticket: str, now: datetime) -> Person | None:
    """Who signed the challenge. None for a passkey nobody knows, and for anything that is not exactly right.

    A counter that did not go up means that the passkey was copied (WebAuthn 6.1.1): it lets nobody in, and that is on record.
    """
    challenge = taken_back(settings, COME_IN, ticket, now, LIFE)
    passkey = session.scalar(select(Passkey).where(Passkey.credential_id == _id_of(answer)).with_for_update()) if isinstance(challenge, str) else None
    if passkey is None:
        return None
    signed = _checked(lambda: _authentication(settings, answer, bytes.fromhex(str(challenge)), passkey))
    if signed is None or not _is_theirs(answer, passkey.person_id):
        return None
    if signed.new_sign_count <= passkey.sign_count and (signed.new_sign_count or passkey.sign_count):
        refused(session, passkey.school_id, passkey.person_id, "passkey", now)
        return None
    if used_up(session, settings, COME_IN, ticket):
        return None
    passkey.sign_count, passkey.backed_up, passkey.used_at = signed.new_sign_count, signed.credential_backed_up, now
    person = session.get_one(Person, passkey.person_id)
    return person if person.kind == "staff" else None


def owned(session: Session, person_id: UUID) -> list[Passkey]:
    """This person's passkeys, oldest first."""
    return list(session.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.made_at, Passkey.id)))


def drop(session: Session, passkey: Passkey, now: datetime) -> None:
    """Let it open nothing any more."""
    note(session, passkey.school_id, "passkey-removed", now, actor=passkey.person_id, subject=passkey.person_id, about=passkey.id)
    session.delete(passkey)


def _registration(settings: Settings, answer: str, challenge: bytes) -> Any:
    from webauthn import verify_registration_response

    return verify_registration_response(
        credential=answer, expected_challenge=challenge, expected_rp_id=rp_id(settings), expected_origin=settings.origin, require_user_verification=True
    )


def _authentication(settings: Settings, answer: str, challenge: bytes, passkey: Passkey) -> Any:
    """The count is looked at afterwards: only what was really signed says anything about it."""
    from webauthn import verify_authentication_response

    return verify_authentication_response(
        credential=answer, expected_challenge=challenge, expected_rp_id=rp_id(settings), expected_origin=settings.origin, credential_public_key=passkey.public_key,
        credential_current_sign_count=0, require_user_verification=True,
    )  # fmt: skip


def _checked(check: Callable[[], T]) -> T | None:
    """What the check gives; None for whatever can be wrong with what a stranger sends: the library raises as many kinds as there are ways."""
    try:
        return check()
    except Exception:
        return None


def _read(answer: str) -> dict[str, Any]:
    try:
        told = msgspec.json.decode(answer) if len(answer) <= LONGEST else None
    except (msgspec.DecodeError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _id_of(answer: str) -> bytes:
    return _bytes_of(_read(answer).get("rawId"))


def _is_theirs(answer: str, person_id: UUID) -> bool:
    """A discoverable passkey says whose it is (7.2, step 6)."""
    response = _read(answer).get("response")
    return isinstance(response, dict) and _bytes_of(response.get("userHandle")) == person_id.bytes


def _bytes_of(text: object) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)) if isinstance(text, str) else b""
    except ValueError:
        return b""


def _milliseconds() -> int:
    return int(LIFE.total_seconds() * 1000)
