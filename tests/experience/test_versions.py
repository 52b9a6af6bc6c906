"""Two devices, one experience: what fits is merged per field, what does not is kept beside it, and the student chooses."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response
from sqlalchemy import select

from server.core import clock
from server.core.conflict import Conflict, clashing
from server.core.db import Database
from server.core.mutation import Seen
from server.experience.models import Experience, ExperienceWord
from tests.browsing import Browsing, text_of
from tests.world import id_of

SOEP = f"/experiences/{id_of('soep')}"


def saved(browsing: Browsing, base: int = 1, path: str = SOEP, bases: dict[str, int] | None = None, **fields: Any) -> dict[str, Any]:
    """Samira saves, as the outbox does; gives the receipt."""
    answer = browsing.samira.save(path, {"step": "text", "base": str(base), "bases": json.dumps(bases or {}), "mutation": str(uuid4()), "go": "stop", **fields})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def waiting(database: Database) -> list[tuple[str, Any]]:
    with database.reading() as session:
        return [(known.field, known.value["value"]) for known in session.scalars(select(Conflict).where(Conflict.settled_at.is_(None)).order_by(Conflict.made_at, Conflict.id))]


def soep(database: Database) -> Experience:
    with database.reading() as session:
        return session.get_one(Experience, id_of("soep"))


def choice(database: Database) -> str:
    with database.reading() as session:
        return f"{SOEP}/conflicts/{session.scalars(select(Conflict.id)).one()}/choice"


def chosen(browsing: Browsing, database: Database, keep: str, base: int = 2) -> Response:
    return browsing.samira.post(choice(database), {"keep": keep, "base": str(base), "mutation": str(uuid4())})


def clash(browsing: Browsing) -> None:
    """A text from the phone, and another from the laptop that did not know of it."""
    saved(browsing, text="Van mijn telefoon")
    assert saved(browsing, text="Van de laptop")["conflicts"] == ["text"]


def test_a_clash_keeps_both_and_the_page_asks_which_stays(browsing: Browsing, database: Database) -> None:
    clash(browsing)
    assert soep(database).text == "Van mijn telefoon" and waiting(database) == [("text", "Van de laptop")]
    read = text_of(browsing.samira.get(SOEP))
    assert "Op twee apparaten veranderd. Welke blijft?" in read and "Van mijn telefoon" in read and "Van de laptop" in read
    assert "Deze blijft" in read and "Allebei houden" in read


def test_without_script_it_is_the_same_and_the_next_page_asks(browsing: Browsing) -> None:
    saved(browsing, text="Van mijn telefoon")
    answer = browsing.samira.post(SOEP, {"step": "text", "base": "1", "mutation": str(uuid4()), "text": "Van de laptop", "go": "on"})
    assert answer.status_code == 303 and answer.headers["location"] == SOEP
    assert "Welke blijft?" in text_of(browsing.samira.get(SOEP)) and "Van de laptop" in text_of(browsing.samira.get(SOEP))


def test_what_fits_is_stored_and_only_the_field_that_clashes_is_kept_beside_it(browsing: Browsing, database: Database) -> None:
    saved(browsing, text="Van mijn telefoon")
    receipt = saved(browsing, text="Van de laptop", face="5")
    assert (receipt["revision"], receipt["fields"], receipt["conflicts"]) == (3, ["text", "face"], ["text"])
    assert (soep(database).text, soep(database).face) == ("Van mijn telefoon", 5)


@pytest.mark.parametrize(("keep", "stays"), [("stored", "Van mijn telefoon"), ("other", "Van de laptop"), ("both", "Van mijn telefoon\n\nVan de laptop")])
def test_the_student_says_which_stays_and_what_was_not_chosen_is_not_thrown_away(browsing: Browsing, database: Database, keep: str, stays: str) -> None:
    clash(browsing)
    assert chosen(browsing, database, keep).headers["location"] == SOEP
    assert soep(database).text == stays and "Welke blijft?" not in text_of(browsing.samira.get(SOEP))
    with database.reading() as session:
        row = session.scalars(select(Conflict)).one()
    assert row.value == {"value": "Van de laptop", "kept": keep, "stood": ["Van mijn telefoon"]} and row.settled_at is not None


def test_a_choice_on_an_old_page_overwrites_nothing_that_was_not_on_it(browsing: Browsing, database: Database) -> None:
    clash(browsing)
    saved(browsing, base=2, text="Nog later, van de telefoon")
    for keep in ("other", "both"):
        receipt = browsing.samira.save(choice(database), {"keep": keep, "base": "2", "mutation": str(uuid4())}).json()
        assert receipt["conflicts"] == ["text"] and soep(database).text == "Nog later, van de telefoon"
    assert "Welke blijft?" in text_of(browsing.samira.get(SOEP))
    chosen(browsing, database, "other", base=3)
    assert soep(database).text == "Van de laptop"


def test_choosing_the_other_after_all_is_possible_while_nothing_else_changed(browsing: Browsing, database: Database) -> None:
    clash(browsing)
    chosen(browsing, database, "stored")
    assert browsing.samira.save(choice(database), {"keep": "other", "base": "2", "mutation": str(uuid4())}).json()["conflicts"] == []
    assert soep(database).text == "Van de laptop"
    browsing.samira.save(choice(database), {"keep": "stored", "base": "9", "mutation": str(uuid4())})
    with database.reading() as session:
        assert session.scalars(select(Conflict)).one().value["stood"] == ["Van mijn telefoon", "Van mijn telefoon", "Van de laptop"], "and nothing is forgotten"


def test_a_choice_that_is_none_or_that_cannot_be_is_refused(browsing: Browsing, database: Database) -> None:
    clash(browsing)
    for keep in ("", "neither", "STORED"):
        assert chosen(browsing, database, keep).status_code == 422
    assert waiting(database) == [("text", "Van de laptop")]


def test_faces_cannot_both_stay_and_are_shown_with_their_word(browsing: Browsing, database: Database) -> None:
    saved(browsing, step="face", face="5")
    assert saved(browsing, step="face", face="1")["conflicts"] == ["face"]
    read = text_of(browsing.samira.get(SOEP))
    assert "super" in read and "naar" in read and "Allebei houden" not in read
    assert chosen(browsing, database, "both").status_code == 422
    chosen(browsing, database, "other")
    assert soep(database).face == 1


def test_words_are_shown_by_their_label_with_how_they_were_noticed(browsing: Browsing, database: Database) -> None:
    saved(browsing, step="qualities", qualities=["working-together"], **{"qualities-evidence-working-together": "Van mijn telefoon"})
    told = {"qualities": ["persevering"], "qualities-own": "zqmoed", "qualities-evidence-own:zqmoed": "Ik durfde het"}
    assert saved(browsing, step="qualities", **told)["conflicts"] == ["qualities"]
    read = text_of(browsing.samira.get(SOEP))
    assert all(said in read for said in ("doorzetten", "zqmoed", "Ik durfde het", "Van mijn telefoon"))
    chosen(browsing, database, "other")
    with database.reading() as session:
        words = session.scalars(select(ExperienceWord).where(ExperienceWord.experience_id == id_of("soep"), ExperienceWord.kind == "quality").order_by(ExperienceWord.position))
        assert [(word.word, word.own, word.evidence) for word in words] == [("persevering", "", ""), (None, "zqmoed", "Ik durfde het")]


def test_to_which_activity_it_belongs_is_shown_by_name_and_somebody_elses_does_not_exist(browsing: Browsing, database: Database) -> None:
    saved(browsing, activity=str(id_of("bouw")))
    assert saved(browsing, activity="")["conflicts"] == ["activity"]
    read = text_of(browsing.samira.get(SOEP))
    assert "Waar hoort het bij?" in read and "Meeloopdag" in read and "Leeg" in read
    chosen(browsing, database, "other")
    assert soep(database).activity_id is None
    strange = {"step": "text", "base": "1", "mutation": str(uuid4()), "activity": str(id_of("elders"))}
    saved(browsing, base=3, activity=str(id_of("koken")))
    assert browsing.samira.save(SOEP, strange).status_code == 404


def test_the_same_version_that_arrives_twice_waits_once(browsing: Browsing, database: Database) -> None:
    clash(browsing)
    assert saved(browsing, text="Van de laptop")["conflicts"] == ["text"]
    assert waiting(database) == [("text", "Van de laptop")]
    saved(browsing, text="Van de tablet")
    assert waiting(database) == [("text", "Van de laptop"), ("text", "Van de tablet")]


def test_what_this_device_stored_itself_is_no_clash(browsing: Browsing, database: Database) -> None:
    saved(browsing, text="Eerste zin")
    assert saved(browsing, bases={"text": 2}, text="Eerste zin. Tweede zin.")["conflicts"] == []
    assert saved(browsing, bases={"face": 9}, text="Van de laptop")["conflicts"] == ["text"]
    assert soep(database).text == "Eerste zin. Tweede zin."


@pytest.mark.parametrize("bases", ["", "{", "[]", "null", '{"text": "2"}', '{"text": 1e400}', "[" * 100_000])
def test_bases_that_cannot_be_read_say_nothing(browsing: Browsing, bases: str) -> None:
    saved(browsing, text="Van mijn telefoon")
    answer = browsing.samira.save(SOEP, {"step": "text", "base": "1", "bases": bases, "mutation": str(uuid4()), "text": "Van de laptop"})
    assert answer.status_code == 200 and answer.json()["conflicts"] == ["text"]


def test_where_nothing_stands_nothing_is_overwritten(browsing: Browsing, database: Database) -> None:
    path = f"/experiences/{uuid4()}"
    saved(browsing, 0, path, text="Zonder signaal")
    assert saved(browsing, 0, path, step="face", face="4")["conflicts"] == []
    assert saved(browsing, 0, path, step="qualities", qualities=["persevering"])["conflicts"] == []


def test_only_the_question_about_it_says_to_which_activity_it_belongs(browsing: Browsing) -> None:
    """Else every answer from an old page would be another version of that too."""
    assert 'name="activity"' in browsing.samira.get(f"{SOEP}/edit?step=text").text
    for step in ("face", "qualities", "motives"):
        assert 'name="activity"' not in browsing.samira.get(f"{SOEP}/edit?step={step}").text
        assert 'name="activity"' in browsing.samira.get(f"/experiences/new?step={step}&activity={id_of('bouw')}").text


def test_a_skipped_question_of_an_entry_that_was_begun_without_signal_is_no_mistake(browsing: Browsing) -> None:
    path = f"/experiences/{uuid4()}"
    saved(browsing, 0, path, text="Zonder signaal")
    assert saved(browsing, 0, path, step="motives")["to"] == path


def test_a_field_that_never_changed_is_as_old_as_the_first_revision() -> None:
    assert clashing({"text": "x", "face": 1, "activity": None}, {"text", "face", "activity"}, {"text": 4}, Seen(3)) == {"text"}
    assert clashing({"text": "x", "face": 1, "activity": None}, {"text", "face", "activity"}, {"text": 4}, Seen(0, {"text": 4})) == {"face"}


def test_vandaag_says_in_one_quiet_line_that_there_are_two_versions(browsing: Browsing, database: Database) -> None:
    assert "Twee versies" not in text_of(browsing.samira.get("/"))
    clash(browsing)
    page = browsing.samira.get("/")
    assert "Twee versies van “Van mijn telefoon”. Kies welke blijft" in text_of(page) and f'href="{SOEP}"' in page.text
    assert "Twee versies" not in text_of(browsing.daan.get("/"))
    browsing.samira.post(f"{SOEP}/deletion")
    assert "Twee versies" not in text_of(browsing.samira.get("/")), "what was deleted needs no choice"
    browsing.samira.delete(f"{SOEP}/deletion")
    chosen(browsing, database, "stored")
    assert "Twee versies" not in text_of(browsing.samira.get("/"))


def test_others_find_no_choice_and_neither_does_another_experience(browsing: Browsing, database: Database) -> None:
    clash(browsing)
    form = {"keep": "other", "base": "2"}
    for name in ("daan", "deboer", "kramer", "anja", "wouters", "karim", "olga"):
        assert getattr(browsing, name).post(choice(database), form).status_code == 404
    assert browsing.samira.post(choice(database).replace(str(id_of("soep")), str(id_of("oma"))), form).status_code == 404
    assert browsing.samira.post(f"{SOEP}/conflicts/{uuid4()}/choice", form).status_code == 404
    assert soep(database).text == "Van mijn telefoon"
    for name in ("deboer", "wouters"):
        for page in ("/", f"/conversations/{id_of('gesprek')}"):
            assert "Van de laptop" not in getattr(browsing, name).get(page).text


def test_what_was_deleted_elsewhere_is_told_as_that_and_can_be_brought_back_and_changed(browsing: Browsing, database: Database) -> None:
    browsing.samira.post(f"{SOEP}/deletion")
    late = {"step": "text", "base": "1", "mutation": str(uuid4()), "text": "Nog iets"}
    answer = browsing.samira.save(SOEP, late)
    assert (answer.status_code, answer.json()) == (409, {"status": 409, "why": "deleted"})
    page = browsing.samira.post(SOEP, late)
    assert page.status_code == 409 and "Nog iets" not in soep(database).text
    browsing.samira.delete(f"{SOEP}/deletion")
    assert browsing.samira.save(SOEP, late).status_code == 200 and soep(database).text == "Nog iets"


def test_deleting_and_bringing_back_count_as_a_change_for_copies_on_devices_and_doing_it_again_as_none(browsing: Browsing, database: Database, moment: Any) -> None:
    def when() -> Any:
        return soep(database).changed_at

    before = when()
    for how, gone in (("post", True), ("delete", False)):
        moment.shift(timedelta(minutes=1))
        assert getattr(browsing.samira, how)(f"{SOEP}/deletion").status_code == 303
        assert (soep(database).deleted_at is not None) is gone and when() > before
        before = when()
        moment.shift(timedelta(minutes=1))
        assert getattr(browsing.samira, how)(f"{SOEP}/deletion").status_code == 303
        assert when() == before


def test_a_phone_whose_clock_is_a_year_ahead_gets_its_entry_at_the_right_moment(browsing: Browsing, database: Database) -> None:
    made, now = uuid4(), clock.now()
    saved(browsing, 0, f"/experiences/{made}", text="Een uur geleden", captured_at="2027-11-24T12:00:00Z", sent_at="2027-11-24T13:00:00Z")
    with database.reading() as session:
        kept = session.get_one(Experience, made)
    assert abs(kept.happened_at - (now - timedelta(hours=1))) < timedelta(seconds=30) and kept.happened_at == kept.captured_at
    assert kept.arrived_at >= now
