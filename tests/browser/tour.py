"""Every screen there is, and how to get to it in the demo: for the pictures and for the accessibility of all of them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import PATIENCE

Go = Callable[[Page], object]


class Demo:
    """A running demo school, by its address and its sign-in links."""

    def __init__(self, url: str, links: dict[str, str]) -> None:
        """Keep what `spoor demo --json` told."""
        self.url, self.links = url, links

    def person(self, browser: Browser, role: str, **how: object) -> BrowserContext:
        """A browser in which this person is signed in; `nobody` is not."""
        context = browser.new_context(base_url=self.url, service_workers="block", timezone_id="Europe/Amsterdam", **how)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        if role != "nobody":
            page = context.new_page()
            page.goto(self.links[role])
            page.locator("main form button").first.click()
            page.wait_for_url(self.url + "/")
            page.close()
        return context


@contextmanager
def running_demo(folder: Path, port: int) -> Iterator[Demo]:
    """The demo in a process of its own, from an empty folder, until the block ends."""
    command = [sys.executable, "-m", "server", "demo", "--json", "--port", str(port), "--data", str(folder)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SPOOR_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            yield Demo(told["url"], told["sign_in"])
        finally:
            process.terminate()
            process.wait(30)


def at(path: str) -> Go:
    """The screen at this address."""
    return lambda page: page.goto(path)


def through(path: str, selector: str) -> Go:
    """The screen behind the first link that the selector finds on another."""

    def go(page: Page) -> None:
        page.goto(path)
        target = page.locator(selector).first.get_attribute("href")
        assert target, f"no {selector} on {path}"
        page.goto(target)

    return go


def then(first: Go, selector: str) -> Go:
    """The screen after a press on something."""

    def go(page: Page) -> None:
        first(page)
        page.locator(selector).first.click()
        page.wait_for_load_state()

    return go


def _edit(step: str) -> Go:
    def go(page: Page) -> None:
        through("/trail", "ol.trail h3 a")(page)
        page.goto(page.url.split("?")[0] + f"/edit?step={step}")

    return go


def _card(page: Page) -> None:
    """The card of a student who used it."""
    through("/groups", "a[href$='/cards']")(page)
    page.goto(page.locator("a.row:has-text('eerst gebruikt')").first.get_attribute("href") or "")


def _student(more: str) -> Go:
    """The page of the student of the demo, as the school keeps it."""

    def go(page: Page) -> None:
        through("/school/people?q=samira", "a.row[href^='/school/people/']")(page)
        page.goto(page.url + more)

    return go


_READING = "(settings) => fetch('/me/reading', { method: 'POST', body: new URLSearchParams({ text_size: 'normal', ...settings }) })"


def _helped(path: str, **settings: str) -> Go:
    """A screen as somebody has it who chose larger letters, calm or pictures; the next screen is as it was."""

    def go(page: Page) -> None:
        page.goto("/help")
        page.evaluate(_READING, settings)
        page.goto(path)
        page.evaluate(_READING, {})

    return go


def _preparation(step: int) -> Go:
    def go(page: Page) -> None:
        through("/", "section.hero a.button")(page)
        page.goto(page.url.split("?")[0] + f"?step={step}")

    return go


def _mail_code(page: Page) -> None:
    page.goto("/sign-in")
    page.locator("summary", has=page.locator("use[href$='chalkboard-teacher-duotone']")).click()
    page.locator("#email-staff").fill("iemand@school.example")
    page.locator("form[action='/sign-in/mail'] button").first.click()
    page.wait_for_url("**/sign-in/mail")


def _letter(page: Page) -> None:
    page.goto("/sign-in")
    page.locator("summary", has=page.locator("use[href$='chalkboard-teacher-duotone']")).click()
    page.locator("#email-staff").fill("m.deboer@voorbeeld.example")
    page.locator("form[action='/sign-in/mail'] button").first.click()
    page.wait_for_url("**/sign-in/mail")
    page.locator("a[href='/inbox']").click()
    page.locator("a.row[href^='/inbox/']").first.click()
    page.frame_locator("iframe").locator(".code").wait_for()


def _by_code(page: Page) -> None:
    """What somebody without an account meets by a student's code. Signs the student out: the last of their screens."""
    page.goto("/recognitions/invitation")
    page.locator("form[action='/recognitions/invitations'] button").click()
    address = page.locator("#address").inner_text()
    page.context.clear_cookies()
    page.goto(address)


