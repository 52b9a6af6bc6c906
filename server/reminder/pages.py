"""Berichten: what was sent to me."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath

from server.core import clock
from server.core.errors import found
from server.core.routes import get, post
from server.core.web import done, language, page, reading, unchanged_by, writing
from server.people.identity import signed_in
from server.reminder.access import messages
from server.reminder.actions import see, see_all
from server.reminder.models import Reminder
from server.reminder.queries import inbox


@get("/messages", guards=[signed_in], before_request=unchanged_by(60))
def index(request: Request) -> Response[str]:
    """Everything that was sent to me, newest first. Looking changes nothing: a message is seen when it is opened, or when I say so."""
    with reading(request) as session:
        shown = inbox(session, request.user, language(request), clock.now())
        return page(request, "reminder/messages.html", {"messages": shown, "unseen": sum(not message.seen for message in shown)})


@post("/messages/{message_id:uuid}/seen", guards=[signed_in])
def open_one(request: Request, message_id: FromPath[UUID]) -> Response[Any]:
    """Open a message: it is seen, and here is the screen it is about."""
    with writing(request) as session:
        message = found(session.scalar(messages(request.user).where(Reminder.id == message_id).with_for_update()))
        see(session, request.user, message, clock.now())
        return done(request, message.path)


@post("/messages/seen", guards=[signed_in])
def saw_all(request: Request) -> Response[Any]:
    """I have seen them all."""
    with writing(request) as session:
        see_all(session, request.user, clock.now())
    return done(request, "/messages", said="messages-seen")


routes = [index, open_one, saw_all]
