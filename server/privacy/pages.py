"""`/me/record`: who looked at mine. `/school/record`: what the school did, whether the record is whole, and all of it as a file."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromQuery

from server.core import clock
from server.core.audit import note
from server.core.errors import NotFound
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.ids import parse_id
from server.core.routes import get, post
from server.core.web import language, page, reading, writing
from server.people.identity import confirmed, keeper, signed_in
from server.privacy import export, queries
from server.privacy.queries import SORTS, Wanted


@get("/me/record", guards=[signed_in])
def mine(request: Request, before: FromQuery[str] = "") -> Response[Any]:
    """What is on record about me: who looked, how somebody came in as me, and what was done. Guardians have none."""
    if request.user.is_guardian:
        raise NotFound
    with reading(request) as session:
        entries, older = queries.mine(session, request.user, _number(before))
        looks = queries.looks(session, request.user) if request.user.is_student and not before else []
        return page(request, "privacy/mine.html", {"entries": entries, "older": older, "looks": looks, "first_page": not before})


@get("/school/record", guards=[keeper])
def school(
    request: Request, sort: FromQuery[str] = "", person: FromQuery[str] = "", first: FromQuery[str] = "", last: FromQuery[str] = "", before: FromQuery[str] = ""
) -> Response[Any]:
    """What the school did, to look through by sort, person and period."""
    wanted = _wanted(sort, parse_id(person), first, last, _number(before))
    with reading(request) as session:
        entries, older = queries.of_school(session, request.user, wanted)
        name = queries.named(session, request.user, wanted.person_id) if wanted.person_id else None
        view = {"acts": queries.at_once(entries), "older": older, "wanted": wanted, "person": name, "sorts": list(SORTS), "asked": _asked(wanted)}
        return page(request, "privacy/school.html", view)


@get("/school/record/verification", guards=[keeper])
def verify(request: Request) -> Response[Any]:
    """Whether every entry is as it was written, and none is missing."""
    with reading(request) as session:
        return page(request, "privacy/verification.html", {"chain": queries.chain(session, request.user)})


@post("/school/record/export", guards=[keeper, confirmed])
def take_along(request: Request, form: Form) -> Response[Any]:
    """All of what was looked for as a file for a spreadsheet; that it was taken is on record itself."""
    viewer, wanted = request.user, _wanted(form.text("sort"), form.id("person"), form.text("first"), form.text("last"), None)
    with writing(request) as session:
        entries = queries.all_of_school(session, viewer, wanted)
        note(session, viewer.school_id, "exported", clock.now(), actor=viewer.person_id, what="record", rows=len(entries))
    made = export.sheet(entries, viewer.zone, tongue(language(request)))
    headers = {"content-disposition": f'attachment; filename="spoor-{clock.local(clock.now(), viewer.zone):%Y-%m-%d}.csv"', "cache-control": "no-store"}
    return Response(made, media_type="text/csv", headers=headers)


def _wanted(sort: str, person_id: UUID | None, first: str, last: str, before: int | None) -> Wanted:
    """What cannot be read is not looked for."""
    return Wanted(sort=sort if sort in SORTS else "", person_id=person_id, first=_date(first), last=_date(last), before=before)


def _asked(wanted: Wanted) -> str:
    """The same question for the next page."""
    told = {"sort": wanted.sort, "person": wanted.person_id or "", "first": wanted.first or "", "last": wanted.last or ""}
    return urlencode({name: str(value) for name, value in told.items() if value})


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 3000 else None


routes: list = [mine, school, verify, take_along]