def _second_factor(page: Page) -> None:
    page.goto("/me/password")
    page.locator("#password").fill("paraplu dwaallicht tafel")
    page.locator("form[action='/me/password'] button").click()
    page.locator("#code").wait_for()


_LIST = (
    "Leerlingen per klas;;;;;;\r\nStamnr;Roepnaam;Tussenvoegsel;Achternaam;Klas;Geboortedatum;E-mail;Mentor;Telefoon\r\n"
    "990001;Yara;van der;Meulen;3Z;21-05-2011;;ZEE;06\r\n990002;Çaglar;;Yılmaz;3Z;31-02-2011;kapot@@x;ZEE;\r\n990003;Bo;de;Wit;3Z;1-2-2011;;WIE;\r\n"
    ";Zonder;;Nummer;3Z;;;ZEE;\r\nZEE;Klaas;;Zeeman;;;k.zeeman@voorbeeld.example;;\r\n"
)


def _list(*then: str, end: str = "") -> Go:
    """The screen of a list that was chosen, after presses on these."""

    def go(page: Page) -> None:
        page.goto("/school/import")
        page.set_input_files("#file", files=[{"name": "leerlingen.csv", "mimeType": "text/csv", "buffer": _LIST.encode()}])
        page.locator("main form button").first.click()
        page.wait_for_url("**/school/import/*")
        if then and page.locator("input[name=who]").count():
            page.locator("main form button").first.click()
            page.wait_for_load_state()
        for selector in then[1:]:
            page.locator(selector).first.click()
            page.wait_for_load_state()
        if end:
            page.goto(page.url + end)

    return go


_TALK = "a.row[href^='/conversations/']:has(.badge--ready)"
_HELD = "#past ~ ul a.row[href^='/conversations/']"

