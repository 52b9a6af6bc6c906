"""A class list, read: who is in it, and what is said of each fault."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from server.roster.reading import Roster, Unreadable, parse

HEAD = "Stamnr/code;Roepnaam;Tussenvoegsel;Achternaam;Klas;Geboortedatum;E-mail;Mentor\r\n"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "klassenlijst-3b.csv"


def read(*rows: str, head: str = HEAD, encoding: str = "cp1252") -> Roster:
    return parse((head + "\r\n".join(rows)).encode(encoding))


def faults(roster: Roster) -> list[tuple[int, str, bool]]:
    return [(fault.line, fault.kind, fault.left_out) for fault in roster.faults]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_names_come_through_in_every_encoding(encoding: str) -> None:
    row = read("004520;Esmée;van 't;Müller;3B;11-09-2011;;", encoding=encoding).rows[0]
    assert (row.number, row.given, row.infix, row.family, f"{row.birth}") == ("004520", "Esmée", "van 't", "Müller", "2011-09-11")


@pytest.mark.parametrize(
    "head",
    [
        "leerlingnummer,Voornaam,Achternaam,Groep\n",
        "LLNR\tRoepnaam\tAchternaam\tStamgroep\n",
        "Klassenlijst 3B\n\nNummer;Roepnaam;Achternaam;Klas\n",
        '"Stamnr";"Roepnaam";"Achternaam";"Klas"\n',
    ],
)
def test_other_systems_name_and_separate_their_columns_otherwise(head: str) -> None:
    separator = next(mark for mark in "\t;," if mark in head)
    row = read(separator.join(("007", "Bo", "de Wit", "1A")), head=head).rows[0]
    assert (row.number, row.given, row.family, row.group) == ("007", "Bo", "de Wit", "1A")


def test_iso_dates_are_read_too() -> None:
    assert f"{read('1;A;;B;3B;2011-02-28;;').rows[0].birth}" == "2011-02-28"


def test_a_small_fault_leaves_out_the_field_and_says_so() -> None:
    roster = read("1;Wesley;;Bakker;3B;31-02-2011;;", "2;Rayan;;Amrani;3B;;rayan@@voorbeeld;")
    assert [(row.given, row.birth, row.email) for row in roster.rows] == [("Wesley", None, ""), ("Rayan", None, "")]
    assert faults(roster) == [(2, "date", False), (3, "email", False)]


def test_an_unclear_person_is_left_out_and_said() -> None:
    roster = read(";Onbekend;;Leerling;3B;;;", "1;;;Visser;3B;;;", "2;Daan;;Vos;3B;;;", "", "2;Daan;;VOS;3B;;;", f"3;{'x' * 81};;Y;3B;;;")
    assert [row.given for row in roster.rows] == ["Daan"]
    assert faults(roster) == [(2, "number", True), (3, "given", True), (6, "again", True), (7, "long", True)]


def test_two_people_with_one_number_are_both_left_out() -> None:
    roster = read("1;Daan;;Vos;3B;;;", "1;Noor;;Peters;3B;;;")
    assert roster.rows == [] and faults(roster) == [(2, "shared", True), (3, "shared", True)]


def test_staff_are_known_by_the_mentor_column_that_refers_to_them() -> None:
    roster = read("1;Daan;;Vos;3B;;;BOE", "BOE;Marten;de;Boer;;;m@voorbeeld.example;", "2;Zelf;;Zo;3B;;;2")
    assert [(row.number, row.staff) for row in roster.rows] == [("1", False), ("BOE", True), ("2", False)]


def test_who_mentors_and_is_mentored_is_left_out() -> None:
    roster = read("1;Daan;;Vos;3B;;;2", "2;Noor;;Peters;3B;;;1")
    assert roster.rows == [] and faults(roster) == [(2, "both", True), (3, "both", True)]


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "empty"), (b" \r\n ", "empty"), (HEAD.encode(), "empty"), (b"PK\x03\x04rest", "spreadsheet"), (b"\xd0\xcf\x11\xe0rest", "spreadsheet"), (b"a\0b", "binary"),
         (b"naam;plaats\r\nA;B", "columns"), (b"x" * 2_000_001, "large"), ((HEAD + "1;A;;B;3B;;;\r\n" * 10_001).encode(), "large"),
     (HEAD.encode() + b'1;"' + b"x" * 200_000, "binary")],
)  # fmt: skip
def test_what_is_no_class_list_is_told_apart(content: bytes, why: str) -> None:
    with pytest.raises(Unreadable) as told:
        parse(content)
    assert told.value.why == why


@given(some.binary(max_size=400))
def test_no_bytes_whatever_are_a_fault_of_ours(content: bytes) -> None:
    for start in (b"", HEAD.encode()):
        try:
            parse(start + content)
        except Unreadable as told:
            assert told.why in {"empty", "spreadsheet", "binary", "large", "columns"}


@pytest.mark.skipif(not SHARED.exists(), reason="only where the example of a school's system is at hand")
def test_the_example_of_a_schools_system() -> None:
    roster = parse(SHARED.read_bytes())
    assert len(roster.rows) == 24
    assert [row.number for row in roster.rows if row.staff] == ["BOE", "KRA"]
    assert roster.rows[0].family == "Aït Ben" and roster.rows[0].number == "004512"
    assert [(fault.line, fault.kind) for fault in roster.faults] == [(21, "date"), (22, "again"), (23, "number"), (24, "given"), (26, "email")]
