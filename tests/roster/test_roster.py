"""A list in a table, read: who is in it, and what is said of each fault."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from server.roster.listed import Listed, Roster, Unreadable
from server.roster.reading import look, parse
from server.roster.reading_columns import guess

HEAD = "Stamnr/code;Roepnaam;Tussenvoegsel;Achternaam;Klas;Geboortedatum;E-mail;Mentor\r\n"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "klassenlijst-3b.csv"


def read(*rows: str, head: str = HEAD, encoding: str = "cp1252", who: str = "") -> Roster:
    content = (head + "\r\n".join(rows)).encode(encoding)
    seen = look(content)
    told = {"columns": {str(place): field for place, field in seen.columns.fields.items()}, "who": who, "head": seen.head.digest} if seen and who else None
    return parse(content, told)


def first(*rows: str, **how: str) -> Listed:
    return read(*rows, **how).people[0]


def faults(roster: Roster) -> list[tuple[int, str, bool]]:
    return [(fault.line, fault.kind, fault.left_out) for fault in roster.faults]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_names_come_through_in_every_encoding(encoding: str) -> None:
    row = first("004520;Esmée;van 't;Müller;3B;11-09-2011;;", encoding=encoding)
    assert (row.number, row.given, row.infix, row.family, f"{row.birth}") == ("004520", "Esmée", "van 't", "Müller", "2011-09-11")


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("above", ["", "Klassenlijst 3B\n\n", "De Waal College\n2026-2027\nLeerlingen per klas\n", "sep={}\n"])
def test_every_separator_is_understood_under_any_title(separator: str, above: str) -> None:
    head = above.format(separator) + separator.join(("leerlingnummer", "Voornaam", "Achternaam", "Groep")) + "\n"
    row = first(separator.join(("007", "Bo", '"Wit, de"', "1A")), head=head)
    assert (row.number, row.given, row.infix, row.family, row.group) == ("007", "Bo", "de", "Wit", "1a")


@pytest.mark.parametrize(
    ("head", "row", "name"),
    [
        ("Nr;Voornaam;Achternaam\n", "1;Marten;de Boer", ("Marten", "de", "Boer")),
        ("Nr;Voornaam;Achternaam, tussenvoegsel\n", "1;Marten;Boer, de", ("Marten", "de", "Boer")),
        ("Nr;Roepnaam;Tussenv.;Achternaam\n", "1;Marten;de;Boer", ("Marten", "de", "Boer")),
        ("Nr;Roepnaam;Tussenv.;Achternaam\n", "1;Marten;de;Boer, de", ("Marten", "de", "Boer")),
        ("Nr;Naam\n", "1;Boer, Marten de", ("Marten", "de", "Boer")),
        ("Nr;Naam\n", "1;Boer, de, Marten", ("Marten", "de", "Boer")),
        ("Nr;Naam\n", "1;Marten de Boer", ("Marten", "de", "Boer")),
        ("Nr;Naam\n", "1;de Boer, Marten", ("Marten", "de", "Boer")),
        ("Nr;Naam\n", "1;Pieter Jan van der Meulen", ("Pieter Jan", "van der", "Meulen")),
        ("Nr;Leerling\n", "1;Samira Aït Ben", ("Samira", "", "Aït Ben")),
        ("Nr;Voornaam;Achternaam\n", "1;Jef;Van Dijk", ("Jef", None, "Van Dijk")),
        ("Nr;Voornaam;Achternaam\n", "1;Bo;de", ("Bo", None, "de")),
        ("Nr;Voornaam\n", "1;Bo", ("Bo", None, "")),
    ],
)
def test_names_are_taken_apart_however_they_are_written(head: str, row: str, name: tuple[str, str | None, str]) -> None:
    found = first(row, head=head, who="students")
    assert (found.given, found.infix or None, found.family) == (name[0], name[1] or None, name[2])


@pytest.mark.parametrize(
    ("told", "date"),
    [("14-03-2011", "2011-03-14"), ("14-3-11", "2011-03-14"), ("1/2/2011", "2011-02-01"), ("14.03.2011", "2011-03-14"), ("2011-02-28", "2011-02-28"), ("20110228", "2011-02-28"),
     ("2011-02-28T00:00:00", "2011-02-28"), ("3 mrt 2011", "2011-03-03"), ("3 maart 2011", "2011-03-03"), ("12 okt. 1968", "1968-10-12"), ("40616", "2011-03-14"),
     ("1-1-65", "1965-01-01"), ("31-02-2011", "None"), ("29-02-2011", "None"), ("2011", "None"), ("14-03", "None"), ("gisteren", "None"), ("01-01-0001", "None")],
)  # fmt: skip
def test_dates_are_read_as_people_and_spreadsheets_write_them(told: str, date: str) -> None:
    roster = read(f"1;A;;B;3B;{told};;")
    assert f"{roster.people[0].birth}" == date and ((2, "date", False) in faults(roster)) == (date == "None")


def test_a_small_fault_leaves_out_the_field_and_says_so() -> None:
    roster = read("1;Wesley;;Bakker;3B;31-02-2011;;", "2;Rayan;;Amrani;3B;;rayan@@voorbeeld;")
    assert [(row.given, row.birth, row.email) for row in roster.people] == [("Wesley", None, ""), ("Rayan", None, "")]
    assert faults(roster) == [(2, "date", False), (3, "email", False)]


def test_an_unclear_person_is_left_out_and_said_and_yet_known_to_be_in_the_list() -> None:
    roster = read(";Onbekend;;Leerling;3B;;;", "1;;;Visser;3B;;;", "2;Daan;;Vos;3B;;;", "", "2;Daan;;VOS;3B;;;", f"3;{'x' * 81};;Y;3B;;;")
    assert [row.given for row in roster.people] == ["Daan"]
    assert faults(roster) == [(2, "number", True), (3, "given", True), (6, "again", True), (7, "long", True)]
    assert {"1", "3", "onbekend leerling"} <= roster.spared


def test_two_people_with_one_number_are_both_left_out() -> None:
    roster = read("1;Daan;;Vos;3B;;;", "1;Noor;;Peters;3B;;;")
    assert roster.people == [] and faults(roster) == [(2, "shared", True), (3, "shared", True)]


def test_staff_are_known_by_the_mentor_column_that_refers_to_them() -> None:
    roster = read("1;Daan;;Vos;3B;;;BOE", "BOE;Marten;de;Boer;;;m@voorbeeld.example;", "2;Zelf;;Zo;3B;;;2")
    assert [(row.number, row.kind) for row in roster.people] == [("1", "student"), ("BOE", "staff"), ("2", "student")]


@pytest.mark.parametrize("mentor", ["BOE", "boe", "m@voorbeeld.example", "Marten de Boer", "dhr. M. de Boer", "Boer, M. de", "de Boer"])
def test_a_mentor_may_be_named_by_code_by_address_or_by_name(mentor: str) -> None:
    roster = read(f'1;Daan;;Vos;3B;;;"{mentor}"', "BOE;Marten;de;Boer;;;m@voorbeeld.example;")
    assert [row.kind for row in roster.people] == ["student", "staff"]


def test_who_mentors_and_is_mentored_is_left_out() -> None:
    roster = read("1;Daan;;Vos;3B;;;2", "2;Noor;;Peters;3B;;;1")
    assert roster.people == [] and faults(roster) == [(2, "both", True), (3, "both", True)]


def test_a_column_with_roles_says_who_is_what() -> None:
    head = "Nr;Roepnaam;Achternaam;Rol;Klas;E-mail\n"
    roster = read("1;Daan;Vos;Leerling;3B;", "BOE;Marten;de Boer;DOCENT;;m@voorbeeld.example", "3;X;Y;Koning;;", ";Karin;Smit;Medewerker;;k@voorbeeld.example", head=head)
    assert [(row.kind, row.key) for row in roster.people] == [("student", "1"), ("staff", "BOE"), ("staff", "k@voorbeeld.example")]
    assert faults(roster) == [(4, "role", True)] and roster.speaks_for == {"student", "staff"}


def test_a_list_of_staff_is_one_by_its_columns_and_may_say_which_groups_they_mentor() -> None:
    head = "Afkorting;Voornaam;Achternaam;E-mail;Functie;Mentor van\n"
    roster = read("BOE;Marten;de Boer;m@voorbeeld.example;docent;3B/3C", "POS;Anja;Postma;a@voorbeeld.example;kantine;", head=head)
    assert [(row.kind, row.job) for row in roster.people] == [("staff", "docent"), ("staff", "kantine")] and roster.speaks_for == {"staff"}
    assert [(mentor.group, mentor.who) for mentor in roster.mentors] == [("3b", "BOE"), ("3c", "BOE")]


def test_guardians_stand_in_columns_of_the_student() -> None:
    head = "Nr;Roepnaam;Achternaam;Klas;Naam ouder 1;E-mail ouder 1;Telefoon ouder 1;Naam ouder 2;E-mail ouder 2\n"
    roster = read("1;Samira;Aït Ben;3B;Karim Aït Ben;K@voorbeeld.example;06;Nadia;", "2;Ali;Aït Ben;1A;Karim Aït Ben;k@voorbeeld.example;06;;", head=head)
    guardians = [(row.given, row.family, row.email) for row in roster.people if row.kind == "guardian"]
    assert guardians == [("Karim", "Aït Ben", "k@voorbeeld.example")]
    assert roster.wards == [("k@voorbeeld.example", "1"), ("k@voorbeeld.example", "2")] and faults(roster) == [(2, "guardian-email", False)]


def test_each_thing_is_guessed_to_stand_in_one_column() -> None:
    assert guess(("Nr", "Stamnr", "Voornaam", "Telefoon ouder", "E-mail ouder", "E-mail moeder", "Adres", "E-mail privé")).fields == {
        0: "number",
        2: "given",
        4: "guardian1_email",
        5: "guardian2_email",
    }


def test_short_and_odd_names_of_columns_are_known_too() -> None:
    assert guess(("Lln.nr.", "Voorn.", "Naam achter", "Schoolmail", "Mail ouder 1")).fields == {0: "number", 1: "given", 2: "family", 3: "email", 4: "guardian1_email"}


def test_what_somebody_said_of_the_columns_goes_before_the_guess() -> None:
    content = b"Kolom A;Kolom B;Kolom C\n007;Bo;de Wit\n"
    with pytest.raises(Unreadable):
        parse(content)
    assert parse(content, {"columns": {"0": "number", "1": "given", "2": "family", "9": "group", "x": "email"}}).people[0].family == "Wit"


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "empty"), (b" \r\n ", "empty"), (HEAD.encode(), "empty"), (b"PK\x03\x04rest", "zip"), (b"\xd0\xcf\x11\xe0rest", "binary"), (b"a\0b", "binary"),
     (b"naam;plaats\r\nA;B", "columns"), (b"x" * 30_000_001, "large"), ((HEAD + "1;A;;B;3B;;;\r\n" * 60_001).encode(), "large"),
     (HEAD.encode() + b'1;"' + b"x" * 200_000, "binary")],
)  # fmt: skip
def test_what_is_no_class_list_is_told_apart(content: bytes, why: str) -> None:
    with pytest.raises(Unreadable) as told:
        parse(content)
    assert told.value.why == why


@settings(deadline=None)
@given(some.binary(max_size=400))
def test_no_bytes_whatever_are_a_fault_of_ours(content: bytes) -> None:
    for start in (b"", HEAD.encode(), b"PK\x03\x04", b"\xff\xfe"):
        try:
            parse(start + content)
        except Unreadable as told:
            assert told.why in {"empty", "zip", "binary", "large", "columns", "bomb", "users", "sheet"}


@pytest.mark.skipif(not SHARED.exists(), reason="only where the example of a school's system is at hand")
def test_the_example_of_a_schools_system() -> None:
    roster = parse(SHARED.read_bytes())
    assert len(roster.people) == 24
    assert [row.number for row in roster.people if row.kind == "staff"] == ["BOE", "KRA"]
    assert roster.people[0].family == "Aït Ben" and roster.people[0].number == "004512"
    assert faults(roster) == [(21, "date", False), (22, "again", True), (23, "number", True), (24, "given", True), (26, "email", False)]
