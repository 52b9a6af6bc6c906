"""A plan done, in one transaction: many rows at a time past the ORM, and of every step a row that says how it was, for undoing."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from server.core.audit import note
from server.core.clock import local
from server.core.db import Database
from server.people.coming_of_age import end_unagreed, is_younger_again
from server.people.counters import bump_school
from server.people.models import Cover, DeviceSession, Group, Guardianship, Membership, Person, School
from server.roster.known import WORDS, Known, known_of, mark_of
from server.roster.models import RosterChange, RosterImport
from server.roster.plan import Plan, Step
from server.roster.preview import left_of
from server.settings import Settings
from server.sign_in.changed_address import WAYS_IN, Changed, put_on_record, tell_old_address
from server.sign_in.models import LoginCard, SignInLink

BATCH = 2000
_TEXTS = ("given_name", "infix", "family_name", "email", "job")

Rows = list[dict[str, Any]]


class Stale(Exception):
    """The school is another than the one that was looked at: nothing was done."""


def lock(session: Session, school_id: UUID) -> None:
    """Let one list at a time be applied to a school. Whoever saves something meanwhile, which refers to the school, does not wait for it (`key_share`)."""
    session.scalar(select(School.id).where(School.id == school_id).with_for_update(key_share=True))


def prepare(database: Database, school_id: UUID, import_id: UUID, plan: Plan, now: datetime, actor: UUID | None) -> "Ready":
    """What can be done before the transaction that must be short, for everybody who saves something waits for it (SQLite): keep how all of it was, for undoing.

    Of a list that is not applied these rows mean nothing. Raises `Stale` when the school changed since it was planned.
    """
    with database.reading() as session:
        known = known_of(session, school_id)
    if known.mark != plan.known:
        raise Stale
    table, of = table_of(RosterChange), {"import_id": import_id, "school_id": school_id}
    rows = [{**of, "seq": seq, "what": step.what, "subject_id": step.subject, "before": step.before, "after": step.after} for seq, step in enumerate(plan.steps)]
    with database.writing() as session:
        session.execute(delete(table).where(table.c.import_id == import_id))
    for start in range(0, len(rows), BATCH):
        with database.writing() as session:
            many(session, insert(table), rows[start : start + BATCH])
    return Ready(plan, known, school_id, now, actor)


def apply(session: Session, settings: Settings, sent: RosterImport, ready: "Ready") -> None:
    """Do it all, in the running transaction; raises `Stale` when the school changed since it was planned."""
    lock(session, sent.school_id)
    if mark_of(session, sent.school_id) != ready.mark:
        raise Stale
    ready.do(session)
    bump_school(session, sent.school_id)
    sent.state, sent.applied_at, sent.counts, sent.content, sent.plan, sent.whole = "applied", ready.now, ready.counts, b"", ready.unread, ready.whole
    counted: dict[str, Any] = {what: count for what, count in ready.counts.items() if what in {"add", "change", "archive", "restore", "join", "mentor", "guardian"}}
    note(session, sent.school_id, "roster-applied", ready.now, actor=ready.actor, about=sent.id, **counted)
    put_on_record(session, sent.school_id, ready.readdressed, by=ready.actor, now=ready.now)
    tell_old_address(session, settings, ready.readdressed, now=ready.now)
    day = local(ready.now, session.get_one(School, sent.school_id).zone).date()
    end_unagreed(session, [who for who, was, becomes in ready.reborn if is_younger_again(was, becomes, day)], by=ready.actor, now=ready.now)


class Ready:
    """A plan as rows to write: laid out before the transaction, so that in it nothing is left but writing."""

    def __init__(self, plan: Plan, known: Known, school_id: UUID, now: datetime, actor: UUID | None) -> None:
        """Sort the steps by kind, and make the rows of each."""
        of: dict[str, list[Step]] = {}
        for step in plan.steps:
            of.setdefault(step.what, []).append(step)
        at = {"school_id": school_id, "created_at": now}
        self.school_id, self.now, self.actor, self.counts, self.mark, self.whole = school_id, now, actor, plan.counts, plan.known, plan.whole
        self.unread = left_of(plan)
        self.groups = [{"id": step.subject, **step.after, **at} for step in of.get("group-add", [])]
        self.group_changes = [(step.subject, step.after) for step in of.get("group-change", [])]
        self.group_moments = [(step.subject, moment) for what, moment in (("group-restore", None), ("group-archive", now)) for step in of.get(what, [])]
        self.added = [{"id": step.subject, **at, **new_person(step.after)} for step in of.get("add", [])]
        self.changed = [(step.subject, {**known.people[step.subject].words, **step.after}) for step in of.get("change", [])]
        self.renamed = renamed(step.after for step in of.get("change", []))
        self.reborn = [(step.subject, known.people[step.subject].birth_date, _day(step.after["birth_date"])) for step in of.get("change", []) if "birth_date" in step.after]
        self.readdressed = readdressed(known, ((step.subject, step.after) for step in of.get("change", [])))
        self.restored, self.archived = ([step.subject for step in of.get(what, [])] for what in ("restore", "archive"))
        self.left = [(step.subject, UUID(step.before["group"])) for what in ("leave", "mentor-end") for step in of.get(what, [])]
        self.joined = [(step.subject, UUID(step.after["group"]), kind, False) for what, kind in (("join", "student"), ("mentor", "mentor")) for step in of.get(what, [])]
        made = {"school_id": school_id, "made_by": actor, "made_at": now}
        self.wards = [{"guardian_id": step.subject, "student_id": UUID(step.after["student"]), **made} for step in of.get("guardian", [])]
        self.moved = {step.subject for what in ("join", "leave", "mentor", "mentor-end") for step in of.get(what, [])} & known.people.keys()

    def do(self, session: Session) -> None:
        """Write them, those of a kind together."""
        many(session, insert(table_of(Group)), self.groups)
        for group, words in self.group_changes:
            session.execute(update(Group).where(Group.id == group).values(**words, edition=Group.edition + 1))
        for group, moment in self.group_moments:
            session.execute(update(Group).where(Group.id == group).values(archived_at=moment, edition=Group.edition + 1))
        many(session, insert(table_of(Person)), self.added)
        write_words(session, self.changed, self.renamed)
        set_archived(session, self.restored, None)
        set_archived(session, self.archived, self.now)
        end_ways_in(session, self.archived, self.now, self.actor)
        end_covers(session, self.archived, self.now, self.actor)
        leave(session, self.left)
        join(session, self.school_id, self.joined)
        many(session, insert(table_of(Guardianship)), self.wards)
        see_anew(session, self.moved)


def new_person(after: dict[str, Any]) -> dict[str, Any]:
    """The columns of somebody new."""
    told = {"number": None, "source_id": None, **dict.fromkeys(_TEXTS, ""), **after}
    return {**told, "birth_date": _day(after.get("birth_date"))}


def renamed(changes: Iterable[dict[str, Any]]) -> bool:
    """Whether anybody gets another number, or another name in the other system."""
    return any(change.keys() & {"number", "source_id"} for change in changes)


def readdressed(known: Known, changes: Iterable[tuple[UUID, dict[str, Any]]]) -> list[Changed]:
    """Whose way in is changed by these: employees and guardians who get another address or number, with the address they have now."""
    of = ((known.people[who], tuple(word for word in WAYS_IN if word in change)) for who, change in changes)
    return [Changed(person.id, fields, person.email) for person, fields in of if fields and person.kind in {"staff", "guardian"}]


def write_words(session: Session, told: list[tuple[UUID, dict[str, Any]]], free_first: bool) -> None:
    """Give people these words. Numbers are let go first where they change, so that two may take over each other's."""
    person = table_of(Person)
    if free_first:
        many(session, update(person).where(person.c.id == bindparam("who")).values(number=None, source_id=None), [{"who": who} for who, _ in told])
    values = {word: bindparam(f"new_{word}", type_=person.c[word].type) for word in WORDS}
    changed = update(person).where(person.c.id == bindparam("who")).values(**values, edition=person.c.edition + 1, revision=person.c.revision + 1)
    many(session, changed, [{"who": who, **{f"new_{word}": _day(words[word]) if word == "birth_date" else words[word] for word in WORDS}} for who, words in told])


