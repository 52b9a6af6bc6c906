"""Herkenning as people meet it: giving, keeping, thanking, putting away, and asking the mentor."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select, update
from time_machine import Traveller

from server.core.audit import AuditEntry
from server.core.clock import now as moment_now
from server.core.db import Database
from server.people.models import Cover, Membership, School
from server.people.viewer import viewer_of
from server.recognition.actions import A_DAY, A_WEEK
from server.recognition.models import Recognition, RecognitionBlock
from server.recognition.queries import Seen, given, kept_words
from server.reminder.due import with_devices
from server.reminder.models import Reminder
from server.settings import Settings
from server.vocabulary.models import Wording
from server.vocabulary.words import standard_words
from tests.browsing import Browsing, text_of
from tests.conftest import NOW
from tests.recognition.giving import GUEST, SEEN, give, link_of, waiting
from tests.world import id_of, token_of


def told(database: Database, kind: str) -> set[str]:
    """Who has a message of this kind, by their id."""
    with database.reading() as session:
        return {str(person) for person in session.scalars(select(Reminder.person_id).where(Reminder.kind == kind, Reminder.cancelled_at.is_(None)))}


def test_a_mentor_picks_a_student_taps_words_and_writes_one_sentence(browsing: Browsing) -> None:
    pick = browsing.deboer.get("/recognitions/new")
    assert all(name in pick.text for name in ("Samira", "Daan", "Noor")) and "Ilse" not in pick.text
    form = browsing.deboer.get(f"/recognitions/new?student={id_of('samira')}")
    assert form.text.index('value="working-together"') < form.text.index("Meer woorden") and "Ik zag dat je " in form.text
    assert give(browsing.deboer).headers["location"] == "/recognitions"
    page = text_of(browsing.samira.get("/recognitions"))
    assert all(said in page for said in ("Meneer De Boer zag dit bij jou", "doorzetten", SEEN["sentence"]))
    assert "Meneer De Boer zag iets bij jou" in text_of(browsing.samira.get("/"))
    mine = browsing.deboer.get("/recognitions")
    assert "Aan Samira Aït Ben" in text_of(mine) and f"/recognitions/new?student={id_of('samira')}" in mine.text, "from the first page: a name, a word, sent"


def test_a_keeper_searches_by_two_letters_or_more_and_accents_do_not_matter(browsing: Browsing) -> None:
    found = browsing.wouters.get("/recognitions/new?q=ait").text
    assert "Samira" in found and "Daan" not in found
    assert "Typ twee letters" in browsing.wouters.get("/recognitions/new?q=s").text
    assert "Niemand gevonden" in browsing.wouters.get("/recognitions/new?q=olga").text


def test_who_mentors_nobody_is_told_to_ask_for_the_code_and_can_search_no_name(browsing: Browsing) -> None:
    page = browsing.anja.get("/recognitions/new?q=samira")
    assert "QR-code" in page.text and 'name="q"' not in page.text and "Samira" not in page.text
    assert "/recognitions/new" in browsing.anja.get("/").text


def test_what_is_wrong_is_told_and_what_was_typed_stands(browsing: Browsing, database: Database) -> None:
    wrong = give(browsing.deboer, word=["persevering", "listening-well", "working-together", "working-precisely"], sentence="x" * 301)
    assert wrong.status_code == 422 and "hooguit drie woorden" in wrong.text and "x" * 301 in wrong.text
    assert len(re.findall(r'name="word" value="[\w-]+" checked', wrong.text)) == 4
    assert give(browsing.deboer, word=[]).status_code == 422
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Recognition)) == 0


def renamed(database: Database, **how: Any) -> None:
    """The school calls or offers `persevering` otherwise from its first edition on."""
    with database.writing() as session:
        word = standard_words()["persevering"]
        told = {name: getattr(word, name) for name in ("kind", "nl", "en", "sentence_nl", "sentence_en", "icon", "cluster", "position")} | how
        session.add(Wording(school_id=id_of("waal"), edition=1, key="persevering", made_at=NOW, **told))
        session.execute(update(School).where(School.id == id_of("waal")).values(vocabulary_edition=1, revision=School.revision + 1))


def test_a_word_stays_called_as_it_stood_on_the_page_that_was_sent(browsing: Browsing, database: Database) -> None:
    pages = browsing.deboer.get(f"/recognitions/new?student={id_of('samira')}").text, browsing.nobody.get(link := link_of(browsing)).text
    renamed(database, nl="nooit opgeven")
    assert {found for page in pages for found in re.findall(r'name="edition" value="(\d+)"', page)} == {"0"}
    wrong = give(browsing.deboer, edition="0", sentence="")
    assert wrong.status_code == 422 and 'name="edition" value="0"' in wrong.text and "doorzetten" in wrong.text and "nooit opgeven" not in wrong.text
    give(browsing.deboer, edition="0")
    browsing.nobody.post(link, {**GUEST, "edition": "0"})
    page = text_of(browsing.samira.get("/recognitions"))
    assert page.count("doorzetten") == 2 and "nooit opgeven" not in page
    for edition in ("1", "2", "-1", "x"):
        give(browsing.wouters, "daan" if edition == "1" else "noor", edition=edition)
    assert text_of(browsing.daan.get("/recognitions")).count("nooit opgeven") == 1 and text_of(browsing.noor.get("/recognitions")).count("nooit opgeven") == 3


def test_a_word_that_was_hidden_meanwhile_is_still_said_from_the_page_on_which_it_stood(browsing: Browsing, database: Database) -> None:
    link = link_of(browsing)
    renamed(database, hidden=True)
    assert give(browsing.deboer).status_code == 422 and give(browsing.deboer, edition="1").status_code == 422
    assert give(browsing.deboer, edition="0").status_code == browsing.nobody.post(link, {**GUEST, "edition": "0"}).status_code == 303
    assert text_of(browsing.samira.get("/recognitions")).count("doorzetten") == 2


def test_the_same_form_twice_says_it_once(browsing: Browsing, database: Database) -> None:
    id = str(uuid4())
    assert [give(browsing.deboer, id=id).status_code for _ in range(2)] == [303, 303]
    assert waiting(browsing.samira) == [id]


def test_the_same_form_with_something_else_on_it_or_after_taking_back_is_said_too_once(browsing: Browsing) -> None:
    id, other = str(uuid4()), "Ik zag dat je lachte."
    for sentence in (SEEN["sentence"], other, other, SEEN["sentence"]):
        assert give(browsing.deboer, id=id, sentence=sentence).status_code == 303
    assert len(waiting(browsing.samira)) == 2 and other in browsing.samira.get("/recognitions").text
    browsing.deboer.delete(f"/recognitions/{id}")
    for _ in range(2):
        give(browsing.deboer, id=id)
    assert len(waiting(browsing.samira)) == 2 and SEEN["sentence"] in browsing.samira.get("/recognitions").text
    assert give(browsing.deboer, "daan", id=id).status_code == 303 and len(waiting(browsing.daan)) == 1


def test_three_a_week_to_one_student_and_the_fourth_is_told_kindly(browsing: Browsing, moment: Traveller) -> None:
    for _ in range(A_WEEK):
        assert give(browsing.deboer).status_code == 303
    refused = give(browsing.deboer)
    assert refused.status_code == 422 and "al drie keer" in refused.text and SEEN["sentence"] in refused.text
    assert give(browsing.deboer, "daan").status_code == give(browsing.wouters).status_code == 303
    moment.move_to(NOW + timedelta(days=7, minutes=1))
    assert give(browsing.deboer).status_code == 303


def test_taking_back_and_giving_again_does_not_get_around_it(browsing: Browsing) -> None:
    for _ in range(A_WEEK):
        give(browsing.deboer)
        browsing.deboer.delete(f"/recognitions/{waiting(browsing.samira)[0]}")
    assert give(browsing.deboer).status_code == 422


def test_forty_a_day_to_everybody(browsing: Browsing, database: Database) -> None:
    from server.core.limits import Spent

    give(browsing.deboer)
    with database.writing() as session:
        session.execute(update(Spent).where(Spent.key.like("recognitions:%")).values(times=A_DAY))
    answer = give(browsing.deboer, "daan")
    assert answer.status_code == 429 and SEEN["sentence"] in answer.text


def test_a_student_keeps_it_and_its_words_are_theirs_with_who_saw_them(browsing: Browsing, database: Database) -> None:
    give(browsing.deboer)
    browsing.nobody.post(link_of(browsing), GUEST)
    guests, mentors = waiting(browsing.samira)
    with database.reading() as session:
        assert kept_words(session, id_of("samira")) == []
    for one in (mentors, guests):
        assert browsing.samira.post(f"/recognitions/{one}/keeping").status_code == 303
    with database.reading() as session:
        assert [(one.word, one.who) for one in kept_words(session, id_of("samira"))] == [("persevering", "meneer De Boer"), ("persevering", "Henk Bos")]
        assert kept_words(session, id_of("daan")) == []
    assert waiting(browsing.samira) == [] and "zag iets bij jou" not in browsing.samira.get("/").text


def told_to_giver(database: Database) -> list[Seen]:
    with database.reading() as session:
        viewer = viewer_of(session, token_of("deboer"), NOW)
        assert viewer is not None
        return given(session, viewer, "nl", NOW)


def test_the_giver_cannot_tell_what_was_kept_and_takes_that_back_too(browsing: Browsing, database: Database) -> None:
    give(browsing.deboer)
    [one] = waiting(browsing.samira)
    before = text_of(browsing.deboer.get("/recognitions"))
    assert "drie dagen lang" in before and "drie dagen lang" in text_of(browsing.samira.get("/recognitions"))
    before_told = told_to_giver(database)
    browsing.samira.post(f"/recognitions/{one}/report")
    browsing.wouters.post(f"/recognitions/{one}/outcome", {"outcome": "giver"})
    browsing.samira.post(f"/recognitions/{one}/keeping")
    assert text_of(browsing.deboer.get("/recognitions")) == before and told_to_giver(database) == before_told, "nor is it there to be shown"
    assert browsing.deboer.delete(f"/recognitions/{one}").status_code == 303
    assert SEEN["sentence"] not in browsing.samira.get("/recognitions").text
    with database.reading() as session:
        assert kept_words(session, id_of("samira")) == []


def test_what_is_put_aside_is_out_of_sight_and_can_be_brought_back(browsing: Browsing) -> None:
    give(browsing.deboer)
    [one] = waiting(browsing.samira)
    browsing.samira.post(f"/recognitions/{one}/aside")
    page = text_of(browsing.samira.get("/recognitions"))
    assert page.index("Weggelegd") < page.index(SEEN["sentence"]) and "zag iets bij jou" not in browsing.samira.get("/").text
    browsing.samira.post(f"/recognitions/{one}/keeping")
    assert "Weggelegd" not in text_of(browsing.samira.get("/recognitions"))


def test_thanks_reach_the_giver_in_the_app_and_nobody_is_called_up_for_it(browsing: Browsing, database: Database) -> None:
    give(browsing.deboer)
    [one] = waiting(browsing.samira)
    for _ in range(2):
        assert browsing.samira.post(f"/recognitions/{one}/thanks").status_code == 303
    assert "Samira bedankt je" in text_of(browsing.deboer.get("/recognitions"))
    with database.reading() as session:
        [message] = session.scalars(select(Reminder).where(Reminder.kind == "thanked"))
        [due] = with_devices(session, [message], moment_now())
    assert (message.person_id, due.to_call(moment_now()), due.may_mail(Settings(smtp_url="smtp://x"), moment_now())) == (id_of("deboer"), (), False)


def test_the_student_hears_of_it_without_a_word_of_it_and_not_when_it_was_taken_back(browsing: Browsing, database: Database) -> None:
    give(browsing.deboer)
    assert told(database, "recognition") == {str(id_of("samira"))}
    with database.reading() as session:
        [message] = session.scalars(select(Reminder).where(Reminder.kind == "recognition"))
    assert message.facts == {} and message.path == "/recognitions"
    browsing.deboer.delete(f"/recognitions/{waiting(browsing.samira)[0]}")
    assert told(database, "recognition") == set() and waiting(browsing.samira) == []


def test_after_three_days_it_cannot_be_taken_back(browsing: Browsing, moment: Traveller) -> None:
    give(browsing.deboer)
    [one] = waiting(browsing.samira)
    moment.move_to(NOW + timedelta(days=3, minutes=1))
    assert "Terugnemen" not in browsing.deboer.get("/recognitions").text.partition("Of een leerling")[0]
    assert browsing.deboer.delete(f"/recognitions/{one}").status_code == 404


def test_a_block_is_silent_for_the_giver_and_can_be_undone(browsing: Browsing, database: Database) -> None:
    give(browsing.deboer)
    give(browsing.deboer, sentence="Nog een keer.")
    first, second = waiting(browsing.samira)
    browsing.samira.post(f"/recognitions/{second}/keeping")
    browsing.samira.post(f"/recognitions/{first}/block")
    before = text_of(browsing.deboer.get("/recognitions"))
    answer = give(browsing.deboer, sentence="Hoor je mij nog?")
    assert (answer.status_code, answer.headers["location"]) == (303, "/recognitions") and "Hoor je mij nog?" in text_of(browsing.deboer.get("/recognitions"))
    assert "blok" not in before.lower() and len(told(database, "recognition")) == 1
    page = text_of(browsing.samira.get("/recognitions"))
    assert waiting(browsing.samira) == [] and "Hoor je mij nog?" not in page and SEEN["sentence"] in page, "what was kept stays"
    assert "meneer De Boer" not in text_of(browsing.deboer.get("/me/record")), "the employee's own record says nothing of it"
    browsing.samira.delete(f"/recognitions/blocks/{id_of('deboer')}")
    assert "Hoor je mij nog?" in text_of(browsing.samira.get("/recognitions")) and waiting(browsing.samira) == []
    give(browsing.daan and browsing.wouters, sentence="Van een ander.")
    assert len(waiting(browsing.samira)) == 1
    with database.reading() as session:
        assert session.scalars(select(RecognitionBlock)).all() == []


def test_a_guest_cannot_be_blocked(browsing: Browsing) -> None:
    browsing.nobody.post(link_of(browsing), GUEST)
    [one] = waiting(browsing.samira)
    assert f"/recognitions/{one}/block" not in browsing.samira.get("/recognitions").text
    assert browsing.samira.post(f"/recognitions/{one}/block").status_code == 404


def test_the_mentor_and_who_stands_in_hear_that_a_student_asks_them_to_look_and_the_student_sees_that_they_did(browsing: Browsing, database: Database) -> None:
    day = NOW.date()
    with database.writing() as session:
        session.add(Cover(school_id=id_of("waal"), mentor_id=id_of("deboer"), colleague_id=id_of("kramer"), starts_on=day, ends_on=day, made_by=id_of("wouters"), made_at=NOW))
    give(browsing.wouters)
    [one] = waiting(browsing.samira)
    for _ in range(2):
        assert browsing.samira.post(f"/recognitions/{one}/report").status_code == 303
    assert told(database, "recognition_reported") == {str(id_of("deboer")), str(id_of("kramer"))}
    page = browsing.deboer.get(f"/recognitions/{one}")
    browsing.deboer.get(f"/recognitions/{one}")
    assert SEEN["sentence"] in page.text and "Samira Aït Ben" in page.text
    assert text_of(browsing.samira.get("/me/record")).count("bekeek wat jij meldde") == 1
    assert waiting(browsing.samira) == [], "it is out of her sight"
    assert all("mee te kijken" not in text_of(browsing.wouters.get(path)) for path in ("/", "/recognitions"))


def test_a_mentor_finds_what_was_reported_in_a_list_and_the_student_sees_what_became_of_it(browsing: Browsing, database: Database) -> None:
    give(browsing.wouters)
    [one] = waiting(browsing.samira)
    assert "Niemand vraagt je" in browsing.deboer.get("/recognitions/reports").text
    browsing.samira.post(f"/recognitions/{one}/report")
    asked = "Een leerling vraagt je om mee te kijken"
    assert [who for who in ("deboer", "kramer", "wouters", "anja") if asked in getattr(browsing, who).get("/").text] == ["deboer"]
    listed = browsing.deboer.get("/recognitions/reports").text
    assert all(part in listed for part in ("Samira Aït Ben", f"/recognitions/{one}", "nieuw")) and SEEN["sentence"] not in listed
    assert "Samira" not in browsing.kramer.get("/recognitions/reports").text + browsing.wouters.get("/recognitions/reports").text
    assert "Je mentor las het nog niet." in browsing.samira.get("/recognitions").text
    browsing.deboer.get(f"/recognitions/{one}")
    assert "Meneer De Boer las het op" in browsing.samira.get("/recognitions").text and "gelezen" in browsing.deboer.get("/recognitions/reports").text
    settle = f"/recognitions/{one}/outcome"
    assert [getattr(browsing, who).post(settle, {"outcome": "talked"}).status_code for who in ("kramer", "wouters", "samira")] == [404, 404, 404]
    assert browsing.deboer.post(settle, {"outcome": "ignored"}).status_code == 404
    assert browsing.deboer.post(settle, {"outcome": "talked"}).headers["location"] == "/recognitions/reports"
    assert "Meneer De Boer sprak hierover met jou." in text_of(browsing.samira.get("/recognitions"))
    assert asked not in browsing.deboer.get("/").text and "besproken" in browsing.deboer.get("/recognitions/reports").text
    assert "sprak over wat jij meldde" in text_of(browsing.samira.get("/me/record")) and told(database, "recognition_reported") == set()


def test_nobody_waits_any_more_for_who_looks_when_the_student_left(browsing: Browsing, database: Database) -> None:
    give(browsing.wouters)
    browsing.samira.post(f"/recognitions/{waiting(browsing.samira)[0]}/report")
    asked, listed = "vraagt je om mee te kijken", "Samira"
    assert asked in browsing.deboer.get("/").text and listed in browsing.deboer.get("/recognitions/reports").text
    browsing.wouters.post(f"/school/people/{id_of('samira')}/archive")
    assert asked not in browsing.deboer.get("/").text and listed not in browsing.deboer.get("/recognitions/reports").text
    browsing.wouters.delete(f"/school/people/{id_of('samira')}/archive")
    assert asked in browsing.deboer.get("/").text, "who comes back still asks it"


def test_the_first_who_talked_counts_another_hears_so_and_the_first_may_add_who_wrote_it(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.add(Membership(group_id=id_of("3B"), person_id=id_of("kramer"), kind="mentor", school_id=id_of("waal")))
    give(browsing.wouters)
    [one] = waiting(browsing.samira)
    browsing.samira.post(f"/recognitions/{one}/report")

    def settles(who: str, outcome: str) -> tuple[str, str]:
        answer = getattr(browsing, who).post(f"/recognitions/{one}/outcome", {"outcome": outcome})
        return answer.headers["location"], answer.cookies["said"]

    stored, before = ("/recognitions/reports", "recognition-settled"), (f"/recognitions/{one}", "recognition-settled-before")
    assert [settles("kramer", "talked"), settles("deboer", "giver"), settles("kramer", "talked")] == [stored, before, stored]
    late = browsing.deboer.get(f"/recognitions/{one}").text
    assert "Dit was al besproken" in late and "Willemijn Kramer sprak hierover met Samira." in late and "Ik sprak ook met" not in late
    assert "Ik sprak ook met wie dit schreef" in browsing.kramer.get(f"/recognitions/{one}").text
    assert [settles("kramer", "giver"), settles("kramer", "talked")] == [stored, before]
    assert "Willemijn Kramer sprak met jou en met wie dit schreef." in text_of(browsing.samira.get("/recognitions"))
    assert text_of(browsing.samira.get("/me/record")).count("sprak over wat jij meldde") == 2


def test_what_became_of_it_stays_when_it_is_taken_back_without_a_word_of_it(browsing: Browsing) -> None:
    give(browsing.wouters)
    [one] = waiting(browsing.samira)
    browsing.samira.post(f"/recognitions/{one}/report")
    browsing.wouters.delete(f"/recognitions/{one}")
    page = text_of(browsing.samira.get("/recognitions"))
    assert "Je mentor las het nog niet." in page and "Over wat Els Wouters zei" in page
    browsing.deboer.post(f"/recognitions/{one}/outcome", {"outcome": "talked"})
    page = text_of(browsing.samira.get("/recognitions"))
    assert "Meneer De Boer sprak hierover met jou." in page and SEEN["sentence"] not in page and "doorzetten" not in page


def test_without_another_mentor_the_coordinators_are_asked(browsing: Browsing, database: Database) -> None:
    give(browsing.deboer)
    browsing.samira.post(f"/recognitions/{waiting(browsing.samira)[0]}/report")
    assert told(database, "recognition_reported") == {str(id_of("wouters"))}


def test_giving_reporting_and_blocking_are_on_record_without_a_word_of_it(browsing: Browsing, database: Database) -> None:
    give(browsing.deboer)
    [one] = waiting(browsing.samira)
    browsing.samira.post(f"/recognitions/{one}/report")
    browsing.samira.post(f"/recognitions/{one}/block")
    with database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.kind.like("recognition-%")).order_by(AuditEntry.seq)).all()
    assert [entry.kind for entry in entries] == ["recognition-given", "recognition-reported", "recognition-blocked"]
    assert not any("regende" in str(entry.details) or "persevering" in str(entry.details) or str(id_of("deboer")) in str(entry.details) for entry in entries)
    assert "Marten de Boer gaf herkenning aan Samira" in text_of(browsing.wouters.get("/school/record?sort=recognitions"))
    assert "horen" not in text_of(browsing.wouters.get("/school/record?sort=recognitions")), "what the student did is the student's"
    mine = text_of(browsing.samira.get("/me/record"))
    assert "Meneer De Boer gaf je een herkenning" in mine and "Je wilt van meneer De Boer niets meer horen" in mine
