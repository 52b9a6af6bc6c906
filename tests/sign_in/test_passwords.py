"""A password and its second factor: set together or not at all, and in only with both."""

import asyncio
import re
import threading
from base64 import b32decode
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from httpx import Response
from sqlalchemy import delete, select, update
from time_machine import Traveller

from server.core import clock
from server.core.audit import AuditEntry, note
from server.core.db import Database
from server.core.slowing import Slowed
from server.people.models import Person
from server.settings import Settings
from server.sign_in import password, second_factor
from server.sign_in.models import Password, RecoveryCode, SecondFactor
from tests.browsing import Browsing, text_of
from tests.browsing import Person as Somebody
from tests.sign_in.authenticator import Authenticator
from tests.sign_in.test_mail_codes import counted, letters, shape
from tests.sign_in.test_passkeys import HOST, ORIGIN, make
from tests.world import id_of

ADDRESS, WORDS = "els.wouters@waal.example", "paraplu 7 dwaallicht tafel"
ON_SQLITE = pytest.mark.parametrize("installed", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Digests of a moment; that the real ones are heavy has a test of its own."""
    monkeypatch.setattr(password, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    password._nobodys.cache_clear()


@pytest.fixture(autouse=True)
def address(database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("wouters")).values(email=ADDRESS))


class App:
    """An authenticator app, as the letters on the screen make one."""

    def __init__(self, page: Response) -> None:
        [address] = re.findall(r'href="(otpauth:[^"]+)"', page.text)
        told = parse_qs(urlsplit(unescape(address)).query)
        assert told["issuer"][0].startswith("Spoor De ")
        self.secret = b32decode(told["secret"][0] + "=" * (-len(told["secret"][0]) % 8))
        [self.setup] = re.findall(r'name="setup" value="([^"]+)"', page.text)

    def code(self, steps: int = 0) -> str:
        return TOTP(self.secret, 6, SHA1(), 30).generate(int(clock.now().timestamp()) + 30 * steps).decode()


def set_up(person: Somebody, words: str = WORDS) -> tuple[App, list[str]]:
    """A password and its app; gives the app and the codes on paper."""
    app = App(person.post("/me/password", {"password": words}))
    shown = person.post("/me/password/factor", {"setup": app.setup, "code": app.code()})
    assert shown.status_code == 200 and shown.headers["cache-control"] == "no-store"
    return app, re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", shown.text)


def come_in(person: Somebody, code: str, words: str = WORDS, email: str = ADDRESS, **more: str) -> Response:
    return person.post("/sign-in/password", {"email": email, "password": words, "code": code, **more})


def later(moment: Traveller, steps: int = 1) -> None:
    moment.shift(timedelta(seconds=30 * steps))


def test_a_password_and_the_code_of_the_app_let_in_together_and_neither_alone(browsing: Browsing, database: Database, moment: Traveller) -> None:
    app, _ = set_up(browsing.wouters)
    later(moment)
    for words, code in ((WORDS, ""), (WORDS, "000000"), ("een ander wachtwoord", app.code()), ("", app.code())):
        answer = come_in(browsing.nobody, code, words)
        assert answer.status_code == 422 and "Er klopt iets niet" in text_of(answer) and "spoor" not in browsing.nobody.cookies
        assert words == "" or words not in answer.text
    answer = come_in(browsing.nobody, app.code(), next="/school/people")
    assert (answer.status_code, answer.headers["location"]) == (303, "/school/people")
    assert "met je wachtwoord" in text_of(browsing.nobody.get("/me"))


def test_the_app_names_the_school(browsing: Browsing) -> None:
    assert "issuer=Spoor%20De%20Waal%20College" in browsing.wouters.post("/me/password", {"password": WORDS}).text


def test_neither_is_kept_before_both_are_there(browsing: Browsing, database: Database) -> None:
    app = App(browsing.wouters.post("/me/password", {"password": WORDS}))
    wrong = browsing.wouters.post("/me/password/factor", {"setup": app.setup, "code": "000000"})
    assert wrong.status_code == 422 and App(wrong).secret == app.secret, "the same app, once more"
    with database.reading() as session:
        assert session.scalars(select(Password)).all() == [] and session.scalars(select(SecondFactor)).all() == []
    assert browsing.deboer.post("/me/password/factor", {"setup": app.setup, "code": app.code()}).headers["location"] == "/me/password", "it is another's"
    assert browsing.wouters.post("/me/password/factor", {"setup": app.setup, "code": app.code()}).status_code == 200
    assert browsing.wouters.post("/me/password/factor", {"setup": app.setup, "code": app.code()}).headers["location"] == "/me", "and counts once"
    with database.reading() as session:
        assert session.scalars(select(AuditEntry.kind).order_by(AuditEntry.seq)).all() == ["password-set", "second-factor-set"]


def test_no_password_secret_or_code_stands_in_the_database(browsing: Browsing, database: Database) -> None:
    app, codes = set_up(browsing.wouters)
    with database.reading() as session:
        digest = session.scalars(select(Password.digest)).one()
        secret = session.scalars(select(SecondFactor.secret)).one()
        kept = session.scalars(select(RecoveryCode.secret_hash)).all()
    assert digest.startswith("$argon2id$") and WORDS not in digest and app.secret not in secret
    assert len(kept) == len(set(codes)) == 8 and not {code.replace("-", "") for code in codes} & set(kept)


def test_a_code_of_the_app_counts_once_and_a_step_before_or_after_too(browsing: Browsing, moment: Traveller) -> None:
    app, _ = set_up(browsing.wouters)
    assert come_in(browsing.nobody, app.code()).status_code == 422, "it was used to set it up"
    later(moment, 3)
    code = app.code(1)
    assert come_in(browsing.nobody, f"{code[:3]} {code[3:]}").status_code == 303
    assert come_in(browsing.other_nobody, code).status_code == 422
    assert come_in(browsing.other_nobody, app.code()).status_code == 422, "an earlier one than was used"
    later(moment, 3)
    assert come_in(browsing.other_nobody, app.code(2)).status_code == 422
    assert come_in(browsing.other_nobody, app.code(-1)).status_code == 303


def test_a_code_on_paper_lets_in_once_in_place_of_the_app(browsing: Browsing, database: Database) -> None:
    _, codes = set_up(browsing.wouters)
    assert come_in(browsing.nobody, codes[3].lower().replace("-", " ")).status_code == 303
    assert come_in(browsing.other_nobody, codes[3]).status_code == 422
    fresh = browsing.wouters.post("/me/password/paper")
    assert fresh.status_code == 200 and codes[4] not in fresh.text
    assert come_in(browsing.other_nobody, codes[4]).status_code == 422
    [new, *_] = re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", fresh.text)
    assert come_in(browsing.other_nobody, new).status_code == 303


def test_a_code_on_paper_of_another_opens_nothing(browsing: Browsing, database: Database) -> None:
    set_up(browsing.wouters)
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("deboer")).values(email="marten@waal.example"))
    _, codes = set_up(browsing.deboer)
    assert come_in(browsing.nobody, codes[0]).status_code == 422
    assert come_in(browsing.nobody, codes[0], email="marten@waal.example").status_code == 303


def test_an_account_that_is_not_there_gets_the_same_answer_for_the_same_work(browsing: Browsing, database: Database, moment: Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(browsing.wouters)
    with database.writing() as session:
        note(session, id_of("waal"), "sign-in", clock.now(), subject=id_of("wouters"))
    hashes, right = [], password._fits
    monkeypatch.setattr(password, "_fits", lambda digest, typed: hashes.append(digest) or right(digest, typed))
    seen: list[Any] = []
    for email, words, code in (
        (ADDRESS, "een ander wachtwoord", "123456"), (ADDRESS, WORDS, "000000"), ("els.wouters@waal.invalid", WORDS, "123456"), ("samira@waal.example", WORDS, "123456"),
    ):  # fmt: skip
        moment.shift(timedelta(minutes=5))
        browsing.nobody.cookies.clear()
        with database.writing() as session:
            session.execute(delete(Slowed))
        with counted(database) as statements:
            answer = come_in(browsing.nobody, code, words, email)
        seen.append((shape(answer, email), [one for one in statements if "SAVEPOINT" not in one]))
    answers, work = zip(*seen, strict=True)
    assert all(answer == answers[0] for answer in answers) and answers[0][0] == 422
    assert all(statements == work[0] for statements in work), "right password or wrong, known or not"
    assert len(hashes) == 4 and all(digest.startswith("$argon2id$") for digest in hashes)


def namesake(database: Database) -> None:
    """An employee of another school, with the address of els."""
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("prins")).values(email=ADDRESS.upper()))


def test_whoever_gets_the_address_of_another_shuts_them_out_of_nothing_and_comes_in_too(browsing: Browsing, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _, codes = set_up(browsing.wouters)
    namesake(database)
    _, theirs = set_up(browsing.prins, "heel iets anders hier")
    assert come_in(browsing.nobody, theirs[0]).status_code == come_in(browsing.nobody, codes[0], "heel iets anders hier").status_code == 422, "each with their own code"
    hashes, right = [], password._fits
    monkeypatch.setattr(password, "_fits", lambda digest, typed: hashes.append(digest) or right(digest, typed))
    for person, words, code, name in ((browsing.nobody, WORDS, codes[0], "Els Wouters"), (browsing.other_nobody, "heel iets anders hier", theirs[0], "Piet Prins")):
        assert come_in(person, code, words).status_code == 303 and name in text_of(person.get("/me"))
    assert come_in(browsing.karim, "123456", email="niemand@waal.example").status_code == 422
    assert len(hashes) == 6, "as many for an address that nobody has"


def test_the_same_password_at_two_schools_lets_in_by_whose_code_it_is(browsing: Browsing, database: Database) -> None:
    _, codes = set_up(browsing.wouters)
    namesake(database)
    _, theirs = set_up(browsing.prins)
    for person, code, name in ((browsing.nobody, theirs[0], "Piet Prins"), (browsing.other_nobody, codes[0], "Els Wouters")):
        assert come_in(person, code).status_code == 303 and name in text_of(person.get("/me"))


def test_who_shares_an_address_frees_no_tries_at_the_others_password(browsing: Browsing, database: Database) -> None:
    set_up(browsing.wouters)
    namesake(database)
    _, theirs = set_up(browsing.prins, "heel iets anders hier")
    with database.writing() as session:
        session.execute(delete(Slowed))
    assert [come_in(browsing.nobody, "000000").status_code for _ in range(4)] == [422] * 4
    assert come_in(browsing.other_nobody, theirs[0], "heel iets anders hier").status_code == 303
    assert come_in(browsing.nobody, "000000").status_code == 429


def test_strangers_cannot_fill_the_queue_for_who_came_in_before_on_their_device(browsing: Browsing, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _, codes = set_up(browsing.wouters)
    assert come_in(browsing.nobody, codes[0]).status_code == 303
    monkeypatch.setattr(password, "_strangers", password.MOST_STRANGERS)
    monkeypatch.setattr(password, "_waiting", password.MOST_STRANGERS)
    assert come_in(browsing.other_nobody, codes[1]).status_code == 503
    assert come_in(browsing.nobody, codes[1]).status_code == 303
    monkeypatch.setattr(password, "_waiting", password.MOST_WAITING)
    assert come_in(browsing.nobody, codes[2]).status_code == 503, "and nobody waits for ever"


def test_guessing_is_slowed_for_the_account_and_told_in_words_but_not_on_the_owners_own_device(browsing: Browsing, database: Database, moment: Traveller) -> None:
    _, codes = set_up(browsing.wouters)
    assert come_in(browsing.nobody, codes[0]).status_code == 303, "from now on a device that is known"
    browsing.nobody.post("/sign-out")
    assert [come_in(browsing.other_nobody, "000000").status_code for _ in range(6)] == [422] * 5 + [429]
    answer = come_in(browsing.other_nobody, codes[1])
    assert answer.status_code == 429 and "Probeer het over 30 seconden weer." in text_of(answer) and answer.headers["retry-after"] == "30"
    assert WORDS not in answer.text and f'value="{ADDRESS}"' in answer.text
    assert come_in(browsing.nobody, codes[1]).status_code == 303
    moment.shift(timedelta(seconds=31))
    assert come_in(browsing.other_nobody, codes[2]).status_code == 303
    assert come_in(browsing.other_nobody, "000000").status_code == 422, "who came in has five tries again"


def test_a_flood_at_once_is_counted_too(browsing: Browsing, client: Any) -> None:
    from httpx import ASGITransport, AsyncClient

    set_up(browsing.wouters)

    async def together() -> list[int]:
        async with AsyncClient(transport=ASGITransport(client.app), base_url="http://testserver.local") as browser:
            form = {"email": ADDRESS, "password": "een ander wachtwoord", "code": "123456"}
            return sorted(answer.status_code for answer in await asyncio.gather(*(browser.post("/sign-in/password", data=form) for _ in range(12))))

    assert asyncio.run(together()) == [422] * 5 + [429] * 7


EASY = [
    "wachtwoord123",
    "Welkom2026!!!",
    "P@ssw0rd12345",
    "qwertyuiop123",
    "aaaaaaaaaaaaaa",
    "123456789012",
    "Els Wouters 1",
    "dewaalcollege1",
    "wouters-els-2026",
    "zomer2026zomer",
    "maandagochtend"[:7] + "12345",
]
FINE = [WORDS, "zeven appels vallen om", "correct horse battery", "ʘ‿ʘ ʘ‿ʘ koffie-pot!", "        spaties ervoor", "gracht|kanarie|stoep", "3.14159 wortel taart"]


@ON_SQLITE
def test_a_password_is_long_free_of_rules_and_not_one_that_everybody_tries(browsing: Browsing) -> None:
    for words in EASY:
        answer = browsing.wouters.post("/me/password", {"password": words})
        assert answer.status_code == 422 and "makkelijk te raden" in text_of(answer), words
    for words, why in (("kort", "minstens 12 tekens"), ("", "minstens 12 tekens"), ("x y" * 50, "hooguit 128 tekens")):
        answer = browsing.wouters.post("/me/password", {"password": words})
        assert answer.status_code == 422 and why in text_of(answer)
    for words in FINE:
        assert browsing.wouters.post("/me/password", {"password": words}).status_code == 200, words


@ON_SQLITE
def test_a_password_is_the_same_however_a_keyboard_writes_its_letters_and_every_letter_of_it_counts(browsing: Browsing, moment: Traveller) -> None:
    _, codes = set_up(browsing.wouters, "cafe\u0301 en brie\u0308 eten")
    assert come_in(browsing.nobody, codes[0], "café en brië eten").status_code == 303
    assert come_in(browsing.other_nobody, codes[1], "cafe en brië eten").status_code == 422
    assert come_in(browsing.other_nobody, codes[1], " café en brië eten").status_code == 422


@ON_SQLITE
def test_a_new_password_takes_the_place_of_the_old_and_signs_out_elsewhere_when_asked(browsing: Browsing, database: Database, moment: Traveller) -> None:
    _, codes = set_up(browsing.wouters)
    come_in(browsing.nobody, codes[0])
    assert browsing.wouters.post("/me/password", {"password": "nog een heel ander woord"}).headers["location"] == "/me"
    assert browsing.nobody.get("/me").status_code == 200
    assert browsing.wouters.post("/me/password", {"password": "en nu weer iets anders", "others": "1"}).status_code == 303
    assert browsing.nobody.get("/me").status_code == 303 and browsing.wouters.get("/me").status_code == 200
    assert come_in(browsing.nobody, codes[1]).status_code == 422
    assert come_in(browsing.nobody, codes[1], "en nu weer iets anders").status_code == 303, "the factor stays"


@ON_SQLITE
def test_another_app_takes_the_place_of_the_first_and_so_do_its_codes_on_paper(browsing: Browsing, moment: Traveller) -> None:
    old, codes = set_up(browsing.wouters)
    new = App(browsing.wouters.post("/me/password/factor"))
    assert new.secret != old.secret
    assert browsing.wouters.post("/me/password/factor", {"setup": new.setup, "code": new.code()}).status_code == 200
    later(moment, 3)
    assert come_in(browsing.nobody, old.code()).status_code == come_in(browsing.nobody, codes[0]).status_code == 422
    assert come_in(browsing.nobody, new.code()).status_code == 303


@ON_SQLITE
def test_a_password_that_is_taken_away_opens_nothing(browsing: Browsing, database: Database, moment: Traveller) -> None:
    _, codes = set_up(browsing.wouters)
    assert browsing.wouters.delete("/me/password").headers["location"] == "/me"
    assert come_in(browsing.nobody, codes[0]).status_code == 422
    with database.reading() as session:
        assert not any(session.scalars(select(table)).all() for table in (Password, SecondFactor, RecoveryCode))
    assert browsing.wouters.delete("/me/password").status_code == 303
    assert "niet ingesteld" in text_of(browsing.wouters.get("/me"))


def test_an_employee_hears_by_mail_of_every_change_to_how_they_come_in(browsing: Browsing, database: Database, settings: Settings, moment: Traveller) -> None:
    els, device = browsing.wouters, Authenticator(ORIGIN, HOST)
    assert make(els, device).status_code == 303 and len(letters(database, settings)) == 1
    [made] = re.findall(r'href="(/me/passkeys/[0-9a-f-]{36})"', els.get("/me").text)
    app, _ = set_up(els)
    els.post("/me/password", {"password": "nog een heel ander woord"})
    new = App(els.post("/me/password/factor"))
    els.post("/me/password/factor", {"setup": new.setup, "code": new.code()})
    for act in (lambda: els.post("/me/password/paper"), lambda: els.delete("/me/password"), lambda: els.delete(made), lambda: els.delete("/me/password")):
        act()
    told = letters(database, settings)
    words = "passkey gemaakt", "nieuw wachtwoord", "nieuw wachtwoord", "andere app", "nieuwe herstelcodes", "je wachtwoord weggehaald", "passkey van jou weggehaald"
    lines = sorted(letter.lines[0] for letter in told)
    assert len(told) == len(words) and {letter.to for letter in told} == {ADDRESS} and all(line.startswith("Op dinsdag 24 november, 14:00 ") for line in lines)
    for word in {*words}:
        assert sum(word in line for line in lines) == words.count(word), word
    assert not any(secret in str(letter) for letter in told for secret in (WORDS, app.setup, "Laptop thuis"))


@ON_SQLITE
def test_passwords_are_for_employees(browsing: Browsing) -> None:
    for who in ("samira", "karim"):
        person = getattr(browsing, who)
        assert [person.get("/me/password").status_code, person.post("/me/password").status_code, person.post("/me/password/factor").status_code] == [404] * 3
        assert person.delete("/me/password").status_code == 404
        assert "Wachtwoord" not in text_of(person.get("/me"))


@ON_SQLITE
def test_a_digest_of_other_parameters_is_made_anew_at_the_next_sign_in(browsing: Browsing, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _, codes = set_up(browsing.wouters)
    monkeypatch.setattr(password, "_hasher", lambda: PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))
    assert come_in(browsing.nobody, codes[0]).status_code == 303
    with database.reading() as session:
        assert "t=2" in session.scalars(select(Password.digest)).one()
    assert come_in(browsing.other_nobody, codes[1]).status_code == 303


def test_the_real_digest_is_argon2id_of_64_mib_and_two_are_made_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    made = asyncio.run(password.digest_of(WORDS))
    assert made.startswith("$argon2id$v=19$m=65536,t=3,p=4$") and asyncio.run(password.fits([made, None], WORDS, known=False)) == [True, False]
    assert asyncio.run(password.fits([None, made], WORDS + ".", known=True)) == asyncio.run(password.fits([None, made], "nobody", known=True)) == [False, False]
    at_once, most, door = [0], [0], threading.Lock()

    def work() -> None:
        with door:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        threading.Event().wait(0.02)
        with door:
            at_once[0] -= 1

    async def all_of_them() -> None:
        await asyncio.gather(*(password._one_of_two(work) for _ in range(8)))

    asyncio.run(all_of_them())
    assert most == [2]


def test_six_digits_are_those_of_the_rfc() -> None:
    """RFC 6238, appendix B (the last six of the eight digits for SHA-1)."""
    from datetime import UTC, datetime

    secret = b"12345678901234567890"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")):
        moment = datetime.fromtimestamp(seconds, UTC)
        assert second_factor.step_of(secret, code, moment) == seconds // 30
        assert second_factor.step_of(secret, code, moment, last_step=seconds // 30) is None
        assert second_factor.step_of(secret, "", moment) is None


def test_the_password_is_never_written_into_a_page(browsing: Browsing, settings: Settings, database: Database) -> None:
    with database.writing() as session:
        from server.people.models import DeviceSession

        session.execute(update(DeviceSession).where(DeviceSession.person_id == id_of("wouters")).values(confirmed_at=clock.now() - timedelta(hours=1)))
    answer = browsing.wouters.post("/me/password", {"password": WORDS, "others": "1"})
    assert answer.status_code == 307
    asked = browsing.wouters.post(answer.headers["location"], {"password": WORDS, "others": "1"})
    assert asked.status_code == 200 and WORDS not in asked.text and "others" in asked.text
    assert WORDS not in browsing.nobody.post("/me/password", {"password": WORDS}).text
