"""The conversation with a mail server, and what can go wrong in it, in words of ours: what a server says may hold an address."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiosmtplib
import msgspec

from server.core.letter import message_of
from server.core.mail import PURPOSE, Letter
from server.core.mail_delivery import Fate, Waiting
from server.core.sealed import opened
from server.settings import Settings

PATIENCE = 30.0
"""Seconds for every answer but the last one; after the text itself a server may take longer (RFC 5321, 4.5.3.2)."""


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[aiosmtplib.SMTP]:
    """Signed in at the mail server, over TLS with a certificate that holds for its name, unless the settings say otherwise. Raises what `failure_of` reads."""
    server = settings.mail_server
    client = aiosmtplib.SMTP(
        hostname=server.host, port=server.port, username=server.user or None, password=server.password or None, local_hostname=settings.hostname,
        timeout=PATIENCE, use_tls=server.tls == "tls", start_tls=server.tls == "starttls", tls_context=ssl.create_default_context() if server.tls != "none" else None,
    )  # fmt: skip
    await client.connect()
    try:
        yield client
    finally:
        client.close()


async def hand_in(settings: Settings, client: aiosmtplib.SMTP, one: Waiting, seconds: float) -> Fate:
    """Give one letter to the server, and tell what became of it. After a broken line or a server that says nothing the connection is closed."""
    content = opened(settings, PURPOSE, one.content)
    if content is None:
        return Fate("given-up", "sealed elsewhere")
    try:
        letter = msgspec.json.decode(content, type=Letter)
        message = message_of(letter, settings, one.id, one.made_at)
        to = message["To"].addresses[0].addr_spec
        async with asyncio.timeout(seconds):
            await client.sendmail(settings.sender[1], [to], message.as_bytes(), mail_options=[] if to.isascii() else ["SMTPUTF8"], timeout=seconds)
    except aiosmtplib.SMTPRecipientsRefused as refused:
        return _answered(refused.recipients[0].code)
    except aiosmtplib.SMTPSenderRefused as error:
        return Fate("later", failure_of(error))
    except aiosmtplib.SMTPResponseException as error:
        return _answered(error.code)
    except (aiosmtplib.SMTPNotSupported, ValueError):
        return Fate("given-up", "no address")
    except Exception as error:
        client.close()
        return Fate("later", failure_of(error))
    return Fate("sent")


def _answered(code: int) -> Fate:
    """A 5 at the front is a no for good (RFC 5321, 4.2.1); everything else may be a yes another time."""
    return Fate("given-up" if 500 <= code < 600 else "later", f"refused {code}" if code > 0 else "broken-off")


def failure_of(error: BaseException) -> str:
    """What went wrong, as a word and the code that the server gave: `login 535`, `tls`, `unreachable`, `too-slow`, `broken-off`."""
    code = f" {error.code}" if isinstance(error, aiosmtplib.SMTPResponseException) and error.code > 0 else ""
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return f"login{code}"
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        return f"sender{code}"
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError) or _has_no_starttls(error):
        return "tls"
    if isinstance(error, TimeoutError):
        return "too-slow"
    if isinstance(error, aiosmtplib.SMTPServerDisconnected):
        return "broken-off"
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"refused{code}"
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return "login"
    return "unreachable" if isinstance(error, OSError) else "fault"


def _has_no_starttls(error: BaseException) -> bool:
    return isinstance(error, aiosmtplib.SMTPException) and "STARTTLS" in str(error)
