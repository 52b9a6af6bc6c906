"""A list laid beside the school as it is now: every step that would make it so, for a person to look at first.

People are known again by the name the other system gives them, else by number or code, else (employees and guardians) by e-mail address; never by their own
name alone. What a list leaves empty stays as it was, what was set by hand stays too, and nobody is ever deleted: who is gone is archived, and comes back when
they are listed again. Only a list of the whole school archives who is not in it. Whoever runs Spoor it neither archives nor brings back, and by which address or
number they come in it leaves as it is: whoever makes the list would come in as them.
"""

from collections.abc import Iterator
from uuid import UUID

import msgspec

from server.core.ids import new_id
from server.roster.known import WORDS, Known, Somebody
from server.roster.listed import Fault, Listed, Notice, Roster
from server.roster.reading_names import spoken, ways_to_say
from server.roster.reading_rows import Tell, plain_key
from server.sign_in.changed_address import WAYS_IN

MANY = 5
"""A list that would archive more than one in five is asked about twice."""

COVERS = 0.7
"""A list that names so many of those it could name is probably of the whole school. Where nobody is known yet it does not matter."""

ORDER = (
    "group-add", "group-restore", "group-change", "add", "restore", "change", "archive", "leave", "join", "mentor-end", "mentor", "guardian", "group-archive",
)  # fmt: skip
"""The steps there are, in the order in which they are done."""


class Step(msgspec.Struct, array_like=True):
    """One thing that would change: of whom (or of which group), and its parts before and after, as they are kept for undoing. `about` is said beside the name."""

    what: str
    subject: UUID
    name: str
    before: dict[str, str | None]
    after: dict[str, str | None]
    about: str = ""


class Plan(msgspec.Struct):
    """Everything that a list would do. `known` is the fingerprint of the school that it was laid beside: only to that one it is done."""

    steps: list[Step]
    faults: list[Fault]
    notices: list[Notice]
    known: str
    same: int
    listed: int
    whole: bool
    may_be_whole: bool
    known_active: int

    @property
    def counts(self) -> dict[str, int]:
        """How many steps of each kind, how many people stay as they are, how many rows are left out."""
        found, new = dict.fromkeys(ORDER, 0), {step.subject for step in self.steps if step.what == "add"}
        for step in self.steps:
            found[step.what] += 1
        found["join"] -= sum(step.what == "join" and step.subject in new for step in self.steps)
        return {
            **{what: count for what, count in found.items() if count}, "same": self.same, "listed": self.listed, "active": self.known_active,
            "left-out": sum(fault.left_out for fault in self.faults), "small": sum(not fault.left_out for fault in self.faults),
        }  # fmt: skip

    @property
    def empty(self) -> bool:
        """Whether there is nothing to change."""
        return not self.steps

    @property
    def many(self) -> bool:
        """Whether so many would be archived that it may be the wrong list."""
        return sum(step.what == "archive" for step in self.steps) * MANY > self.known_active


def plan(known: Known, roster: Roster, whole: bool | None, tell: Tell = lambda done, total: None) -> Plan:
    """What this list would do to this school. `whole` None: as much of the school as it covers decides."""
    return _Planning(known, roster, tell).plan(whole)


