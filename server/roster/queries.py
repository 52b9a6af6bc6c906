"""What the screens of a list show: the parts of a plan with the first of each, and the lists of before."""

from collections.abc import Iterator
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.people.models import Group, Person, full_name
from server.people.viewer import Viewer
from server.roster import access
from server.roster.models import RosterChange, RosterImport
from server.roster.plan import Plan, Step
from server.roster.undo import last_applied

FIRST, PAGE, EARLIER = 8, 100, 10
PARTS = ("left-out", "archive", "add", "restore", "join", "change", "groups", "mentors", "guardian", "small")
"""The parts of a plan in the order of a page: what is wrong or far-reaching first."""

_OF = {
    "groups": {"group-add", "group-restore", "group-change", "group-archive"}, "mentors": {"mentor", "mentor-end"}, "add": {"add"}, "restore": {"restore"}, "change": {"change"},
    "archive": {"archive"}, "guardian": {"guardian"},
}  # fmt: skip


class Line(msgspec.Struct, frozen=True):
    """One line of a part: who or what, and what happens to it. `parts` are field, before, after."""

    what: str
    name: str
    about: str = ""
    parts: tuple[tuple[str, str, str], ...] = ()
    number: str = ""
    row: int = 0
    kind: str = ""
    value: str = ""
    file: str = ""


class Part(msgspec.Struct, frozen=True):
    """A part of a plan: some of its lines, and how many there are."""

    name: str
    lines: list[Line]
    count: int
    start: int = 0

    @property
    def more(self) -> bool:
        """Whether there is more than is shown."""
        return self.start + len(self.lines) < self.count


class Earlier(msgspec.Struct, frozen=True):
    """A list of before."""

    sent: RosterImport
    by: str
    last: bool


class Standing(msgspec.Struct, frozen=True):
    """Something that stayed after a list was undone."""

    what: str
    name: str


def parts_of(plan: Plan) -> list[Part]:
    """Every part that holds anything, with its first lines."""
    found = []
    for name in PARTS:
        lines = list(_lines(plan, name))
        if lines:
            found.append(Part(name, lines[:FIRST] if len(lines) > FIRST + 2 else lines, len(lines)))
    return found


def part_of(plan: Plan, name: str, start: int) -> Part | None:
    """A page of one part; None when there is no such part."""
    if name not in PARTS:
        return None
    lines = list(_lines(plan, name))
    start = max(0, start) // PAGE * PAGE
    return Part(name, lines[start : start + PAGE], len(lines), start) if start < len(lines) else None


def _lines(plan: Plan, part: str) -> Iterator[Line]:
    if part in {"left-out", "small"}:
        for fault in sorted(plan.faults, key=lambda fault: (fault.file, fault.line)):
            if fault.left_out == (part == "left-out"):
                yield Line("fault", fault.name, row=fault.line, kind=fault.kind, value=fault.value, file=fault.file)
    elif part == "join":
        yield from _moves(plan)
    else:
        steps = [step for step in plan.steps if step.what in _OF[part]]
        yield from (_line(step) for step in (sorted(steps, key=_added_order) if part == "add" else steps))


def _added_order(step: Step) -> tuple[bool, str, str]:
    return step.after.get("kind") != "staff", step.about, step.after.get("family_name") or ""


def _line(step: Step) -> Line:
    if step.what == "add":
        return Line("add", step.name, step.about, number=step.after.get("number") or "", kind=step.after["kind"] or "", value=step.after.get("email") or "")
    parts = tuple((word, step.before.get(word) or "", step.after[word] or "") for word in step.after) if step.what in {"change", "group-change"} else ()
    return Line(step.what, step.name, step.about, parts)


def _moves(plan: Plan) -> Iterator[Line]:
    """Who goes from one group to another, or into their first: of people who were there already."""
    new = {step.subject for step in plan.steps if step.what in {"add", "archive"}}
    left: dict[UUID, list[str]] = {}
    for step in plan.steps:
        if step.what == "leave" and step.subject not in new:
            left.setdefault(step.subject, []).append(step.about)
    for step in plan.steps:
        if step.what == "join" and step.subject not in new:
            yield Line("join", step.name, parts=(("group", ", ".join(left.get(step.subject, [])), step.about),))


def earlier(session: Session, viewer: Viewer) -> list[Earlier]:
    """The last lists of the school, and who brought them."""
    made = access.imports(viewer).order_by(RosterImport.made_at.desc()).limit(EARLIER)
    rows = session.execute(made.add_columns(Person.given_name, Person.infix, Person.family_name).outerjoin(Person, Person.id == RosterImport.made_by)).all()
    last = last_applied(session, viewer.school_id)
    return [Earlier(row[0], full_name(row.given_name or "", row.infix or "", row.family_name or ""), row[0].id == last) for row in rows]


def standing(session: Session, sent: RosterImport) -> list[Standing]:
    """What of an undone list is still so, by name: who has something of their own, and what somebody changed since."""
    people = select(RosterChange.what, Person.given_name, Person.infix, Person.family_name).join(Person, Person.id == RosterChange.subject_id)
    groups = select(RosterChange.what, Group.name).join(Group, Group.id == RosterChange.subject_id)
    found = [
        Standing(row.what, full_name(row.given_name, row.infix, row.family_name))
        for row in session.execute(people.where(RosterChange.import_id == sent.id).order_by(RosterChange.seq).limit(PAGE))
    ]
    return found + [Standing(row.what, row.name) for row in session.execute(groups.where(RosterChange.import_id == sent.id).order_by(RosterChange.seq).limit(PAGE))]


def is_last(session: Session, sent: RosterImport) -> bool:
    """Whether this is the list that can be undone."""
    return last_applied(session, sent.school_id) == sent.id
