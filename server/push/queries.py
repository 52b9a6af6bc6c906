"""What the part of `/me` about reminders shows."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core import clock
from server.people.models import DeviceSession
from server.push.keys import public_key
from server.push.models import Subscription


class OtherDevice(msgspec.Struct, frozen=True):
    """Another device that hears from us."""

    id: UUID
    name: str
    since: datetime


class DeviceView(msgspec.Struct, frozen=True):
    """The device in use (`subscription` is empty while it does not hear from us) and the person's others; give it to the page as `push`."""

    key: str
    subscription: str
    others: list[OtherDevice]


def device(session: Session, request: Request) -> DeviceView:
    """Everything `push/_device.html` shows, in one statement."""
    viewer, now = request.user, clock.now()
    rows = session.execute(
        select(Subscription.id, Subscription.session_id, Subscription.made_at, DeviceSession.device)
        .join(DeviceSession, DeviceSession.id == Subscription.session_id)
        .where(Subscription.person_id == viewer.person_id, DeviceSession.running(now))
        .order_by(Subscription.made_at.desc())
    ).all()
    here = next((str(row.id) for row in rows if row.session_id == viewer.session_id), "")
    others = [OtherDevice(row.id, row.device, row.made_at) for row in rows if row.session_id != viewer.session_id]
    return DeviceView(public_key(request.app.state.settings), here, others)
