"""Coming in with a passkey, and having them: made at /me, named, looked at, taken away. For employees only."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core import clock
from server.core.errors import found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.routes import delete, get, post
from server.core.web import done, language, page, reading, told, writing
from server.people.counters import bump
from server.people.identity import confirmed, staff
from server.people.models import Person
from server.sign_in import passkey
from server.sign_in.arrival import HEADERS, arriving, device_name, way_of, welcome
from server.sign_in.models import Passkey
from server.sign_in.pages import ways
from server.sign_in.sessions import end_all
from server.sign_in.telling import tell_of_change

LONGEST_NAME = 60


@post("/sign-in/passkey/challenge")
def challenge(request: Request) -> Response[Any]:
    """What the browser is asked, for a script; nothing is kept of it."""
    return _asked(request, passkey.ask_to_come_in(request.app.state.settings, clock.now()))


@post("/sign-in/passkey")
def enter_by_passkey(request: Request, form: Form) -> Response[Any]:
    """Let in who signed the challenge. Whatever is wrong is told in the same words."""
    now, settings = clock.now(), request.app.state.settings
    with writing(request) as session:
        person = passkey.person_by(session, settings, form.text("credential"), form.text("ticket"), now)
        arrival = arriving(request, session, person, way_of(request, form, "passkey"), now)
    if arrival is None:
        _ = tongue(language(request))
        return ways(request, form, {"passkey": _("Dat lukte niet met deze passkey. Probeer het nog eens, of kies een andere manier.")})
    return welcome(request, form, arrival)


@get("/me/passkeys/new", guards=[staff, confirmed])
def ask(request: Request) -> Response[Any]:
    """What a passkey is, and the button that makes one."""
    return _ask(request, Form({"name": [device_name(request).removesuffix("?")]}))


@post("/me/passkeys/challenge", guards=[staff, confirmed])
def challenge_new(request: Request) -> Response[Any]:
    """What the browser is asked to make one, for a script."""
    with reading(request) as session:
        person = session.get_one(Person, request.user.person_id)
        return _asked(request, passkey.ask_to_make(request.app.state.settings, person, passkey.owned(session, person.id), clock.now()))


@post("/me/passkeys", guards=[staff, confirmed])
def add(request: Request, form: Form) -> Response[Any]:
    """Keep a passkey that was made just now."""
    name = " ".join(form.text("name").split())[:LONGEST_NAME] or "Passkey"
    with writing(request) as session:
        person = session.get_one(Person, request.user.person_id)
        made = passkey.add(session, request.app.state.settings, person, form.text("credential"), form.text("ticket"), name, clock.now())
        if made is not None:
            tell_of_change(session, request.app.state.settings, person, "passkey-added", clock.now())
        bump(session, person.id)
    if made is None:
        _ = tongue(language(request))
        return _ask(request, form, _("Dat lukte niet. Probeer het nog eens. Misschien heeft dit apparaat al een passkey van jou."))
    return done(request, "/me", said="passkey-added")


@get("/me/passkeys/{passkey_id:uuid}", guards=[staff, confirmed])
def look(request: Request, passkey_id: FromPath[UUID]) -> Response[Any]:
    """One of them: since when, when it was last used, and the way to take it away."""
    with reading(request) as session:
        return page(request, "sign_in/passkey.html", {"passkey": _own(session, request, passkey_id)}, headers=HEADERS)


@delete("/me/passkeys/{passkey_id:uuid}", guards=[staff, confirmed])
def drop(request: Request, form: Form, passkey_id: FromPath[UUID]) -> Response[Any]:
    """Take it away; and, when asked, sign out everywhere else: whoever had the device may be in."""
    with writing(request) as session:
        passkey.drop(session, _own(session, request, passkey_id), clock.now())
        tell_of_change(session, request.app.state.settings, session.get_one(Person, request.user.person_id), "passkey-removed", clock.now())
        if "others" in form:
            end_all(session, request.user.person_id, clock.now(), by=request.user.person_id, but=request.user.session_id)
        bump(session, request.user.person_id)
    return done(request, "/me", said="passkey-removed")


def _own(session: Session, request: Request, passkey_id: UUID) -> Passkey:
    return found(session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == request.user.person_id)))


def _ask(request: Request, form: Form, error: str = "") -> Response[Any]:
    view = {"form": {"name": form.text("name")[:LONGEST_NAME]}, "error": error}
    return page(request, "sign_in/passkey_new.html", view, status=422 if error else 200, headers=HEADERS)


def _asked(request: Request, asked: passkey.Asked) -> Response[bytes]:
    answer = told(request, {"publicKey": asked.public_key, "ticket": asked.ticket})
    answer.headers["cache-control"] = "no-store"
    return answer


routes: list = [challenge, enter_by_passkey, ask, challenge_new, add, look, drop]
