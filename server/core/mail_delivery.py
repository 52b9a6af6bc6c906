"""Letters on their way: what waits → claim → hand in → record. Any number of workers may do it; a letter is claimed by one.

Each letter is recorded as soon as the server took it. A process that dies in between loses its claim after ten minutes, and the letter is sent
once more, with the same Message-ID; a code is over by then and is not. What is sent or given up is emptied: only that it was, and why not, stays.
"""

import asyncio
import time
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server.core import log
from server.core.db import Database
from server.core.mail import Mail
from server.settings import Settings

BATCH, CONNECTIONS = 20, 4
"""Letters taken at a time, those that are over soonest first: a code never waits for a pile of invitations. They go over so many connections at once."""

LEASE = timedelta(minutes=10)
STARTED_WITHIN, ONE_LETTER = 240.0, 180.0
"""Seconds in which a claimed letter is begun, and in which one is done: together less than the lease."""

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=30)
REMEMBERED = timedelta(days=14)


class Waiting(msgspec.Struct, frozen=True):
    """A claimed letter."""

    id: UUID
    content: bytes
    made_at: datetime


class Fate(msgspec.Struct, frozen=True):
    """What became of a letter: `sent`, `later`, `given-up`, or `untouched`. `why` is a word of ours, with the server's code."""

    result: str
    why: str = ""


def due(now: datetime) -> ColumnElement[bool]:
    """What should go out by now and is in nobody's hands."""
    return and_(Mail.sent_at.is_(None), Mail.failed_at.is_(None), Mail.due_at <= now, or_(Mail.claimed_until.is_(None), Mail.claimed_until <= now))


def claim(session: Session, now: datetime, most: int = BATCH) -> list[Waiting]:
    """Take up what is due, so that no other worker does. What is of no use any more is given up here."""
    rows = session.scalars(select(Mail).where(due(now)).order_by(Mail.ends_at, Mail.id).limit(most).with_for_update(skip_locked=True)).all()
    for row in rows:
        if row.ends_at <= now:
            _settle(row, Fate("given-up", row.failure or "too-late"), now)
        else:
            row.claimed_until = now + LEASE
    return [Waiting(row.id, row.content, row.made_at) for row in rows if row.failed_at is None]


async def send_letters(settings: Settings, database: Database, now: datetime) -> int:
    """One batch of what is due at `now`; gives how many were taken up. 0: nothing waits."""
    with database.reading() as session:
        if not session.scalar(select(exists().where(due(now)))):
            return 0
    with database.writing() as session:
        taken = claim(session, now)
    share = max(1, -(-len(taken) // CONNECTIONS))
    await asyncio.gather(*(_over_one_connection(settings, database, taken[first : first + share], now) for first in range(0, len(taken), share)))
    return max(1, len(taken))


async def _over_one_connection(settings: Settings, database: Database, letters: list[Waiting], now: datetime) -> None:
    """Hand these in one after the other. Those that were not begun when it ends, whatever ends it, are free again at once."""
    from server.core.smtp import connected, failure_of, hand_in

    left, begun = list(letters), time.monotonic()
    try:
        async with asyncio.timeout(STARTED_WITHIN + ONE_LETTER), connected(settings) as client:
            while left and client.is_connected and time.monotonic() - begun < STARTED_WITHIN:
                one = left.pop(0)
                record(database, one.id, await hand_in(settings, client, one, ONE_LETTER), now)
    except Exception as error:
        for one in left:
            record(database, one.id, Fate("later", failure_of(error)), now)
        left.clear()
    finally:
        for one in left:
            record(database, one.id, Fate("untouched"), now)


def record(database: Database, mail_id: UUID, fate: Fate, now: datetime) -> None:
    """Write down what became of a letter. Sent but not recorded would be sent twice: so a database that hiccups is asked again."""
    if fate.result in {"later", "given-up"}:
        log.info("mail", result=fate.result, why=fate.why)
    for patience in (0.1, 0.5, 2.0, None):
        try:
            with database.writing() as session:
                _settle(session.get_one(Mail, mail_id), fate, now)
                return
        except DBAPIError:
            if patience is None:
                raise
            time.sleep(patience)


def _settle(row: Mail, fate: Fate, now: datetime) -> None:
    row.claimed_until, row.failure = None, fate.why
    if fate.result == "later":
        row.due_at, row.tries = min(now + wait_after(row.tries), row.ends_at), row.tries + 1
    elif fate.result == "sent":
        row.sent_at, row.content = now, b""
    elif fate.result == "given-up":
        row.failed_at, row.content = now, b""


def wait_after(tries: int) -> timedelta:
    """How long a letter waits after this many failed tries: five seconds, fifteen, … half an hour. A server that makes strangers wait a minute still gets a code in time."""
    wait: timedelta = min(FIRST_WAIT * (3 ** min(tries, 8)), LONGEST_WAIT)
    return wait


def forget_letters(session: Session, now: datetime) -> None:
    """Give up what nobody could send in time, and after two weeks forget that there was a letter at all."""
    waiting = Mail.sent_at.is_(None), Mail.failed_at.is_(None), Mail.ends_at <= now, or_(Mail.claimed_until.is_(None), Mail.claimed_until <= now)
    for row in session.scalars(select(Mail).where(*waiting).with_for_update(skip_locked=True)):
        _settle(row, Fate("given-up", row.failure or "too-late"), now)
    session.execute(delete(Mail).where(Mail.made_at < now - REMEMBERED))
