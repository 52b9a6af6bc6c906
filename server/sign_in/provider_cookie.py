"""What the browser carries to a provider and back, and while somebody tells once whose account it is: sealed, for ten minutes, in this browser only."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie
from sqlalchemy.orm import Session

from server.core.sealed import hand_out, taken_back, used_up
from server.core.security import hashed, same
from server.people.identity import cookie_name
from server.settings import Settings
from server.sign_in.provider_discovery import Trouble
from server.sign_in.provider_exchange import Attempt
from server.sign_in.provider_linking import SchoolAccount

LIFE = timedelta(minutes=10)
LONGEST = 3500
"""Browsers keep no cookie beyond 4096 bytes."""

T = TypeVar("T")


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """An account of which is not known yet whose it is."""

    account: SchoolAccount
    next: str = ""
    shared: bool = False
    id_token: str = ""


class Leaving(msgspec.Struct, frozen=True):
    """A session that ended here; at its provider it runs on."""

    session_id: str
    provider: str


def cookie_of(settings: Settings, told: Attempt | Pending | Leaving | None, purpose: str, now: datetime) -> Cookie:
    """The cookie with what is to be remembered; none takes it away. An ID token that makes it too large is left out: it only serves to sign out there too."""
    value = hand_out(settings, purpose, msgspec.to_builtins(told), now) if told is not None else ""
    if len(value) > LONGEST and isinstance(told, Pending):
        return cookie_of(settings, msgspec.structs.replace(told, id_token=""), purpose, now)
    life = int(LIFE.total_seconds()) if value else 0
    return Cookie(_name(settings, purpose), value=value, max_age=life, path="/", httponly=True, secure=settings.secure, samesite="lax")


def remembered(request: Request, kind: type[T], purpose: str, now: datetime) -> T | None:
    """What this browser was given for this purpose, less than ten minutes ago; none too when another build of Spoor gave it."""
    settings = request.app.state.settings
    told = taken_back(settings, purpose, request.cookies.get(_name(settings, purpose), ""), now, LIFE)
    try:
        return msgspec.convert(told, kind)
    except msgspec.ValidationError:
        return None


def attempt_of(request: Request, name: str, state: str, now: datetime) -> Attempt:
    """The attempt that this answer is to. Raises `Trouble` when it was begun in another browser, at another provider, too long ago, or not at all."""
    attempt = remembered(request, Attempt, ATTEMPT, now)
    if attempt is None or attempt.provider != name or not same(hashed(state), hashed(attempt.state)):
        raise Trouble("stale", "no such attempt in this browser")
    return attempt


def use_up(request: Request, session: Session) -> None:
    """An attempt counts once. Raises `Trouble` the second time."""
    settings = request.app.state.settings
    if used_up(session, settings, ATTEMPT, request.cookies.get(_name(settings, ATTEMPT), "")):
        raise Trouble("stale", "the attempt was used before")


def forget(answer: Response[Any], settings: Settings, purpose: str, now: datetime) -> Response[Any]:
    """The answer that takes the cookie away."""
    answer.set_cookie(cookie_of(settings, None, purpose, now))
    return answer


def _name(settings: Settings, purpose: str) -> str:
    return f"{cookie_name(settings)}-{purpose}"


ATTEMPT, PENDING, LEAVING = "provider-attempt", "provider-account", "provider-leaving"
