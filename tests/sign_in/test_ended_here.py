"""Whom the school signed out on a device reads so there, once; nobody else does."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from time_machine import Traveller

from server.core import clock
from server.core.db import Database
from server.people.models import DeviceSession, Person
from server.sign_in.cards import make_cards, new_card_code
from tests.browsing import Browsing, text_of
from tests.world import id_of

SAID = "Je school heeft dit apparaat afgemeld."
PERSON, CARD = f"/school/people/{id_of('samira')}", f"/school/people/{id_of('samira')}/card"


def told(browsing: Browsing, who: str = "samira") -> bool:
    """Whether their browser says it where they are sent to sign in."""
    person = getattr(browsing, who)
    to = person.get("/trail").headers["location"]
    assert to == "/sign-in?next=%2Ftrail"
    return SAID in text_of(person.get(to))


def out_by_card(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        make_cards(session, {id_of("samira"): new_card_code()}, id_of("waal"), made_by=id_of("wouters"), at=clock.now())
    assert browsing.deboer.delete(CARD, data={"devices": "1"}).status_code == 303


def out_everywhere(browsing: Browsing, _: Database) -> None:
    assert browsing.wouters.delete(f"{PERSON}/sessions").status_code == 303


@pytest.mark.parametrize("by_school", [out_by_card, out_everywhere])
def test_whom_the_school_signed_out_reads_so_once_with_what_helps(browsing: Browsing, database: Database, by_school) -> None:
    assert browsing.samira.get("/trail").status_code == 200
    by_school(browsing, database)
    first = browsing.samira.get("/sign-in?next=%2Ftrail")
    assert SAID in text_of(first) and "Met een nieuwe kaart kom je weer binnen." in text_of(first)
    assert "Samira" not in text_of(first) and str(id_of("samira")) not in first.text
    assert not told(browsing), "once"
    assert SAID not in text_of(browsing.nobody.get("/sign-in")) and SAID not in text_of(browsing.daan.get("/sign-in"))


def test_what_was_typed_there_is_still_given_back_after_it_was_said(browsing: Browsing, database: Database) -> None:
    out_everywhere(browsing, database)
    assert told(browsing)
    code = new_card_code()
    with database.writing() as session:
        make_cards(session, {id_of("samira"): code}, id_of("waal"), made_by=id_of("wouters"), at=clock.now())
    back = {"code": code, "resume_path": "/experiences/new", "resume_fields": '[["text","Mijn taart voor oma"]]'}
    assert "Mijn taart voor oma" in text_of(browsing.samira.post("/sign-in/card", back))


def test_who_signed_out_themselves_reads_nothing(browsing: Browsing, database: Database) -> None:
    token = dict(browsing.samira.cookies)
    browsing.samira.post("/sign-out")
    browsing.samira.cookies = token
    assert not told(browsing)


def test_who_signed_their_other_devices_out_reads_nothing_there(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(DeviceSession).where(DeviceSession.id == id_of("session-daan")).values(person_id=id_of("samira")))
    assert browsing.samira.delete("/me/sessions").status_code == 303
    assert not told(browsing, "daan")


def test_whose_session_lapsed_reads_nothing(browsing: Browsing, moment: Traveller) -> None:
    moment.shift(timedelta(days=181))
    assert not told(browsing)


def test_who_left_the_school_or_is_no_student_reads_nothing(browsing: Browsing, database: Database) -> None:
    out_everywhere(browsing, database)
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("samira")).values(archived_at=clock.now()))
    assert not told(browsing)
    assert browsing.vries.delete(f"/school/people/{id_of('anja')}/sessions").status_code == 303
    assert SAID not in text_of(browsing.anja.get("/sign-in"))
