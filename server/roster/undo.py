"""The last list taken back, in one transaction, step by step from the last to the first.

What somebody changed since stays as it is now, and is named. Who came in since, or made something, is archived instead of removed: nobody who has anything
is ever deleted. What stands after all is what is left of the list's changes: the screen names it.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Uuid, column, delete, inspect, select, update
from sqlalchemy import table as sql_table
from sqlalchemy.orm import Session

from server.core.audit import note
from server.people.counters import bump_school
from server.people.models import Group, Guardianship, Person
from server.roster.apply import batches, end_covers, end_ways_in, join, leave, lock, readdressed, renamed, see_anew, set_archived, table_of, write_words
from server.roster.known import WORDS, Known, known_of, mark_of
from server.roster.models import RosterChange, RosterImport
from server.settings import Settings
from server.sign_in.changed_address import WAYS_IN, Changed, put_on_record, tell_old_address

MADE_BY_LIST = {"membership", "guardianship", "reminder", "person"}
"""What a list makes, or Spoor itself: nothing of it is anybody's own."""

UNDONE_WITHIN = timedelta(days=30)
"""So long what a list changed is kept, for it holds names and dates of birth as they were."""

KEPT = {"add": "kept", "group-add": "group-kept"}


def last_applied(session: Session, school_id: UUID, now: datetime) -> UUID | None:
    """The list that can be undone: the last that was applied and still stands, as long as what it changed is kept."""
    applied = select(RosterImport.id).where(RosterImport.school_id == school_id, RosterImport.state.in_(("applied", "undoing")))
    last = session.execute(applied.add_columns(RosterImport.applied_at).order_by(RosterImport.applied_at.desc()).limit(1)).one_or_none()
    return last.id if last is not None and last.applied_at > now - UNDONE_WITHIN else None


class Change(msgspec.Struct):
    """A step of a list, as it was kept."""

    seq: int
    what: str
    subject_id: UUID
    before: dict[str, Any]
    after: dict[str, Any]


def changes_of(session: Session, import_id: UUID) -> list[Change]:
    """What a list did, from the last step to the first. While it is applied it stays so: it can be read before the transaction that takes it back."""
    table = table_of(RosterChange)
    asked = select(table.c.seq, table.c.what, table.c.subject_id, table.c.before, table.c.after).where(table.c.import_id == import_id)
    return [Change(*row) for row in session.connection().execute(asked.order_by(table.c.seq.desc()))]


def undo(session: Session, settings: Settings, sent: RosterImport, changes: list[Change], known: Known, now: datetime, actor: UUID | None) -> None:
    """Take it back, in the running transaction. `known` was read just before it; when anything changed since, it is read again."""
    lock(session, sent.school_id)
    if mark_of(session, sent.school_id) != known.mark:
        known = known_of(session, sent.school_id)
    undoing = _Undoing(session, sent, known, now, actor)
    for what in ("guardian", "mentor", "join", "archive", "mentor-end", "leave", "change", "restore", "add", "group-archive", "group-change", "group-restore", "group-add"):
        undoing.all_of(what, [change for change in changes if change.what == what])
    undoing.end()
    counts = undoing.counts()
    sent.state, sent.undone_at, sent.undone_by, sent.counts = "undone", now, actor, {**sent.counts, **counts}
    bump_school(session, sent.school_id)
    note(session, sent.school_id, "roster-undone", now, actor=actor, about=sent.id, **counts)
    put_on_record(session, sent.school_id, undoing.readdressed, by=actor, now=now)
    tell_old_address(session, settings, undoing.readdressed, now=now)


