"""By the student's own code: once, without an account, and without learning more than a first name."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import segno
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from time_machine import Traveller

from server.core.audit import AuditEntry
from server.core.db import Database
from server.core.limits import Spent
from server.core.security import hashed
from server.people.models import Person, School
from server.recognition.models import INVITATION_LIFE, MOST_OPEN, THANKS_LAST, Recognition, RecognitionInvitation
from tests.browsing import Browsing, text_of
from tests.conftest import NOW
from tests.recognition.giving import GUEST, SEEN, give, link_of, waiting
from tests.world import STAFF, id_of


def recognitions(database: Database) -> list[Recognition]:
    with database.reading() as session:
        return list(session.scalars(select(Recognition).order_by(Recognition.given_at)))


def test_a_guest_says_it_once_and_the_student_reads_it_with_who_they_are(browsing: Browsing, database: Database) -> None:
    link = link_of(browsing)
    answer = browsing.nobody.post(link, GUEST)
    assert (answer.status_code, answer.headers["location"]) == (303, link)
    page = text_of(browsing.samira.get("/recognitions"))
    assert all(told in page for told in ("Henk Bos zag dit bij jou", "stagebegeleider", "doorzetten", GUEST["sentence"]))
    assert "Het is verstuurd" in text_of(browsing.nobody.get(link))
    late = browsing.other_nobody.post(link, {**GUEST, "sentence": "Ik zag dat je <b>lachte</b>."})
    assert late.status_code == 404 and "Dit is niet verstuurd" in late.text and "Ik zag dat je &lt;b&gt;lachte&lt;/b&gt;." in late.text, "what was typed is not lost"
    assert len(recognitions(database)) == 1


def test_that_it_was_sent_hears_only_who_sent_it(browsing: Browsing, database: Database) -> None:
    link, sent = link_of(browsing), "Het is verstuurd"
    browsing.nobody.post(link, form := {**GUEST, "id": str(uuid4())})
    assert browsing.other_nobody.post(link, GUEST).status_code == 404
    assert sent in text_of(browsing.nobody.get(link))
    browsing.nobody.post(other := link_of(browsing, "daan"), GUEST)
    assert sent in text_of(browsing.nobody.get(other)) and sent not in text_of(browsing.nobody.get(link)), "it is told of the link that was used"
    browsing.nobody.post(link, form)
    assert sent in text_of(browsing.nobody.get(link)), "the same form again"
    for who in (browsing.other_nobody, browsing.karim, browsing.prins):
        answer = who.get(link)
        assert answer.status_code == 200 and "Deze link is al gebruikt" in answer.text and sent not in answer.text
    never = text_of(browsing.anja.get("/r/never"))
    assert [(who.get(link).status_code, "Deze link werkt niet meer" in who.get(link).text) for who in (browsing.anja, browsing.samira)] == [(404, True)] * 2
    assert text_of(browsing.anja.get(link)) == never, "who cannot be a guest here finds a link that is over"


def test_thanks_reach_a_guest_by_the_link_they_used_for_a_month_and_it_tells_nothing_else(browsing: Browsing, database: Database, moment: Traveller) -> None:
    link = link_of(browsing)
    browsing.nobody.post(link, GUEST)
    [one] = waiting(browsing.samira)
    browsing.nobody.cookies.pop("said")
    before = text_of(browsing.nobody.get(link))
    for act in ("keeping", "report", "keeping"):
        browsing.samira.post(f"/recognitions/{one}/{act}")
        assert text_of(browsing.nobody.get(link)) == before, "what became of it is the student's"
    assert browsing.samira.post(f"/recognitions/{one}/thanks").status_code == 303
    answer = browsing.nobody.get(link)
    assert "Samira zegt: dank u wel" in text_of(answer) and answer.headers["cache-control"] == "no-store" and "noindex" in answer.headers["x-robots-tag"]
    forbidden = {"Aït", "3B", "Waal", "Henk", GUEST["sentence"], str(id_of("samira"))}
    assert {word for word in forbidden if word in answer.text} == set()
    moment.move_to(NOW + THANKS_LAST + timedelta(minutes=1))
    assert browsing.nobody.get(link).status_code == 404


def test_after_a_month_a_guest_can_be_thanked_no_more(browsing: Browsing, moment: Traveller) -> None:
    browsing.nobody.post(link_of(browsing), GUEST)
    [one] = waiting(browsing.samira)
    assert f"/recognitions/{one}/thanks" in browsing.samira.get("/recognitions").text
    moment.move_to(NOW + THANKS_LAST + timedelta(minutes=1))
    assert f"/recognitions/{one}/thanks" not in browsing.samira.get("/recognitions").text
    browsing.samira.post(f"/recognitions/{one}/thanks")
    assert "je bedankte" not in text_of(browsing.samira.get("/recognitions"))


def test_who_has_no_account_is_called_a_guest_wherever_their_words_stand_and_an_employee_is_not(browsing: Browsing) -> None:
    give(browsing.deboer)
    [employees] = waiting(browsing.samira)
    browsing.samira.post(f"/recognitions/{employees}/keeping")
    assert all("gast, via" not in text_of(browsing.samira.get(path)) for path in ("/recognitions", "/words/evidence?word=quality:persevering"))
    browsing.nobody.post(link_of(browsing), {**GUEST, "name": "Meneer De Boer", "role": "mentor"})
    assert "Meneer De Boer (gast) zag iets bij jou" in text_of(browsing.samira.get("/"))
    assert text_of(browsing.samira.get("/recognitions")).count("gast, via jouw link") == 1
    browsing.samira.post(f"/recognitions/{waiting(browsing.samira)[0]}/keeping")
    assert "gezien door meneer De Boer, Meneer De Boer (gast)" in text_of(browsing.samira.get("/words"))
    grown = text_of(browsing.samira.get("/words/evidence?word=quality:persevering"))
    assert grown.count("gast, via jouw link") == grown.count("· mentor") == 1


def test_what_turns_the_direction_of_the_page_or_cannot_be_seen_is_not_kept(browsing: Browsing, database: Database) -> None:
    turned = {"sentence": "Ik zag\u202e dat je\u2069\nhielp.\u2066", "name": "\u202dHenk\u202c\u0007 Bos", "role": "ste\u202arven \u05d0\u2067"}
    assert browsing.nobody.post(link_of(browsing), {**GUEST, **turned}).status_code == 303
    [made] = recognitions(database)
    assert (made.sentence, made.guest_name, made.guest_role) == ("Ik zag dat je\nhielp.", "Henk Bos", "sterven \u05d0")
    assert browsing.nobody.post(link_of(browsing), {**GUEST, "name": "\u202e"}).status_code == 422


def test_looking_uses_nothing_up(browsing: Browsing) -> None:
    link = link_of(browsing)
    assert [browsing.nobody.get(link).status_code for _ in range(3)] == [200, 200, 200]
    assert browsing.nobody.post(link, GUEST).status_code == 303


def test_pressed_twice_it_is_said_once_and_thanked_for_twice(browsing: Browsing, database: Database) -> None:
    link, form = link_of(browsing), {**GUEST, "id": str(uuid4())}
    assert {browsing.nobody.post(link, form).headers.get("location") for _ in range(2)} == {link}
    assert len(recognitions(database)) == 1


def test_who_says_something_else_by_a_used_link_hears_that_this_was_not_sent_and_keeps_what_they_typed(browsing: Browsing, database: Database) -> None:
    guests, colleagues = link_of(browsing), link_of(browsing, "daan")
    form = {**GUEST, "id": str(uuid4())}
    browsing.nobody.post(guests, form)
    for change in ({"sentence": "Ik zag dat je lachte."}, {"name": "Hendrik"}, {"role": "trainer"}, {"word": "listening-well"}):
        answer = browsing.nobody.post(guests, {**form, **change})
        assert answer.status_code == 409 and "Uw bericht van net is verstuurd. Dit niet" in text_of(answer) and str(*change.values()) in answer.text
        assert "Versturen" not in answer.text and "noindex" in answer.headers["x-robots-tag"]
    browsing.anja.post(colleagues, {**SEEN, "id": (id := str(uuid4()))})
    assert "Je bericht van net is verstuurd" in text_of(browsing.anja.post(colleagues, {**SEEN, "id": id, "sentence": "Anders."}))
    assert browsing.anja.post(colleagues, {**SEEN, "id": id}).headers["location"] == "/recognitions"
    assert browsing.other_nobody.post(guests, {**form, "id": str(uuid4())}).status_code == 404
    assert len(recognitions(database)) == 2


def test_the_page_shows_the_first_name_and_nothing_else_of_student_or_school(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("samira")).values(email="samira@waal.example", number="004512"))
    answer = browsing.nobody.get(link := link_of(browsing))
    assert "Samira" in answer.text
    of_school = {part for given, _, family, called, *_more in STAFF.values() for part in (given, family, called) if part}
    forbidden = {"Aït", "3B", "004512", "samira@", "Waal", "Bakker", str(id_of("samira")), str(id_of("waal")), "Koken", "oma", *of_school}
    assert {word for word in forbidden if word in answer.text.replace(link, "")} == set(), "a secret may have any letters"
    assert answer.headers["cache-control"] == "no-store" and "noindex" in answer.headers["x-robots-tag"]
    assert answer.headers["referrer-policy"] == "strict-origin" and "etag" not in answer.headers


def test_the_first_words_are_the_same_for_every_student(browsing: Browsing) -> None:
    def offered(link: str) -> list[str]:
        return re.findall(r'name="word" value="([\w-]+)"', browsing.nobody.get(link).text)

    assert offered(link_of(browsing)) == offered(link_of(browsing, "daan"))
    assert "helping-others" not in offered(link_of(browsing, "noor")), "a motive cannot be seen from outside"


def _used(session: Session) -> None:
    session.execute(update(RecognitionInvitation).values(used_at=NOW))


def _withdrawn(session: Session) -> None:
    session.execute(update(RecognitionInvitation).values(withdrawn_at=NOW))


def _over(session: Session) -> None:
    session.execute(update(RecognitionInvitation).values(ends_at=NOW))


def _left(session: Session) -> None:
    session.execute(update(Person).where(Person.id == id_of("samira")).values(archived_at=NOW))


@pytest.mark.parametrize("end", [_used, _withdrawn, _over, _left])
def test_a_link_that_opens_no_more_says_the_same_as_one_that_never_was(browsing: Browsing, database: Database, end: Any) -> None:
    link = link_of(browsing)
    with database.writing() as session:
        end(session)
    for answer, never in ((browsing.nobody.get(link), browsing.nobody.get("/r/never")), (browsing.nobody.post(link, GUEST), browsing.nobody.post("/r/never", GUEST))):
        assert (answer.status_code, text_of(answer)) == (never.status_code, text_of(never)) == (404, text_of(never))
    assert recognitions(database) == []


def test_a_link_works_seven_days_and_is_kept_as_its_digest_only(browsing: Browsing, database: Database, moment: Traveller) -> None:
    link = link_of(browsing)
    with database.reading() as session:
        [made] = session.scalars(select(RecognitionInvitation))
    assert made.secret_hash == hashed(link.rpartition("/")[2]) and made.secret_hash not in link
    moment.move_to(NOW + INVITATION_LIFE - timedelta(minutes=1))
    assert browsing.nobody.get(link).status_code == 200
    moment.move_to(NOW + INVITATION_LIFE + timedelta(minutes=1))
    assert browsing.nobody.get(link).status_code == 404


def test_the_code_is_the_link_and_neither_is_kept_anywhere_on_the_device(browsing: Browsing) -> None:
    answer = browsing.samira.post("/recognitions/invitations")
    address = re.findall(r'id="address">([^<]+)<', answer.text)[0]
    picture = segno.make(address, error="m", micro=False).svg_data_uri(border=2, light="#fff", scale=6)
    assert picture.replace("'", "&#39;").replace("&", "&amp;")[:60].partition("&")[0] in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert address.rpartition("/")[2] not in browsing.samira.get("/recognitions/invitation").text


def test_a_student_has_ten_open_links_at_most_and_withdraws_one(browsing: Browsing) -> None:
    for _ in range(MOST_OPEN):
        link = link_of(browsing)
    full = browsing.samira.post("/recognitions/invitations")
    assert full.status_code == 422 and "10 links open" in text_of(full)
    [newest, *_] = re.findall(r'action="(/recognitions/invitations/[^"?]+)', full.text)
    assert browsing.samira.delete(newest).status_code == 303
    assert browsing.nobody.get(link).status_code == 404
    link_of(browsing)


def test_a_colleague_who_scans_it_says_it_under_their_own_name(browsing: Browsing, database: Database) -> None:
    link = link_of(browsing)
    page = browsing.anja.get(link)
    assert "Samira" in page.text and 'name="role"' not in page.text
    assert browsing.anja.post(link, {**SEEN, "name": "Iemand anders", "role": "directeur"}).headers["location"] == "/recognitions"
    [made] = recognitions(database)
    assert (made.giver_id, made.guest_name, made.guest_role) == (id_of("anja"), "", "")
    assert "Anja Postma zag dit bij jou" in text_of(browsing.samira.get("/recognitions"))
    mine = browsing.anja.get("/recognitions")
    assert "Aan Samira" in text_of(mine) and "Aït" not in mine.text, "what the code told is what they know"


def test_who_is_signed_in_elsewhere_is_a_guest_and_nobody_uses_the_own_link(browsing: Browsing, database: Database) -> None:
    link = link_of(browsing)
    assert 'name="role"' in browsing.prins.get(link).text
    assert "jouw eigen link" in text_of(browsing.samira.get(link))
    assert browsing.samira.post(link, GUEST).status_code == 404
    browsing.prins.post(link, GUEST)
    [made] = recognitions(database)
    assert (made.giver_id, made.guest_name) == (None, "Henk Bos")


def test_what_is_wrong_is_told_and_what_was_typed_stands(browsing: Browsing, database: Database) -> None:
    link = link_of(browsing)
    wrong = browsing.nobody.post(link, {"word": "persevering", "sentence": "", "name": "Henk", "role": "x" * 61})
    assert wrong.status_code == 422 and "Nog niet verstuurd" in wrong.text and "Nog niet opgeslagen" not in wrong.text
    assert all(told in wrong.text for told in ("Schrijf ook wat u zag", "hooguit 60 tekens", 'value="Henk"', "x" * 61))
    assert re.search(r'value="persevering" checked', wrong.text)
    assert recognitions(database) == [] and browsing.nobody.post(link, GUEST).status_code == 303


def test_a_link_takes_so_many_forms_an_hour_and_so_many_guests_the_school(browsing: Browsing, database: Database) -> None:
    link = link_of(browsing)
    browsing.nobody.post(link, {})
    with database.writing() as session:
        assert session.execute(update(Spent).where(Spent.key.like("recognition-link:%")).values(times=30)).rowcount == 1  # type: ignore[attr-defined]
    assert browsing.nobody.post(link, GUEST).status_code == 429
    other = link_of(browsing, "daan")
    assert browsing.nobody.post(other, GUEST).status_code == 303
    with database.writing() as session:
        session.execute(update(Spent).where(Spent.key.like("recognition-guests:%")).values(times=2000))
    answer = browsing.nobody.post(link_of(browsing, "noor"), GUEST)
    assert answer.status_code == 429 and GUEST["sentence"] in answer.text, "what was typed is not lost"
    assert answer.headers["referrer-policy"] == "strict-origin" and "noindex" in answer.headers["x-robots-tag"], "its address is a secret too"


def test_a_link_that_opens_no_more_takes_nobodys_turn_and_many_links_of_one_student_do_not_take_all(browsing: Browsing, database: Database) -> None:
    used, withdrawn, another = link_of(browsing), link_of(browsing), link_of(browsing, "noor")
    browsing.nobody.post(used, form := {**GUEST, "id": str(uuid4())})
    with database.writing() as session:
        session.execute(update(RecognitionInvitation).where(RecognitionInvitation.secret_hash == hashed(withdrawn.rpartition("/")[2])).values(withdrawn_at=NOW))
    for _ in range(3):
        assert [browsing.nobody.post(used, form).status_code, browsing.nobody.post(withdrawn, GUEST).status_code] == [303, 404]
    with database.writing() as session:
        spent = {row.key.rpartition(":")[0]: row.times for row in session.scalars(select(Spent).where(Spent.key.like("recognition-%"))) if "links" not in row.key}
        assert spent == {"recognition-link": 1, "recognition-student": 1, "recognition-guests": 1}
        session.execute(update(Spent).where(Spent.key.like("recognition-student:%")).values(times=60))
    assert browsing.nobody.post(link_of(browsing), GUEST).status_code == 429
    assert browsing.nobody.post(another, GUEST).status_code == 303


def test_the_school_is_asked_for_its_words_and_the_record_names_no_guest(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(School).where(School.id == id_of("waal")).values(vocabulary_edition=3))
    browsing.nobody.post(link_of(browsing), GUEST)
    with database.reading() as session:
        assert [word.edition for made in recognitions(database) for word in made_words(session, made)] == [3]
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.kind == "recognition-given"))
    assert entry.actor == "" and not {"Henk", "persevering", GUEST["sentence"]} & set(map(str, entry.details.values()))
    assert waiting(browsing.samira)


def made_words(session: Session, made: Recognition) -> list[Any]:
    from server.recognition.models import RecognitionWord

    return list(session.scalars(select(RecognitionWord).where(RecognitionWord.recognition_id == made.id)))
