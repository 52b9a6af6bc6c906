"""Reading aloud in a real browser. Its voices are made up here: what a machine without any can say is nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched, axe, until
from tests.world import id_of

Person = Callable[..., Watched]

VOICES = """
const DUTCH = { lang: "nl-NL", localService: true, default: false, name: "Ellen", voiceURI: "ellen" };
const FAR = { lang: "nl-NL", localService: false, default: true, name: "Elders", voiceURI: "elders" };
const ENGLISH = { lang: "en_GB", localService: true, default: false, name: "Daniel", voiceURI: "daniel" };
window.spoken = [];
window.cancelled = 0;
const synth = new EventTarget();
let voices = [];
let saying = null;
Object.assign(synth, {
  getVoices: () => voices,
  speak(said) { saying = said; window.spoken.push({ text: said.text, voice: said.voice.name }); said.onstart?.({}); },
  cancel() { window.cancelled += 1; const was = saying; saying = null; was?.onerror?.({ error: "canceled" }); },
});
window.word = (from, length) => saying.onboundary({ name: "word", charIndex: from, charLength: length });
window.ended = () => { const was = saying; saying = null; was.onend({}); };
window.arrive = (...names) => { voices = names.map((name) => ({ DUTCH, FAR, ENGLISH })[name]); synth.dispatchEvent(new Event("voiceschanged")); };
Object.defineProperty(window, "speechSynthesis", { value: synth });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""

MARKED = """(name) => [...(CSS.highlights.get(name) ?? [])].map(String).join()"""


def asked(person: Person, path: str = "/experiences/new", more: str = "", **how: str) -> Page:
    somebody = person("samira", **how)
    somebody.context.add_init_script(VOICES + more)
    page = somebody.open(path)
    until(page, "document.documentElement.dataset.person && performance.getEntriesByType('resource').some(({name}) => name.includes('read-aloud'))")
    return page


def arrive(page: Page, *names: str) -> None:
    """The browser says which voices there are, once the page listens."""
    page.wait_for_load_state("networkidle")
    page.evaluate("(names) => arrive(...names)", list(names))


def button(page: Page, name: str = "Lees voor"):  # type: ignore[no-untyped-def]
    return page.get_by_role("button", name=name, exact=True)


def test_the_button_is_there_only_with_a_voice_of_this_device_in_the_language_of_the_page(person: Person) -> None:
    page = asked(person)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for voices, shown in (((), 0), (("FAR", "ENGLISH"), 0), (("FAR", "DUTCH"), 1), ((), 0)):
        arrive(page, *voices)
        expect(button(page)).to_have_count(shown)


def test_an_english_page_asks_for_an_english_voice(person: Person) -> None:
    page = asked(person, locale="en-GB")
    arrive(page, "DUTCH")
    expect(page.locator(".read-aloud")).to_be_hidden()
    arrive(page, "DUTCH", "ENGLISH")
    expect(page.locator(".read-aloud")).to_be_visible()
    page.locator(".read-aloud").click()
    assert page.evaluate("spoken[0].voice") == "Daniel"


def test_a_question_is_read_sentence_by_sentence_and_the_word_is_marked(person: Person) -> None:
    page = asked(person)
    arrive(page, "FAR", "DUTCH")
    button(page).click()
    expect(button(page, "Stop")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("spoken") == [{"text": "Wat heb je gedaan?", "voice": "Ellen"}]
    assert page.evaluate(MARKED, "spoken-sentence") == "Wat heb je gedaan?"
    page.evaluate("word(4, 3)")
    assert page.evaluate(MARKED, "spoken-word") == "heb"
    page.evaluate("ended()")
    assert page.evaluate("spoken[1].text").strip() == "Eén zin is genoeg."
    assert page.evaluate(MARKED, "spoken-word") == "", "without a word, the sentence alone is marked"
    page.evaluate("ended()")
    page.evaluate("word(0)")
    assert page.evaluate(MARKED, "spoken-word") == "Je", "a browser that does not say how long the word is"
    page.evaluate("ended()")
    expect(button(page)).to_have_attribute("aria-pressed", "false")
    assert page.evaluate(MARKED, "spoken-sentence") == ""
    assert page.evaluate("spoken.length") == 3


def test_pressing_again_stops_and_so_does_leaving(person: Person) -> None:
    page = asked(person)
    arrive(page, "DUTCH")
    button(page).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    expect(button(page)).to_be_focused()
    assert page.evaluate("[cancelled, spoken.length]") == [1, 1]
    page.keyboard.press("Enter")
    expect(button(page, "Stop")).to_be_focused()
    page.evaluate("addEventListener('pagehide', () => sessionStorage.setItem('left', cancelled))")
    page.goto(page.url + "?step=face")
    assert page.evaluate("sessionStorage.getItem('left')") == "2"


def test_only_one_thing_is_read_at_a_time(person: Person, school) -> None:  # type: ignore[no-untyped-def]
    page = asked(person, f"/conversations/{id_of('gesprek')}/preparation?step=2")
    arrive(page, "DUTCH")
    page.locator(".read-aloud").nth(0).click()
    page.locator(".read-aloud").nth(1).click()
    expect(page.locator(".read-aloud[aria-pressed=true]")).to_have_count(1)
    expect(page.locator(".question .read-aloud[aria-pressed=true]")).to_have_count(1)
    assert page.evaluate("cancelled") == 1


def test_where_a_browser_cannot_draw_over_the_page_a_copy_of_the_sentence_shows_the_word(person: Person) -> None:
    page = asked(person, more="delete CSS.highlights; Object.defineProperty(CSS, 'highlights', { value: undefined });")
    arrive(page, "DUTCH")
    before = page.locator("h1").inner_html()
    button(page).click()
    page.evaluate("word(0, 3)")
    expect(page.locator(".read-copy mark")).to_have_text("Wat")
    expect(page.locator(".read-copy")).to_have_attribute("aria-hidden", "true")
    assert page.locator("h1").inner_html() == before
    button(page, "Stop").click()
    expect(page.locator(".read-copy")).to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/help", "/experiences/new?step=qualities"])
def test_what_is_read_is_what_stands_there_and_the_page_stays_accessible(person: Person, path: str) -> None:
    page = asked(person, path)
    arrive(page, "DUTCH")
    page.locator(".read-aloud").first.click()
    for _ in range(40):
        if page.locator(".read-aloud[aria-pressed=true]").count() == 0:
            break
        page.evaluate("ended()")
    said = " ".join(page.evaluate("spoken.map(({text}) => text.trim())"))
    wanted = {"/": "Hoe was de meeloopdag", "/help": "Mevrouw Bakker", "/experiences/new?step=qualities": "Kies er één tot drie."}[path]
    assert wanted in said and "Lees voor" not in said and "  " not in said, said
    assert not axe(page)
