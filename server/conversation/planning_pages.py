"""The mentor's forms: when and where, called off or not, and what came of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, FromQuery
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.conversation import access, actions, looking, queries, screens
from server.conversation.models import Agreement, Conversation
from server.conversation.outcome import Outcome, read_outcome
from server.conversation.planning import Plan, read_plan
from server.core import clock
from server.core.errors import Invalid, found
from server.core.forms import Form
from server.core.i18n import day, tongue
from server.core.ids import new_id
from server.core.routes import delete, get, post
from server.core.web import done, language, page, reading, writing
from server.people.identity import mentor, staff
from server.people.models import Person


@get("/conversations/new", guards=[mentor])
def new(request: Request, student: FromQuery[UUID | None] = None) -> Response[Any]:
    """Plan a talk with one of my students."""
    with reading(request) as session:
        return _plan_form(request, session, student_id=student)


@post("/conversations", guards=[mentor])
def plan(request: Request, form: Form) -> Response[Any]:
    """Plan it; or begin one now that nobody planned."""
    viewer, now, conversation_id, student_id = request.user, clock.now(), form.id("id") or new_id(), form.id("student")
    if form.text("now") == "1":
        with writing(request) as session:
            actions.talk_now(session, viewer, conversation_id, found(student_id), now)
        return done(request, f"/conversations/{conversation_id}?step=tell")
    _ = tongue(language(request))
    wish, errors = read_plan(form, now, viewer.zone, _)
    if student_id is None:
        errors["student"] = _("Kies met wie je praat.")
    with writing(request) as session:
        overlap = _overlap(request, session, form, wish, conversation_id)
        if wish is None or student_id is None or overlap:
            return _plan_form(request, session, form=form, errors=errors, overlap=overlap, student_id=student_id, status=422)
        try:
            actions.plan(session, viewer, conversation_id, student_id, wish, now)
        except actions.NotThen as problem:
            return _plan_form(request, session, form=form, errors=_not_then(request, problem), student_id=student_id, status=422)
    return done(request, f"/conversations/{conversation_id}", said="talk-planned")


@get("/conversations/{conversation_id:uuid}/edit", guards=[staff])
def edit(request: Request, conversation_id: FromPath[UUID]) -> Response[Any]:
    """When and where, to change."""
    with reading(request) as session:
        return _plan_form(request, session, talk=found(session.scalar(access.held_by(request.user, conversation_id))))


@post("/conversations/{conversation_id:uuid}", guards=[staff])
def move(request: Request, form: Form, conversation_id: FromPath[UUID]) -> Response[Any]:
    """Plan it otherwise; the student hears of it."""
    now = clock.now()
    wish, errors = read_plan(form, now, request.user.zone, tongue(language(request)))
    with writing(request) as session:
        talk = found(session.scalar(access.held_by(request.user, conversation_id)))
        overlap = _overlap(request, session, form, wish, conversation_id)
        if wish is None or overlap:
            return _plan_form(request, session, talk=talk, form=form, errors=errors, overlap=overlap, status=422)
        try:
            actions.move(session, request.user, conversation_id, wish, form.number("revision") or 0, now)
        except actions.Stale:
            return _plan_form(request, session, talk=talk, form=form, stale=True, status=409)
        except actions.NotThen as problem:
            return _plan_form(request, session, talk=talk, form=form, errors=_not_then(request, problem), status=422)
    return done(request, f"/conversations/{conversation_id}", said="saved")


def _not_then(request: Request, problem: actions.NotThen) -> dict[str, str]:
    """On which days they may plan it."""
    lang, cover = language(request), problem.cover
    _ = tongue(lang)
    said = _("Je vervangt deze mentor van %(first)s tot en met %(last)s. Kies een dag in die tijd.")
    return {"date": said % {"first": day(cover.first, lang), "last": day(cover.last, lang)}}


def _overlap(request: Request, session: Session, form: Form, wish: Plan | None, conversation_id: UUID) -> list[Any]:
    """Other talks in the same minutes; none once the mentor said that it may be."""
    if wish is None or form.text("anyway") == "1":
        return []
    return queries.overlapping(session, request.user, wish.starts_at, wish.minutes, conversation_id)


def _plan_form(request: Request, session: Session, *, talk: Conversation | None = None, form: Form | None = None, errors: dict[str, str] | None = None,
               overlap: list[Any] | None = None, student_id: UUID | None = None, stale: bool = False, status: int = 200) -> Response[Any]:  # fmt: skip
    student_id = talk.student_id if talk else student_id
    students = list(session.scalars(access.students(request.user).order_by(Person.given_name, Person.family_name)))
    chosen = session.get(Person, student_id) if talk else next((known for known in students if known.id == student_id), None)
    view = screens.planned(request.user, talk, form, errors)
    last = clock.local(clock.now() + timedelta(days=366), request.user.zone).date()
    more = {"conversation": talk, "student": chosen, "students": students, "overlap": overlap or [], "stale": stale, "last": last, "id": form.id("id") if form else None}
    return page(request, "conversation/plan.html", {**view, **more}, status=status)


@post("/conversations/{conversation_id:uuid}/cancellation", guards=[staff])
def cancel(request: Request, conversation_id: FromPath[UUID]) -> Response[Any]:
    """Call it off."""
    with writing(request) as session:
        actions.cancel(session, request.user, conversation_id, clock.now())
    return done(request, f"/conversations/{conversation_id}", said="talk-cancelled")


@delete("/conversations/{conversation_id:uuid}/cancellation", guards=[staff])
def revive(request: Request, conversation_id: FromPath[UUID]) -> Response[Any]:
    """Let it go on after all."""
    with writing(request) as session:
        actions.revive(session, request.user, conversation_id, clock.now())
    return done(request, f"/conversations/{conversation_id}", said="talk-planned")


@get("/conversations/{conversation_id:uuid}/outcome", guards=[staff])
def outcome(request: Request, conversation_id: FromPath[UUID]) -> Response[Any]:
    """What came of it. That a mentor reads it again is on record before it is shown."""
    with reading(request) as session:
        shown = found(queries.talk(session, request.user, conversation_id))
        if shown.held_at is None or not looking.is_new_look(session, request.user, shown, clock.now()):
            return _outcome_form(request, session, conversation_id)
    with writing(request) as session:
        looking.note_look(session, request.user, conversation_id, clock.now())
        return _outcome_form(request, session, conversation_id)


@post("/conversations/{conversation_id:uuid}/outcome", guards=[staff])
def conclude(request: Request, form: Form, conversation_id: FromPath[UUID]) -> Response[Any]:
    """Keep the summary and the agreement: the talk was held."""
    said, errors = read_outcome(form, tongue(language(request)))
    with writing(request) as session:
        if said is None:
            return _outcome_form(request, session, conversation_id, form, errors, status=422)
        try:
            actions.conclude(session, request.user, conversation_id, said, form.number("revision") or 0, clock.now())
        except actions.Stale:
            return _outcome_form(request, session, conversation_id, form, stale=True, status=409)
    return done(request, f"/conversations/{conversation_id}", said="saved")


def _outcome_form(
    request: Request, session: Session, conversation_id: UUID, form: Form | None = None, errors: dict[str, str] | None = None, *, stale: bool = False, status: int = 200
) -> Response[Any]:
    talk = found(session.scalar(access.held_by(request.user, conversation_id)))
    if talk.cancelled_at is not None:
        raise Invalid
    stands = Outcome.of(talk, session.scalar(select(Agreement).where(Agreement.conversation_id == talk.id)))
    names = {"summary": stands.summary, "what": stands.what, "due_on": stands.due_on.isoformat() if stands.due_on else "", "helper": stands.helper}
    values = {name: form.text(name) if form else value for name, value in names.items()}
    view = {
        "talk": found(queries.talk(session, request.user, conversation_id)),
        "revision": talk.revision,
        "stands": stands,
        "values": values,
        "errors": errors or {},
        "stale": stale,
    }
    return page(request, "conversation/outcome.html", view, status=status)


routes = [new, plan, edit, move, cancel, revive, outcome, conclude]