SCREENS: dict[str, dict[str, Go]] = {
    "nobody": {
        "sign-in": at("/sign-in"),
        "sign-in-staff": then(at("/sign-in"), "summary:has(use[href$='chalkboard-teacher-duotone'])"),
        "sign-in-mail": _mail_code,
        "sign-in-password": at("/sign-in/password"),
        "inbox": at("/inbox"),
        "inbox-letter": _letter,
        "sign-in-used": at("/sign-in/nonsense"),
        "sign-in-card": at("/sign-in/card"),
        "invitation-over": at("/invitation/nonsense"),
        "recognition-over": at("/r/nonsense"),
        "setup-where": at("/setup"),
        "not-found": at("/nowhere"),
        "offline": at("/offline"),
    },
    "student": {
        "today": at("/"),
        "trail": at("/trail"),
        "trail-nothing-found": at("/trail?q=xyzzy"),
        "words": at("/words"),
        "word": through("/words", "main details a[href^='/words/evidence']"),
        "experience": through("/trail", "ol.trail h3 a"),
        "experience-new": at("/experiences/new"),
        "experience-face": _edit("face"),
        "experience-qualities": _edit("qualities"),
        "experience-motives": _edit("motives"),
        "experience-short": at("/experiences/new?depth=short&step=short"),
        "experience-found": at("/experiences/new?step=qualities&q=doorsetten"),
        "experience-deep": through("/trail?q=metselen", "ol.trail h3 a"),
        "experience-situation": at("/experiences/new?depth=deep&step=situation"),
        "goal": through("/", "main a[href$='/goal']"),
        "talks": at("/conversations"),
        "talk-held": through("/conversations", "ol.trail h3 a"),
        "prepare-tell": _preparation(1),
        "prepare-words": _preparation(2),
        "prepare-ask": _preparation(3),
        "me": at("/me"),
        "guardians": at("/me/guardians"),
        "code": then(at("/me"), "form[action='/me/codes'] button"),
        "messages": at("/messages"),
        "record": at("/me/record"),
        "help": at("/help"),
        "today-largest": _helped("/", text_size="largest"),
        "trail-calm": _helped("/trail", calm="1"),
        "pictures-told": _helped("/experiences/new", pictures="1"),
        "pictures-face": _helped("/experiences/new?step=face", pictures="1", text_size="large"),
        "pictures-words": _helped("/experiences/new?step=qualities", pictures="1"),
        "recognitions": at("/recognitions"),
        "recognition-ask": at("/recognitions/invitation"),
        "recognition-code": then(at("/recognitions/invitation"), "form[action='/recognitions/invitations'] button"),
        "not-found": at("/nowhere"),
        "recognition-guest": _by_code,
    },
    "mentor": {
        "talks": at("/"),
        "talk-prepared": through("/", _TALK),
        "talk-not-yet": through("/", "a.row[href^='/conversations/']:has(.badge--not-yet)"),
        "talk-held": through("/", _HELD),
        "outcome-edit": lambda page: (through("/", _HELD)(page), page.goto(page.url.split("?")[0] + "/outcome")),
        "plan": at("/conversations/new"),
        "group": at("/groups"),
        "cards": through("/groups", "a[href$='/cards']"),
        "card": _card,
        "recognitions": at("/recognitions"),
        "recognition-new": at("/recognitions/new"),
        "recognition-say": through("/recognitions/new", "a.row[href*='student=']"),
        "recognition-reports": at("/recognitions/reports"),
        "activities": at("/activities"),
        "activity": through("/activities", "main a[href^='/activities/']"),
        "me": at("/me"),
        "messages": at("/messages"),
    },
    "staff": {
        "home": at("/"),
        "recognitions": at("/recognitions"),
        "recognition-new": at("/recognitions/new"),
        "talk-cards": at("/cards"),
        "talk-cards-next": at("/cards#motives"),
        "activities": at("/activities"),
        "me": at("/me"),
        "passkey-new": at("/me/passkeys/new"),
        "password": at("/me/password"),
        "second-factor": _second_factor,
        "confirmation": at("/sign-in/confirmation?next=/me"),
    },
    "coordinator": {
        "school": at("/"),
        "people": at("/school/people"),
        "group": through("/school/people", "a[href^='/school/groups/']"),
        "people-staff": at("/school/people?show=staff"),
        "people-found": at("/school/people?q=de"),
        "person-student": through("/school/people?q=samira", "a.row[href^='/school/people/']"),
        "person-staff": through("/school/people?q=marten", "a.row[href^='/school/people/']"),
        "person-new": at("/school/people/new"),
        "person-edit": then(through("/school/people?q=marten", "a.row[href^='/school/people/']"), "a[href$='/edit']"),
        "group-new": at("/school/groups/new"),
        "cover": at("/school/cover"),
        "record": at("/school/record"),
        "record-verified": at("/school/record/verification"),
        "import": at("/school/import"),
        "import-columns": _list(end="/columns"),
        "import-preview": _list("columns"),
        "import-part": _list("columns", end="?part=small"),
        "cards": at("/school/cards"),
        "guardians": at("/school/guardians"),
        "student": _student(""),
        "student-guardians": _student("/guardians"),
        "settings": at("/school/settings"),
        "language": at("/school/vocabulary"),
        "language-questions": at("/school/vocabulary?kind=questions&moment=mentor"),
        "language-word": at("/school/vocabulary/words/w-kunnen-wachten"),
        "language-question": at("/school/vocabulary/questions/q-wat-zou-je-oma-zeggen"),
        "language-new": at("/school/vocabulary/words/new?kind=motive"),
        "language-own": at("/school/vocabulary/own"),
        "language-sharing": at("/school/vocabulary/sharing"),
        "activities": at("/activities"),
        "activity-new": at("/activities/new"),
        "activity": through("/activities", "main a[href^='/activities/']:not([href$='/new'])"),
        "styleguide": at("/styleguide"),
    },
    "guardian": {"home": at("/"), "me": at("/me"), "messages": at("/messages"), "not-found": at("/nowhere")},
}
