"""How long each may stay signed in, where they see it, and how it ends."""

from datetime import datetime, timedelta

import msgspec
import pytest
from sqlalchemy import select, update
from time_machine import Traveller

from server.core import clock
from server.core.audit import AuditEntry
from server.core.db import Database
from server.core.mail import PURPOSE, Letter, Mail
from server.core.sealed import opened
from server.people.models import DeviceSession, Person, Role
from server.settings import Settings
from server.sign_in.cards import make_cards, new_card_code
from server.sign_in.links import make_link
from server.sign_in.sessions import end_all, hold_to_limits
from tests.browsing import Browsing, text_of
from tests.sign_in.test_sign_in import code_for, link_for
from tests.world import id_of

LIMITS = [
    ("samira", False, 180, None),
    ("deboer", False, 30, 180),
    ("wouters", False, 7, 90),
    ("vries", False, 7, 90),
    ("karim", False, 30, 90),
    ("samira", True, 0.5, 1),
    ("wouters", True, 0.5, 1),
]
"""Who, on a shared computer or not; days since it was last used, and since it began."""


def session_of(database: Database, name: str) -> DeviceSession:
    with database.reading() as session:
        newest = select(DeviceSession).where(DeviceSession.person_id == id_of(name)).order_by(DeviceSession.started_at.desc(), DeviceSession.id.desc())
        return session.scalars(newest.where(DeviceSession.id != id_of(f"session-{name}"))).first() or session.get_one(DeviceSession, id_of(f"session-{name}"))


@pytest.mark.parametrize(("who", "shared", "idle", "absolute"), LIMITS)
def test_a_session_ends_when_it_is_not_used_and_in_the_end_also_when_it_is(
    browsing: Browsing, database: Database, moment: Traveller, who: str, shared: bool, idle: float, absolute: float | None
) -> None:
    browsing.nobody.post("/sign-in", {"code": code_for(database, who), **({"shared": "1"} if shared else {})})
    begun, nearly = clock.now(), timedelta(days=idle) - timedelta(minutes=1)
    for _ in range(3 if absolute is None else 0):
        moment.shift(nearly)
        assert browsing.nobody.get("/me").status_code == 200
    while absolute is not None and clock.now() + nearly < begun + timedelta(days=absolute):
        moment.shift(nearly)
        assert browsing.nobody.get("/me").status_code == 200, "used in time"
    assert absolute is None or session_of(database, who).lapses_at <= begun + timedelta(days=absolute, minutes=1)
    moment.shift(nearly if absolute else timedelta(days=idle, minutes=1))
    assert absolute is None or clock.now() >= begun + timedelta(days=absolute) - timedelta(days=1)
    moment.shift(timedelta(days=1))
    assert browsing.nobody.get("/me").status_code == 303


def test_a_role_shortens_the_sessions_that_run(database: Database, browsing: Browsing, moment: Traveller) -> None:
    browsing.nobody.post("/sign-in", {"code": code_for(database, "anja")})
    assert session_of(database, "anja").lapses_at > clock.now() + timedelta(days=29)
    with database.writing() as session:
        session.add(Role(person_id=id_of("anja"), name="coordinator", school_id=id_of("waal")))
        hold_to_limits(session, id_of("anja"), clock.now())
    assert session_of(database, "anja").lapses_at < clock.now() + timedelta(days=7, minutes=1)
    moment.shift(timedelta(days=7, minutes=1))
    assert browsing.nobody.get("/me").status_code == 303 and browsing.anja.get("/me").status_code == 303


def test_a_role_that_is_only_seen_at_the_next_visit_shortens_it_then(database: Database, browsing: Browsing, moment: Traveller) -> None:
    browsing.nobody.post("/sign-in", {"code": code_for(database, "anja")})
    with database.writing() as session:
        session.add(Role(person_id=id_of("anja"), name="admin", school_id=id_of("waal")))
    moment.shift(timedelta(hours=2))
    assert browsing.nobody.get("/me").status_code == 200
    assert session_of(database, "anja").lapses_at < clock.now() + timedelta(days=7, minutes=1)


