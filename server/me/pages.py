"""`/me`: who I am here, my devices, language and look. `/help`: somebody to talk to; that anybody looked is noted nowhere."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath
from sqlalchemy import update

from server.core import clock
from server.core.errors import Invalid, NotFound, Unconfirmed
from server.core.forms import Form
from server.core.i18n import LANGUAGES
from server.core.limits import spend
from server.core.routes import delete, get, post
from server.core.web import done, page, reading, writing
from server.me import queries
from server.me.key import show_key
from server.people.counters import bump
from server.people.identity import confirmed, has_confirmed, signed_in, student
from server.people.models import DEPTHS, TEXT_SIZES, Person
from server.push.queries import device
from server.sign_in.entry import leave
from server.sign_in.links import make_code
from server.sign_in.pages import signed_out
from server.sign_in.provider_queries import accounts
from server.sign_in.sessions import end_all

CODES_AN_HOUR = 5
THEMES = ("auto", "light", "dark")


@get("/me", guards=[signed_in])
def me(request: Request) -> Response[Any]:
    """Who you are here, your devices, reminders, the app, language, look."""
    with reading(request) as session:
        view = {"me": queries.me(session, request.user, clock.now()), "push": device(session, request), "accounts": accounts(session, request.user, request.app.state.settings)}
        return page(request, "me/me.html", view)


@delete("/me/sessions/{session_id:uuid}", guards=[signed_in])
def end_session(request: Request, session_id: FromPath[UUID]) -> Response[Any]:
    """Sign out one of your own devices; the one in your hand too."""
    with writing(request) as session:
        if not leave(session, session_id, request.user.person_id, clock.now()):
            raise NotFound
    return signed_out(request) if session_id == request.user.session_id else done(request, "/me", said="device-ended")


@delete("/me/sessions", guards=[signed_in, confirmed])
def end_others(request: Request) -> Response[Any]:
    """Sign out all your devices but the one in your hand."""
    with writing(request) as session:
        end_all(session, request.user.person_id, clock.now(), by=request.user.person_id, but=request.user.session_id)
    return done(request, "/me", said="devices-ended")


@post("/me/codes", guards=[signed_in])
def make(request: Request) -> Response[Any]:
    """A code for another device: shown once, valid ten minutes, five an hour.

    An employee shows first that it is them: the code binds a school account to them too, and theirs opens more than their own pages.
    """
    if request.user.is_staff and not has_confirmed(request.user, clock.now()):
        raise Unconfirmed
    with writing(request) as session:
        spend(session, f"codes:{request.user.person_id}", most=CODES_AN_HOUR, per=timedelta(hours=1), at=clock.now())
        code = make_code(session, request.user.person_id, request.user.school_id, clock.now())
    return page(request, "me/code.html", {"code": code, "address": request.app.state.settings.base_url}, headers={"cache-control": "no-store"})


@post("/me/language", guards=[signed_in])
def set_language(request: Request, form: Form) -> Response[Any]:
    """Dutch or English, on every device."""
    return _keep(request, language=_known(form.text("language"), LANGUAGES))


@post("/me/theme", guards=[signed_in])
def set_theme(request: Request, form: Form) -> Response[Any]:
    """Light, dark, or as the device has it."""
    return _keep(request, theme=_known(form.text("theme"), THEMES))


@post("/me/reading", guards=[signed_in])
def set_reading(request: Request, form: Form) -> Response[Any]:
    """How large the letters are, how calm the pages, and for a student whether pictures come first: on every device."""
    return _keep(request, text_size=_known(form.text("text_size"), TEXT_SIZES), calm=form.text("calm") == "1", pictures=request.user.is_student and form.text("pictures") == "1")


@post("/me/depth", guards=[student])
def set_depth(request: Request, form: Form) -> Response[Any]:
    """How much a student wants to be asked about an experience, whatever their group is asked."""
    return _keep(request, depth=_known(form.text("depth"), DEPTHS))


@get("/help", guards=[signed_in])
def talk(request: Request) -> Response[Any]:
    """Somebody to talk to: the school's own person first."""
    with reading(request) as session:
        return page(request, "me/help.html", {"trusted": queries.trusted(session, request.user)})


def _known(chosen: str, known: tuple[str, ...]) -> str:
    if chosen not in known:
        raise Invalid
    return chosen


def _keep(request: Request, **settings: Any) -> Response[Any]:
    """These settings of the viewer, from now on; every page of theirs counts as changed."""
    with writing(request) as session:
        session.execute(update(Person).where(Person.id == request.user.person_id).values(settings))
        bump(session, request.user.person_id)
    return done(request, "/me", said="saved")


routes: list = [me, show_key, end_session, end_others, make, set_language, set_theme, set_reading, set_depth, talk]
