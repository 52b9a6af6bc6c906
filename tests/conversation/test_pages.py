"""The lists, the talk, and what came of it."""

from datetime import timedelta
from uuid import uuid4

import time_machine
from sqlalchemy import select

from server.conversation.models import Agreement, Completion, Conversation
from server.core.db import Database
from tests.browsing import Browsing, text_of
from tests.conversation.helping import QUESTION, TALK, planned, shown
from tests.world import id_of

PAST = f"/conversations/{id_of('vorig')}"
DONE = f"/agreements/{id_of('afspraak')}/completion"
OUTCOME = {"revision": "1", "summary": "Ze verdeelt graag taken.", "what": "Loop mee bij de bakker", "due_on": "2026-12-08", "helper": "mijn oom"}


def test_a_student_sees_the_next_talk_and_earlier_ones_with_what_was_agreed(browsing: Browsing) -> None:
    read = text_of(browsing.samira.get("/conversations"))
    assert "over 3 dagen" in read and "vr 27 nov · 14:00 · lokaal 2.14" in read and "Gesprek met meneer De Boer" in read
    assert "Verder voorbereiden" in read and "Afspraak: Vraag een stageplek bij de bakker open" in read


def test_the_steps_on_the_hero_say_which_is_done_and_which_is_next(browsing: Browsing) -> None:
    page = browsing.samira.get("/conversations").text
    assert '<li class="done">' in page and '<li aria-current="step">Woorden vinden</li>' in page and "<li>Jouw vragen</li>" in page
    assert f'href="{TALK}/preparation?step=2"' in page


def test_a_student_without_talks_is_taught_what_comes_here(browsing: Browsing) -> None:
    assert "Hier komt je gesprek met je mentor" in text_of(browsing.noor.get("/conversations"))


def test_a_mentor_sees_who_when_and_how_far(browsing: Browsing) -> None:
    read = text_of(browsing.deboer.get("/conversations"))
    assert "1 deze week · 0 voorbereid" in read
    assert "Samira Aït Ben vr 27 nov 14:00 bezig" in read and "Daan Vos ma 30 nov 14:00 nog niet" in read and "Geweest" in read
    assert "Ilse" not in read
    shown(browsing)
    assert "1 deze week · 1 voorbereid" in text_of(browsing.deboer.get("/conversations"))
    assert "1 deze week · 1 voorbereid" in text_of(browsing.deboer.get("/"))


def test_the_list_tells_who_is_reminded_when(browsing: Browsing) -> None:
    planned(browsing, date="2026-12-03")
    planned(browsing, date="2026-11-27", student=str(id_of("daan")))
    read = text_of(browsing.deboer.get("/conversations"))
    assert "Daan krijgt morgen een herinnering, Noor donderdag." in read.replace(" .", ".").replace(" ,", ",")


def test_the_group_says_when_each_was_last_spoken_to_and_is_next(browsing: Browsing) -> None:
    read = text_of(browsing.deboer.get("/groups"))
    assert "Groep 3B" in read and "3 leerlingen" in read and "Ilse" not in read
    assert "Samira Aït Ben volgende gesprek: vr 27 nov 14:00 bezig laatst: di 6 okt" in read and "Noor Peters niets gepland nog niet gesproken" in read
    assert "Nu praten" in read and "Gesprek plannen" in read


def test_the_mentor_gets_fitting_questions_the_last_agreement_and_the_last_summary(browsing: Browsing) -> None:
    read = text_of(browsing.deboer.get(TALK))
    assert "Vragen die passen" in read and "Meer vragen" in read and "Vorige afspraak Vraag een stageplek bij de bakker" in read and "Samen vertelden we over koken." in read
    assert browsing.deboer.get(TALK).text.count('<div class="question question--') == 4


def test_a_mentor_asks_two_students_other_questions_first(browsing: Browsing) -> None:
    asked = [text_of(browsing.deboer.get(f"/conversations/{id_of(talk)}")).partition("Vragen die passen")[2].partition("Meer vragen")[0] for talk in ("gesprek", "daans-gesprek")]
    assert all(asked) and asked[0] != asked[1]


def test_a_talk_that_was_not_prepared_can_be_held_all_the_same(browsing: Browsing) -> None:
    daans = f"/conversations/{id_of('daans-gesprek')}"
    assert "Daan is nog niet begonnen" in text_of(browsing.deboer.get(daans))
    assert browsing.deboer.post(f"{daans}/start").headers["location"] == f"{daans}?step=tell"
    assert "Er ligt niets klaar" in text_of(browsing.deboer.get(f"{daans}?step=tell"))


def test_the_talk_goes_in_steps_with_one_big_question_at_a_time(browsing: Browsing) -> None:
    shown(browsing)
    assert "Stilte is denktijd" not in text_of(browsing.deboer.get(f"{TALK}?step=meaning"))
    browsing.deboer.post(f"{TALK}/start")
    answer = browsing.deboer.get(f"{TALK}?step=meaning")
    read = text_of(answer)
    assert "Stilte is denktijd" in read and QUESTION in read and "Verder: verkennen" in read and answer.text.count("<h1") == 1
    other = answer.text.split("question=")[1].partition('"')[0]
    label = answer.text.split(f"question={other}")[1].partition(">")[2].partition("<")[0]
    assert f'id="asking">{label}</h1>' in browsing.deboer.get(f"{TALK}?step=meaning&question={other}").text
    assert "Wat spreken jullie af?" in text_of(browsing.deboer.get(f"{TALK}?step=agree"))
    assert browsing.deboer.get(f"{TALK}?step=nonsense").status_code == 200


