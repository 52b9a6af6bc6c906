"""Which addresses the server is willing to post to: a browser names them, so only push services that are known, or that the operator named.

The address must match one strict pattern as it stands. No parser gets to see a stranger one, so that no two parsers can read
it differently.
"""

import base64
import binascii
import re
from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric import ec

KNOWN = ("fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com")
KNOWN_UNDER = (".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com")
LONGEST = 1000
_ADDRESS = re.compile(r"(?P<scheme>https?)://(?P<host>[a-z0-9][a-z0-9.-]*|\[[0-9a-f:]+\])(?::(?P<port>[0-9]{1,5}))?/[A-Za-z0-9._~%!$&'()*+,;=:@/?-]*")


def is_allowed(endpoint: str, push_hosts: Iterable[str] = ()) -> bool:
    """Whether we post to this address: https on the usual port of a known service; or a host the operator named.

    A named host may stand with a port (only that one) or without (any), and may be plain http: its messages are encrypted
    all the same, and a receiver on the same machine has no certificate.
    """
    found = _ADDRESS.fullmatch(endpoint) if len(endpoint) <= LONGEST else None
    if found is None:
        return False
    host, port = found["host"], int(found["port"] or (443 if found["scheme"] == "https" else 80))
    if {host, f"{host}:{port}"} & set(push_hosts):
        return True
    return found["scheme"] == "https" and port == 443 and (host in KNOWN or host.endswith(KNOWN_UNDER))


def origin_of(endpoint: str) -> str:
    """Scheme, host and port of an allowed address: `https://fcm.googleapis.com`"""
    return endpoint[: endpoint.index("/", endpoint.index("//") + 2)]


def is_device_key(p256dh: str) -> bool:
    """Whether this is a public key that can be encrypted to: 65 bytes in base64url, a point on P-256."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(p256dh, 65))
    except ValueError:
        return False
    return True


def is_device_secret(auth: str) -> bool:
    """Whether this is the secret that goes with a key: 16 bytes in base64url."""
    try:
        return bool(_bytes(auth, 16))
    except ValueError:
        return False


def _bytes(text: str, length: int) -> bytes:
    if not re.fullmatch(r"[A-Za-z0-9_-]+={0,2}", text):
        raise ValueError("not base64url")
    try:
        decoded = base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if len(decoded) != length:
        raise ValueError(f"{len(decoded)} bytes in the place of {length}")
    return decoded
