"""OneRoster 1.1 and 1.2, CSV binding (1EdTech): a zip of CSV files and a manifest that says of each whether it is whole (bulk), a part (delta) or absent.

A class whose `classType` is homeroom is a mentor group; those taught in it are its students, its teachers their mentors. Roles are in `users.csv`
(1.1) or `roles.csv` (1.2). Agents are parents and carers, named on either side. What is `tobedeleted`, `inactive` or has `enabledUser` false has left.
Dates of roles and enrolments are not looked at: exports of a running school carry those of last year.
"""

import csv
import difflib
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from server.people.fields import EMAIL
from server.roster import reading_zip
from server.roster.listed import LONGEST, Fault, Listed, ListedGroup, Mentor, Notice, Roster, Unreadable
from server.roster.reading_dates import read_date
from server.roster.reading_names import INFIXES, split_family
from server.roster.reading_rows import Tell
from server.roster.reading_table import MOST_ROWS, text_of

COLUMNS = {
    "users": "sourcedId status dateLastModified enabledUser orgSourcedIds role username userIds givenName familyName middleName identifier email sms phone agentSourcedIds grades "
    "password userMasterIdentifier resourceSourcedIds preferredGivenName preferredMiddleName preferredFamilyName primaryOrgSourcedId pronouns",
    "roles": "sourcedId status dateLastModified userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId",
    "classes": "sourcedId status dateLastModified title grades courseSourcedId classCode classType location schoolSourcedId termSourcedIds subjects subjectCodes periods",
    "enrollments": "sourcedId status dateLastModified classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate",
    "demographics": "sourcedId status dateLastModified birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican nativeHawaiianOrOtherPacificIslander white "
    "demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity countryOfBirthCode stateOfBirthAbbreviation cityOfBirth publicSchoolResidenceStatus",
}
KINDS = {
    "student": "student",
    **dict.fromkeys(["teacher", "aide", "administrator", "principal", "counselor", "proctor", "siteadministrator", "systemadministrator", "districtadministrator"], "staff"),
    **dict.fromkeys(["guardian", "parent", "relative"], "guardian"),
}
MOST_ENROLLMENTS = 1_000_000
_LEFT = {"tobedeleted", "inactive"}
_Told = dict[str, str]


class _Source:
    """The files of the zip that count, and what was odd about them."""

    def __init__(self, content: bytes) -> None:
        self.archive: zipfile.ZipFile = reading_zip.opened(content)
        self.parts = {name.casefold().removesuffix(".csv"): name for name in reading_zip.parts(self.archive).values()}
        self.parts = {name.rpartition("/")[2]: path for name, path in self.parts.items()}
        self.notices: list[Notice] = []
        told = {row.get("propertyname", ""): row.get("value", "") for _, row in self._rows("manifest")} if "manifest" in self.parts else {}
        self.modes = {name.casefold().removeprefix("file."): value.casefold() for name, value in told.items() if name.casefold().startswith("file.")}
        if not told:
            self.notices.append(Notice("manifest"))
        version = next((value for name, value in told.items() if name.casefold() == "oneroster.version"), "")
        self.version = "1.2" if version.startswith("1.2") or (not version and "roles" in self.parts) else "1.1"
        self.partial = any(self.mode(name) == "delta" for name in ("users", "classes", "enrollments"))

    def mode(self, name: str) -> str:
        """`bulk`, `delta` or `absent`; without a manifest whatever is there is whole."""
        said = self.modes.get(name.casefold(), "bulk" if not self.modes else "absent")
        return said if said in {"bulk", "delta"} else "absent"

    def rows(self, name: str) -> Iterator[tuple[int, _Told]]:
        """The rows of a file that the manifest counts on, with what was misspelt above them put right."""
        if self.mode(name) == "absent":
            self.notices += [Notice("uncounted", f"{name}.csv")] if name in self.parts else []
            return
        if name not in self.parts:
            self.notices.append(Notice("missing", f"{name}.csv"))
            return
        yield from self._rows(name)

    def _rows(self, name: str) -> Iterator[tuple[int, _Told]]:
        text = text_of(reading_zip.content_of(self.archive, self.parts[name]))
        try:
            rows = csv.reader(io.StringIO(text, newline=""))
            titles = self._titles(name, next(rows, []))
            for line, cells in enumerate(rows, 2):
                if any(cells):
                    yield line, {title: " ".join(cell.split()) for title, cell in zip(titles, cells, strict=False) if title}
        except csv.Error as error:
            raise Unreadable("binary") from error

    def _titles(self, name: str, cells: list[str]) -> list[str]:
        known = {title.casefold(): title for title in COLUMNS.get(name, "").split()}
        found = []
        for cell in (cell.strip() for cell in cells):
            right = cell.casefold()
            if cell and known and right not in known:
                near = difflib.get_close_matches(right, set(known) - {other.casefold() for other in cells}, 1, 0.85)
                extension = right.startswith("metadata.")
                self.notices += [] if extension else [Notice("misspelt", f"{name}.csv: {cell} → {known[near[0]]}") if near else Notice("column", f"{name}.csv: {cell}")]
                right = near[0] if near else right
            found.append(right)
        return found


