"""Passkeys: made at /me, used to come in, and every way in which an answer can be wrong lets nobody in."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select, update
from time_machine import Traveller

from server.core.audit import AuditEntry
from server.core.db import Base, Database
from server.people.models import DeviceSession, Person
from server.sign_in.models import Passkey
from tests.browsing import Browsing, text_of
from tests.browsing import Person as Somebody
from tests.sign_in.authenticator import PRESENT, VERIFIED, Authenticator, b64
from tests.world import id_of

ORIGIN, HOST = "http://testserver.local", "testserver.local"


def asked(person: Somebody, path: str) -> dict[str, Any]:
    answer = person.post(path, headers={"accept": "application/json"})
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    return dict(answer.json())


def make(person: Somebody, device: Authenticator, **how: Any) -> Any:
    told = asked(person, "/me/passkeys/challenge")
    return person.post("/me/passkeys", {"name": "Laptop thuis", "credential": device.make(told["publicKey"], **how), "ticket": told["ticket"]})


def come_in(person: Somebody, device: Authenticator, more: dict[str, str] | None = None, **how: Any) -> Any:
    told = asked(person, "/sign-in/passkey/challenge")
    return person.post("/sign-in/passkey", {"credential": device.sign(told["publicKey"], **how), "ticket": told["ticket"], **(more or {})})


@pytest.fixture
def device(browsing: Browsing) -> Authenticator:
    """A passkey of deboer's."""
    made = Authenticator(ORIGIN, HOST)
    answer = make(browsing.deboer, made)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    return made


