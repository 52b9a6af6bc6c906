"""The real sender against a real receiver: over HTTP, with real keys."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest

from server.core.ids import new_id
from server.push import delivery
from server.push.delivery import Sender
from server.push.keys import public_key
from server.push.message import Device, Message, payload, topic_of
from server.push.outcome import Outcome, outcome_of, wait_of
from server.settings import Settings
from tests.push.receiver import Browser, Receiver

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, push_hosts=("127.0.0.1",))


@pytest.fixture
def service(settings: Settings) -> Iterator[Receiver]:
    with Receiver() as made:
        made.public_key = public_key(settings)
        yield made
        assert not made.problems


def message(browser: Browser, lasts: timedelta = timedelta(hours=1)) -> Message:
    told = payload(title="Hoe was het?", body="Vertel", navigate="https://spoor.example/", language="nl", tag="t")
    return Message(device=Device(new_id(), browser.endpoint, **browser.keys), payload=told, topic=topic_of("tell", uuid4()), lasts=lasts)


def deliver(settings: Settings, *messages: Message) -> list[Outcome]:
    async def run() -> list[Outcome]:
        async with Sender(settings) as sender:
            return await sender.deliver(messages)

    return asyncio.run(run())


def test_a_message_arrives_signed_and_can_be_decrypted_by_the_browser_alone(settings: Settings, service: Receiver) -> None:
    [outcome] = deliver(settings, message(service.browser("samira"), timedelta(minutes=90)))
    [received] = service.received
    assert outcome.result == "delivered"
    assert received.payload == {
        "web_push": 8030,
        "notification": {"title": "Hoe was het?", "body": "Vertel", "navigate": "https://spoor.example/", "lang": "nl", "tag": "t", "silent": False},
    }
    assert received.headers["content-type"] == "application/notification+json"
    assert received.headers["ttl"] == "5400"
    assert received.headers["urgency"] == "normal"


@pytest.mark.parametrize(
    ("answer", "result", "wait"),
    [
        ((201, {}), "delivered", 0),
        ((200, {}), "delivered", 0),
        ((202, {}), "delivered", 0),
        ((201, {}, b"<html>what?" * 9000), "delivered", 0),
        ((404, {}), "gone", 0),
        ((410, {}), "gone", 0),
        ((429, {"Retry-After": "120"}), "later", 120),
        ((429, {}), "later", 0),
        ((500, {}), "later", 0),
        ((503, {"Retry-After": format_datetime(NOW + timedelta(minutes=30), usegmt=True)}), "later", 1800),
        ((503, {"Retry-After": "99999999999999"}), "later", 6 * 3600),
        ((503, {"Retry-After": "soon"}), "later", 0),
        ((400, {}, b"\xff\xfe" * 9000), "refused", 0),
        ((403, {}), "refused", 0),
        ((413, {}), "refused", 0),
        ((301, {"Location": "/elsewhere"}), "refused", 0),
        ((307, {"Location": "/elsewhere"}), "refused", 0),
        ("rubbish", "later", 0),
    ],
)
def test_every_answer_means_one_of_four_things(settings: Settings, service: Receiver, answer: object, result: str, wait: int) -> None:
    service.answers["samira"] = answer
    [outcome] = deliver(settings, message(service.browser("samira")))
    assert outcome.result == result
    assert abs(outcome.wait.total_seconds() - wait) < 5
    assert service.redirected == 0


def test_a_service_that_does_not_answer_is_left_after_a_while(settings: Settings, service: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TIMEOUT", aiohttp.ClientTimeout(total=0.3))
    service.answers["samira"] = 20
    began = time.perf_counter()
    [outcome] = deliver(settings, message(service.browser("samira")))
    assert outcome.result == "later" and time.perf_counter() - began < 15
    service.received.clear()


def test_a_service_that_is_not_there_is_tried_later(settings: Settings) -> None:
    gone = Browser("x", endpoint="http://127.0.0.1:9/push/x")
    assert deliver(settings, message(gone))[0].result == "later"


def test_an_address_that_is_no_longer_allowed_is_not_posted_to(tmp_path: Path, service: Receiver) -> None:
    assert deliver(Settings(data=tmp_path), message(service.browser("samira")))[0].result == "refused"
    assert service.posts == 0


def test_one_bad_device_does_not_hold_up_the_others(settings: Settings, service: Receiver) -> None:
    service.answers["broken"] = (500, {})
    service.answers["gone"] = (410, {})
    names = ["samira", "broken", "gone", "daan"]
    outcomes = deliver(settings, *(message(service.browser(name)) for name in names))
    assert [outcome.result for outcome in outcomes] == ["delivered", "later", "gone", "delivered"]


def test_five_hundred_messages_share_one_signature_and_at_most_128_connections(settings: Settings, service: Receiver) -> None:
    browser = service.browser("samira")
    outcomes = deliver(settings, *(message(browser) for _ in range(500)))
    assert {outcome.result for outcome in outcomes} == {"delivered"}
    assert len({one.headers["authorization"] for one in service.received}) == 1
    assert len(service.connections) <= delivery.AT_ONCE


def test_the_signature_is_renewed_before_it_ends(settings: Settings) -> None:
    sender = Sender(settings)
    first = sender._authorization("https://a.example", NOW)
    assert sender._authorization("https://a.example", NOW + timedelta(hours=5)) == first
    assert sender._authorization("https://b.example", NOW) != first
    assert sender._authorization("https://a.example", NOW + timedelta(hours=7)) != first


def test_a_date_to_wait_for_that_has_passed_is_now() -> None:
    assert wait_of("Tue, 24 Nov 2026 12:00:00 GMT", NOW) == timedelta(0)
    assert wait_of("Tue, 24 Nov 2026 13:05:00 GMT", NOW) == timedelta(minutes=5)
    assert wait_of("-5", NOW) == wait_of(None, NOW) == wait_of("²", NOW) == timedelta(0)
    assert outcome_of(new_id(), 418, None, NOW).result == "refused"


def test_a_topic_fits_the_header_and_tells_nothing() -> None:
    about = uuid4()
    assert topic_of("tell", about) == topic_of("tell", about) != topic_of("prepare_week", about)
    assert len(topic_of("tell", about)) == 32 and str(about)[:8] not in topic_of("tell", about)


def test_a_device_that_breaks_the_sender_keeps_no_other_from_its_message(settings: Settings, service: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, well, send = service.browser("daan"), service.browser("samira"), delivery.webpush_async

    async def break_at(device, *told, **how):  # type: ignore[no-untyped-def]
        if device["endpoint"] == broken.endpoint:
            raise RuntimeError("nobody thought of this")
        return await send(device, *told, **how)

    monkeypatch.setattr(delivery, "webpush_async", break_at)
    assert [outcome.result for outcome in deliver(settings, message(broken), message(well))] == ["refused", "delivered"]
