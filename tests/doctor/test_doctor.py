"""`spoor doctor`: everything it looks at, well and broken on purpose."""

import http.server
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import time_machine
import uvicorn
from sqlalchemy import delete, text, update

from server.app import create_app
from server.core import audit, clock, sealed
from server.core.db import Database
from server.core.heartbeat import Heartbeat, beat
from server.core.mail import Mail, post
from server.core.media import store_of
from server.core.sealed import seal
from server.doctor import address, disk, keys, mail, outside, records, waiting
from server.doctor.finding import Finding
from server.doctor.run import examine, run, said
from server.migrations.run import migrate
from server.people.models import School
from server.push.keys import _signer, public_key
from server.settings import Settings
from tests.certificates import Authority, really_now
from tests.conftest import NOW
from tests.core.post_office import PostOffice
from tests.core.s3 import S3Server
from tests.core.test_mail import LETTER
from tests.world import id_of


def levels(found: Iterator[Finding] | list[Finding], check: str = "") -> list[str]:
    """How the things are that were looked at; a finding that is not well says how to mend it, in both languages."""
    kept = [one for one in found if not check or one.check == check]
    for one in kept:
        assert one.told.nl and one.told.en and (one.level == "well") == (one.mend is None), one
        assert one.mend is None or (one.mend.nl and one.mend.en), one
    return [one.level for one in kept]


@pytest.fixture(autouse=True)
def settings(settings: Settings) -> Settings:
    settings.data.chmod(0o700)
    sealed._key.cache_clear()
    _signer.cache_clear()
    return settings


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with S3Server(tmp_path_factory.mktemp("s3")) as server:
        yield server


# --- folder, disk, keys, media


def test_a_data_folder_that_others_can_look_in_is_wrong(settings: Settings) -> None:
    assert levels(disk.folder(settings)) == ["well"]
    settings.data.chmod(0o755)
    [found] = disk.folder(settings)
    assert found.level == "wrong" and found.mend and f"chmod 700 {settings.data.resolve()}" in found.mend.en


def test_a_data_folder_that_is_not_there_is_wrong_and_not_made(settings: Settings) -> None:
    missing = msgspec.structs.replace(settings, data=settings.data / "nowhere")
    assert levels(disk.folder(missing)) == ["wrong"] and not missing.data.exists()


def test_a_disk_that_fills_up_is_told_in_time(settings: Settings) -> None:
    assert levels(disk.space(settings, low=1, full=0)) == ["well"]
    assert levels(disk.space(settings, low=2**60, full=0)) == ["warning"]
    assert levels(disk.space(settings, low=2**60, full=2**60)) == ["wrong"]


def test_a_key_that_others_can_read_is_wrong(settings: Settings) -> None:
    assert levels(keys.files(settings)) == ["well"]
    seal(settings, "x", b"x")
    public_key(settings)
    assert levels(keys.files(settings)) == ["well"]
    (settings.data / "keys" / "seal.key").chmod(0o640)
    [found] = keys.files(settings)
    assert found.level == "wrong" and found.mend and "chmod 600" in found.mend.nl
    (settings.data / "keys" / "seal.key").chmod(0o600)
    (settings.data / "keys").chmod(0o755)
    assert levels(keys.files(settings)) == ["wrong"]


def test_a_key_that_does_not_belong_to_the_database_is_wrong(settings: Settings, database: Database) -> None:
    assert levels(keys.open_what_is_sealed(settings, database)) == ["well"]
    with database.writing() as session:
        post(session, settings, LETTER, kind="code", at=NOW)
    assert levels(keys.open_what_is_sealed(settings, database)) == ["well"]
    path = settings.data / "keys" / "seal.key"
    kept = path.read_bytes()
    path.write_bytes(os.urandom(32))
    assert levels(keys.open_what_is_sealed(settings, database)) == ["wrong"]
    path.unlink()
    assert levels(keys.open_what_is_sealed(settings, database)) == ["wrong"] and not path.exists(), "looking makes no new key"
    path.write_bytes(kept)


