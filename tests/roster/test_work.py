"""The long work on a list: in a process of its own, told how far it is; whatever happens to it, nothing is half done."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from server.core import clock
from server.core.db import Database
from server.people.models import Membership, Person
from server.roster import actions, pages, work
from server.roster.models import RosterChange, RosterImport
from server.roster.work import Job, do
from server.settings import Settings
from tests.browsing import Browsing, text_of
from tests.counting import counting
from tests.roster.files import xlsx
from tests.roster.flow import applied, chosen, looked_at, read_in, seal_of, sent, undone, work_done
from tests.roster.test_roster import HEAD
from tests.roster.test_year import snapshot
from tests.world import id_of

PEOPLE = 500


def many(year: int = 0, people: int = PEOPLE) -> bytes:
    rows = [f"{n + 20_000};Leerling {n};van;Naam {n};{year + n // 25};01-02-2011;;D{n // 25}" for n in range(year * 50, year * 50 + people)]
    staff = [f"D{n};Docent {n};;Boer;;;d{n}@voorbeeld.example;" for n in sorted({n // 25 for n in range(year * 50, year * 50 + people)})]
    return (HEAD + "\r\n".join(rows + staff)).encode()


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Every list counts as large: its work is done in processes of its own. Gives what waits for them."""
    monkeypatch.setattr(actions, "is_small", lambda _: False)
    monkeypatch.setattr(pages, "SMALL_PLAN", 0)
    monkeypatch.setattr(pages, "SMALL_UNDO", 0)
    return work_done


def test_a_school_of_five_hundred_comes_moves_on_and_goes_back_with_as_many_statements_as_one_of_fifty(browsing: Browsing, database: Database) -> None:
    spent = []
    for people in (50, PEOPLE):
        before = snapshot(database)
        path = looked_at(browsing.otto, many(people=people))
        browsing.otto.post(f"{path}/reach", {"reach": "part"})
        seal = seal_of(browsing.otto.get(path))
        with counting(database) as statements:
            browsing.otto.post(f"{path}/application", {"seal": seal})
        with database.reading() as session:
            assert session.scalar(select(func.count()).where(Person.school_id == id_of("other"), Person.number.like("20%"))) == people
        with counting(database) as more:
            undone(browsing.otto, path)
        assert snapshot(database) == before
        spent.append((len(statements), len(more)))
    assert all(abs(few - more) < 10 for few, more in zip(*spent, strict=True)) and spent[1][0] < 60, spent


def test_a_large_list_is_read_applied_and_taken_back_in_processes_of_its_own(browsing: Browsing, database: Database, apart: Callable[[], None]) -> None:
    before, otto = snapshot(database), browsing.otto
    path = str(sent(otto, many()).headers["location"])
    page = otto.get(path)
    assert "De lijst wordt gelezen" in text_of(page) and page.headers["refresh"] == "2" and page.headers["cache-control"] == "no-store"
    apart()
    assert otto.post(f"{path}/columns", chosen(otto.get(path))).status_code == 303
    apart()
    assert "520 nieuw" in text_of(otto.get(path))
    assert otto.post(f"{path}/application", {"seal": seal_of(otto.get(path))}).status_code == 303
    assert "De lijst wordt ingelezen" in text_of(otto.get(path))
    assert otto.post(f"{path}/application", {"seal": "x"}).status_code == 303, "asked twice, done once"
    apart()
    assert "Deze lijst is ingelezen" in text_of(otto.get(path))
    assert otto.delete(f"{path}/application").status_code == 303
    apart()
    assert "Deze lijst is ongedaan gemaakt" in text_of(otto.get(path)) and snapshot(database) == before


def test_a_list_that_turns_out_unreadable_says_so_and_can_be_tried_again(browsing: Browsing, database: Database, apart: Callable[[], None]) -> None:
    path = str(sent(browsing.otto, b"PK\x03\x04").headers["location"])
    apart()
    page = text_of(browsing.otto.get(path))
    assert "Dit lukte niet" in page and "beschadigd" in page and "Er is niets veranderd." in page
    assert browsing.otto.post(f"{path}/reach").status_code == 303
    apart()
    assert "beschadigd" in text_of(browsing.otto.get(path))


@pytest.mark.parametrize(("what", "again"), [("reading", "Dit lukte niet"), ("applying", "Dit gaat er veranderen"), ("undoing", "Deze lijst is ingelezen")])
def test_work_that_was_broken_off_leaves_everything_as_it_was(
    browsing: Browsing, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, what: str, again: str
) -> None:
    """The process ends in the midst of its transaction; and when the server itself went down with it, two minutes later."""
    otto = browsing.otto
    path = read_in(otto, many(), reach="part") if what == "undoing" else looked_at(otto, many())
    before = snapshot(database)
    _state(database, path, what)

    def die(*_: Any, **__: Any) -> None:
        raise MemoryError

    for name in ("server.roster.work.parse", "server.roster.apply.see_anew", "server.roster.undo.see_anew"):
        monkeypatch.setattr(name, die)
    with pytest.raises(MemoryError):
        do(settings, database, Job(_id(path), what, clock.now(), id_of("otto")))
    assert again in text_of(otto.get(path)) and snapshot(database) == before
    _state(database, path, what)
    assert again not in text_of(otto.get(path))
    _state(database, path, what, ago=timedelta(minutes=3))
    assert again in text_of(otto.get(path))
    monkeypatch.undo()
    if what == "applying":
        assert "Deze lijst is ingelezen" in text_of(applied(otto, path))
    elif what == "undoing":
        assert "ongedaan gemaakt" in text_of(undone(otto, path))


