"""Nothing is ever lost: a student without signal, with a battery that goes empty, behind a portal, on a slow line, with a full phone."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from server.activity.models import ActivityGoal
from server.conversation.models import Completion, Preparation, Submission
from server.core.mutation import Mutation
from server.experience.models import Experience, ExperienceAnswer
from tests.browser.conftest import School, controlled, until
from tests.browser.luck import Luck, luck
from tests.browser.phone import Phone, outbox, phone
from tests.world import id_of

SLOW_3G = (0.4, 50_000)
"""Seconds before anything comes, and bytes a second."""
KEPT = "op je telefoon bewaard"
TALK = f"/conversations/{id_of('gesprek')}"
AT_HAND = ("/", "/trail", "/outbox", "/experiences/new", "/experiences/new?step=face", "/experiences/new?step=qualities", "/experiences/new?step=motives", TALK,
           f"{TALK}/preparation?step=1", f"{TALK}/preparation?step=2", f"{TALK}/preparation?step=3")  # fmt: skip
HELD = """(async () => {
    const kept = [];
    for (const name of await caches.keys()) for (const {url} of await (await caches.open(name)).keys()) kept.push(url.replace(location.origin, ""));
    return PATHS.every((path) => kept.includes(path));
})()""".replace("PATHS", str(list(AT_HAND)))
"""Whether a device has what it needs without signal."""


@pytest.fixture
def way() -> Iterator[Luck]:
    """The way to the server, on which everything may happen."""
    with luck() as made:
        yield made


@pytest.fixture
def school(tmp_path: Path, filled: Path, way: Luck) -> Iterator[School]:
    """A school at the end of it."""
    made = School(tmp_path / "school", filled, url=way.url)
    way.server = made.address
    yield made
    made.stop()
    made.database.close()


@pytest.fixture
def samira(playwright: Playwright, chromium_path: str, tmp_path: Path, school: School) -> Iterator[Phone]:
    """Her phone, on which she opened the app before, with signal."""
    with phone(playwright, chromium_path, tmp_path / "phone", school, "samira") as made:
        at_hand(made.open())
        yield made
    assert not made.complaints


def at_hand(page: Page) -> None:
    """Wait until this device has what it needs without signal."""
    controlled(page)
    until(page, HELD)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def told(school: School) -> dict[str, Experience]:
    """What samira has told, by its text."""
    with school.database.reading() as session:
        mine = session.scalars(select(Experience).where(Experience.student_id == id_of("samira"), Experience.deleted_at.is_(None)).options(selectinload(Experience.words)))
        return {one.text: one for one in mine}


def everything_sent(page: Page) -> None:
    """Wait until nothing waits on this device."""
    deadline = time.monotonic() + 15
    while waiting := outbox(page):
        assert time.monotonic() < deadline, waiting
        page.wait_for_timeout(50)


def test_a_day_without_signal(samira: Phone, way: Luck, school: School) -> None:
    way.offline()
    left = datetime.now(UTC)
    page = samira.cold_start()
    expect(page.get_by_text("Geen internet. Dit is zoals het was om")).to_be_visible()
    page = _half_a_sentence_survives_an_empty_battery(samira, page)
    new = _tell(page)
    _change_delete_and_undo(page)
    _prepare_and_show(page)
    page.goto(school.url + "/")
    page.get_by_role("button", name=re.compile("^Gedaan")).click()
    expect(page.get_by_text(f"gedaan · {KEPT}")).to_be_visible()
    page = samira.cold_start()
    expect(page.get_by_role("link", name="Een kozijn gezet met mijn oom")).to_be_visible()
    waiting = outbox(page)
    assert [item["state"] for item in waiting] == ["kept"] * len(waiting) and len(waiting) == 11 and way.seen == []
    way.online()
    page = samira.open()
    everything_sent(page)
    _all_arrived_once_in_order(way, school, waiting, new, left)


def _half_a_sentence_survives_an_empty_battery(samira: Phone, page: Page) -> Page:
    page.get_by_role("navigation").get_by_role("link", name="Ervaring").click()
    field = page.get_by_label("Wat heb je gedaan?")
    field.press_sequentially("Een kozijn gezet")
    page.wait_for_timeout(450)
    page = samira.cold_start("/experiences/new")
    expect(page.get_by_label("Wat heb je gedaan?")).to_have_value("Een kozijn gezet")
    return page


def _tell(page: Page) -> str:
    """All four steps; gives the address of what they are about."""
    page.get_by_label("Wat heb je gedaan?").fill("Een kozijn gezet met mijn oom. Dat moest op de millimeter.")
    press(page, "Volgende")
    page.get_by_text("leuk", exact=True).click()
    press(page, "Volgende")
    page.get_by_label("Zoek een woord").fill("doorsetten")
    page.get_by_role("checkbox", name="doorzetten").check()
    page.get_by_label("Doorzetten. Dat merkte ik toen ik").fill("alles drie keer opmat")
    press(page, "Volgende")
    expect(page.get_by_role("heading", name="Wat vond je belangrijk?")).to_be_visible()
    page.get_by_text("Eigen woord", exact=True).click()
    page.get_by_label("Jouw woord").fill("iets dat blijft staan")
    press(page, "Klaar")
    expect(page.get_by_role("heading", name="Een kozijn gezet met mijn oom")).to_be_visible()
    for said in (KEPT, "leuk", "doorzetten", "alles drie keer opmat", "iets dat blijft staan"):
        expect(page.locator("main").get_by_text(said).first).to_be_visible()
    return re.sub(r"[?#].*", "", page.url)


def _change_delete_and_undo(page: Page) -> None:
    page.get_by_role("link", name="Hoe was het?").click()
    expect(page.get_by_label("leuk", exact=True)).to_be_checked()
    page.get_by_text("super", exact=True).click()
    press(page, "Opslaan")
    expect(page.locator("main").get_by_text("super")).to_be_visible()
    press(page, "Verwijderen")
    expect(page.get_by_role("heading", name="Mijn spoor")).to_be_visible()
    expect(page.get_by_role("link", name="Een kozijn gezet met mijn oom")).to_have_count(0)
    press(page, "Ongedaan maken")
    expect(page.get_by_role("heading", name="Een kozijn gezet met mijn oom", level=1)).to_be_visible()


def _prepare_and_show(page: Page) -> None:
    page.goto(page.url.split("/experiences/")[0] + f"{TALK}/preparation?step=1")
    page.get_by_label("Een kozijn gezet met mijn oom").check()
    press(page, "Volgende: welke woorden passen?")
    page.locator("textarea").first.fill("Toen ik de tijd vergat.")
    press(page, "Volgende: jouw vraag")
    page.get_by_label("Jouw vraag aan meneer De Boer").fill("Is bouwen iets voor mij?")
    press(page, "Klaar: laat zien aan je mentor")
    page.wait_for_url(f"**{TALK}")


def _all_arrived_once_in_order(way: Luck, school: School, waiting: list[dict[str, Any]], new: str, left: datetime) -> None:
    assert [save.mutation for save in way.seen] == [item["id"] for item in waiting]
    one = told(school)["Een kozijn gezet met mijn oom. Dat moest op de millimeter."]
    assert str(one.id) == new.rsplit("/", 1)[1] and one.face == 5
    assert {(word.word or word.own, word.evidence) for word in one.words} == {("persevering", "alles drie keer opmat"), ("iets dat blijft staan", "")}
    assert left < one.happened_at < one.arrived_at and one.captured_at < one.arrived_at
    with school.database.reading() as session:
        assert session.get_one(Preparation, id_of("gesprek")).question == "Is bouwen iets voor mij?"
        assert session.scalar(select(Submission).where(Submission.conversation_id == id_of("gesprek"))) is not None
        assert session.get(Completion, id_of("afspraak")) is not None


def change(page: Page, name: str, text: str) -> None:
    """Say something else about an experience."""
    page.goto(re.sub(r"(?<=\d)/.*", "", page.url) + f"/experiences/{id_of(name)}/edit?step=text&alone=1")
    field = page.get_by_label("Wat heb je gedaan?")
    expect(field, "what is known of it stands there").not_to_have_value("")
    field.fill(text)
    press(page, "Opslaan")


def try_again(page: Page) -> None:
    """The browser says that there is internet."""
    until(page, "setTimeout(() => dispatchEvent(new Event('online'))) > 0")


def test_only_the_receipt_of_this_very_save_counts_as_stored(samira: Phone, way: Luck, school: School) -> None:
    page = samira.page
    for wrong in ("sign-in", "portal", "old server", "half", "lost", "twice"):
        way.saves[""] = wrong
        change(page, "soep", f"Soep, met pech: {wrong}")
        expect(page.get_by_role("heading", name=f"Soep, met pech: {wrong}", level=1)).to_be_visible()
        if wrong != "twice":
            expect(page.locator("main").get_by_text(KEPT, exact=True)).to_be_visible()
            [waiting] = outbox(page)
            assert waiting["state"] == "kept", wrong
        way.saves.clear()
        try_again(page)
        everything_sent(page)
        assert f"Soep, met pech: {wrong}" in told(school)
    with school.database.reading() as session:
        assert len(list(session.scalars(select(Mutation)))) == len({save.mutation for save in way.seen}) == 6
        assert session.get_one(Experience, id_of("soep")).revision == 7


def test_what_is_refused_stays_and_says_what_can_be_done(samira: Phone, way: Luck, school: School) -> None:
    page = samira.page
    for name, status in (("soep", 404), ("oma", 409), ("ziekenhuis", 413)):
        way.saves[str(id_of(name))] = status
        change(page, name, f"Nieuw over {name}")
        expect(page.locator("#flash")).to_contain_text("Het staat veilig op je telefoon")
    way.saves["agreements"] = 429
    page.goto(school.url + "/")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^Gedaan")).click()
    expect(page.get_by_text(f"gedaan · {KEPT}")).to_be_visible()
    page.goto(school.url + "/outbox")
    assert [item.get("why") for item in outbox(page)] == ["gone", "deleted", "too-large", "too-often"]
    for said in ("Waar dit bij hoorde, bestaat niet meer", "op een ander apparaat verwijderd", "Dit is te groot", "Nieuw over soep", "Nieuw over oma", "Nieuw over ziekenhuis"):
        expect(page.get_by_text(said).first).to_be_visible()
    way.saves.clear()
    refused = page.locator("section.notice--warn").filter
    refused(has_text="Nieuw over oma").get_by_role("button", name="Gooi weg").click()
    until(page, "dispatchEvent(new CustomEvent('spoor:outbox', {detail: {state: 'kept'}}))")  # another card changes meanwhile
    page.wait_for_timeout(500)
    refused(has_text="Nieuw over oma").get_by_role("button", name="Echt weggooien?").click()
    refused(has_text="Nieuw over soep").get_by_role("button", name="Bewaar als nieuwe ervaring").click()
    refused(has_text="Nieuw over ziekenhuis").get_by_role("button", name="Probeer opnieuw").click()
    expect(page.locator("section.notice--warn")).to_have_count(0)
    page.wait_for_timeout(1000)
    page.reload()
    everything_sent(page)
    stored = told(school)
    assert "Nieuw over soep" in stored and "Nieuw over ziekenhuis" in stored and "Nieuw over oma" not in stored
    assert stored["Nieuw over soep"].id != id_of("soep")
    way.saves[""] = 422
    change(page, "oma", "Te lang over oma")
    expect(page.get_by_role("alert")).to_contain_text("Dit is te lang.")
    expect(page.get_by_label("Wat heb je gedaan?")).to_have_value("Te lang over oma")
    way.saves[""] = 401
    press(page, "Opslaan")
    expect(page.locator("#flash")).to_contain_text("Je bent niet meer aangemeld. Het staat veilig op je telefoon.")
    way.saves.clear()
    page.goto(school.url + "/")
    everything_sent(page)
    assert "Te lang over oma" in told(school)


def test_a_copy_gives_way_by_itself_when_the_server_truly_answers(samira: Phone, way: Luck, school: School) -> None:
    way.offline()
    page = samira.open("/")
    expect(page.get_by_text("Geen internet. Dit is zoals het was om")).to_be_visible()
    try_again(page)  # the phone calls itself online, and is not there yet
    page.wait_for_timeout(500)
    way.online()
    expect(page.get_by_text("Geen internet")).to_have_count(0)


def test_two_tabs_and_the_system_send_a_save_once(samira: Phone, way: Luck, school: School) -> None:
    page, other = samira.page, samira.context.new_page()
    way.offline()
    change(page, "oma", "Zonder signaal")
    other.goto(school.url + "/trail")
    way.online()
    way.slow = SLOW_3G
    for tab in (page, other):
        try_again(tab)
    everything_sent(page)
    assert [save.fields["text"] for save in way.seen] == ["Zonder signaal"]
    other.close()
    change(page, "oma", "Op een trage lijn")
    expect(page.get_by_role("heading", name="Op een trage lijn", level=1)).to_be_visible()
    everything_sent(page)
    way.slow = None
    way.offline()
    change(page, "oma", "Met de app dicht")
    expect(page.get_by_role("heading", name="Met de app dicht", level=1)).to_be_visible()
    way.seen.clear()
    page.goto("about:blank")
    way.online()
    samira.sync("outbox")
    deadline = time.monotonic() + 20
    while "Met de app dicht" not in told(school):
        assert time.monotonic() < deadline, "the worker sent nothing that was stored"
        page.wait_for_timeout(100)
    page = samira.open("/trail")
    everything_sent(page)
    assert [save.fields["text"] for save in way.seen] == ["Met de app dicht"]


def test_a_full_phone_says_so_and_lets_go_of_nothing(samira: Phone, way: Luck, school: School) -> None:
    samira.kill()  # What room there is, is only asked of the disk when the browser starts.
    samira.start()
    samira.fill_up(1)
    page = samira.open()
    way.offline()
    change(page, "oma", "Er past niets meer bij")
    expect(page.locator("#flash")).to_contain_text("Je telefoon is vol")
    expect(page.get_by_label("Wat heb je gedaan?")).to_have_value("Er past niets meer bij")
    assert outbox(page) == []
    way.online()
    press(page, "Opslaan")
    expect(page.get_by_role("heading", name="Er past niets meer bij", level=1)).to_be_visible()
    assert "Er past niets meer bij" in told(school)


def test_what_was_deleted_or_shown_elsewhere_is_brought_back_with_what_was_typed_meanwhile(samira: Phone, way: Luck, school: School) -> None:
    page = samira.page
    now = datetime.now(UTC)
    page.goto(school.url + f"{TALK}/preparation?step=3")
    page.get_by_label("Jouw vraag aan").fill("Mag ik meer bouwen?")
    with school.database.writing() as session:
        session.get_one(Experience, id_of("oma")).deleted_at = now
        session.add(Submission(conversation_id=id_of("gesprek"), school_id=id_of("waal"), person_id=id_of("samira"), submitted_at=now))
    press(page, "Opslaan en stoppen")
    expect(page.locator("#flash")).to_contain_text("Het staat veilig op je telefoon")
    way.offline()
    change(page, "oma", "Toch nog iets over oma")
    expect(page.get_by_role("heading", name="Toch nog iets over oma", level=1)).to_be_visible()
    way.online()
    page.goto(school.url + "/outbox")
    expect(page.locator("section.notice--warn")).to_have_count(2)
    press(page, "Zet het terug en bewaar dit")
    press(page, "Neem het terug en bewaar dit")
    everything_sent(page)
    with school.database.reading() as session:
        oma = session.get_one(Experience, id_of("oma"))
        assert (oma.text, oma.deleted_at) == ("Toch nog iets over oma", None)
        assert session.get_one(Preparation, id_of("gesprek")).question == "Mag ik meer bouwen?"
        assert session.scalar(select(Submission.withdrawn_at)) is not None


def test_a_deep_entry_and_a_goal_without_signal(samira: Phone, way: Luck, school: School) -> None:
    """Other questions than the usual ones are at hand too, and what was answered to them is shown and sent."""
    page = samira.open()
    page.goto(school.url + "/me")
    press(page, "diep")
    at_hand(page)
    until(page, HELD.replace(str(list(AT_HAND)), '["/experiences/new?step=transfer"]'))
    page.goto(f"{school.url}/activities/{id_of('opendag')}/goal")
    way.offline()
    page.get_by_label("Wat wil je te weten komen?").fill("Of het er stil is")
    with page.expect_navigation():
        press(page, "Opslaan")
    page.goto(f"{school.url}/experiences/new")
    page.get_by_label("Wat heb je gedaan?").fill("Een kozijn gezet.")
    for asked in ("Hoe was het?", "Wat kon je goed?", "Wat vond je belangrijk?", "Waar was je?"):
        press(page, "Volgende")
        expect(page.get_by_role("heading", name=asked)).to_be_visible()
    page.get_by_label("Waar was je?").fill("Bij mijn oom")
    press(page, "Volgende")
    expect(page.get_by_label("Wat moest je doen?")).to_be_visible()
    press(page, "Opslaan en stoppen")
    expect(page.locator("main").get_by_text("Bij mijn oom")).to_be_visible()
    expect(page.get_by_role("heading", name="Waar was je?")).to_be_visible()
    way.online()
    page = samira.open()
    everything_sent(page)
    with school.database.reading() as session:
        answers = session.scalars(select(ExperienceAnswer).where(ExperienceAnswer.text != "")).all()
        assert [(one.field, one.text) for one in answers] == [("situation", "Bij mijn oom")]
        assert session.get_one(ActivityGoal, (id_of("opendag"), id_of("samira"))).text == "Of het er stil is"
