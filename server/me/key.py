"""The key with which a student's own device keeps what is not sent yet: had from here while signed in, dropped by the device at sign-out.

It is derived, not stored: the same for the same person on every device and after every restart, so that what waits on a phone can be
read there again once the same person has signed in, and by nobody else.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from typing import Any
from uuid import UUID

from litestar import Request, Response

from server.core.errors import Forbidden, NotFound
from server.core.routes import get
from server.core.security import keep_key
from server.core.web import told, whose
from server.people.identity import student
from server.settings import Settings


def device_key(settings: Settings, person_id: UUID) -> bytes:
    """The 32 bytes of this person, from the secret in `keys/outbox.key` of the data folder (mode 0600; the first call makes it). More machines share that file."""
    secret = keep_key(settings.data / "keys" / "outbox.key", secrets.token_bytes(32))
    return hmac.digest(secret, b"outbox of " + person_id.bytes, "sha256")


@get("/me/key", guards=[student])
def show_key(request: Request) -> Response[Any]:
    """The key for a page of ours that asks itself: no other site, no address bar, and nothing that keeps the answer. There is none on a shared computer."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise Forbidden
    if request.user.shared:
        raise NotFound
    key = urlsafe_b64encode(device_key(request.app.state.settings, request.user.person_id)).rstrip(b"=").decode()
    answer = told(request, {"person": whose(request), "key": key})
    answer.headers["cache-control"] = "no-store"
    return answer
