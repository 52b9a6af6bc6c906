"""Letters, from the outbox to a real mail server that says yes, later, never, or nothing at all."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import time_machine
from sqlalchemy import select
from time_machine import Traveller

import server.core.mail_delivery as delivery
import server.core.smtp
from server.core import clock, sealed
from server.core.db import Database
from server.core.mail import Letter, Mail, post
from server.core.mail_delivery import LEASE, REMEMBERED, forget_letters, send_letters
from server.settings import Settings
from server.worker import run_beside
from tests.certificates import Authority, really_now
from tests.core.post_office import PostOffice
from tests.test_worker import wait_for
from tests.world import id_of

LETTER = Letter(
    to="samira@school.example", language="nl", subject="Je code voor Spoor", greeting="Hoi Samira,", lines=["Hier is je code."], code="ABCD-EFGH", button="Open Spoor",
    address="http://testserver.local/sign-in", closing="Vroeg je niet om een code? Dan hoef je niets te doen.",
)  # fmt: skip


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with PostOffice() as made:
        yield made


class Posting:
    """The outbox of a test, and one worker that empties it."""

    def __init__(self, settings: Settings, database: Database, office: PostOffice) -> None:
        self.settings, self.database = msgspec.structs.replace(settings, smtp_url=office.url()), database

    def post(self, to: str = LETTER.to, life: timedelta = timedelta(days=2), **changed: Any) -> None:
        with self.database.writing() as session:
            letter = msgspec.structs.replace(LETTER, to=to, **changed)
            post(session, self.settings, letter, kind="code", at=clock.now(), person_id=id_of("samira"), school_id=id_of("waal"), life=life)

    def send(self) -> None:
        asyncio.run(self._send())

    async def _send(self) -> None:
        while await send_letters(self.settings, self.database, clock.now()):
            pass

    def rows(self) -> list[Mail]:
        with self.database.reading() as session:
            return list(session.scalars(select(Mail).order_by(Mail.made_at, Mail.id)))

    def row(self) -> Mail:
        [row] = self.rows()
        return row


@pytest.fixture
def posting(settings: Settings, database: Database, office: PostOffice) -> Posting:
    return Posting(settings, database, office)


@pytest.fixture
def over(settings: Settings, database: Database) -> Callable[[PostOffice], Posting]:
    return lambda office: Posting(settings, database, office)


def test_a_letter_arrives_once_over_starttls_signed_in_and_is_emptied(trusted: Authority, over: Callable[[PostOffice], Posting]) -> None:
    with PostOffice(starttls=trusted.serves("127.0.0.1"), user="spoor", password="p@ss/w?rd") as office:
        posting = over(office)
        posting.post()
        posting.send()
        posting.send()
        [arrived] = office.letters
    assert (arrived.to, arrived.over_tls, arrived.user) == ([LETTER.to], True, "spoor")
    row = posting.row()
    assert row.sent_at and (row.content, row.failure, row.failed_at, row.claimed_until) == (b"", "", None, None)


def test_a_letter_arrives_over_tls_from_the_start(trusted: Authority, over: Callable[[PostOffice], Posting]) -> None:
    with PostOffice(tls=trusted.serves("127.0.0.1")) as office:
        posting = over(office)
        posting.post()
        posting.send()
        assert [one.over_tls for one in office.letters] == [True]


@pytest.mark.parametrize("fault", ["nobody vouches", "another host", "ended", "no STARTTLS"])
def test_without_a_line_that_can_be_trusted_nothing_is_said(fault: str, authority: Authority, over: Callable[[PostOffice], Posting], monkeypatch: pytest.MonkeyPatch) -> None:
    if fault != "nobody vouches":
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    certificate = authority.serves("elsewhere.example" if fault == "another host" else "127.0.0.1", lasts=timedelta(days=-1 if fault == "ended" else 30))
    with PostOffice(starttls=None if fault == "no STARTTLS" else certificate, user="spoor", password="geheim") as office:
        posting = over(office)
        posting.settings = msgspec.structs.replace(posting.settings, smtp_url=f"smtp://spoor:geheim@127.0.0.1:{office.port}?tls=starttls")
        posting.post()
        posting.send()
        assert (office.letters, office.logins) == ([], 0)
    assert posting.row().failure == "tls" and posting.row().content


def test_who_is_told_later_is_asked_again_after_a_while_and_then_has_it_once(posting: Posting, office: PostOffice, moment: Traveller) -> None:
    office.answers = ["451 Come back later", "250 OK"]
    posting.post()
    posting.send()
    posting.send()
    assert office.letters == [] and (posting.row().tries, posting.row().failure, posting.row().sent_at) == (1, "refused 451", None)
    moment.shift(timedelta(seconds=6))
    posting.send()
    assert len(office.letters) == 1 and posting.row().sent_at


def test_a_no_for_good_is_not_asked_again_and_nothing_of_the_letter_stays(posting: Posting, office: PostOffice, moment: Traveller) -> None:
    office.refuses = {LETTER.to: f"550 no such user {LETTER.to}"}
    posting.post()
    posting.send()
    moment.shift(timedelta(hours=1))
    office.refuses = {}
    posting.send()
    row = posting.row()
    assert office.letters == [] and row.failed_at and (row.failure, row.content, row.tries) == ("refused 550", b"", 0)


def test_a_text_that_is_refused_is_given_up_and_the_next_letter_goes_over_the_same_line(posting: Posting, office: PostOffice) -> None:
    office.answers = ["554 Not that", "250 OK"]
    posting.post(life=timedelta(minutes=1))
    posting.post("daan@school.example")
    posting.send()
    assert [one.to for one in office.letters] == [["daan@school.example"]]
    assert [row.failure for row in posting.rows()] == ["refused 554", ""]


def test_a_line_that_breaks_off_in_the_middle_is_taken_up_again(posting: Posting, office: PostOffice, moment: Traveller) -> None:
    office.answers = ["break off", "250 OK"]
    posting.post()
    posting.send()
    assert posting.row().failure == "broken-off"
    moment.shift(timedelta(seconds=6))
    posting.send()
    assert len(office.letters) == 1 and posting.row().sent_at


def test_a_server_that_says_nothing_is_left_after_a_while(posting: Posting, office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "ONE_LETTER", 0.2)
    office.answers = [3]
    posting.post()
    posting.send()
    assert (posting.row().failure, posting.row().sent_at) == ("too-slow", None)


def test_a_server_that_is_not_there_is_tried_later(posting: Posting, office: PostOffice) -> None:
    posting.settings = msgspec.structs.replace(posting.settings, smtp_url="smtp://127.0.0.1:9")
    posting.post()
    posting.send()
    assert (posting.row().failure, posting.row().tries) == ("unreachable", 1)


def test_a_wrong_password_is_tried_later_and_stands_in_no_log(trusted: Authority, over: Callable[[PostOffice], Posting], capfd: pytest.CaptureFixture[str]) -> None:
    with PostOffice(starttls=trusted.serves("127.0.0.1"), user="spoor", password="hemelwater") as office:
        posting = over(office)
        office.password = "anders"
        posting.post()
        posting.send()
        assert office.letters == [] and office.logins > 0
    told = "".join(capfd.readouterr())
    assert posting.row().failure == "login 535" and "login 535" in told
    assert "hemelwater" not in told and "samira" not in told


def test_what_is_of_no_use_any_more_is_not_sent(posting: Posting, office: PostOffice, moment: Traveller) -> None:
    posting.post(life=timedelta(minutes=10))
    moment.shift(timedelta(minutes=11))
    posting.send()
    assert office.letters == [] and (posting.row().failure, posting.row().content) == ("too-late", b"")


def test_why_a_letter_never_went_is_still_told_when_its_time_is_over(posting: Posting, office: PostOffice, moment: Traveller) -> None:
    office.answers = ["451 Later"]
    posting.post(life=timedelta(minutes=10))
    for _ in range(12):
        posting.send()
        moment.shift(timedelta(minutes=2))
    assert posting.row().failed_at and (posting.row().failure, posting.row().content) == ("refused 451", b"")


def test_a_code_goes_before_a_pile_of_invitations(posting: Posting, office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "CONNECTIONS", 1)
    for number in range(30):
        posting.post(f"{number}@school.example")
    posting.post("code@school.example", life=timedelta(minutes=10))
    posting.send()
    assert len(office.letters) == 31 and office.letters[0].to == ["code@school.example"]


def test_many_letters_share_few_lines(posting: Posting, office: PostOffice) -> None:
    for number in range(20):
        posting.post(f"{number}@school.example")
    posting.send()
    assert len({one.to[0] for one in office.letters}) == len(office.letters) == 20 and len(office.sessions) == 4


def test_two_workers_at_once_send_each_letter_once(posting: Posting, office: PostOffice) -> None:
    office.answers = [0.02]
    for number in range(30):
        posting.post(f"{number}@school.example")
    workers = [threading.Thread(target=posting.send) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert sorted(one.to[0] for one in office.letters) == sorted(f"{number}@school.example" for number in range(30))


def test_who_dies_between_sending_and_recording_sends_it_once_more_and_it_says_that_it_is_the_same(
    posting: Posting, office: PostOffice, moment: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    class DiedError(BaseException):
        pass

    def die(*_: object) -> None:
        raise DiedError

    posting.post()
    with monkeypatch.context() as dying:
        dying.setattr(delivery, "record", die)
        with pytest.raises(DiedError):
            posting.send()
    posting.send()
    assert len(office.letters) == 1, "as long as the claim stands nobody sends it again"
    moment.shift(LEASE + timedelta(seconds=1))
    posting.send()
    posting.send()
    assert len(office.letters) == 2 and len({one.message["Message-ID"] for one in office.letters}) == 1


def test_a_code_that_was_sent_by_who_died_is_over_before_it_could_go_twice(posting: Posting, office: PostOffice, moment: Traveller) -> None:
    posting.post(life=timedelta(minutes=10))
    with posting.database.writing() as session:
        assert len(delivery.claim(session, clock.now())) == 1
    moment.shift(LEASE + timedelta(seconds=1))
    posting.send()
    assert office.letters == [] and posting.row().failure == "too-late"


def test_who_is_stopped_in_the_middle_leaves_the_rest_to_the_next_at_once(posting: Posting, office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "CONNECTIONS", 1)
    office.answers = ["250 OK", 30]
    for number in range(5):
        posting.post(f"{number}@school.example")

    async def stopped() -> None:
        sending = asyncio.ensure_future(send_letters(posting.settings, posting.database, clock.now()))
        while len(office.letters) < 1 and not sending.done():
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)

    asyncio.run(stopped())
    office.answers = ["250 OK"]
    posting.send()
    assert len([row for row in posting.rows() if row.sent_at]) == 4, "the one in the middle waits until its claim is over: nobody knows whether it went"


@pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
def test_the_worker_beside_the_server_sends_what_is_posted_within_seconds(posting: Posting, office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    import server.worker

    monkeypatch.setattr(server.worker, "BESIDE_AFTER", 0.0)
    monkeypatch.setattr(server.worker, "LETTER_PAUSE", 0.05)
    with run_beside(posting.settings, posting.database):
        posting.post()
        wait_for(lambda: len(office.letters) == 1)
        posting.post("daan@school.example")
        wait_for(lambda: len(office.letters) == 2)


def test_the_worker_on_its_own_sends_what_is_posted_within_seconds(posting: Posting, office: PostOffice) -> None:
    told = {"SPOOR_DATA": str(posting.settings.data), "SPOOR_DATABASE_URL": posting.settings.database_url, "SPOOR_SMTP_URL": office.url()}
    sealed._key.cache_clear()  # what this process remembers of an earlier test stands in no file
    running = subprocess.Popen([sys.executable, "-m", "server", "worker"], env=os.environ | told, cwd=Path(__file__).parents[2])
    with time_machine.travel(really_now()):
        posting.post()
    try:
        wait_for(lambda: len(office.letters) == 1, 30)
    finally:
        running.terminate()
        assert running.wait(10) == 0


def test_what_was_sealed_with_another_key_is_given_up(posting: Posting, office: PostOffice) -> None:
    posting.post()
    with posting.database.writing() as session:
        session.scalars(select(Mail)).one().content = b"x" * 60
    posting.send()
    assert office.letters == [] and posting.row().failure == "sealed elsewhere"


@pytest.mark.parametrize(
    "address",
    ["", "samira", "a b@school.example", "a@b\r\nBcc: x@y.example", "a@b,c@d.example", "<a@b.example>", "a@b@c.example", "a\x00@b.example", "a@", "a@b..example", "@b.example"],
)
def test_an_address_that_is_none_reaches_nobody(posting: Posting, office: PostOffice, address: str) -> None:
    posting.post(address)
    posting.send()
    assert office.letters == [] and (posting.row().failure, posting.row().content) == ("no address", b"")


def test_a_name_beyond_ascii_in_an_address_goes_where_servers_know_it(posting: Posting, office: PostOffice, over: Callable[[PostOffice], Posting]) -> None:
    posting.post("yiğit@school.example")
    posting.post("samira@school.example")
    posting.send()
    assert {one.to[0]: any("SMTPUTF8" in option for option in one.options) for one in office.letters} == {"yiğit@school.example": True, "samira@school.example": False}
    with PostOffice(utf8=False) as old:
        posting.settings = over(old).settings
        posting.post("yiğit@school.example")
        posting.send()
        assert old.letters == [] and posting.rows()[-1].failure == "no address"


def test_a_host_beyond_ascii_is_written_as_the_dns_has_it(posting: Posting, office: PostOffice) -> None:
    posting.post("samira@schoölwaal.example")
    posting.send()
    [arrived] = office.letters
    assert arrived.to[0].startswith("samira@xn--") and arrived.raw.isascii() and not any("SMTPUTF8" in option for option in arrived.options)


def test_of_what_went_only_that_it_went_is_kept_and_that_for_two_weeks(posting: Posting, moment: Traveller) -> None:
    posting.post(life=timedelta(minutes=10))
    moment.shift(timedelta(minutes=11))
    with posting.database.writing() as session:
        forget_letters(session, clock.now())
    assert (posting.row().failure, posting.row().content) == ("too-late", b"")
    moment.shift(REMEMBERED)
    with posting.database.writing() as session:
        forget_letters(session, clock.now())
    assert posting.rows() == []


def test_what_waits_can_be_read_by_nobody_who_only_has_the_database(posting: Posting) -> None:
    posting.post()
    assert b"samira" not in posting.row().content and b"ABCD" not in posting.row().content


def test_waiting_grows_and_a_server_that_lets_strangers_wait_five_minutes_still_passes_a_code_on() -> None:
    waits = [delivery.wait_after(tries) for tries in range(12)]
    assert waits == sorted(waits) and waits[0] <= timedelta(seconds=10) and waits[-1] == timedelta(minutes=30)
    tried = [sum(waits[:tries], timedelta(0)) for tries in range(12)]
    assert any(timedelta(minutes=5) <= moment < timedelta(minutes=12) for moment in tried)
    assert server.core.smtp.PATIENCE < delivery.ONE_LETTER < LEASE.total_seconds() - delivery.STARTED_WITHIN