def test_the_own_corner_says_how_since_when_and_until_when_each_device_is_let_in(browsing: Browsing, database: Database) -> None:
    browsing.nobody.post("/sign-in", {"code": code_for(database, "wouters")}, headers={"user-agent": "Mozilla (Windows) Firefox"})
    said = text_of(browsing.nobody.get("/me"))
    assert "Windows · Firefox dit apparaat, nu in gebruik sinds di 24 nov, met een code blijft aangemeld tot di 1 dec" in said


def test_a_new_device_is_told_on_the_others(browsing: Browsing, database: Database, moment: Traveller) -> None:
    moment.shift(timedelta(minutes=5))
    browsing.nobody.post("/sign-in", {"code": code_for(database, "samira")}, headers={"user-agent": "Mozilla (Windows) Firefox"})
    assert "Nieuw: Windows · Firefox, sinds di 24 nov. Was jij dat niet?" in text_of(browsing.samira.get("/me"))
    assert "Nieuw:" not in text_of(browsing.nobody.get("/me")) and "Nieuw:" not in text_of(browsing.daan.get("/me"))
    moment.shift(timedelta(days=7))
    assert "Nieuw:" not in text_of(browsing.samira.get("/me"))


def test_all_other_devices_are_signed_out_at_once(browsing: Browsing, database: Database) -> None:
    browsing.nobody.post("/sign-in", {"code": code_for(database, "samira")})
    browsing.other_nobody.post("/sign-in", {"code": code_for(database, "samira")})
    assert "Meld al mijn andere apparaten af" in text_of(browsing.samira.get("/me"))
    answer = browsing.samira.delete("/me/sessions")
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert [browsing.nobody.get("/me").status_code, browsing.other_nobody.get("/me").status_code, browsing.samira.get("/me").status_code] == [303, 303, 200]
    said = text_of(browsing.samira.get("/me"))
    assert "Meld al mijn andere apparaten af" not in said
    with database.reading() as session:
        assert session.scalars(select(AuditEntry.kind).where(AuditEntry.kind == "session-ended")).all() == ["session-ended"] * 2
    assert browsing.daan.get("/me").status_code == 200


@pytest.mark.parametrize("by", ["samira", "wouters"])
def test_who_is_signed_out_everywhere_is_let_in_by_no_code_or_link_of_before(browsing: Browsing, database: Database, by: str) -> None:
    """Who held the device could have made one there."""
    link = link_for(database, "samira")
    code, another = code_for(database, "samira"), code_for(database, "daan")
    answer = browsing.samira.delete("/me/sessions") if by == "samira" else browsing.wouters.delete(f"/school/people/{id_of('samira')}/sessions")
    assert answer.status_code == 303
    assert browsing.nobody.post("/sign-in", {"code": code}).status_code == 422
    assert browsing.nobody.post(link).status_code == 404
    assert browsing.nobody.post("/sign-in", {"code": another}).status_code == 303, "another's opens"


def test_who_was_archived_and_is_back_is_let_in_by_nothing_of_before(browsing: Browsing, database: Database) -> None:
    card = new_card_code()
    with database.writing() as session:
        make_cards(session, {id_of("samira"): card}, id_of("waal"), made_by=id_of("deboer"), at=clock.now())
    link = link_for(database, "samira")
    code, archive = code_for(database, "samira"), f"/school/people/{id_of('samira')}/archive"
    assert browsing.wouters.post(archive).status_code == browsing.wouters.delete(archive).status_code == 303
    assert [browsing.nobody.post("/sign-in", {"code": typed}).status_code for typed in (card, code)] == [422, 422]
    assert browsing.nobody.post("/sign-in/card", {"code": card}).status_code == 422 and browsing.nobody.post(link).status_code == 404


