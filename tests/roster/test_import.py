"""A class list, on the screen and on the command line: looked at first, applied only when asked, twice the same."""

import re
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from server.__main__ import main
from server.core import clock
from server.core.audit import AuditEntry
from server.core.db import Database
from server.people.models import Group, Membership, Person, Role
from server.roster.actions import forget_lists
from server.roster.models import RosterImport, RosterMapping
from server.roster.preview import opened
from server.settings import Settings
from tests.browsing import Browsing, text_of
from tests.roster.files import oneroster, user, xlsx, zipped
from tests.roster.flow import applied, chosen, looked_at, read_in, seal_of, sent, undone, work_done
from tests.roster.test_oneroster import SHARED as ONEROSTER
from tests.roster.test_roster import HEAD, SHARED
from tests.world import id_of

LIST = (
    HEAD
    + "\r\n".join(
        (
            "007001;Yara;van der;Meulen;3Z;21-05-2011;;ZEE", "007002;Çaglar;;Yılmaz <b>;3Z;31-02-2011;kapot@@x;ZEE", "007001;Yara;van der;Meulen;3Z;21-05-2011;;ZEE",
            ";Zonder;;Nummer;3Z;;;ZEE", "00456115;Samira;;Aït Ben;3Z;;;ZEE", "007003;Los;;Zand;;;;WIE", "007004;Wie;;Bentu;;;;", "ZEE;Klaas;;Zeeman;;;k.zee@voorbeeld.example;",
        )
    )
).encode()  # fmt: skip


def count(database: Database, what: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def test_the_preview_says_everything_and_changes_nothing(browsing: Browsing, database: Database) -> None:
    before = count(database, Person), count(database, Group), count(database, Membership)
    page = browsing.wouters.get(looked_at(browsing.wouters, LIST))
    said = text_of(page)
    for words in (
        "Dit gaat er veranderen", "Yara van der Meulen", "Yılmaz <b>", "rij 3", "De geboortedatum 31-02-2011 bestaat niet.", "Het e-mailadres kapot@@x klopt niet.",
        "Deze persoon staat al op rij 2.", "Er staat geen nummer of code.", "klas: 3B → 3Z", "3Z nieuwe groep", "Klaas Zeeman wordt mentor van 3Z",
        "Mentor WIE staat niet in de lijst en niet in Spoor.",
        "Er staat geen klas en geen mentor. Leerling of medewerker?", "Nee, een deel. Wie er niet in staat, blijft.",
    ):  # fmt: skip
        assert words in said, words
    assert (count(database, Person), count(database, Group), count(database, Membership)) == before


def test_applied_when_asked_and_a_second_time_changes_nothing(browsing: Browsing, database: Database) -> None:
    path = looked_at(browsing.wouters, LIST)
    seal = seal_of(browsing.wouters.get(path))
    assert browsing.wouters.post(f"{path}/application", {"seal": seal}).headers["location"] == path
    assert browsing.wouters.post(f"{path}/application", {"seal": seal}).status_code == 303
    after = text_of(browsing.wouters.get(path))
    assert "Deze lijst is ingelezen" in after and "4 nieuw" in after and "Maak deze lijst ongedaan" in after
    with database.reading() as session:
        people = {person.number: person for person in session.scalars(select(Person).where(Person.school_id == id_of("waal"))) if person.number}
        assert (people["007001"].kind, people["007001"].full_name, f"{people['007001'].birth_date}") == ("student", "Yara van der Meulen", "2011-05-21")
        assert (people["007002"].birth_date, people["007002"].email, people["ZEE"].kind) == (None, "", "staff")
        assert session.execute(select(Membership.kind, Group.name).join(Group).where(Membership.person_id == people["ZEE"].id)).all() == [("mentor", "3Z")]
        assert session.scalars(select(Group.name).join(Membership).where(Membership.person_id == id_of("samira"))).all() == ["3Z"]
        assert session.get_one(Person, id_of("samira")).revision > 0
        kept = session.scalars(select(RosterImport)).one()
        assert (kept.content, opened(kept.plan or b"").packed, "samples" in kept.mapping) == (b"", b"", False)
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.kind == "roster-applied"))
        assert entry.details == {"add": 4, "join": 1, "mentor": 1}
    again = browsing.wouters.get(looked_at(browsing.wouters, LIST))
    assert "Niets te veranderen" in text_of(again) and 'name="seal"' not in again.text


