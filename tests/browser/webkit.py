"""Real WebKit, the engine of every browser on an iPhone: Debian's WebKitGTK, steered by selenium, under a screen of its own.

It keeps its profile (`webkit_window.py`), so that it can be killed in the middle and started again. It has no emulation of
being offline: no internet is a server that was stopped.
"""

import ctypes.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import ElementNotInteractableException, JavascriptException, NoSuchElementException, StaleElementReferenceException
from selenium.webdriver import Remote
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.webkitgtk.options import Options

from tests.browser.conftest import School
from tests.world import token_of

WINDOW = Path(__file__).with_name("webkit_window.py")
NEEDED = ("WebKitWebDriver", "Xvfb")
PATIENCE = 15.0
"""Seconds until something that should be on the screen is given up."""


def needed() -> None:
    """Skip by name where there is no WebKit, but never where all tests must run."""
    missing = [name for name in NEEDED if not shutil.which(name)] + ([] if ctypes.util.find_library("webkit2gtk-4.1") else ["libwebkit2gtk-4.1"])
    if missing:
        told = f"no WebKit found ({', '.join(missing)}): apt install webkit2gtk-driver libwebkit2gtk-4.1-0 xvfb"
        pytest.fail(told) if os.environ.get("CI", "").lower() in {"1", "true"} else pytest.skip(told)


class WebKit:
    """A phone with one tab. What is looked for may take a while to come; what is pressed is pressed by a real pointer."""

    def __init__(self, profile: Path, display: str) -> None:
        """Start it on this profile."""
        self.profile, self._display = profile, display
        profile.mkdir(parents=True, exist_ok=True)
        self.start()

    def start(self) -> None:
        """Open the browser, as it was left."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = {**os.environ, "DISPLAY": self._display, "NO_AT_BRIDGE": "1", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1" if os.geteuid() == 0 else "0"}
        command = ["WebKitWebDriver", f"--port={port}"]
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        options = Options()
        options.binary_location = sys.executable
        for argument in (str(WINDOW), str(self.profile)):
            options.add_argument(argument)
        try:
            _listens(port, self._process)
            self.driver = Remote(RemoteConnection(client_config=ClientConfig(f"http://127.0.0.1:{port}", timeout=60)), options=options)
            self.driver.set_page_load_timeout(30)
            self.driver.set_script_timeout(20)
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        """`kill -9`, of everything this browser is made of, at once."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        deadline = time.monotonic() + 10
        while _alive(self._process.pid):  # What still dies may hold the files that the next start needs.
            assert time.monotonic() < deadline, "the browser lives on"
            time.sleep(0.02)

    def sign_in(self, name: str, school: School) -> None:
        """Be somebody of the world from now on, also after the next start."""
        self.driver.get(f"{school.url}/manifest.webmanifest")
        self.driver.add_cookie({"name": "spoor", "value": token_of(name), "path": "/", "httpOnly": True, "sameSite": "Lax", "expiry": int(time.time()) + 86400 * 30})

    def open(self, url: str) -> None:
        """Go to this address. WebKitGTK can block IndexedDB for good when a page is left in the middle of a transaction: so not at once."""
        time.sleep(1.2)
        self.driver.get(url)

    def run(self, script: str) -> Any:
        """The value of an expression in the page; a promise is waited for."""
        return self.driver.execute_async_script(f"const done = arguments[0]; Promise.resolve({script}).then(done, (error) => done(`${{error}}`));")

    def until(self, script: str, within: float = PATIENCE) -> Any:
        """The value of this expression as soon as it is something."""
        return self._until(lambda: self.run(script), f"never came true: {script}", within)

    def see(self, text: str, within: float = PATIENCE) -> None:
        """Wait until this can be read on the page."""
        self._until(lambda: text in self.text(), f"never seen: {text}", within)

    def text(self) -> str:
        """What can be read on the page."""
        return str(self.driver.execute_script("return document.body ? document.body.innerText : ''"))

    def press(self, name: str) -> None:
        """Press the button, the link or the choice that is called so."""
        path = f"//*[self::button or self::a or self::summary or self::label][normalize-space()={name!r} or input/@data-label={name!r}]"
        self._until(lambda: any(self._pressed(each) for each in self.driver.find_elements("xpath", path)), f"cannot be pressed: {name}")

    def _pressed(self, element: WebElement) -> bool:
        """Press it, when it is at rest; whether the press landed on it, for a page that still moves may have put something else there."""
        if not self._at_rest(element):
            return False
        self.driver.execute_script("arguments[0].addEventListener('click', ({currentTarget}) => (currentTarget.dataset.pressed = ''), {capture: true, once: true})", element)
        try:
            element.click()
            return element.get_attribute("data-pressed") is not None
        except (NoSuchElementException, StaleElementReferenceException):
            return True

    def _at_rest(self, element: WebElement) -> bool:
        """Whether it is to be seen and stays where it is: a press must not land on what takes its place."""
        before = element.rect
        time.sleep(0.1)
        return element.is_displayed() and element.rect == before and self.driver.execute_script("return document.readyState") == "complete"

    def fill(self, label: str, text: str) -> None:
        """Type this in the field that is called so, in place of what stands there."""
        self._until(lambda: self._typed(self._labelled(label), text), f"cannot be filled: {label}")

    def _typed(self, field: WebElement | None, text: str) -> bool:
        if not field or not self._at_rest(field):
            return False
        field.clear()
        field.send_keys(text)
        return field.get_property("value") == text

    def value(self, label: str) -> str:
        """What stands in the field that is called so."""
        return str(self._until(lambda: self._labelled(label), f"no field called {label}").get_property("value"))

    def _labelled(self, label: str) -> WebElement | None:
        script = "return [...document.querySelectorAll('input, textarea')].find((field) => [...(field.labels ?? [])].some((label) => label.textContent.includes(arguments[0])))"
        return self.driver.execute_script(script, label)  # type: ignore[no-any-return]

    def _until(self, look: Any, told: str, within: float = PATIENCE) -> Any:
        deadline = time.monotonic() + within
        while True:
            try:
                if found := look():
                    return found
            except (ElementNotInteractableException, JavascriptException, NoSuchElementException, StaleElementReferenceException):
                pass  # The page is just being replaced by the next.
            assert time.monotonic() < deadline, f"{told}\n{self.driver.current_url}\n{self.text()[:1500]}"
            time.sleep(0.05)


@contextmanager
def screen() -> Iterator[str]:
    """A screen nobody looks at; gives its name."""
    told, tell = os.pipe()
    command = ["Xvfb", "-displayfd", str(tell), "-screen", "0", "800x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[tell], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        os.close(tell)
        try:
            with os.fdopen(told) as number:
                yield f":{number.readline().strip()}"
        finally:
            process.terminate()


@contextmanager
def webkit(profile: Path) -> Iterator[WebKit]:
    """A phone with WebKit, until the block ends."""
    needed()
    with screen() as display:
        phone = WebKit(profile, display)
        try:
            yield phone
        finally:
            phone.kill()


def _listens(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the driver does."""
    deadline = time.monotonic() + 20
    while True:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None and time.monotonic() < deadline, "WebKitWebDriver did not start"
        time.sleep(0.02)


def _alive(group: int) -> bool:
    """Whether a process of this group runs; one that only waits to be noticed by its parent does not."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its = stat.read_text().rpartition(")")[2].split()[:3]
        except (OSError, ValueError):
            continue
        if int(its) == group and state not in "ZX":
            return True
    return False
