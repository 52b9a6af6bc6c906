"""Whose devices: one's own."""

from datetime import datetime

from sqlalchemy import Select, select

from server.people.models import DeviceSession
from server.people.viewer import Viewer
from server.push.models import Subscription


def subscriptions(viewer: Viewer) -> Select[Subscription]:
    """The devices on which this person wants to hear from us."""
    return select(Subscription).where(Subscription.person_id == viewer.person_id, Subscription.school_id == viewer.school_id)


def reachable(now: datetime) -> Select[Subscription]:
    """Devices that are still signed in: nobody hears about a person on a device that person has left."""
    return select(Subscription).join(DeviceSession, DeviceSession.id == Subscription.session_id).where(
        DeviceSession.person_id == Subscription.person_id, DeviceSession.running(now)
    )  # fmt: skip
