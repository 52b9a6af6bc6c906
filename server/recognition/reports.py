"""What students asked their mentor to look at, as the mentor's list shows it: about whom, by whom, and how far it is; not what was said."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Date, Select, Uuid, and_, bindparam, func
from sqlalchemy.orm import Session, aliased

from server.core.clock import local
from server.people.models import Person, full_name
from server.people.viewer import Viewer
from server.recognition import access
from server.recognition.models import Recognition
from server.recognition.queries import MOST


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One of them. `guest`: who wrote it has no account; `state` is `new`, `read` or `settled`."""

    id: UUID
    student: str
    who: str
    guest: bool
    reported_at: datetime
    state: str


def reports(session: Session, viewer: Viewer, now: datetime) -> list[Report]:
    """Those the viewer may look at, of students who are here: first what is still open, each newest first."""
    student, giver = aliased(Person), aliased(Person)
    names = [getattr(person, name).label(f"{of}_{name}") for of, person in (("student", student), ("giver", giver)) for name in ("given_name", "infix", "family_name")]
    rows = session.execute(
        access.reported(viewer, now)
        .with_only_columns(Recognition.id, Recognition.guest_name, Recognition.giver_id, Recognition.reported_at, Recognition.read_at, Recognition.settled_at, *names)
        .join(student, and_(student.id == Recognition.student_id, student.archived_at.is_(None)))
        .outerjoin(giver, giver.id == Recognition.giver_id)
        .order_by(Recognition.settled_at.is_not(None), Recognition.reported_at.desc(), Recognition.id)
        .limit(MOST)
    )
    return [_one(row) for row in rows]


def _one(row: Any) -> Report:
    guest = row.giver_id is None
    who = row.guest_name if guest else full_name(row.giver_given_name, row.giver_infix, row.giver_family_name)
    state = "settled" if row.settled_at is not None else "read" if row.read_at is not None else "new"
    student = full_name(row.student_given_name, row.student_infix, row.student_family_name)
    return Report(id=row.id, student=student, who=who, guest=guest, reported_at=row.reported_at, state=state)


def _open_reports() -> Select[int]:
    student = aliased(Person)
    asked = access.asked_of(bindparam("person_id", type_=Uuid()), bindparam("school_id", type_=Uuid()), bindparam("day", type_=Date()))
    waiting = asked.join(student, student.id == Recognition.student_id).where(Recognition.settled_at.is_(None), student.archived_at.is_(None))
    return waiting.with_only_columns(func.count())


_OPEN_REPORTS = _open_reports()
"""Put together once: the first page of mentors and coordinators asks it each time."""


def open_reports(session: Session, viewer: Viewer, now: datetime) -> int:
    """How many wait for the viewer to look or to talk; who left the school waits no more."""
    who = {"person_id": viewer.person_id, "school_id": viewer.school_id, "day": local(now, viewer.zone).date()}
    return session.connection().execute(_OPEN_REPORTS, who).scalar_one()
