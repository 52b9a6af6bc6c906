"""What a student writes is read by whom they showed it, and stands nowhere else: on no page, in no log, message, address or cookie."""

import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest
from httpx import Response
from litestar.testing import TestClient
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError

from server.core import clock
from server.core.db import Base, Database
from server.core.limits import Spent
from server.push.message import Device
from server.reminder.due import with_devices
from server.reminder.models import Reminder
from server.serve import server_of
from server.settings import Settings
from tests.browsing import Browsing
from tests.journey import BY_GUEST, MARKS, PREPARATION, PRIVATE, RECOGNISED, SHARED, TOGETHER, journey
from tests.test_access_matrix import LINES
from tests.whole import EVERYBODY, crawl, fill_the_rest, named, nothing_stored
from tests.world import id_of, token_of

ON_SQLITE = pytest.mark.parametrize("installed", ["sqlite"], indirect=True)

NAMES = ("Samira", "Aït", "Daan", "Kramer", "Bakker", "Bouwbedrijf", "Yara")

STARTS = sorted({named(path) for method, path in LINES if method == "GET" and not path.startswith(("/sign-in", "/setup"))})
"""Every address there is, with samira's ids; links lead to the rest."""


def marks_in(text: str) -> set[str]:
    return {mark for mark in MARKS if mark in text.lower()}


def seen_by(browsing: Browsing, who: str) -> set[str]:
    """Which of samira's words stand anywhere on the pages this person comes to."""
    return set[str]().union(*(marks_in(answer.text) for answer in crawl(getattr(browsing, who), STARTS).values()))


OTHERS = [who for who in EVERYBODY if who not in {"samira", "deboer"}]
SHOWN, OF_BOTH = set(SHARED.values()), set(TOGETHER.values())