def test_a_passkey_lets_in_without_a_word_typed_on_any_device(browsing: Browsing, database: Database, device: Authenticator) -> None:
    assert "Laptop thuis passkey, gemaakt: di 24 nov" in text_of(browsing.deboer.get("/me"))
    answer = come_in(browsing.nobody, device, {"next": "/groups"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/groups")
    assert "Marten de Boer" in text_of(browsing.nobody.get("/me")) and "met een passkey" in text_of(browsing.nobody.get("/me"))
    with database.reading() as session:
        [row] = session.scalars(select(Passkey)).all()
        assert row.used_at is not None and row.person_id == id_of("deboer")
        kinds = session.scalars(select(AuditEntry.kind).order_by(AuditEntry.seq)).all()
        assert kinds == ["passkey-added", "sign-in"]


def test_what_the_browser_is_asked_names_this_site_and_wants_a_passkey_that_finds_itself_and_asks_who_you_are(browsing: Browsing, device: Authenticator) -> None:
    new, known = asked(browsing.deboer, "/me/passkeys/challenge")["publicKey"], asked(browsing.nobody, "/sign-in/passkey/challenge")["publicKey"]
    assert new["rp"]["id"] == known["rpId"] == HOST
    assert new["authenticatorSelection"]["residentKey"] == "required" and new["authenticatorSelection"]["userVerification"] == known["userVerification"] == "required"
    assert [one["id"] for one in new["excludeCredentials"]] == [b64(device.id)] and known["allowCredentials"] == []
    assert new["attestation"] == "none" and new["challenge"] != asked(browsing.deboer, "/me/passkeys/challenge")["publicKey"]["challenge"]


WRONG: dict[str, dict[str, Any]] = {
    "another origin": {"origin": "https://evil.example"},
    "another port": {"origin": "http://testserver.local:81"},
    "another rp": {"rp_id": "evil.example"},
    "another challenge": {"challenge": b64(b"x" * 64)},
    "no challenge": {"challenge": ""},
    "nobody verified": {"flags": PRESENT},
    "nobody present": {"flags": VERIFIED},
    "made, not signed": {"type": "webauthn.create"},
    "anothers handle": {"handle": id_of("wouters").bytes},
    "no handle": {"handle": b""},
    "anothers key": {"key": ec.generate_private_key(ec.SECP256R1())},
    "a broken signature": {"signature": b"\x30\x06\x02\x01\x01\x02\x01\x01"},
    "no signature": {"signature": b""},
}


@pytest.mark.parametrize("what", WRONG)
def test_an_answer_that_is_not_exactly_right_lets_nobody_in_and_changes_nothing(browsing: Browsing, database: Database, device: Authenticator, what: str) -> None:
    before = everything(database)
    answer = come_in(browsing.nobody, device, {"next": "/trail"}, **WRONG[what])
    assert answer.status_code == 422 and "set-cookie" not in answer.headers
    assert "Dat lukte niet met deze passkey" in text_of(answer) and 'name="next" value="/trail"' in answer.text
    assert everything(database) == before
    assert come_in(browsing.nobody, device).status_code == 303


def everything(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {name: len(session.execute(select(table)).all()) for name, table in Base.metadata.tables.items()}


def test_an_answer_counts_once_also_when_its_ticket_is_written_otherwise(browsing: Browsing, device: Authenticator) -> None:
    told = asked(browsing.nobody, "/sign-in/passkey/challenge")
    form = {"credential": device.sign(told["publicKey"]), "ticket": told["ticket"]}
    assert browsing.nobody.post("/sign-in/passkey", form).status_code == 303
    for again in (form, {**form, "ticket": told["ticket"] + "="}, {**form, "ticket": told["ticket"][:9] + "\n!" + told["ticket"][9:]}):
        assert browsing.other_nobody.post("/sign-in/passkey", again).status_code == 422


def test_a_challenge_is_good_for_five_minutes_and_only_for_what_it_was_made_for(browsing: Browsing, device: Authenticator, moment: Traveller) -> None:
    old, new = asked(browsing.nobody, "/sign-in/passkey/challenge"), asked(browsing.deboer, "/me/passkeys/challenge")
    signed = device.sign(new["publicKey"])
    assert browsing.nobody.post("/sign-in/passkey", {"credential": signed, "ticket": new["ticket"]}).status_code == 422
    moment.shift(timedelta(minutes=5))
    assert browsing.nobody.post("/sign-in/passkey", {"credential": device.sign(old["publicKey"]), "ticket": old["ticket"]}).status_code == 422
    for odd in ("", "x", old["ticket"][:-4] + "AAAA", "😀", "\0"):
        assert browsing.nobody.post("/sign-in/passkey", {"credential": signed, "ticket": odd}).status_code == 422


@pytest.mark.parametrize("odd", ["", "{", "[]", "null", '{"rawId": 1}', '{"rawId": "AAAA"}', '{"rawId": "é"}', "[" * 30_000, '{"response": []}'])
def test_an_answer_that_is_none_is_no_fault(browsing: Browsing, device: Authenticator, odd: str) -> None:
    ticket = asked(browsing.nobody, "/sign-in/passkey/challenge")["ticket"]
    assert browsing.nobody.post("/sign-in/passkey", {"credential": odd, "ticket": ticket}).status_code == 422
    new = asked(browsing.deboer, "/me/passkeys/challenge")["ticket"]
    assert browsing.deboer.post("/me/passkeys", {"credential": odd, "ticket": new}).status_code == 422


def test_a_count_that_does_not_go_up_means_a_copy_lets_nobody_in_and_is_on_record(browsing: Browsing, database: Database, device: Authenticator) -> None:
    assert come_in(browsing.nobody, device, count=7).status_code == 303
    for count in (7, 3, 0):
        assert come_in(browsing.other_nobody, device, count=count).status_code == 422
    with database.reading() as session:
        failed = session.scalars(select(AuditEntry).where(AuditEntry.kind == "sign-in-failed")).all()
        assert [entry.details for entry in failed] == [{"method": "passkey"}] and failed[0].subject
    assert come_in(browsing.other_nobody, device, count=8).status_code == 303


NOT_MADE = {name: WRONG[name] for name in ("another origin", "another rp", "another challenge", "nobody verified", "nobody present")} | {
    "signed, not made": {"type": "webauthn.get"}
}


@pytest.mark.parametrize("what", NOT_MADE)
def test_a_passkey_that_was_not_made_exactly_right_is_not_kept(browsing: Browsing, database: Database, what: str) -> None:
    answer = make(browsing.deboer, Authenticator(ORIGIN, HOST), **NOT_MADE[what])
    assert answer.status_code == 422 and 'value="Laptop thuis"' in answer.text
    with database.reading() as session:
        assert session.scalars(select(Passkey)).all() == []


def test_a_challenge_of_one_person_makes_no_passkey_of_another_and_none_is_made_twice(browsing: Browsing, database: Database, device: Authenticator) -> None:
    told = asked(browsing.kramer, "/me/passkeys/challenge")
    form = {"name": "x", "credential": Authenticator(ORIGIN, HOST).make(told["publicKey"]), "ticket": told["ticket"]}
    assert browsing.wouters.post("/me/passkeys", form).status_code == 422
    assert browsing.kramer.post("/me/passkeys", form).status_code == 303
    assert browsing.kramer.post("/me/passkeys", form).status_code == 422
    assert make(browsing.wouters, device).status_code == 422
    with database.reading() as session:
        assert sorted(session.scalars(select(Passkey.person_id))) == sorted([id_of("deboer"), id_of("kramer")])


def test_passkeys_are_for_employees_and_each_sees_only_their_own(browsing: Browsing, database: Database, device: Authenticator) -> None:
    with database.reading() as session:
        path = f"/me/passkeys/{session.scalars(select(Passkey.id)).one()}"
    assert "Nog niet gebruikt." in text_of(browsing.deboer.get(path))
    for who in ("samira", "karim", "kramer", "otto"):
        assert getattr(browsing, who).get(path).status_code == getattr(browsing, who).delete(path).status_code == 404
    for who in ("samira", "karim"):
        assert getattr(browsing, who).get("/me/passkeys/new").status_code == 404
        assert getattr(browsing, who).post("/me/passkeys/challenge").status_code == 404
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("deboer")).values(kind="guardian"))
    assert come_in(browsing.nobody, device).status_code == 422


def test_a_passkey_of_who_left_opens_nothing(browsing: Browsing, database: Database, device: Authenticator, moment: Traveller) -> None:
    with database.writing() as session:
        person = session.get_one(Person, id_of("deboer"))
        person.archived_at = person.created_at
    assert come_in(browsing.nobody, device).status_code == 422


def test_one_that_is_taken_away_opens_nothing_and_can_take_the_other_devices_along(browsing: Browsing, database: Database, device: Authenticator) -> None:
    come_in(browsing.nobody, device)
    with database.reading() as session:
        path = f"/me/passkeys/{session.scalars(select(Passkey.id)).one()}"
    answer = browsing.deboer.delete(path, data={"others": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert browsing.nobody.get("/me").status_code == 303 and browsing.deboer.get("/me").status_code == 200
    assert come_in(browsing.nobody, device).status_code == 422
    with database.reading() as session:
        assert session.scalars(select(AuditEntry.kind).order_by(AuditEntry.seq)).all()[-2:] == ["passkey-removed", "session-ended"]


def test_on_a_shared_computer_a_passkey_leaves_nothing_behind(browsing: Browsing, database: Database, device: Authenticator) -> None:
    answer = come_in(browsing.nobody, device, {"shared": "1"})
    [cookie] = answer.headers.get_list("set-cookie")
    assert cookie.startswith("spoor=") and "Max-Age" not in cookie
    with database.reading() as session:
        assert session.scalars(select(DeviceSession.shared).where(DeviceSession.method == "passkey")).all() == [True]