def test_a_keeper_ends_all_sessions_of_somebody_on_record(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        assert end_all(session, id_of("samira"), clock.now(), by=id_of("wouters")) == 1
        assert end_all(session, id_of("samira"), clock.now(), by=id_of("wouters")) == 0
    assert browsing.samira.get("/me").status_code == 303
    with database.reading() as session:
        [entry] = session.scalars(select(AuditEntry)).all()
        assert (entry.kind, entry.about) == ("session-ended", id_of("session-samira")) and entry.actor != entry.subject


def letters(database: Database, settings: Settings) -> list[Letter]:
    with database.reading() as session:
        return [msgspec.json.decode(opened(settings, PURPOSE, row.content) or b"", type=Letter) for row in session.scalars(select(Mail))]


def test_an_employee_who_came_in_by_anothers_link_hears_of_it_by_mail(browsing: Browsing, database: Database, settings: Settings) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id.in_([id_of("deboer"), id_of("samira")])).values(email="marten@waal.example"))
        links = {name: make_link(session, session.get_one(Person, id_of(name)), made_by=id_of("wouters"), at=clock.now()) for name in ("deboer", "samira", "anja")}
    for secret in links.values():
        browsing.nobody.post(f"/sign-in/{secret}", headers={"user-agent": "Mozilla (Windows) Edg"})
    [letter] = letters(database, settings)
    said = " ".join(letter.lines)
    assert letter.to == "marten@waal.example" and letter.greeting == "Dag meneer De Boer,"
    assert "dinsdag 24 november, 14:00" in said and "Windows · Edge" in said and "Els Wouters" in said
    assert letter.address == f"{settings.base_url}/me" and links["deboer"] not in said and not letter.code


def test_a_link_of_ones_own_and_a_second_look_on_the_same_device_are_no_news(browsing: Browsing, database: Database, settings: Settings) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("deboer")).values(email="marten@waal.example"))
        own = make_link(session, session.get_one(Person, id_of("deboer")), made_by=id_of("deboer"), at=clock.now())
    assert browsing.nobody.post(f"/sign-in/{own}").status_code == 303
    with database.writing() as session:
        secret = make_link(session, session.get_one(Person, id_of("deboer")), made_by=id_of("wouters"), at=clock.now())
    browsing.deboer.post(f"/sign-in/{secret}")
    assert letters(database, settings) == []


def test_a_student_sees_since_when_their_card_is_good(browsing: Browsing, database: Database) -> None:
    assert "Je hebt nog geen inlogkaart." in text_of(browsing.samira.get("/me"))
    with database.writing() as session:
        make_cards(session, {id_of("samira"): new_card_code()}, id_of("waal"), made_by=id_of("deboer"), at=clock.now())
    assert "Je inlogkaart is gemaakt op di 24 nov." in text_of(browsing.samira.get("/me"))
    assert "inlogkaart" not in text_of(browsing.deboer.get("/me"))


def test_an_employee_sees_by_what_they_come_in(browsing: Browsing, database: Database) -> None:
    said = text_of(browsing.anja.get("/me"))
    assert "Zo kom je binnen Maak een passkey" in said and "De school weet je e-mailadres niet" in said and "Wachtwoord niet ingesteld" in said
    assert "Zo kom je binnen" not in text_of(browsing.samira.get("/me")) + text_of(browsing.karim.get("/me"))


def test_the_moment_it_lapses_is_the_first_at_which_it_lets_nobody_in(browsing: Browsing, database: Database, moment: Traveller) -> None:
    for before, status in ((timedelta(seconds=5), 200), (timedelta(0), 303)):
        browsing.nobody.cookies.clear()
        browsing.nobody.post("/sign-in", {"code": code_for(database, "deboer"), "shared": "1"})
        end: datetime = session_of(database, "deboer").lapses_at
        moment.move_to(end - before)
        assert browsing.nobody.get("/me").status_code == status
