"""The worker: what is due → claim → deliver → record; now and then tidy. Any number of workers may run: a message is claimed by one.

On SQLite it runs beside the server, in a thread with a loop of its own; on PostgreSQL as `spoor worker`.
"""

import asyncio
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from server.activity.actions import ask_newcomers
from server.conversation.handover import hand_over
from server.core import clock, heartbeat, limits, log, media, slowing
from server.core.db import Database
from server.core.mail_delivery import forget_letters, send_letters
from server.experience.media import named as media_named
from server.people.models import School
from server.push.actions import drop_left_behind, note_outcomes
from server.push.outcome import Outcome
from server.reminder.due import Due, Sent, claim, preview, settle
from server.roster.actions import forget_lists
from server.settings import Settings
from server.sign_in.links import forget_links
from server.vocabulary.picture_pages import named as pictures_named

if TYPE_CHECKING:
    from server.push.delivery import Sender

PAUSE, PAUSE_AFTER_ERROR = 10.0, 30.0
"""Seconds between two looks at what is due."""

LETTER_PAUSE = 1.0
"""Seconds between two looks at the letters: somebody waits for a code. It is one small question to an index, and letters wait for no push."""

BESIDE_AFTER = 2.0
"""Seconds that the server has to itself to give its first answer: what only sending needs is loaded then."""

TIDY_EVERY = timedelta(hours=1)
KEPT = timedelta(days=1)
STOPS_WITHIN = 1.0


async def work(settings: Settings, database: Database, begin_after: float = 0) -> None:
    """Look, send, tidy, wait; until cancelled. A database that does not answer is tried again. Letters and messages go out side by side."""
    await asyncio.sleep(begin_after)
    async with asyncio.TaskGroup() as both:
        both.create_task(_send_messages(settings, database))
        if settings.smtp_url:
            both.create_task(_send_letters(settings, database))


async def _send_letters(settings: Settings, database: Database) -> None:
    while True:
        try:
            while await send_letters(settings, database, clock.now()):
                pass
            pause = LETTER_PAUSE
        except Exception as error:
            log.error("letters", error=type(error).__name__)
            pause = PAUSE_AFTER_ERROR
        await asyncio.sleep(pause)


async def _send_messages(settings: Settings, database: Database) -> None:
    from server.push.delivery import Sender

    tidied: datetime | None = None
    seen: datetime | None = None
    async with Sender(settings) as sender:
        while True:
            try:
                now = clock.now()
                if seen is None or not timedelta(0) <= now - seen < heartbeat.EVERY:
                    with database.writing() as session:
                        heartbeat.beat(session, "worker", now)
                    seen = now
                while await send_due(settings, database, sender, now):
                    now = clock.now()
                if tidied is None or not timedelta(0) <= now - tidied < TIDY_EVERY:
                    tidy(database, now)
                    await asyncio.to_thread(tidy_media, settings, database, now)
                    tidied = now
                pause = PAUSE
            except Exception as error:
                log.error("worker", error=type(error).__name__)
                pause = PAUSE_AFTER_ERROR
            await asyncio.sleep(pause)


async def send_due(settings: Settings, database: Database, sender: "Sender", now: datetime) -> list[Sent] | None:
    """One batch of what is due at `now`: gives what went out, None when nothing was due. Interrupted, it records what it knows."""
    with database.writing() as session:
        taken = claim(session, now)
    if not taken:
        return None
    outcomes: list[Outcome] = []
    try:
        await sender.deliver([one.message(device, settings.base_url, now) for one in taken for device in one.to_call(now)], outcomes.append)
    finally:
        sent = _record(settings, database, taken, outcomes, now)
    return sent


