import msgspec
import pytest
from sqlalchemy import select

from server.core import clock
from server.core.db import Database
from server.people.models import DeviceSession
from server.push.models import Subscription
from tests.browsing import Browsing, text_of
from tests.push.receiver import Receiver
from tests.world import id_of

ANYBODY = ("samira", "deboer", "wouters", "karim")


def rows(database: Database) -> list[Subscription]:
    with database.reading() as session:
        return list(session.scalars(select(Subscription).order_by(Subscription.made_at)))


def subscribe(browsing: Browsing, who: str, subscription: dict) -> str:
    answer = getattr(browsing, who).save("/me/subscriptions", subscription)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def test_a_device_is_remembered_with_its_person_and_session(browsing: Browsing, database: Database, service: Receiver) -> None:
    made = subscribe(browsing, "samira", service.browser("samira").subscription)
    [row] = rows(database)
    assert (str(row.id), row.person_id, row.session_id) == (made, id_of("samira"), id_of("session-samira"))


def test_the_same_address_again_keeps_its_row(browsing: Browsing, database: Database, service: Receiver) -> None:
    browser = service.browser("samira")
    first = subscribe(browsing, "samira", browser.subscription)
    assert subscribe(browsing, "samira", browser.subscription) == first
    assert len(rows(database)) == 1


def test_a_device_that_got_another_address_keeps_its_row(browsing: Browsing, database: Database, service: Receiver) -> None:
    first = subscribe(browsing, "samira", service.browser("one").subscription)
    assert subscribe(browsing, "samira", service.browser("two").subscription) == first
    assert [row.endpoint for row in rows(database)] == [service.browsers["two"].endpoint]


def test_another_person_on_the_same_browser_takes_the_row_along(browsing: Browsing, database: Database, service: Receiver) -> None:
    shared = service.browser("shared").subscription
    first = subscribe(browsing, "samira", shared)
    assert subscribe(browsing, "daan", shared) == first
    [row] = rows(database)
    assert (row.person_id, row.session_id) == (id_of("daan"), id_of("session-daan"))


def test_who_had_another_address_drops_it_for_the_shared_one(browsing: Browsing, database: Database, service: Receiver) -> None:
    shared = service.browser("shared").subscription
    first = subscribe(browsing, "samira", shared)
    subscribe(browsing, "daan", service.browser("daans").subscription)
    assert subscribe(browsing, "daan", shared) == first
    assert [row.person_id for row in rows(database)] == [id_of("daan")]


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.2:80/x",
        "https://evil.example/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://a@fcm.googleapis.com/x",
        "https://10.0.0.1/x",
        "",
        "javascript:alert(1)",
        "https://fcm.googleapis.com:25/x",
    ],
)
def test_an_address_we_do_not_post_to_is_refused(browsing: Browsing, database: Database, service: Receiver, endpoint: str) -> None:
    sent = service.browser("x").subscription | {"endpoint": endpoint}
    assert browsing.samira.save("/me/subscriptions", sent).status_code == 422
    assert rows(database) == []


@pytest.mark.parametrize("keys", [None, "", "x", [], {}, {"p256dh": "x", "auth": "y"}, {"p256dh": 1, "auth": 2}, {"p256dh": "é" * 87, "auth": "A" * 22}, {"auth": "A" * 22}])
def test_keys_that_are_none_are_refused(browsing: Browsing, database: Database, service: Receiver, keys: object) -> None:
    sent = {"endpoint": service.browser("x").endpoint, "keys": keys}
    assert browsing.samira.save("/me/subscriptions", sent).status_code == 422
    assert rows(database) == []


def test_a_device_is_let_go(browsing: Browsing, database: Database, service: Receiver) -> None:
    made = subscribe(browsing, "samira", service.browser("samira").subscription)
    answer = browsing.samira.client.delete(f"/me/subscriptions/{made}", headers={"cookie": "spoor=token-of-samira", "accept": "application/json"})
    assert answer.status_code == 200 and rows(database) == []


def test_a_device_is_let_go_without_javascript(browsing: Browsing, database: Database, service: Receiver) -> None:
    made = subscribe(browsing, "samira", service.browser("samira").subscription)
    answer = browsing.samira.delete(f"/me/subscriptions/{made}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/me#push")
    assert rows(database) == []


@pytest.mark.parametrize("who", ["daan", "deboer", "wouters", "karim", "olga"])
def test_the_device_of_somebody_else_does_not_exist(browsing: Browsing, database: Database, service: Receiver, who: str) -> None:
    made = subscribe(browsing, "samira", service.browser("samira").subscription)
    other = getattr(browsing, who)
    assert other.delete(f"/me/subscriptions/{made}").status_code == 404
    assert other.post(f"/me/subscriptions/{made}/test").status_code == 404
    assert len(rows(database)) == 1 and service.posts == 0