class _Planning:
    def __init__(self, known: Known, roster: Roster, tell: Tell) -> None:
        self.known, self.roster, self.tell = known, roster, tell
        self.faults, self.notices, self.steps = list(roster.faults), list(roster.notices), list[Step]()
        self.by_source, self.by_number, self.by_plain, self.by_email = known.by_source(), known.by_number(), known.by_plain_number(), known.by_email()
        self.sources = {row.source for row in roster.people if row.source}
        self.listed_plain: dict[str, int] = {}
        for row in roster.people:
            self.listed_plain[plain_key(row.number)] = self.listed_plain.get(plain_key(row.number), 0) + 1
        self.who: dict[str, UUID] = {}
        """The people of the list by the words it uses for them, new ones too."""

        self.names: dict[UUID, str] = {}
        self.kinds: dict[UUID, str] = {}
        self.matched: set[UUID] = set()
        self.touched: set[UUID] = set()
        self.group_ids: dict[str, UUID] = {}
        self.spared = set(roster.spared)

    def plan(self, whole: bool | None) -> Plan:
        """Every step, in the order in which they are done."""
        self._groups()
        for count, row in enumerate(self.roster.people, 1):
            self._person(row)
            if count % 2000 == 0:
                self.tell(count, len(self.roster.people))
        nameable = [one for one in self.known.people.values() if one.kind in self.roster.speaks_for and not one.archived and one.nameable and one.id not in self.known.running]
        covered = sum(one.id in self.matched for one in nameable)
        may = bool(self.roster.speaks_for)
        whole = may and (covered >= COVERS * len(nameable) if whole is None else whole)
        leaving = [one for one in nameable if self._missing(one)] if whole else []
        leaving += [one for source in sorted(self.roster.gone) if (one := self.by_source.get(source)) and not one.archived and one.id not in self.known.running]
        for one in leaving:
            self._archive(one)
        self._mentors()
        self._wards()
        if whole:
            self._groups_left({one.id for one in leaving})
        place = {what: at for at, what in enumerate(ORDER)}
        self.steps.sort(key=lambda step: place[step.what])
        active = sum(one.kind in (self.roster.speaks_for or {"student", "staff"}) and not one.archived for one in self.known.people.values())
        same = len(self.matched - self.touched)
        return Plan(self.steps, self.faults, self.notices, self.known.mark, same, len(self.roster.people), whole, may, active)

    # groups

    def _groups(self) -> None:
        """Each group of the list found by the other system's name for it, else by its own name; or new. One that is archived comes back."""
        by_source = {source: group for group, (_, source, _) in self.known.groups.items() if source}
        by_name = {name.casefold(): group for group, (name, _, _) in self.known.groups.items()}
        taken = {by_source[listed.source] for listed in self.roster.groups.values() if listed.source in by_source}
        for key, listed in self.roster.groups.items():
            found = by_source.get(listed.source) if listed.source else None
            named = by_name.get(listed.name.casefold())
            if found is None and named is not None and named not in taken:
                found = named
                taken.add(named)
            if found is None and named is not None:
                self.faults.append(Fault(0, "group-taken", True, listed.name))
                continue
            if found is None:
                found = new_id()
                self.steps.append(Step("group-add", found, listed.name, {}, {"name": listed.name, "source_id": listed.source or None}))
            else:
                self._known_group(found, listed.name, listed.source, free=named in {None, found})
            self.group_ids[key] = found

    def _known_group(self, group: UUID, name: str, source: str, *, free: bool) -> None:
        was, had, archived = self.known.groups[group]
        if archived:
            self.steps.append(Step("group-restore", group, was, {}, {}))
        changed = {"name": (was, name)} if free and was.casefold() != name.casefold() else {}
        changed |= {"source_id": (had, source)} if source and had != source else {}  # type: ignore[dict-item]
        if not free:
            self.faults.append(Fault(0, "group-taken", False, was, name))
        if changed:
            self.steps.append(Step("group-change", group, was, {key: old for key, (old, _) in changed.items()}, {key: new for key, (_, new) in changed.items()}))

    def _groups_left(self, leaving: set[UUID]) -> None:
        """Groups that the list of a whole school does not name and that nobody is left in."""
        if "student" not in self.roster.speaks_for or not self.roster.groups:
            return
        left = {(step.subject, step.before["group"]) for step in self.steps if step.what == "leave"}
        kept = {group for person, told in self.known.members.items() for group, kind, _ in told if kind == "student" and person not in leaving and (person, str(group)) not in left}
        for group, (name, _, archived) in self.known.groups.items():
            if not archived and group not in self.group_ids.values() and group not in kept:
                self.steps.append(Step("group-archive", group, name, {}, {}))

    # people

    def _match(self, row: Listed) -> Somebody | None:
        found = [
            self.by_source.get(row.source) if row.source else None, self._numbered(row),
            self.by_email.get((row.kind, row.email.casefold())) if row.email and row.kind in {"staff", "guardian"} else None,
        ]  # fmt: skip
        sure = {one.id: one for one in found[:2] if one is not None}
        other = found[1] is not None and found[1].source_id not in {None, row.source} and found[1].source_id in self.sources
        if len(sure) > 1 or other:
            raise _Unclear("taken")
        return next(iter(sure.values()), found[2])

    def _numbered(self, row: Listed) -> Somebody | None:
        if not row.number:
            return None
        if row.number in self.by_number:
            return self.by_number[row.number]
        key = plain_key(row.number)
        return self.by_plain.get(key) if self.listed_plain[key] == 1 else None

    def _person(self, row: Listed) -> None:
        try:
            known = self._match(row)
            if known is not None and row.kind not in {"", known.kind}:
                raise _Unclear("kind")
            if known is None and not row.kind:
                raise _Unclear("group")
            if known is not None and known.id in self.matched:
                raise _Unclear("known-twice")
            if known is not None and known.archived and known.id in self.known.running:
                raise _Unclear("runs-spoor")
        except _Unclear as told:
            self.faults.append(Fault(row.line, told.why, True, row.name, row.number or row.email or row.source))
            self.spared |= {row.number.casefold(), row.source, row.email.casefold()} - {""}
            return
        who = known.id if known else new_id()
        for word in {row.source, row.number, plain_key(row.number), row.email.casefold()} - {""}:
            self.who.setdefault(word, who)
        self.names[who], self.kinds[who] = row.name, known.kind if known else row.kind
        if known is None:
            self._add(who, row)
        else:
            self.matched.add(who)
            self._change(known, row)
        if row.group in self.group_ids and self.kinds[who] == "student":
            self._move(who, row)
        elif known is None and row.kind == "student":
            self.faults.append(Fault(row.line, "no-group", False, row.name))

    def _add(self, who: UUID, row: Listed) -> None:
        after = {**_words_of(row), "kind": row.kind}
        group = self.roster.groups[row.group].name if row.group in self.roster.groups else ""
        self.steps.append(Step("add", who, row.name, {}, {key: value for key, value in after.items() if value}, group))

    def _change(self, known: Somebody, row: Listed) -> None:
        if known.archived:
            self.steps.append(Step("restore", known.id, row.name, {}, {}))
            self.touched.add(known.id)
        said = _words_of(row)
        if row.number and known.number and plain_key(row.number) == plain_key(known.number) and len(row.number) < len(known.number):
            said["number"] = known.number
        before, after = dict[str, str | None](), dict[str, str | None]()
        for word in WORDS:
            now, was = said[word], getattr(known, word)
            was = was.isoformat() if word == "birth_date" and was else was
            if (now and now != was and not (word == "email" and now.casefold() == (was or "").casefold())) or (word == "infix" and row.infix is not None and now != was):
                before[word], after[word] = was, now
        if known.id in self.known.running and after.keys() & set(WAYS_IN):
            before, after = ({word: told[word] for word in told if word not in WAYS_IN} for told in (before, after))
            self.faults.append(Fault(row.line, "runs-spoor", False, row.name))
        if after:
            self.steps.append(Step("change", known.id, known.name, before, after))
            self.touched.add(known.id)

    def _move(self, who: UUID, row: Listed) -> None:
        """Into the group of the list, out of those that an earlier list gave. Whom somebody put in a group by hand stays there."""
        wanted, has = self.group_ids[row.group], [(group, by_hand) for group, kind, by_hand in self.known.members.get(who, []) if kind == "student"]
        others = [group for group, by_hand in has if group != wanted]
        name = self.roster.groups[row.group].name
        if any(by_hand for group, by_hand in has if group != wanted):
            self.faults.append(Fault(row.line, "by-hand", False, row.name, name))
            return
        for group in others:
            self.steps.append(Step("leave", who, row.name, {"group": str(group), "by_hand": None}, {}, self.known.groups[group][0]))
        if wanted not in {group for group, _ in has}:
            self.steps.append(Step("join", who, row.name, {}, {"group": str(wanted)}, name))
            self.touched.add(who)

    def _missing(self, one: Somebody) -> bool:
        words = {(one.number or "").casefold(), one.source_id or "", one.email.casefold(), one.name.casefold()} - {""}
        return one.id not in self.matched and not words & self.spared and (one.source_id or "") not in self.roster.gone

    def _archive(self, one: Somebody) -> None:
        members = self.known.members.get(one.id, [])
        about = ", ".join(self.known.groups[group][0] for group, _, _ in members)
        self.steps.append(Step("archive", one.id, one.name, {}, {}, about))
        self.matched.discard(one.id)
        for group, kind, by_hand in members:
            before = {"group": str(group), "by_hand": "1" if by_hand else None}
            self.steps.append(Step("leave" if kind == "student" else "mentor-end", one.id, one.name, before, {}, self.known.groups[group][0]))

    # mentors and guardians

    def _mentors(self) -> None:
        """Who mentors each group of which the list says it. Whom an earlier list gave is replaced; whom somebody gave by hand stays."""
        ways = self._ways()
        wanted: dict[UUID, dict[UUID, None]] = {}
        unknown = set[str]()
        for told in self.roster.mentors:
            who = self._mentor(told.who, ways)
            if who is None:
                self.faults += [] if told.who in unknown else [Fault(told.line, "mentor", False, "", told.who[:60])]
                unknown.add(told.who)
            elif told.group in self.group_ids:
                wanted.setdefault(self.group_ids[told.group], {})[who] = None
        ended = {(step.subject, step.before["group"]) for step in self.steps if step.what == "mentor-end"}
        has: dict[UUID, dict[UUID, bool]] = {}
        for person, members in self.known.members.items():
            for group, kind, by_hand in members:
                if kind == "mentor" and group in wanted:
                    has.setdefault(group, {})[person] = by_hand
        for group, mentors in wanted.items():
            name = next((listed.name for key, listed in self.roster.groups.items() if self.group_ids.get(key) == group), "")
            for person, by_hand in has.get(group, {}).items():
                if person not in mentors and not by_hand and (person, str(group)) not in ended:
                    self.steps.append(Step("mentor-end", person, self.known.people[person].name, {"group": str(group), "by_hand": None}, {}, name))
            for person in mentors.keys() - has.get(group, {}).keys():
                self.steps.append(Step("mentor", person, self._name(person), {}, {"group": str(group)}, name))

    def _ways(self) -> dict[str, UUID | None]:
        """Colleagues by the ways in which a list may name them; None where two would be meant."""
        found: dict[str, UUID | None] = {}
        gone = {step.subject for step in self.steps if step.what == "archive"}
        told = [(one.id, one.given_name, one.infix, one.family_name) for one in self.known.people.values() if one.kind == "staff" and not one.archived and one.id not in gone]
        told += [(step.subject, step.after["given_name"] or "", step.after.get("infix") or "", step.after.get("family_name") or "") for step in self._added("staff")]
        for who, *parts in told:
            for way in ways_to_say(*parts):
                found[way] = None if way in found and found[way] != who else who
        return found

    def _mentor(self, told: str, ways: dict[str, UUID | None]) -> UUID | None:
        found = self._called(told)
        if found is None and "(" in told:
            code = told.rpartition("(")[2].rstrip(") ")
            found = self._called(code) or ways.get(spoken(told.partition("(")[0]))
        found = found or ways.get(spoken(told))
        return found if found is not None and self._kind(found) == "staff" else None

    def _called(self, word: str) -> UUID | None:
        """Who is meant by a key, a code or an e-mail address: in the list, else in the school."""
        found = self.who.get(word) or self.who.get(plain_key(word)) or self.who.get(word.casefold())
        known = self.by_number.get(word) or self.by_plain.get(plain_key(word)) or self.by_email.get(("staff", word.casefold())) or self.by_source.get(word)
        return found or (known.id if known and not known.archived else None)

    def _wards(self) -> None:
        for guardian, student in self.roster.wards:
            one, other = self.who.get(guardian), self.who.get(student)
            if one is None or other is None or self._kind(one) != "guardian" or self._kind(other) != "student":
                continue
            if (one, other) not in self.known.wards:
                self.steps.append(Step("guardian", one, self._name(one), {}, {"student": str(other)}, self._name(other)))

    def _added(self, kind: str) -> Iterator[Step]:
        return (step for step in self.steps if step.what == "add" and step.after["kind"] == kind)

    def _name(self, who: UUID) -> str:
        return self.names.get(who) or self.known.people[who].name

    def _kind(self, who: UUID) -> str:
        return self.kinds.get(who) or self.known.people[who].kind


class _Unclear(Exception):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _words_of(row: Listed) -> dict[str, str | None]:
    return {
        "given_name": row.given, "infix": row.infix or "", "family_name": row.family, "email": row.email, "job": row.job, "number": row.number or None,
        "source_id": row.source or None, "birth_date": row.birth.isoformat() if row.birth else None,
    }  # fmt: skip
