"""The main job, whole, with two people: an experience gets words, the talk is prepared, the message arrives, the mentor reads it, both agree."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from server.core.clock import at, local
from server.people.models import Person as Somebody
from server.push.delivery import Sender
from server.reminder.kinds import TALK_TOMORROW, moments_before_talk
from server.sign_in.links import make_link
from server.worker import send_due
from tests.browser.conftest import LAPTOP, School, Watched, controlled
from tests.browser.notifications import push, shown, tap
from tests.browser.test_push import PUSH_SERVICE
from tests.push.receiver import Receiver
from tests.world import id_of

Person = Callable[..., Watched]
ZONE = "Europe/Amsterdam"


@pytest.fixture
def service() -> Iterator[Receiver]:
    """The push service of noor's phone."""
    with Receiver() as running:
        yield running


@pytest.fixture
def school(tmp_path: Path, filled: Path, service: Receiver) -> Iterator[School]:
    """A school that may post to it."""
    made = School(tmp_path / "school", filled, push_hosts=(service.host,))
    yield made
    made.stop()
    made.database.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def starts_at() -> datetime:
    """11:20 on the first day from the third on before which there is still a message to come."""
    today = local(datetime.now(UTC), ZONE).date()
    days = (at(today + timedelta(days=days), time(11, 20), ZONE) for days in range(3, 8))
    return next(moment for moment in days if moments_before_talk(moment, ZONE)[TALK_TOMORROW] > datetime.now(UTC) + timedelta(minutes=5))


@pytest.mark.whole_browser
def test_from_what_was_done_to_what_was_agreed(person: Person, school: School, service: Receiver) -> None:
    mentor = person("deboer", viewport=LAPTOP)
    desk = mentor.open("/groups")
    _plan(desk)
    noor, phone = _sign_in_by_the_printed_link(person, school, service)
    _turn_on_reminders(phone, school)
    _tell(phone, school)
    _prepare(phone, school)
    talk = phone.url.split("?")[0]
    _the_message_arrives(noor, phone, school, service, talk)
    _read(desk, school)
    phone.goto(talk)
    expect(phone.get_by_text("Meneer De Boer heeft het gelezen.")).to_be_visible()
    _talk_and_agree(desk)
    phone.goto(talk)
    expect(phone.get_by_text("Ik wil zien hoe een timmerman werkt.")).to_be_visible()
    expect(phone.get_by_role("heading", name="Bel de timmerman in de straat")).to_be_visible()
    press(phone, "Gedaan")
    expect(phone.get_by_text("gedaan op")).to_be_visible()
    assert service.problems == []


def _plan(desk: Page) -> None:
    desk.locator("summary", has_text="Noor Peters").click()
    desk.locator("details[open]").get_by_role("link", name="Gesprek plannen").click()
    expect(desk.get_by_role("heading", name="Gesprek met Noor")).to_be_visible()
    desk.get_by_label("Dag").fill(local(starts_at(), ZONE).date().isoformat())
    desk.get_by_label("Tijd").fill("11:20")
    desk.get_by_label("Minuten").fill("20")
    desk.get_by_label("Welke plek?").fill("lokaal 2.14")
    press(desk, "Gesprek plannen")
    if desk.get_by_role("button", name="Toch zo plannen").count():
        press(desk, "Toch zo plannen")
    expect(desk.get_by_text("Noor Peters").first).to_be_visible()


def _sign_in_by_the_printed_link(person: Person, school: School, service: Receiver) -> tuple[Watched, Page]:
    with school.database.writing() as session:
        secret = make_link(session, session.get_one(Somebody, id_of("noor")), made_by=id_of("wouters"), at=datetime.now(UTC))
    keys = service.browser("noor").keys
    noor = person("nobody", permissions=["notifications"])
    script = (PUSH_SERVICE % (keys["p256dh"], keys["auth"])).replace("https://fcm.googleapis.com/fcm/send/${Math.random()}", service.browsers["noor"].endpoint)
    noor.context.add_init_script(f"if (location.host) {{ {script} }}")
    phone = noor.open(f"/sign-in/{secret}")
    expect(phone.get_by_role("heading", name="Hoi Noor")).to_be_visible()
    press(phone, "Aanmelden")
    expect(phone.get_by_role("heading", name="Gesprek met meneer De Boer")).to_be_visible()
    controlled(phone)
    return noor, phone


def _turn_on_reminders(phone: Page, school: School) -> None:
    phone.goto(school.url + "/me")
    press(phone, "Zet herinneringen aan")
    expect(phone.get_by_role("button", name="Stuur een testbericht")).to_be_visible()


