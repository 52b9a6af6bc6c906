"""An empty installation's one-time set-up link."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from litestar.testing import TestClient
from sqlalchemy import select
from time_machine import Traveller

from server.app import create_app
from server.core import clock
from server.core.audit import AuditEntry, broken_at
from server.core.db import Database
from server.migrations.run import migrate
from server.people.models import Person, Role, School
from server.settings import Settings
from server.setup.actions import make_setup_link
from server.setup.command import run
from tests.browsing import Browsing, text_of
from tests.world import id_of

TOLD = {
    "school": "De Waal  College", "given_name": "Els", "infix": "van der", "family_name": "Wouters 😀", "addressed_as": "mevrouw Wouters", "email": "els@waal.example",
    "trusted_name": "<script>alert(1)</script>", "trusted_contact": "lokaal 1.03\r\nelke dag",
}  # fmt: skip


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[tuple[Browsing, Database]]:
    settings = Settings(data=tmp_path, base_url="http://testserver.local")
    database = Database(settings.database)
    migrate(database)
    with TestClient(create_app(settings, database), base_url=settings.base_url, raise_server_exceptions=False) as client:
        yield Browsing(client), database
    database.close()


def new_link(database: Database) -> str:
    with database.writing() as session:
        return f"/setup/{make_setup_link(session, clock.now())}"


def test_the_link_makes_the_school_and_signs_its_coordinator_in(empty: tuple[Browsing, Database]) -> None:
    browsing, database = empty
    path = new_link(database)
    assert "Start jullie school" in text_of(browsing.nobody.get(path))
    answer = browsing.nobody.post(path, TOLD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    with database.reading() as session:
        school, person = session.scalars(select(School)).one(), session.scalars(select(Person)).one()
        assert (school.name, school.trusted_contact) == ("De Waal College", "lokaal 1.03\nelke dag")
        assert (person.full_name, person.form_of_address, person.kind) == ("Els van der Wouters 😀", "mevrouw Wouters", "staff")
        assert sorted(session.scalars(select(Role.name))) == ["admin", "coordinator"]
    assert browsing.nobody.get("/school/people").status_code == 200
    helped = browsing.nobody.get("/help")
    assert "<script>alert(1)</script>" not in helped.text and "alert(1)" in text_of(helped)


def test_the_link_works_once_also_when_sent_twice(empty: tuple[Browsing, Database]) -> None:
    browsing, database = empty
    path = new_link(database)
    browsing.nobody.post(path, TOLD)
    again = browsing.other_nobody.post(path, TOLD)
    assert again.status_code == 404 and "Deze school is al gestart" in text_of(again)
    with database.writing() as session:
        assert len(session.scalars(select(School)).all()) == 1
        assert make_setup_link(session, clock.now()) is None


def test_a_restart_makes_a_fresh_link_and_the_old_one_stops(empty: tuple[Browsing, Database]) -> None:
    browsing, database = empty
    old, new = new_link(database), new_link(database)
    assert [browsing.nobody.get(old).status_code, browsing.nobody.post(old, TOLD).status_code, browsing.nobody.get(new).status_code] == [404, 404, 200]


def test_without_the_secret_the_page_says_where_to_find_it(empty: tuple[Browsing, Database]) -> None:
    browsing, _ = empty
    assert "Waar is de startlink?" in text_of(browsing.nobody.get("/setup"))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("school", " ", "Vul de naam van de school in."),
        ("given_name", "", "Vul je voornaam in."),
        ("family_name", "x" * 100_000, "hooguit 80 tekens"),
        ("email", "els@waal", "Dit e-mailadres is niet af."),
    ],
)
def test_a_wrong_field_is_said_and_everything_typed_stays(empty: tuple[Browsing, Database], field: str, value: str, said: str) -> None:
    browsing, database = empty
    path = new_link(database)
    answer = browsing.nobody.post(path, TOLD | {field: value})
    assert answer.status_code == 422 and said in text_of(answer)
    assert f'aria-describedby="{field}-error"' in answer.text or f' {field}-error"' in answer.text
    assert "mevrouw Wouters" in answer.text and "elke dag" in answer.text
    with database.reading() as session:
        assert session.scalars(select(School)).all() == []
    assert browsing.nobody.post(path, TOLD).status_code == 303


def test_an_installation_with_a_school_has_no_set_up(browsing: Browsing, database: Database) -> None:
    for answer in (browsing.nobody.get("/setup"), browsing.nobody.get("/setup/x"), browsing.nobody.post("/setup/x", TOLD)):
        assert answer.status_code == 404 and "Deze school is al gestart" in text_of(answer)


def further_link(settings: Settings, capsys: pytest.CaptureFixture[str]) -> str:
    assert run(settings, "De  Derde School") == 0
    told = capsys.readouterr()
    assert told.out.startswith("http://testserver.local/setup/") and told.out.count("\n") == 1
    return told.out.strip().removeprefix("http://testserver.local")


def test_a_further_school_begins_beside_the_others_by_a_link_that_works_once(
    browsing: Browsing, database: Database, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    path = further_link(settings, capsys)
    assert 'value="De Derde School"' in browsing.nobody.get(path).text
    assert browsing.nobody.post(path, TOLD | {"school": "De Derde School"}).status_code == 303
    assert browsing.other_nobody.get(path).status_code == browsing.other_nobody.post(path, TOLD).status_code == 404
    said = text_of(browsing.nobody.get("/school/people?show=staff"))
    assert "Els van der Wouters" in said and "Marten de Boer" not in said
    assert browsing.nobody.get(f"/school/people/{id_of('deboer')}").status_code == 404
    with database.reading() as session:
        school = session.scalars(select(School).where(School.name == "De Derde School")).one()
        assert broken_at(session, school.id) is None
        assert [entry.kind for entry in session.scalars(select(AuditEntry).where(AuditEntry.school_id == school.id).order_by(AuditEntry.seq))] == ["school-added", "sign-in"]


def test_a_further_schools_link_ends_after_a_week(browsing: Browsing, settings: Settings, moment: Traveller, capsys: pytest.CaptureFixture[str]) -> None:
    path = further_link(settings, capsys)
    moment.shift(timedelta(days=6))
    assert browsing.nobody.get(path).status_code == 200
    moment.shift(timedelta(days=1))
    assert browsing.nobody.get(path).status_code == browsing.nobody.post(path, TOLD).status_code == 404


@pytest.mark.parametrize("name", ["De Waal College", "de waal COLLEGE"])
def test_no_school_begins_under_the_name_of_another(browsing: Browsing, database: Database, settings: Settings, capsys: pytest.CaptureFixture[str], name: str) -> None:
    path = further_link(settings, capsys)
    answer = browsing.nobody.post(path, TOLD | {"school": name})
    assert answer.status_code == 422 and "Zo heet hier al een andere school." in text_of(answer) and "els@waal.example" in answer.text
    assert browsing.nobody.post(path, TOLD | {"school": "De Derde School"}).status_code == 303, "the link is not used up by it"
    assert run(settings, name) == 1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["", "  ", "x" * 121])
def test_a_further_school_needs_a_name_that_fits(settings: Settings, name: str) -> None:
    assert run(settings, name) == 2
