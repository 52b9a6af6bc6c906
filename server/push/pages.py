"""Reminders on a device: on, off, and does it work?"""

from typing import Any
from uuid import UUID

import litestar
from litestar import Request, Response
from litestar.concurrency import sync_to_thread
from litestar.enums import MediaType
from litestar.params import FromPath

from server.core import clock
from server.core.errors import NotFound, found
from server.core.forms import Form
from server.core.limits import spend
from server.core.routes import delete, post
from server.core.web import done, language, told, wants_json, writing
from server.people.identity import signed_in
from server.push.access import subscriptions
from server.push.actions import MOST_TESTS, TESTS_PER, note_outcomes, read_subscription, subscribe, test_message, unsubscribe
from server.push.message import Message
from server.push.models import Subscription
from server.push.outcome import Outcome


@post("/me/subscriptions", guards=[signed_in])
def add(request: Request, form: Form) -> Response[Any]:
    """A device wants to hear from us. The same address again keeps the same id. A shared computer hears nothing."""
    if request.user.shared:
        raise NotFound
    endpoint, keys = read_subscription(form, request.app.state.settings)
    with writing(request) as session:
        subscription_id = subscribe(session, request.user, endpoint, keys, clock.now())
    return told(request, {"id": subscription_id})


@delete("/me/subscriptions/{subscription_id:uuid}", guards=[signed_in])
def remove(request: Request, subscription_id: FromPath[UUID]) -> Response[Any]:
    """One of my devices wants to hear no more."""
    with writing(request) as session:
        mine = subscriptions(request.user).where(Subscription.id == subscription_id).with_for_update()
        unsubscribe(session, request.user, found(session.scalar(mine)))
    return told(request, {"id": subscription_id}) if wants_json(request) else done(request, "/me#push", said="push-off")


@litestar.post("/me/subscriptions/{subscription_id:uuid}/test", guards=[signed_in], status_code=200, media_type=MediaType.HTML)
async def try_out(request: Request, subscription_id: FromPath[UUID]) -> Response[Any]:
    """A message to one of my devices, now. Waits for the push service, so it takes no thread from those who only read."""
    message = await sync_to_thread(_ask, request, subscription_id)
    from server.push.delivery import Sender  # the client is only loaded where something is sent

    async with Sender(request.app.state.settings) as sender:
        [outcome] = await sender.deliver([message])
    await sync_to_thread(_note, request, outcome)
    sent = outcome.result == "delivered"
    if wants_json(request):
        return told(request, {"sent": sent, "status": outcome.status})
    return done(request, "/me#push", said="push-test-sent" if sent else "push-test-failed")


def _ask(request: Request, subscription_id: UUID) -> Message:
    with writing(request) as session:
        mine = found(session.scalar(subscriptions(request.user).where(Subscription.id == subscription_id)))
        spend(session, f"push-test:{request.user.person_id}", most=MOST_TESTS, per=TESTS_PER, at=clock.now())
        return test_message(mine, request.app.state.settings, language(request))


def _note(request: Request, outcome: Outcome) -> None:
    with writing(request) as session:
        note_outcomes(session, [outcome], clock.now())


routes = [add, remove, try_out]
