"""What the own corner shows."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.people.models import DeviceSession, Group, Membership, Person, School
from server.people.viewer import Viewer


class Device(msgspec.Struct, frozen=True):
    """A device that is let in."""

    id: UUID
    name: str
    seen_at: datetime
    started_at: datetime
    let_in_by: str
    shared: bool
    this: bool


class Me(msgspec.Struct, frozen=True):
    """Everything on `/me`."""

    groups: str
    job: str
    devices: list[Device]


class Trusted(msgspec.Struct, frozen=True):
    """The school's own person to talk to; the name is empty when the school has not named one."""

    name: str
    contact: str


def me(session: Session, viewer: Viewer, now: datetime) -> Me:
    """Who is looking and on which devices; this device first, then the one used last."""
    groups = session.scalars(select(Group.name).join(Membership, Membership.group_id == Group.id).where(Membership.person_id == viewer.person_id).order_by(Group.name)).all()
    mine = (DeviceSession.person_id == viewer.person_id, DeviceSession.running(now))
    rows = session.execute(select(DeviceSession, Person).outerjoin(Person, Person.id == DeviceSession.let_in_by).where(*mine).order_by(DeviceSession.seen_at.desc()))
    devices = [Device(row.id, row.device, row.seen_at, row.started_at, helper.form_of_address if helper else "", row.shared, row.id == viewer.session_id) for row, helper in rows]
    return Me(", ".join(groups), session.scalar(select(Person.job).where(Person.id == viewer.person_id)) or "", sorted(devices, key=lambda device: not device.this))


def trusted(session: Session, viewer: Viewer) -> Trusted:
    """Whom this school asks students to go to."""
    row = session.execute(select(School.trusted_name, School.trusted_contact).where(School.id == viewer.school_id)).one()
    return Trusted(row.trusted_name, row.trusted_contact)
