"""Whose it is: what one person leaves on a device is never seen, sent or lost by the next."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, Playwright, expect
from sqlalchemy import select

from server.core import clock
from server.core.db import Database
from server.experience.models import Experience
from server.people.models import Person as Somebody
from server.sign_in.links import make_code, make_link
from tests.browser.conftest import ARGUMENTS, School, Watched, axe, controlled, kept_pages, until
from tests.browser.luck import Luck, luck
from tests.browser.phone import outbox
from tests.browser.test_pwa import CAN_INSTALL
from tests.world import id_of

Person = Callable[..., Watched]

TEXT = "Ik heb de hele keuken geschrobd"
ONE = re.compile(r"/experiences/[0-9a-f-]{36}$")


@pytest.fixture
def way() -> Iterator[Luck]:
    """The way to the server, good until told otherwise."""
    with luck() as made:
        yield made


@pytest.fixture
def school(tmp_path: Path, filled: Path, way: Luck) -> Iterator[School]:
    """A school that is reached along that way."""
    made = School(tmp_path / "school", filled, url=way.url)
    way.server = made.address
    yield made
    made.stop()
    made.database.close()


def link_for(database: Database, name: str) -> str:
    with database.writing() as session:
        return "/sign-in/" + make_link(session, session.get_one(Somebody, id_of(name)), made_by=None, at=clock.now())


def code_for(database: Database, name: str) -> str:
    with database.writing() as session:
        person = session.get_one(Somebody, id_of(name))
        return make_code(session, person.id, person.school_id, clock.now())


def sign_in(watched: Watched, name: str, *, shared: bool = False, page: Page | None = None) -> Page:
    """Come in by a code, as a person does."""
    page = page or watched.open("/sign-in")
    page.goto(watched.school.url + "/sign-in")
    page.locator("summary", has_text="Ik heb een code").click()
    form = page.locator("form", has=page.get_by_label("Code van je andere apparaat"))
    form.get_by_label("Code van je andere apparaat").fill(code_for(watched.school.database, name))
    if shared:
        form.get_by_label("Anderen gebruiken dit apparaat ook").check()
    form.get_by_role("button", name="Aanmelden").click()
    page.wait_for_url(f"{watched.school.url}/")
    return page


def tell(page: Page, text: str = TEXT) -> None:
    """Write something in a new experience, without saving it."""
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + "/experiences/new")
    page.locator("textarea[name=text]").fill(text)


def save(page: Page) -> None:
    page.get_by_role("button", name="Opslaan en stoppen").click()


def told(database: Database, text: str = TEXT) -> list[str]:
    """Whose experiences with this text the server has."""
    with database.reading() as session:
        return [str(owner) for owner in session.scalars(select(Experience.student_id).where(Experience.text == text))]


def unsent_work(watched: Watched, way: Luck, name: str = "samira") -> Page:
    """This person's phone with one experience on it that was not sent yet, and the signal back, but the server refusing saves for now."""
    page = sign_in(watched, name)
    controlled(page)
    tell(page)
    way.saves[""] = "portal"
    save(page)
    page.wait_for_url(ONE)
    assert [item["what"] for item in outbox(page)] == ["experience"]
    return page


# --- a computer that others use too


def everything_kept(page: Page) -> dict[str, object]:
    """All that this browser holds for this site, but its scripts and styles."""
    kept: dict[str, object] = page.evaluate(
        """async () => {
            const rows = [];
            for (const {name} of await indexedDB.databases()) {
                const opened = indexedDB.open(name);
                await new Promise((resolve) => (opened.onsuccess = resolve));
                for (const table of opened.result.objectStoreNames) {
                    const asked = opened.result.transaction(table).objectStore(table).getAll();
                    await new Promise((resolve) => (asked.onsuccess = resolve));
                    rows.push(...asked.result);
                }
                opened.result.close();
            }
            const pages = (await caches.keys()).filter((name) => !name.startsWith("assets-"));
            return {rows, pages, local: {...localStorage}, session: {...sessionStorage}};
        }"""
    )
    return kept


def test_a_shared_computer_keeps_nothing_of_what_was_typed_and_seen(person: Person) -> None:
    computer = person()
    page = sign_in(computer, "samira", shared=True)
    tell(page)
    page.wait_for_timeout(600)
    kept = everything_kept(page)
    assert (kept["session"], kept["rows"], kept["pages"]) == ({}, [], [])
    assert list(kept["local"]) == ["spoor-here"] and TEXT not in str(kept)  # type: ignore[call-overload]
    save(page)
    page.wait_for_url(ONE)
    assert told(computer.school.database) == [str(id_of("samira"))]
    kept = everything_kept(page)
    assert (kept["rows"], kept["pages"]) == ([], []) and "keuken" not in str(kept)


