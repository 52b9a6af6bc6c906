"""A class list, on the screen and on the command line: looked at first, applied only when asked, twice the same."""

import re
from pathlib import Path

import pytest
from httpx import Response
from sqlalchemy import func, select

from server.__main__ import main
from server.core import clock
from server.core.db import Database
from server.people.models import Group, Membership, Person
from server.roster.models import RosterImport
from server.settings import Settings
from tests.browsing import Browsing, text_of
from tests.browsing import Person as Somebody
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


def sent(person: Somebody, content: bytes, name: str = "klas.csv") -> Response:
    return person._send("POST", "/school/import", files={"file": (name, content, "text/csv")})


def seal_of(page: Response) -> str:
    return re.search(r'name="seal" value="([0-9a-f]+)"', page.text)[1]  # type: ignore[index]


def count(database: Database, what: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def test_the_preview_says_everything_and_changes_nothing(browsing: Browsing, database: Database) -> None:
    before = count(database, Person), count(database, Group), count(database, Membership)
    answer = sent(browsing.wouters, LIST)
    assert answer.status_code == 303
    page = browsing.wouters.get(answer.headers["location"])
    said = text_of(page)
    for words in (
        "Dit gaat er veranderen", "Yara van der Meulen", "Yılmaz <b>", "rij 3", "De geboortedatum 31-02-2011 bestaat niet.", "Het e-mailadres kapot@@x klopt niet.",
        "Deze persoon staat al op rij 2.", "Er staat geen nummer of code.", "klas: 3B → 3Z", "3Z nieuwe groep", "Klaas Zeeman wordt mentor van 3Z",
        "Mentor WIE staat niet in de lijst en niet in Spoor.",
        "Er staat geen klas en geen mentor. Leerling of medewerker?", "Nieuwe medewerkers",
    ):  # fmt: skip
        assert words in said, words
    assert (count(database, Person), count(database, Group), count(database, Membership)) == before


def test_applied_when_asked_and_a_second_time_changes_nothing(browsing: Browsing, database: Database) -> None:
    path = sent(browsing.wouters, LIST).headers["location"]
    seal = seal_of(browsing.wouters.get(path))
    assert browsing.wouters.post(f"{path}/application", {"seal": seal}).headers["location"] == "/school/people"
    assert browsing.wouters.post(f"{path}/application", {"seal": seal}).status_code == 303
    assert "De klassenlijst is ingelezen" in text_of(browsing.wouters.get("/school/people"))
    with database.reading() as session:
        people = {person.number: person for person in session.scalars(select(Person).where(Person.school_id == id_of("waal"))) if person.number}
        assert (people["007001"].kind, people["007001"].full_name, f"{people['007001'].birth_date}") == ("student", "Yara van der Meulen", "2011-05-21")
        assert (people["007002"].birth_date, people["007002"].email, people["ZEE"].kind) == (None, "", "staff")
        assert session.execute(select(Membership.kind, Group.name).join(Group).where(Membership.person_id == people["ZEE"].id)).all() == [("mentor", "3Z")]
        assert session.scalars(select(Group.name).join(Membership).where(Membership.person_id == id_of("samira"))).all() == ["3Z"]
        assert session.get_one(Person, id_of("samira")).revision > 0
        assert session.scalars(select(RosterImport.content)).one() == b""
    again = browsing.wouters.get(sent(browsing.wouters, LIST).headers["location"])
    assert "Niets te veranderen" in text_of(again) and 'name="seal"' not in again.text
    assert "Deze lijst is ingelezen" in text_of(browsing.wouters.get(path))


def test_when_the_school_changed_meanwhile_it_is_to_be_looked_at_again(browsing: Browsing, database: Database) -> None:
    path = sent(browsing.wouters, LIST).headers["location"]
    seal = seal_of(browsing.wouters.get(path))
    with database.writing() as session:
        session.add(Group(school_id=id_of("waal"), name="3Z", created_at=clock.now()))
    answer = browsing.wouters.post(f"{path}/application", {"seal": seal})
    assert answer.status_code == 409 and "Er is intussen iets veranderd op school." in text_of(answer)
    with database.reading() as session:
        assert session.scalar(select(Person.id).where(Person.number == "007001")) is None
    assert browsing.wouters.post(f"{path}/application", {"seal": seal_of(answer)}).status_code == 303


def test_nobody_is_taken_away_and_what_the_list_leaves_empty_stays(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.get_one(Person, id_of("daan")).email = "daan@voorbeeld.example"
        number = session.get_one(Person, id_of("daan")).number
    before = count(database, Person)
    path = sent(browsing.wouters, (HEAD + f"{number};Daniël;;Vos;;;;").encode()).headers["location"]
    page = browsing.wouters.get(path)
    assert "voornaam: Daan → Daniël" in text_of(page)
    browsing.wouters.post(f"{path}/application", {"seal": seal_of(page)})
    with database.reading() as session:
        daan = session.get_one(Person, id_of("daan"))
        assert (daan.given_name, daan.email) == ("Daniël", "daan@voorbeeld.example")
        assert session.scalars(select(Group.name).join(Membership).where(Membership.person_id == daan.id)).all() == ["3B"]
    assert count(database, Person) == before


def test_a_student_never_becomes_staff_by_a_list(browsing: Browsing, database: Database) -> None:
    with database.reading() as session:
        number = session.get_one(Person, id_of("daan")).number
    path = sent(browsing.wouters, (HEAD + f"007001;Yara;;Meulen;3B;;;{number}\r\n{number};Daan;;Vos;;;;").encode()).headers["location"]
    page = browsing.wouters.get(path)
    assert "is in Spoor al van iemand met een andere rol" in text_of(page)
    browsing.wouters.post(f"{path}/application", {"seal": seal_of(page)})
    with database.reading() as session:
        assert session.get_one(Person, id_of("daan")).kind == "student"
        assert session.scalars(select(Membership.kind).where(Membership.person_id == id_of("daan"))).all() == ["student"]


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"", 422, "staat niemand"),
        (b"PK\x03\x04", 422, "Excel-bestand"),
        (b"\0\1\2", 422, "geen klassenlijst"),
        ("😀".encode(), 422, "kolomnamen"),
        (b"a" * 2_000_001, 413, "te groot"),
    ],
)
def test_a_file_that_is_no_class_list_is_told_so(browsing: Browsing, database: Database, content: bytes, status: int, said: str) -> None:
    answer = sent(browsing.wouters, content)
    assert answer.status_code == status and said in text_of(answer)
    assert count(database, RosterImport) == 0