def set_archived(session: Session, people: Iterable[UUID], moment: datetime | None) -> None:
    """Archive these people, or bring them back (None)."""
    person = table_of(Person)
    changed = {"archived_at": moment, "edition": person.c.edition + 1, "revision": person.c.revision + 1}
    for some in batches(people):
        session.execute(update(person).where(person.c.id.in_(some)).values(**changed))


def end_ways_in(session: Session, people: Iterable[UUID], now: datetime, actor: UUID | None) -> None:
    """End the sessions, links, codes and cards of these people."""
    for some in batches(people):
        session.execute(update(DeviceSession).where(DeviceSession.person_id.in_(some), DeviceSession.ended_at.is_(None)).values(ended_at=now))
        session.execute(update(SignInLink).where(SignInLink.person_id.in_(some), SignInLink.ends_at > now).values(ends_at=now))
        session.execute(update(LoginCard).where(LoginCard.person_id.in_(some), LoginCard.revoked_at.is_(None)).values(revoked_at=now, revoked_by=actor))


def end_covers(session: Session, people: Iterable[UUID], now: datetime, actor: UUID | None) -> None:
    """Nobody stands in any more for these people, nor they for others."""
    for some in batches(people):
        theirs = Cover.mentor_id.in_(some) | Cover.colleague_id.in_(some)
        session.execute(update(Cover).where(theirs, Cover.ended_at.is_(None)).values(ended_at=now, ended_by=actor))


def leave(session: Session, members: list[tuple[UUID, UUID]]) -> None:
    """Take these people out of these groups."""
    table = table_of(Membership)
    gone = delete(table).where(table.c.person_id == bindparam("who"), table.c.group_id == bindparam("what"))
    many(session, gone, [{"who": person, "what": group} for person, group in members])


def join(session: Session, school_id: UUID, members: list[tuple[UUID, UUID, str, bool]]) -> None:
    """Put these people in these groups: as whom, and whether by hand."""
    rows = [{"person_id": person, "group_id": group, "kind": kind, "by_hand": by_hand, "school_id": school_id} for person, group, kind, by_hand in members]
    many(session, insert(table_of(Membership)), rows)


def see_anew(session: Session, people: Iterable[UUID]) -> None:
    """What these people see has changed: as `bump`, for any number of them."""
    person = table_of(Person)
    for some in batches(people):
        session.execute(update(person).where(person.c.id.in_(some)).values(revision=person.c.revision + 1))


def many(session: Session, statement: Any, rows: Rows) -> None:
    """Run one statement for many rows, some thousands at a time; for none not at all."""
    connection = session.connection()
    for start in range(0, len(rows), BATCH):
        connection.execute(statement, rows[start : start + BATCH])


def batches(things: Iterable[UUID], size: int = 500) -> Iterable[list[UUID]]:
    """So many at a time as a statement can name."""
    listed = list(things)
    return (listed[start : start + size] for start in range(0, len(listed), size))


def table_of(model: type) -> Table:
    """The table behind a model: statements on it cost a tenth of those on the model."""
    return model.__table__  # type: ignore[attr-defined, no-any-return]


def _day(told: Any) -> date | None:
    return date.fromisoformat(told) if isinstance(told, str) else told
