"""Screens to come in by and to leave by. A link's GET shows a button, only the POST uses it up: previews open links."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from litestar import Request, Response
from litestar.params import FromPath, FromQuery
from sqlalchemy.orm import Session

from server.core import clock
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.routes import get, post
from server.core.security import local_path
from server.core.web import done, language, page, reading, writing
from server.people.identity import session_cookie
from server.people.models import Person, School
from server.sign_in.arrival import HEADERS, Arrival, arrived, carried, device_name, kept_off, welcome
from server.sign_in.cards import by_card, card_for
from server.sign_in.ended_here import ended_by_school, said_once
from server.sign_in.entry import by_link, leave
from server.sign_in.links import link_for, link_for_code
from server.sign_in.provider_queries import offered
from server.sign_in.provider_sign_out import farewell_path, leaving, see_off

LONGEST_CODE, LONGEST_EMAIL = 120, 254


@get("/sign-in")
def ways_in(request: Request, next: FromQuery[str] = "") -> Response[Any]:
    """The ways in, all on one screen; once also that the school signed this device out."""
    ended = ended_by_school(request)
    return said_once(request, ways(request, Form({"next": [next]}), ended=ended is not None), ended)


@post("/sign-in")
def enter_code(request: Request, form: Form) -> Response[Any]:
    """A code: of a login card, or of another device. Unknown, expired and used say the same; a wrong try counts on the code it aims at, else it leaves nothing."""
    now, code = clock.now(), form.text("code")[:LONGEST_CODE]
    with writing(request) as session:
        arrival = _by_typed(request, session, form, code, now)
    if arrival is None:
        _ = tongue(language(request))
        return ways(request, form, {"code": _("Deze code werkt niet (meer). Kijk nog eens goed, of maak een nieuwe.")})
    return welcome(request, form, arrival)


def _by_typed(request: Request, session: Session, form: Form, code: str, now: datetime) -> Arrival | None:
    viewer, device, shared = request.scope.get("user"), device_name(request), "shared" in form
    if card := card_for(session, code):
        return arrived(request, session, by_card(session, card, viewer, device, now, shared=shared), card.person_id)
    link = link_for_code(session, code, now)
    return arrived(request, session, by_link(session, link, viewer, device, now, shared=shared), link.person_id) if link else None


@get("/sign-in/{secret:str}")
def look_at_link(request: Request, secret: FromPath[str], next: FromQuery[str] = "") -> Response[Any]:
    """Who the link is for, by given name only, and one button; it stays unused."""
    with reading(request) as session:
        link = link_for(session, secret, clock.now(), demo=request.app.state.settings.demo)
        if link is None:
            return page(request, "sign_in/ended.html", status=404, headers=HEADERS)
        person, school, viewer = session.get_one(Person, link.person_id), session.get_one(School, link.school_id), request.scope.get("user")
        other = viewer.full_name if viewer and viewer.person_id != person.id else ""
        view = {"name": person.given_name, "school": school.name, "other": other, "next": local_path(next), "formal": person.kind == "guardian"}
        return page(request, "sign_in/link.html", view, headers=HEADERS)


@post("/sign-in/{secret:str}")
def use_link(request: Request, secret: FromPath[str], form: Form) -> Response[Any]:
    """Let the person of this link in, and use it up."""
    now = clock.now()
    with writing(request) as session:
        link = link_for(session, secret, now, demo=request.app.state.settings.demo)
        entry = by_link(session, link, request.scope.get("user"), device_name(request), now, shared="shared" in form) if link else None
        arrival = arrived(request, session, entry, link.person_id) if link else None
    if arrival is None:
        return page(request, "sign_in/ended.html", status=404, headers=HEADERS)
    return welcome(request, form, arrival)


@post("/sign-out")
def sign_out(request: Request) -> Response[Any]:
    """End this device's session; what the browser kept of it goes too. Works for who was signed out already."""
    left = None
    if viewer := request.scope.get("user"):
        with writing(request) as session:
            left = leaving(session, request.app.state.settings, viewer)
            leave(session, viewer.session_id, viewer.person_id, clock.now())
    return see_off(request, signed_out(request, farewell_path(left)), left) if left else signed_out(request)


def signed_out(request: Request, to: str = "/sign-in") -> Response[Any]:
    """The answer that takes the cookies and the cached pages away."""
    answer = done(request, to)
    answer.set_cookie(session_cookie(request.app.state.settings, ""))
    answer.headers["clear-site-data"] = '"cache"'
    return answer


def ways(request: Request, form: Form, errors: Mapping[str, str] | None = None, *, status: int = 422, wait: int = 0, ended: bool = False) -> Response[Any]:
    """The screen with every way in, what was typed still there; `errors` by field, `wait` (seconds) until the next try when it says so, `ended` by the school here."""
    typed = {"code": form.text("code")[:LONGEST_CODE], "email": form.text("email")[:LONGEST_EMAIL], "who": form.text("who")}
    shown = {**typed, "shared": kept_off(request, form), "errors": errors or {}, "providers": offered(request.app.state.settings), "ended": ended}
    headers = {**HEADERS, "retry-after": str(wait)} if wait else HEADERS
    return page(request, "sign_in/ways_in.html", {**shown, **carried(form)}, status=status if errors else 200, headers=headers)


routes: list = [ways_in, enter_code, look_at_link, use_link, sign_out]
