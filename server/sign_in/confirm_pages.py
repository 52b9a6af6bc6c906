"""The screen that asks again whether it is them, before what gives others a way in or takes one. What was being done is kept, and done afterwards."""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.params import FromQuery

from server.core.failures import sent_again
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.routes import get, post
from server.core.security import local_path
from server.core.web import language, page, reading
from server.people.identity import signed_in
from server.sign_in.acts import act_of
from server.sign_in.arrival import HEADERS, carried
from server.sign_in.means import means_of
from server.sign_in.provider_queries import confirming


@get("/sign-in/confirmation", guards=[signed_in])
def ask(request: Request, next: FromQuery[str] = "") -> Response[Any]:
    """On the way to a screen."""
    return _ask(request, Form({"next": [next]}))


@post("/sign-in/confirmation", guards=[signed_in])
def ask_halfway(request: Request, form: Form, then: FromQuery[str] = "") -> Response[Any]:
    """Halfway a form: the browser brought it here by itself (307). All of it but a password goes along."""
    typed = msgspec.json.encode(sent_again(form.fields)).decode()
    return _ask(request, Form({"resume_path": [then], "resume_fields": [typed]}))


def _ask(request: Request, form: Form) -> Response[Any]:
    with reading(request) as session:
        means, providers = means_of(session, request.user), confirming(session, request.user, request.app.state.settings)
        act = act_of(local_path(form.text("resume_path")), tongue(language(request)))
        view = {"means": means, "providers": providers, "act": act, "shared": request.user.shared, "errors": {}, **carried(form)}
        return page(request, "sign_in/confirmation.html", view, headers=HEADERS)


routes: list = [ask, ask_halfway]
