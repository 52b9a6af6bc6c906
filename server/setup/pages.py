"""Screens with which a school begins: name it, and be its first coordinator."""

from typing import Any

from litestar import Request, Response
from litestar.params import FromPath
from sqlalchemy import select

from server.core import clock
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.routes import get, post
from server.core.web import done, language, page, reading, writing
from server.people.fields import SETUP, typed, wrong
from server.people.identity import session_cookie
from server.people.models import School
from server.people.schools import is_taken
from server.setup.actions import setup_link, start_school
from server.sign_in.arrival import HEADERS
from server.sign_in.entry import Way, device_of, let_in


@get("/setup")
def where(request: Request) -> Response[Any]:
    """Where the set-up link is to be found, or that there is a school already."""
    with reading(request) as session:
        started = session.scalar(select(School.id).limit(1)) is not None
    return page(request, "setup/where.html", {"started": started}, status=404 if started else 200)


@get("/setup/{secret:str}")
def ask(request: Request, secret: FromPath[str]) -> Response[Any]:
    """The form, while the link works."""
    with reading(request) as session:
        link = setup_link(session, secret, clock.now())
        if link is None:
            return _closed(request, session.scalar(select(School.id).limit(1)) is not None)
        return page(request, "setup/setup.html", {"form": {**dict.fromkeys(SETUP, ""), "school": link.school_name}, "errors": {}}, headers=HEADERS)


@post("/setup/{secret:str}")
def start(request: Request, secret: FromPath[str], form: Form) -> Response[Any]:
    """Make the school and its first coordinator, who is signed in at once."""
    told, now, _ = typed(form, SETUP), clock.now(), tongue(language(request))
    errors = wrong(told, _)
    with writing(request) as session:
        link = setup_link(session, secret, now)
        if link is None:
            return _closed(request, session.scalar(select(School.id).limit(1)) is not None)
        if is_taken(session, told["school"]):
            errors |= {"school": _("Zo heet hier al een andere school.")}
        if errors:
            return page(request, "setup/setup.html", {"form": told, "errors": errors}, status=422, headers=HEADERS)
        token = let_in(session, start_school(session, link, told, now), Way(method="link", device=device_of(request.headers.get("user-agent", ""))), now)
    answer = done(request, "/", said="school-started")
    answer.set_cookie(session_cookie(request.app.state.settings, token))
    return answer


def _closed(request: Request, started: bool) -> Response[Any]:
    return page(request, "setup/where.html", {"started": started}, status=404, headers=HEADERS)


routes: list = [where, ask, start]
