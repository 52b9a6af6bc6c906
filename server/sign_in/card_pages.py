"""Login cards: the screen to come in by one, and those on which a keeper or a mentor prints and revokes them.

What is on a card stands behind the `#` of its address (`/sign-in/card#CODE`): browsers keep that part to themselves. A card is good for years, so its code
must not lie in the log of a proxy, in a preview or in what a chat makes of a link, as a secret in the path would. A script puts it in the field; without one
the code is typed.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import litestar
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery
from sqlalchemy.orm import Session

from server.core import clock
from server.core.errors import found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.paper import file_name
from server.core.routes import delete, get, in_thread, post, provide_form
from server.core.web import done, language, page, reading, writing
from server.people import access
from server.people.identity import confirmed, keeper, staff
from server.people.models import Group, Person
from server.sign_in import card_queries
from server.sign_in.arrival import HEADERS, arrived, carried, device_name, welcome
from server.sign_in.card_sheet import Sheet, drawn, plan_sheet
from server.sign_in.cards import LENGTH, by_card, card_for, make_cards, revoke, states

LONGEST_CODE = 120
Chosen = Callable[[Session], tuple[Sequence[Person], str]]
"""Whose cards, and what the sheet and its file are called."""

_PRINTS: dict[str, Any] = {"media_type": MediaType.HTML, "status_code": 200}


@get("/sign-in/card")
def look(request: Request, next: FromQuery[str] = "") -> Response[Any]:
    """Scan the card, or type its code."""
    return _form(request, Form({"next": [next]}))


@post("/sign-in/card")
def use(request: Request, form: Form) -> Response[Any]:
    """Come in by a card. Unknown, revoked and somebody's who left say the same."""
    with writing(request) as session:
        card = card_for(session, form.text("code")[:LONGEST_CODE])
        entry = by_card(session, card, request.scope.get("user"), device_name(request), clock.now(), shared="shared" in form) if card else None
        arrival = arrived(request, session, entry, card.person_id) if card else None
    if arrival is None:
        _, typed = tongue(language(request)), sum(letter.isalnum() for letter in form.text("code")[:LONGEST_CODE])
        short = _("Op je kaart staan %(most)s letters en cijfers. Dit zijn er %(typed)s.") % {"most": LENGTH, "typed": typed}
        wrong = _("Deze code werkt niet (meer). Kijk nog eens goed. Of vraag je mentor om een nieuwe kaart.")
        return _form(request, form, {"code": wrong if typed == LENGTH else short})
    return welcome(request, form, arrival)


@get("/school/people/{person_id:uuid}/card", guards=[staff])
def one(request: Request, person_id: FromPath[UUID]) -> Response[Any]:
    """The card of one student: whether there is one and whether it was used; print another, revoke it."""
    with reading(request) as session:
        student = found(session.scalar(access.pupils(request.user).where(Person.id == person_id)))
        return page(request, "sign_in/card_of.html", {"student": student, "card": states(session, [student.id]).get(student.id)})


@litestar.post("/school/people/{person_id:uuid}/card", guards=[staff, confirmed], **_PRINTS)
async def print_one(request: Request, person_id: FromPath[UUID]) -> Response[Any]:
    """A fresh card for one student, as a sheet to print. The card they had stops working; their devices stay signed in."""

    def chosen(session: Session) -> tuple[Sequence[Person], str]:
        student = found(session.scalar(access.pupils(request.user).where(Person.id == person_id)))
        return [student], student.full_name

    return await _printed(request, chosen, back=f"/school/people/{person_id}/card")


@delete("/school/people/{person_id:uuid}/card", guards=[staff])
def take_back(request: Request, person_id: FromPath[UUID], form: Form) -> Response[Any]:
    """Revoke a card, and the student's devices too when asked. Asks nothing more: who reports a lost card must not have to wait."""
    with writing(request) as session:
        student = found(session.scalar(access.pupils(request.user).where(Person.id == person_id).with_for_update()))
        revoke(session, student, by=request.user.person_id, at=clock.now(), devices_too="devices" in form)
    return done(request, f"/school/people/{person_id}/card", said="card-revoked")


@get("/school/groups/{group_id:uuid}/cards", guards=[staff])
def group(request: Request, group_id: FromPath[UUID]) -> Response[Any]:
    """The cards of a group: who has one, who used it."""
    with reading(request) as session:
        shown = found(session.scalar(access.pupil_groups(request.user).where(Group.id == group_id)))
        return page(request, "sign_in/cards_of_group.html", {"group": shown, "pupils": card_queries.of_group(session, request.user, shown)})


@litestar.post("/school/groups/{group_id:uuid}/cards", guards=[staff, confirmed], **_PRINTS)
async def print_group(request: Request, group_id: FromPath[UUID]) -> Response[Any]:
    """Fresh cards for who has none in a group, or for everybody in it."""
    everybody = (await provide_form(request)).text("everybody") != ""

    def chosen(session: Session) -> tuple[Sequence[Person], str]:
        shown = found(session.scalar(access.pupil_groups(request.user).where(Group.id == group_id)))
        return card_queries.to_print(session, request.user, everybody=everybody, group=shown), shown.name

    return await _printed(request, chosen, back=f"/school/groups/{group_id}/cards")


@get("/school/cards", guards=[keeper])
def school(request: Request) -> Response[Any]:
    """The cards of the whole school, group by group."""
    with reading(request) as session:
        return page(request, "sign_in/cards_of_school.html", {"groups": card_queries.of_school(session, request.user)})


@litestar.post("/school/cards", guards=[keeper, confirmed], **_PRINTS)
async def print_school(request: Request) -> Response[Any]:
    """Fresh cards for who has none in the whole school, or for everybody; a group each on pages of its own."""
    everybody = (await provide_form(request)).text("everybody") != ""

    def chosen(session: Session) -> tuple[Sequence[Person], str]:
        return card_queries.to_print(session, request.user, everybody=everybody), request.user.school_name

    return await _printed(request, chosen, back="/school/cards")


async def _printed(request: Request, chosen: Chosen, *, back: str) -> Response[Any]:
    """Choose, draw, and only then store: a sheet that could not be drawn changes nobody's card. What was drawn is given once."""
    now, settings = clock.now(), request.app.state.settings
    sheet = await in_thread(_planned, request=request, chosen=chosen)
    if sheet is None:
        return done(request, back, said="nothing-changed")
    made = await drawn(sheet, settings.base_url, now)
    await in_thread(_stored, request=request, sheet=sheet)
    headers = {"cache-control": "no-store", "content-disposition": f'inline; filename="{file_name(sheet.title)}"'}
    return Response(made, media_type="application/pdf", headers=headers)


def _planned(request: Request, chosen: Chosen) -> Sheet | None:
    lang, _ = language(request), tongue(language(request))
    with reading(request) as session:
        people, name = chosen(session)
        return plan_sheet(session, people, title=_("Inlogkaarten: %(name)s") % {"name": name}, language=lang, school=request.user.school_name) if people else None


def _stored(request: Request, sheet: Sheet) -> None:
    with writing(request) as session:
        make_cards(session, sheet.codes, request.user.school_id, made_by=request.user.person_id, at=clock.now())


def _form(request: Request, form: Form, errors: dict[str, str] | None = None) -> Response[Any]:
    view = {"code": form.text("code")[:LONGEST_CODE], "shared": "shared" in form, "errors": errors or {}, "origin": request.app.state.settings.origin, **carried(form)}
    return page(request, "sign_in/card.html", view, status=422 if errors else 200, headers=HEADERS)


routes: list = [look, use, one, print_one, take_back, group, print_group, school, print_school]
