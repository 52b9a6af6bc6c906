"""`/`: Vandaag for a student, Gesprekken for a mentor, School for a coordinator."""

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
    with reading(request) as session:
        if request.user.is_student:
            return page(request, "today/student.html", queries.student(session, request.user, language(request), clock.now()))
        return page(request, "today/empty.html")


routes = [index]
