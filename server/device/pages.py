"""`/me/device`: what a student's device is told, to show and change it without signal. `/outbox`: what waits there; drawn by the device itself.
`/share`: what another app gives.
"""

from typing import Any

from litestar import Request, Response
from litestar.params import FromQuery

from server.core import clock
from server.core.errors import NotFound
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.ids import new_id
from server.core.routes import get, post
from server.core.web import language, page, reading, told, whose
from server.device import queries
from server.experience import screens
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


@post("/share", guards=[student])
def share(request: Request, form: Form) -> Response[Any]:
    """What another app shares, when no worker took it in: the first question with that text in it. Nothing is stored until the student does."""
    _ = tongue(language(request))
    shared = "\n".join(dict.fromkeys(filter(None, (form.text(name) for name in ("title", "text", "url")))))
    lost = {"media": _("De foto kon niet mee. Voeg hem hier toe.")} if form.files else {}
    with reading(request) as session:
        experience = screens.unsaved(session, request.user, new_id(), None)
        view = screens.step(session, request.user, language(request), experience, "text", form=Form({"text": [shared]}), errors=lost)
        return page(request, "experience/step.html", view, headers={"cache-control": "no-store"})


routes = [share, device, outbox]