def test_nobody_has_devices(browsing: Browsing, service: Receiver) -> None:
    assert browsing.nobody.save("/me/subscriptions", service.browser("x").subscription).status_code == 401
    assert browsing.nobody.post(f"/me/subscriptions/{id_of('x')}/test").status_code == 401


def test_a_test_message_reaches_this_device_now(browsing: Browsing, service: Receiver) -> None:
    made = subscribe(browsing, "samira", service.browser("samira").subscription)
    answer = browsing.samira.save(f"/me/subscriptions/{made}/test", {})
    assert answer.json() == {"sent": True, "status": 201}
    [shown] = service.of("samira")
    assert shown["title"] == "Berichten staan aan"
    assert shown["navigate"] == "http://testserver.local/me#push"


def test_a_test_that_fails_says_so(browsing: Browsing, database: Database, service: Receiver) -> None:
    made = subscribe(browsing, "samira", service.browser("samira").subscription)
    service.answers["samira"] = (503, {})
    assert browsing.samira.save(f"/me/subscriptions/{made}/test", {}).json() == {"sent": False, "status": 503}
    assert len(rows(database)) == 1


def test_a_test_without_javascript_says_on_the_next_page_what_became_of_it(browsing: Browsing, service: Receiver) -> None:
    made = subscribe(browsing, "samira", service.browser("samira").subscription)
    answer = browsing.samira.post(f"/me/subscriptions/{made}/test")
    assert (answer.status_code, answer.cookies["said"]) == (303, "push-test-sent")
    service.answers["samira"] = (500, {})
    assert browsing.samira.post(f"/me/subscriptions/{made}/test").cookies["said"] == "push-test-failed"
    assert "lukte niet" in text_of(browsing.samira.get("/messages"))


def test_a_device_that_is_gone_is_forgotten_by_its_test(browsing: Browsing, database: Database, service: Receiver) -> None:
    made = subscribe(browsing, "samira", service.browser("samira").subscription)
    service.answers["samira"] = (410, {})
    assert browsing.samira.save(f"/me/subscriptions/{made}/test", {}).json() == {"sent": False, "status": 410}
    assert rows(database) == []


def test_testing_has_a_limit_per_person(browsing: Browsing, service: Receiver) -> None:
    mine = subscribe(browsing, "samira", service.browser("samira").subscription)
    daans = subscribe(browsing, "daan", service.browser("daan").subscription)
    statuses = [browsing.samira.save(f"/me/subscriptions/{mine}/test", {}).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert browsing.daan.save(f"/me/subscriptions/{daans}/test", {}).status_code == 200
    assert len(service.of("samira")) == 5


def test_the_page_shows_this_device_and_the_others(browsing: Browsing, database: Database, service: Receiver) -> None:
    made = subscribe(browsing, "samira", service.browser("phone").subscription)
    with database.writing() as session:
        now = clock.now()
        session.add(DeviceSession(id=id_of("laptop"), school_id=id_of("waal"), person_id=id_of("samira"), token_hash="x", device="Windows · Edge", started_at=now, seen_at=now))
        session.add(
            DeviceSession(id=id_of("left"), school_id=id_of("waal"), person_id=id_of("samira"), token_hash="y", device="Mac · Safari", started_at=now, seen_at=now, ended_at=now)
        )
        session.flush()
        for name in ("laptop", "left"):
            browser = service.browser(name)
            session.add(
                Subscription(school_id=id_of("waal"), person_id=id_of("samira"), session_id=id_of(name), endpoint=browser.endpoint, endpoint_hash=name, made_at=now, **browser.keys)
            )
    shown = browsing.samira.get("/me")
    assert f'data-subscription="{made}"' in shown.text
    assert f'data-key="{service.public_key}"' in shown.text
    push = text_of(shown).partition("Herinneringen")[2]
    assert "Windows · Edge" in push and "Mac · Safari" not in push


def test_the_device_part_never_shows_addresses(browsing: Browsing, service: Receiver) -> None:
    subscribe(browsing, "samira", service.browser("samira").subscription)
    assert service.host not in browsing.samira.get("/me").text


def test_settings_name_the_push_hosts() -> None:
    from server.settings import from_environment

    assert from_environment({"SPOOR_PUSH_HOSTS": "127.0.0.1:9000, push.example"}).push_hosts == ("127.0.0.1:9000", "push.example")
    assert msgspec.structs.asdict(from_environment({}))["push_hosts"] == ()
