"""HTTP/1.1 with as little in between as possible: on two cores a client that works hard would be measured along with the server."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import brotli

PHONE = {
    "user-agent": "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36",
    "accept-language": "nl-NL,nl;q=0.9",
    "accept-encoding": "gzip, deflate, br",
}


@dataclass
class Answer:
    """What came back; `head` is the number of bytes before the body, `sent` those of the body as it travelled."""

    status: int
    headers: dict[str, str]
    sent: bytes
    head: int

    @property
    def body(self) -> bytes:
        coding = self.headers.get("content-encoding", "")
        return brotli.decompress(self.sent) if coding == "br" else gzip.decompress(self.sent) if coding == "gzip" else self.sent


def _spoken(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


class Line:
    """One connection that is kept open, as a browser's is."""

    def __init__(self, port: int, cookie: str = "", **headers: str) -> None:
        self.port = port
        self.headers = {"host": f"localhost:{port}", **PHONE, **({"cookie": f"spoor={cookie}"} if cookie else {}), **_spoken(headers)}

    async def open(self) -> "Line":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    def close(self) -> None:
        self._writer.close()

    async def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        """One request and its answer."""
        said = {**self.headers, **_spoken(headers)}
        if body:
            said["content-length"] = str(len(body))
        lines = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value)
        self._writer.write(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        status, *rest = head.decode("latin-1").split("\r\n")
        told = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest if line)}
        return Answer(int(status.split()[1]), told, await self._body(told, int(status.split()[1])), len(head))

    async def _body(self, told: dict[str, str], status: int) -> bytes:
        if status in {204, 304}:
            return b""
        if told.get("transfer-encoding") != "chunked":
            return await self._reader.readexactly(int(told.get("content-length", 0)))
        parts = []
        while size := int((await self._reader.readline()).split(b";")[0], 16):
            parts.append((await self._reader.readexactly(size + 2))[:-2])
        await self._reader.readline()
        return b"".join(parts)


@asynccontextmanager
async def line(port: int, cookie: str = "", **headers: str) -> AsyncIterator[Line]:
    """A connection for the length of a block."""
    opened = await Line(port, cookie, **headers).open()
    try:
        yield opened
    finally:
        opened.close()


def run(work: Any) -> Any:
    """A coroutine, from beginning to end, in at most two minutes."""
    return asyncio.run(asyncio.wait_for(work, 120))