def test_which_rows_were_left_out_and_why_is_there_to_read_afterwards_without_names(browsing: Browsing, database: Database) -> None:
    path = read_in(browsing.wouters, LIST)
    after = browsing.wouters.get(path)
    said = text_of(after)
    for words in (
        "rij 4 Deze persoon staat al op rij 2.",
        "rij 5 Er staat geen nummer of code.",
        "rij 3 De geboortedatum 31-02-2011 bestaat niet.",
        "Ingelezen zonder dit gegeven",
    ):
        assert words in said, words
    for name in ("left-out", "small"):
        assert f'href="#part-{name}"' in after.text and f'id="part-{name}"' in after.text
    assert "Zonder Nummer" not in said and "Yılmaz" not in said
    with database.reading() as session:
        kept = zlib.decompress(opened(session.scalars(select(RosterImport.plan)).one() or b"").pages["left-out"][0])
        assert b"Nummer" not in kept and b"Zonder" not in kept
    assert "klas.csv" in text_of(browsing.wouters.get("/school/import")) and f'href="{path}"' in browsing.wouters.get("/school/import").text
    undone(browsing.wouters, path)
    assert "Er staat geen nummer of code." in text_of(browsing.wouters.get(path))


def test_many_rows_that_were_left_out_are_read_in_pages_afterwards_and_for_a_month(browsing: Browsing, database: Database) -> None:
    rows = "\r\n".join(";Zonder;;Nummer;3Z;;;" for _ in range(120))
    path = read_in(browsing.wouters, (HEAD + "007001;Yara;;Meulen;3Z;;;\r\n" + rows).encode())
    assert "Bekijk alle 120" in text_of(browsing.wouters.get(path)) and "rij 110" not in text_of(browsing.wouters.get(path))
    page = text_of(browsing.wouters.get(f"{path}?part=left-out&start=100"))
    assert "101 tot 120 van 120" in page and "rij 110" in page and "Maak deze lijst ongedaan" not in page
    with database.writing() as session:
        session.execute(update(RosterImport).values(applied_at=clock.now() - timedelta(days=31)))
        forget_lists(session, clock.now())
    later = browsing.wouters.get(path)
    assert "120 overgeslagen" in text_of(later) and "rij 2" not in text_of(later) and "bewaren we een maand" in text_of(later) and "#part-" not in later.text


def test_after_a_list_the_next_step_is_there(browsing: Browsing, database: Database) -> None:
    path = read_in(browsing.wouters, LIST)
    after = browsing.wouters.get(path)
    assert "Er zijn 2 nieuwe leerlingen." in text_of(after) or "Er zijn 3 nieuwe leerlingen." in text_of(after)
    assert 'href="/school/cards"' in after.text and "Nog geen mentor" not in text_of(after)
    path = read_in(browsing.wouters, (HEAD + "007009;Bo;;Wit;5X;;;").encode())
    with database.reading() as session:
        group = session.scalars(select(Group.id).where(Group.name == "5X")).one()
    after = browsing.wouters.get(path)
    assert "Nog geen mentor" in text_of(after) and f'href="/school/groups/{group}"' in after.text and f'href="/school/groups/{id_of("3B")}"' not in after.text
    path = read_in(browsing.wouters, (HEAD + "007009;Bob;;Wit;;;;").encode())
    assert 'href="/school/cards"' not in browsing.wouters.get(path).text, "nobody new came"


def test_a_list_that_changes_nothing_is_no_job_left_undone(browsing: Browsing) -> None:
    content = (HEAD + "007001;Yara;;Meulen;3B;;;").encode()
    looked_at(browsing.wouters, content, "wacht.csv")
    assert "nog niet ingelezen" in text_of(browsing.wouters.get("/school/import"))
    read_in(browsing.otto, content)
    looked_at(browsing.otto, content + b"\r\n;Zonder;;Nummer;3Z;;;", "weer.csv")
    said = text_of(browsing.otto.get("/school/import"))
    assert "weer.csv" in said and "niets veranderd · 1 overgeslagen" in said and "nog niet ingelezen" not in said


def test_the_screens_of_a_list_stand_under_people_and_name_every_kind_of_file(browsing: Browsing) -> None:
    page = browsing.wouters.get("/school/import")
    [lit] = re.findall(r'<a href="([^"]+)"[^>]* aria-current="page"', page.text)
    assert lit == "/school/people" and "ODS" in text_of(page)


def test_a_broken_workbook_is_not_told_to_be_saved_as_a_workbook(browsing: Browsing) -> None:
    path = str(sent(browsing.wouters, zipped({"[Content_Types].xml": "x", "xl/workbook.xml": "<no"}), "klas.xlsx").headers["location"])
    work_done()
    said = text_of(browsing.wouters.get(path))
    assert "Open het in Excel of LibreOffice en bewaar het opnieuw" in said and "geen klassenlijst" not in said


