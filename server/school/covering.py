"""A colleague stands in for a mentor who is away: from when until when, who said so, and that it ends."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from server.core.audit import name_of, note
from server.core.errors import Conflict, NotFound, found
from server.core.forms import Form
from server.people import access
from server.people.counters import bump_school
from server.people.mentoring import mentors_changed
from server.people.models import Cover, Person, full_name
from server.people.viewer import Viewer
from server.reminder.actions import cancel, schedule
from server.reminder.kinds import COVER

LONGEST = timedelta(days=366)
ENDED_SHOWN = timedelta(days=60)
FIELDS = ("mentor", "colleague", "starts_on", "ends_on")


class Taken(Conflict):
    """On some of these days somebody stands in for this mentor already."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Who stands in for whom, from which day through which."""

    mentor_id: UUID
    colleague_id: UUID
    first: date
    last: date


class CoverLine(msgspec.Struct, frozen=True):
    """A cover as the list shows it."""

    id: UUID
    mentor: str
    colleague: str
    first: date
    last: date
    ended_at: datetime | None


def read_cover(form: Form, today: date, _: Callable[[str], str]) -> tuple[Wish | None, dict[str, str]]:
    """What a form asks for, or None with per field what is wrong with it, in the language of `_`."""
    errors, mentor_id, colleague_id = dict[str, str](), form.id("mentor"), form.id("colleague")
    first, last = _date(form.text("starts_on")), _date(form.text("ends_on"))
    if mentor_id is None:
        errors["mentor"] = _("Kies wie er vervangen wordt.")
    if colleague_id is None:
        errors["colleague"] = _("Kies wie er invalt.")
    elif colleague_id == mentor_id:
        errors["colleague"] = _("Kies iemand anders: niemand vervangt zichzelf.")
    if first is None:
        errors["starts_on"] = _("Kies de eerste dag.")
    if last is None or last < today:
        errors["ends_on"] = _("Kies de laatste dag, vandaag of later.")
    elif first is not None and not timedelta(0) <= last - first <= LONGEST:
        errors["ends_on"] = _("De laatste dag komt na de eerste, hooguit een jaar later.")
    if errors or mentor_id is None or colleague_id is None or first is None or last is None:
        return None, errors
    return Wish(mentor_id=mentor_id, colleague_id=colleague_id, first=first, last=last), {}


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def give(session: Session, viewer: Viewer, cover_id: UUID, wish: Wish, now: datetime) -> None:
    """Let a colleague hold a mentor's talks on these days. The same form sent twice counts once. Raises `Taken`; people of another school do not exist."""
    ids = sorted((wish.mentor_id, wish.colleague_id))
    there = {
        person.id: person for person in session.scalars(access.people(viewer).where(Person.id.in_(ids), Person.kind == "staff").order_by(Person.id).with_for_update(key_share=True))
    }
    known = session.get(Cover, cover_id)
    if len(there) != 2 or (known is not None and known.school_id != viewer.school_id):
        raise NotFound
    if known is not None:
        return
    same_days = (Cover.mentor_id == wish.mentor_id, Cover.ended_at.is_(None), Cover.starts_on <= wish.last, Cover.ends_on >= wish.first)
    if session.scalar(select(Cover.id).where(*same_days).limit(1)) is not None:
        raise Taken
    of = {"school_id": viewer.school_id, "mentor_id": wish.mentor_id, "colleague_id": wish.colleague_id, "made_by": viewer.person_id, "made_at": now}
    session.add(Cover(id=cover_id, starts_on=wish.first, ends_on=wish.last, **of))
    session.flush()
    colleague = name_of(session, viewer.school_id, wish.colleague_id)
    days = {"first": wish.first.isoformat(), "last": wish.last.isoformat()}
    bump_school(session, viewer.school_id)
    note(session, viewer.school_id, "cover-given", now, actor=viewer.person_id, subject=wish.mentor_id, about=cover_id, who=colleague, **days)
    schedule(session, person_id=wish.colleague_id, school_id=viewer.school_id, kind=COVER, about=cover_id, path="/conversations", due_at=now, late_at=now + timedelta(days=1),
             facts={}, zone=viewer.zone, now=now)  # fmt: skip
    mentors_changed(session, viewer.school_id, now, (wish.mentor_id, wish.colleague_id))


def end(session: Session, viewer: Viewer, cover_id: UUID, now: datetime) -> None:
    """From this moment the mentor holds the own talks again, and the colleague sees nothing of them."""
    cover = found(session.scalar(access.covers(viewer).where(Cover.id == cover_id).with_for_update(key_share=True)))
    if cover.ended_at is None:
        cover.ended_at, cover.ended_by = now, viewer.person_id
        session.flush()
        cancel(session, about=cover.id, now=now)
        colleague = name_of(session, viewer.school_id, cover.colleague_id)
        bump_school(session, viewer.school_id)
        note(session, viewer.school_id, "cover-ended", now, actor=viewer.person_id, subject=cover.mentor_id, about=cover.id, who=colleague)
        mentors_changed(session, viewer.school_id, now, (cover.mentor_id, cover.colleague_id))


def lines(session: Session, viewer: Viewer, today: date) -> tuple[list[CoverLine], list[CoverLine]]:
    """Those that run or are to come, soonest first; and those that ended in the last weeks."""
    mentor, colleague = aliased(Person), aliased(Person)
    rows = session.execute(
        access.covers(viewer)
        .where(Cover.ends_on >= today - ENDED_SHOWN)
        .join(mentor, mentor.id == Cover.mentor_id)
        .join(colleague, colleague.id == Cover.colleague_id)
        .add_columns(mentor, colleague)
        .order_by(Cover.starts_on, Cover.id)
    )
    made = [CoverLine(row.id, one.full_name, other.full_name, row.starts_on, row.ends_on, row.ended_at) for row, one, other in rows]
    running = [line for line in made if line.ended_at is None and line.last >= today]
    return running, [line for line in reversed(made) if line not in running]


class Colleague(msgspec.Struct, frozen=True):
    """An employee to choose; `mentors` tells whether there is anything to hold for them."""

    id: UUID
    name: str
    mentors: bool


def colleagues(session: Session, viewer: Viewer, mentor_ids: set[UUID]) -> list[Colleague]:
    """Everybody who works here, by family name."""
    staff = access.people(viewer).where(Person.kind == "staff").order_by(Person.family_name, Person.given_name)
    rows = session.execute(staff.with_only_columns(Person.id, Person.given_name, Person.infix, Person.family_name))
    return [Colleague(row.id, full_name(row.given_name, row.infix, row.family_name), row.id in mentor_ids) for row in rows]
