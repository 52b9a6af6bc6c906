"""Makes the pictures that a browser shows when it offers to install Spoor: python -m tests.browser.app_pictures

They show the demo as it is now; the manifest names those that exist in web/icons. Run it again when the screens have changed.
"""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from server.core.assets import ROOT
from tests.browser.conftest import ARGUMENTS, LAPTOP, PHONE
from tests.browser.tour import Demo, running_demo

PORT = 8932


def main() -> None:
    """Serve the demo, take the pictures, stop."""
    with tempfile.TemporaryDirectory() as data, running_demo(Path(data), PORT) as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        _take(browser, demo)
        browser.close()


def _take(browser: Browser, demo: Demo) -> None:
    phone = demo.person(browser, "student", viewport=PHONE, device_scale_factor=2, locale="nl-NL").new_page()
    phone.goto("/")
    _picture(phone, "narrow-1")
    phone.goto("/trail")
    _picture(phone, "narrow-2")
    laptop = demo.person(browser, "mentor", viewport=LAPTOP, locale="nl-NL").new_page()
    laptop.goto("/")
    laptop.get_by_role("link").filter(has_text="voorbereid").first.click()
    laptop.wait_for_url("**/conversations/*")
    _picture(laptop, "wide")


def _picture(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready.then(() => undefined)")
    page.wait_for_timeout(500)
    page.screenshot(path=ROOT / "icons" / f"screenshot-{name}.png")


if __name__ == "__main__":
    main()
