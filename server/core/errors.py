"""What can go wrong, said once: an error is a status and a page in the person's language; nothing typed is in it or lost by it."""

from collections.abc import Mapping
from typing import Any, TypeVar

from litestar.exceptions import HTTPException

T = TypeVar("T")


class SpoorError(HTTPException):
    """An answer other than yes. The page for its status says what happened and what to do; a script is also given `told`."""

    told: Mapping[str, Any] = {}


class BadRequest(SpoorError):
    """What was sent cannot be read."""

    status_code = 400


class SignedOut(SpoorError):
    """Nobody is signed in (any more)."""

    status_code = 401


class Forbidden(SpoorError):
    """The request came from another site."""

    status_code = 403


class Unconfirmed(Forbidden):
    """What is asked is done only shortly after somebody showed that it is them."""

    told = {"why": "confirm"}


class OtherPerson(Forbidden):
    """It was made by somebody else than who is signed in now: it is theirs to send."""

    told = {"person": "other"}


class NotFound(SpoorError):
    """It does not exist, or it is not yours: the same thing."""

    status_code = 404


class Conflict(SpoorError):
    """It was changed meanwhile; what was typed is kept. `why` tells a script what it can offer."""

    status_code = 409
    why = ""

    @property
    def told(self) -> Mapping[str, Any]:  # type: ignore[override]
        """The reason, where there is one to tell."""
        return {"why": self.why} if self.why else {}


class TooLarge(SpoorError):
    """More was sent than fits."""

    status_code = 413


class Invalid(SpoorError):
    """A field is missing or wrong, in a request that has no form to show again."""

    status_code = 422


class TooMany(SpoorError):
    """Too often; `wait` is the number of seconds until it can be tried again."""

    status_code = 429

    def __init__(self, wait: int) -> None:
        """Say when to try again."""
        super().__init__(headers={"Retry-After": str(wait)})
        self.wait = wait


class Unavailable(SpoorError):
    """The database or the storage is busy or gone for the moment; nothing was stored."""

    status_code = 503


class Full(SpoorError):
    """There is no room on the disk; nothing was stored."""

    status_code = 507


def found(thing: T | None) -> T:
    """The thing, or 404."""
    if thing is None:
        raise NotFound
    return thing
