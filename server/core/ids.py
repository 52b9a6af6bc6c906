"""Keys: UUIDv7 (RFC 9562, 5.7), made by the client, or here for a form without JavaScript."""

import secrets
import time
from uuid import UUID


def new_id() -> UUID:
    """A UUIDv7: the first 48 bits are milliseconds since 1970, so that rows made together lie together."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def parse_id(text: str) -> UUID | None:
    """The UUID that was sent, or None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