def test_no_file_at_all_is_told_so(browsing: Browsing) -> None:
    for answer in (browsing.wouters.post("/school/import"), browsing.wouters.post("/school/import", {"file": "text"})):
        assert answer.status_code == 422 and "Kies een klassenlijst" in text_of(answer)


def test_only_the_schools_own_coordinator_sees_it(browsing: Browsing) -> None:
    path = sent(browsing.wouters, LIST).headers["location"]
    for person in (browsing.samira, browsing.deboer, browsing.anja, browsing.karim, browsing.otto):
        assert [person.get(path).status_code, person.post(f"{path}/application", {"seal": "x"}).status_code] == [404, 404]
    assert [browsing.samira.get("/school/import").status_code, sent(browsing.deboer, LIST).status_code] == [404, 404]
    assert sent(browsing.nobody, LIST).status_code == 401


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


def test_the_command_line_says_what_it_cannot_read(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setenv("SPOOR_DATA", str(settings.data))
    (tmp_path / "lijst.xlsx").write_bytes(b"PK\x03\x04")
    assert main(["import", str(tmp_path / "lijst.xlsx")]) == 1 and "Excel-bestand" in capsys.readouterr().err
    assert main(["import", str(tmp_path / "weg.csv")]) == 1 and "weg.csv" in capsys.readouterr().err


def test_without_a_school_the_command_line_says_how_to_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setenv("SPOOR_DATA", str(tmp_path / "new"))
    (tmp_path / "klas.csv").write_bytes(LIST)
    assert main(["import", str(tmp_path / "klas.csv")]) == 1 and "Er is nog geen school" in capsys.readouterr().err


@pytest.mark.skipif(not SHARED.exists(), reason="only where the example of a school's system is at hand")
def test_the_example_of_a_schools_system_goes_in_and_then_changes_nothing(browsing: Browsing, database: Database) -> None:
    path = sent(browsing.otto, SHARED.read_bytes()).headers["location"]
    page = browsing.otto.get(path)
    assert "24 nieuw" in text_of(page) and "Marten de Boer wordt mentor van 3B" in text_of(page) and "Willemijn Kramer wordt mentor van 3C" in text_of(page)
    browsing.otto.post(f"{path}/application", {"seal": seal_of(page)})
    assert "Niets te veranderen" in text_of(browsing.otto.get(sent(browsing.otto, SHARED.read_bytes()).headers["location"]))
