"""A student lays a talk ready, and only what is shown is seen."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from server.conversation.models import Conversation, PreparationAnswer, Reading, Submission
from server.core import clock
from server.core.conflict import Conflict
from server.core.db import Database
from server.experience.models import Experience
from server.reminder.models import Reminder
from server.vocabulary.queries import STANDARD
from tests.browsing import Browsing, text_of
from tests.conversation.helping import PREPARATION, QUESTION, TALK, planned, shown, step
from tests.world import id_of

SECRETS = ("Mijn geheim", "Bezoek aan het ziekenhuis", "Taart voor oma")


def test_the_first_step_offers_own_experiences_newest_first_and_says_which_stay_private(browsing: Browsing) -> None:
    read = text_of(browsing.samira.get(PREPARATION))
    assert "1 van 3" in read and "gesprek vr 27 nov met meneer De Boer" in read and "Jij kiest wat je mentor te zien krijgt." in read
    assert read.index("Koken voor 24 mensen") < read.index("Taart voor oma") < read.index("Bezoek aan het ziekenhuis")
    assert "alleen voor jou" in read and "samenwerken 2×" in read and "Uien gesneden" not in read


def test_what_has_no_text_is_known_by_its_face_or_its_words(browsing: Browsing) -> None:
    for told in ({"step": "face", "face": "5"}, {"step": "qualities", "qualities": "persevering", "qualities-own": "grapjes maken"}):
        browsing.samira.post(f"/experiences/{uuid4()}", {"base": "0", "mutation": str(uuid4()), "go": "on", **told})
    read = text_of(browsing.samira.get(PREPARATION))
    assert "Het was super" in read and "Doorzetten, grapjes maken" in read and "Ervaring " not in read


def test_who_has_no_experiences_yet_is_taught_and_helped_on(browsing: Browsing) -> None:
    made = planned(browsing).headers["location"]
    answer = browsing.noor.get(f"{made}/preparation")
    assert "Begin met één ding dat je deed" in text_of(answer) and 'href="/experiences/new"' in answer.text


def test_each_step_is_kept_and_leads_to_the_next(browsing: Browsing) -> None:
    answer = step(browsing, 1, experience=[str(id_of("oma")), str(id_of("soep"))])
    assert answer.headers["location"] == f"{PREPARATION}?step=2"
    answer = step(browsing, 2, word=["quality:working-together"], **{"answer:prepare-forgot-time": "Bij de taart"})
    assert answer.headers["location"] == f"{PREPARATION}?step=3"
    assert step(browsing, 3, question=QUESTION, go="stop").headers["location"] == TALK
    read = text_of(browsing.samira.get(f"{PREPARATION}?step=3"))
    assert QUESTION in read and "Bij de taart" in read and read.index("Taart voor oma") < read.index("Koken voor 24 mensen")


def test_a_reworded_question_stands_above_what_was_answered_as_it_was_asked_also_for_the_mentor(browsing: Browsing) -> None:
    asked = re.findall(r'name="answer:([^"]+)"', browsing.samira.get(f"{PREPARATION}?step=2").text)
    before = [STANDARD.questions[key].nl for key in asked]
    assert step(browsing, 2, **{f"answer:{asked[0]}": "Bij de taart", f"answer:{asked[1]}": ""}).status_code == 303
    for place, key in enumerate(asked):
        told = {"competency": STANDARD.questions[key].competency, "moment": "prepare", "kind_hint": "", "en": "", "base": "0", "nl": f"Heel anders gevraagd {place}?"}
        assert browsing.wouters.post(f"/school/vocabulary/questions/{key}", told).status_code == 303
    read = text_of(browsing.samira.get(f"{PREPARATION}?step=2"))
    assert before[0] in read and "anders gevraagd 0" not in read, "it was answered as it was asked then"
    assert "anders gevraagd 1" in read and before[1] not in read, "it was only looked at"
    assert step(browsing, 2, **{f"answer:{asked[0]}": "Bij de appeltaart", f"answer:{asked[1]}": "Mijn oom", "edition": "2"}).status_code == 303
    assert step(browsing, 1, experience=[str(id_of("oma"))]).status_code == 303 and browsing.samira.post(f"{TALK}/submission").status_code == 303
    for who in (browsing.samira, browsing.deboer):
        read = text_of(who.get(TALK))
        assert before[0] in read and "anders gevraagd 1" in read and "anders gevraagd 0" not in read and before[1] not in read


def test_an_answer_that_was_kept_beside_keeps_the_question_it_was_given_to(browsing: Browsing, database: Database) -> None:
    [asked, *_] = re.findall(r'name="answer:([^"]+)"', browsing.samira.get(f"{PREPARATION}?step=2").text)
    told = {"competency": STANDARD.questions[asked].competency, "moment": "prepare", "kind_hint": "", "en": ""}
    step(browsing, 2, **{f"answer:{asked}": "Van de laptop"})
    assert browsing.wouters.post(f"/school/vocabulary/questions/{asked}", {**told, "base": "0", "nl": "Eerst anders gevraagd?"}).status_code == 303
    step(browsing, 2, base=0, **{f"answer:{asked}": "Van de telefoon", "edition": "1"})
    step(browsing, 2, base=9, **{f"answer:{asked}": "", "edition": "1"})
    assert browsing.wouters.post(f"/school/vocabulary/questions/{asked}", {**told, "base": "1", "nl": "Nog eens anders gevraagd?"}).status_code == 303
    with database.reading() as session:
        choice = f"{TALK}/conflicts/{session.scalars(select(Conflict.id)).one()}/choice"
    browsing.samira.save(choice, {"keep": "other", "base": "9", "mutation": str(uuid4())})
    read = text_of(browsing.samira.get(f"{PREPARATION}?step=2"))
    assert "Van de telefoon" in read and "Eerst anders gevraagd?" in read and "Nog eens anders" not in read


def test_what_a_mentor_reads_of_an_entry_has_its_question_as_it_was_asked(browsing: Browsing) -> None:
    soup, [key, *_] = f"/experiences/{id_of('soep')}", [question.id for question in STANDARD.asked("after", "qualities")]
    form = {"step": f"question:{key}", "base": "1", "mutation": str(uuid4()), "go": "stop", "alone": "1", f"answer:question:{key}": "Dat iedereen at", "edition": "0"}
    assert browsing.samira.post(soup, form).status_code == 303
    told = {"competency": "qualities", "moment": "after", "kind_hint": "", "en": "", "base": "0", "nl": "Heel anders gevraagd?"}
    assert browsing.wouters.post(f"/school/vocabulary/questions/{key}", told).status_code == 303
    assert step(browsing, 1, experience=[str(id_of("soep"))]).status_code == 303 and browsing.samira.post(f"{TALK}/submission").status_code == 303
    read = text_of(browsing.deboer.get(TALK))
    assert "Dat iedereen at" in read and STANDARD.questions[key].nl in read and "Heel anders gevraagd?" not in read


def test_everything_can_be_skipped(browsing: Browsing) -> None:
    assert step(browsing, 1).status_code == step(browsing, 2).status_code == step(browsing, 3, question="").status_code == 303


def test_more_than_three_experiences_are_refused_and_the_choice_stays(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        now, extra = clock.now(), uuid4()
        session.add(Experience(id=extra, school_id=id_of("waal"), student_id=id_of("samira"), text="Nog iets", happened_at=now, captured_at=now, arrived_at=now, changed_at=now))
    answer = step(browsing, 1, experience=[*(str(id_of(name)) for name in ("soep", "oma", "ziekenhuis")), str(extra)])
    assert answer.status_code == 422 and "Kies er hooguit drie" in text_of(answer) and answer.text.count(" checked") == 4
    assert 'role="alert"' in answer.text


def test_an_experience_of_somebody_else_does_not_exist(browsing: Browsing) -> None:
    for strange in (id_of("daans"), id_of("olgas"), uuid4()):
        assert step(browsing, 1, experience=[str(strange)]).status_code == 404
    assert step(browsing, 1, experience=["<script>"]).status_code == 404


def test_the_same_save_twice_gives_the_same_receipt(browsing: Browsing) -> None:
    save = {"step": "3", "base": "1", "mutation": str(uuid4()), "question": QUESTION}
    first, second = browsing.samira.save(PREPARATION, save), browsing.samira.save(PREPARATION, save)
    assert first.status_code == 200 and first.json() == second.json()
    assert first.json()["mutation"] == save["mutation"] and first.json()["id"] == str(id_of("gesprek")) and first.json()["revision"] == 2


def test_the_same_mutation_with_other_content_is_a_conflict_and_somebody_elses_does_not_exist(browsing: Browsing) -> None:
    save = {"step": "3", "base": "1", "mutation": str(uuid4()), "question": QUESTION}
    browsing.samira.save(PREPARATION, save)
    assert browsing.samira.save(PREPARATION, {**save, "question": "Iets anders"}).status_code == 409
    assert browsing.daan.save(f"/conversations/{id_of('daans-gesprek')}/preparation", save).status_code == 404


def test_two_devices_on_different_fields_do_not_clash(browsing: Browsing) -> None:
    assert step(browsing, 3, question=QUESTION).status_code == 303
    assert step(browsing, 1, experience=[str(id_of("oma"))]).status_code == 303


def test_words_of_the_chosen_experiences_are_offered_and_at_most_three_of_a_kind_are_taken(browsing: Browsing) -> None:
    read = text_of(browsing.samira.get(f"{PREPARATION}?step=2"))
    assert "samenwerken" in read and "anderen helpen" in read
    answer = step(
        browsing, 2, word=["quality:working-together", "quality:persevering", "quality:working-precisely", "quality:own:rust"], **{"answer:prepare-forgot-time": "Getypt"}
    )
    assert answer.status_code == 422 and "hooguit drie kwaliteiten" in text_of(answer) and "Getypt" in answer.text


def test_questions_that_were_asked_do_not_come_back_in_the_next_preparation(browsing: Browsing, database: Database) -> None:
    page = browsing.samira.get(f"{PREPARATION}?step=2").text
    asked = [part.partition('"')[0] for part in page.split('name="answer:')[1:]]
    assert len(asked) == 2
    step(browsing, 2, **{f"answer:{asked[0]}": "Antwoord", f"answer:{asked[1]}": ""})
    with database.reading() as session:
        assert set(session.scalars(select(PreparationAnswer.question_id))) == set(asked)
    following = planned(browsing, student=str(id_of("samira"))).headers["location"]
    again = browsing.samira.get(f"{following}/preparation?step=2").text
    assert again.count('name="answer:') == 2 and not any(f'name="answer:{known}"' in again for known in asked)


def test_a_starter_can_be_tapped_without_script_and_what_was_typed_stays(browsing: Browsing) -> None:
    page = browsing.samira.get(f"{PREPARATION}?step=3").text
    starter = page.split('name="starter" value="')[1].partition('"')[0]
    assert page.count('name="starter"') == 3
    assert step(browsing, 3, question="Hoi meneer", starter=starter).headers["location"] == f"{PREPARATION}?step=3"
    assert "Hoi meneer\n" in browsing.samira.get(f"{PREPARATION}?step=3").text


def test_showing_needs_an_experience_or_a_question_and_says_so_kindly(browsing: Browsing) -> None:
    step(browsing, 1)
    answer = browsing.samira.post(f"{TALK}/submission")
    assert answer.status_code == 422 and "Er is nog niets om te laten zien" in text_of(answer)
    answer = step(browsing, 3, base=2, question="", go="show")
    assert answer.status_code == 422 and "Er is nog niets om te laten zien" in text_of(answer)
    assert step(browsing, 3, base=2, question=QUESTION, go="show").headers["location"] == TALK


def test_after_showing_the_student_reads_who_can_read_it_and_then_who_did(browsing: Browsing) -> None:
    shown(browsing)
    assert "Meneer De Boer kan het nu lezen." in text_of(browsing.samira.get(TALK))
    assert browsing.deboer.get(TALK).status_code == 200
    assert "Meneer De Boer heeft het gelezen. di 24 nov · 14:0" in text_of(browsing.samira.get(TALK)).replace("  ", " ")


def test_until_it_is_shown_the_mentor_sees_only_that_the_student_is_busy(browsing: Browsing) -> None:
    step(browsing, 3, question=QUESTION)
    read = text_of(browsing.deboer.get(TALK))
    assert "Samira is bezig" in read and "bezig" in text_of(browsing.deboer.get("/conversations"))
    assert QUESTION not in read and "Koken voor 24" not in read and "ervaring" not in text_of(browsing.deboer.get("/conversations"))


def test_the_mentor_sees_what_was_shown_and_nothing_else(browsing: Browsing) -> None:
    shown(browsing)
    read = text_of(browsing.deboer.get(TALK))
    assert QUESTION in read and "Koken voor 24 mensen" in read and "Ik heb de taken verdeeld." in read and "samenwerken" in read
    assert not any(secret in read for secret in SECRETS)
    assert "1 ervaring · 1 vraag" in read.replace("\u00a0", " ")


def test_what_is_taken_back_is_seen_no_more(browsing: Browsing, database: Database) -> None:
    shown(browsing)
    assert browsing.samira.delete(f"{TALK}/submission").status_code == 303
    read = text_of(browsing.deboer.get(TALK))
    assert QUESTION not in read and "Koken voor 24" not in read and "Samira is bezig" in read
    with database.reading() as session:
        taken = session.scalars(select(Submission)).one()
    assert taken.person_id == id_of("samira") and taken.withdrawn_at is not None


def test_an_experience_deleted_after_showing_is_seen_no_more(browsing: Browsing) -> None:
    shown(browsing)
    assert browsing.samira.post(f"/experiences/{id_of('soep')}/deletion").status_code == 303
    assert "Koken voor 24 mensen" not in text_of(browsing.deboer.get(TALK))


def test_nothing_changes_under_the_mentors_eyes_but_taking_back_and_saving_is_one_tap(browsing: Browsing) -> None:
    shown(browsing)
    answer = step(browsing, 3, base=9, question="Nog iets anders")
    assert answer.status_code == 409 and "Nog iets anders" in answer.text and "Neem het eerst terug" in text_of(answer)
    assert QUESTION in text_of(browsing.deboer.get(TALK))
    assert step(browsing, 3, base=9, question="Nog iets anders", take_back="1").status_code == 303
    assert "Nog iets anders" in browsing.samira.get(f"{PREPARATION}?step=3").text


def test_once_the_talk_has_begun_nothing_is_taken_back(browsing: Browsing) -> None:
    shown(browsing)
    assert browsing.deboer.post(f"{TALK}/start").status_code == 303
    assert browsing.samira.delete(f"{TALK}/submission").status_code == 409
    answer = step(browsing, 3, base=9, question="Te laat getypt")
    assert answer.status_code == 409 and "Te laat getypt" in answer.text and "begonnen" in text_of(answer)
    assert browsing.samira.get(PREPARATION).headers["location"] == TALK


def test_showing_twice_is_showing_once(browsing: Browsing, database: Database) -> None:
    shown(browsing)
    assert browsing.samira.post(f"{TALK}/submission").status_code == 303
    with database.reading() as session:
        assert len(session.scalars(select(Submission)).all()) == 1


def test_every_showing_is_read_once_on_record(browsing: Browsing, database: Database) -> None:
    shown(browsing)
    for _ in range(3):
        browsing.deboer.get(TALK)
    browsing.samira.delete(f"{TALK}/submission")
    browsing.samira.post(f"{TALK}/submission")
    assert "heeft het gelezen" not in text_of(browsing.samira.get(TALK))
    browsing.deboer.get(TALK)
    with database.reading() as session:
        assert len(session.scalars(select(Reading)).all()) == 2


@pytest.mark.parametrize("header", ["sec-purpose", "purpose"])
def test_what_is_fetched_ahead_is_refused_so_that_nothing_is_shown_unrecorded(browsing: Browsing, database: Database, header: str) -> None:
    shown(browsing)
    answer = browsing.deboer.get(TALK, headers={header: "prefetch;prerender"})
    assert answer.status_code == 503 and QUESTION not in answer.text
    with database.reading() as session:
        assert session.scalar(select(Reading)) is None


def test_opening_the_part_beside_the_list_is_on_record_too(browsing: Browsing) -> None:
    shown(browsing)
    answer = browsing.deboer.get(TALK, headers={"hx-request": "true", "hx-target": "section#talk"})
    assert QUESTION in answer.text and "<html" not in answer.text and "Gesprek plannen" not in answer.text
    assert "Meneer De Boer heeft het gelezen" in text_of(browsing.samira.get(TALK))


def test_showing_stops_the_reminders_to_prepare_and_taking_back_lets_those_ahead_come(browsing: Browsing, database: Database) -> None:
    made = planned(browsing, student=str(id_of("samira")), date="2026-12-10").headers["location"]

    def waiting() -> set[str]:
        with database.reading() as session:
            return set(session.scalars(select(Reminder.kind).where(Reminder.person_id == id_of("samira"), Reminder.cancelled_at.is_(None))))

    assert waiting() == {"prepare_week", "prepare_soon", "talk_tomorrow"}
    browsing.samira.post(f"{made}/preparation", {"step": "3", "base": "0", "mutation": str(uuid4()), "question": QUESTION, "go": "show"})
    assert waiting() == {"talk_tomorrow"}
    browsing.samira.delete(f"{made}/submission")
    assert waiting() == {"prepare_week", "prepare_soon", "talk_tomorrow"}


def test_a_late_save_on_a_cancelled_talk_keeps_what_was_typed_on_the_screen(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Conversation).where(Conversation.id == id_of("gesprek")).values(cancelled_at=clock.now()))
    answer = step(browsing, 3, question="Mijn vraag")
    assert answer.status_code == 409 and "Mijn vraag" in answer.text


@pytest.mark.parametrize("text", ["", "x" * 2001, "😀 emoji", "مرحبا", "<script>alert(1)</script>", "nul\0byte"])
def test_any_text_is_kept_as_it_is_or_told_why_not(browsing: Browsing, text: str) -> None:
    answer = step(browsing, 3, question=text)
    assert answer.status_code == (422 if len(text) > 2000 else 303)
    assert "<script>alert" not in browsing.samira.get(f"{PREPARATION}?step=3").text


def test_what_the_student_writes_after_showing_is_not_shown_until_they_show_it_again(browsing: Browsing) -> None:
    talk, soep = f"/conversations/{id_of('gesprek')}", f"/experiences/{id_of('soep')}"
    browsing.samira.post(f"{talk}/submission")
    assert "Eerst was het chaos" in text_of(browsing.deboer.get(talk))
    browsing.samira.post(soep, {"step": "text", "base": "1", "text": "Koken voor 24 mensen. Daarna naar de dokter, dat is geheim.", "go": "stop"})
    browsing.samira.post(soep, {"step": "qualities", "base": "2", "qualities": "working-together", "qualities-evidence-working-together": "ook geheim", "go": "stop"})
    shown = text_of(browsing.deboer.get(talk))
    assert "geheim" not in shown and "Eerst was het chaos" in shown and "Ik heb de taken verdeeld." in shown
    assert "Eerst was het chaos" in text_of(browsing.samira.get(talk)), "the student sees what the mentor sees"
    browsing.samira.delete(f"{talk}/submission")
    browsing.samira.post(f"{talk}/submission")
    assert "naar de dokter" in text_of(browsing.deboer.get(talk))
    browsing.samira.post(f"{soep}/deletion")
    assert "naar de dokter" not in text_of(browsing.deboer.get(talk))
