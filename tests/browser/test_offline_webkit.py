"""The offline journey in WebKit, which stands in for an iPhone."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import School
from tests.browser.webkit import WebKit, webkit

CONTROLLED = "navigator.serviceWorker.controller?.state === 'activated'"


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebKit]:
    """One browser for all of these tests."""
    with webkit(tmp_path_factory.mktemp("webkit")) as made:
        yield made


def test_a_server_that_is_away_shows_what_was_last_seen_also_after_the_browser_was_killed(phone: WebKit, school: School) -> None:
    phone.sign_in("samira", school)
    phone.open(school.url)
    phone.see("Taart voor oma")
    phone.until(CONTROLLED)
    phone.until("caches.keys().then((names) => names.some((name) => name.startsWith('pages-')))")
    school.stop()
    phone.kill()
    phone.start()
    phone.open(school.url)
    phone.see("Dit is zoals het was om")
    phone.see("Taart voor oma")
    school.start()
    phone.press("Opnieuw proberen")
    phone.until("!document.body.innerText.includes('Dit is zoals het was')")
