"""`make screens`: a picture of every screen of the demo, for each role, on a phone and a laptop, light and dark."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.tour import SCREENS, Demo, running_demo

SIZES = {"390": {"width": 390, "height": 844}, "1280": {"width": 1280, "height": 800}}
THEMES = ("light", "dark")
PORT = 8931


def main(folder: str = "screens", only: str = "") -> int:
    """Draw them all into a folder; `only` names roles, separated by commas. Gives how many screens could not be drawn."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    failed = 0
    with tempfile.TemporaryDirectory() as data, running_demo(Path(data), PORT) as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        for role in SCREENS:
            if not only or role in only.split(","):
                failed += sum(_draw(browser, demo, role, theme, size, Path(folder)) for theme in THEMES for size in SIZES)
        browser.close()
    print(f"{sum(map(len, SCREENS.values()))} screens in {folder}/, {failed} failed")
    return min(failed, 1)


def _draw(browser: Browser, demo: Demo, role: str, theme: str, size: str, folder: Path) -> int:
    context = demo.person(browser, role, viewport=SIZES[size], color_scheme=theme, locale="nl-NL", device_scale_factor=1.5)
    page, failed = context.new_page(), 0
    for name, go in SCREENS[role].items():
        path = folder / f"{role}-{name}-{size}-{theme}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            go(page)
            page.screenshot(path=path, animations="disabled")
        except Exception as error:
            failed += 1
            print(f"{path.name}: {str(error).splitlines()[0]}", file=sys.stderr)
    context.close()
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
