"""A mail server of the tests' own: takes what the app's real delivery hands in, with TLS and AUTH, and can refuse, be slow and break off."""

import asyncio
import email
import email.policy
import socket
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class Arrived:
    """A letter that the server said yes to."""

    to: list[str]
    sender: str
    message: EmailMessage
    raw: bytes
    user: str
    over_tls: bool
    options: list[str]

    def part(self, kind: str) -> str:
        """What one part says."""
        body = self.message.get_body((kind,))
        assert isinstance(body, EmailMessage)
        return str(body.get_content())


@dataclass
class PostOffice:
    """`with PostOffice() as office:` runs it on loopback. `answers` is said to what comes, one by one, the last for ever: an SMTP answer, a number of seconds to wait
    before yes, `"break off"`, or `"take and break off"`, which keeps the letter and says nothing. `refuses` is said to a recipient."""

    starttls: ssl.SSLContext | None = None
    tls: ssl.SSLContext | None = None
    user: str = ""
    password: str = ""
    utf8: bool = True
    answers: list[Any] = field(default_factory=lambda: ["250 OK"])
    refuses: dict[str, str] = field(default_factory=dict)
    letters: list[Arrived] = field(default_factory=list)
    logins: int = 0
    sessions: set[Any] = field(default_factory=set)

    def __enter__(self) -> "PostOffice":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        auth = {"authenticator": self._authenticated, "auth_required": True, "auth_require_tls": bool(self.starttls)} if self.user else {}
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, ssl_context=self.tls, tls_context=self.starttls, require_starttls=bool(self.starttls), enable_SMTPUTF8=self.utf8, **auth
        )
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def url(self, query: str = "") -> str:
        """What `SPOOR_SMTP_URL` calls it."""
        user = f"{self.user}:{quote(self.password, safe='')}@" if self.user else ""
        return f"{'smtps' if self.tls else 'smtp'}://{user}127.0.0.1:{self.port}{'?tls=starttls' if self.starttls else ''}{query}"

    def _authenticated(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, told: Any) -> AuthResult:
        self.logins += 1
        right = told.login == self.user.encode() and told.password == self.password.encode()
        return AuthResult(success=right, handled=False, auth_data=self.user if right else None)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        self.sessions.add(session)
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, int | float):
            await asyncio.sleep(answer)
            answer = "250 OK"
        if answer.startswith("250") or answer == "take and break off":
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)  # type: ignore[arg-type]
            assert isinstance(message, EmailMessage)
            over_tls = session.ssl is not None or self.tls is not None
            self.letters.append(
                Arrived(envelope.rcpt_tos, envelope.mail_from or "", message, bytes(envelope.content or b""), str(session.auth_data or ""), over_tls, envelope.mail_options)
            )
        if "break off" in answer:
            server.transport.abort()  # type: ignore[union-attr]
        return answer
