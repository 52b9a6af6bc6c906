"""An authenticator as phones and keys are, written from WebAuthn Level 3 (6.1, 6.5): real keys, real CBOR and COSE. It can also do what none may."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


def b64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    """One passkey of one person at one site."""

    def __init__(self, origin: str, rp_id: str) -> None:
        self.origin, self.rp_id, self.count, self.key = origin, rp_id, 0, ec.generate_private_key(ec.SECP256R1())
        self.id, self.handle = secrets.token_bytes(20), b""

    def make(self, options: dict[str, Any], *, flags: int = PRESENT | VERIFIED, **otherwise: Any) -> str:
        """What `navigator.credentials.create` gives for these options."""
        self.handle = raw(options["user"]["id"])
        point = self.key.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        attested = b"\0" * 16 + len(self.id).to_bytes(2, "big") + self.id + cose
        data = self._data(flags | ATTESTED, otherwise) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._told({"attestationObject": b64(attestation), "clientDataJSON": b64(self._client("webauthn.create", options, otherwise))})

    def sign(self, options: dict[str, Any], *, flags: int = PRESENT | VERIFIED, **otherwise: Any) -> str:
        """What `navigator.credentials.get` gives. `otherwise`: `origin`, `rp_id`, `challenge`, `type`, `handle`, `key`, `count`, `signature`."""
        client, data = self._client("webauthn.get", options, otherwise), self._data(flags, otherwise)
        signature = otherwise.get("key", self.key).sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        told = {"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(otherwise.get("signature", signature))}
        return self._told({**told, "userHandle": b64(otherwise.get("handle", self.handle))})

    def _data(self, flags: int, otherwise: dict[str, Any]) -> bytes:
        count = otherwise.get("count", self.count)
        return hashlib.sha256(otherwise.get("rp_id", self.rp_id).encode()).digest() + bytes([flags]) + count.to_bytes(4, "big")

    def _client(self, type: str, options: dict[str, Any], otherwise: dict[str, Any]) -> bytes:
        told = {
            "type": otherwise.get("type", type),
            "challenge": otherwise.get("challenge", options["challenge"]),
            "origin": otherwise.get("origin", self.origin),
            "crossOrigin": False,
        }
        return json.dumps(told).encode()

    def _told(self, response: dict[str, str]) -> str:
        return json.dumps({"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "clientExtensionResults": {}, "response": response})