def test_when_the_school_changed_meanwhile_it_is_to_be_looked_at_again(browsing: Browsing, database: Database) -> None:
    path = looked_at(browsing.wouters, LIST)
    seal = seal_of(browsing.wouters.get(path))
    with database.writing() as session:
        session.add(Group(school_id=id_of("waal"), name="3Z", created_at=clock.now()))
    answer = browsing.wouters.post(f"{path}/application", {"seal": seal})
    assert answer.status_code == 409 and "Er is intussen iets veranderd op school." in text_of(answer)
    with database.reading() as session:
        assert session.scalar(select(Person.id).where(Person.number == "007001")) is None
    assert browsing.wouters.post(f"{path}/application", {"seal": seal}).status_code == 409
    assert browsing.wouters.post(f"{path}/application", {"seal": seal_of(answer)}).status_code == 303
    assert "Deze lijst is ingelezen" in text_of(browsing.wouters.get(path))


def test_what_the_list_leaves_empty_stays(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.get_one(Person, id_of("daan")).email = "daan@voorbeeld.example"
        number = session.get_one(Person, id_of("daan")).number
    before = count(database, Person)
    path = looked_at(browsing.wouters, (HEAD + f"{number};Daniël;;Vos;;;;").encode())
    assert "voornaam: Daan → Daniël" in text_of(browsing.wouters.get(path))
    applied(browsing.wouters, path)
    with database.reading() as session:
        daan = session.get_one(Person, id_of("daan"))
        assert (daan.given_name, daan.email, daan.edition) == ("Daniël", "daan@voorbeeld.example", 2)
        assert session.scalars(select(Group.name).join(Membership).where(Membership.person_id == daan.id)).all() == ["3B"]
    assert count(database, Person) == before


def test_a_student_never_becomes_staff_by_a_list(browsing: Browsing, database: Database) -> None:
    with database.reading() as session:
        number = session.get_one(Person, id_of("daan")).number
    path = looked_at(browsing.wouters, (HEAD + f"007001;Yara;;Meulen;3B;;;{number}\r\n{number};Daan;;Vos;;;;").encode())
    assert "is in Spoor al van iemand met een andere rol" in text_of(browsing.wouters.get(path))
    applied(browsing.wouters, path)
    with database.reading() as session:
        assert session.get_one(Person, id_of("daan")).kind == "student"
        assert session.scalars(select(Membership.kind).where(Membership.person_id == id_of("daan"))).all() == ["student"]


def test_nobody_is_known_again_by_name_alone(browsing: Browsing, database: Database) -> None:
    before = count(database, Person)
    read_in(browsing.wouters, (HEAD + "99;Samira;;Aït Ben;3B;;;").encode())
    assert count(database, Person) == before + 1


def test_a_number_whose_zeros_a_spreadsheet_dropped_is_the_same_and_keeps_its_zeros(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("daan")).values(number="004513"))
    before = count(database, Person)
    head = ("Stamnr", "Roepnaam", "Achternaam", "Klas")
    path = looked_at(browsing.wouters, xlsx([head, (4513, "Daan", "Vos", "3C"), (77, "Bo", "X", "3C"), ("077", "Al", "Y", "3C")]), "klas.xlsx")
    applied(browsing.wouters, path)
    with database.reading() as session:
        assert session.get_one(Person, id_of("daan")).number == "004513"
        assert session.scalars(select(Group.name).join(Membership).where(Membership.person_id == id_of("daan"))).all() == ["3C"]
    assert count(database, Person) == before + 2


def test_the_columns_are_shown_corrected_and_remembered(browsing: Browsing, database: Database) -> None:
    content = b"Nr;Wie is het;Ook nog;Klas\n71;Bo;Wit;3B\n"
    path = str(sent(browsing.wouters, content).headers["location"])
    page = browsing.wouters.get(path)
    said = text_of(page)
    assert "Welke kolom is wat?" in said and "Bo" in said and chosen(page)["column-1"] == ""
    refused = browsing.wouters.post(f"{path}/columns", chosen(page))
    assert refused.status_code == 422 and "Wijs een kolom aan met de voornaam" in text_of(refused)
    twice = browsing.wouters.post(f"{path}/columns", chosen(page) | {"column-1": "given", "column-2": "given"})
    assert twice.status_code == 422 and "“Ook nog”: dit heb je al bij een andere kolom gekozen." in text_of(twice) and chosen(twice)["column-2"] == "given"
    assert browsing.wouters.post(f"{path}/columns", chosen(page) | {"column-1": "given", "column-2": "family"}).headers["location"] == path
    assert "Bo Wit" in text_of(browsing.wouters.get(path)) and count(database, RosterMapping) == 1
    again = browsing.vries.get(sent(browsing.vries, content).headers["location"])
    assert "Bo Wit" in text_of(again) and "Dit gaat er veranderen" in text_of(again)
    assert chosen(browsing.vries.get(f"{path}/columns"))["column-1"] == "given"
    assert "Welke kolom is wat?" in text_of(browsing.otto.get(sent(browsing.otto, content).headers["location"])), "another school has a memory of its own"


