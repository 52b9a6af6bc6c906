"""Every screen of the demo, for every role, without a single violation that axe knows; and nothing wider than the screen, small or enlarged.

`make test` samples pairwise: every pair of language, theme and width is seen, and every screen in one of these combinations.
With SPOOR_TEST_ALL=1 every screen is seen in all eight.
"""

import os
import socket
from collections.abc import Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.conftest import LAPTOP, PHONE, axe
from tests.browser.tour import SCREENS, Demo, running_demo

SMALL: ViewportSize = {"width": 320, "height": 700}
SIZES: dict[str, ViewportSize] = {"390": PHONE, "1280": LAPTOP}
ALL = list(product(("nl", "en"), ("light", "dark"), SIZES))
PAIRWISE = [("nl", "light", "390"), ("nl", "dark", "1280"), ("en", "light", "1280"), ("en", "dark", "390")]
"""Four of the eight hold every pair of two values."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo school, for all of these tests."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running_demo(tmp_path_factory.mktemp("demo"), port) as made:
        yield made


def _screens() -> list[tuple[str, str, str, str]]:
    """Role, language, theme and width; which screens of the role are looked at follows from `_share`."""
    return [(role, *combination) for role in SCREENS for combination in (ALL if os.environ.get("SPOOR_TEST_ALL") else PAIRWISE)]


def _share(role: str, combination: tuple[str, str, str]) -> list[str]:
    """The screens of this role to look at in this combination: all, or every fourth, so that together they are all."""
    names = list(SCREENS[role])
    return names if os.environ.get("SPOOR_TEST_ALL") else names[PAIRWISE.index(combination) :: len(PAIRWISE)]


@pytest.mark.parametrize(("role", "language", "theme", "size"), _screens())
def test_axe_finds_nothing_and_nothing_needs_sideways_scrolling(chromium: Browser, demo: Demo, role: str, language: str, theme: str, size: str) -> None:
    names = _share(role, (language, theme, size))
    context = demo.person(chromium, role, viewport=SIZES[size], locale={"nl": "nl-NL", "en": "en-GB"}[language], color_scheme=theme, reduced_motion="reduce")
    page, found = context.new_page(), []
    for name in names:
        SCREENS[role][name](page)
        assert page.locator("html").get_attribute("lang") == language
        found += [f"{name}: {told}" for told in axe(page)]
        found += [f"{name}: wider than the screen {told}" for told in _too_wide(page, SIZES[size])]
    context.close()
    assert not found, found


def _too_wide(page: Page, usual: ViewportSize) -> list[str]:
    """When this screen would need sideways scrolling: as it is, 320 px wide, so with the largest letters one can choose, or with text at 200 % (WCAG 2.2, 1.4.10 and 1.4.4)."""
    told = []
    for size, scale in ((usual, "100%"), (SMALL, "100%"), (SMALL, "150%"), (PHONE, "200%")):
        page.set_viewport_size(size)
        page.evaluate(f"document.documentElement.style.fontSize = '{scale}'")
        shown, needed = page.evaluate("[innerWidth, document.documentElement.scrollWidth]")
        assert shown == size["width"]
        if needed > shown:
            told.append(f"at {shown} px, text at {scale}")
    page.set_viewport_size(usual)
    return told