def _tell(phone: Page, school: School) -> None:
    phone.goto(school.url + "/")
    expect(phone.get_by_role("heading", name="Hoe was de meeloopdag bij Bouwbedrijf Jansen?")).to_be_visible()
    phone.get_by_role("button", name="leuk", exact=True).first.click()
    expect(phone.get_by_role("heading", name="Wat heb je gedaan?")).to_be_visible()
    phone.get_by_label("Wat heb je gedaan?").fill("Een kozijn gezet. Dat moest op de millimeter.")
    press(phone, "Volgende")
    expect(phone.get_by_role("heading", name="Wat kon je goed?")).to_be_visible()
    phone.get_by_label("Zoek een woord").fill("presies werken")
    phone.get_by_label("precies werken").check()
    phone.get_by_label("Precies werken. Dat merkte ik toen ik").fill("alles drie keer opmat")
    press(phone, "Volgende")
    expect(phone.get_by_role("heading", name="Wat vond je belangrijk?")).to_be_visible()
    phone.get_by_text("Eigen woord", exact=True).click()
    phone.get_by_label("Jouw woord").fill("iets dat blijft staan")
    press(phone, "Klaar")
    for said in ("Een kozijn gezet", "Dat moest op de millimeter.", "alles drie keer opmat", "iets dat blijft staan"):
        expect(phone.get_by_text(said).first).to_be_visible()


def _prepare(phone: Page, school: School) -> None:
    phone.goto(school.url + "/")
    phone.get_by_role("link", name="Begin met voorbereiden").click()
    expect(phone.get_by_role("heading", name="Wat wil jij vertellen?")).to_be_visible()
    phone.get_by_label("Een kozijn gezet").check()
    press(phone, "Volgende: welke woorden passen?")
    phone.get_by_label("precies werken").check()
    phone.locator("textarea").first.fill("Toen ik de tijd vergat.")
    press(phone, "Volgende: jouw vraag")
    phone.get_by_label("Jouw vraag aan meneer De Boer").fill("Is bouwen iets voor mij?")
    press(phone, "Klaar: laat zien aan je mentor")
    expect(phone.get_by_text("Meneer De Boer kan het nu lezen.").first).to_be_visible()


def _the_message_arrives(noor: Watched, phone: Page, school: School, service: Receiver, talk: str) -> None:
    """The worker at 16:00 the school day before; the phone's push service decrypts; the phone shows it; a tap opens the talk."""
    moment = moments_before_talk(starts_at(), ZONE)[TALK_TOMORROW]
    before = len(service.of("noor"))

    async def work() -> None:
        async with Sender(school.settings) as sender:
            await send_due(school.settings, school.database, sender, moment)

    worker = threading.Thread(target=lambda: asyncio.run(work()))  # a loop of its own: Playwright has one here
    worker.start()
    worker.join(30)
    [message] = [one for one in service.of("noor")[before:] if one["navigate"] == talk]
    payload = next(one.payload for one in reversed(service.received) if one.name == "noor" and one.payload["notification"]["navigate"] == talk)
    for personal in ("Noor", "Peters", "Boer", "kozijn", "bouwen", "precies", "Meeloopdag", "Jansen"):
        assert personal not in json.dumps(payload, ensure_ascii=False)
    phone.goto(school.url + "/trail")
    controlled(phone)
    push(phone, noor, json.dumps(payload))
    assert [notification["title"] for notification in shown(phone)] == [message["title"]]
    tap(noor)
    phone.wait_for_url(talk)


def _read(desk: Page, school: School) -> None:
    desk.goto(school.url + "/")
    row = desk.get_by_role("link").filter(has_text="Noor Peters").first
    expect(row).to_contain_text("voorbereid")
    row.click()
    for said in ("“Is bouwen iets voor mij?”", "Een kozijn gezet", "Dat moest op de millimeter.", "alles drie keer opmat", "Toen ik de tijd vergat."):
        expect(desk.locator("#talk").get_by_text(said).first).to_be_visible()


def _talk_and_agree(desk: Page) -> None:
    press(desk, "Gesprek starten")
    expect(desk.get_by_text("Stilte is denktijd")).to_be_visible()
    while desk.get_by_role("link", name="Verder:", exact=False).count():
        desk.get_by_role("link", name="Verder:", exact=False).click()
        desk.wait_for_load_state()
    desk.get_by_role("link", name="Opschrijven en afronden").click()
    desk.get_by_label("Wat bespraken jullie?").fill("Ik wil zien hoe een timmerman werkt.")
    desk.get_by_label("Wat is de volgende stap?").fill("Bel de timmerman in de straat")
    desk.get_by_label("Wanneer?").fill((local(starts_at(), ZONE).date() + timedelta(days=7)).isoformat())
    desk.get_by_label("Wie helpt?").fill("mijn vader")
    press(desk, "Opslaan en afronden")
    expect(desk.get_by_text("Bel de timmerman in de straat").first).to_be_visible()
