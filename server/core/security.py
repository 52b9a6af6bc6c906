"""What keeps strangers out: secrets, the check that a request comes from our own pages, and the headers of every answer."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from server.core.errors import Forbidden
from server.settings import Settings

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""For codes that people type: no 0/O, 1/I/L."""

LONGEST_PATH = 2000

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), interest-cohort=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def new_secret() -> str:
    """256 bits for a link or a cookie, safe in an address."""
    return secrets.token_urlsafe(32)


def new_code(length: int) -> str:
    """A code people can type: 4.95 bits a character."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def hashed(secret: str) -> str:
    """What is stored of a secret with enough bits of its own: SHA-256. Looked up by equality of the digest, so no timing tells."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two digests are equal, in constant time."""
    return hmac.compare_digest(one, other)


def keep_key(path: Path, make: bytes) -> bytes:
    """The key in this file; the first caller puts `make` there, readable by its owner only. Whole or not at all, also when two processes start at once."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        written = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(make)
        try:
            os.link(written, path)
        except FileExistsError:
            pass
        finally:
            written.unlink()
    return path.read_bytes()


def local_path(text: str) -> str:
    """The address within this Spoor that was asked for, or empty: nobody is sent to another site after signing in.

    Only what a `Location` can say: browsers write an address in ASCII (RFC 3986), and an answer that cannot be sent would use a code up for nothing.
    """
    inside = text.startswith("/") and text[1:2] not in {"/", "\\"} and "\\" not in text
    return text if inside and text.isascii() and text.isprintable() and len(text) <= LONGEST_PATH else ""


def from_our_pages(request: ASGIConnection, settings: Settings) -> None:
    """Refuse a change that another site set off: `Sec-Fetch-Site` where the browser sends it, else `Origin`.

    `none` is what the person did outside any page; only sharing from another app posts so, and it stores nothing.
    Plain http has no `Sec-Fetch-Site`; a client that is no browser sends neither and carries no cookie by accident. Where we are reached over https
    only our very origin counts: whoever is on the line can put a page of their own at our host over plain http.
    """
    if request.scope.get("method") in {"GET", "HEAD", "OPTIONS"}:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    shared = site == "none" and request.scope.get("path") == "/share"
    if site is not None and site != "same-origin" and not shared:
        raise Forbidden
    ours = origin is None or origin == settings.origin or (not settings.secure and _host_of(origin) == request.headers.get("host"))
    if site is None and not ours:
        raise Forbidden


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def with_security_headers(settings: Settings):  # type: ignore[no-untyped-def]
    """A middleware that puts the security headers on every answer, errors too."""
    headers = dict(HEADERS)
    if settings.secure:
        headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"

    def wrap(app: ASGIApp) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            async def say(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message.setdefault("headers", [])
                    said = MutableScopeHeaders.from_message(message)
                    for name, value in headers.items():
                        said.setdefault(name, value)
                    said.setdefault("cache-control", "no-store")
                await send(message)

            await app(scope, receive, say)

        return answer

    return wrap
