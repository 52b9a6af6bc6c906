"""Screens to come in by and to leave by. A link's GET shows a button, only the POST uses it up: previews open links."""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.params import FromPath, FromQuery

from server.core import clock
from server.core.failures import readable
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.limits import spend
from server.core.routes import get, post
from server.core.security import hashed, local_path
from server.core.web import done, language, page, reading, writing
from server.people.identity import cookie_name, session_cookie
from server.people.models import Person, School
from server.sign_in.entry import Entry, by_link, device_of, leave, was_here
from server.sign_in.links import link_for, link_for_code, selector_of
from server.sign_in.models import CODE_LIFE

TRIES = 20
HEADERS = {"cache-control": "no-store", "referrer-policy": "strict-origin"}
"""A page whose address is a secret says only our origin onward. With `no-referrer` browsers send `Origin: null` along with its
form, and over plain http, where `Sec-Fetch-Site` is absent, nobody could tell our form from another site's."""


@get("/sign-in")
def ways_in(request: Request, next: FromQuery[str] = "") -> Response[Any]:
    """The ways in: the link on paper, the code from another device."""
    return _ways_in(request, Form({"next": [next]}), {})


@post("/sign-in")
def enter_code(request: Request, form: Form) -> Response[Any]:
    """A code from another device. Unknown, expired and used say the same; wrong tries count though nobody comes in."""
    now, code = clock.now(), form.text("code")[:40]
    with writing(request) as session:
        spend(session, f"code:{hashed(selector_of(code))}", most=TRIES, per=CODE_LIFE, at=now)
    with writing(request) as session:
        link = link_for_code(session, code, now)
        entry = by_link(session, link, request.scope.get("user"), _device(request), now, shared="shared" in form) if link else None
        before = was_here(session, request.cookies.get(cookie_name(request.app.state.settings), ""), link.person_id) if link else False
    if entry is None:
        _ = tongue(language(request))
        return _ways_in(request, form, {"code": _("Deze code werkt niet (meer). Kijk nog eens goed, of maak een nieuwe.")})
    if before and (path := local_path(form.text("resume_path"))):
        return _in(request, _resumed(request, path, form.text("resume_fields")), entry)
    return _in(request, done(request, local_path(form.text("next")) or "/"), entry)


@get("/sign-in/{secret:str}")
def look_at_link(request: Request, secret: FromPath[str], next: FromQuery[str] = "") -> Response[Any]:
    """Who the link is for, by given name only, and one button; it stays unused."""
    with reading(request) as session:
        link = link_for(session, secret, clock.now())
        if link is None:
            return page(request, "sign_in/ended.html", status=404, headers=HEADERS)
        person, school, viewer = session.get_one(Person, link.person_id), session.get_one(School, link.school_id), request.scope.get("user")
        other = viewer.full_name if viewer and viewer.person_id != person.id else ""
        view = {"name": person.given_name, "school": school.name, "other": other, "next": local_path(next)}
        return page(request, "sign_in/link.html", view, headers=HEADERS)


@post("/sign-in/{secret:str}")
def use_link(request: Request, secret: FromPath[str], form: Form) -> Response[Any]:
    """Let the person of this link in, and use it up."""
    now = clock.now()
    with writing(request) as session:
        link = link_for(session, secret, now)
        entry = by_link(session, link, request.scope.get("user"), _device(request), now, shared="shared" in form) if link else None
    if entry is None:
        return page(request, "sign_in/ended.html", status=404, headers=HEADERS)
    return _in(request, done(request, local_path(form.text("next")) or "/"), entry)


@post("/sign-out")
def sign_out(request: Request) -> Response[Any]:
    """End this device's session; what the browser kept of it goes too. Works for who was signed out already."""
    if viewer := request.scope.get("user"):
        with writing(request) as session:
            leave(session, viewer.session_id, viewer.person_id, clock.now())
    return signed_out(request)


def signed_out(request: Request) -> Response[Any]:
    """The answer that takes the cookies and the cached pages away."""
    answer = done(request, "/sign-in")
    answer.set_cookie(session_cookie(request.app.state.settings, ""))
    answer.headers["clear-site-data"] = '"cache"'
    return answer


def _ways_in(request: Request, form: Form, errors: dict[str, str]) -> Response[Any]:
    kept = {"next": local_path(form.text("next")), "resume_path": local_path(form.text("resume_path")), "resume_fields": form.text("resume_fields")}
    view = {"code": form.text("code")[:40], "shared": "shared" in form, "errors": errors, **kept}
    return page(request, "sign_in/ways_in.html", view, status=422 if errors else 200, headers=HEADERS)


def _resumed(request: Request, path: str, sent: str) -> Response[Any]:
    try:
        typed = msgspec.json.decode(sent, type=list[tuple[str, str]])
    except msgspec.DecodeError:
        typed = []
    return page(request, "sign_in/resume.html", {"resume_path": path, "typed": typed, "texts": readable(typed)}, headers=HEADERS)


def _in(request: Request, answer: Response[Any], entry: Entry) -> Response[Any]:
    """The answer with the cookie of a device that was let in; what the browser kept of the session before it goes."""
    if entry.token:
        answer.set_cookie(session_cookie(request.app.state.settings, entry.token, shared=entry.shared))
    if entry.switched:
        answer.headers["clear-site-data"] = '"cache"'
    return answer


def _device(request: Request) -> str:
    return device_of(request.headers.get("user-agent", ""))


routes: list = [ways_in, enter_code, look_at_link, use_link, sign_out]