def test_a_list_of_staff_brings_in_colleagues_by_their_address(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.get_one(Person, id_of("anja")).email = "A.Postma@voorbeeld.example"
    content = b"Voornaam;Achternaam;E-mail;Functie\nAnja;Postma;a.postma@voorbeeld.example;kok\nKarin;de Smit;k@voorbeeld.example;docent\n"
    read_in(browsing.wouters, content)
    with database.reading() as session:
        assert session.get_one(Person, id_of("anja")).job == "kok"
        karin = session.scalars(select(Person).where(Person.email == "k@voorbeeld.example")).one()
        assert (karin.kind, karin.infix, karin.family_name, karin.job) == ("staff", "de", "Smit", "docent")


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"", 422, "staat niemand"),
        (b"PK\x03\x04", 422, "beschadigd"),
        (b"\0\1\2", 422, "geen klassenlijst"),
        ("😀".encode(), 422, "namen van de kolommen"),
        (b"a" * 30_000_001, 413, "te groot"),
    ],
)
def test_a_file_that_is_no_class_list_is_told_so(browsing: Browsing, database: Database, content: bytes, status: int, said: str) -> None:
    answer = sent(browsing.wouters, content)
    assert answer.status_code == status and said in text_of(answer)
    assert count(database, RosterImport) == 0


def test_no_file_at_all_is_told_so(browsing: Browsing) -> None:
    for answer in (browsing.wouters.post("/school/import"), browsing.wouters.post("/school/import", {"file": "text"})):
        assert answer.status_code == 422 and "Kies een klassenlijst" in text_of(answer)


def test_only_the_schools_own_keepers_see_it(browsing: Browsing) -> None:
    path = looked_at(browsing.wouters, LIST)
    for person in (browsing.samira, browsing.deboer, browsing.anja, browsing.karim, browsing.otto):
        answers = [person.get(path), person.get(f"{path}/columns"), person.post(f"{path}/columns"), person.post(f"{path}/reach"), person.post(f"{path}/application", {"seal": "x"})]
        assert [answer.status_code for answer in answers] == [404] * 5 and person.delete(f"{path}/application").status_code == 404
    assert [browsing.samira.get("/school/import").status_code, sent(browsing.deboer, LIST).status_code] == [404, 404]
    assert sent(browsing.nobody, LIST).status_code == 401


def test_a_long_part_is_shown_in_pages(browsing: Browsing) -> None:
    rows = "\r\n".join(f"{number};Leerling {number:03};;Achternaam {number:03};9Z;;;" for number in range(1, 251))
    path = looked_at(browsing.wouters, (HEAD + rows).encode())
    whole = browsing.wouters.get(path)
    assert "Bekijk alle 250" in text_of(whole) and "Leerling 200" not in whole.text
    second = browsing.wouters.get(f"{path}?part=add&start=100")
    assert "101 tot 200 van 250" in text_of(second) and "Leerling 200" in second.text and "Leerling 100 " not in second.text
    for odd in ("?part=add&start=9999", "?part=zzz", "?part=add&start=-3", "?part=add&start=x"):
        assert browsing.wouters.get(path + odd).status_code == 200


