"""Photos and voice notes on the mentor's side of a talk."""

from typing import Any
from uuid import UUID

import litestar
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.params import FromPath

from server.conversation import looking, media
from server.core import clock, sending
from server.core.errors import found
from server.core.routes import in_thread
from server.core.web import reading, writing
from server.people.identity import staff


@litestar.get("/conversations/{conversation_id:uuid}/media/{media_id:uuid}", guards=[staff], media_type=MediaType.HTML)
async def look(request: Request, conversation_id: FromPath[UUID], media_id: FromPath[UUID]) -> Response[Any]:
    """The bytes of what the student shows. Asked for again each time: it may have been taken back. That somebody looks is on record before they are sent."""
    one = await in_thread(_shown, request=request, conversation_id=conversation_id, media_id=media_id)
    cache = sending.NOT_KEPT if request.user.shared else sending.ASKED_EACH_TIME
    return await sending.send(request, request.app.state.media, digest=one.digest, size=one.size, type=one.type, cache=cache)


def _shown(request: Request, conversation_id: UUID, media_id: UUID) -> Any:
    viewer, now = request.user, clock.now()
    with reading(request) as session:
        one = found(media.shown(session, viewer, conversation_id, media_id))
        if looking.looked_today(session, viewer, conversation_id, now):
            return one
    with writing(request) as session:
        looking.note_look(session, viewer, conversation_id, now)
    return one


routes = [look]
