"""How messages reach devices: many at once, each ending in one of four outcomes.

`webpush_async` encrypts and posts. Left to itself it waits for ever (so the timeout is passed), drops what cannot be delivered
at once (so the ttl is passed), signs every message anew (so the signature is kept per push service), follows redirects to
wherever they lead and reads answers of any length (so it gets a session that does neither).
"""

import asyncio
import ssl
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from pywebpush import WebPushException, webpush_async  # type: ignore[import-untyped]

from server.core import clock, log
from server.push.endpoint import is_allowed, origin_of
from server.push.keys import signer
from server.push.message import CONTENT_TYPE, Message
from server.push.outcome import Outcome, outcome_of
from server.settings import Settings

AT_ONCE = 128
"""Connections to one push service."""

TIMEOUT = aiohttp.ClientTimeout(total=10)
TOKEN_LIFE, TOKEN_RENEWED = timedelta(hours=12), timedelta(hours=6)


class Sender:
    """An open line to the push services: `async with Sender(settings) as sender: await sender.deliver(messages)`."""

    def __init__(self, settings: Settings) -> None:
        """Opens nothing yet, but makes the key when there is none."""
        self._settings, self._signer = settings, signer(settings)
        self._tokens: dict[str, tuple[datetime, str]] = {}
        self._turns: dict[str, asyncio.Semaphore] = {}

    async def __aenter__(self) -> "Sender":
        """Open the pool of connections."""
        connector = aiohttp.TCPConnector(limit=0, limit_per_host=AT_ONCE, ssl=ssl.create_default_context(), keepalive_timeout=30)
        self._http = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=TIMEOUT)
        self._session = _Session(self._http)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections."""
        await self._http.close()

    async def deliver(self, messages: Iterable[Message], told: Callable[[Outcome], object] = lambda _: None) -> list[Outcome]:
        """Send all of them, and give their outcomes in the same order. `told` hears each at once, for whoever may be interrupted."""
        return list(await asyncio.gather(*(self._deliver(message, told) for message in messages)))

    async def _deliver(self, message: Message, told: Callable[[Outcome], object]) -> Outcome:
        device = message.device
        if not is_allowed(device.endpoint, self._settings.push_hosts):
            outcome = Outcome(device.id, "refused")
        else:
            async with self._turns.setdefault(origin_of(device.endpoint), asyncio.Semaphore(AT_ONCE)):
                outcome = await self._post(message)
        if outcome.result != "delivered":
            log.info("push", result=outcome.result, status=outcome.status, service=origin_of(device.endpoint) if "//" in device.endpoint else "?")
        told(outcome)
        return outcome

    async def _post(self, message: Message) -> Outcome:
        device = message.device
        try:
            await webpush_async(
                {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}},
                message.payload,
                ttl=max(1, int(message.lasts.total_seconds())),
                headers=self._headers(message),
                timeout=TIMEOUT,
                aiohttp_session=self._session,
            )
        except WebPushException as error:
            return outcome_of(device.id, error.status_code or 0, error.retry_after, clock.now())
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Outcome(device.id, "later")
        except Exception as error:  # whatever is wrong with one device must not keep the others from their message
            log.error("push", error=type(error).__name__)
            return Outcome(device.id, "refused")
        return Outcome(device.id, "delivered", 201)

    def _headers(self, message: Message) -> dict[str, Any]:
        return {
            "authorization": self._authorization(origin_of(message.device.endpoint), clock.now()),
            "content-type": CONTENT_TYPE,
            "urgency": message.urgency,
            "topic": message.topic,
        }

    def _authorization(self, origin: str, now: datetime) -> str:
        made, token = self._tokens.get(origin, (None, ""))
        if made is None or not timedelta(0) <= now - made < TOKEN_RENEWED:
            claims = {"aud": origin, "sub": self._settings.contact, "exp": int((now + TOKEN_LIFE).timestamp())}
            token = str(self._signer.sign(claims)["Authorization"])
            self._tokens[origin] = (now, token)
        return token


class _Answer:
    """What is kept of an answer: what it says in its body is not ours to read."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.status, self.reason, self.headers = answer.status, answer.reason, answer.headers

    async def text(self) -> str:
        return ""


class _Session:
    """The one thing that pywebpush does with a session: a POST, here without redirects and without a long read."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def post(self, address: str, **how: Any) -> _Answer:
        async with self._session.post(address, allow_redirects=False, **how) as answer:
            await answer.content.read(4096)
            return _Answer(answer)