class _Undoing:
    def __init__(self, session: Session, sent: RosterImport, known: Known, now: datetime, actor: UUID | None) -> None:
        self.session, self.sent, self.known, self.now, self.actor = session, sent, known, now, actor
        self.done: list[int] = []
        self.kept: dict[str, list[int]] = defaultdict(list)
        self.moved: set[UUID] = set()
        self.readdressed: list[Changed] = []
        self.refused = 0
        self.keys = _keys(session)
        self.numbers, self.sources = known.by_number(), known.by_source()

    def all_of(self, what: str, changes: list[Change]) -> None:
        """Take back the steps of one kind; what cannot be taken back stays on the list of changes."""
        if not changes:
            return
        undone = getattr(self, "_" + what.replace("-", "_"))(changes)
        self.done += [change.seq for change in undone]
        self.refused += len(changes) - len(undone)

    def end(self) -> None:
        """Keep only what still stands of the list, and let who was moved see it."""
        table = table_of(RosterChange)
        of = table.c.import_id == self.sent.id
        for start in range(0, len(self.done), 500):
            self.session.execute(delete(table).where(of, table.c.seq.in_(self.done[start : start + 500])))
        for what, seqs in self.kept.items():
            for start in range(0, len(seqs), 500):
                self.session.execute(update(table).where(of, table.c.seq.in_(seqs[start : start + 500])).values(what=what))
        see_anew(self.session, self.moved & self.known.people.keys())

    def counts(self) -> dict[str, Any]:
        """How many steps were taken back, how many people were kept, and how much stands because it changed since."""
        kept = sum(map(len, self.kept.values()))
        return {"taken-back": len(self.done), "kept": kept, "refused": self.refused - kept}

    # groups, and who is in them

    def _join(self, changes: list[Change], kind: str = "student") -> list[Change]:
        undone = [change for change in changes if (UUID(change.after["group"]), kind, False) in self.known.members.get(change.subject_id, [])]
        leave(self.session, [(change.subject_id, UUID(change.after["group"])) for change in undone])
        for change in undone:
            self.known.members[change.subject_id].remove((UUID(change.after["group"]), kind, False))
        self.moved |= {change.subject_id for change in undone}
        return undone

    def _mentor(self, changes: list[Change]) -> list[Change]:
        return self._join(changes, "mentor")

    def _leave(self, changes: list[Change], kind: str = "student") -> list[Change]:
        """Back into the group, unless the student has another by now, or the group is gone."""
        undone, given = [], defaultdict[UUID, set[UUID]](set)
        for change in changes:
            who, group = change.subject_id, UUID(change.before["group"])
            has = [of for of, of_kind, _ in self.known.members.get(who, []) if of == group or kind == of_kind == "student"]
            if who in self.known.people and not self.known.people[who].archived and group in self.known.groups and not set(has) - given[who]:
                undone.append(change)
                given[who].add(group)
                self.known.members.setdefault(who, []).append((group, kind, bool(change.before.get("by_hand"))))
        join(self.session, self.sent.school_id, [(change.subject_id, UUID(change.before["group"]), kind, bool(change.before.get("by_hand"))) for change in undone])
        self.moved |= {change.subject_id for change in undone}
        return undone

    def _mentor_end(self, changes: list[Change]) -> list[Change]:
        return self._leave(changes, "mentor")

    def _guardian(self, changes: list[Change]) -> list[Change]:
        """Ends where nobody said anything about it since."""
        table = table_of(Guardianship)
        rows = self.session.execute(select(table).where(table.c.school_id == self.sent.school_id)).all()
        silent = [row for row in rows if row.accepted_at is None and row.agreed_at is None and row.ended_at is None]
        untouched = {(row.guardian_id, row.student_id) for row in silent if row.made_at == self.sent.applied_at}
        undone = [change for change in changes if (change.subject_id, UUID(change.after["student"])) in untouched]
        for change in undone:
            self.session.execute(delete(table).where(table.c.guardian_id == change.subject_id, table.c.student_id == UUID(change.after["student"])))
        return undone

    # people

    def _archive(self, changes: list[Change]) -> list[Change]:
        """Back in, where they are still as the list left them."""
        table = table_of(Person)
        still = set(self.session.execute(select(table.c.id).where(table.c.school_id == self.sent.school_id, table.c.archived_at == self.sent.applied_at)).scalars())
        undone = [change for change in changes if change.subject_id in still - self.known.running]
        set_archived(self.session, [change.subject_id for change in undone], None)
        for change in undone:
            self.known.people[change.subject_id].archived = False
        return undone

    def _restore(self, changes: list[Change]) -> list[Change]:
        undone = [change for change in changes if change.subject_id in self.known.people.keys() - self.known.running and not self.known.people[change.subject_id].archived]
        self._archive_now([change.subject_id for change in undone])
        return undone

    def _change(self, changes: list[Change]) -> list[Change]:
        undone = [change for change in changes if self._as_left(change) and self._free(change) and not self._runs(change)]
        self.readdressed += readdressed(self.known, ((change.subject_id, change.before) for change in undone))
        told = [(change.subject_id, {**self.known.people[change.subject_id].words, **change.before}) for change in undone]
        write_words(self.session, told, renamed(change.before for change in undone))
        return undone

    def _add(self, changes: list[Change]) -> list[Change]:
        """Removed, where they are as the list made them and have nothing; archived, where they have something; left, where somebody edited them or they run Spoor by now."""
        still = [change for change in changes if self._as_left(change) and change.subject_id not in self.known.running]
        asked = {change.subject_id: change for change in still if not self.known.people[change.subject_id].archived}
        theirs = (self._with_something() | self._in_use("person")) & asked.keys()
        self._archive_now(list(theirs))
        self.kept[KEPT["add"]] += [asked[who].seq for who in theirs]
        removed = [who for who in asked if who not in theirs]
        reminder, person = sql_table("reminder", column("person_id", Uuid())), table_of(Person)
        for some in batches(removed):
            self.session.execute(delete(reminder).where(reminder.c.person_id.in_(some)))
            self.session.execute(delete(person).where(person.c.id.in_(some)))
        for who in removed:
            del self.known.people[who]
        return [asked[who] for who in removed]

    def _archive_now(self, people: list[UUID]) -> None:
        set_archived(self.session, people, self.now)
        end_ways_in(self.session, people, self.now, self.actor)
        end_covers(self.session, people, self.now, self.actor)

    def _as_left(self, change: Change) -> bool:
        """Whether everything that the list said of this person still stands."""
        known = self.known.people.get(change.subject_id)
        if known is None:
            return False
        told = {word: change.after.get(word) or "" for word in (WORDS if change.what == "add" else change.after) if word in WORDS}
        now = {word: getattr(known, word) for word in told}
        return all((value.isoformat() if hasattr(value, "isoformat") else value or "") == told[word] for word, value in now.items())

    def _free(self, change: Change) -> bool:
        """Whether nobody else took the number or name that this person had before."""
        taken = (self.numbers.get(change.before.get("number") or ""), self.sources.get(change.before.get("source_id") or ""))
        return all(one is None or one.id == change.subject_id for one in taken)

    def _runs(self, change: Change) -> bool:
        """Whether it would change the way in of who runs Spoor by now: no list does, and so none is taken back so."""
        return change.subject_id in self.known.running and bool(change.before.keys() & set(WAYS_IN))

    def _with_something(self) -> set[UUID]:
        """Who of the school has anything of their own: found by every column anywhere that refers to a person."""
        return self._referred_to("person", besides=MADE_BY_LIST)

    def _in_use(self, table: str) -> set[UUID]:
        """Who or what is a guardian or a student of one, or has members, after all that was taken back so far."""
        return self._referred_to(table, only={"guardianship", "membership"})

    def _referred_to(self, table: str, *, besides: Collection[str] = (), only: Collection[str] = ()) -> set[UUID]:
        """Ids to which some row of the school refers. The database itself is asked which columns do so, so that none is forgotten."""
        found, keys = set[UUID](), self.keys
        of_school = {name for name, referred, column in keys if referred == "school" and column == "school_id"}
        for name, referred, column_name in keys:
            if referred == table and name not in besides and (not only or name in only):
                held = sql_table(name, column(column_name, Uuid()), column("school_id", Uuid()))
                mine = [held.c.school_id == self.sent.school_id] if name in of_school else []
                found.update(self.session.execute(select(held.c[column_name]).where(held.c[column_name].is_not(None), *mine).distinct()).scalars())
        return found

    # groups

    def _group_archive(self, changes: list[Change]) -> list[Change]:
        undone = [change for change in changes if change.subject_id in self.known.groups and self.known.groups[change.subject_id][2]]
        return self._set_groups(undone, None)

    def _group_restore(self, changes: list[Change]) -> list[Change]:
        members = self._in_use("school_group")
        return self._set_groups([change for change in changes if change.subject_id in self.known.groups and change.subject_id not in members], self.now)

    def _set_groups(self, changes: list[Change], moment: datetime | None) -> list[Change]:
        for change in changes:
            self.session.execute(update(Group).where(Group.id == change.subject_id).values(archived_at=moment, edition=Group.edition + 1))
        return changes

    def _group_change(self, changes: list[Change]) -> list[Change]:
        undone = []
        for change in changes:
            name, source, _ = self.known.groups.get(change.subject_id, ("", None, False))
            taken = {other for group, (other, _, _) in self.known.groups.items() if group != change.subject_id}
            if {"name": name, "source_id": source} == {"name": name, "source_id": source, **change.after} and change.before.get("name") not in taken:
                self.session.execute(update(Group).where(Group.id == change.subject_id).values(**change.before, edition=Group.edition + 1))
                undone.append(change)
        return undone

    def _group_add(self, changes: list[Change]) -> list[Change]:
        """Removed where nothing hangs on it; else archived when nobody is left in it."""
        used, hung = self._in_use("school_group"), self._referred_to("school_group", besides={"membership"})
        removed = [change for change in changes if change.subject_id not in used | hung]
        for some in batches(change.subject_id for change in removed):
            self.session.execute(delete(Group).where(Group.id.in_(some)))
        kept = [change for change in changes if change.subject_id in hung - used]
        self._set_groups(kept, self.now)
        self.kept[KEPT["group-add"]] += [change.seq for change in kept]
        return removed


def _keys(session: Session) -> list[tuple[str, str, str]]:
    """Every column of the database that refers to a table: its own table, the other, the column."""
    told = inspect(session.connection()).get_multi_foreign_keys()
    return [(name or "", key["referred_table"], key["constrained_columns"][0]) for (_, name), keys in told.items() for key in keys]
