"""What became of a message: delivered, gone, to be tried later, or refused. Apart from `delivery`, so that nobody loads a client to read it."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal
from uuid import UUID

import msgspec

LONGEST_WAIT = timedelta(hours=6)
"""A service that asks for more than this is not believed."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of a message. `status` is what the service answered, 0 when it did not."""

    device_id: UUID
    result: Literal["delivered", "gone", "later", "refused"]
    status: int = 0
    wait: timedelta = timedelta(0)


def outcome_of(device_id: UUID, status: int, retry_after: str | None, now: datetime) -> Outcome:
    """What an answer other than yes means: gone for good, try later, or refused (redirects too: nobody sends us elsewhere)."""
    if status in {404, 410}:
        return Outcome(device_id, "gone", status)
    if status == 429 or status >= 500 or status == 0:
        return Outcome(device_id, "later", status, wait_of(retry_after, now))
    return Outcome(device_id, "refused", status)


def wait_of(retry_after: str | None, now: datetime) -> timedelta:
    """How long a service asks us to wait, in seconds or until a date (RFC 9110, 10.2.3); none when it makes no sense, six hours at most."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text[:9]), int(LONGEST_WAIT.total_seconds())))
    else:
        try:
            until = parsedate_to_datetime(text)
        except (ValueError, TypeError):
            return timedelta(0)
        wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta(0)), LONGEST_WAIT)
