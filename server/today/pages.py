"""`/`: Vandaag for a student, School for a keeper (coordinator, admin), Gesprekken for a mentor."""

from typing import Any

from litestar import Request, Response

from server.core import clock
from server.core.routes import get
from server.core.web import language, page, reading, unchanged_by
from server.people.identity import signed_in
from server.today import queries


@get("/", guards=[signed_in], before_request=unchanged_by(5))
def index(request: Request) -> Response[Any]:
    """The first screen of whoever looks."""
    viewer, now = request.user, clock.now()
    with reading(request) as session:
        if viewer.is_student:
            return page(request, "today/student.html", queries.student(session, viewer, language(request), now))
        if viewer.is_keeper:
            return page(request, "today/school.html", queries.keeper(session, viewer, now))
        if viewer.is_mentor:
            return page(request, "conversation/index.html", queries.mentor(session, viewer, now))
        if viewer.is_staff:
            return page(request, "today/staff.html", queries.staff(session, viewer, language(request), now))
        return page(request, "today/guardian.html", queries.guardian(session, viewer, now))


routes = [index]
