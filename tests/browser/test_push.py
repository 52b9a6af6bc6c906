"""Reminders on this device, as a person turns them on and off. The browser's own push service is replaced: it would be on the internet."""

import base64
import secrets
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import expect

from server.core import clock
from server.push.access import reachable
from tests.browser.conftest import School, Watched, axe, controlled, until
from tests.world import id_of

Person = Callable[..., Watched]

PUSH_SERVICE = """
    const make = (endpoint, key) => ({
        endpoint, options: {applicationServerKey: key, userVisibleOnly: true},
        toJSON: () => ({endpoint, expirationTime: null, keys: {p256dh: "%s", auth: "%s"}}),
        unsubscribe: async () => { localStorage.removeItem("test-push"); return true; },
    });
    const bytes = (text) => Uint8Array.from(JSON.parse(text)).buffer;
    PushManager.prototype.getSubscription = async function () {
        const kept = JSON.parse(localStorage.getItem("test-push"));
        return kept && make(kept.endpoint, bytes(kept.key));
    };
    PushManager.prototype.subscribe = async function ({applicationServerKey}) {
        const endpoint = `https://fcm.googleapis.com/fcm/send/${Math.random()}`;
        const key = JSON.stringify([...new Uint8Array(applicationServerKey)]);
        localStorage.setItem("test-push", JSON.stringify({endpoint, key}));
        return make(endpoint, bytes(key));
    };
    Object.defineProperty(Notification, "permission", {get: () => localStorage.getItem("test-permission") ?? "default"});
    Notification.requestPermission = async () => {
        localStorage.setItem("test-asked", "1");
        localStorage.setItem("test-permission", localStorage.getItem("test-answer") ?? "granted");
        return Notification.permission;
    };
"""


def with_push(watched: Watched) -> Watched:
    """A browser whose push service answers at once."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    p256dh, auth = (base64.urlsafe_b64encode(raw).decode().rstrip("=") for raw in (point, secrets.token_bytes(16)))
    watched.context.add_init_script(PUSH_SERVICE % (p256dh, auth))
    return watched


def stored(school: School, name: str) -> list[str]:
    """Where the server would send somebody's messages."""
    with school.database.reading() as session:
        return [subscription.endpoint for subscription in session.scalars(reachable(clock.now())) if subscription.person_id == id_of(name)]


def endpoint(page) -> str | None:  # type: ignore[no-untyped-def]
    """Where this browser can be reached."""
    return page.evaluate("JSON.parse(localStorage.getItem('test-push'))?.endpoint ?? null")


def test_reminders_are_asked_for_after_the_tap_and_go_off_again(person: Person, school: School) -> None:
    samira = with_push(person("samira"))
    page = samira.open("/me")
    controlled(page)
    on = page.get_by_role("button", name="Zet herinneringen aan")
    expect(on).to_be_visible()
    assert page.evaluate("localStorage.getItem('test-asked')") is None
    on.click()
    expect(page.get_by_role("button", name="Stuur een testbericht")).to_be_visible()
    assert stored(school, "samira") == [endpoint(page)]
    assert axe(page) == []
    page.reload()
    page.get_by_role("button", name="Zet uit", exact=True).click()
    expect(on).to_be_visible()
    assert stored(school, "samira") == []
    assert endpoint(page) is None


def test_who_says_no_is_told_how_to_change_that(person: Person, school: School) -> None:
    samira = with_push(person("samira"))
    samira.context.add_init_script("if (location.host) localStorage.setItem('test-answer', 'denied')")
    page = samira.open("/me")
    controlled(page)
    page.get_by_role("button", name="Zet herinneringen aan").click()
    expect(page.get_by_text("Je browser houdt berichten van Spoor tegen.")).to_be_visible()
    assert stored(school, "samira") == []


def test_what_the_server_could_not_store_is_undone_in_the_browser(person: Person, school: School) -> None:
    samira = with_push(person("samira"))
    page = samira.open("/me")
    controlled(page)
    page.route("**/me/subscriptions", lambda route: route.fulfill(status=503, body="{}"))
    page.get_by_role("button", name="Zet herinneringen aan").click()
    expect(page.get_by_text("Dat lukte niet.")).to_be_visible()
    expect(page.get_by_role("button", name="Zet herinneringen aan")).to_be_visible()
    assert endpoint(page) is None


def test_a_new_address_is_told_to_the_server_when_the_app_is_next_opened(person: Person, school: School) -> None:
    samira = with_push(person("samira"))
    page = samira.open("/me")
    controlled(page)
    page.get_by_role("button", name="Zet herinneringen aan").click()
    expect(page.get_by_role("button", name="Stuur een testbericht")).to_be_visible()
    before = stored(school, "samira")
    page.evaluate("localStorage.removeItem('test-push')")
    page.goto(school.url + "/")
    until(page, "localStorage.getItem('test-push')")
    until(page, "JSON.parse(localStorage.getItem('spoor-push')).endpoint === JSON.parse(localStorage.getItem('test-push')).endpoint")
    assert stored(school, "samira") == [endpoint(page)] != before


def test_the_next_person_on_this_phone_gets_no_messages_of_the_former(person: Person, school: School) -> None:
    shared = with_push(person("samira"))
    page = shared.open("/me")
    controlled(page)
    page.get_by_role("button", name="Zet herinneringen aan").click()
    expect(page.get_by_role("button", name="Stuur een testbericht")).to_be_visible()
    page.get_by_role("button", name="Afmelden op dit apparaat").click()
    page.wait_for_url("**/sign-in")
    assert endpoint(page) is None
    assert stored(school, "samira") == []
    shared.become("daan")
    page.goto(school.url + "/me")
    expect(page.get_by_role("button", name="Zet herinneringen aan")).to_be_visible()
    assert endpoint(page) is None
    assert page.evaluate("localStorage.getItem('spoor-push')") is None
