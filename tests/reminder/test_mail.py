"""Who takes no push hears by mail: once, in the daytime, and nothing of it is personal."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, update

from server.core.db import Database
from server.core.mail import PURPOSE, Letter, Mail
from server.core.sealed import opened
from server.people.models import Person
from server.settings import Settings
from tests.core.post_office import PostOffice
from tests.push.receiver import Receiver
from tests.reminder.conftest import Reminding, wall
from tests.world import id_of


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with PostOffice() as made:
        yield made


@pytest.fixture
def settings(settings: Settings, office: PostOffice) -> Settings:
    return msgspec.structs.replace(settings, smtp_url=office.url())


@pytest.fixture
def reminding(reminding: Reminding, database: Database) -> Reminding:
    with database.writing() as session:
        for name in ("samira", "deboer"):
            session.execute(update(Person).where(Person.id == id_of(name)).values(email=f"{name}@school.example"))
    return reminding


def channels(printed: list[dict[str, Any]]) -> list[str]:
    return [one["channel"] for one in printed]


def waiting(settings: Settings, database: Database) -> list[Letter]:
    with database.reading() as session:
        return [msgspec.json.decode(opened(settings, PURPOSE, row.content) or b"", type=Letter) for row in session.scalars(select(Mail)) if row.content]


def test_who_has_an_address_and_no_device_gets_one_letter_with_one_link(
    reminding: Reminding, remind: Callable[..., list[dict[str, Any]]], office: PostOffice, settings: Settings
) -> None:
    reminding.talk("2026-11-27T11:20")
    assert channels(remind("2026-11-25T16:00")) == ["mail"]
    assert remind("2026-11-25T16:01") == []
    [arrived] = office.letters
    assert arrived.to == ["samira@school.example"]
    for part in (arrived.part("plain"), arrived.part("html")):
        assert f"{settings.base_url}/conversations/{id_of('gesprek')}" in part.replace("=\n", "")
    assert [row.channel for row in reminding.rows() if row.sent_at] == ["mail"]


def test_nothing_in_the_letter_is_personal(reminding: Reminding, remind: Callable[..., list[dict[str, Any]]], office: PostOffice) -> None:
    reminding.talk("2026-11-27T11:20")
    remind("2026-11-25T16:00")
    [arrived] = office.letters
    told = arrived.part("plain") + arrived.part("html")
    for personal in ("Samira", "Aït", "Boer", "lokaal", "2.14", "Waal"):
        assert personal not in told and personal not in arrived.message["Subject"]
    assert "gesprek" not in arrived.message["Subject"].lower()


def test_who_takes_push_gets_no_letter(reminding: Reminding, remind: Callable[..., list[dict[str, Any]]], office: PostOffice, service: Receiver, settings: Settings) -> None:
    reminding.device(service, "samira")
    reminding.talk("2026-11-27T11:20")
    assert channels(remind("2026-11-25T16:00")) == ["web_push"] and office.letters == []


def test_whose_device_is_gone_gets_the_letter_instead(
    reminding: Reminding, remind: Callable[..., list[dict[str, Any]]], office: PostOffice, service: Receiver, database: Database
) -> None:
    reminding.device(service, "samira")
    service.answers["samira"] = (410, {})
    reminding.talk("2026-11-27T11:20")
    assert channels(remind("2026-11-25T16:00")) == ["mail"] and len(office.letters) == 1


def test_who_has_no_address_finds_it_in_the_app(reminding: Reminding, remind: Callable[..., list[dict[str, Any]]], office: PostOffice) -> None:
    reminding.talk("2026-11-27T11:20", who="daan")
    assert channels(remind("2026-11-25T16:00")) == ["app"] and office.letters == []


def test_when_it_is_late_nobody_is_mailed(reminding: Reminding, remind: Callable[..., list[dict[str, Any]]], office: PostOffice) -> None:
    reminding.talk("2026-11-27T11:20")
    assert set(channels(remind("2026-11-27T11:00"))) == {"app"} and office.letters == []


def test_in_the_quiet_hours_nobody_is_mailed(reminding: Reminding, remind: Callable[..., list[dict[str, Any]]], office: PostOffice) -> None:
    reminding.talk("2026-11-27T11:20")
    assert remind("2026-11-25T23:00") == [] and office.letters == []
    assert channels(remind("2026-11-26T07:31")) == ["mail"]


def test_a_letter_that_no_server_takes_today_is_not_sent_tonight(reminding: Reminding, remind: Callable[..., list[dict[str, Any]]], office: PostOffice, database: Database) -> None:
    office.answers = ["451 Later"]
    reminding.talk("2026-11-27T11:20")
    assert channels(remind("2026-11-25T20:20")) == ["mail"]
    with database.reading() as session:
        [row] = session.scalars(select(Mail))
        assert row.ends_at == wall("2026-11-25T20:30") and row.made_at == wall("2026-11-25T20:20")


def test_a_dry_run_says_what_would_be_mailed_and_mails_nothing(
    reminding: Reminding, remind: Callable[..., list[dict[str, Any]]], office: PostOffice, settings: Settings, database: Database
) -> None:
    reminding.talk("2026-11-27T11:20")
    assert channels(remind("2026-11-25T16:00", dry_run=True)) == ["mail"]
    assert office.letters == [] and waiting(settings, database) == []


def test_without_a_mail_server_everything_is_as_it_was(
    reminding: Reminding, remind: Callable[..., list[dict[str, Any]]], database: Database, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    from server.worker import remind_once

    reminding.talk("2026-11-27T11:20")
    assert remind_once(msgspec.structs.replace(settings, smtp_url=""), "2026-11-25T16:00") == 0
    assert '"channel":"app"' in capsys.readouterr().out and waiting(settings, database) == []


def test_a_letter_is_in_the_language_of_who_gets_it(reminding: Reminding, remind: Callable[..., list[dict[str, Any]]], office: PostOffice, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("samira")).values(language="en"))
    reminding.talk("2026-11-27T11:20")
    remind("2026-11-25T16:00")
    assert office.letters[0].message["Content-Language"] == "en"


def test_a_mentor_hears_by_mail_too(reminding: Reminding, remind: Callable[..., list[dict[str, Any]]], office: PostOffice, database: Database) -> None:
    from server.reminder.kinds import plan_for_talks

    reminding.plan(plan_for_talks(wall("2026-11-27T11:20"), "Europe/Amsterdam", ready=1, total=2), who="deboer", about="day")
    sent = [one for one in remind("2026-11-26T16:00") if one["kind"] == "talks_tomorrow"]
    assert channels(sent) == ["mail"] and office.letters[0].to == ["deboer@school.example"]
