"""Good and bad luck between a browser and the server: a small proxy on this machine that can lose, spoil, double and delay answers.

It stands where the mast, the school's wifi and the captive portal of the train stand, so that page and service worker alike meet it.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import parse_qsl

from aiohttp import ClientError, ClientSession, TCPConnector, web

PORTAL = "<!doctype html><title>Gratis wifi</title><h1>Ga akkoord met de voorwaarden</h1>"
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date"}
REFUSALS = {409: {"why": "deleted"}, 422: {"errors": {"text": "Dit is te lang."}}}


class Save(NamedTuple):
    """A save that reached the server."""

    path: str
    person: str
    mutation: str
    fields: dict[str, str]


class Luck:
    """The way to the server. A save is a POST that asks for a receipt; only saves meet the bad luck in `saves`."""

    def __init__(self) -> None:
        """Good luck until told otherwise."""
        self.url = self.server = ""
        self.away = False
        self.slow: tuple[float, int] | None = None
        """Seconds before anything comes, and bytes a second."""
        self.saves: dict[str, str | int] = {}
        """What befalls the saves whose path has this in it: what `_spoil` knows, or the status of a refusal."""
        self.seen: list[Save] = []
        """Every save that reached the server, in order of arrival."""

    def offline(self) -> None:
        """No signal."""
        self.away = True

    def online(self) -> None:
        """The signal is back."""
        self.away = False

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """What the browser gets for this."""
        body = await request.read()
        answer = self._hang_up(request) if self.away else await self._by_luck(request, body)
        answer.force_close()  # Or a browser would send again by itself on a connection that broke.
        return answer

    async def _by_luck(self, request: web.BaseRequest, body: bytes) -> web.Response:
        fields = dict(parse_qsl(body.decode("latin-1"))) if request.method == "POST" and "application/json" in request.headers.get("accept", "") else {}
        save = Save(request.path, request.headers.get("spoor-person", ""), fields["mutation"], fields) if "mutation" in fields else None
        luck = next((luck for part, luck in self.saves.items() if save and part in save.path), None)
        try:
            return await (self._spoil(request, body, luck, save) if luck and save else self._pass(request, body, save))
        except ClientError:
            return self._hang_up(request)

    async def _spoil(self, request: web.BaseRequest, body: bytes, luck: str | int, save: Save) -> web.Response:
        match luck:
            case "sign-in":
                return web.Response(status=303, headers={"location": "/sign-in"})
            case "portal":
                return web.Response(text=PORTAL, content_type="text/html")
            case "old server":
                return web.json_response({"to": "/"})
            case "half":
                stored = await self._pass(request, body, save)
                return web.Response(body=stored.body[: len(stored.body) // 2], content_type="application/json")
            case "lost":
                await self._pass(request, body, save)
                return self._hang_up(request)
            case "twice":
                return (await asyncio.gather(self._pass(request, body, save), self._pass(request, body, save)))[1]
            case int():
                return web.json_response({"status": luck, **REFUSALS.get(luck, {})}, status=luck, headers={"retry-after": "1"} if luck == 429 else {})
        raise ValueError(luck)

    async def _pass(self, request: web.BaseRequest, body: bytes, save: Save | None) -> web.Response:
        if save:
            self.seen.append(save)
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in HOP]
        async with self._session.request(request.method, self.server + request.raw_path, headers=headers, data=body, allow_redirects=False) as told:
            content = await told.read()
        if self.slow:
            wait, rate = self.slow
            await asyncio.sleep(wait + len(content) / rate)
        answer = web.Response(status=told.status, body=content)
        for name, value in told.headers.items():
            if name.lower() not in HOP:
                answer.headers.add(name, value)
        return answer

    @staticmethod
    def _hang_up(request: web.BaseRequest) -> web.Response:
        if request.transport:
            request.transport.abort()
        return web.Response()

    async def run(self, ready: threading.Event) -> None:
        """Stand in between until told to stop."""
        self._ended = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        connector = TCPConnector(force_close=True)
        async with ClientSession(connector=connector, auto_decompress=False, skip_auto_headers=("user-agent", "accept", "accept-encoding")) as self._session:
            runner = web.ServerRunner(web.Server(self.answer), shutdown_timeout=0.1)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            ready.set()
            await self._ended.wait()
            await runner.cleanup()

    def stop(self) -> None:
        """Be gone."""
        self._loop.call_soon_threadsafe(self._ended.set)


@contextmanager
def luck() -> Iterator[Luck]:
    """A way to the server, until the block ends. Its `server` is to be told."""
    made, ready = Luck(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(made.run(ready)), daemon=True)
    thread.start()
    assert ready.wait(10), "the way to the server was not laid"
    yield made
    made.stop()
    thread.join(5)
