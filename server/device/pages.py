"""`/me/device`: what a student's device is told, to show and change it without signal. `/outbox`: what waits there; drawn by the device itself."""

from typing import Any

from litestar import Request, Response
from litestar.params import FromQuery

from server.core import clock
from server.core.errors import NotFound
from server.core.routes import get
from server.core.web import language, page, reading, told, whose
from server.device import queries
from server.experience.models import FACES
from server.people.identity import student


@get("/me/device", guards=[student])
def device(request: Request, since: FromQuery[str] = "") -> Response[Any]:
    """The own experiences that changed since then, and the screens worth having. Not on a shared computer."""
    if request.user.shared:
        raise NotFound
    with reading(request) as session:
        content = queries.copy(session, request.user, language(request), clock.parse_moment(since), clock.now())
    answer = told(request, {"person": whose(request), **content})
    answer.headers["cache-control"] = "no-store"
    return answer


@get("/outbox", guards=[student])
def outbox(request: Request) -> Response[Any]:
    """An empty screen that the device fills with what it holds: nothing of it is on the server yet."""
    return page(request, "device/outbox.html", {"faces": FACES})


routes = [device, outbox]
