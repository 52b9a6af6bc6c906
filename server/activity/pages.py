"""The school's activities: every employee may look, the coordinator plans."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, FromQuery
from sqlalchemy.orm import Session

from server.activity import actions, goal_pages, queries
from server.activity.access import planned_by
from server.activity.models import KINDS, Activity
from server.activity.planning import FIELDS, Plan, as_typed, read_plan, typed
from server.core import clock
from server.core.errors import found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.ids import new_id
from server.core.routes import delete, get, post
from server.core.web import done, language, page, reading, unchanged_by, writing
from server.people.identity import coordinator, staff


@get("/activities", guards=[staff], before_request=unchanged_by(10))
def index(request: Request, before: FromQuery[str] = "") -> Response[Any]:
    """What is to come, and what was."""
    now = clock.now()
    with reading(request) as session:
        coming = [] if before else queries.upcoming(session, request.user, now)
        past, older = queries.past(session, request.user, now, clock.parse_moment(before))
        return page(request, "activity/index.html", {"coming": coming, "past": past, "older": older, "before": before})


@get("/activities/new", guards=[coordinator])
def new(request: Request) -> Response[Any]:
    """An empty form."""
    with reading(request) as session:
        return _form(request, session, dict.fromkeys(FIELDS, "") | {"groups": set()})


@post("/activities", guards=[coordinator])
def plan(request: Request, form: Form) -> Response[Any]:
    """Put it in the plan."""
    activity_id = form.id("id") or new_id()
    with writing(request) as session:
        wish, errors = _wish(request, session, form)
        if wish is None:
            return _form(request, session, typed(form), errors=errors, id=activity_id, status=422)
        try:
            actions.plan(session, request.user, activity_id, wish, clock.now())
        except actions.Stale:
            return _stale(request, session, form, activity_id)
    return done(request, f"/activities/{activity_id}", said="saved")


@get("/activities/{activity_id:uuid}", guards=[staff])
def show(request: Request, activity_id: FromPath[UUID]) -> Response[Any]:
    """One activity."""
    with reading(request) as session:
        return page(request, "activity/show.html", {"activity": found(queries.one(session, request.user, activity_id, clock.now()))})


@get("/activities/{activity_id:uuid}/edit", guards=[coordinator])
def edit(request: Request, activity_id: FromPath[UUID]) -> Response[Any]:
    """The form with what stands."""
    with reading(request) as session:
        activity = found(session.scalar(planned_by(request.user).where(Activity.id == activity_id)))
        return _form(request, session, _standing(request, session, activity), activity=activity)


@post("/activities/{activity_id:uuid}", guards=[coordinator])
def change(request: Request, form: Form, activity_id: FromPath[UUID]) -> Response[Any]:
    """Plan it otherwise; when somebody else did so meanwhile, show both."""
    with writing(request) as session:
        activity = found(session.scalar(planned_by(request.user).where(Activity.id == activity_id).with_for_update()))
        wish, errors = _wish(request, session, form)
        if wish is None:
            return _form(request, session, typed(form), activity=activity, revision=form.number("revision"), errors=errors, status=422)
        try:
            actions.change(session, request.user, activity_id, wish, form.number("revision") or 0, clock.now())
        except actions.Stale:
            return _stale(request, session, form, activity_id)
    return done(request, f"/activities/{activity_id}", said="saved")


@post("/activities/{activity_id:uuid}/cancellation", guards=[coordinator])
def cancel(request: Request, activity_id: FromPath[UUID]) -> Response[Any]:
    """Call it off."""
    with writing(request) as session:
        actions.cancel(session, request.user, activity_id, clock.now())
    return done(request, f"/activities/{activity_id}", said="saved")


@delete("/activities/{activity_id:uuid}/cancellation", guards=[coordinator])
def revive(request: Request, activity_id: FromPath[UUID]) -> Response[Any]:
    """Let it go on after all."""
    with writing(request) as session:
        actions.revive(session, request.user, activity_id, clock.now())
    return done(request, f"/activities/{activity_id}", said="saved")


def _wish(request: Request, session: Session, form: Form) -> tuple[Plan | None, dict[str, str]]:
    known = [group.id for group in queries.all_groups(session, request.user)]
    return read_plan(form, known, clock.now(), request.user.zone, tongue(language(request)))


def _standing(request: Request, session: Session, activity: Activity) -> dict[str, Any]:
    return as_typed(activity, queries.groups_of(session, activity.id), request.user.zone)


def _stale(request: Request, session: Session, form: Form, activity_id: UUID) -> Response[Any]:
    """What was typed, beside what stands there now."""
    activity = found(session.scalar(planned_by(request.user).where(Activity.id == activity_id)))
    return _form(request, session, typed(form), activity=activity, stale=queries.one(session, request.user, activity_id, clock.now()), status=409)


def _form(request: Request, session: Session, values: dict[str, Any], *, activity: Activity | None = None, errors: dict[str, str] | None = None, stale: queries.Card | None = None,
          revision: int | None = None, id: UUID | None = None, status: int = 200) -> Response[Any]:  # fmt: skip
    view = {
        "values": values, "errors": errors or {}, "activity": activity, "stale": stale, "id": id or new_id(), "kinds": KINDS, "groups": queries.all_groups(session, request.user),
        "revision": revision if revision is not None else activity.revision if activity else 0,
    }  # fmt: skip
    return page(request, "activity/edit.html", view, status=status)


routes = [index, new, plan, show, edit, change, cancel, revive, *goal_pages.routes]
