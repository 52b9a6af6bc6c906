"""Whether an ID token is what it should be: signed by the provider, for us, now, and for this very attempt (OpenID Connect Core 1.0, section 3.1.3.7)."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from server.core.security import hashed, same
from server.sign_in.provider_discovery import Trouble

ALGORITHMS = ("RS256", "PS256", "ES256")
"""All of them asymmetric: a public key is no secret to sign with, and nothing unsigned is believed (RFC 8725, sections 3.1 and 3.2)."""

SKEW = timedelta(minutes=2)
"""So far may the clock of a provider and ours be apart."""


class UnknownKey(Exception):
    """It is signed with a key that the provider may have begun to use since we asked."""


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What must stand in the token."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str = ""
    shown_since: datetime | None = None
    """After which the person must have shown there that it is them; none when that does not matter."""


def checked(token: str, keys: Sequence[Mapping[str, Any]], expected: Expected, now: datetime) -> dict[str, Any]:
    """The claims of a token that holds. Raises `Trouble` for one that does not, `UnknownKey` when its key is not among these."""
    claims = _signed(token, keys)
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience if isinstance(audience, list) else []
    party = claims.get("azp")
    holds = {
        "issuer": claims.get("iss") == expected.issuer,
        "audience": expected.client_id in audiences,
        "party": party == expected.client_id if party is not None or len(audiences) > 1 else True,
        "subject": isinstance(claims.get("sub"), str) and claims["sub"] != "",
        "nonce": isinstance(claims.get("nonce"), str) and same(hashed(claims["nonce"]), hashed(expected.nonce)),
        "access token": "at_hash" not in claims or claims["at_hash"] == half_hash(expected.access_token),
        **_in_time(claims, expected.shown_since, now),
    }
    if wrong := [what for what, fine in holds.items() if not fine]:
        raise Trouble("again" if wrong == ["shown again"] else "refused", f"ID token: {', '.join(wrong)}")
    return claims


def _in_time(claims: Mapping[str, Any], shown_since: datetime | None, now: datetime) -> dict[str, bool]:
    at, skew = now.timestamp(), SKEW.total_seconds()
    ends, made, begins = _moment(claims, "exp"), _moment(claims, "iat"), _moment(claims, "nbf")
    return {
        "expiry": ends is not None and at < ends + skew,
        "time of issue": made is not None and made <= at + skew,
        "beginning": (begins is None and "nbf" not in claims) or (begins is not None and begins <= at + skew),
        "shown again": shown_since is None or has_shown(claims, shown_since),
    }


def has_shown(claims: Mapping[str, Any], since: datetime) -> bool:
    """Whether the provider says that the person showed there since then that it is them. Who was signed in there already may pass unasked: then it says nothing, or long ago."""
    shown = _moment(claims, "auth_time")
    return shown is not None and shown >= since.timestamp() - SKEW.total_seconds()


def _moment(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _signed(token: str, keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    from joserfc import jws, jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import JWKRegistry

    try:
        header = jws.extract_compact(token.encode()).headers()
        fitting = [dict(key) for key in keys if key.get("use", "sig") == "sig" and key.get("kty") in {"RSA", "EC"} and header.get("kid") in {None, key.get("kid")}]
        if len(fitting) != 1:
            raise UnknownKey
        return dict(jwt.decode(token, JWKRegistry.import_key(fitting[0]), algorithms=list(ALGORITHMS)).claims)
    except (JoseError, ValueError, TypeError, KeyError):
        raise Trouble("refused", "ID token: signature") from None


def half_hash(access_token: str) -> str:
    """`at_hash` for the algorithms above: the left half of SHA-256 (section 3.1.3.6)."""
    return urlsafe_b64encode(hashlib.sha256(access_token.encode()).digest()[:16]).rstrip(b"=").decode()