def test_starting_can_be_undone_until_the_talk_was_held(browsing: Browsing) -> None:
    browsing.deboer.post(f"{TALK}/start")
    assert "Het gesprek is begonnen." in text_of(browsing.samira.get("/conversations"))
    assert browsing.deboer.delete(f"{TALK}/start").status_code == 303
    assert "Verder voorbereiden" in text_of(browsing.samira.get("/conversations"))
    browsing.deboer.post(f"{TALK}/outcome", OUTCOME)
    assert browsing.deboer.delete(f"{TALK}/start").status_code == 409 and browsing.deboer.post(f"{TALK}/start").status_code == 409


def test_talking_now_takes_two_taps_and_twice_the_same_tap_is_one_talk(browsing: Browsing, database: Database) -> None:
    form = {"now": "1", "student": str(id_of("noor")), "id": str(uuid4())}
    first, second = browsing.deboer.post("/conversations", form), browsing.deboer.post("/conversations", form)
    assert first.headers["location"] == second.headers["location"] == f"/conversations/{form['id']}?step=tell"
    with database.reading() as session:
        assert session.scalars(select(Conversation).where(Conversation.student_id == id_of("noor"))).one().started_at is not None


def test_the_outcome_makes_the_talk_held_and_both_read_it(browsing: Browsing) -> None:
    assert browsing.deboer.post(f"{TALK}/outcome", OUTCOME).headers["location"] == TALK
    for who in (browsing.samira, browsing.deboer):
        read = text_of(who.get(TALK))
        assert "Ze verdeelt graag taken." in read and "Loop mee bij de bakker" in read and "vóór di 8 dec · hulp: mijn oom" in read
    assert "Er is nog geen nieuw gesprek" in text_of(browsing.samira.get("/conversations"))


def test_the_outcome_can_be_corrected_and_a_stale_one_is_told(browsing: Browsing, database: Database) -> None:
    browsing.deboer.post(f"{TALK}/outcome", OUTCOME)
    assert browsing.deboer.post(f"{TALK}/outcome", OUTCOME).status_code == 303
    answer = browsing.deboer.post(f"{TALK}/outcome", {**OUTCOME, "summary": "Van mijn telefoon"})
    assert answer.status_code == 409 and "Van mijn telefoon" in answer.text and "Ze verdeelt graag taken." in text_of(answer)
    assert browsing.deboer.post(f"{TALK}/outcome", {"revision": "2", "summary": "Verbeterd"}).status_code == 303
    with database.reading() as session:
        assert session.scalar(select(Agreement).where(Agreement.conversation_id == id_of("gesprek"))) is None
    assert "Verbeterd" in text_of(browsing.samira.get(TALK))


def test_an_empty_outcome_is_told_and_nothing_typed_is_lost(browsing: Browsing) -> None:
    answer = browsing.deboer.post(f"{TALK}/outcome", {"revision": "1", "helper": "mijn oom"})
    assert answer.status_code == 422 and 'value="mijn oom"' in answer.text and 'role="alert"' in answer.text and 'aria-describedby="hint-what error-what"' in answer.text
    assert "Gesprek starten" in text_of(browsing.deboer.get(TALK))


def test_student_or_mentor_ticks_an_agreement_and_unticks_it(browsing: Browsing, database: Database) -> None:
    for who in ("samira", "deboer"):
        assert getattr(browsing, who).post(DONE).headers["location"] == PAST
        getattr(browsing, who).post(DONE)
        with database.reading() as session:
            assert session.scalars(select(Completion)).one().person_id == id_of(who)
        assert "gedaan op di 24 nov" in text_of(browsing.samira.get(PAST)) and "gedaan op di 24 nov" in text_of(browsing.deboer.get(TALK))
        assert getattr(browsing, who).delete(DONE).status_code == 303
        assert "gedaan op" not in text_of(browsing.samira.get(PAST))


def test_a_page_that_did_not_change_is_not_sent_again_and_one_that_did_is(browsing: Browsing) -> None:
    tag = browsing.deboer.get("/conversations").headers["etag"]
    assert browsing.deboer.get("/conversations", headers={"if-none-match": tag}).status_code == 304
    shown(browsing)
    assert browsing.deboer.get("/conversations", headers={"if-none-match": tag}).status_code == 200


def test_what_people_wrote_is_shown_as_text(browsing: Browsing) -> None:
    browsing.deboer.post(f"{TALK}/outcome", {**OUTCOME, "summary": "<script>alert(1)</script>", "what": "<b>x</b>"})
    assert "<script>alert" not in browsing.samira.get(TALK).text and "<b>x</b>" not in browsing.samira.get("/conversations").text


def test_a_talk_that_nobody_rounded_off_can_still_be_found_with_what_was_laid_ready(browsing: Browsing, moment: time_machine.Traveller) -> None:
    where = f"/conversations/{id_of('daans-gesprek')}"
    browsing.daan.post(f"{where}/preparation", {"step": "3", "question": "Mijn eigen vraag", "base": "0", "go": "show"})
    for days, person in ((9, browsing.daan), (80, browsing.deboer)):
        moment.shift(timedelta(days=days))
        assert f'href="{where}"' in person.get("/conversations").text
    assert "Mijn eigen vraag" in text_of(browsing.daan.get(where))
