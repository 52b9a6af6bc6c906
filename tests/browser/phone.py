"""Chromium on a profile of its own, as the app on a phone is: it can be killed in the middle and started again as it was left."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Error, Page, Playwright

from tests.browser.conftest import ARGUMENTS, PATIENCE, PHONE, School, Watched, until


class Phone:
    """A phone of one person, with the app on it."""

    def __init__(self, playwright: Playwright, chromium_path: str, profile: Path, school: School, name: str) -> None:
        """Start it, signed in."""
        self._launch = lambda: playwright.chromium.launch_persistent_context(
            str(profile), executable_path=chromium_path, args=ARGUMENTS, viewport=PHONE, locale="nl-NL", timezone_id="Europe/Amsterdam", has_touch=True
        )  # fmt: skip
        self.school, self.name = school, name
        self.complaints: list[str] = []
        self.start()

    def start(self) -> None:
        """Open the browser, as it was left. Chromium writes cookies down within half a minute: a kill before that must not sign out."""
        self.context: BrowserContext = self._launch()
        self.context.set_default_timeout(PATIENCE)
        self._watched = Watched(self.context, self.school)
        self._watched.complaints = self.complaints
        self._watched.become(self.name)
        self.page: Page = self.context.pages[0]

    def open(self, path: str = "/") -> Page:
        """This screen, in the first tab."""
        self.page.goto(self.school.url + path)
        return self.page

    def kill(self) -> None:
        """`kill -9`, of the whole browser at once: an empty battery."""
        assert self.context.browser
        browser = self.context.browser.new_browser_cdp_session()
        [process] = [each["id"] for each in browser.send("SystemInfo.getProcessInfo")["processInfo"] if each["type"] == "browser"]
        assert os.getpgid(process) == process, "not a group of its own"
        os.killpg(process, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while self.context.browser.is_connected():
            assert time.monotonic() < deadline, "the browser lives on"
            self._tick()

    def cold_start(self, path: str = "/?from=app") -> Page:
        """The battery went empty; now the app is opened again, from its icon."""
        self.kill()
        self.start()
        return self.open(path)

    def cdp(self) -> CDPSession:
        """The browser's own protocol, at the first tab."""
        return self.context.new_cdp_session(self.page)

    def fill_up(self, bytes_left: int | None) -> None:
        """Let the device have this much room for the app; `None`: as it was."""
        self.cdp().send("Storage.overrideQuotaForOrigin", {"origin": self.school.url, **({} if bytes_left is None else {"quotaSize": bytes_left})})

    def sync(self, tag: str) -> None:
        """Let the system wake the worker, as Android does when the signal is back; no page of the app is open."""
        browser = self.cdp()
        found: list[str] = []
        browser.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(each["registrationId"] for each in told["registrations"] if not each["isDeleted"]))
        browser.send("ServiceWorker.enable")
        while not found:
            self._tick()
        browser.send("ServiceWorker.dispatchSyncEvent", {"origin": self.school.url, "registrationId": found[-1], "tag": tag, "lastChance": False})

    def close(self) -> None:
        """Put it away."""
        self.context.close()

    def _tick(self) -> None:
        try:
            self.page.wait_for_timeout(20)
        except Error:
            time.sleep(0.02)


@contextmanager
def phone(*given: Any) -> Iterator[Phone]:
    """A phone, until the block ends."""
    made = Phone(*given)
    try:
        yield made
    finally:
        made.close()


def outbox(page: Page) -> list[dict[str, Any]]:
    """What this device has not sent yet, oldest first; what it says is encrypted."""
    [items] = until(
        page,
        """(async () => {
            const opened = indexedDB.open("spoor");
            await new Promise((resolve, reject) => { opened.onsuccess = resolve; opened.onerror = reject; opened.onupgradeneeded = () => opened.transaction.abort(); });
            const asked = opened.result.transaction("outbox").objectStore("outbox").getAll();
            await new Promise((resolve, reject) => { asked.onsuccess = resolve; asked.onerror = reject; });
            opened.result.close();
            return [asked.result.map(({id, what, about, state, why, tries, path}) => ({id, what, about, state, why, tries, path}))];
        })()""",
    )
    return items  # type: ignore[no-any-return]