def _record(settings: Settings, database: Database, taken: list[Due], outcomes: list[Outcome], now: datetime) -> list[Sent]:
    """Sent but not recorded would be sent twice: so a database that hiccups is asked again."""
    for patience in (0.1, 0.5, 2.0, None):
        try:
            with database.writing() as session:
                note_outcomes(session, outcomes, now)
                return settle(session, settings, taken, outcomes, now)
        except DBAPIError:
            if patience is None:
                raise
            time.sleep(patience)
    raise AssertionError


def tidy(database: Database, now: datetime) -> None:
    """See to who joined a group since; drop what nobody needs: limits and links that are over, class lists nobody applied, devices that were left, letters that went."""
    with database.writing() as session:
        ask_newcomers(session, now)
        hand_over(session, now)
        limits.forget(session, now - KEPT)
        slowing.forget_tries(session, now)
        forget_links(session, now - KEPT)
        forget_lists(session, now)
        drop_left_behind(session, now)
        forget_letters(session, now)


def tidy_media(settings: Settings, database: Database, now: datetime) -> int:
    """Drop the bytes of photos and voice notes whose sending was broken off more than a day ago; gives how many."""

    def named(digests: Iterable[str]) -> set[str]:
        with database.reading() as session:
            return media_named(session, list(digests)) | pictures_named(session, list(digests))

    return media.tidy(media.store_of(settings), named, now)


def run(settings: Settings) -> int:
    """`spoor worker`: work until told to stop."""
    database = Database(settings.database)

    async def until_stopped() -> None:
        working = asyncio.ensure_future(work(settings, database))
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, working.cancel)
        with suppress(asyncio.CancelledError):
            await working

    asyncio.run(until_stopped())
    database.close()
    return 0


@contextmanager
def run_beside(settings: Settings, database: Database) -> Iterator[None]:
    """The worker as long as the block runs, if this installation is on SQLite; it stops within a second."""
    if not settings.sqlite:
        yield
        return
    loop, working = asyncio.new_event_loop(), threading.Event()
    task = loop.create_task(work(settings, database, begin_after=BESIDE_AFTER))

    def go() -> None:
        asyncio.set_event_loop(loop)
        loop.call_soon(working.set)
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        loop.close()

    thread = threading.Thread(target=go, name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(task.cancel)
        thread.join(STOPS_WITHIN)


def remind_once(settings: Settings, at: str, dry_run: bool = False) -> int:
    """`spoor remind --at ISO [--dry-run]`: once, what the worker would do at that moment; prints what was sent as JSON."""
    database = Database(settings.database)
    try:
        now = _moment(database, at)
        if dry_run:
            with database.writing() as session:
                ask_newcomers(session, now)
                sent = preview(session, settings, now)
                session.rollback()
        else:
            with database.writing() as session:
                ask_newcomers(session, now)
            sent = asyncio.run(_send_all(settings, database, now))
    except ValueError:
        print(f"spoor remind: {at!r} is no moment. Write it as 2026-11-24T16:00 (the school's time) or 2026-11-24T15:00:00Z.", file=sys.stderr)
        return 2
    except DBAPIError as error:
        print(f"spoor remind: the database does not answer as it should ({type(error).__name__}). `spoor migrate` brings it up to date.", file=sys.stderr)
        return 1
    finally:
        database.close()
    print(msgspec.json.encode(sent).decode())
    return 0


def _moment(database: Database, told: str) -> datetime:
    moment = datetime.fromisoformat(told.strip())
    if moment.tzinfo is None:
        with database.reading() as session:
            zone = session.scalar(select(School.zone).order_by(School.created_at).limit(1))
        moment = moment.replace(tzinfo=ZoneInfo(zone or "Europe/Amsterdam"))
    return moment.astimezone(UTC)


async def _send_all(settings: Settings, database: Database, now: datetime) -> list[Sent]:
    from server.push.delivery import Sender

    sent: list[Sent] = []
    async with Sender(settings) as sender:
        while (batch := await send_due(settings, database, sender, now)) is not None:
            sent += batch
    while settings.smtp_url and await send_letters(settings, database, now):
        pass
    return sent
