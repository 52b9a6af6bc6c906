"""A photo in WebKit, which stands in for an iPhone: drawn on the phone, kept while the server is away and the battery empty, there at last."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.remote.file_detector import UselessFileDetector

from tests.browser.conftest import School
from tests.browser.test_media import kept, photo
from tests.browser.webkit import WebKit, webkit

AT_HAND = """(async () => {
    const kept = [];
    for (const name of await caches.keys()) for (const {url} of await (await caches.open(name)).keys()) kept.push(new URL(url).pathname);
    return ["/outbox", "/experiences/new"].every((path) => kept.includes(path));
})()"""


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebKit]:
    """One browser for this file."""
    with webkit(tmp_path_factory.mktemp("webkit")) as made:
        yield made


def test_a_photo_is_kept_without_a_server_and_through_an_empty_battery_and_arrives(phone: WebKit, school: School, tmp_path: Path) -> None:
    path = tmp_path / "IMG_0001.jpg"
    path.write_bytes(photo(turned=6)["buffer"])
    phone.sign_in("samira", school)
    phone.open(school.url)
    phone.until(AT_HAND, within=40)
    phone.open(f"{school.url}/experiences/new")
    phone.until("document.querySelector('[data-capture=on]')?.checkVisibility()")
    phone.driver.file_detector = UselessFileDetector()  # the browser is on this machine
    phone.driver.find_element("css selector", "[data-gallery]").send_keys(str(path))
    phone.until("document.querySelector('.capture-photo img')?.naturalWidth === 1200")
    phone.driver.find_element("css selector", "[data-alt]").send_keys("De muur")
    school.stop()
    phone.press("Opslaan en stoppen")
    phone.see("op je telefoon bewaard", within=30)
    phone.kill()
    phone.start()
    school.start()
    phone.open(school.url)
    [stored] = kept(school, 1)
    assert (stored.alt, stored.width, stored.height) == ("De muur", 1200, 1600)
