"""What a student asked their mentor to look at: the list, one of them, and what the mentor did with it, for the student to see."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath

from server.core import clock
from server.core.audit import note_view, seen_today
from server.core.errors import found
from server.core.forms import Form
from server.core.routes import get, post
from server.core.web import done, language, page, reading, writing
from server.people.identity import staff
from server.recognition import access, actions, queries, reports
from server.recognition.models import OUTCOMES, Recognition

REPORTS = "/recognitions/reports"
ONE = "/recognitions/{recognition_id:uuid}"


@get(REPORTS, guards=[staff])
def index(request: Request) -> Response[Any]:
    """All the viewer may look at, without a word of what was said."""
    with reading(request) as session:
        return page(request, "recognition/reports.html", {"reports": reports.reports(session, request.user, clock.now())})


@get(ONE, guards=[staff])
def look(request: Request, recognition_id: FromPath[UUID]) -> Response[Any]:
    """What a student asked their mentor to look at. That the mentor looked is on record, for the student to see.

    It is held before the record is, as by who settles it: neither waits for what the other has, nor overwrites it.
    """
    viewer, now = request.user, clock.now()
    day = clock.local(now, viewer.zone).date().isoformat()
    with reading(request) as session:
        seen, about = found(queries.reported(session, viewer, recognition_id, language(request), now))
        shown, known = page(request, "recognition/reported.html", {"seen": seen, "student": about}), seen_today(session, viewer=viewer.person_id, about=seen.id, day=day)
    if not known:
        with writing(request) as session:
            asked = session.get_one(Recognition, seen.id, with_for_update=True)
            note_view(session, viewer.school_id, now, viewer=viewer.person_id, student=about.id, about=seen.id, day=day, what="recognition")
            actions.look(session, asked, viewer.person_id, now)
    return shown


@post(f"{ONE}/outcome", guards=[staff])
def settle(request: Request, recognition_id: FromPath[UUID], form: Form) -> Response[Any]:
    """The mentor talked about it: with the student, and with who wrote it or not. Who is too late with it sees who did."""
    outcome = found(form.text("outcome") if form.text("outcome") in OUTCOMES else None)
    now = clock.now()
    with writing(request) as session:
        asked = found(session.scalar(access.reported(request.user, now).where(Recognition.id == recognition_id).with_for_update(of=Recognition)))
        stands = actions.settle(session, asked, request.user.person_id, outcome, now)
    return done(request, REPORTS, said="recognition-settled") if stands else done(request, f"/recognitions/{recognition_id}", said="recognition-settled-before")


routes: list = [index, look, settle]
