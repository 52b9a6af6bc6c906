"""The app on a phone: installed, without internet, shared with somebody else, and reached by a message."""

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from server.core import pwa
from server.people import identity
from tests.browser.conftest import ARGUMENTS, School, Watched, axe, controlled, kept_pages, until
from tests.browser.notifications import push, shown, tap
from tests.world import id_of, token_of

Person = Callable[..., Watched]


def test_the_browser_finds_nothing_that_stops_it_from_installing(playwright: Playwright, chromium_path: str, school: School, tmp_path: Path) -> None:
    context = playwright.chromium.launch_persistent_context(str(tmp_path / "profile"), executable_path=chromium_path, args=ARGUMENTS, locale="nl-NL")
    context.add_cookies([{"name": "spoor", "value": token_of("samira"), "url": school.url}])
    page = context.new_page()
    page.goto(school.url)
    controlled(page)
    browser = context.new_cdp_session(page)
    manifest = browser.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert browser.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    told = json.loads(manifest["data"])
    assert (told["id"], told["lang"], told["start_url"], told["scope"]) == ("/", "nl", "/?from=app", "/")
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    for thing in [*told["icons"], *told["screenshots"]]:
        assert page.request.get(school.url + thing["src"]).status == 200
    context.close()


def test_without_internet_a_page_is_as_it_was_last_seen_and_says_so(person: Person) -> None:
    samira = person("samira")
    page = samira.open("/")
    controlled(page)
    read = page.locator("main").inner_text()
    until(page, "caches.keys().then((names) => names.some((name) => name.startsWith('pages-')))")
    samira.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("Geen internet. Dit is zoals het was om")).to_be_visible()
    assert read in page.locator("main").inner_text()
    assert axe(page) == []
    expect(page.get_by_role("link", name="Opnieuw proberen")).to_be_visible()
    samira.context.set_offline(False)
    expect(page.get_by_text("Geen internet")).to_have_count(0)


def test_without_internet_a_page_never_seen_says_what_still_works(person: Person) -> None:
    samira = person("samira")
    page = samira.open("/")
    controlled(page)
    samira.context.set_offline(True)
    page.goto(samira.school.url + "/trail?q=nooit-gezien")
    expect(page.get_by_role("heading", name="Geen internet")).to_be_visible()
    expect(page.get_by_role("link", name="Opnieuw proberen")).to_be_visible()
    assert "Samira" not in page.content()
    assert axe(page) == []


def test_a_server_that_is_down_is_not_a_blank_page(person: Person, school: School) -> None:
    samira = person("samira")
    page = samira.open("/")
    controlled(page)
    page.reload()
    school.stop()
    page.reload()
    expect(page.get_by_text("Dit is zoals het was om")).to_be_visible()


