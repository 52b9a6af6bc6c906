"""Mijn woorden in a real browser: what the server thought a word is wide it is, a tap leads to its evidence, and the picture goes home on paper or as a file."""

from collections.abc import Callable

import pypdfium2  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import LAPTOP, PHONE, Watched

Person = Callable[..., Watched]

SHARES = """
navigator.canShare = ({ files }) => files.length === 1;
window.shared = new Promise((resolve) => {
  navigator.share = async ({ files: [file] }) => resolve(`${file.name} ${file.type} ${file.size > 1000}`);
});
"""
"""A browser that hands files to other apps, as phones do and a browser without a screen does not."""

SPILT = """() => {
  const boxes = [...document.querySelectorAll(".wp--narrow .wp-word, .wp--narrow .wp-month")].map((text) => text.getBoundingClientRect());
  const page = document.querySelector(".wp--narrow").getBoundingClientRect();
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom;
  return boxes.filter((a, at) => a.left < page.left || a.right > page.right || boxes.slice(at + 1).some((b) => meet(a, b))).length;
}"""


def words(person: Person, more: str = "", **how: object) -> Page:
    somebody = person("samira", **how)
    somebody.context.add_init_script(more)
    return somebody.open("/words")


def printed(page: Page) -> str:
    document = pypdfium2.PdfDocument(page.pdf(format="A4"))
    assert len(document) == 1
    return str(document[0].get_textpage().get_text_range())


@pytest.mark.parametrize("size", [PHONE, {"width": 320, "height": 640}])
def test_in_the_letters_of_the_browser_no_word_lies_on_another(person: Person, size: object) -> None:
    page = words(person, viewport=size)
    assert page.locator(".wp--narrow .wp-word").count() == 2
    assert page.evaluate(SPILT) == 0


def test_a_tap_on_a_word_leads_to_its_evidence(person: Person) -> None:
    page = words(person, viewport=LAPTOP)
    page.locator(".words-picture--wide .wp-links a").first.click()
    page.wait_for_url("**/words/evidence?word=*")
    assert page.locator("h1").inner_text() == "samenwerken"


def test_it_prints_on_one_page_with_the_name_only_when_that_is_ticked(person: Person) -> None:
    page = words(person)
    assert "Samira" not in printed(page)
    page.locator("#with-name").check()
    text = printed(page)
    assert "Samira" in text and "Ik heb de taken verdeeld" not in text


def test_where_files_cannot_be_shared_the_picture_is_kept(person: Person) -> None:
    page = words(person)
    with page.expect_download() as kept:
        page.get_by_role("button", name="Bewaar als plaatje").click()
    assert kept.value.suggested_filename == "Mijn-woorden.png"


def test_where_files_can_be_shared_the_picture_is(person: Person) -> None:
    page = words(person, SHARES)
    page.locator("#with-name").check()
    page.get_by_role("button", name="Deel als plaatje").click()
    assert page.evaluate("shared") == "De-woorden-van-Samira.png image/png true"
