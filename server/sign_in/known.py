"""Devices on which somebody came in before, by a sealed cookie: what a stranger tries elsewhere makes nobody wait on their own.

The cookie says to the browser, and to who steals it, nothing; it lets nobody in. A shared computer gets none.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from litestar import Request
from litestar.datastructures import Cookie

from server.core.ids import new_id
from server.core.sealed import hand_out, taken_back
from server.people.identity import cookie_name
from server.settings import Settings

PURPOSE = "known-device"
LIFE = timedelta(days=400)
"""As long as browsers keep any cookie."""

MOST = 8


class KnownDevice(msgspec.Struct, frozen=True):
    """A device, by an id of its own, and the last people who came in on it."""

    id: str = ""
    people: tuple[str, ...] = ()


def known_device(request: Request, now: datetime) -> KnownDevice:
    """What the device's cookie says; one that says nothing knows nobody."""
    settings: Settings = request.app.state.settings
    told = taken_back(settings, PURPOSE, request.cookies.get(_name(settings), ""), now, LIFE)
    try:
        return msgspec.convert(told, KnownDevice)
    except msgspec.ValidationError:
        return KnownDevice()


def known_cookie(request: Request, person_id: UUID, now: datetime) -> Cookie:
    """The cookie of a device on which this person came in now, too."""
    settings, before = request.app.state.settings, known_device(request, now)
    others = [one for one in before.people if one != person_id.hex]
    told = KnownDevice(before.id or new_id().hex, (person_id.hex, *others)[:MOST])
    token = hand_out(settings, PURPOSE, msgspec.to_builtins(told), now)
    return Cookie(_name(settings), value=token, max_age=int(LIFE.total_seconds()), path="/", httponly=True, secure=settings.secure, samesite="lax")


def is_known(request: Request, people: list[UUID], now: datetime) -> bool:
    """Whether one of these people came in before on the device that asks."""
    return any(person_id.hex in known_device(request, now).people for person_id in people)


def tries_key(request: Request, what: str, whom: str, people: list[UUID], now: datetime) -> str:
    """By what tries are counted: the account (`whom`, a digest) for the world, and apart from it on a device that one of these people used before."""
    return f"{what}:{whom}:{known_device(request, now).id}" if is_known(request, people, now) else f"{what}:{whom}"


def _name(settings: Settings) -> str:
    return f"{cookie_name(settings)}-known"