class _Reader:
    def __init__(self, source: _Source) -> None:
        self.source, self.faults = source, list[Fault]()
        self.gone, self.spared = set[str](), set[str]()
        self.agents: list[tuple[str, str]] = []

    def users(self, tell: Tell) -> list[Listed]:
        """Everybody in `users.csv` whose role is one of a school."""
        roles, born = self._roles(), self._born()
        seen: dict[str, Listed] = {}
        numbers: dict[str, str] = {}
        for count, (line, told) in enumerate(self.source.rows("users"), 1):
            if count > MOST_ROWS:
                raise Unreadable("large")
            tell(count, 0) if count % 2000 == 0 else None
            person = self._user(line, told, roles, born)
            if person is None:
                continue
            if person.source in seen:
                self._fault("users", line, "again", True, person.name, str(seen[person.source].line))
            elif person.number and numbers.setdefault(person.number, person.source) != person.source:
                self._fault("users", line, "number-twice", False, person.name, person.number)
                seen[person.source] = msgspec.structs.replace(person, number="")
            else:
                seen[person.source] = person
        return list(seen.values())

    def _user(self, line: int, told: _Told, roles: dict[str, str], born: _Told) -> Listed | None:
        source = told.get("sourcedid", "")
        given, family = told.get("preferredgivenname") or told.get("givenname", ""), told.get("familyname", "")
        infix, family = split_family(family)
        middle = told.get("middlename", "")
        infix = infix or (middle if middle and all(word in INFIXES for word in middle.split()) else "")
        name = " ".join(filter(None, (given, infix, family)))[:120]
        if told.get("status", "").casefold() in _LEFT or told.get("enableduser", "").casefold() in {"false", "0"}:
            self.gone.add(source)
            return None
        kind = KINDS.get(told.get("role", "").casefold(), "") if self.source.version == "1.1" else roles.get(source, "")
        values = {"source": source, "given": given, "infix": infix, "family": family, "number": told.get("identifier", "")}
        long = next((field for field, value in values.items() if len(value) > LONGEST[field]), None)
        unclear = "source" if not source else "given" if not given else "long" if long else "role" if not kind else None
        if unclear:
            self.spared.update({source} - {""})
            self._fault("users", line, unclear, True, name, values[long][:40] if long else told.get("role", "") if unclear == "role" else source)
            return None
        email = told.get("email", "")
        if email and not (EMAIL.fullmatch(email) and len(email) <= 254):
            self._fault("users", line, "email", False, name, email[:80])
            email = ""
        birth = read_date(born.get(source, ""))
        if born.get(source) and birth is None:
            self._fault("demographics", line, "date", False, name, born[source][:40])
        self.agents += [(source, agent.strip()) for agent in told.get("agentsourcedids", "").split(",") if agent.strip()]
        return Listed(line=line, kind=kind, number=values["number"], source=source, given=given, infix=infix, family=family, birth=birth, email=email)

    def _roles(self) -> dict[str, str]:
        """Of each person what they are here: their primary role, else a role in the school before that of a parent."""
        found: dict[str, tuple[int, str]] = {}
        for line, told in self.source.rows("roles") if self.source.version == "1.2" else ():
            kind, who = KINDS.get(told.get("role", "").casefold()), told.get("usersourcedid", "")
            if kind is None:
                self._fault("roles", line, "role", False, "", told.get("role", "")[:40])
            elif told.get("status", "").casefold() not in _LEFT:
                rank = 0 if told.get("roletype", "").casefold() == "primary" else 2 if kind == "guardian" else 1
                found[who] = min(found.get(who, (9, "")), (rank, kind))
        return {who: kind for who, (_, kind) in found.items()}

    def _born(self) -> _Told:
        return (
            {told.get("sourcedid", ""): told["birthdate"] for _, told in self.source.rows("demographics") if told.get("birthdate")} if "demographics" in self.source.parts else {}
        )

    def groups(self) -> dict[str, ListedGroup]:
        """The classes that are mentor groups."""
        found: dict[str, ListedGroup] = {}
        names, others = set[str](), 0
        for line, told in self.source.rows("classes"):
            if told.get("status", "").casefold() in _LEFT:
                continue
            if told.get("classtype", "").casefold() != "homeroom":
                others += 1
                continue
            source, name = told.get("sourcedid", ""), told.get("title", "") or told.get("classcode", "")
            if not source or not name or len(name) > LONGEST["group"] or name.casefold() in names:
                self._fault("classes", line, "group-name", True, name[:60], "")
                continue
            names.add(name.casefold())
            found[source] = ListedGroup(name, source)
        self.source.notices += [Notice("homeroom")] if not found else [Notice("lessons", str(others))] if others else []
        return found

    def enrolled(self, people: dict[str, Listed], groups: dict[str, ListedGroup]) -> tuple[dict[str, str], list[Mentor]]:
        """In which group each student is, and who mentors it, who comes first first."""
        member: dict[str, tuple[bool, str]] = {}
        mentors: dict[str, list[tuple[bool, Mentor]]] = defaultdict(list)
        for line, told in self.source.rows("enrollments"):
            if line > MOST_ENROLLMENTS:
                raise Unreadable("large")
            group, who = told.get("classsourcedid", ""), told.get("usersourcedid", "")
            if group not in groups or told.get("status", "").casefold() in _LEFT or who in self.gone or who in self.spared:
                continue
            person, role, second = people.get(who), told.get("role", "").casefold(), told.get("primary", "").casefold() != "true"
            if person is None:
                self._fault("enrollments", line, "unknown", False, "", who[:60])
            elif role == "student" and person.kind == "student":
                if who in member and member[who][1] != group:
                    self._fault("enrollments", line, "two-groups", False, person.name, groups[min(member[who], (second, group))[1]].name)
                member[who] = min(member.get(who, (True, group)), (second, group), key=lambda one: one[0])
            elif role in {"teacher", "aide"} and person.kind == "staff":
                mentors[group].append((second, Mentor(group, who, line)))
            elif role in {"student", "teacher"}:
                self._fault("enrollments", line, "enrolled-student" if role == "student" else "enrolled-teacher", False, person.name, groups[group].name)
        ordered = [mentor for found in mentors.values() for _, mentor in sorted(found, key=lambda one: one[0])]
        return {who: group for who, (_, group) in member.items()}, list({(mentor.group, mentor.who): mentor for mentor in ordered}.values())

    def wards(self, people: dict[str, Listed]) -> list[tuple[str, str]]:
        """Whose guardian somebody is, named on either side."""
        found: dict[tuple[str, str], None] = {}
        for one, other in self.agents:
            kinds = {people[who].kind: who for who in (one, other) if who in people}
            if "guardian" in kinds and "student" in kinds:
                found[kinds["guardian"], kinds["student"]] = None
            elif one in people and people[one].kind == "student" and other not in self.gone:
                known = people.get(other)
                self._fault("users", people[one].line, "agent" if known else "unknown", False, people[one].name, known.name if known else other[:60])
        return list(found)

    def _fault(self, file: str, line: int, kind: str, left_out: bool, name: str = "", value: str = "") -> None:
        self.faults.append(Fault(line, kind, left_out, name, value, f"{file}.csv"))


