"""Planning what the school offers."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from server.activity.models import Activity
from server.core.db import Database
from server.reminder.models import Reminder
from tests.browsing import Browsing, text_of
from tests.world import id_of

KOKEN, BOUW, OPEN_DAY = (f"/activities/{id_of(name)}" for name in ("koken", "bouw", "opendag"))


def planned(**changes: Any) -> dict[str, Any]:
    """A form as the coordinator fills it in."""
    told = {
        "id": str(id_of("new")),
        "kind": "guest_lesson",
        "title": "Gastles van een bakker",
        "place": "aula",
        "date": "2026-12-01",
        "start": "10:00",
        "end": "11:30",
        "until": "",
    }
    return {**told, "groups": [str(id_of("3B")), str(id_of("3C"))], **changes}


def reminders(database: Database, about: str = "new") -> list[Reminder]:
    with database.reading() as session:
        return list(session.scalars(select(Reminder).where(Reminder.about == id_of(about))))


def test_every_employee_reads_what_is_to_come_and_what_was_with_its_groups(browsing: Browsing) -> None:
    for person in (browsing.anja, browsing.deboer, browsing.wouters):
        said = text_of(person.get("/activities"))
        assert said.index("Komt nog") < said.index("Open dag") < said.index("Geweest") < said.index("Meeloopdag") < said.index("Praktijkmodule koken")
        assert "Bouwbedrijf Jansen 3B" in said
        assert "Workshop" not in said


def test_the_first_page_of_an_employee_shows_what_is_to_come_and_not_what_was_this_morning(browsing: Browsing) -> None:
    for person in (browsing.anja, browsing.wouters):
        page = person.get("/").text
        assert OPEN_DAY in page and BOUW not in page


@pytest.mark.parametrize("name", ["samira", "karim"])
def test_for_students_and_guardians_the_plan_does_not_exist(browsing: Browsing, name: str) -> None:
    for path in ("/activities", KOKEN, f"{KOKEN}/edit", "/activities/new"):
        assert getattr(browsing, name).get(path).status_code == 404


@pytest.mark.parametrize("name", ["samira", "deboer", "anja", "karim", "otto"])
def test_only_the_coordinator_of_the_school_changes_the_plan(browsing: Browsing, database: Database, name: str) -> None:
    person = getattr(browsing, name)
    for answer in (person.post(KOKEN, planned(revision="1")), person.post(f"{KOKEN}/cancellation"), person.delete(f"{KOKEN}/cancellation"), person.get(f"{KOKEN}/edit")):
        assert answer.status_code == 404
    with database.reading() as session:
        koken = session.get_one(Activity, id_of("koken"))
        assert (koken.title, koken.cancelled_at) == ("Praktijkmodule koken", None)


def test_another_schools_activity_does_not_exist(browsing: Browsing) -> None:
    assert browsing.wouters.get(f"/activities/{id_of('elders')}").status_code == 404
    assert browsing.wouters.post("/activities", planned(id=str(id_of("elders")))).status_code == 404


def test_a_planned_activity_asks_each_student_of_its_groups_half_an_hour_after_the_end(browsing: Browsing, database: Database) -> None:
    answer = browsing.wouters.post("/activities", planned())
    assert (answer.status_code, answer.headers["location"]) == (303, f"/activities/{id_of('new')}")
    said = text_of(browsing.anja.get(answer.headers["location"]))
    assert "Gastles van een bakker dinsdag 1 december 10:00–11:30 · over 7 dagen aula 3B, 3C 4 leerlingen" in said
    rows = reminders(database)
    assert {row.person_id for row in rows} == {id_of(name) for name in ("samira", "daan", "noor", "ilse")}
    assert {(row.kind, row.due_at, row.path) for row in rows} == {("tell", datetime(2026, 12, 1, 11, 0, tzinfo=UTC), f"/experiences/new?activity={id_of('new')}")}


def test_the_same_form_sent_twice_plans_it_once(browsing: Browsing, database: Database) -> None:
    for _ in range(2):
        assert browsing.wouters.post("/activities", planned()).status_code == 303
    assert text_of(browsing.wouters.get("/activities")).count("Gastles van een bakker") == 1
    assert len(reminders(database)) == 4


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "party"}, "Kies wat voor activiteit het is."),
        ({"title": "  "}, "Geef de activiteit een naam."),
        ({"title": "x" * 81}, "Dit is te lang. Er passen 80 tekens in."),
        ({"place": "x" * 100_000}, "Dit is te lang. Er passen 80 tekens in."),
        ({"date": "morgen"}, "Kies een dag."),
        ({"date": "2030-01-01"}, "Kies een dag, hooguit twee jaar weg."),
        ({"start": "25:00"}, "Kies een begintijd, zoals 09:00."),
        ({"end": ""}, "Kies een eindtijd, zoals 15:00."),
        ({"end": "10:00"}, "Het einde komt na het begin."),
        ({"until": "2026-11-30"}, "De laatste dag komt na de eerste, hooguit 60 dagen later."),
        ({"groups": []}, "Kies minstens één groep."),
        ({"groups": [str(id_of("4A"))]}, "Kies minstens één groep."),
        ({"groups": ["x"]}, "Kies minstens één groep."),
    ],
)
def test_what_is_wrong_is_said_and_all_that_was_typed_stays(browsing: Browsing, database: Database, changes: dict[str, Any], said: str) -> None:
    answer = browsing.wouters.post("/activities", planned(**changes))
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert 'role="alert"' in answer.text
    for value in ("aula", "Gastles van een bakker"):
        assert value in answer.text or changes.keys() & {"title", "place"}
    assert not reminders(database)


def test_several_days_end_on_the_last(browsing: Browsing) -> None:
    where = browsing.wouters.post("/activities", planned(kind="internship", until="2026-12-04")).headers["location"]
    assert "dinsdag 1 december tot en met vrijdag 4 december" in text_of(browsing.wouters.get(where))
    assert 'value="2026-12-04"' in browsing.wouters.get(f"{where}/edit").text


def test_a_change_moves_the_message_and_leaves_out_who_no_longer_takes_part(browsing: Browsing, database: Database) -> None:
    browsing.wouters.post("/activities", planned())
    answer = browsing.wouters.post(f"/activities/{id_of('new')}", planned(revision="1", end="12:30", groups=[str(id_of("3B"))]))
    assert answer.status_code == 303
    rows = {row.person_id: row for row in reminders(database)}
    assert rows[id_of("ilse")].cancelled_at is not None
    assert (rows[id_of("samira")].due_at, rows[id_of("samira")].cancelled_at) == (datetime(2026, 12, 1, 12, 0, tzinfo=UTC), None)


def test_a_stale_save_is_told_and_shows_both(browsing: Browsing, database: Database) -> None:
    browsing.wouters.post("/activities", planned())
    where = f"/activities/{id_of('new')}"
    assert browsing.wouters.post(where, planned(revision="1", place="gymzaal")).status_code == 303
    stale = browsing.wouters.post(where, planned(revision="1", place="kelder"))
    assert stale.status_code == 409
    assert "Iemand anders heeft dit net veranderd." in text_of(stale) and "gymzaal" in text_of(stale) and 'value="kelder"' in stale.text
    with database.reading() as session:
        assert session.get_one(Activity, id_of("new")).place == "gymzaal"
    revision = re.search(r'name="revision" value="(\d+)"', stale.text)
    assert revision and browsing.wouters.post(where, planned(revision=revision[1], place="kelder")).status_code == 303


def test_who_goes_back_and_plans_it_otherwise_is_not_told_that_it_was_stored(browsing: Browsing, database: Database) -> None:
    browsing.wouters.post("/activities", planned())
    again = browsing.wouters.post("/activities", planned(place="kelder"))
    assert again.status_code == 409 and 'value="kelder"' in again.text and f'action="/activities/{id_of("new")}"' in again.text
    revision = re.search(r'name="revision" value="(\d+)"', again.text)
    assert revision and browsing.wouters.post(f"/activities/{id_of('new')}", planned(revision=revision[1], place="kelder")).status_code == 303
    assert "kelder" in text_of(browsing.wouters.get(f"/activities/{id_of('new')}"))


def test_a_change_that_arrives_twice_is_no_clash_with_itself(browsing: Browsing) -> None:
    browsing.wouters.post("/activities", planned())
    for _ in range(2):
        assert browsing.wouters.post(f"/activities/{id_of('new')}", planned(revision="1", place="gymzaal")).status_code == 303


def test_what_is_called_off_asks_nobody_until_it_goes_on_after_all(browsing: Browsing, database: Database) -> None:
    browsing.wouters.post("/activities", planned())
    where = f"/activities/{id_of('new')}"
    assert browsing.wouters.post(f"{where}/cancellation").status_code == 303
    assert "Deze activiteit gaat niet door." in text_of(browsing.anja.get(where)) and "gaat niet door" in text_of(browsing.anja.get("/activities"))
    assert all(row.cancelled_at for row in reminders(database))
    assert browsing.wouters.delete(f"{where}/cancellation").status_code == 303
    assert "gaat niet door" not in text_of(browsing.anja.get("/activities"))
    assert not any(row.cancelled_at for row in reminders(database))


def test_who_told_about_it_already_is_not_asked_again_by_a_change(browsing: Browsing, database: Database) -> None:
    browsing.wouters.post("/activities", planned())
    with database.writing() as session:
        row = session.scalars(select(Reminder).where(Reminder.about == id_of("new"), Reminder.person_id == id_of("samira"))).one()
        row.cancelled_at = row.due_at - timedelta(days=1)
    browsing.wouters.post(f"/activities/{id_of('new')}", planned(revision="1", place="gymzaal"))
    assert {row.person_id for row in reminders(database) if row.cancelled_at} == {id_of("samira")}


def test_what_stands_is_in_the_form_and_the_list_is_unchanged_until_somebody_changes_it(browsing: Browsing) -> None:
    form = browsing.wouters.get(f"{OPEN_DAY}/edit").text
    assert 'value="Open dag"' in form and 'value="2026-12-03"' in form and 'value="open_day" checked' in form and f'value="{id_of("3B")}" checked' in form
    tag = browsing.anja.get("/activities").headers["etag"]
    assert browsing.anja.get("/activities", headers={"if-none-match": tag}).status_code == 304
    browsing.wouters.post(f"{OPEN_DAY}/cancellation")
    assert browsing.anja.get("/activities", headers={"if-none-match": tag}).status_code == 200


def test_the_list_takes_as_many_statements_for_many_activities_as_for_few_and_goes_back_in_pages(browsing: Browsing, database: Database) -> None:
    def statements() -> int:
        seen: list[str] = []
        listen = lambda *told: seen.append(told[2])  # noqa: E731
        event.listen(database.engine, "before_cursor_execute", listen)
        assert browsing.anja.get("/activities").status_code == 200
        event.remove(database.engine, "before_cursor_execute", listen)
        return sum(statement.lstrip().upper().startswith("SELECT") for statement in seen)

    few = statements()
    with database.writing() as session:
        for number in range(60):
            starts = datetime(2026, 3, 1, 9, tzinfo=UTC) + timedelta(days=number)
            session.add(Activity(school_id=id_of("waal"), kind="workshop", title=f"Workshop {number}", starts_at=starts, ends_at=starts + timedelta(hours=1), made_at=starts))
    assert statements() == few
    page = browsing.anja.get("/activities")
    older = re.search(r'href="(/activities\?before=[^"]+)"', page.text)
    assert older
    first, second = text_of(page), text_of(browsing.anja.get(older[1]))
    for number in range(60):
        assert (f"Workshop {number} " in first) != (f"Workshop {number} " in second)
    assert browsing.anja.get("/activities?before=nonsense").status_code == 200
