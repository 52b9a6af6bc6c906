"""A whole entry without typing or reading a word, and one that somebody else types: in a real browser, with a microphone that beeps."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect
from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from server.experience.models import Experience
from server.people.models import Person as Somebody
from tests.browser.conftest import ARGUMENTS, School, Watched, axe, until
from tests.browser.test_media import BEEPING, kept, offline
from tests.browser.test_read_aloud import VOICES
from tests.world import id_of

Person = Callable[..., Watched]


@pytest.fixture(scope="module")
def chromium(playwright: Playwright, shell_path: str) -> Iterator[Browser]:
    """A browser whose microphone beeps every second, and may be used."""
    browser = playwright.chromium.launch(executable_path=shell_path, args=[*ARGUMENTS, *BEEPING])
    yield browser
    browser.close()


def say(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name).first.click()
    expect(page.get_by_text("Opname loopt", exact=True).first).to_be_visible()
    page.wait_for_timeout(1200)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("button", name="Luister naar je opname")).to_be_visible()


def onward(page: Page, name: str = "Volgende") -> None:
    """To the next question, or to the page of the entry."""
    asked = page.locator("h1").first.inner_text()
    page.locator(".flow-actions").get_by_role("button", name=name).click()
    expect(page.locator("h1").first).not_to_have_text(asked)


def test_a_whole_entry_by_pictures_and_voice_says_what_is_tapped_and_needs_no_typing(person: Person, school: School) -> None:
    with school.database.writing() as session:
        session.execute(update(Somebody).where(Somebody.id == id_of("samira")).values(pictures=True))
    samira = person("samira")
    samira.context.add_init_script(VOICES.replace("let voices = [];", "let voices = [DUTCH];"))
    page = samira.open("/experiences/new")
    page.wait_for_load_state("networkidle")
    page.locator("label.tile", has_text="Meeloopdag").click()
    assert page.evaluate("spoken.at(-1).text").startswith("Meeloopdag, ")
    assert not axe(page)
    say(page, "Inspreken")
    onward(page)
    expect(page.get_by_role("radio", name="super")).to_be_attached()
    page.wait_for_load_state("networkidle")
    page.locator("label.face", has_text="super").click()
    assert page.evaluate("spoken.at(-1).text") == "super"
    assert not axe(page)
    onward(page)
    page.wait_for_load_state("networkidle")
    tile = page.locator("#offered label.tile").first
    tile.click()
    word = tile.locator("input").get_attribute("data-label") or ""
    assert page.evaluate("spoken.map(({text}) => text).join(' ')").startswith(word)
    say(page, re.compile(f"Zeg het.*{word}"))
    assert not axe(page)
    onward(page)
    onward(page, "Klaar")
    notes = kept(school, 2, "voice")
    with school.database.reading() as session:
        [made] = session.scalars(select(Experience).where(Experience.id == notes[0].experience_id).options(selectinload(Experience.words)))
        assert (made.text, made.face, made.activity_id) == ("", 5, id_of("bouw"))
        [chosen] = made.words
    assert [note.about for note in notes] == ["", f"quality:{chosen.word}"]


def test_who_types_is_remembered_while_nothing_is_told_yet(person: Person, school: School) -> None:
    page = person("samira").open("/experiences/new")
    page.locator("summary", has_text="Iemand typt voor mij").click()
    until(page, "document.querySelector('#together').getBoundingClientRect().bottom <= document.querySelector('.flow-actions').getBoundingClientRect().top")
    page.get_by_label("Wie typt er?").fill("juf Els")
    onward(page)
    page.locator("label.face", has_text="leuk").click()
    onward(page)
    onward(page, "Opslaan en stoppen")
    expect(page.get_by_text("Samen gemaakt met juf Els")).to_be_visible()
    page.get_by_role("button", name="Ja, dit klopt").click()
    expect(page.get_by_text("nog niet nagekeken")).to_have_count(0)


def test_what_was_typed_together_without_signal_is_confirmed_without_signal(person: Person, school: School) -> None:
    samira = person("samira")
    page = samira.open("/experiences/new")
    offline(samira)
    page.goto(f"{school.url}/experiences/new")
    page.get_by_label("Wat heb je gedaan?").fill("Soep gekookt met oma.")
    page.locator("summary", has_text="Iemand typt voor mij").click()
    page.get_by_label("Wie typt er?").fill("juf Els")
    onward(page, "Opslaan en stoppen")
    expect(page.get_by_text("Samen gemaakt met juf Els")).to_be_visible()
    page.get_by_role("button", name="Ja, dit klopt").click()
    expect(page.get_by_role("button", name="Ja, dit klopt")).to_have_count(0)
    page.wait_for_timeout(1500)  # the page is shown anew, with what waits
    expect(page.get_by_text("Samen gemaakt met juf Els")).to_be_visible()
    samira.context.set_offline(False)
    page.goto(school.url)
    for _ in range(100):
        with school.database.reading() as session:
            made = session.scalar(select(Experience).where(Experience.together_with == "juf Els"))
        if made and made.together_confirmed_at:
            break
        page.wait_for_timeout(100)
    assert made is not None and made.together_confirmed_at is not None
