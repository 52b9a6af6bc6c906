"""What only this installation can read again: secrets in the database, and what a browser carries for a few minutes.

AES-256-GCM with a key of the installation (`keys/seal.key`, mode 0600; it belongs in every backup, and machines that serve one school share it).
The purpose is sealed along with it: what was sealed for one thing opens nothing else.
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from server.core.limits import once
from server.core.security import hashed, keep_key
from server.settings import Settings

NONCE = 12
MICROSECONDS = 1_000_000


def seal(settings: Settings, purpose: str, content: bytes) -> bytes:
    """Close it for this purpose."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_key(settings.data / "keys" / "seal.key")).encrypt(nonce, content, purpose.encode())


def opened(settings: Settings, purpose: str, sealed: bytes) -> bytes | None:
    """What was sealed for this purpose, or None when it was not, or not here."""
    return opened_by(_key(settings.data / "keys" / "seal.key"), purpose, sealed)


def opened_by(key: bytes, purpose: str, sealed: bytes) -> bytes | None:
    """The same, with this key."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], purpose.encode())
    except (InvalidTag, ValueError):
        return None


def hand_out(settings: Settings, purpose: str, told: Any, at: datetime) -> str:
    """What a browser brings back in a form or a cookie: it can neither read nor change it. `told` is anything JSON can say; the same is as long at any moment."""
    return urlsafe_b64encode(seal(settings, purpose, msgspec.json.encode([round(at.timestamp() * MICROSECONDS), told]))).rstrip(b"=").decode()


def taken_back(settings: Settings, purpose: str, token: str, now: datetime, life: timedelta) -> Any | None:
    """What was handed out for this purpose less than `life` ago; None when it is older, changed, or somebody else's. Once only: see `used_up`."""
    made, told, _ = _read(settings, purpose, token)
    return told if made is not None and timedelta(0) <= now - made < life else None


def used_up(session: Session, settings: Settings, purpose: str, token: str) -> bool:
    """Use up what was handed out; tells whether it was used before (or is none of ours). For what lives less than a day, once it has been accepted."""
    made, _, mark = _read(settings, purpose, token)
    return made is None or not once(session, f"used:{mark}", made)


def _read(settings: Settings, purpose: str, token: str) -> tuple[datetime | None, Any, str]:
    """When it was made, what it says, and a mark of its bytes: base64 writes the same bytes in more than one way."""
    try:
        sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        made, told = msgspec.json.decode(opened(settings, purpose, sealed) or b"")
        return datetime.fromtimestamp(made / MICROSECONDS, UTC), told, hashed(sealed.hex())
    except (ValueError, msgspec.DecodeError, TypeError, OverflowError):
        return None, None, ""


def fingerprint(settings: Settings, purpose: str, text: str) -> str:
    """A mark of a text, in hexadecimal, that nobody can make or undo who does not hold the key of this installation."""
    return hmac.digest(_key(settings.data / "keys" / "seal.key"), f"{purpose} {text}".encode(), "sha256").hex()


@lru_cache(maxsize=8)
def _key(path: Path) -> bytes:
    return keep_key(path, secrets.token_bytes(32))
