"""`/activities/…/goal`: before an activity a student says what they want to find out."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath

from server.activity import goals
from server.core import clock
from server.core.errors import found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.mutation import mutation_of, seen_by
from server.core.routes import get, post
from server.core.web import done, language, page, reading, told, wants_json, writing
from server.people.identity import student

ADDRESS = "/activities/{activity_id:uuid}/goal"


@get(ADDRESS, guards=[student])
def show(request: Request, activity_id: FromPath[UUID]) -> Response[Any]:
    """The question, with what was answered before."""
    return _asked(request, activity_id)


@post(ADDRESS, guards=[student])
def keep(request: Request, form: Form, activity_id: FromPath[UUID]) -> Response[Any]:
    """Keep it. Of two devices both stay, under each other; then the question is shown again with both."""
    if len(form.text("text")) > goals.LONGEST_GOAL:
        _ = tongue(language(request))
        return _asked(request, activity_id, form, {"text": _("Je antwoord is te lang. Er passen 2.000 tekens in.")})
    with writing(request) as session:
        receipt = goals.aim(session, request.user, activity_id, form.text("text"), mutation_id=mutation_of(form), seen=seen_by(form), now=clock.now())
    return done(request, f"/activities/{activity_id}/goal" if receipt.conflicts else "/", said="goal-both" if receipt.conflicts else "saved", receipt=receipt)


def _asked(request: Request, activity_id: UUID, form: Form | None = None, errors: dict[str, str] | None = None) -> Response[Any]:
    if errors and wants_json(request):
        return told(request, {"status": 422, "errors": errors}, status=422)
    with reading(request) as session:
        aim = found(goals.one(session, request.user, activity_id))
        view = {"aim": aim, "text": form.text("text") if form else aim.goal, "errors": errors or {}}
        return page(request, "activity/goal.html", view, status=422 if errors else 200)


routes: list = [show, keep]
