"""The record as screens show it: a page at a time, with names as far as they are still known."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from server.core.audit import AuditEntry, AuditHead, AuditName, broken_at
from server.core.clock import at
from server.people.models import Group, Person, full_name
from server.people.viewer import Viewer
from server.privacy import access

PAGE = 50
SORTS: dict[str, tuple[str, ...]] = {
    "in": ("sign-in", "sign-in-failed", "sign-out", "session-ended", "confirmed"),
    "ways": (
        "link-made", "card-made", "card-revoked", "passkey-added", "passkey-removed", "password-set", "password-removed", "second-factor-set", "second-factor-removed",
        "provider-linked", "provider-unlinked",
    ),
    "roles": ("role-given", "role-taken"),
    "mentors": ("mentor-given", "mentor-taken", "cover-given", "cover-ended", "student-moved", "talk-handed-over"),
    "people": ("person-added", "person-changed", "person-archived", "person-restored", "group-added", "group-changed", "group-archived", "group-restored"),
    "lists": ("roster-applied", "roster-undone", "exported"),
    "guardians": ("guardian-invited", "guardian-accepted", "guardian-ended", "guardian-agreed"),
    "recognitions": ("recognition-given", "recognition-withdrawn", "recognition-reported", "recognition-settled", "recognition-blocked", "recognition-unblocked"),
    "school": ("settings-changed", "school-added", "vocabulary-changed"),
}  # fmt: skip
"""What a keeper can look for: kinds of a sort."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line. `who` did it and `whom` it is about are empty when nobody did, or it is about nobody; None when they were erased."""

    seq: int
    at: datetime
    kind: str
    who: str | None
    whom: str | None
    own: bool
    """Whether somebody did it about themselves."""

    about: UUID | None
    group: str
    other: str
    """Somebody else who has a part in it: the mentor a student was given, the colleague who stands in."""

    details: dict[str, Any]
    seal: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a keeper looks for; days are the school's and both are in it."""

    sort: str = ""
    person_id: UUID | None = None
    first: date | None = None
    last: date | None = None
    before: int | None = None


class Chain(msgspec.Struct, frozen=True):
    """How a school's record stands: how many entries, the last seal, and the first that is not as it was written (None: whole)."""

    entries: int
    seal: str
    broken: int | None


def mine(session: Session, viewer: Viewer, before: int | None) -> tuple[list[Entry], int | None]:
    """What is on record about this student, newest first, and from where on there is more."""
    return _page(session, _rows(access.about_me(viewer)), before, addressed=True)


def looks(session: Session, viewer: Viewer) -> list[tuple[str | None, int, datetime]]:
    """Who looked at this student's material, on how many days and things, and when last; most first."""
    seen = access.about_me(viewer).where(AuditEntry.kind == "viewed").with_only_columns(AuditEntry.actor, AuditEntry.at).subquery()
    columns = (Person.given_name, Person.infix, Person.family_name, Person.addressed_as)
    counted = select(*columns, func.count().label("n"), func.max(seen.c.at).label("last")).select_from(seen)
    by = counted.outerjoin(AuditName, AuditName.token == seen.c.actor).outerjoin(Person, Person.id == AuditName.person_id).group_by(Person.id, *columns)
    rows = session.execute(by.order_by(func.count().desc(), func.max(seen.c.at).desc())).all()
    return [(None if row.given_name is None else row.addressed_as or full_name(row.given_name, row.infix, row.family_name), row.n, row.last) for row in rows]


def of_school(session: Session, viewer: Viewer, wanted: Wanted) -> tuple[list[Entry], int | None]:
    """What a keeper looks for, newest first, and from where on there is more."""
    return _page(session, _rows(_matching(viewer, wanted)), wanted.before)


def at_once(entries: Sequence[Entry]) -> list[tuple[Entry, list[Entry]]]:
    """Entries with those that the same act put beside them: sixty cards that were printed in one go are one line, with fifty-nine more behind it."""
    acts = groupby(entries, key=lambda entry: (entry.kind, entry.who, entry.at))
    return [(first, rest) for _, (first, *rest) in acts]


