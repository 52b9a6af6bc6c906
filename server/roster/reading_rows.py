"""Rows of a CSV or a sheet as people: each name taken apart, each fault said with its row number.

Who is staff is said by a column, or by the choice that this is a list of staff, or by other rows: whoever is the mentor of others.
"""

from collections import defaultdict
from collections.abc import Callable

import msgspec

from server.people.fields import EMAIL
from server.roster.listed import LONGEST, Fault, Listed, ListedGroup, Mentor, Notice, Roster
from server.roster.reading_columns import Columns, Head, plain
from server.roster.reading_dates import read_date
from server.roster.reading_names import split_family, split_name, spoken, ways_to_say
from server.roster.reading_table import Rows

_WORDS = {
    "student": "leerling leerlingen student studenten deelnemer lln pupil learner l",
    "staff": "docent docenten leraar lerares medewerker medewerkers mentor personeel staff teacher employee oop op ondersteuner concierge decaan teamleider directie directeur "
    "coordinator lobcoordinator stagiair instructeur onderwijsassistent beheerder administratie m d",
    "guardian": "ouder ouders verzorger voogd parent guardian ouderverzorger",
}
ROLES = {kind: frozenset(words.split()) for kind, words in _WORDS.items()}
"""What a column with roles may say, without capitals and accents."""

Tell = Callable[[int, int], None]
_Parts = dict[str, str]


def people_of(rows: Rows, head: Head, columns: Columns, shape: str, tell: Tell = lambda done, total: None) -> Roster:
    """The roster that these rows are. `tell` hears now and then how far it is."""
    body, reader = rows[head.at + 1 :], _Reader(columns)
    for count, (line, cells) in enumerate(body):
        reader.row(line, cells)
        if count % 2000 == 1999:
            tell(count + 1, len(body))
    return reader.roster(shape, [Notice("column", title) for place, title in enumerate(head.titles) if title and place not in columns.fields][:40])


