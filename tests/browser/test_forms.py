"""What is typed is not lost: not by a reload, a server that is away, a session that ended; and it all works without script and by keyboard."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from server.experience.models import Experience
from server.people.models import DeviceSession
from tests.browser.conftest import School, Watched, controlled, until
from tests.browser.test_share import at_hand
from tests.world import id_of

Person = Callable[..., Watched]
TEXT = "Ik heb met mijn oom een schuurtje gebouwd."
IN_SIGHT = """(number) => {
  const asked = [...document.querySelectorAll("[data-evidence-of]:not([hidden]) textarea")][number]?.getBoundingClientRect();
  return asked && asked.top > 0 && asked.bottom <= document.querySelector(".flow-actions").getBoundingClientRect().top;
}"""
"""What a chosen word asks stands above the buttons that lie over the page."""


def stored(school: School) -> list[str]:
    """What samira has told, newest first."""
    with school.database.reading() as session:
        return list(session.scalars(select(Experience.text).where(Experience.student_id == id_of("samira")).order_by(Experience.arrived_at.desc())))


def typing(samira: Watched) -> Page:
    """The first question, answered and not sent."""
    page = samira.open(f"/experiences/new?activity={id_of('bouw')}")
    page.get_by_label("Wat heb je gedaan?").fill(TEXT)
    return page


def test_a_reload_keeps_what_was_typed(person: Person) -> None:
    page = typing(person("samira"))
    page.reload()
    expect(page.get_by_label("Wat heb je gedaan?")).to_have_value(TEXT)
    expect(page.locator("#flash")).to_contain_text("Je tekst van net staat er nog.")


def test_who_walks_away_from_a_new_entry_finds_it_back_and_the_one_after_it_is_empty(person: Person) -> None:
    samira = person("samira")
    page = samira.open("/experiences/new")
    page.get_by_label("Wat heb je gedaan?").fill(TEXT)
    page.get_by_role("link", name="Praat met iemand").click()
    page.get_by_role("navigation").get_by_role("link", name="Ervaring").click()
    expect(page.get_by_label("Wat heb je gedaan?")).to_have_value(TEXT)
    page.get_by_role("button", name="Opslaan en stoppen").click()
    expect(page.locator("#main").get_by_text("Opgeslagen")).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="Ervaring").click()
    expect(page.get_by_label("Wat heb je gedaan?")).to_have_value("")


SLOW = """if (location.protocol === "http:" && !sessionStorage.getItem("encrypting")) SubtleCrypto.prototype.encrypt = () => {
    sessionStorage.setItem("encrypting", "for ever");
    return new Promise(() => {});
};"""
"""A phone that is busy: on the first page that wants to, encrypting takes longer than anybody stays."""


def test_who_walks_away_while_it_is_still_being_written_finds_it_back(person: Person) -> None:
    samira = person("samira")
    samira.context.add_init_script(SLOW)
    page = samira.open("/experiences/new")
    page.get_by_label("Wat heb je gedaan?").fill(TEXT)
    page.wait_for_timeout(800)
    until(page, "sessionStorage.getItem('encrypting') === 'for ever'")
    page.goto(samira.school.url + "/help")
    page.get_by_role("navigation").get_by_role("link", name="Ervaring").click()
    expect(page.get_by_label("Wat heb je gedaan?")).to_have_value(TEXT)


def test_going_back_to_a_stored_answer_changes_that_answer(person: Person, school: School) -> None:
    page = typing(person("samira"))
    before = len(stored(school))
    page.get_by_role("button", name="Volgende").click()
    expect(page.get_by_role("heading", name="Hoe was het?")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile("/edit"))
    page.get_by_label("Wat heb je gedaan?").fill("Een schuurtje, met een rood dak.")
    page.get_by_role("button", name="Volgende").click()
    page.get_by_text("leuk", exact=True).click()
    page.get_by_role("button", name="Volgende").click()
    expect(page.get_by_role("heading", name="Wat kon je goed?")).to_be_visible()
    assert stored(school)[0] == "Een schuurtje, met een rood dak." and len(stored(school)) == before + 1


def test_two_entries_that_begin_with_what_they_belong_to_are_two(person: Person, school: School) -> None:
    samira = person("samira")
    before = len(stored(school))
    for face in ("super", "naar"):
        page = samira.open("/experiences/new")
        page.locator("[data-belongs] summary").click()
        page.locator(f"input[name=activity][value='{id_of('bouw')}']").check()
        page.get_by_role("button", name="Volgende").click()
        page.get_by_text(face, exact=True).click()
        page.get_by_role("button", name="Opslaan en stoppen").click()
        expect(page).to_have_url(re.compile(r"/experiences/[0-9a-f-]{36}$"))
    with school.database.reading() as session:
        told = session.execute(select(Experience.face, Experience.activity_id).order_by(Experience.arrived_at.desc()).limit(2)).all()
    assert len(stored(school)) == before + 2 and [tuple(row) for row in told] == [(1, id_of("bouw")), (5, id_of("bouw"))]


def test_a_server_that_is_away_stops_nobody_and_gets_it_later(person: Person, school: School) -> None:
    samira = person("samira")
    page = samira.open("/")
    controlled(page)
    at_hand(page)
    page = typing(samira)
    school.stop()
    page.get_by_role("button", name="Volgende").click()
    expect(page.get_by_role("heading", name="Hoe was het?")).to_be_visible()
    expect(page.locator("#outbox-line")).to_contain_text("op je telefoon")
    page.get_by_text("leuk", exact=True).click()
    page.get_by_role("button", name="Opslaan en stoppen").click()
    expect(page.get_by_role("heading", name="Ik heb met mijn oom een schuurtje gebouwd")).to_be_visible()
    school.start()
    page.goto(school.url + "/")
    expect(page.locator("#outbox-line")).to_contain_text("Opgeslagen")
    assert stored(school)[0] == TEXT
    samira.complaints.clear()


def test_before_the_next_question_is_at_hand_a_server_that_is_away_is_said(person: Person, school: School) -> None:
    samira = person("samira")
    samira.context.add_init_script("Object.defineProperty(navigator.serviceWorker, 'controller', {value: null})")
    page = typing(samira)
    page.wait_for_timeout(500)
    school.stop()
    page.get_by_role("button", name="Volgende").click()
    expect(page.locator("#flash")).to_contain_text("Op je telefoon bewaard")
    expect(page.get_by_label("Wat heb je gedaan?")).to_have_value(TEXT)
    school.start()
    page.get_by_role("button", name="Volgende").click()
    expect(page.get_by_role("heading", name="Hoe was het?")).to_be_visible()
    assert stored(school).count(TEXT) == 1
    samira.complaints.clear()


def test_a_session_that_ended_in_mid_form_loses_nothing(person: Person, school: School) -> None:
    page = typing(person("samira"))
    with school.database.writing() as session:
        session.execute(update(DeviceSession).where(DeviceSession.person_id == id_of("samira")).values(ended_at=datetime.now(UTC)))
    page.get_by_role("button", name="Volgende").click()
    expect(page.locator("#flash")).to_contain_text("niet meer aangemeld")
    expect(page.get_by_label("Wat heb je gedaan?")).to_have_value(TEXT)
    with school.database.writing() as session:
        session.execute(update(DeviceSession).where(DeviceSession.person_id == id_of("samira")).values(ended_at=None))
    page.get_by_role("button", name="Volgende").click()
    expect(page.get_by_role("heading", name="Hoe was het?")).to_be_visible()
    assert stored(school)[0] == TEXT


def test_pressing_twice_stores_once(person: Person, school: School) -> None:
    page = typing(person("samira"))
    before = len(stored(school))
    page.get_by_role("button", name="Opslaan en stoppen").dblclick()
    expect(page.get_by_role("heading", name="Ik heb met mijn oom een schuurtje gebouwd")).to_be_visible()
    assert len(stored(school)) == before + 1


def test_the_whole_flow_works_without_script(person: Person, school: School) -> None:
    page = typing(person("samira", java_script_enabled=False))
    page.get_by_role("button", name="Volgende").click()
    page.get_by_label("super").check()
    page.get_by_role("button", name="Volgende").click()
    page.get_by_label("Zoek een woord").fill("presies werken")
    page.get_by_role("button", name="Zoek", exact=True).click()
    page.get_by_role("checkbox", name="precies werken").check()
    page.get_by_role("button", name="Volgende").click()
    page.get_by_label("Precies werken. Dat merkte ik toen ik").fill("alles waterpas kreeg")
    page.get_by_role("button", name="Volgende").click()
    expect(page.get_by_role("heading", name="Wat vond je belangrijk?")).to_be_visible()
    page.get_by_text("Eigen woord", exact=True).click()
    page.get_by_label("Jouw woord").fill("samen klussen")
    page.get_by_role("button", name="Klaar").click()
    page.get_by_role("button", name="Klaar").click()
    for said in (TEXT.rstrip("."), "super", "precies werken", "alles waterpas kreeg", "samen klussen"):
        expect(page.get_by_text(said).first).to_be_visible()


def test_by_keyboard_alone_a_face_and_a_word_can_be_chosen(person: Person, school: School) -> None:
    page = typing(person("samira"))
    page.keyboard.press("Control+End")
    _tab_to(page, "Volgende")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hoe was het?")).to_be_visible()
    _tab_to(page, "naar")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("lastig")).to_be_checked()
    _tab_to(page, "Volgende")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Wat kon je goed?")).to_be_visible()
    _tab_to(page, "find")
    page.keyboard.type("presies werken")
    _tab_to(page, "precies werken")
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name="precies werken")).to_be_checked()
    expect(page.get_by_label("Precies werken. Dat merkte ik toen ik")).to_be_visible()
    _tab_to(page, "Eigen woord")
    page.keyboard.press("Enter")
    _tab_to(page, "own")
    page.keyboard.type("x" * 41)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Jouw woord")).to_have_value("x" * 41)
    expect(page.locator("#own-long")).to_have_text("Je eigen woord is te lang. Er passen 40 letters in.")
    page.get_by_label("Jouw woord").fill("samen klussen")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Samen klussen. Dat merkte ik toen ik")).to_be_focused()
    expect(page.get_by_role("checkbox", name="samen klussen")).to_be_checked()


def test_a_fourth_word_cannot_be_chosen_until_one_is_let_go(person: Person) -> None:
    page = person("samira").open(f"/experiences/{id_of('ziekenhuis')}/edit?step=qualities")
    tiles = page.locator(".tiles").first.get_by_role("checkbox")
    for number in range(3):
        tiles.nth(number).check()
        until(page, f"({IN_SIGHT})({number})")
    expect(tiles.nth(3)).to_be_disabled()
    tiles.nth(0).uncheck()
    expect(tiles.nth(3)).to_be_enabled()


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what is called so, or has this id."""
    for _ in range(40):
        page.keyboard.press("Tab")
        called = page.evaluate("document.activeElement.closest('label')?.innerText.trim() || document.activeElement.textContent.trim()")
        if name in {called, page.evaluate("document.activeElement.id")}:
            return
    raise AssertionError(f"{name} is not reached by Tab")