def all_of_school(session: Session, viewer: Viewer, wanted: Wanted) -> list[Entry]:
    """The same, all of it, oldest first."""
    rows = session.execute(_rows(_matching(viewer, wanted)).order_by(AuditEntry.seq)).all()
    return _entries(session, rows)


def chain(session: Session, viewer: Viewer) -> Chain:
    """Read the whole record of the own school, and tell whether it is as it was written."""
    head = session.get(AuditHead, viewer.school_id)
    return Chain(head.seq if head else 0, head.seal if head else "", broken_at(session, viewer.school_id))


def named(session: Session, viewer: Viewer, person_id: UUID) -> str | None:
    """The name of somebody of the own school."""
    person = session.scalar(select(Person).where(Person.id == person_id, Person.school_id == viewer.school_id)) if viewer.is_keeper else None
    return person.full_name if person else None


def _matching(viewer: Viewer, wanted: Wanted) -> Select[AuditEntry]:
    found = access.of_school(viewer)
    if wanted.sort:
        found = found.where(AuditEntry.kind.in_(SORTS[wanted.sort]))
    if wanted.person_id:
        token = select(AuditName.token).where(AuditName.person_id == wanted.person_id).scalar_subquery()
        found = found.where(or_(AuditEntry.actor == token, AuditEntry.subject == token))
    if wanted.first:
        found = found.where(AuditEntry.at >= at(wanted.first, time(), viewer.zone))
    if wanted.last:
        found = found.where(AuditEntry.at < at(wanted.last + timedelta(days=1), time(), viewer.zone))
    return found


def _rows(found: Select[AuditEntry]) -> Select[Any]:
    names = ("given_name", "infix", "family_name", "addressed_as")
    people = [getattr(who, name).label(f"{prefix}_{name}") for who, prefix in ((access.actor, "actor"), (access.subject, "subject")) for name in names]
    return found.with_only_columns(
        AuditEntry.seq, AuditEntry.at, AuditEntry.kind, AuditEntry.actor, AuditEntry.subject, AuditEntry.about, AuditEntry.details, AuditEntry.seal, *people
    )


def _page(session: Session, rows: Select[Any], before: int | None, *, addressed: bool = False) -> tuple[list[Entry], int | None]:
    if before is not None:
        rows = rows.where(AuditEntry.seq < before)
    found = session.execute(rows.order_by(AuditEntry.seq.desc()).limit(PAGE + 1)).all()
    return _entries(session, found[:PAGE], addressed=addressed), found[PAGE - 1].seq if len(found) > PAGE else None


def _entries(session: Session, rows: Sequence[Any], *, addressed: bool = False) -> list[Entry]:
    """With full names; for a student, people as they chose to be addressed (`addressed`)."""
    groups = _groups(session, {row.about for row in rows if row.about})
    others = _others(session, {row.details["who"] for row in rows if row.details.get("who")}, addressed)
    return [
        Entry(seq=row.seq, at=row.at, kind=row.kind, who=_name(row, "actor", addressed), whom=_name(row, "subject", addressed),
              own=bool(row.actor) and row.actor == row.subject, about=row.about, group=groups.get(row.about, ""), other=others.get(row.details.get("who", ""), ""),
              details=row.details, seal=row.seal)
        for row in rows
    ]  # fmt: skip


def _name(row: Any, prefix: str, addressed: bool) -> str | None:
    if not getattr(row, prefix):
        return ""
    given = getattr(row, f"{prefix}_given_name")
    chosen = getattr(row, f"{prefix}_addressed_as") if addressed else ""
    return None if given is None else chosen or full_name(given, getattr(row, f"{prefix}_infix"), getattr(row, f"{prefix}_family_name"))


def _groups(session: Session, ids: set[UUID]) -> Mapping[UUID, str]:
    return {row.id: row.name for row in session.execute(select(Group.id, Group.name).where(Group.id.in_(ids)))} if ids else {}


def _others(session: Session, tokens: set[str], addressed: bool) -> Mapping[str, str]:
    known = select(AuditName.token, Person).join(Person, Person.id == AuditName.person_id).where(AuditName.token.in_(tokens))
    return {token: person.form_of_address if addressed else person.full_name for token, person in session.execute(known)} if tokens else {}
