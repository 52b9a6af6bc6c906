"""Herkenning: an employee says what they saw a student do well; the student keeps it, thanks for it, or puts it away."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, FromQuery
from sqlalchemy.orm import Session

from server.core import clock
from server.core.errors import NotFound, found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.ids import new_id
from server.core.routes import delete, get, post
from server.core.web import done, language, page, reading, writing
from server.people.identity import signed_in, staff, student
from server.people.models import Person
from server.recognition import access, actions, queries
from server.recognition.models import Recognition, RecognitionBlock
from server.recognition.reports import open_reports
from server.recognition.said import read, wrong
from server.recognition.screens import saying
from server.vocabulary.queries import vocabulary_of

ONE = "/recognitions/{recognition_id:uuid}"
LONGEST_SOUGHT = 80


@get("/recognitions", guards=[signed_in])
def index(request: Request) -> Response[Any]:
    """For a student what others saw; for an employee what they gave."""
    viewer, now, lang = request.user, clock.now(), language(request)
    if viewer.is_guardian:
        raise NotFound
    with reading(request) as session:
        if viewer.is_staff:
            pupils = queries.to_pick(session, viewer, "")
            return page(request, "recognition/given.html", {"given": queries.given(session, viewer, lang, now), "pupils": pupils, "reports": open_reports(session, viewer, now)})
        seen = queries.seen_in_me(session, viewer, lang, now)
        view: dict[str, Any] = {state: [one for one in seen if one.state == state] for state in ("new", "kept", "aside")}
        view["reported"] = queries.asked(session, viewer)
        return page(request, "recognition/mine.html", {**view, "blocked": queries.blocked(session, viewer)})


@get("/recognitions/new", guards=[staff])
def new(request: Request, q: FromQuery[str] = "", student: FromQuery[UUID | None] = None) -> Response[Any]:
    """Whom they met; with a student what they saw."""
    with reading(request) as session:
        if student is not None:
            return _asked(request, session, _pupil(request, session, student))
        sought = q.strip()[:LONGEST_SOUGHT]
        return page(request, "recognition/pick.html", {"pupils": queries.to_pick(session, request.user, sought), "q": sought, "shortest": queries.SHORTEST})


@post("/recognitions", guards=[staff])
def give(request: Request, form: Form) -> Response[Any]:
    """Say what was seen in a student whom the employee may pick by name."""
    viewer, now, _ = request.user, clock.now(), tongue(language(request))
    with writing(request) as session:
        pupil, vocabulary = _pupil(request, session, found(form.id("student"))), vocabulary_of(session, viewer)
        said = read(form, vocabulary)._replace(name="", role="")
        errors, (id, sent) = wrong(said, _, guest=False), actions.place_of(session, pupil.id, viewer.person_id, said, form.id("id") or new_id())
        if not errors and not sent and actions.often(session, viewer.person_id, pupil.id, now):
            errors = {"word": _("Je gaf %(name)s deze week al drie keer een herkenning. Wacht even met de volgende.") % {"name": pupil.given_name}}
        if errors:
            return _asked(request, session, pupil, form, errors)
        if not sent:
            actions.give(session, pupil, said, id=id, now=now, giver_id=viewer.person_id)
    return done(request, "/recognitions", said="recognition-given")


@delete(ONE, guards=[staff])
def withdraw(request: Request, recognition_id: FromPath[UUID]) -> Response[Any]:
    """Take back what was just given."""
    with writing(request) as session:
        actions.withdraw(session, found(session.scalar(access.given(request.user).where(Recognition.id == recognition_id).with_for_update())), clock.now())
    return done(request, "/recognitions", said="recognition-withdrawn")


@post(f"{ONE}/keeping", guards=[student])
def keep(request: Request, recognition_id: FromPath[UUID]) -> Response[Any]:
    """Keep it, also what was put aside."""
    return _decide(request, recognition_id, actions.keep, "recognition-kept")


@post(f"{ONE}/aside", guards=[student])
def put_aside(request: Request, recognition_id: FromPath[UUID]) -> Response[Any]:
    """Put it out of sight."""
    return _decide(request, recognition_id, actions.put_aside, "recognition-aside")


@post(f"{ONE}/thanks", guards=[student])
def thank(request: Request, recognition_id: FromPath[UUID]) -> Response[Any]:
    """Thank for it, with a tap."""
    return _decide(request, recognition_id, actions.thank, "recognition-thanked")


@post(f"{ONE}/report", guards=[student])
def report(request: Request, recognition_id: FromPath[UUID]) -> Response[Any]:
    """It is not right, or does not feel so: ask the mentor to look."""
    return _decide(request, recognition_id, actions.report, "recognition-reported")


@post(f"{ONE}/block", guards=[student])
def block(request: Request, recognition_id: FromPath[UUID]) -> Response[Any]:
    """Hear no more of this employee, who is not told."""
    return _decide(request, recognition_id, actions.block, "recognition-blocked")


@delete("/recognitions/blocks/{giver_id:uuid}", guards=[student])
def unblock(request: Request, giver_id: FromPath[UUID]) -> Response[Any]:
    """Hear of them again."""
    with writing(request) as session:
        actions.unblock(session, found(session.scalar(access.blocks(request.user).where(RecognitionBlock.giver_id == giver_id).with_for_update())), clock.now())
    return done(request, "/recognitions", said="saved")


def _decide(request: Request, recognition_id: UUID, do: Any, said: str) -> Response[Any]:
    with writing(request) as session:
        do(session, found(session.scalar(access.seen_in_me(request.user).where(Recognition.id == recognition_id).with_for_update())), clock.now())
    return done(request, "/recognitions", said=said)


def _pupil(request: Request, session: Session, student_id: UUID) -> Person:
    return found(session.scalar(access.pupils(request.user).where(Person.id == student_id)))


def _asked(request: Request, session: Session, pupil: Person, form: Form | None = None, errors: dict[str, str] | None = None) -> Response[Any]:
    """The form about this student, with what was typed when it could not be stored."""
    vocabulary = vocabulary_of(session, request.user)
    said, id = (read(form, vocabulary), form.id("id")) if form else (None, None)
    view = saying(pupil.given_name, vocabulary, language(request), guest=False, said=said, errors=errors, id=id)
    return page(request, "recognition/say.html", {**view, "student": pupil, "action": "/recognitions"}, status=422 if errors else 200)


routes: list = [index, new, give, withdraw, keep, put_aside, thank, report, block, unblock]