class _Reader:
    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.at = {field: place for place, field in columns.fields.items()}
        self.listed: list[tuple[Listed, _Parts]] = []
        self.guardians: dict[str, Listed] = {}
        self.wards: list[tuple[str, str]] = []
        self.faults: list[Fault] = []
        self.spared: set[str] = set()

    def row(self, line: int, cells: list[str]) -> None:
        """Read one row; a fault is kept, and so is whoever it is about."""
        told = {field: cells[place] if place < len(cells) else "" for field, place in self.at.items()}
        given, infix, family = _name(told)
        name = " ".join(filter(None, (given, infix, family)))[:120]
        number, kind = told.get("number", ""), self._kind(told)
        values = {"number": number, "given": given, "infix": infix or "", "family": family, "group": told.get("group", ""), "mentor": told.get("mentor", "")}
        long = next((field for field, value in values.items() if len(value) > LONGEST[field]), None)
        email = self._email(line, name, told)
        known = number or (email if kind in {"staff", "guardian"} else "")
        unclear = "role" if kind == "?" else "number" if not known else "given" if not given else "long" if long else None
        if unclear:
            shown = {"role": told.get("role", ""), "long": values[long] if long else ""}.get(unclear, number)
            self._leave_out(Fault(line, unclear, True, name, shown[:40] + ("…" if len(shown) > 40 else "")), number, email, name)
            return
        birth = read_date(told["birth"]) if told.get("birth") else None
        if told.get("birth") and birth is None:
            self.faults.append(Fault(line, "date", False, name, told["birth"][:40]))
        person = Listed(
            line=line, kind=kind, number=number, given=given, infix=infix, family=family, group=told.get("group", ""), birth=birth, email=email,
            job=told.get("job", "")[: LONGEST["job"]],
        )  # fmt: skip
        self.listed.append((person, told))

    def _kind(self, told: _Parts) -> str:
        said = plain(told.get("role", ""))
        if said:
            return next((kind for kind, words in ROLES.items() if said in words), "?")
        return "staff" if self.columns.who == "staff" else ""

    def _email(self, line: int, name: str, told: _Parts, field: str = "email") -> str:
        text = told.get(field, "").removeprefix("mailto:")
        if not text or (EMAIL.fullmatch(text) and len(text) <= 254):
            return text
        self.faults.append(Fault(line, "email", False, name, text[:80]))
        return ""

    def _leave_out(self, fault: Fault, *who: str) -> None:
        self.faults.append(fault)
        self.spared.update(word.casefold() for word in who if word)

    def roster(self, shape: str, notices: list[Notice]) -> Roster:
        """Everything that was read, put together."""
        people = self._with_kinds(self._once())
        students = [(person, told) for person, told in people if person.kind == "student"]
        for person, told in students:
            self._guardians(person, told)
        mentors = [Mentor(person.group.casefold(), told["mentor"], person.line) for person, told in students if told.get("mentor")]
        groups = {person.group.casefold(): ListedGroup(person.group) for person, _ in reversed(students) if person.group}
        for person, told in people:
            for name in _names_of_groups(told.get("mentor_of", "")) if person.kind == "staff" else ():
                groups.setdefault(name.casefold(), ListedGroup(name))
                mentors.append(Mentor(name.casefold(), person.key, person.line))
        listed = [msgspec.structs.replace(person, group=person.group.casefold() if person.kind == "student" else "") for person, _ in people]
        self.faults.sort(key=lambda fault: fault.line)
        return Roster(
            shape=shape, people=listed + list(self.guardians.values()), groups=groups, mentors=_first_of_each(mentors), wards=self.wards, faults=self.faults,
            notices=notices, speaks_for=self._speaks_for(listed), spared=frozenset(self.spared),
        )  # fmt: skip

    def _speaks_for(self, people: list[Listed]) -> frozenset[str]:
        """A list of students names only the staff that mentor them; one with a column for it, or of staff, may name all."""
        if "role" in self.at:
            return frozenset(person.kind for person in people if person.kind in {"student", "staff"})
        return frozenset({"staff" if self.columns.who == "staff" else "student"}) if people else frozenset()

    def _once(self) -> list[tuple[Listed, _Parts]]:
        """Each number once. The same person again is skipped; two persons with one number are both left out, for whose is it?"""
        by_key: dict[str, list[tuple[Listed, _Parts]]] = defaultdict(list)
        for person, told in self.listed:
            by_key[person.key.casefold()].append((person, told))
        kept = []
        for same in by_key.values():
            if len({person.name.casefold() for person, _ in same}) > 1:
                for person, _ in same:
                    self._leave_out(Fault(person.line, "shared", True, person.name, person.key), person.key)
                continue
            kept.append(same[0])
            self.faults += [Fault(person.line, "again", True, person.name, str(same[0][0].line)) for person, _ in same[1:]]
        return kept

    def _with_kinds(self, people: list[tuple[Listed, _Parts]]) -> list[tuple[Listed, _Parts]]:
        """Who mentors others is staff; who has a group or a mentor is a student. Who does both could be either, so is left out."""
        called = {plain_key(told["mentor"]) for person, told in people if told.get("mentor") and plain_key(told["mentor"]) != plain_key(person.number)}
        spoken_of = {spoken(told["mentor"]) for _, told in people if told.get("mentor")}
        kept = []
        for person, told in people:
            by_code = (bool(person.number) and plain_key(person.number) in called) or (bool(person.email) and person.email.casefold() in called)
            mentored = told.get("mentor", "") and plain_key(told["mentor"]) != plain_key(person.number)
            if person.kind:
                kept.append((person, told))
            elif by_code and mentored:
                self._leave_out(Fault(person.line, "both", True, person.name, person.number), person.number)
            elif by_code or (not person.group and not mentored and ways_to_say(person.given, person.infix or "", person.family) & spoken_of):
                kept.append((msgspec.structs.replace(person, kind="staff"), told))
            else:
                kept.append((msgspec.structs.replace(person, kind="student" if person.group or mentored else ""), told))
        return kept

    def _guardians(self, student: Listed, told: _Parts) -> None:
        for which in ("guardian1", "guardian2"):
            name = told.get(f"{which}_name", "")
            email = self._email(student.line, name, told, f"{which}_email").casefold()
            if name and not told.get(f"{which}_email"):
                self.faults.append(Fault(student.line, "guardian-email", False, name[:80]))
            if not email:
                continue
            given, infix, family = split_name(name)
            if not given:
                self.faults.append(Fault(student.line, "guardian-name", False, student.name, email))
                continue
            guardian = Listed(line=student.line, kind="guardian", email=email, given=given[:80], infix=infix[:30], family=family[:80])
            self.guardians.setdefault(email, guardian)
            self.wards.append((email, student.key))


def plain_key(text: str) -> str:
    """A code or number to compare: Excel drops the zeros before it."""
    text = text.casefold()
    return text.lstrip("0") or text if text.isdigit() else text


def _name(told: _Parts) -> tuple[str, str | None, str]:
    """The parts of the name; the middle one is None when the list does not say whether there is one."""
    if told.get("name") and not told.get("given"):
        return split_name(told["name"])
    infix, family = told.get("infix"), told.get("family", "")
    if infix:
        return told.get("given", ""), infix, family.removesuffix(f", {infix}").removeprefix(f"{infix} ")
    split, rest = split_family(family)
    return told.get("given", ""), split or infix, rest


def _names_of_groups(text: str) -> list[str]:
    parts = [part.strip() for part in text.replace(";", ",").replace("/", ",").split(",")]
    return [part for part in parts if part and len(part) <= LONGEST["group"]]


def _first_of_each(mentors: list[Mentor]) -> list[Mentor]:
    found: dict[tuple[str, str], Mentor] = {}
    for mentor in mentors:
        found.setdefault((mentor.group, mentor.who), mentor)
    return list(found.values())
