"""Route decorators: handlers are plain functions in a thread of the small pool; a form is read for them when they ask for `form`.

Litestar's own `sync_to_thread=True` wraps a handler anew for every method that shares its path, so that the second one
answers with a coroutine; wrapping it here, once, as a true coroutine function avoids that.

Of two that write the same at the same moment one comes second: nothing of it was stored, and it is asked again, once. Then it
finds what the first stored, and answers as it would a moment later.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import litestar
from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.enums import MediaType
from sqlalchemy.exc import DBAPIError

from server.core.db import came_second
from server.core.forms import Form, read_form

T = TypeVar("T")
Decorate = Callable[[Callable[..., Any]], Any]

MOST_READ = 128 * 1024 * 1024
"""How much of what is not wanted is read and thrown away."""


def get(path: str, **how: Any) -> Decorate:
    """A handler that shows."""
    return lambda handler: litestar.get(path, media_type=MediaType.HTML, **how)(_in_thread(handler))


def post(path: str, **how: Any) -> Decorate:
    """A handler that writes."""
    return lambda handler: litestar.post(path, media_type=MediaType.HTML, status_code=200, **how)(_in_thread(handler))


def delete(path: str, **how: Any) -> Decorate:
    """A handler that takes something away."""
    return lambda handler: litestar.delete(path, media_type=MediaType.HTML, status_code=200, **how)(_in_thread(handler))


def _in_thread(handler: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(handler)
    wants_form = "form" in signature.parameters

    @wraps(handler)
    async def run(**told: Any) -> Any:
        if wants_form:
            told["form"] = await provide_form(told["request"])
        return await in_thread(handler, **told)

    run.__signature__ = signature.replace(parameters=[known for known in signature.parameters.values() if known.name != "form"])  # type: ignore[attr-defined]
    run.__annotations__ = {name: kind for name, kind in handler.__annotations__.items() if name != "form"}
    return run


async def in_thread(work: Callable[..., T], **told: Any) -> T:
    """Do it in a thread of the small pool, and once more when another wrote the same at that moment."""
    try:
        return await sync_to_thread(work, **told)
    except DBAPIError as error:
        if not came_second(error):
            raise
    return await sync_to_thread(work, **told)


async def thrown_away(request: Request) -> None:
    """Read what was sent to its end, within reason, and keep nothing of it: a browser hears the answer then, instead of a broken line."""
    read = 0
    while read < MOST_READ and (message := await request.receive())["type"] == "http.request" and message.get("more_body"):
        read += len(message.get("body", b""))


async def provide_form(request: Request) -> Form:
    """What was sent; kept on the request so that an error page can give it back."""
    form = await read_form(request)
    request.scope["form"] = form  # type: ignore[typeddict-unknown-key]
    return form
