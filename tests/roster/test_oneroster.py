"""OneRoster, read: both versions, with everything that real exports do to it."""

from pathlib import Path

import pytest

from server.roster.listed import Roster, Unreadable
from server.roster.reading import parse
from tests.roster.files import oneroster, user

SHARED = Path(__file__).parents[3] / "shared" / "data" / "oneroster"
CLASSES = ("c1,,3B,homeroom", "c2,,Wiskunde 3B,scheduled")


def people(roster: Roster) -> dict[str, str]:
    return {row.source: row.kind for row in roster.people}


def faults(roster: Roster) -> list[tuple[str, int, str]]:
    return [(fault.file, fault.line, fault.kind) for fault in roster.faults]


def notices(roster: Roster) -> list[str]:
    return [f"{notice.kind} {notice.value}".strip() for notice in roster.notices]


def test_version_1_1_with_roles_in_users_and_a_homeroom_as_mentor_group() -> None:
    roster = parse(
        oneroster(
            users=[
                user("s1", "student", "Yara", "van der Meulen", number="004516", agents="p1"), user("t1", "teacher", "Marten", "Boer", email="m@voorbeeld.example", middle="de"),
                user("t2", "aide", "Els", "Wouters"), user("p1", "parent", "Kees", "Meulen"), user("p2", "guardian", "Los", "Zand"), user("x", "alien", "Bo", "X"),
            ],
            classes=CLASSES,
            enrollments=["e1,,c1,s1,student,", "e2,,c1,t2,teacher,false", "e3,,c1,t1,teacher,true", "e4,,c2,t2,teacher,true", "e5,,c1,t1,student,", "e6,,c1,nobody,student,"],
            demographics=["s1,,2011-05-21"],
        )
    )  # fmt: skip
    assert people(roster) == {"s1": "student", "t1": "staff", "t2": "staff", "p1": "guardian"} and roster.shape == "oneroster-1.1"
    yara, boer = roster.people[0], roster.people[1]
    assert (yara.given, yara.infix, yara.family, yara.number, yara.group, f"{yara.birth}") == ("Yara", "van der", "Meulen", "004516", "c1", "2011-05-21")
    assert (boer.infix, boer.family) == ("de", "Boer")
    assert [(mentor.group, mentor.who) for mentor in roster.mentors] == [("c1", "t1"), ("c1", "t2")] and roster.wards == [("p1", "s1")]
    assert faults(roster) == [("users.csv", 7, "role"), ("enrollments.csv", 6, "enrolled-student"), ("enrollments.csv", 7, "unknown")]
    assert notices(roster) == ["lessons 1", "guardians-alone 1"]
    assert roster.groups["c1"].name == "3B" and roster.speaks_for == {"student", "staff", "guardian"} and "p2" in roster.spared


def test_version_1_2_with_roles_of_their_own() -> None:
    users = ["s1,active,true,Yara,Meulen,,1,,p1,Yaar", "t1,active,true,Marten,Boer,,2,,,", "p1,,true,Kees,Meulen,,,,,", "n1,,true,Geen,Rol,,,,,"]
    roles = [
        "r1,,s1,primary,student,o",
        "r2,,t1,secondary,guardian,o",
        "r3,,t1,primary,counselor,o",
        "r4,,p1,primary,parent,o",
        "r5,tobedeleted,n1,primary,student,o",
        "r6,,s1,primary,koning,o",
    ]
    roster = parse(oneroster("1.2", users=users, roles=roles, classes=CLASSES, enrollments=["e1,,c1,s1,student,true"]))
    assert people(roster) == {"s1": "student", "t1": "staff", "p1": "guardian"} and roster.people[0].given == "Yaar"
    assert ("roles.csv", 7, "role") in faults(roster) and ("users.csv", 5, "role") in faults(roster)


