"""Coming in by a code that is mailed: ask for it, type it, and say at which school when the address is known at more than one."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.params import FromQuery
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core import clock
from server.core.errors import TooMany
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.limits import spend
from server.core.routes import get, post
from server.core.web import done, language, page, reading, writing
from server.people.fields import EMAIL
from server.people.identity import cookie_name
from server.people.models import Person, School
from server.settings import Settings
from server.sign_in import mail_codes
from server.sign_in.arrival import HEADERS, Arrival, arriving, carried, kept_off, way_of, welcome
from server.sign_in.invited import Answer
from server.sign_in.known import tries_key
from server.sign_in.models import CODE_LIFE
from server.sign_in.pages import LONGEST_CODE, LONGEST_EMAIL, ways

LETTERS_AN_HOUR = 20


def ticket_cookie(settings: Settings, token: str) -> Cookie:
    """The cookie that binds a mailed code to this browser; an empty token takes it away."""
    life = int(CODE_LIFE.total_seconds()) if token else 0
    return Cookie(_ticket_name(settings), value=token, max_age=life, path="/", httponly=True, secure=settings.secure, samesite="lax")


def ticket_in(request: Request) -> str:
    """The ticket that this browser carries, or empty."""
    return request.cookies.get(_ticket_name(request.app.state.settings), "")


@post("/sign-in/mail")
def send(request: Request, form: Form) -> Response[Any]:
    """Mail a code to who is known; whether anybody is, the answer does not tell."""
    now, settings, _ = clock.now(), request.app.state.settings, tongue(language(request))
    email = _invited(request, now) if form.text("again") else form.text("email")
    if len(email) > LONGEST_EMAIL or not EMAIL.fullmatch(mail_codes.normal(email)):
        return ways(request, form, {"email": _("Dit e-mailadres is niet af. Zo ziet het eruit: naam@school.nl")})
    try:
        with writing(request) as session:
            _count(request, session, email, now)
            token = mail_codes.send(session, settings, email, now, answer=_answered_before(request, email, now))
    except TooMany as slow:
        return ways(request, form, {"email": too_often(request, slow.wait)}, status=429, wait=slow.wait)
    answer = _ask(request, form, mail_codes.ticket_of(settings, token, now)) if form.text("resume_path") else done(request, _to_code(form))
    answer.set_cookie(ticket_cookie(settings, token))
    return answer


@get("/sign-in/mail")
def ask(request: Request, next: FromQuery[str] = "") -> Response[Any]:
    """Where the code is typed; who comes back from their mail finds it again."""
    ticket = mail_codes.ticket_of(request.app.state.settings, ticket_in(request), clock.now())
    return _ask(request, Form({"next": [next]}), ticket)


@post("/sign-in/mail/code")
def check(request: Request, form: Form) -> Response[Any]:
    """The code from the letter. Wrong, used, over, and never sent say the same. Tries are counted on the code: nobody's tries keep another from theirs."""
    now, settings, token, _ = clock.now(), request.app.state.settings, ticket_in(request), tongue(language(request))
    ticket = mail_codes.ticket_of(settings, token, now)
    wrong = _("Deze code werkt niet (meer). Kijk nog eens goed in de mail, of vraag een nieuwe.")
    with writing(request) as session:
        proof = mail_codes.check(session, settings, token, form.text("code")[:LONGEST_CODE], now)
        arrival = _one(request, session, form, proof, now) if proof else None
    if proof is None:
        return _ask(request, form, ticket, {"code": wrong})
    return _without_ticket(welcome(request, form, arrival) if arrival else _choose(request, form, proof, mail_codes.proved(settings, proof, now)), settings)


