"""Putting reminders on and off for a device, and trying them out."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import delete, not_, or_, select, update
from sqlalchemy.orm import Session

from server.core.errors import Invalid
from server.core.forms import Form
from server.core.i18n import tongue
from server.people.counters import bump
from server.people.models import DeviceSession
from server.people.viewer import Viewer
from server.push.endpoint import is_allowed, is_device_key, is_device_secret
from server.push.message import Device, Message, payload, topic_of
from server.push.models import Subscription
from server.push.outcome import Outcome
from server.settings import Settings

MOST_TESTS, TESTS_PER = 5, timedelta(minutes=10)


class Keys(msgspec.Struct):
    """What a browser gives to encrypt with."""

    p256dh: str
    auth: str


def read_subscription(form: Form, settings: Settings) -> tuple[str, Keys]:
    """Endpoint and keys as a browser sends them; raises `Invalid` (422) for an address we do not post to or keys that are none."""
    endpoint = form.text("endpoint")
    try:
        keys = msgspec.json.decode(form.text("keys").encode(), type=Keys)
    except msgspec.DecodeError as error:
        raise Invalid from error
    if not (is_allowed(endpoint, settings.push_hosts) and is_device_key(keys.p256dh) and is_device_secret(keys.auth)):
        raise Invalid
    return endpoint, keys


def subscribe(session: Session, viewer: Viewer, endpoint: str, keys: Keys, at: datetime) -> UUID:
    """Reach this device from now on; gives the id of its row.

    One row per signed-in device, one per address: an address that comes back under another person or session of the same
    browser takes its row along, and what this device had before is dropped.
    """
    digest = hashlib.sha256(endpoint.encode()).hexdigest()
    known = session.scalars(select(Subscription).where(or_(Subscription.endpoint_hash == digest, Subscription.session_id == viewer.session_id)).with_for_update()).all()
    kept = next((row for row in known if row.endpoint_hash == digest), known[0] if known else None)
    for row in known:
        bump(session, row.person_id)
        if row is not kept:
            session.delete(row)
    session.flush()
    if kept is None:
        kept = Subscription(school_id=viewer.school_id, person_id=viewer.person_id, session_id=viewer.session_id, made_at=at)
        session.add(kept)
    kept.school_id, kept.person_id, kept.session_id = viewer.school_id, viewer.person_id, viewer.session_id
    kept.endpoint, kept.endpoint_hash, kept.p256dh, kept.auth = endpoint, digest, keys.p256dh, keys.auth
    bump(session, viewer.person_id)
    session.flush()
    return kept.id


def unsubscribe(session: Session, viewer: Viewer, subscription: Subscription) -> None:
    """Reach this device no more."""
    session.delete(subscription)
    bump(session, viewer.person_id)


def test_message(subscription: Subscription, settings: Settings, language: str) -> Message:
    """What a person gets who asks: does it work?"""
    _ = tongue(language)
    told = payload(
        title=_("Berichten staan aan"), body=_("Zo ziet een bericht van Spoor eruit."), navigate=f"{settings.base_url}/me#push",
        language=language, tag=f"test-{subscription.id}",
    )  # fmt: skip
    return Message(device=device_of(subscription), payload=told, topic=topic_of("test", subscription.id), lasts=timedelta(minutes=5), urgency="high")


test_message.__test__ = False  # type: ignore[attr-defined]


def device_of(subscription: Subscription) -> Device:
    """What delivery needs of a row."""
    return Device(subscription.id, subscription.endpoint, subscription.p256dh, subscription.auth)


def note_outcomes(session: Session, outcomes: Iterable[Outcome], at: datetime) -> None:
    """Remember what was reached, and forget devices whose push service says that they are gone."""
    outcomes = list(outcomes)
    gone = {outcome.device_id for outcome in outcomes if outcome.result == "gone"}
    reached = {outcome.device_id for outcome in outcomes if outcome.result == "delivered"}
    if reached:
        session.execute(update(Subscription).where(Subscription.id.in_(reached)).values(reached_at=at))
    if gone:
        bump(session, *session.scalars(select(Subscription.person_id).where(Subscription.id.in_(gone))))
        session.execute(delete(Subscription).where(Subscription.id.in_(gone)))


def drop_left_behind(session: Session, now: datetime) -> None:
    """Forget devices that were signed out, or not seen for half a year."""
    over = select(DeviceSession.id).where(not_(DeviceSession.running(now)))
    session.execute(delete(Subscription).where(Subscription.session_id.in_(over)))
