"""Who stands in for whom: the list, a new one, and ending one early."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, FromQuery
from sqlalchemy.orm import Session

from server.core import clock
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.ids import new_id
from server.core.routes import delete, get, post
from server.core.web import done, language, page, reading, writing
from server.people.identity import confirmed, coordinator
from server.school import covering, queries


@get("/school/cover", guards=[coordinator])
def index(request: Request, mentor: FromQuery[UUID | None] = None) -> Response[Any]:
    """Who stands in for whom, and a form for one more."""
    today = clock.local(clock.now(), request.user.zone).date().isoformat()
    with reading(request) as session:
        return _shown(request, session, {"mentor": str(mentor or ""), "colleague": "", "starts_on": today, "ends_on": ""})


@post("/school/cover", guards=[coordinator, confirmed])
def give(request: Request, form: Form) -> Response[Any]:
    """Let a colleague hold a mentor's talks for a time."""
    now, _ = clock.now(), tongue(language(request))
    wish, errors = covering.read_cover(form, clock.local(now, request.user.zone).date(), _)
    told = {name: form.text(name) for name in covering.FIELDS}
    with writing(request) as session:
        if wish is None:
            return _shown(request, session, told, form.id("id"), errors, 422)
        try:
            covering.give(session, request.user, form.id("id") or new_id(), wish, now)
        except covering.Taken:
            taken = {"starts_on": _("Op deze dagen vervangt al iemand deze mentor. Beëindig dat eerst.")}
            return _shown(request, session, told, form.id("id"), taken, 409)
    return done(request, "/school/cover", said="saved")


@delete("/school/cover/{cover_id:uuid}", guards=[coordinator])
def end(request: Request, cover_id: FromPath[UUID]) -> Response[Any]:
    """The mentor is back."""
    with writing(request) as session:
        covering.end(session, request.user, cover_id, clock.now())
    return done(request, "/school/cover", said="cover-ended")


def _shown(request: Request, session: Session, told: dict[str, str], id: UUID | None = None, errors: dict[str, str] | None = None, status: int = 200) -> Response[Any]:
    viewer = request.user
    running, ended = covering.lines(session, viewer, clock.local(clock.now(), viewer.zone).date())
    staff = covering.colleagues(session, viewer, queries.mentor_ids(session, viewer))
    view = {"running": running, "ended": ended, "staff": staff, "form": told, "errors": errors or {}, "id": id or new_id()}
    return page(request, "school/cover.html", view, status=status)


routes = [index, give, end]
