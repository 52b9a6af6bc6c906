"""Samen gemaakt: somebody types while the student tells, and the student says that this is what they meant."""

from typing import Any
from uuid import UUID, uuid4

from server.core.db import Database
from server.experience.models import Experience
from tests.browsing import Browsing, Person, text_of
from tests.conversation.helping import TALK, step
from tests.experience.test_pages import saving, stored
from tests.world import id_of


def told(person: Person, **more: object) -> UUID:
    """An experience that juf Els typed."""
    made = uuid4()
    person.post(f"/experiences/{made}", saving("text", text="Ik heb soep gekookt.", activity="", **{"together_with": "juf  Els", **more}))
    return made


def confirm(person: Person, experience_id: UUID, base: int, **more: Any) -> None:
    person.post(f"/experiences/{experience_id}/confirmation", {"mutation": str(uuid4()), "base": str(base), **more})


def confirmed(database: Database, experience_id: UUID) -> bool:
    kept = stored(database, experience_id)
    assert kept is not None
    return kept.together_confirmed_at is not None


def test_who_typed_is_kept_with_the_entry_until_the_student_confirms_it(browsing: Browsing, database: Database) -> None:
    made = told(browsing.samira)
    shown = text_of(browsing.samira.get(f"/experiences/{made}"))
    assert "Samen gemaakt met juf Els" in shown and "nog niet nagekeken" in shown and "Klopt dit? Zo wilde ik het zeggen." in shown
    assert shown.index("Klopt dit?") < shown.index("Wat ik goed kon"), "who hardly reads meets it first"
    confirm(browsing.samira, made, 1)
    shown = text_of(browsing.samira.get(f"/experiences/{made}"))
    assert "Samen gemaakt met juf Els" in shown and "nog niet nagekeken" not in shown and "Klopt dit?" not in shown
    assert confirmed(database, made)


def test_what_is_changed_after_that_is_asked_again(browsing: Browsing, database: Database) -> None:
    made = told(browsing.samira)
    confirm(browsing.samira, made, 1)
    browsing.samira.post(f"/experiences/{made}", saving("text", 1, text="Ik heb soep gekookt.", activity="", together_with="juf Els"))
    assert confirmed(database, made), "the same once more changes nothing"
    browsing.samira.post(f"/experiences/{made}", saving("face", 1, face="5"))
    assert not confirmed(database, made)
    assert "nog niet nagekeken" in text_of(browsing.samira.get(f"/experiences/{made}"))


def test_only_what_was_on_the_screen_is_confirmed(browsing: Browsing, database: Database) -> None:
    made = told(browsing.samira)
    browsing.samira.post(f"/experiences/{made}", saving("text", 1, text="Juf Els maakte er iets anders van.", activity="", together_with="juf Els"))
    confirm(browsing.samira, made, 1)
    assert not confirmed(database, made), "the other text was never seen on that screen"
    confirm(browsing.samira, made, 1, bases='{"text": 2}')
    assert confirmed(database, made), "what this device stored itself was seen"


def test_the_same_confirmation_twice_counts_once_and_never_for_what_came_after(browsing: Browsing, database: Database) -> None:
    made, mutation = told(browsing.samira), str(uuid4())
    again = {"mutation": mutation, "base": "1"}
    browsing.samira.post(f"/experiences/{made}/confirmation", again)
    browsing.samira.post(f"/experiences/{made}", saving("text", 1, text="Anders.", activity="", together_with="juf Els"))
    browsing.samira.post(f"/experiences/{made}/confirmation", again)
    assert not confirmed(database, made)


def test_who_made_it_alone_is_asked_nothing(browsing: Browsing, database: Database) -> None:
    confirm(browsing.samira, id_of("soep"), 9)
    assert not confirmed(database, id_of("soep"))
    assert "Samen gemaakt" not in text_of(browsing.samira.get(f"/experiences/{id_of('soep')}"))
    made = told(browsing.samira)
    browsing.samira.post(f"/experiences/{made}", saving("text", 1, text="Ik heb soep gekookt.", activity="", together_with=""))
    assert "Samen gemaakt" not in text_of(browsing.samira.get(f"/experiences/{made}"))


def test_a_name_that_is_too_long_is_said_and_what_was_typed_stays(browsing: Browsing, database: Database) -> None:
    made = uuid4()
    answer = browsing.samira.post(f"/experiences/{made}", saving("text", text="Soep.", activity="", together_with="x" * 41))
    assert answer.status_code == 422 and "Deze naam is te lang." in text_of(answer) and "Soep." in answer.text and "x" * 41 in answer.text
    with database.reading() as session:
        assert session.get(Experience, made) is None


def test_the_mentor_reads_who_typed_and_whether_the_student_looked_at_it(browsing: Browsing, database: Database) -> None:
    made = told(browsing.samira)
    step(browsing, 1, experience=[str(made)])
    step(browsing, 3, base=9, question="Wat vindt u?", go="show")
    shown = text_of(browsing.deboer.get(TALK))
    assert "Samen gemaakt met juf Els" in shown and "nog niet nagekeken" in shown
    confirm(browsing.samira, made, 1)
    shown = text_of(browsing.deboer.get(TALK))
    assert "Samen gemaakt met juf Els" in shown and "nog niet nagekeken" not in shown


def test_two_devices_that_name_another_helper_are_both_kept(browsing: Browsing, database: Database) -> None:
    made = told(browsing.samira)
    browsing.samira.post(f"/experiences/{made}", saving("text", 1, text="Ik heb soep gekookt.", activity="", together_with="mama"))
    answer = browsing.samira.post(f"/experiences/{made}", saving("text", 1, text="Ik heb soep gekookt.", activity="", together_with="opa"))
    shown = text_of(browsing.samira.get(answer.headers["location"]))
    assert "mama" in shown and "opa" in shown and "Welke blijft?" in shown
