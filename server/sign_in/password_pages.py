"""Coming in by a password and its second factor: for employees only, and only when nothing else will do."""

from datetime import datetime
from typing import Any
from uuid import UUID

import litestar
import msgspec
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.params import FromQuery
from sqlalchemy import func, select
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
from server.sign_in.arrival import HEADERS, Arrival, arriving, carried, kept_off, way_of, welcome
from server.sign_in.known import is_known, tries_key
from server.sign_in.mail_code_pages import too_often
from server.sign_in.models import Password
from server.sign_in.pages import LONGEST_CODE, LONGEST_EMAIL
from server.sign_in.unknown import put_on_record

MOST_AT_ONE = 8
"""So many passwords at one address are tried, the first people's: whoever gets an address that somebody has shuts them out of nothing."""


class Tried(msgspec.Struct, frozen=True):
    """The passwords at an address, and by what its tries are counted. They are as many as at the address that has most: how many are whose shows in no work."""

    tries: str
    people: list[UUID | None]
    digests: list[str | None]
    known: bool
    """Whether one of them came in before on this device."""


@get("/sign-in/password")
def ask(request: Request, next: FromQuery[str] = "") -> Response[Any]:
    """Address, password and code on one screen: which of them is wrong is not told."""
    return _ask(request, Form({"next": [next]}))


@litestar.post("/sign-in/password", media_type=MediaType.HTML, status_code=200)
async def enter_by_password(request: Request) -> Response[Any]:
    """All three are right, or nobody is let in; the same answer and the same work for who is not known."""
    form, now = await provide_form(request), clock.now()
    try:
        tried = await in_thread(_tried, request=request, form=form, now=now)
    except TooMany as slow:
        return await in_thread(_ask, request=request, form=form, wrong=too_often(request, slow.wait), wait=slow.wait)
    typed = typed_password(form)
    right = await password.fits(tried.digests, typed, known=tried.known)
    dated = any(fit and digest and password.is_dated(digest) for fit, digest in zip(right, tried.digests, strict=True))
    anew = await password.digest_of(typed) if dated else ""
    return await in_thread(_let_in, request=request, form=form, tried=tried, right=right, anew=anew, now=now)


def _tried(request: Request, form: Form, now: datetime) -> Tried:
    email = form.text("email")[: LONGEST_EMAIL + 1]
    kept = select(Person.id, Password.digest).join(Password, Password.person_id == Person.id).order_by(Person.created_at, Person.id)
    with writing(request) as session:
        rows = session.execute(kept.where(mail_codes.at_address(email, ("staff",))).limit(MOST_AT_ONE)).all()
        people = [row.id for row in rows]
        places = max(_most_at_one(session), len(rows))
        tries = tries_key(request, "password", mail_codes.whom(request.app.state.settings, email), people, now)
        count_try(session, tries, now)
    spare = [None] * (places - len(rows))
    return Tried(tries, [*people, *spare], [*(row.digest for row in rows), *spare], is_known(request, people, now))


def _most_at_one(session: Session) -> int:
    """How many passwords there are at the address that has most: one, unless somebody works at two schools here."""
    at_each = select(func.count().label("times")).select_from(Password).join(Person, Person.id == Password.person_id).where(Person.archived_at.is_(None))
    counted = at_each.group_by(func.lower(Person.email)).subquery()
    return min(session.scalar(select(func.max(counted.c.times))) or 1, MOST_AT_ONE)


def _let_in(request: Request, form: Form, tried: Tried, right: list[bool], anew: str, now: datetime) -> Response[Any]:
    with writing(request) as session:
        person = _who(session, request, form, tried, right, now)
        arrival = _arrive(request, session, form, tried, person, anew, now) if person else None
        for place, person_id in enumerate(tried.people if arrival is None else []):
            put_on_record(session, f"{tried.tries}:{place}", session.get(Person, person_id or second_factor.NOBODY), "password", now)
    if arrival is None:
        _ = tongue(language(request))
        return _ask(request, form, wrong=_("Er klopt iets niet: het adres, het wachtwoord of de code. Kijk het na en probeer het nog eens."))
    return welcome(request, form, arrival)


def _who(session: Session, request: Request, form: Form, tried: Tried, right: list[bool], now: datetime) -> Person | None:
    """Whose password and whose code it is: as many are asked whatever the answer is, and the first who fits is the one."""
    who, settings, code = None, request.app.state.settings, form.text("code")[:LONGEST_CODE]
    for person_id, fit in zip(tried.people, right, strict=True):
        if second_factor.use_factor(session, settings, person_id if fit and who is None else None, code, now):
            who = person_id
    return session.get(Person, who or second_factor.NOBODY)


def _arrive(request: Request, session: Session, form: Form, tried: Tried, person: Person, anew: str, now: datetime) -> Arrival | None:
    """In. The next tries are free again where nobody else has this address: another's coming in frees no tries at theirs."""
    if sum(one is not None for one in tried.people) == 1:
        forgive(session, tried.tries)
    if anew:
        session.get_one(Password, person.id).digest = anew
    return arriving(request, session, person, way_of(request, form, "password"), now)


def _ask(request: Request, form: Form, wrong: str = "", wait: int = 0) -> Response[Any]:
    view = {"email": form.text("email")[:LONGEST_EMAIL], "shared": kept_off(request, form), "wrong": wrong, **carried(form)}
    headers = {**HEADERS, "retry-after": str(wait)} if wait else HEADERS
    return page(request, "sign_in/password.html", view, status=429 if wait else 422 if wrong else 200, headers=headers)


def typed_password(form: Form) -> str:
    """As it was typed, spaces at its ends too."""
    return (form.all("password") or [""])[0][: password.LONGEST + 1]


routes: list = [ask, enter_by_password]
