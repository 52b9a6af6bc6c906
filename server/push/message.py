"""What travels: the declarative shape (a browser without a service worker shows it as it stands; elsewhere the worker reads the same).

It passes the servers of other companies and lands on a lock screen: nothing in it names a person, an activity or a word.
"""

import hashlib
from datetime import timedelta
from uuid import UUID

import msgspec

CONTENT_TYPE = "application/notification+json"


class Device(msgspec.Struct, frozen=True):
    """Where one browser of a person listens, and what to encrypt with."""

    id: UUID
    endpoint: str
    p256dh: str
    auth: str


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one device. After `lasts` the push service forgets it."""

    device: Device
    payload: bytes
    topic: str
    lasts: timedelta
    urgency: str = "normal"


def payload(*, title: str, body: str, navigate: str, language: str, tag: str, icon: str = "", badge: str = "") -> bytes:
    """The JSON of a notification. `navigate` is the whole address it opens; the same `tag` again replaces what is shown."""
    notification = {"title": title, "body": body, "navigate": navigate, "lang": language, "tag": tag, "silent": False}
    pictures = {name: address for name, address in (("icon", icon), ("badge", badge)) if address}
    return msgspec.json.encode({"web_push": 8030, "notification": notification | pictures})


def topic_of(kind: str, about: UUID) -> str:
    """32 characters that are the same for the same kind and subject: an undelivered message is replaced by its repetition."""
    return hashlib.sha256(f"{kind}:{about}".encode()).hexdigest()[:32]