@post("/sign-in/mail/school")
def choose(request: Request, form: Form) -> Response[Any]:
    """At which school, for an address that is known at more than one."""
    now = clock.now()
    with writing(request) as session:
        person = mail_codes.chosen(session, request.app.state.settings, form.text("proof"), form.id("person"), now)
        arrival = arriving(request, session, person, way_of(request, form, "mail"), now)
    if arrival is None:
        _ = tongue(language(request))
        return ways(request, form, {"email": _("Dat duurde te lang. Vraag een nieuwe code.")})
    return welcome(request, form, arrival)


def too_often(request: Request, wait: int) -> str:
    """That it went wrong too often, and when to try again, in words."""
    _ = tongue(language(request))
    if wait > 90:
        return _("Dit ging te vaak achter elkaar. Probeer het over %(minutes)s minuten weer.") % {"minutes": (wait + 59) // 60}
    return _("Dit ging te vaak achter elkaar. Probeer het over %(seconds)s seconden weer.") % {"seconds": wait}


def _count(request: Request, session: Session, email: str, now: datetime) -> None:
    """Letters to one address: so many an hour and no wait that grows, and apart from them on a device where somebody came in by it before."""
    people = [person.id for person in mail_codes.people_at(session, email)]
    key = tries_key(request, "mail", mail_codes.whom(request.app.state.settings, email), people, now)
    spend(session, key, most=LETTERS_AN_HOUR, per=timedelta(hours=1), at=now)


def _answered_before(request: Request, email: str, now: datetime) -> Answer | None:
    """The yes to an invitation that still waits for a code to this address: another code takes it along."""
    ticket = mail_codes.ticket_of(request.app.state.settings, ticket_in(request), now)
    return ticket.answer if ticket and ticket.email == mail_codes.normal(email) else None


def _invited(request: Request, now: datetime) -> str:
    """The address of the invitation that was answered in this browser: its screen does not say it in full, so its form does not either."""
    ticket = mail_codes.ticket_of(request.app.state.settings, ticket_in(request), now)
    return ticket.email if ticket and ticket.answer else ""


def _one(request: Request, session: Session, form: Form, proof: mail_codes.Proof, now: datetime) -> Arrival | None:
    """In at once when there is nothing to choose."""
    if len(proof.people) > 1:
        return None
    [person] = proof.people
    return arriving(request, session, person, way_of(request, form, "mail"), now)


def _ask(request: Request, form: Form, ticket: mail_codes.Ticket | None, errors: dict[str, str] | None = None, *, status: int = 422, wait: int = 0) -> Response[Any]:
    told = {"email": ticket.shown if ticket else "", "invited": bool(ticket and ticket.answer), "formal": bool(ticket and ticket.answer)}
    view = {**told, "code": form.text("code")[:LONGEST_CODE], "shared": kept_off(request, form), "errors": errors or {}, **carried(form)}
    headers = {**HEADERS, "retry-after": str(wait)} if wait else HEADERS
    return page(request, "sign_in/mail_code.html", view, status=status if errors else 200, headers=headers)


def _choose(request: Request, form: Form, proof: mail_codes.Proof, token: str) -> Response[Any]:
    with reading(request) as session:
        view = {"people": _names(session, proof.people), "proof": token, "shared": kept_off(request, form), **carried(form)}
        return page(request, "sign_in/mail_school.html", view, headers=HEADERS)


def _names(session: Session, people: list[Person]) -> list[tuple[UUID, str, str]]:
    schools = {school.id: school.name for school in session.scalars(select(School).where(School.id.in_([person.school_id for person in people])))}
    return [(person.id, schools[person.school_id], person.full_name) for person in people]


def _to_code(form: Form) -> str:
    next = carried(form)["next"]
    return f"/sign-in/mail?next={quote(next, safe='')}" if next else "/sign-in/mail"


def _without_ticket(answer: Response[Any], settings: Settings) -> Response[Any]:
    answer.set_cookie(ticket_cookie(settings, ""))
    return answer


def _ticket_name(settings: Settings) -> str:
    return f"{cookie_name(settings)}-mail"


routes: list = [send, ask, check, choose]
