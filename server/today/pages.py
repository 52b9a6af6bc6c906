"""`/`: Vandaag for a student, Gesprekken for a mentor, School for a coordinator."""

from typing import Any

from litestar import Request, Response

from server.core.routes import get
from server.core.web import page
from server.people.identity import signed_in


@get("/", guards=[signed_in])
def index(request: Request) -> Response[Any]:
    """The first screen of whoever looks."""
    return page(request, "today/empty.html")


routes = [index]
