"""Before an activity: what do you want to find out? After it: what came of that, and what is next. All of it in one place, and the student's own."""

from typing import Any
from uuid import uuid4

from sqlalchemy import delete, update

from server.activity.models import Activity, ActivityGoal
from server.core import clock
from server.core.db import Database
from server.people.models import Group, Membership
from tests.browsing import Browsing, text_of
from tests.world import id_of

GOAL = f"/activities/{id_of('opendag')}/goal"
BUILDING = f"/activities/{id_of('bouw')}/goal"
WANTED = "Of metselen zwaar is"


def goal(database: Database, activity: str = "opendag", who: str = "samira") -> ActivityGoal | None:
    with database.reading() as session:
        return session.get(ActivityGoal, (id_of(activity), id_of(who)))


def aiming(text: str, base: int = 0, **more: str) -> dict[str, Any]:
    return {"text": text, "base": str(base), "mutation": str(uuid4()), **more}


def saving(step: str, base: int = 0, **fields: object) -> dict[str, Any]:
    return {"step": step, "base": str(base), "mutation": str(uuid4()), "go": "on", **fields}


def told(browsing: Browsing, **more: str) -> str:
    """An entry about the building site, of which the goal was said before; gives its address."""
    browsing.samira.post(BUILDING, aiming(WANTED))
    where = f"/experiences/{uuid4()}"
    assert browsing.samira.post(where, saving("text", text="Muur gemetseld", activity=str(id_of("bouw")), **more)).status_code == 303
    return where


def test_what_is_coming_asks_for_a_goal_and_then_names_it(browsing: Browsing, database: Database) -> None:
    assert "Open dag" in text_of(browsing.samira.get("/")) and "Wat wil je te weten komen?" in text_of(browsing.samira.get("/"))
    before = browsing.samira.get("/").headers["etag"]
    assert browsing.samira.post(GOAL, aiming("Hoe groot de klassen zijn")).headers["location"] == "/"
    after = browsing.samira.get("/", headers={"if-none-match": before})
    assert after.status_code == 200 and "Dit wil je weten: Hoe groot de klassen zijn" in text_of(after)
    assert "Hoe groot" in browsing.samira.get(GOAL).text
    assert all("Hoe groot" not in getattr(browsing, who).get(path).text for who, path in (("daan", "/"), ("daan", GOAL), ("deboer", f"/activities/{id_of('opendag')}")))


def test_a_goal_is_only_for_students_of_the_groups_and_what_was_called_off_is_asked_about_no_more(browsing: Browsing, database: Database) -> None:
    for who in ("ilse", "olga", "deboer", "wouters", "karim"):
        assert getattr(browsing, who).get(GOAL).status_code == getattr(browsing, who).post(GOAL, aiming("x")).status_code == 404
    with database.writing() as session:
        session.execute(update(Activity).where(Activity.id == id_of("opendag")).values(cancelled_at=clock.now()))
    assert "gaat niet door" in text_of(browsing.samira.get(GOAL))
    assert "Open dag" not in text_of(browsing.samira.get("/"))


def test_what_two_devices_say_stays_both_and_is_told(browsing: Browsing, database: Database) -> None:
    once = aiming("Op de telefoon")
    assert browsing.samira.save(GOAL, once).json()["revision"] == 1
    assert browsing.samira.save(GOAL, once).json()["revision"] == 1, "sent twice is stored once"
    late = browsing.samira.post(GOAL, aiming("Op de laptop"))
    assert late.headers["location"] == GOAL
    kept = goal(database)
    assert kept is not None and kept.text == "Op de telefoon\n\nOp de laptop"
    assert "Allebei staan er nu" in text_of(browsing.samira.get(GOAL))
    assert browsing.samira.save(GOAL, aiming("Samen", 2)).json()["conflicts"] == []
    kept = goal(database)
    assert kept is not None and kept.text == "Samen"


def test_a_goal_that_is_too_long_is_said_and_kept_on_the_form(browsing: Browsing, database: Database) -> None:
    answer = browsing.samira.post(GOAL, aiming("weten " * 400))
    assert answer.status_code == 422 and "Er passen 2.000 tekens in" in text_of(answer) and answer.text.count("weten ") >= 400
    assert browsing.samira.save(GOAL, aiming("weten " * 400)).json()["errors"].keys() == {"text"}
    assert goal(database) is None


