"""The school's activities as screens show them: one statement a list, one a page."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

import msgspec
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.activity.access import groups, in_plan, visible_to
from server.activity.models import KINDS, Activity, ActivityGroup
from server.core.clock import local
from server.people.models import Group, Membership
from server.people.viewer import Viewer

PAGE, TELL_WITHIN = 40, timedelta(days=14)
Months = list[tuple[date, list["Card"]]]


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """An activity as a list or its page shows it."""

    id: UUID
    kind: str
    icon: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    first: date
    last: date
    groups: tuple[str, ...]
    students: int
    is_over: bool
    is_cancelled: bool


def upcoming(session: Session, viewer: Viewer, now: datetime) -> Months:
    """What is still to come or going on, soonest first, by month."""
    return _by_month(_card(row, viewer.zone, now) for row in session.execute(_cards(viewer).where(Activity.ends_at > now).order_by(Activity.starts_at, Activity.id)))


def past(session: Session, viewer: Viewer, now: datetime, before: datetime | None = None) -> tuple[Months, datetime | None]:
    """What is over, newest first, by month; and from when on there is more."""
    over = _cards(viewer).where(Activity.ends_at <= now).order_by(Activity.starts_at.desc(), Activity.id).limit(PAGE + 1)
    rows = session.execute(over.where(Activity.starts_at < before) if before else over).all()
    return _by_month(_card(row, viewer.zone, now) for row in rows[:PAGE]), rows[PAGE - 1].starts_at if len(rows) > PAGE else None


def one(session: Session, viewer: Viewer, activity_id: UUID, now: datetime) -> Card | None:
    """One activity of the school's plan."""
    row = session.execute(_cards(viewer).where(Activity.id == activity_id)).one_or_none()
    return _card(row, viewer.zone, now) if row else None


def all_groups(session: Session, viewer: Viewer) -> list[Group]:
    """The groups to choose from, by name."""
    return list(session.scalars(groups(viewer).order_by(Group.name)))


def groups_of(session: Session, activity_id: UUID) -> set[UUID]:
    """Who takes part."""
    return set(session.scalars(select(ActivityGroup.group_id).where(ActivityGroup.activity_id == activity_id)))


def to_tell(viewer: Viewer, now: datetime) -> Select[Activity]:
    """What a student did in the last fourteen days, latest first. Which of these were told about, the room of experiences knows."""
    return visible_to(viewer).where(Activity.ends_at <= now, Activity.ends_at > now - TELL_WITHIN).order_by(Activity.ends_at.desc(), Activity.id)


def _cards(viewer: Viewer) -> Select:
    of = ActivityGroup.activity_id == Activity.id
    names = select(func.aggregate_strings(Group.name, "\n")).join(ActivityGroup, ActivityGroup.group_id == Group.id).where(of).scalar_subquery()
    students = (
        select(func.count(Membership.person_id.distinct()))
        .join(ActivityGroup, ActivityGroup.group_id == Membership.group_id)
        .where(of, Membership.kind == "student")
        .scalar_subquery()
    )
    return in_plan(viewer).with_only_columns(
        Activity.id, Activity.kind, Activity.title, Activity.place, Activity.starts_at, Activity.ends_at, Activity.cancelled_at, names.label("groups"), students.label("students")
    )  # fmt: skip


def _card(row, zone: str, now: datetime) -> Card:  # type: ignore[no-untyped-def]
    return Card(
        id=row.id, kind=row.kind, icon=KINDS[row.kind], title=row.title, place=row.place, starts_at=row.starts_at, ends_at=row.ends_at,
        first=local(row.starts_at, zone).date(), last=local(row.ends_at, zone).date(), groups=tuple(sorted((row.groups or "").split("\n"))), students=row.students,
        is_over=row.ends_at <= now, is_cancelled=row.cancelled_at is not None,
    )  # fmt: skip


def _by_month(cards: Iterable[Card]) -> Months:
    return [(first, list(of)) for first, of in groupby(cards, key=lambda card: card.first.replace(day=1))]
