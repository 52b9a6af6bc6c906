"""A plan as it is kept and shown: laid out in pages when it is made, so that a screen opens only the pages it shows, however large the plan is."""

import hashlib
import zlib
from collections.abc import Iterator
from uuid import UUID

import msgspec

from server.roster.listed import Notice
from server.roster.plan import Plan, Step

FIRST, PAGE = 8, 100
PARTS = ("left-out", "archive", "add", "restore", "join", "change", "groups", "mentors", "guardian", "small")
"""The parts of a plan in the order of a page: what is wrong or far-reaching first."""

FAULTY = ("left-out", "small")
"""Those that say what could not be read: they are kept when the plan is done."""

_OF = {
    "groups": {"group-add", "group-restore", "group-change", "group-archive"}, "mentors": {"mentor", "mentor-end"}, "add": {"add"}, "restore": {"restore"}, "change": {"change"},
    "archive": {"archive"}, "guardian": {"guardian"},
}  # fmt: skip


class Line(msgspec.Struct, frozen=True, array_like=True):
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


class Preview(msgspec.Struct, frozen=True):
    """What is known of a plan without opening it, its parts in packed pages, and the packed plan itself."""

    counts: dict[str, int]
    notices: list[Notice]
    whole: bool
    may_be_whole: bool
    known_active: int
    many: bool
    empty: bool
    pages: dict[str, list[bytes]]
    sizes: dict[str, int]
    packed: bytes

    @property
    def plan(self) -> Plan:
        """All of it."""
        return msgspec.msgpack.decode(zlib.decompress(self.packed), type=Plan)

    def part(self, name: str, start: int = 0) -> Part | None:
        """A page of one part; None when there is no such page."""
        place = max(0, start) // PAGE
        pages = self.pages.get(name, [])
        if place >= len(pages):
            return None
        return Part(name, msgspec.msgpack.decode(zlib.decompress(pages[place]), type=list[Line]), self.sizes[name], place * PAGE)

    def parts(self) -> list[Part]:
        """Every part that holds anything, with its first lines."""
        found = [part for name in PARTS if (part := self.part(name)) is not None]
        return [msgspec.structs.replace(part, lines=part.lines[:FIRST]) if part.count > FIRST + 2 else part for part in found]


def pack(plan: Plan) -> bytes:
    """A plan to keep."""
    pages, sizes = dict[str, list[bytes]](), dict[str, int]()
    for name in PARTS:
        lines = list(_lines(plan, name))
        if lines:
            sizes[name] = len(lines)
            pages[name] = [_small(lines[start : start + PAGE]) for start in range(0, len(lines), PAGE)]
    told = {"counts": plan.counts, "notices": plan.notices, "whole": plan.whole, "may_be_whole": plan.may_be_whole, "known_active": plan.known_active}
    return msgspec.msgpack.encode(Preview(**told, many=plan.many, empty=plan.empty, pages=pages, sizes=sizes, packed=_small(plan)))  # type: ignore[arg-type]


def left_of(plan: Plan) -> bytes | None:
    """What is kept of a plan once it is done, in the same pages: which rows were skipped or read without a field, and why. None when all was well.

    No names: the row number leads to the person for who has the file.
    """
    pages, sizes = dict[str, list[bytes]](), dict[str, int]()
    for name in FAULTY:
        lines = [msgspec.structs.replace(line, name="") for line in _lines(plan, name)]
        if lines:
            sizes[name], pages[name] = len(lines), [_small(lines[start : start + PAGE]) for start in range(0, len(lines), PAGE)]
    told = {"counts": plan.counts, "notices": [], "whole": plan.whole, "may_be_whole": False, "known_active": 0, "many": False, "empty": True, "packed": b""}
    return msgspec.msgpack.encode(Preview(**told, pages=pages, sizes=sizes)) if pages else None  # type: ignore[arg-type]


def opened(content: bytes) -> Preview:
    """What is known of a plan that was kept."""
    return msgspec.msgpack.decode(content, type=Preview)


def seal_of(content: bytes) -> str:
    """The fingerprint of a kept plan: what was looked at and what is done must be the same."""
    return hashlib.sha256(content).hexdigest()[:32]


def _small(thing: object) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(thing), 3)


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