def test_media_that_cannot_be_kept_is_wrong_and_the_probe_is_not_left(settings: Settings) -> None:
    assert levels(disk.media(settings)) == ["well"]
    assert [path for path in (settings.data / "media").rglob("*") if path.is_file()] == []
    blocked = msgspec.structs.replace(settings, data=settings.data / "blocked")
    blocked.data.mkdir()
    (blocked.data / "media").write_text("a file where a folder should be")
    assert levels(disk.media(blocked)) == ["wrong"]


def test_media_in_a_bucket_are_kept_and_a_key_that_may_not_is_wrong(s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    told = Settings(data=tmp_path, media_url=s3.address("school/doctor"))
    assert levels(disk.media(told)) == ["well"] and list(store_of(told).names()) == []
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    assert levels(disk.media(told)) == ["wrong"]


# --- the database


def at_the_real_time(settings: Settings, database: Database) -> list[Finding]:
    with time_machine.travel(really_now()):
        return list(records.answers(settings, database, clock.now()))


def test_a_database_that_answers_and_keeps_is_well(settings: Settings, database: Database) -> None:
    assert set(levels(at_the_real_time(settings, database))) == {"well"}


def test_a_database_that_is_not_there_is_wrong_and_not_made(settings: Settings, tmp_path: Path) -> None:
    nowhere = (
        msgspec.structs.replace(settings, data=tmp_path) if settings.sqlite else msgspec.structs.replace(settings, database_url="postgresql://nobody:hemelwater@127.0.0.1:9/spoor")
    )
    found = list(records.answers(nowhere, Database(nowhere.database), clock.now()))
    assert levels(found) == ["wrong"] and list(tmp_path.iterdir()) == [] and "hemelwater" not in said(found)


def test_a_database_of_an_older_version_is_wrong_and_says_what_to_do(settings: Settings, database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    [found] = [one for one in at_the_real_time(settings, database) if one.check == "migrations"]
    assert found.level == "wrong" and found.mend and found.mend.en == "spoor migrate"


def test_a_database_that_keeps_nothing_is_wrong(settings: Settings, database: Database) -> None:
    if settings.sqlite:
        with sqlite3.connect(settings.data / "spoor.sqlite3") as other:
            other.execute("BEGIN EXCLUSIVE")
            assert "wrong" in levels(at_the_real_time(settings, database), "database")
        return
    with database.writing() as session:
        session.execute(text("ALTER DATABASE spoor SET default_transaction_read_only = on"))
    database.close()
    assert "wrong" in levels(at_the_real_time(settings, database), "database")


@pytest.mark.parametrize("installed", ["postgresql"], indirect=True)
def test_a_clock_that_runs_apart_from_the_database_is_wrong(settings: Settings, database: Database) -> None:
    with time_machine.travel(really_now() + timedelta(minutes=1)):
        assert levels(records.answers(settings, database, clock.now()), "clock") == ["warning"]
    with time_machine.travel(really_now() + timedelta(minutes=10)):
        assert levels(records.answers(settings, database, clock.now()), "clock") == ["wrong"]


@pytest.mark.parametrize("installed", ["postgresql"], indirect=True)
def test_transactions_of_another_kind_are_wrong(settings: Settings, database: Database) -> None:
    with database.writing() as session:
        session.execute(text("ALTER DATABASE spoor SET default_transaction_isolation = 'serializable'"))
    database.close()
    assert levels(at_the_real_time(settings, database), "postgresql") == ["wrong"]


@pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
def test_a_file_that_is_damaged_is_wrong(settings: Settings, database: Database) -> None:
    assert levels(records.whole(database)) == ["well"]
    with sqlite3.connect(settings.data / "spoor.sqlite3") as other:
        other.execute("DELETE FROM school")
    assert levels(records.whole(database)) == ["wrong"]


def test_an_installation_without_a_school_says_how_to_begin(settings: Settings, tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    migrate(empty)
    assert levels(records.school(empty, settings)) == ["warning"]
    empty.close()


def test_schools_of_the_same_name_are_wrong(settings: Settings, database: Database) -> None:
    assert levels(records.school(database, settings)) == ["well"]
    with database.writing() as session:
        session.execute(text("DROP INDEX school_name"))
        session.execute(update(School).where(School.id == id_of("other")).values(name="DE WAAL College"))
    assert levels(records.school(database, settings)) == ["wrong"]


def test_a_record_that_was_changed_is_wrong(database: Database, settings: Settings) -> None:
    with database.writing() as session:
        for _ in range(3):
            audit.note(session, id_of("waal"), "exported", NOW, actor=id_of("wouters"))
    assert levels(records.audit(database)) == ["well"]
    with database.writing() as session:
        session.execute(text("UPDATE audit_head SET seq = seq - 1"))
    assert "wrong" in levels(records.audit(database))


def test_a_zone_that_nobody_knows_is_wrong(database: Database) -> None:
    assert levels(records.zones(database, NOW)) == ["well"]
    with database.writing() as session:
        session.execute(update(School).where(School.id == id_of("other")).values(zone="Europe/Nergens"))
    assert levels(records.zones(database, NOW)) == ["wrong"]


# --- what waits


def test_a_worker_that_is_silent_is_wrong_and_one_that_never_ran_is_to_note(settings: Settings, database: Database) -> None:
    with database.writing() as session:
        session.execute(delete(Heartbeat))
    assert levels(waiting.worker(settings, database, NOW)) == ["warning"]
    with database.writing() as session:
        beat(session, "worker", NOW)
        beat(session, "worker", NOW + timedelta(seconds=1))
    assert levels(waiting.worker(settings, database, NOW + timedelta(minutes=2))) == ["well"]
    assert levels(waiting.worker(settings, database, NOW + timedelta(minutes=9))) == ["wrong"]


def test_letters_that_are_left_lying_are_wrong_and_why_they_are_is_told(settings: Settings, database: Database) -> None:
    assert levels(waiting.letters(database, NOW)) == ["well"]
    with database.writing() as session:
        post(session, settings, LETTER, kind="code", at=NOW)
    assert levels(waiting.letters(database, NOW + timedelta(minutes=1))) == ["well"]
    with database.writing() as session:
        session.execute(update(Mail).values(failure="login 535"))
    [found] = waiting.letters(database, NOW + timedelta(minutes=11))
    assert found.level == "wrong" and "1× login 535" in found.told.en
    with database.writing() as session:
        session.execute(update(Mail).values(failed_at=NOW, failure="refused 550"))
    assert levels(waiting.letters(database, NOW + timedelta(minutes=11))) == ["warning"]
    assert levels(waiting.letters(database, NOW + timedelta(days=2))) == ["well"]


# --- mail


def test_without_a_mail_server_all_is_well_and_it_says_what_is_not_offered(settings: Settings) -> None:
    assert levels(mail.look(settings, None, NOW)) == ["well"]


def test_a_mail_server_is_signed_in_at_and_no_letter_is_sent_unless_asked_for(settings: Settings, trusted: Authority) -> None:
    with PostOffice(starttls=trusted.serves("127.0.0.1"), user="spoor", password="geheim") as office:
        told = msgspec.structs.replace(settings, smtp_url=office.url(), smtp_from="Spoor <spoor@school.example>")
        assert levels(mail.look(told, None, NOW)) == ["well"] and office.logins == 1 and office.letters == []
        assert levels(mail.look(told, "beheer@school.example", NOW)) == ["well"]
        assert [one.to for one in office.letters] == [["beheer@school.example"]]
        assert levels(mail.look(told, "geen adres", NOW)) == ["wrong"] and len(office.letters) == 1


@pytest.mark.parametrize(("fault", "mend"), [("login", "password"), ("tls", "certificate"), ("unreachable", "firewall"), ("sender", "SPOOR_SMTP_FROM")])
def test_what_is_wrong_with_mail_is_told_with_how_to_mend_it(settings: Settings, authority: Authority, monkeypatch: pytest.MonkeyPatch, fault: str, mend: str) -> None:
    if fault != "tls":
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    with PostOffice(starttls=authority.serves("127.0.0.1"), user="spoor", password="hemelwater") as office:
        told = msgspec.structs.replace(settings, smtp_url=office.url(), smtp_from="spoor@school.example" if fault != "sender" else "spoor@spoor.local")
        office.password = "anders" if fault == "login" else office.password
        if fault == "unreachable":
            office.__exit__()
        found = list(mail.look(told, None, NOW))
        if fault == "unreachable":
            office.__enter__()
    [bad] = [one for one in found if one.level != "well"]
    assert bad.mend and mend in bad.mend.en and "hemelwater" not in said(found)
    assert bad.level == ("warning" if fault == "sender" else "wrong") and (fault == "sender" or fault in bad.told.en)


# --- the address


@contextmanager
def served(settings: Settings, database: Database, certificate: Path) -> Iterator[int]:
    """The real app behind TLS on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = uvicorn.Server(uvicorn.Config(create_app(settings, database), host="127.0.0.1", port=port, ssl_certfile=str(certificate), log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.perf_counter() + 10
    while not server.started and time.perf_counter() < end:
        time.sleep(0.02)
    yield port
    server.should_exit = True
    thread.join(5)


def found_at(settings: Settings, port: int, plain_port: int = 9) -> list[Finding]:
    with time_machine.travel(really_now()):
        return list(address.look(msgspec.structs.replace(settings, base_url=f"https://localhost:{port}"), clock.now(), plain_port))


@pytest.mark.parametrize(
    ("names", "days", "expected"),
    [
        (("localhost",), 30, {"certificate": "well", "address": "well"}),
        (("localhost",), 5, {"certificate": "warning", "address": "well"}),
        (("localhost",), -1, {"certificate": "wrong"}),
        (("elsewhere.example",), 30, {"certificate": "wrong"}),
    ],
)
def test_a_certificate_is_read_as_a_browser_does(settings: Settings, database: Database, trusted: Authority, names: tuple[str, ...], days: int, expected: dict[str, str]) -> None:
    trusted.serves(*names, lasts=timedelta(days=days))
    with served(settings, database, trusted.last) as port:
        found = [one for one in found_at(settings, port) if one.check != "clock"]
    levels(found)
    assert {one.check: one.level for one in found} == expected


def test_a_certificate_that_nobody_vouches_for_is_wrong(settings: Settings, database: Database, authority: Authority) -> None:
    authority.serves("localhost")
    with served(settings, database, authority.last) as port:
        assert levels(found_at(settings, port)) == ["wrong"]


class Other(http.server.BaseHTTPRequestHandler):
    """Another web server than ours."""

    build, status, location = "", 200, ""

    def do_GET(self) -> None:
        self.send_response(self.status)
        for name, value in (("spoor-build", self.build), ("location", self.location)):
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def another(**how: object) -> Iterator[int]:
    handler = type("Told", (Other,), how)
    server = http.server.HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_something_else_that_answers_is_wrong_and_another_version_is_to_note(settings: Settings) -> None:
    for how, level in (({}, "wrong"), ({"status": 404, "build": "x"}, "wrong"), ({"build": "0123456789ab"}, "warning")):
        with another(**how) as port:
            found = list(address.look(msgspec.structs.replace(settings, base_url=f"http://127.0.0.1:{port}"), NOW))
        assert levels(found, "address")[1:] == [level], "the first says that it is plain http"


def test_the_clock_of_the_server_is_compared_with_ours(settings: Settings) -> None:
    with another(build="x") as port:
        told = msgspec.structs.replace(settings, base_url=f"http://127.0.0.1:{port}")
        assert levels(address.look(told, clock.now()), "clock") == []
        assert levels(address.look(told, clock.now() + timedelta(minutes=2)), "clock") == ["warning"]
        assert levels(address.look(told, clock.now() + timedelta(hours=1)), "clock") == ["wrong"]


def test_plain_http_that_does_not_lead_to_https_is_to_note(settings: Settings) -> None:
    with another() as port:
        assert levels(address._plain("127.0.0.1", port)) == ["warning"]
    with another(status=301, location="https://spoor.school.example/") as port:
        assert levels(address._plain("127.0.0.1", port)) == []
    assert levels(address._plain("127.0.0.1", 9)) == [], "nothing listens there: just as good"


def test_a_server_that_does_not_run_is_to_note_and_a_name_that_nobody_knows_is_wrong(settings: Settings) -> None:
    assert levels(address.look(msgspec.structs.replace(settings, base_url="https://127.0.0.1:9"), NOW)) == ["warning"]
    assert levels(address.look(msgspec.structs.replace(settings, base_url="https://nergens.invalid"), NOW)) == ["wrong"]


@pytest.mark.parametrize(("told", "level"), [("127.0.0.1", "well"), ("10.0.0.0/8, ::1", "well"), ("*", "wrong"), ("proxy", "wrong"), ("", "well")])
def test_whose_forwarded_headers_are_believed_is_looked_at(settings: Settings, told: str, level: str) -> None:
    assert levels(address.proxies(msgspec.structs.replace(settings, proxies=told))) == [level]


# --- others


def test_a_push_key_that_is_lost_or_broken_is_wrong(settings: Settings, database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as service:
        where, told = service.getsockname(), msgspec.structs.replace(settings, push_contact="mailto:beheer@school.example")
        assert levels(outside.push(told, database, where)) == ["well"]
        public_key(told)
        assert levels(outside.push(told, database, where)) == ["well"]
        assert "warning" in levels(outside.push(settings, database, where))
        (settings.data / "keys" / "vapid.pem").write_text("broken")
        assert levels(outside.push(told, database, where)) == ["wrong"]
    (settings.data / "keys" / "vapid.pem").unlink()
    assert levels(outside.push(told, database, ("127.0.0.1", 9))) == ["warning"], "a push service that is not reached is no fault of ours"


def test_a_push_key_that_devices_subscribed_with_and_that_is_gone_is_wrong(settings: Settings, database: Database) -> None:
    from server.push.models import Subscription

    with database.writing() as session:
        session.add(
            Subscription(
                school_id=id_of("waal"), person_id=id_of("samira"), session_id=id_of("session-samira"), endpoint="https://x", endpoint_hash="x", p256dh="x", auth="x", made_at=NOW
            )
        )
    assert levels(outside.push(settings, database)) == ["wrong"]


def test_sign_in_providers_are_asked_who_they_are(settings: Settings, database: Database) -> None:
    from server.settings import OidcProvider

    nowhere = OidcProvider(name="plain", preset="plain", client_id="spoor", issuer="http://127.0.0.1:9", organizations=(("*", ""),))
    assert levels(outside.providers(settings, database)) == []
    assert "wrong" in levels(outside.providers(msgspec.structs.replace(settings, oidc=(nowhere,)), database))


# --- the command


def test_all_is_examined_and_a_look_that_fails_keeps_no_other_from_being_done(settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> list[Finding]:
        raise RuntimeError("hemelwater")

    monkeypatch.setattr(records, "audit", fail)
    with time_machine.travel(really_now()):
        found = examine(settings)
    assert {one.check for one in found} >= {
        "data",
        "disk",
        "keys",
        "database",
        "migrations",
        "sealed",
        "school",
        "audit",
        "worker",
        "outbox",
        "zone",
        "media",
        "address",
        "proxies",
        "mail",
        "push",
    }
    assert levels(found, "audit") == ["wrong"] and "hemelwater" not in said(found)


def test_warnings_do_not_fail_and_what_is_wrong_does(settings: Settings, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    here = msgspec.structs.replace(settings, base_url="http://127.0.0.1:9")
    with time_machine.travel(really_now()):
        status, told = run(here, as_json=True), json.loads(capsys.readouterr().out)
        assert (status, [one for one in told["findings"] if one["level"] == "wrong"]) == (0, [])
        assert told["well"] is True and any(one["level"] == "warning" and one["mend"]["nl"] for one in told["findings"])
        settings.data.chmod(0o755)
        assert run(here) == 1
    assert "✗ data" in capsys.readouterr().out


def test_as_a_command_on_an_empty_folder_it_says_how_to_begin(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SPOOR_")} | {"SPOOR_DATA": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "server", "doctor", "--json"], env=environment, capture_output=True, text=True, timeout=60, cwd=Path(__file__).parents[2])
    told = json.loads(done.stdout)
    assert done.returncode == 1 and [one["check"] for one in told["findings"] if one["level"] == "wrong"] == ["database"]
    assert not (tmp_path / "spoor.sqlite3").exists() and not (tmp_path / "keys").exists()
