"""`spoor link`: a way back in from the machine itself."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from time_machine import Traveller

from server.core.audit import AuditEntry
from server.core.db import Database
from server.people.models import Person
from server.settings import Settings
from server.sign_in.command import run
from tests.browsing import Browsing, text_of
from tests.sign_in.test_mail_codes import letters
from tests.world import id_of


@pytest.mark.parametrize("who", ["Els Wouters", "els  wouters", "ELS@waal.example", "E17"])
def test_an_employee_is_let_in_by_a_link_of_an_hour_and_has_shown_who_they_are(
    browsing: Browsing, database: Database, settings: Settings, capsys: pytest.CaptureFixture[str], moment: Traveller, who: str
) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("wouters")).values(email="els@waal.example", number="E17"))
    assert run(settings, who) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{settings.base_url}/sign-in/") and out.count("\n") == 1
    path = out.strip().removeprefix(settings.base_url)
    assert browsing.nobody.post(path).status_code == 303
    assert "Els Wouters" in text_of(browsing.nobody.get("/me")) and browsing.nobody.get("/me/password").status_code == 200
    assert browsing.other_nobody.post(path).status_code == 404
    with database.reading() as session:
        assert [entry.kind for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))] == ["link-made", "sign-in"]
    assert run(settings, who) == 0
    moment.shift(timedelta(hours=1))
    assert browsing.other_nobody.post(capsys.readouterr().out.strip().removeprefix(settings.base_url)).status_code == 404


def test_the_employee_hears_by_mail_that_somebody_came_in_by_a_link_of_the_machine(
    browsing: Browsing, database: Database, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("wouters")).values(email="els@waal.example"))
    for person in (browsing.nobody, browsing.wouters):
        assert run(settings, "els@waal.example") == 0
        assert person.post(capsys.readouterr().out.strip().removeprefix(settings.base_url)).status_code == 303
    [letter] = letters(database, settings)
    assert letter.to == "els@waal.example" and "Dat ging met een link van wie deze Spoor beheert." in letter.lines


def test_a_name_with_an_infix_and_one_at_two_schools_are_found(database: Database, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(settings, "marten de boer") == 0
    with database.writing() as session:
        session.execute(update(Person).where(Person.id.in_([id_of("anja"), id_of("prins")])).values(email="x@y.example"))
    assert run(settings, "x@y.example") == 1
    assert run(settings, "x@y.example", "De Andere School") == 0
    for nobody in ("", "Samira Aït Ben", "niemand", "%", "x" * 5000):
        assert run(settings, nobody) == 1
    assert "niet precies één medewerker" in capsys.readouterr().err