def test_a_shared_computer_gets_no_worker_from_its_own_pages(person: Person) -> None:
    computer = person()
    computer.context.add_init_script("if (navigator.serviceWorker) navigator.serviceWorker.register = () => { window.registered = true; return Promise.reject(new Error('no')); }")
    page = sign_in(computer, "samira", shared=True)
    page.wait_for_timeout(500)
    assert page.evaluate("window.registered") is None
    expect(page.get_by_role("heading", name="Zet Spoor op je beginscherm")).to_have_count(0)


def test_who_leaves_a_shared_computer_half_done_is_asked_and_who_saved_is_not(person: Person) -> None:
    computer = person()
    page = sign_in(computer, "samira", shared=True)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto(computer.school.url + "/experiences/new")
    expect(page.get_by_text("Op deze computer bewaren we niets. Sla op voordat je weggaat.")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name="Sluiten").click()
    page.wait_for_url(f"{computer.school.url}/")
    assert asked == []
    tell(page)
    page.get_by_role("link", name="Sluiten").click()
    until(page, "true")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"] and page.locator("textarea[name=text]").input_value() == TEXT
    save(page)
    page.wait_for_url(ONE)
    page.goto(computer.school.url + "/")
    assert asked == ["beforeunload"]


def test_what_a_mentor_typed_on_a_shared_computer_is_asked_about_also_when_it_was_refused(person: Person) -> None:
    computer = person()
    page = sign_in(computer, "deboer", shared=True)
    asked: list[str] = []

    def go(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", go)
    path = f"/conversations/{id_of('gesprek')}/outcome"
    page.goto(computer.school.url + path)
    page.get_by_role("button", name="Opslaan").click()
    page.wait_for_load_state()
    assert page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus") == 422 and asked == []
    page.locator("body").click(position={"x": 2, "y": 2})
    page.goto(computer.school.url + "/")
    assert asked == ["beforeunload"]
    page.goto(computer.school.url + path)
    page.locator("textarea[name=summary]").fill("We spraken over koken")
    page.get_by_role("button", name="Opslaan").click()
    page.wait_for_url(lambda url: not url.endswith("outcome"))
    assert asked == ["beforeunload"]


def test_an_own_phone_does_not_ask_for_it_keeps_what_was_typed(person: Person) -> None:
    samira = person()
    page = sign_in(samira, "samira")
    asked: list[str] = []

    def note(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", note)
    tell(page)
    page.get_by_role("link", name="Sluiten").click()
    page.wait_for_url(f"{samira.school.url}/")
    assert asked == []


def test_closing_the_browser_of_a_shared_computer_signs_out(playwright: Playwright, chromium_path: str, school: School, tmp_path: Path) -> None:
    def start() -> Watched:
        context = playwright.chromium.launch_persistent_context(str(tmp_path / "profile"), executable_path=chromium_path, args=ARGUMENTS, locale="nl-NL")
        return Watched(context, school)

    for shared, path in ((True, "/sign-in"), (False, "/")):
        computer = start()
        sign_in(computer, "samira", shared=shared)
        computer.context.close()
        computer = start()
        assert computer.open("/").url == f"{school.url}{path}"
        computer.context.close()


def test_an_own_phone_that_turns_out_to_be_shared_lets_go_of_everything(person: Person) -> None:
    samira = person()
    page = sign_in(samira, "samira")
    controlled(page)
    page.goto(samira.school.url + "/me")
    until(page, "caches.keys().then((names) => names.some((name) => name.startsWith('pages-')))")
    page.goto(samira.school.url + link_for(samira.school.database, "samira"))
    page.get_by_label("Anderen gebruiken dit apparaat ook").check()
    page.get_by_role("button", name="Aanmelden").click()
    page.wait_for_url(f"{samira.school.url}/")
    until(page, "caches.keys().then((names) => !names.some((name) => name.startsWith('pages-')))")
    until(page, KEYS + ".then((keys) => keys.length === 0)")
    samira.context.set_offline(True)
    page.goto(samira.school.url + "/me")
    assert "Samira" not in page.content()


KEYS = """new Promise((resolve) => { const opened = indexedDB.open("spoor"); opened.onsuccess = () => {
    const asked = opened.result.transaction("keys").objectStore("keys").getAll();
    asked.onsuccess = () => { opened.result.close(); resolve(asked.result.map(({person}) => person)); }; }; })"""


# --- signing out


def test_signing_out_with_unsent_work_says_so_and_who_stays_is_still_signed_in(person: Person, way: Luck) -> None:
    samira = person()
    page = unsent_work(samira, way)
    page.goto(samira.school.url + "/me")
    page.get_by_role("button", name="Afmelden op dit apparaat").click()
    dialog = page.get_by_role("dialog", name="Er staat nog iets op je telefoon dat niet is verstuurd")
    expect(dialog).to_contain_text("Het gaat om 1 ding.")
    assert axe(page) == []
    dialog.get_by_role("button", name="Nu versturen").click()
    expect(dialog).to_contain_text("Nog niet alles is verstuurd.")
    dialog.get_by_role("button", name="Blijf aangemeld").click()
    expect(dialog).to_be_hidden()
    page.goto(samira.school.url + "/me")
    expect(page.get_by_role("heading", name="Samira")).to_be_visible()
    assert len(outbox(page)) == 1


def test_who_sends_first_is_signed_out_when_all_is_stored(person: Person, way: Luck) -> None:
    samira = person()
    page = unsent_work(samira, way)
    page.goto(samira.school.url + "/me")
    page.get_by_role("button", name="Afmelden op dit apparaat").click()
    way.saves.clear()
    page.get_by_role("button", name="Nu versturen").click()
    page.wait_for_url("**/sign-in")
    assert told(samira.school.database) == [str(id_of("samira"))]
    assert outbox(page) == []


def test_who_signs_out_all_the_same_finds_it_sent_after_signing_in_again_and_nobody_else_reads_or_sends_it(person: Person, way: Luck) -> None:
    samira = person()
    page = unsent_work(samira, way)
    page.goto(samira.school.url + "/me")
    page.get_by_role("button", name="Afmelden op dit apparaat").click()
    page.get_by_role("button", name="Toch afmelden").click()
    page.wait_for_url("**/sign-in")
    expect(page.get_by_text("Op dit apparaat staat nog iets dat niet is verstuurd.")).to_be_visible()
    assert axe(page) == []
    assert len(outbox(page)) == 1 and page.evaluate(KEYS) == [] and kept_pages(page) == {}
    way.saves.clear()
    sign_in(samira, "daan", page=page)
    page.wait_for_timeout(1500)
    assert len(outbox(page)) == 1 and told(samira.school.database) == []
    page.goto(samira.school.url + "/trail")
    assert TEXT not in page.content()
    assert all(save.person == page.evaluate("document.documentElement.dataset.person") for save in way.seen[-1:]) or way.seen == []
    page.goto(samira.school.url + "/me")
    page.get_by_role("button", name="Afmelden op dit apparaat").click()
    page.wait_for_url("**/sign-in")
    sign_in(samira, "samira", page=page)
    until(page, "!document.hidden && true")
    deadline = 100
    while outbox(page) and (deadline := deadline - 1):
        page.wait_for_timeout(100)
    assert told(samira.school.database) == [str(id_of("samira"))]


def test_signing_out_without_a_signal_says_that_it_cannot_be_done_and_takes_nothing_away(person: Person, way: Luck) -> None:
    samira = person()
    page = sign_in(samira, "samira")
    controlled(page)
    page.goto(samira.school.url + "/me")
    until(page, "caches.keys().then((names) => names.some((name) => name.startsWith('pages-')))")
    samira.context.set_offline(True)
    page.get_by_role("button", name="Afmelden op dit apparaat").click()
    expect(page.get_by_text("Geen internet. Je bent hier nog aangemeld. Afmelden kan als er weer internet is.")).to_be_visible()
    samira.context.set_offline(False)
    way.offline()
    page.get_by_role("button", name="Afmelden op dit apparaat").click()
    expect(page.get_by_text("Afmelden lukte niet. Je bent hier nog aangemeld.")).to_be_visible()
    way.online()
    assert page.evaluate(KEYS) != []
    page.get_by_role("button", name="Afmelden op dit apparaat").click()
    page.wait_for_url("**/sign-in")


def test_a_sign_out_without_scripts_leaves_what_was_not_sent(person: Person, way: Luck) -> None:
    samira = person()
    page = unsent_work(samira, way)
    page.goto(samira.school.url + "/me")
    with page.expect_response("**/sign-out") as answer:
        page.evaluate("document.querySelector('form[action=\"/sign-out\"]').submit()")
    assert answer.value.all_headers()["clear-site-data"] == '"cache"'
    page.wait_for_url("**/sign-in")
    assert len(outbox(page)) == 1
    until(page, KEYS + ".then((keys) => keys.length === 0)")


def test_where_the_app_is_not_installed_unsent_work_says_so_with_sending_and_installing_beside_it(person: Person, way: Luck) -> None:
    samira = person()
    page = unsent_work(samira, way)
    page.goto(samira.school.url + "/trail")
    line = page.locator("#outbox-line")
    expect(line.get_by_role("button", name="Verstuur nu")).to_be_visible()
    expect(line.get_by_role("button", name="Installeer de app")).to_be_hidden()
    page.evaluate(CAN_INSTALL)
    expect(line.get_by_role("button", name="Installeer de app")).to_be_visible()
    expect(line.get_by_text("Je browser kan dit wissen als je Spoor lang niet opent.")).to_be_visible()
    line.get_by_role("button", name="Installeer de app").click()
    until(page, "window.prompted === 1")


def test_on_an_iphone_unsent_work_leads_to_how_the_app_is_installed_and_in_the_app_it_does_not(person: Person, way: Luck) -> None:
    samira = person(user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1")
    page = unsent_work(samira, way)
    page.goto(samira.school.url + "/trail")
    page.locator("#outbox-line").get_by_role("button", name="Installeer de app").click()
    page.wait_for_url("**/me#install")
    expect(page.get_by_text("1. Tik op “Deel”")).to_be_visible()
    samira.context.add_init_script("Object.defineProperty(navigator, 'standalone', {value: true})")
    page.goto(samira.school.url + "/trail")
    expect(page.locator("#outbox-line").get_by_role("button", name="Verstuur nu")).to_be_visible()
    expect(page.locator("#outbox-line").get_by_role("button", name="Installeer de app")).to_be_hidden()


# --- somebody else comes in


def test_the_way_in_of_somebody_else_says_what_would_stay_behind(person: Person, way: Luck) -> None:
    samira = person()
    page = sign_in(samira, "samira")
    said = "Hier staat nog iets van Samira dat niet is verstuurd."
    link = link_for(samira.school.database, "daan")
    page.goto(samira.school.url + link)
    expect(page.get_by_text("Nu is Samira Aït Ben hier aangemeld.")).to_be_visible()
    page.wait_for_timeout(400)
    expect(page.get_by_text(said)).to_be_hidden()
    unsent_work(samira, way)
    for path in (link, "/sign-in"):
        page.goto(samira.school.url + path)
        expect(page.get_by_text(said)).to_be_visible()
        assert axe(page) == []
    page.goto(samira.school.url + link)
    page.get_by_role("button", name="Verstuur het nu").click()
    expect(page.get_by_text("Nog niet alles is verstuurd.")).to_be_visible()
    way.saves.clear()
    page.evaluate("document.querySelector('[data-unsent-send]').click()")
    expect(page.get_by_text(said)).to_be_hidden()
    assert told(samira.school.database) == [str(id_of("samira"))]


def test_ones_own_link_says_it_only_when_the_device_is_to_be_shared(person: Person, way: Luck) -> None:
    samira = person()
    page = unsent_work(samira, way)
    page.goto(samira.school.url + link_for(samira.school.database, "samira"))
    said = page.get_by_text("Hier staat nog iets van Samira dat niet is verstuurd.")
    page.wait_for_timeout(400)
    expect(said).to_be_hidden()
    page.get_by_label("Anderen gebruiken dit apparaat ook").check()
    expect(said).to_be_visible()


def test_without_internet_nothing_of_the_first_is_seen_after_somebody_else_came_in(person: Person) -> None:
    phone = person()
    page = sign_in(phone, "samira")
    controlled(page)
    for path in ("/trail", "/me"):
        page.goto(phone.school.url + path)
    until(page, "caches.keys().then((names) => names.some((name) => name.startsWith('pages-')))")
    sign_in(phone, "daan", page=page)
    phone.context.set_offline(True)
    for path in ("/", "/me", "/trail", f"/experiences/{id_of('soep')}"):
        page.goto(phone.school.url + path)
        page.wait_for_timeout(300)
        assert "Samira" not in page.content() and "Koken voor 24" not in page.content(), path


def test_a_draft_of_the_first_is_not_there_for_the_second_and_is_back_for_the_first(person: Person) -> None:
    phone = person()
    page = sign_in(phone, "samira")
    tell(page)
    page.wait_for_timeout(600)
    sign_in(phone, "daan", page=page)
    page.goto(phone.school.url + "/experiences/new")
    page.wait_for_timeout(600)
    assert page.locator("textarea[name=text]").input_value() == ""
    sign_in(phone, "samira", page=page)
    page.goto(phone.school.url + "/experiences/new")
    expect(page.locator("textarea[name=text]")).to_have_value(TEXT)


def test_a_tab_that_stood_open_as_the_first_saves_nothing_as_the_second_and_keeps_its_text(person: Person, way: Luck) -> None:
    phone = person()
    first = sign_in(phone, "samira")
    controlled(first)
    tell(first)
    first.wait_for_timeout(600)
    second = phone.context.new_page()
    sign_in(phone, "daan", page=second)
    expect(first.get_by_text("Iemand anders is hier nu aangemeld. Je tekst staat er nog, en is niet verstuurd.")).to_be_visible()
    second.goto(phone.school.url + "/trail")
    save(first)
    first.wait_for_timeout(2000)
    expect(first.locator("#flash")).to_contain_text("Iemand anders is hier nu aangemeld.")
    assert first.locator("textarea[name=text]").input_value() == TEXT
    assert told(phone.school.database) == []
    sign_in(phone, "samira", page=second)
    expect(first.get_by_text("Iemand anders is hier nu aangemeld.")).to_have_count(0)
    save(first)
    first.wait_for_url(ONE)
    deadline = 50
    while not told(phone.school.database) and (deadline := deadline - 1):
        first.wait_for_timeout(100)
    assert told(phone.school.database) == [str(id_of("samira"))]


def test_a_tab_where_nothing_was_typed_shows_nobody_elses_page(person: Person) -> None:
    phone = person()
    first = sign_in(phone, "samira")
    first.goto(phone.school.url + "/me")
    second = phone.context.new_page()
    sign_in(phone, "daan", page=second)
    expect(first.get_by_role("heading", name="Daan Vos")).to_be_visible()
    second.goto(phone.school.url + "/me")
    second.get_by_role("button", name="Afmelden op dit apparaat").click()
    second.wait_for_url("**/sign-in")
    first.wait_for_url("**/sign-in**")


def test_going_back_after_somebody_else_came_in_shows_nothing_of_the_first(playwright: Playwright, chromium_path: str, school: School) -> None:
    browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS, ignore_default_args=["--disable-back-forward-cache"])
    context = browser.new_context(locale="nl-NL")
    phone = Watched(context, school)
    page = sign_in(phone, "samira")
    page.goto(school.url + "/me")
    page.evaluate("addEventListener('pageshow', (event) => { if (event.persisted) sessionStorage.setItem('came-back', '1'); })")
    page.wait_for_timeout(1000)  # a page that is still fetching is not kept
    page.goto(school.url + "/offline")
    page.evaluate("history.back()")
    until(page, "location.pathname === '/me' && document.readyState === 'complete'")
    assert page.evaluate("sessionStorage.getItem('came-back')") == "1", "this browser keeps no page for going back: the test says nothing"
    page.evaluate("sessionStorage.removeItem('came-back')")
    expect(page.get_by_role("heading", name="Samira Aït Ben")).to_be_visible()
    page.goto(school.url + "/offline")
    other = context.new_page()
    phone.become("daan")  # without the server saying that the cache is to be cleared: by the page alone
    other.goto(school.url + "/")
    page.evaluate("history.back()")
    expect(page.get_by_role("heading", name="Daan Vos")).to_be_visible()
    assert "Samira" not in page.content()
    browser.close()


def test_a_page_that_comes_back_from_memory_asks_who_is_here(person: Person) -> None:
    phone = person()
    page = sign_in(phone, "samira")
    page.goto(phone.school.url + "/me")
    came_back = "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    page.evaluate(f"window.before = true; {came_back}")
    page.wait_for_timeout(300)
    assert page.evaluate("window.before") is True, "nothing changed: the page stays as it was"
    phone.become("daan")
    page.evaluate(f"localStorage.setItem('spoor-here', 'somebody'); {came_back}")
    expect(page.get_by_role("heading", name="Daan Vos")).to_be_visible()
