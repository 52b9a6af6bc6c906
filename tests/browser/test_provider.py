"""A school account in a real browser, at a real OpenID provider: the policy of our pages lets people go there, and every screen on the way is fit to be used."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, School, Watched, axe
from tests.provider import OpenIdProvider
from tests.provider.running import needed
from tests.sign_in.test_sign_in import code_for

Person = Callable[..., Watched]
LOOKS = ((PHONE, "light"), (LAPTOP, "dark"))


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory, filled: Path) -> Iterator[tuple[School, OpenIdProvider]]:
    """A school that was told of Entree, and what stands there for Entree."""
    needed()
    made = School(tmp_path_factory.mktemp("accounts") / "school", filled)
    with OpenIdProvider(made.url) as running:
        made.stop()
        made.settings = msgspec.structs.replace(made.settings, oidc=tuple(one for one in running.settings if one.name in {"entree", "entra"}))
        made.start()
        yield made, running
        made.stop()
        made.database.close()


@pytest.fixture
def school(provider: tuple[School, OpenIdProvider]) -> School:
    provider[0].fill_anew()
    return provider[0]


def looked(page: Page) -> list[str]:
    """What axe finds on this screen: on a phone by day, and on a laptop in the dark."""
    found = []
    for size, scheme in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += axe(page)
    return found


def test_a_school_account_is_bound_once_with_a_code_lets_in_from_then_on_and_is_signed_out_there_too(
    person: Person, school: School, provider: tuple[School, OpenIdProvider]
) -> None:
    noor, wrong = person(), list[str]()
    page = noor.open("/sign-in")
    wrong += looked(page)
    page.get_by_role("link", name="Inloggen met je schoolaccount (Entree)").click()
    page.get_by_role("link", name="samira", exact=True).click()
    expect(page.get_by_role("heading", name="Wie ben jij bij Spoor?")).to_be_visible()
    wrong += looked(page)
    page.get_by_label("Code op je kaart, of van je andere apparaat").fill(code_for(school.database, "noor"))
    with page.expect_navigation(url=f"{school.url}/**"):
        page.get_by_role("button", name="Koppel en ga verder").click()
    page.goto(f"{school.url}/me")
    expect(page.get_by_text("Entree", exact=True)).to_be_visible()
    wrong += looked(page)
    page.get_by_role("button", name="Afmelden op dit apparaat").click()
    expect(page.get_by_role("heading", name="Je bent afgemeld bij Spoor")).to_be_visible()
    wrong += looked(page)
    page.get_by_role("link", name="Ook afmelden bij Entree").click()
    page.get_by_role("button", name="Yes").click()
    page.wait_for_url(f"{school.url}/sign-in")
    page.get_by_role("link", name="Inloggen met je schoolaccount (Entree)").click()
    page.get_by_role("link", name="no", exact=True).click()
    expect(page.get_by_role("heading", name="Je bent niet ingelogd")).to_be_visible()
    wrong += looked(page)
    page.get_by_role("link", name="Probeer het opnieuw").click()
    page.get_by_role("link", name="samira", exact=True).click()
    page.wait_for_url(f"{school.url}/")
    expect(page.get_by_role("heading", name="Hoi Noor")).to_be_visible()
    noor.complaints[:] = [one for one in noor.complaints if not one.startswith(f"asked another site: {provider[1].base}")]
    assert not wrong, wrong