def test_the_command_line_shows_first_and_applies_when_asked(
    settings: Settings, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    file = tmp_path / "klas.csv"
    file.write_bytes(LIST)
    monkeypatch.setenv("SPOOR_DATA", str(settings.data))
    monkeypatch.setenv("SPOOR_DATABASE_URL", settings.database_url)
    before = count(database, Person)
    assert main(["import", str(file)]) == 1 and "--school" in capsys.readouterr().err
    assert main(["import", str(file), "--school", "De Waal College"]) == 0
    said = capsys.readouterr().out
    assert "007001  Yara van der Meulen  3Z" in said and "rij 4, Yara van der Meulen: Deze persoon staat al op rij 2." in said and "nog niets veranderd" in said
    assert count(database, Person) == before
    assert main(["import", str(file), "--school", "De Waal College", "--apply"]) == 0
    assert count(database, Person) == before + 4 and "Ingelezen." in capsys.readouterr().out
    assert main(["import", str(file), "--school", "De Waal College", "--apply"]) == 0
    assert count(database, Person) == before + 4 and "niets te veranderen" in capsys.readouterr().out
    with database.writing() as session:
        session.execute(update(Person).where(Person.number == "007003").values(number="9"))
    assert main(["import", str(file), "--school", "De Waal College", "--apply", "--whole"]) == 0
    with database.reading() as session:
        archived = set(session.scalars(select(Person.number).where(Person.archived_at.is_not(None))))
    assert "9" in archived and "007001" not in archived


def test_the_command_line_reads_every_shape(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setenv("SPOOR_DATA", str(settings.data))
    monkeypatch.setenv("SPOOR_DATABASE_URL", settings.database_url)
    (tmp_path / "school.zip").write_bytes(oneroster(users=[user("s", "student", "Bo", "Wit"), user("t", "teacher", "Al", "Jo"), user("p", "parent", "Ma", "Wit", agents="s")]))
    assert main(["import", str(tmp_path / "school.zip"), "--school", "De Waal College"]) == 0
    said = capsys.readouterr().out
    (tmp_path / "klas.csv").write_bytes(LIST)
    assert main(["import", str(tmp_path / "klas.csv"), "--school", "De Waal College"]) == 0
    assert "Stamnr/code = nummer of code; Roepnaam = voornaam" in capsys.readouterr().out
    assert "Bo Wit" in said and "Al Jo  medewerker" in said and "ouder of verzorger van Bo Wit" in said and "Geen groep is een mentorgroep" in said


def test_the_command_line_says_what_it_cannot_read(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setenv("SPOOR_DATA", str(settings.data))
    monkeypatch.setenv("SPOOR_DATABASE_URL", settings.database_url)
    (tmp_path / "lijst.xlsx").write_bytes(b"PK\x03\x04")
    assert main(["import", str(tmp_path / "lijst.xlsx"), "--school", "De Waal College"]) == 1 and "beschadigd" in capsys.readouterr().err
    assert main(["import", str(tmp_path / "weg.csv")]) == 1 and "weg.csv" in capsys.readouterr().err


def test_without_a_school_the_command_line_says_how_to_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setenv("SPOOR_DATA", str(tmp_path / "new"))
    (tmp_path / "klas.csv").write_bytes(LIST)
    assert main(["import", str(tmp_path / "klas.csv")]) == 1 and "Er is nog geen school" in capsys.readouterr().err


@pytest.mark.skipif(not SHARED.exists(), reason="only where the example of a school's system is at hand")
def test_the_example_of_a_schools_system_goes_in_and_then_changes_nothing(browsing: Browsing, database: Database) -> None:
    path = looked_at(browsing.otto, SHARED.read_bytes())
    said = text_of(browsing.otto.get(path))
    assert "24 nieuw" in said and "Marten de Boer wordt mentor van 3B" in said and "Willemijn Kramer wordt mentor van 3C" in said
    applied(browsing.otto, path)
    assert "Niets te veranderen" in text_of(browsing.otto.get(looked_at(browsing.otto, SHARED.read_bytes())))


@pytest.mark.skipif(not ONEROSTER.exists(), reason="only where the examples are at hand")
@pytest.mark.parametrize(("name", "people"), [("Test_minimal_data_set.zip", 5), ("v1p2_full_dataset.zip", 6)])
def test_the_examples_of_oneroster_go_in_and_then_change_nothing(browsing: Browsing, database: Database, name: str, people: int) -> None:
    before, content = count(database, Person), (ONEROSTER / name).read_bytes()
    read_in(browsing.otto, content, name)
    assert count(database, Person) == before + people
    assert "Niets te veranderen" in text_of(browsing.otto.get(looked_at(browsing.otto, content, name)))


def test_who_runs_spoor_is_never_archived_by_a_list(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id.in_([id_of("wouters"), id_of("anja")])).values(number=Person.family_name))
        assert session.scalars(select(Role.person_id).where(Role.person_id == id_of("wouters"))).all()
    content = oneroster(users=[user("t", "teacher", "Al", "Jo")])
    read_in(browsing.wouters, content, "school.zip", reach="whole", sure="1")
    with database.reading() as session:
        assert session.get_one(Person, id_of("wouters")).archived_at is None and session.get_one(Person, id_of("anja")).archived_at is not None