@ON_SQLITE
def test_what_a_student_wrote_is_only_read_by_whom_it_was_shown_to(browsing: Browsing, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_the_rest(database, settings)
    steps = journey(browsing, database, settings)
    for step in steps:
        if step == "samira asks a question":
            break
    with nothing_stored(database, monkeypatch):
        assert seen_by(browsing, "samira") == {*PRIVATE.values(), *SHOWN}
        assert {who: found for who in ["kramer", "deboer"] if (found := seen_by(browsing, who))} == {}
    for step in steps:
        if step in {"samira shows it", "samira takes it back"}:
            with nothing_stored(database, monkeypatch):
                assert (step, seen_by(browsing, "deboer")) == (step, SHOWN if step == "samira shows it" else set())
        if step == "samira shows it":
            with nothing_stored(database, monkeypatch):
                assert {who: found for who in OTHERS if (found := seen_by(browsing, who))} == {}
    with nothing_stored(database, monkeypatch):
        assert {who: found for who in OTHERS if (found := seen_by(browsing, who))} == {}
        assert seen_by(browsing, "deboer") == {*SHOWN, *OF_BOTH, *RECOGNISED.values(), *BY_GUEST.values()}, "what she asked him to look at too"
        assert seen_by(browsing, "samira") == MARKS


@ON_SQLITE
def test_what_was_shown_and_then_deleted_is_read_no_more(browsing: Browsing, database: Database, settings: Settings) -> None:
    for step in journey(browsing, database, settings):
        if step == "samira shows it":
            break
    talk = f"/conversations/{id_of('gesprek')}"
    assert SHARED["text"] in browsing.deboer.get(talk).text
    browsing.samira.post(f"/experiences/{id_of('soep')}/deletion")
    assert not marks_in(browsing.deboer.get(talk).text) & {SHARED["text"], SHARED["evidence"], SHARED["own"]}


@contextmanager
def everything_logged() -> Iterator[list[str]]:
    """What the libraries log, at every level."""
    said: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name.partition(".")[0] not in {"httpx", "httpcore", "asyncio", "multipart", "python_multipart"}:
                said.append(f"{record.name}: {record.getMessage()} {record.exc_info or ''} {vars(record)}")

    handler, root = Keep(level=0), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(0)
    try:
        yield said
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def failures(browsing: Browsing, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Response]:
    """Every way in which sending a text can go wrong."""
    text, path = {"step": "text", "base": "0", "text": f"Een lange zin. {PRIVATE['text']}"}, f"/experiences/{id_of('nieuw')}"
    yield browsing.samira.post(path, content=b"text=%ff" + PRIVATE["text"].encode(), headers={"content-type": "application/x-www-form-urlencoded"})
    yield browsing.nobody.post(path, text)
    yield browsing.samira.post(path, text, headers={"origin": "http://evil.example"})
    yield browsing.deboer.post(path, text)
    yield browsing.samira._send("PUT", path, data=text)
    once = {**text, "base": "9", "mutation": str(uuid4())}
    browsing.samira.post(f"/experiences/{id_of('soep')}", once)
    yield browsing.samira.post(f"/experiences/{id_of('soep')}", {**once, "text": f"Anders. {PRIVATE['text']}"})
    yield browsing.samira.post(path, {**text, "text": "Een zin. " * 300_000 + PRIVATE["text"]})
    yield browsing.samira.post(path, {**text, "text": "Een zin. " * 3_000 + PRIVATE["text"]})
    with monkeypatch.context() as patch:
        patch.setattr("server.experience.actions.sought_in", lambda _, text, *others: {}[text])
        yield browsing.samira.post(path, text)

    def fail(*_: object) -> None:
        raise OperationalError(f"INSERT {PRIVATE['text']}", {"text": PRIVATE["text"]}, Exception("disk I/O error"))

    event.listen(database.engine, "commit", fail)
    yield browsing.samira.post(path, text)
    event.remove(database.engine, "commit", fail)
    with database.writing() as session:
        session.execute(update(Spent).values(times=9999))
    yield browsing.samira.post(path, text)


@ON_SQLITE
def test_no_word_and_no_name_stands_in_a_log_a_message_an_address_or_a_cookie(
    browsing: Browsing, client: TestClient, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    sent, request = [], client.request

    def note(*what: Any, **how: Any) -> Response:
        sent.append(request(*what, **how))
        return sent[-1]

    monkeypatch.setattr(client, "request", note)
    with everything_logged() as logged:
        for _ in journey(browsing, database, settings):
            pass
        statuses = [answer.status_code for answer in failures(browsing, database, monkeypatch)]
    assert statuses == [400, 401, 403, 404, 405, 409, 413, 422, 500, 503, 429]
    out, err = capfd.readouterr()
    said = "\n".join([*logged, out, err])
    assert "KeyError" in said and "OperationalError" in said, "the log says what went wrong"
    forbidden = {*MARKS, *NAMES, token_of("samira")}
    assert {word for word in forbidden if word.lower() in said.lower()} == set()
    for answer in sent:
        carried = f"{answer.headers.get('location', '')} {answer.headers.get_list('set-cookie')} {answer.headers.get('etag', '')}"
        assert {word for word in {*MARKS, *NAMES} if word.lower() in carried.lower()} == set()
    _nothing_in_messages(database)


def _nothing_in_messages(database: Database) -> None:
    with database.reading() as session:
        rows = session.scalars(select(Reminder)).all()
        assert {row.kind for row in rows} >= {"tell", "talk_tomorrow", "talks_tomorrow"}
        told = [f"{row.facts} {row.path}" for row in rows]
        device = Device(id_of("apparaat"), "https://fcm.googleapis.com/x", "", "")
        told += [f"{due.message(device, 'https://spoor.example', clock.now())}" for due in with_devices(session, rows, clock.now())]
        person = {str(id_of(who)) for who in EVERYBODY}
    assert {word for word in {*MARKS, *NAMES, *person, "lokaal", "Lassen"} if any(word.lower() in text.lower() for text in told)} == set()


@ON_SQLITE
def test_the_real_server_logs_no_address_no_secret_and_no_text(database: Database, settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = server_of(msgspec.structs.replace(settings, port=port, base_url=f"http://127.0.0.1:{port}"), database)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(200):
        if server.started:
            break
        time.sleep(0.05)
    try:
        address = f"http://127.0.0.1:{port}"
        assert httpx.get(f"{address}/sign-in/geheime-link").status_code == 404
        assert (
            httpx.post(f"{address}{PREPARATION}", data={"question": PRIVATE["text"]}, cookies={"spoor": token_of("samira")}, headers={"origin": "http://evil"}).status_code == 403
        )
        assert httpx.get(f"{address}/trail?q={PRIVATE['text']}", cookies={"spoor": token_of("samira")}).status_code == 200
        assert httpx.get(f"{address}/words/evidence?word=quality:own:{PRIVATE['own']}", cookies={"spoor": token_of("samira")}).status_code == 404
        assert httpx.get(f"{address}/words?kind={PRIVATE['own']}", cookies={"spoor": token_of("samira")}).status_code == 200
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(f"BROKEN {PRIVATE['text']}\r\n\r\n".encode())
            line.recv(1000)
    finally:
        server.should_exit = True
        thread.join(5)
    said = "".join(capfd.readouterr())
    assert not marks_in(said) and "geheime" not in said and "token-of" not in said and not re.search(r"GET|POST", said)


@ON_SQLITE
def test_a_fault_of_the_database_does_not_carry_what_was_being_stored(database: Database) -> None:
    """Whoever prints an error of the database (a command line does) prints the statement, not what a person wrote."""
    table = Base.metadata.tables["school"]
    with pytest.raises(Exception) as wrong, database.writing() as session:
        session.execute(table.insert().values(id=id_of("waal"), name=PRIVATE["text"], zone="", trusted_name="", trusted_contact="", revision=0, created_at=clock.now()))
    assert "INSERT INTO school" in str(wrong.value) and PRIVATE["text"] not in str(wrong.value)