def test_a_slow_server_gives_the_last_seen_copy_after_some_seconds(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    samira = person("samira")
    page = samira.open("/")
    controlled(page)
    page.reload()
    enough, before = threading.Event(), identity.viewer_of
    monkeypatch.setattr(identity, "viewer_of", lambda *given: (enough.wait(7), before(*given))[1])
    page.reload()
    expect(page.get_by_text("Het internet is traag. Dit is zoals het was om")).to_be_visible()
    until(page, "caches.match('/outbox', {ignoreVary: true}).then(Boolean)")
    page.goto(f"{samira.school.url}/experiences/{id_of('soep')}")
    assert "Koken voor 24 mensen" in page.locator("h1").inner_text(), "what is not on this device was not waited for"
    enough.set()


def test_after_another_person_signed_in_nothing_of_the_first_is_left(person: Person) -> None:
    shared = person("samira")
    page = shared.open("/")
    controlled(page)
    page.goto(shared.school.url + "/me")
    until(page, "caches.keys().then((names) => names.some((name) => name.startsWith('pages-')))")
    [first] = kept_pages(page)
    shared.become("daan")
    page.goto(shared.school.url + "/")
    page.reload()
    [second] = kept_pages(page)
    assert first != second
    assert not in_any_cache(page, "Samira")
    assert in_any_cache(page, "Daan")
    shared.context.set_offline(True)
    page.goto(shared.school.url + "/me")
    assert "Samira" not in page.content()


def test_after_signing_out_no_page_is_left(person: Person) -> None:
    samira = person("samira")
    page = samira.open("/me")
    controlled(page)
    page.reload()
    page.get_by_role("button", name="Afmelden op dit apparaat").click()
    page.wait_for_url("**/sign-in")
    assert kept_pages(page) == {}
    samira.context.set_offline(True)
    page.goto(samira.school.url + "/")
    assert "Samira" not in page.content()


def test_a_page_that_asks_not_to_be_stored_is_not_kept(person: Person) -> None:
    samira = person("samira")
    page = samira.open("/")
    controlled(page)
    page.goto(samira.school.url + "/sign-in")
    page.goto(samira.school.url + "/nergens")
    page.goto(samira.school.url + "/")
    page.reload()
    assert not {"/sign-in", "/nergens"} & {path for paths in kept_pages(page).values() for path in paths}


@pytest.mark.whole_browser
def test_a_message_is_shown_and_a_tap_opens_its_screen(person: Person) -> None:
    samira = person("samira", permissions=["notifications"])
    page = samira.open("/")
    controlled(page)
    message = {"web_push": 8030, "notification": {"title": "Je gesprek", "body": "Bereid het voor.", "lang": "nl", "tag": "gesprek", "navigate": f"{samira.school.url}/me"}}
    push(page, samira, json.dumps(message))
    assert shown(page) == [{"title": "Je gesprek", "body": "Bereid het voor.", "tag": "gesprek", "lang": "nl"}]
    tap(samira)
    page.wait_for_url("**/me")
    page.evaluate("window.before = true")
    push(page, samira, json.dumps(message))
    tap(samira)
    until(page, "window.before === undefined")


@pytest.mark.whole_browser
def test_a_message_that_cannot_be_read_is_shown_all_the_same(person: Person) -> None:
    samira = person("samira", permissions=["notifications"])
    page = samira.open("/me")
    controlled(page)
    for sent in ("", "geen json", "[]", "null", '{"notification": {}}', '{"notification": {"title": 3}}', '{"notification": {"title": "x", "dir": "sideways"}}'):
        push(page, samira, sent)
        assert [notification["title"] for notification in shown(page)] == ["Spoor"], sent
        if not sent:
            tap(samira)
            page.wait_for_url(f"{samira.school.url}/")
        else:
            page.evaluate("navigator.serviceWorker.ready.then((ready) => ready.getNotifications()).then((all) => all.forEach((one) => one.close()))")
            until(page, "navigator.serviceWorker.ready.then((ready) => ready.getNotifications()).then((all) => all.length === 0)")


@pytest.mark.whole_browser
def test_a_message_cannot_lead_to_another_site(person: Person) -> None:
    samira = person("samira", permissions=["notifications"])
    page = samira.open("/me")
    controlled(page)
    push(page, samira, json.dumps({"web_push": 8030, "notification": {"title": "x", "navigate": "https://elders.example/"}}))
    tap(samira)
    page.wait_for_url(f"{samira.school.url}/")


def test_nothing_is_asked_when_the_app_is_first_opened(person: Person) -> None:
    samira = person("samira")
    samira.context.add_init_script("window.asked = 0; Notification.requestPermission = () => { window.asked += 1; return Promise.resolve('default'); };")
    page = samira.open("/")
    controlled(page)
    assert page.evaluate("window.asked") == 0


def test_a_new_build_is_offered_and_taken_when_the_person_asks(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    samira = person("samira")
    page = samira.open("/")
    controlled(page)
    page.reload()
    before = a_new_build(monkeypatch, page)
    page.reload()
    expect(page.get_by_text("Nieuwe versie")).to_be_visible()
    assert axe(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="Vernieuwen").click()
    controlled(page)
    expect(page.get_by_text("Nieuwe versie")).to_have_count(0)
    assert {name.split("-")[1] for name in until(page, "caches.keys()")} == {before, "new"}
    samira.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("Geen internet. Dit is zoals het was")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.tabbar')).position") == "fixed"


def test_a_new_build_waits_while_something_is_half_typed(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    samira = person("samira")
    page = samira.open("/experiences/new")
    controlled(page)
    page.locator("textarea").first.fill("Ik hielp in de keuken")
    a_new_build(monkeypatch, page)
    page.evaluate("navigator.serviceWorker.getRegistration().then((registration) => registration.update()).then(() => undefined)")
    until(page, "navigator.serviceWorker.getRegistration().then((registration) => Boolean(registration.waiting))")
    page.wait_for_timeout(300)
    expect(page.get_by_text("Nieuwe versie")).to_have_count(0)
    expect(page.locator("textarea").first).to_have_value("Ik hielp in de keuken")


def test_an_iphone_is_shown_how_to_put_the_app_on_its_home_screen(person: Person) -> None:
    iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
    samira = person("samira", user_agent=iphone)
    page = samira.open("/me")
    expect(page.get_by_text("1. Tik op “Deel”")).to_be_visible()
    expect(page.get_by_role("button", name="Zet op beginscherm")).to_be_hidden()
    assert axe(page) == []


def test_an_installed_app_does_not_ask_to_be_installed(person: Person) -> None:
    samira = person("samira", user_agent="iPhone")
    samira.context.add_init_script("Object.defineProperty(navigator, 'standalone', {value: true})")
    page = samira.open("/me")
    page.wait_for_timeout(300)
    expect(page.get_by_role("heading", name="Zet Spoor op je beginscherm")).to_be_hidden()


def test_the_offer_to_install_waits_for_a_tap_and_is_not_made_twice(person: Person) -> None:
    samira = person("samira")
    page = samira.open("/")
    page.evaluate(CAN_INSTALL)
    expect(page.get_by_role("button", name="Zet op beginscherm")).to_be_visible()
    assert page.evaluate("window.prompted") == 0
    page.get_by_role("button", name="Zet op beginscherm").click()
    until(page, "window.prompted === 1")
    expect(page.get_by_role("heading", name="Zet Spoor op je beginscherm")).to_be_hidden()
    page.reload()
    page.evaluate(CAN_INSTALL)
    expect(page.get_by_role("heading", name="Zet Spoor op je beginscherm")).to_be_hidden()


def test_who_has_told_nothing_yet_is_not_offered_the_app(person: Person) -> None:
    noor = person("noor")
    page = noor.open("/")
    page.evaluate(CAN_INSTALL)
    expect(page.get_by_role("heading", name="Zet Spoor op je beginscherm")).to_have_count(0)


CAN_INSTALL = """
    window.prompted = 0;
    const prompt = async () => { window.prompted += 1; };
    const userChoice = Promise.resolve({outcome: "dismissed"});
    const offer = Object.assign(new Event("beforeinstallprompt", {cancelable: true}), {prompt, userChoice});
    dispatchEvent(offer);
    if (!offer.defaultPrevented) throw new Error("the browser would have asked by itself");
"""


def a_new_build(monkeypatch: pytest.MonkeyPatch, page: Page) -> str:
    """Let the server serve another build from now on; gives the version this browser has."""
    before = pwa.worker
    monkeypatch.setattr(pwa, "worker", lambda assets: re.sub(r'"version":"\w+"', '"version":"new"', before(assets)))
    return str(page.evaluate("caches.keys().then((names) => names[0].split('-')[1])"))


def in_any_cache(page: Page, text: str) -> bool:
    """Whether anything this browser keeps holds this text."""
    return page.evaluate(
        """async (text) => {
            for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const request of await cache.keys()) if ((await (await cache.match(request, {ignoreVary: true})).text()).includes(text)) return true;
            }
            return false;
        }""",
        text,
    )
