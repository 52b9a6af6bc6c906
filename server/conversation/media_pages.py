"""Photos and voice notes on the mentor's side of a talk."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath

from server.conversation import media
from server.core import sending
from server.core.errors import found
from server.core.routes import get
from server.core.web import reading
from server.people.identity import staff


@get("/conversations/{conversation_id:uuid}/media/{media_id:uuid}", guards=[staff])
def look(request: Request, conversation_id: FromPath[UUID], media_id: FromPath[UUID]) -> Response[Any]:
    """The bytes of what the student shows. Asked for again each time: it may have been taken back. That the talk was opened is on record already."""
    with reading(request) as session:
        one = found(media.shown(session, request.user, conversation_id, media_id))
    cache = sending.NOT_KEPT if request.user.shared else sending.ASKED_EACH_TIME
    return sending.send(request, request.app.state.media, digest=one.digest, size=one.size, type=one.type, cache=cache)


routes = [look]
