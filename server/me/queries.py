"""What the own corner shows."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.people.models import DeviceSession, Group, Membership, Person, School, limits_of
from server.people.viewer import Viewer
from server.sign_in.means import Means, means_of

NEW_FOR = timedelta(days=7)


class Device(msgspec.Struct, frozen=True):
    """A device that is let in."""

    id: UUID
    name: str
    seen_at: datetime
    started_at: datetime
    let_in_by: str
    shared: bool
    this: bool
    method: str
    lapses_at: datetime
    slides: bool
    """Whether using it makes it last longer."""

    new: bool
    """Whether somebody came in on it since, and lately: who looks must know."""

    twin: bool = False
    """Whether another of their devices is called the same: then only since when tells them apart."""


class Me(msgspec.Struct, frozen=True):
    """Everything on `/me`."""

    groups: str
    job: str
    devices: list[Device]
    means: Means


class Trusted(msgspec.Struct, frozen=True):
    """The school's own person to talk to; the name is empty when the school has not named one."""

    name: str
    contact: str


def me(session: Session, viewer: Viewer, now: datetime) -> Me:
    """Who is looking and on which devices; this device first, then the one used last."""
    groups = session.scalars(
        select(Group.name).join(Membership, Membership.group_id == Group.id).where(Membership.person_id == viewer.person_id, Group.archived_at.is_(None)).order_by(Group.name)
    ).all()
    mine = (DeviceSession.person_id == viewer.person_id, DeviceSession.running(now))
    rows = session.execute(select(DeviceSession, Person).outerjoin(Person, Person.id == DeviceSession.let_in_by).where(*mine).order_by(DeviceSession.seen_at.desc()))
    devices = sorted((_device(row, helper, viewer, now) for row, helper in rows), key=lambda device: not device.this)
    named = Counter(device.name for device in devices)
    devices = [msgspec.structs.replace(device, twin=named[device.name] > 1) for device in devices]
    job = session.scalar(select(Person.job).where(Person.id == viewer.person_id)) or ""
    return Me(", ".join(groups), job, devices, means_of(session, viewer))


def _device(row: DeviceSession, helper: Person | None, viewer: Viewer, now: datetime) -> Device:
    this = row.id == viewer.session_id
    return Device(
        id=row.id, name=row.device, seen_at=row.seen_at, started_at=row.started_at, let_in_by=helper.form_of_address if helper else "", shared=row.shared, this=this,
        method=row.method, lapses_at=row.lapses_at, slides=limits_of(viewer.kind, viewer.roles, shared=row.shared).lapses(row.started_at, now) > row.lapses_at,
        new=not this and row.started_at > viewer.started_at and now - row.started_at < NEW_FOR,
    )  # fmt: skip


def trusted(session: Session, viewer: Viewer) -> Trusted:
    """Whom this school asks students to go to."""
    row = session.execute(select(School.trusted_name, School.trusted_contact).where(School.id == viewer.school_id)).one()
    return Trusted(row.trusted_name, row.trusted_contact)
