"""Setting a password and its second factor at /me/password: both or neither."""

from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from typing import Any

import litestar
import msgspec
import segno
from litestar import Request, Response
from litestar.enums import MediaType
from sqlalchemy import delete as remove
from sqlalchemy.orm import Session

from server.core import clock
from server.core.audit import note
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.routes import delete, get, in_thread, post, provide_form
from server.core.sealed import hand_out, taken_back, used_up
from server.core.web import done, language, page, reading, writing
from server.people.counters import bump
from server.people.identity import confirmed, staff
from server.people.models import Person, School
from server.sign_in import password, second_factor
from server.sign_in.arrival import HEADERS
from server.sign_in.models import Password, SecondFactor
from server.sign_in.pages import LONGEST_CODE
from server.sign_in.password_pages import typed_password
from server.sign_in.sessions import end_all
from server.sign_in.telling import tell_of_change

SETUP, SETUP_LIFE = "password-setup", timedelta(minutes=30)


class Setup(msgspec.Struct, frozen=True):
    """A password that waits for its second factor. The browser carries it, sealed: nothing is kept before both are there. An empty digest leaves the password as it is."""

    person: str
    digest: str
    secret: str


@get("/me/password", guards=[staff, confirmed])
def look(request: Request) -> Response[Any]:
    """Set a password, or change the one there is."""
    return _look(request)


@litestar.post("/me/password", guards=[staff, confirmed], media_type=MediaType.HTML, status_code=200)
async def choose(request: Request) -> Response[Any]:
    """A first password goes on to its second factor; a new one replaces the old."""
    form = await provide_form(request)
    typed = typed_password(form)
    wrong, has = await in_thread(_fault, request=request, typed=typed)
    if wrong:
        return await in_thread(_look, request=request, error=wrong)
    digest = await password.digest_of(typed)
    if not has:
        return await in_thread(_factor, request=request, setup=_new_setup(request, digest))
    return await in_thread(_change, request=request, form=form, digest=digest)


@post("/me/password/factor", guards=[staff, confirmed])
def set_factor(request: Request, form: Form) -> Response[Any]:
    """The code that shows that the app has the secret: now both are kept, and the codes on paper are shown, once. Without one it begins with another app."""
    now, settings, token = clock.now(), request.app.state.settings, form.text("setup")
    told = taken_back(settings, SETUP, token, now, SETUP_LIFE)
    if not isinstance(told, dict) or told.get("person") != request.user.person_id.hex:
        return _begin_anew(request)
    setup = msgspec.convert(told, Setup)
    step = second_factor.step_of(b64decode(setup.secret), form.text("code")[:LONGEST_CODE], now)
    if step is None:
        _ = tongue(language(request))
        return _factor(request, setup, _("Deze code klopt niet. Wacht op de volgende in je app, en typ die."), token)
    codes = _keep_both(request, setup, token, step, now)
    return page(request, "sign_in/paper_codes.html", {"codes": codes}, headers=HEADERS) if codes else done(request, "/me")


@post("/me/password/paper", guards=[staff, confirmed])
def new_paper(request: Request) -> Response[Any]:
    """New codes on paper; those before stop working."""
    with writing(request) as session:
        if session.get(SecondFactor, request.user.person_id) is None:
            return done(request, "/me/password")
        person = session.get_one(Person, request.user.person_id)
        codes = second_factor.new_paper(session, person, clock.now())
        tell_of_change(session, request.app.state.settings, person, "paper-set", clock.now())
    return page(request, "sign_in/paper_codes.html", {"codes": codes}, headers=HEADERS)


@delete("/me/password", guards=[staff, confirmed])
def drop(request: Request) -> Response[Any]:
    """No password any more, and no second factor with it."""
    now = clock.now()
    with writing(request) as session:
        person = session.get_one(Person, request.user.person_id)
        if session.execute(remove(Password).where(Password.person_id == person.id).returning(Password.person_id)).first():
            note(session, person.school_id, "password-removed", now, actor=person.id, subject=person.id)
            second_factor.drop_factor(session, person, now)
            tell_of_change(session, request.app.state.settings, person, "password-removed", now)
        bump(session, person.id)
    return done(request, "/me", said="password-removed")


def _fault(request: Request, typed: str) -> tuple[str, bool]:
    """What is wrong with a new password, and whether there is one already."""
    with reading(request) as session:
        person, school = session.get_one(Person, request.user.person_id), session.get_one(School, request.user.school_id)
        own = (person.given_name, person.infix, person.family_name, person.addressed_as, person.email, person.number or "", school.name)
        return password.wrong(typed, own, tongue(language(request))), session.get(Password, person.id) is not None


def _change(request: Request, form: Form, digest: str) -> Response[Any]:
    now = clock.now()
    with writing(request) as session:
        person = session.get_one(Person, request.user.person_id)
        _keep(session, person, digest, now)
        tell_of_change(session, request.app.state.settings, person, "password-set", now)
        if "others" in form:
            end_all(session, person.id, now, by=person.id, but=request.user.session_id)
        bump(session, person.id)
    return done(request, "/me", said="password-set")


def _keep_both(request: Request, setup: Setup, token: str, step: int, now: datetime) -> list[str]:
    """Password and factor, or the factor of another app beside the password there is. Gives the codes on paper; none when this was done before."""
    settings = request.app.state.settings
    with writing(request) as session:
        person = session.get_one(Person, request.user.person_id)
        if used_up(session, settings, SETUP, token) or (not setup.digest and session.get(Password, person.id) is None):
            return []
        if setup.digest:
            _keep(session, person, setup.digest, now)
        tell_of_change(session, settings, person, "password-set" if setup.digest else "factor-set", now)
        bump(session, person.id)
        return second_factor.set_factor(session, settings, person, b64decode(setup.secret), step, now)


def _keep(session: Session, person: Person, digest: str, now: datetime) -> None:
    session.merge(Password(person_id=person.id, school_id=person.school_id, digest=digest, changed_at=now))
    note(session, person.school_id, "password-set", now, actor=person.id, subject=person.id)


def _new_setup(request: Request, digest: str) -> Setup:
    return Setup(request.user.person_id.hex, digest, b64encode(second_factor.new_factor()).decode())


def _begin_anew(request: Request) -> Response[Any]:
    with reading(request) as session:
        has = session.get(Password, request.user.person_id) is not None
    return _factor(request, _new_setup(request, "")) if has else done(request, "/me/password")


def _factor(request: Request, setup: Setup, error: str = "", token: str = "") -> Response[Any]:
    settings, secret = request.app.state.settings, b64decode(setup.secret)
    with reading(request) as session:
        person = session.get_one(Person, request.user.person_id)
    address = second_factor.address_of(secret, person.email or person.full_name, f"Spoor {request.user.school_name}")
    token = token or hand_out(settings, SETUP, msgspec.to_builtins(setup), clock.now())
    picture = segno.make(address, error="m", micro=False).svg_data_uri(border=2, light="#fff", scale=5)
    view = {"picture": picture, "address": address, "letters": second_factor.letters_of(secret), "setup": token, "error": error}
    return page(request, "sign_in/second_factor.html", view, status=422 if error else 200, headers=HEADERS)


def _look(request: Request, error: str = "") -> Response[Any]:
    with reading(request) as session:
        has = session.get(Password, request.user.person_id) is not None
        view = {"has": has, "error": error, "shortest": password.SHORTEST}
        return page(request, "sign_in/password_set.html", view, status=422 if error else 200, headers=HEADERS)


routes: list = [look, choose, set_factor, new_paper, drop]
