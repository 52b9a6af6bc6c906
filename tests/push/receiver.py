"""A push service of the tests' own: takes what the app's real sender posts, checks the signature, and really decrypts."""

import asyncio
import json
import re
import secrets
import ssl
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import http_ece
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@dataclass
class Browser:
    """One subscription, with the half that only the browser knows."""

    name: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    endpoint: str = ""

    @property
    def keys(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": encode(point), "auth": encode(self.secret)}

    @property
    def subscription(self) -> dict[str, Any]:
        return {"endpoint": self.endpoint, "keys": self.keys}


@dataclass
class Received:
    """A message that was accepted as genuine."""

    name: str
    payload: dict[str, Any]
    raw: bytes
    headers: dict[str, str]
    claims: dict[str, Any]


class Receiver:
    """`with Receiver() as service:` runs it on loopback, in a thread of its own.

    `service.answers["samira"] = (410, {})` makes it answer so; a list is answered one by one, the last one for ever;
    a number of seconds waits; `"rubbish"` breaks the protocol.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.tls, self.browsers, self.answers = tls, dict[str, Browser](), dict[str, Any]()
        self.received: list[Received] = []
        self.problems: list[str] = []
        self.posts = self.redirected = 0
        self.public_key: str | None = None
        self.connections: set[Any] = set()

    def __enter__(self) -> "Receiver":
        self._loop, ready = asyncio.new_event_loop(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}"

    def browser(self, name: str) -> Browser:
        """A new browser that is subscribed here."""
        self.browsers[name] = Browser(name, endpoint=f"{self.origin}/push/{name}")
        return self.browsers[name]

    def of(self, name: str) -> list[dict[str, Any]]:
        """The notifications that arrived for a browser."""
        return [one.payload["notification"] for one in self.received if one.name == name]

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application()
        app.router.add_post("/push/{name}", self._take)
        app.router.add_route("*", "/elsewhere", self._elsewhere)
        runner = web.AppRunner(app, access_log=None)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self.tls)
        self._loop.run_until_complete(site.start())
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        ready.set()
        self._loop.run_forever()

    async def _elsewhere(self, _: web.Request) -> web.Response:
        self.redirected += 1
        return web.Response(status=201)

    async def _take(self, request: web.Request) -> web.StreamResponse:
        self.posts += 1
        self.connections.add(request.transport)
        name, body = request.match_info["name"], await request.read()
        answer = self.answers.get(name, (201, {}))
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, int | float):
            await asyncio.sleep(answer)
            answer = (201, {})
        if answer == "rubbish":
            request.transport.write(b"HTTP/9.9 so what\r\n\r\n\0\0\0")  # type: ignore[union-attr]
            request.transport.close()  # type: ignore[union-attr]
            return web.Response(status=500)
        status, headers, *rest = answer
        if status < 300:
            try:
                self.received.append(self._read(name, request, body))
            except Exception as error:
                self.problems.append(f"{name}: {error!r}")
                return web.Response(status=400)
        return web.Response(status=status, headers=headers, body=rest[0] if rest else b"")

    def _read(self, name: str, request: web.Request, body: bytes) -> Received:
        headers = {key.lower(): value for key, value in request.headers.items()}
        assert headers["content-encoding"] == "aes128gcm", headers
        assert re.fullmatch(r"\d+", headers["ttl"]), headers
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,32}", headers["topic"]), headers
        assert headers["urgency"] in {"very-low", "low", "normal", "high"}, headers
        claims = self._claims(headers["authorization"])
        browser = self.browsers[name]
        raw = http_ece.decrypt(body, private_key=browser.key, auth_secret=browser.secret, version="aes128gcm")
        return Received(name, json.loads(raw), raw, headers, claims)

    def _claims(self, authorization: str) -> dict[str, Any]:
        """RFC 8292: signed with the key that stands beside it, for this origin, for a day at most, by somebody reachable."""
        found = re.fullmatch(r"vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]+)", authorization)
        assert found, authorization
        head, claims, signature, key = found.groups()
        assert self.public_key in (None, key), "another key than the browser subscribed with"
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(key))
        signed = decode(signature)
        assert len(signed) == 64
        try:
            public.verify(encode_dss_signature(int.from_bytes(signed[:32]), int.from_bytes(signed[32:])), f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
        except InvalidSignature as error:
            raise AssertionError("the signature is not of this key") from error
        assert json.loads(decode(head)) == {"typ": "JWT", "alg": "ES256"}
        told = json.loads(decode(claims))
        assert told["aud"] == self.origin, told
        assert time.time() < told["exp"] <= time.time() + 24 * 3600, told
        assert told["sub"].startswith(("mailto:", "https:")) and "localhost" not in told["sub"], told
        return told


def encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