def people_of(content: bytes, tell: Tell = lambda done, total: None) -> Roster:
    """The roster in a zip; raises `Unreadable` when it holds none."""
    source = _Source(content)
    if "users" not in source.parts or source.mode("users") == "absent":
        raise Unreadable("users")
    reader = _Reader(source)
    people = {person.source: person for person in reader.users(tell)}
    groups = reader.groups()
    member, mentors = reader.enrolled(people, groups)
    wards = reader.wards(people)
    caring = {guardian for guardian, _ in wards}
    alone = sum(person.kind == "guardian" and who not in caring for who, person in people.items())
    reader.spared |= {who for who, person in people.items() if person.kind == "guardian" and who not in caring}
    source.notices += [Notice("guardians-alone", str(alone))] if alone else []
    listed = [
        msgspec.structs.replace(person, group=member.get(who, "")) if person.kind == "student" else person
        for who, person in people.items()
        if person.kind != "guardian" or who in caring
    ]
    if not listed and not reader.faults:
        raise Unreadable("empty")
    whole = frozenset() if source.partial else frozenset({"student", "staff", "guardian"})
    return Roster(
        shape=f"oneroster-{source.version}", people=listed, groups=groups, mentors=mentors, wards=wards, faults=reader.faults, notices=list(dict.fromkeys(source.notices)),
        speaks_for=whole, gone=frozenset(reader.gone - {""}), spared=frozenset(reader.spared),
    )  # fmt: skip
