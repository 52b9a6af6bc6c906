"""Coming in by a password and its second factor: for employees only, and only when nothing else will do."""

from datetime import datetime
from typing import Any
from uuid import UUID

import litestar
import msgspec
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.params import FromQuery
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core import clock
from server.core.errors import TooMany
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.routes import get, in_thread, provide_form
from server.core.slowing import count_try, forgive
from server.core.web import language, page, writing
from server.people.models import Person
from server.sign_in import mail_codes, password, second_factor
from server.sign_in.arrival import HEADERS, Arrival, arrived, carried, kept_off, way_of, welcome
from server.sign_in.entry import enter
from server.sign_in.known import tries_key
from server.sign_in.mail_code_pages import too_often
from server.sign_in.models import Password
from server.sign_in.pages import LONGEST_CODE, LONGEST_EMAIL
from server.sign_in.unknown import put_on_record


class Account(msgspec.Struct, frozen=True):
    """A password at an address, and by what its tries are counted."""

    tries: str
    person_id: UUID | None
    digest: str | None


@get("/sign-in/password")
def ask(request: Request, next: FromQuery[str] = "") -> Response[Any]:
    """Address, password and code on one screen: which of them is wrong is not told."""
    return _ask(request, Form({"next": [next]}))


@litestar.post("/sign-in/password", media_type=MediaType.HTML, status_code=200)
async def enter_by_password(request: Request) -> Response[Any]:
    """All three are right, or nobody is let in; the same answer and the same work for who is not known."""
    form, now = await provide_form(request), clock.now()
    try:
        account = await in_thread(_account, request=request, form=form, now=now)
    except TooMany as slow:
        return await in_thread(_ask, request=request, form=form, wrong=too_often(request, slow.wait), wait=slow.wait)
    typed = typed_password(form)
    right = await password.fits(account.digest, typed)
    anew = await password.digest_of(typed) if right and account.digest and password.is_dated(account.digest) else ""
    return await in_thread(_let_in, request=request, form=form, account=account, right=right, anew=anew, now=now)


def _account(request: Request, form: Form, now: datetime) -> Account:
    email = form.text("email")[: LONGEST_EMAIL + 1]
    with writing(request) as session:
        theirs = mail_codes.at_address(email, ("staff",))
        row = session.execute(
            select(Person.id, Password.digest).join(Password, Password.person_id == Person.id).where(theirs).order_by(Password.changed_at.desc()).limit(1)
        ).first()
        tries = tries_key(request, "password", mail_codes.whom(request.app.state.settings, email), [row.id] if row else [], now)
        count_try(session, tries, now)
    return Account(tries, row.id if row else None, row.digest if row else None)


def _let_in(request: Request, form: Form, account: Account, right: bool, anew: str, now: datetime) -> Response[Any]:
    with writing(request) as session:
        whole = second_factor.use_factor(session, request.app.state.settings, account.person_id if right else None, form.text("code")[:LONGEST_CODE], now)
        person = session.get(Person, account.person_id or second_factor.NOBODY)
        arrival = _arrive(request, session, form, account, anew, now) if right and whole else None
        if arrival is None:
            put_on_record(session, account.tries, person, "password", now)
    if arrival is None:
        _ = tongue(language(request))
        return _ask(request, form, wrong=_("Er klopt iets niet: het adres, het wachtwoord of de code. Kijk het na en probeer het nog eens."))
    return welcome(request, form, arrival)


def _arrive(request: Request, session: Session, form: Form, account: Account, anew: str, now: datetime) -> Arrival | None:
    forgive(session, account.tries)
    person = session.get_one(Person, account.person_id)
    if anew:
        session.get_one(Password, person.id).digest = anew
    return arrived(request, session, enter(session, person, request.scope.get("user"), way_of(request, form, "password"), now), person.id)


def _ask(request: Request, form: Form, wrong: str = "", wait: int = 0) -> Response[Any]:
    view = {"email": form.text("email")[:LONGEST_EMAIL], "shared": kept_off(request, form), "wrong": wrong, **carried(form)}
    headers = {**HEADERS, "retry-after": str(wait)} if wait else HEADERS
    return page(request, "sign_in/password.html", view, status=429 if wait else 422 if wrong else 200, headers=headers)


def typed_password(form: Form) -> str:
    """As it was typed, spaces at its ends too."""
    return (form.all("password") or [""])[0][: password.LONGEST + 1]


routes: list = [ask, enter_by_password]
