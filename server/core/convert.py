"""What a phone sent becomes what is kept, in a process of its own: it may crash, hang or swell without taking anybody along.

Decoders meet files that were made to break them. So each runs apart, sees nothing of the environment, has little time and
memory, and gives its memory back when it ends. At most two at a time; who comes third waits, and no page waits for them.
"""

import asyncio
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

import msgspec

from server.core.errors import Full, Unavailable
from server.core.media import Store, digest_of, fresh

AT_ONCE, PATIENCE = 2, 60.0
"""Conversions at a time, and the seconds one may take."""

PROGRAMS = {"photo": ("images.py", "image/jpeg"), "pictogram": ("images.py", "image/jpeg", "384"), "voice": ("sound.py", "audio/mp4")}
"""What makes it, what it then is, and what the program is told besides. A pictogram is shown small, dozens at a time."""

_POOL = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="media")


class Unfit(Exception):
    """Not something to keep; `why` is `unreadable`, `huge`, `empty`, `long` or `video`."""

    def __init__(self, why: str) -> None:
        """Say what is wrong with it."""
        super().__init__(why)
        self.why = why


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a photo or a voice note."""

    digest: str
    type: str
    size: int
    width: int | None = None
    height: int | None = None
    seconds: float | None = None


async def convert(kind: str, sent: IO[bytes], store: Store) -> Made:
    """Make what is kept of this file and keep it. Raises `Unfit`, `Full` or `Unavailable`; then nothing was kept."""
    return await asyncio.get_running_loop().run_in_executor(_POOL, convert_now, kind, sent, store)


def convert_now(kind: str, sent: IO[bytes], store: Store) -> Made:
    """The same, waiting for it: for a command line."""
    program, type_, *more = PROGRAMS[kind]
    with fresh(store) as path:
        told = _run(Path(__file__).parent / program, sent, path, *more)
        if "wrong" in told:
            raise Full if told["wrong"] == "full" else Unfit(told["wrong"])
        made = Made(digest=digest_of(path), type=type_, size=path.stat().st_size, **told)
        store.keep(path, made.digest)
    return made


def _run(program: Path, sent: IO[bytes], path: Path, *more: str) -> dict[str, Any]:
    """What the program says. A file that crashes or stalls it is not fit; a machine that is too busy, or out of memory, is asked again later."""
    sent.seek(0)
    os.lseek(sent.fileno(), 0, os.SEEK_SET)  # what Python read ahead is not where the other process begins
    command = [sys.executable, "-I", "-B", str(program), str(path), *more]
    try:
        ran = subprocess.run(command, stdin=sent.fileno(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, timeout=PATIENCE, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise Unavailable from error
    if ran.returncode == -signal.SIGKILL:
        raise Unavailable
    try:
        return msgspec.json.decode(ran.stdout, type=dict[str, Any])
    except msgspec.DecodeError:
        return {"wrong": "unreadable"}
