"""The key with which this installation signs what it sends (VAPID, RFC 8292): made once, never changed, or every device would have to ask again."""

from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key
from py_vapid import Vapid  # type: ignore[import-untyped]
from py_vapid.utils import b64urlencode  # type: ignore[import-untyped]

from server.core.security import keep_key
from server.settings import Settings


def signer(settings: Settings) -> Vapid:
    """The key pair in `keys/vapid.pem` of the data folder, mode 0600; the first call makes it. More machines share that file."""
    return _signer(settings.data / "keys" / "vapid.pem")


def public_key(settings: Settings) -> str:
    """What a browser subscribes with: the uncompressed P-256 point as base64url without padding, 87 characters."""
    return str(b64urlencode(signer(settings).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)))


@cache
def _signer(path: Path) -> Vapid:
    made = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Vapid(load_pem_private_key(keep_key(path, made), password=None))