def test_who_tells_about_it_sees_the_goal_first_and_is_asked_what_came_of_it_last(browsing: Browsing, database: Database) -> None:
    where = told(browsing)
    assert WANTED in text_of(browsing.samira.get(f"/experiences/new?activity={id_of('bouw')}"))
    assert WANTED not in text_of(browsing.samira.get("/experiences/new"))
    to = browsing.samira.post(where, saving("motives", 1)).headers["location"]
    assert to == f"{where}/edit?step=evaluation" and WANTED in text_of(browsing.samira.get(to))
    to = browsing.samira.post(where, saving("evaluation", 1, **{"answer:evaluation": "Ja, maar het wende"})).headers["location"]
    assert to == f"{where}/edit?step=next" and "je doel · 2 van 2" in text_of(browsing.samira.get(to))
    assert browsing.samira.post(where, saving("next", 2, **{"answer:next": ""})).headers["location"] == where
    page = text_of(browsing.samira.get(where))
    assert all(said in page for said in ("Dit wilde ik weten", WANTED, "Hoe liep het af?", "Ja, maar het wende", "Wat is je volgende stap?"))


def test_without_a_goal_and_in_a_short_entry_nothing_is_asked_about_it(browsing: Browsing, database: Database) -> None:
    without = f"/experiences/{uuid4()}"
    browsing.samira.post(without, saving("text", text="Gekookt", activity=str(id_of("koken"))))
    assert browsing.samira.post(without, saving("motives", 1)).headers["location"] == without
    where = told(browsing, depth="short")
    assert browsing.samira.post(where, saving("text", 1, depth="short", text="Muur", activity=str(id_of("bouw")))).headers["location"] == where


def test_in_a_deep_entry_it_comes_after_the_six_questions(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Group).values(depth="deep"))
    where = told(browsing)
    assert browsing.samira.post(where, saving("motives", 1)).headers["location"] == f"{where}/edit?step=situation"
    assert browsing.samira.post(where, saving("transfer", 1)).headers["location"] == f"{where}/edit?step=evaluation"
    for base, (field, text) in enumerate({"result": "Recht", "transfer": "Thuis", "evaluation": "Zwaar", "next": "Nog eens"}.items(), 1):
        browsing.samira.post(where, saving(field, base, **{f"answer:{field}": text}))
    story, _, goal = text_of(browsing.samira.get(where)).partition("Mijn doel")
    assert story.index("Recht") < story.index("Thuis") and goal.index(WANTED) < goal.index("Zwaar") < goal.index("Nog eens"), "each is one whole"


def test_the_mentor_reads_the_goal_and_what_came_of_it_when_the_student_shows_them(browsing: Browsing) -> None:
    where, talk = told(browsing), f"/conversations/{id_of('gesprek')}"
    browsing.samira.post(where, saving("evaluation", 1, **{"answer:evaluation": "Het wende snel"}))
    browsing.samira.post(f"{talk}/preparation", {"step": "1", "base": "1", "mutation": str(uuid4()), "experience": where.rpartition("/")[2]})
    assert WANTED not in browsing.deboer.get(talk).text
    assert browsing.samira.post(f"{talk}/submission").status_code == 303
    page = text_of(browsing.deboer.get(talk))
    assert WANTED in page and "Het wende snel" in page
    browsing.samira.post(BUILDING, aiming("Iets heel anders", 1))
    assert "Iets heel anders" not in browsing.deboer.get(talk).text and WANTED in browsing.deboer.get(talk).text


def test_what_a_student_wanted_stays_theirs_when_the_activity_is_called_off_or_the_group_is_another(browsing: Browsing, database: Database) -> None:
    browsing.samira.post(GOAL, aiming("Hoe groot de klassen zijn"))
    with database.writing() as session:
        session.execute(update(Activity).where(Activity.id == id_of("opendag")).values(cancelled_at=clock.now()))
    shown = browsing.samira.get(GOAL)
    assert "Hoe groot de klassen zijn" in shown.text and "gaat niet door" in text_of(shown)
    with database.writing() as session:
        session.execute(delete(Membership).where(Membership.person_id == id_of("samira")))
    assert browsing.samira.post(GOAL, aiming("Hoe groot ze zijn", base=1)).status_code == 303
    assert (kept := goal(database)) is not None and kept.text == "Hoe groot ze zijn"
    assert browsing.daan.get(GOAL).status_code == 200 and "Hoe groot" not in browsing.daan.get(GOAL).text
