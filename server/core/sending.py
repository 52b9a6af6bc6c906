"""Bytes of the store as an answer: whole, one range of them, or the word that the browser has them already.

What is under a digest never changes, so the digest is the ETag. Nothing in them is ever run: the answer forbids itself everything.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from litestar import Request, Response
from litestar.response import Stream

from server.core.media import Store

KEPT = "private, max-age=31536000, immutable"
"""For whom it is theirs: the address never means anything else."""

ASKED_EACH_TIME = "private, no-cache"
"""For whom it was shown, and may be taken back: kept, but asked for again."""

NOT_KEPT = "no-store"
"""On a computer that others use too."""

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


_POOL = ThreadPoolExecutor(4, thread_name_prefix="sending")
"""Storage elsewhere may be slow: whoever waits for it takes no thread from who asks for a page."""


async def send(request: Request, store: Store, *, digest: str, size: int, type: str, cache: str) -> Response[Any]:
    """The answer to a GET or HEAD for these bytes."""
    tag = f'"{digest}"'
    headers = {"accept-ranges": "bytes", "cache-control": cache, "vary": "Cookie", "content-disposition": "inline", "content-security-policy": "default-src 'none'; sandbox"}
    if cache != NOT_KEPT:
        headers["etag"] = tag
    if cache != NOT_KEPT and _has(request.headers.get("if-none-match", ""), tag):
        return Response(None, status_code=304, headers=headers)
    start, end = _part(request, tag, size)
    if start >= end:
        return Response(None, status_code=416, headers={**headers, "content-range": f"bytes */{size}"})
    headers |= {"content-length": str(end - start), "content-type": type}
    if (start, end) != (0, size) or _asks_for_part(request, tag):
        headers["content-range"] = f"bytes {start}-{end - 1}/{size}"
    pieces = iter(()) if request.scope.get("only_headers") else await _begun(store.chunks(digest, start, end - start))
    return Stream(pieces, status_code=206 if "content-range" in headers else 200, headers=headers)


async def _begun(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """With the first piece read: what is not there is known before the answer begins."""
    return _one_by_one(await _next(pieces), pieces)


async def _one_by_one(piece: bytes, following: Iterator[bytes]) -> AsyncIterator[bytes]:
    while piece:
        yield piece
        piece = await _next(following)


async def _next(pieces: Iterator[bytes]) -> bytes:
    return await asyncio.get_running_loop().run_in_executor(_POOL, next, pieces, b"")


def _has(told: str, tag: str) -> bool:
    return any(part.strip().removeprefix("W/") in {tag, "*"} for part in told.split(","))


def _asks_for_part(request: Request, tag: str) -> bool:
    """One range, of these very bytes. More than one, or one that is written otherwise, is answered with everything, as RFC 9110 lets us."""
    asked = _RANGE.fullmatch(request.headers.get("range", "").strip())
    return bool(asked and (asked[1] or asked[2]) and not (asked[1] and asked[2] and int(asked[2]) < int(asked[1])) and request.headers.get("if-range", tag) == tag)


def _part(request: Request, tag: str, size: int) -> tuple[int, int]:
    """From which byte to which; an empty part when it lies beyond the end."""
    if not _asks_for_part(request, tag):
        return 0, size
    first, last = request.headers["range"].strip().removeprefix("bytes=").split("-")
    if not first:
        return (max(size - int(last), 0), size) if int(last) else (size, size)
    return min(int(first), size), min(int(last) + 1, size) if last else size