def test_a_process_that_dies_is_noticed_at_once(browsing: Browsing, database: Database, settings: Settings, apart: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "sys", type("Sys", (), {"executable": "/bin/false"}))
    path = str(sent(browsing.otto, many()).headers["location"])
    apart()
    assert "Dit lukte niet" in text_of(browsing.otto.get(path)) and "Het inlezen is afgebroken. Er is niets veranderd." in text_of(browsing.otto.get(path))


def test_a_process_that_never_ends_is_ended(browsing: Browsing, apart: Callable[[], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Else two such lists would keep all others waiting for ever."""
    (endless := tmp_path / "endless").write_text("#!/bin/sh\nexec sleep 600\n")
    endless.chmod(0o700)
    monkeypatch.setattr(work, "sys", type("Sys", (), {"executable": str(endless)}))
    monkeypatch.setattr(work, "LONGEST", 0.1)
    path = str(sent(browsing.otto, many()).headers["location"])
    apart()
    assert "Het inlezen is afgebroken. Er is niets veranderd." in text_of(browsing.otto.get(path))


def test_no_sheet_is_read_or_read_again_in_the_process_of_the_server(browsing: Browsing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its reader is no Python: what it cannot do ends the process it runs in."""

    def here(*_: Any) -> None:
        raise AssertionError("read in the process of the server")

    for name in ("actions.look", "work.look", "work.parse"):
        monkeypatch.setattr(f"server.roster.{name}", here)
    path = looked_at(browsing.otto, xlsx([("Nr", "Roepnaam", "Achternaam", "Klas"), ("77", "Bo", "Wit", "3B")]), "klas.xlsx")
    seal = seal_of(browsing.otto.get(path))
    browsing.otto.post(
        f"/school/people/{id_of('olga')}", {"given_name": "Olga-Marie", "infix": "", "family_name": "Anders", "number": "", "birth_date": "", "email": "", "edition": "1"}
    )
    assert browsing.otto.post(f"{path}/application", {"seal": seal}).status_code == 303
    work_done()
    assert "Er is intussen iets veranderd op school." in text_of(browsing.otto.get(path))


def test_who_changes_the_school_while_a_list_is_applied_is_not_overwritten(browsing: Browsing, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    otto, kept = browsing.otto, work.prepare
    path = looked_at(otto, many())

    def meanwhile(*told: Any) -> Any:
        known = kept(*told)
        with database.writing() as session:
            session.execute(update(Person).where(Person.id == id_of("olga")).values(given_name="Olga-Marie"))
        return known

    monkeypatch.setattr(work, "prepare", meanwhile)
    answer = otto.post(f"{path}/application", {"seal": seal_of(otto.get(path))})
    assert answer.status_code == 409 and "Er is intussen iets veranderd op school." in text_of(answer)
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(Person.number == "20001")) == 0
        assert session.scalar(select(func.count()).select_from(Membership).where(Membership.school_id == id_of("other"), Membership.kind == "mentor")) == 1
    monkeypatch.undo()
    assert "Deze lijst is ingelezen" in text_of(applied(otto, path))
    with database.reading() as session:
        kept_rows = session.execute(select(RosterChange.seq).where(RosterChange.import_id == _id(path))).all()
        assert len(kept_rows) == len({row.seq for row in kept_rows}) > PEOPLE


def test_a_list_that_nobody_applied_is_gone_after_a_day_with_all_that_was_kept_for_it(browsing: Browsing, database: Database) -> None:
    path = looked_at(browsing.otto, many())
    with database.writing() as session:
        session.add(RosterChange(import_id=_id(path), seq=0, school_id=id_of("other"), what="add", subject_id=id_of("x")))
        session.execute(update(RosterImport).values(made_at=clock.now() - timedelta(days=2)))
        session.flush()
        actions.forget_lists(session, clock.now())
        assert session.scalar(select(func.count()).select_from(RosterChange)) == 0 == session.scalar(select(func.count()).select_from(RosterImport))


def test_what_a_list_changed_is_kept_for_a_month_and_so_long_it_can_be_undone(browsing: Browsing, database: Database) -> None:
    path = read_in(browsing.otto, many(people=30), reach="part")
    with database.writing() as session:
        session.execute(update(RosterImport).values(applied_at=clock.now() - timedelta(days=31)))
        actions.forget_lists(session, clock.now())
        assert session.scalar(select(func.count()).select_from(RosterChange)) == 0 < session.scalar(select(func.count()).select_from(RosterImport))
    assert "Maak deze lijst ongedaan" not in text_of(browsing.otto.get(path)) and browsing.otto.delete(f"{path}/application").status_code == 409


def _id(path: str) -> Any:
    return UUID(path.rpartition("/")[2])


def _state(database: Database, path: str, state: str, ago: timedelta = timedelta()) -> None:
    with database.writing() as session:
        session.execute(update(RosterImport).where(RosterImport.id == _id(path)).values(state=state, beat_at=clock.now() - ago))