def test_who_is_deleted_inactive_or_not_enabled_has_left() -> None:
    roster = parse(
        oneroster(users=[user("a", "student", "A", "A", status="tobedeleted"), user("b", "student", "B", "B", status="inactive"), user("c", "student", "C", "C", enabled="FALSE"),
                         user("d", "student", "D", "D", status="active")], classes=CLASSES, enrollments=["e,,c1,a,student,", "f,inactive,c1,d,student,"])
    )  # fmt: skip
    assert people(roster) == {"d": "student"} and roster.gone == {"a", "b", "c"} and roster.faults == [] and roster.people[0].group == ""


def test_the_manifest_is_believed() -> None:
    users, classes = [user("a", "student", "A", "A")], CLASSES
    part = parse(oneroster(users=users, classes=classes, enrollments=["e,,c1,a,student,"], modes={"users": "delta", "enrollments": "absent", "classes": ""}))
    assert part.speaks_for == frozenset() and part.groups == {} and notices(part)[:2] == ["uncounted classes.csv", "homeroom"]
    missing = parse(oneroster(users=users, modes={"classes": "bulk", "enrollments": "bulk"}))
    assert "missing classes.csv" in notices(missing) and "missing enrollments.csv" in notices(missing)
    for modes in ({"users": "absent"}, {"users": ""}):
        with pytest.raises(Unreadable) as told:
            parse(oneroster(users=users, modes=modes))
        assert told.value.why == "users"


def test_columns_that_are_unknown_or_misspelt_are_told_and_what_is_clear_is_read() -> None:
    head = "sourcedId,status,dataLastModified,enabledUser,givenName,familyName,prefferedGivenName,metadata.x,lievelingsdier,,"
    roster = parse(oneroster("1.2", users=[head, "s1,,2025-01-01,true,Samira,Aït Ben,Sam,1,kat"], roles=["r,,s1,primary,student,o"]))
    assert roster.people[0].given == "Sam"
    assert set(notices(roster)) == {
        "misspelt users.csv: dataLastModified → dateLastModified", "misspelt users.csv: prefferedGivenName → preferredGivenName", "column users.csv: lievelingsdier",
        "homeroom",
    }  # fmt: skip


def test_a_folder_around_the_files_and_a_missing_manifest_do_not_matter() -> None:
    assert people(parse(oneroster(users=[user("a", "student", "A", "A")], folder="export/"))) == {"a": "student"}


def test_a_student_in_two_mentor_groups_is_in_the_primary_one() -> None:
    rows = ["e1,,c1,a,student,false", "e2,,c3,a,student,true"]
    for enrollments in (rows, rows[::-1]):
        roster = parse(oneroster(users=[user("a", "student", "A", "A")], classes=[*CLASSES, "c3,,4B,homeroom"], enrollments=enrollments))
        assert roster.people[0].group == "c3" and [fault.kind for fault in roster.faults] == ["two-groups"]


def test_who_stands_twice_is_read_once_and_a_number_of_two_is_of_the_first() -> None:
    roster = parse(oneroster(users=[user("a", "student", "A", "A", number="1"), user("a", "student", "A", "A"), user("b", "student", "B", "B", number="1")]))
    assert [(row.source, row.number) for row in roster.people] == [("a", "1"), ("b", "")] and [fault.kind for fault in roster.faults] == ["again", "number-twice"]


@pytest.mark.skipif(not SHARED.exists(), reason="only where the examples are at hand")
def test_the_examples_of_another_system() -> None:
    one = parse((SHARED / "Test_minimal_data_set.zip").read_bytes())
    assert (one.shape, len(one.people), [group.name for group in one.groups.values()]) == ("oneroster-1.1", 5, ["History - 2"])
    assert [(fault.line, fault.kind) for fault in one.faults] == [(6, "enrolled-student")]
    two = parse((SHARED / "v1p2_full_dataset.zip").read_bytes())
    assert (two.shape, len(two.people), two.groups) == ("oneroster-1.2", 6, {})
    assert "misspelt users.csv: prefferedGivenName → preferredGivenName" in notices(two) and "misspelt roles.csv: dataLastModified → dateLastModified" in notices(two)
    assert [fault.kind for fault in two.faults] == ["agent"] * 3
