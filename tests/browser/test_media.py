"""Telling with photos and your voice, in a real browser with a microphone that beeps: seen at once, taken away again, kept without signal, there at last."""

import io
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, Playwright, expect
from sqlalchemy import select, update

from server.core.assets import Assets
from server.experience.models import Experience, ExperienceMedia
from server.people.models import DeviceSession
from tests.browser.conftest import ARGUMENTS, LAPTOP, PHONE, School, Watched, axe, until
from tests.browser.phone import Phone, phone
from tests.browser.test_offline import at_hand
from tests.core.files import drawing
from tests.world import id_of

Person = Callable[..., Watched]
BEEPING = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
JPEG = "image/jpeg"
ITEMS = """async (address) => {
    const outbox = await import(address);
    const items = (await outbox.items()).filter((item) => item.what === "media");
    return Promise.all(items.map(async ({id, fields, file, state}) => ({...Object.fromEntries(fields), ...file, state, bytes: [...new Uint8Array(await outbox.file(id))]})));
}"""
HELD = """async () => {
    if (!(await indexedDB.databases()).length) return {drafts: 0, outbox: 0};
    const opened = indexedDB.open("spoor");
    await new Promise((resolve) => (opened.onsuccess = resolve));
    const count = (name) => new Promise((resolve) => {
        opened.result.transaction(name).objectStore(name).count().onsuccess = ({target}) => resolve(target.result);
    });
    return {drafts: await count("drafts"), outbox: await count("outbox")};
}"""
STREAM = """const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
if (ask) navigator.mediaDevices.getUserMedia = async (how) => (window.heard = await ask(how));"""


@pytest.fixture(scope="module")
def chromium(playwright: Playwright, shell_path: str) -> Iterator[Browser]:
    """A browser whose microphone beeps every second, and may be used."""
    browser = playwright.chromium.launch(executable_path=shell_path, args=[*ARGUMENTS, *BEEPING])
    yield browser
    browser.close()


@pytest.fixture
def samira(playwright: Playwright, chromium_path: str, school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Phone]:
    """Samira's phone, whose microphone beeps; its battery can go empty."""
    monkeypatch.setattr("tests.browser.phone.ARGUMENTS", [*ARGUMENTS, *BEEPING])
    with phone(playwright, chromium_path, tmp_path / "phone", school, "samira") as made:
        yield made
    assert not made.complaints


def photo(name: str = "IMG_2026.jpg", width: int = 2400, height: int = 1800, turned: int = 1) -> FilePayload:
    """A photo as a phone makes it: with the place and the model in it, lying on its side when told so."""
    exif = Image.Exif()
    exif[0x0110] = "Telefoon van Samira"
    exif[0x0112] = turned
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 58.0, 0.0), 3: "E", 4: (5.0, 55.0, 0.0)})
    out = io.BytesIO()
    drawing(width, height).save(out, "JPEG", exif=exif)
    return {"name": name, "mimeType": JPEG, "buffer": out.getvalue()}


def telling(watched: Watched, address: str = "/experiences/new") -> Page:
    """The first question."""
    page = watched.open(address)
    expect(page.get_by_role("button", name="Inspreken")).to_be_visible()
    return page


def choose(page: Page, *files: FilePayload) -> None:
    """Choose these from the gallery."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Foto", exact=True).click()
    chooser.value.set_files(list(files))


def speak(page: Page, seconds: float = 1.6) -> None:
    """Say something for a while, and be done."""
    page.get_by_role("button", name="Inspreken").click()
    expect(page.get_by_text("Opname loopt", exact=True).first).to_be_visible()
    page.wait_for_timeout(seconds * 1000)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("button", name="Luister naar je opname")).to_be_visible()


def queued(page: Page) -> list[dict[str, Any]]:
    """Photos and voice notes in the outbox of this device, as they will be sent."""
    waiting: list[dict[str, Any]] = page.evaluate(ITEMS, Assets().url("scripts/outbox.js"))
    return waiting


def kept(school: School, count: int, kind: str = "photo") -> list[ExperienceMedia]:
    """What the server has of this kind, as soon as it is so many."""
    for _ in range(100):
        with school.database.reading() as session:
            found = list(session.scalars(select(ExperienceMedia).where(ExperienceMedia.kind == kind).order_by(ExperienceMedia.captured_at)))
        if len(found) == count:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{len(found)} of {kind}, not {count}")


def offline(watched: Watched) -> None:
    """No signal, after everything that is needed without it is there."""
    at_hand(watched.context.pages[0])
    watched.context.set_offline(True)


def test_two_photos_are_chosen_one_is_named_and_one_is_taken_away_and_the_rest_is_stored(person: Person, school: School) -> None:
    page = telling(person("samira"))
    choose(page, photo("een.jpg"), photo("twee.jpg", 640, 480))
    expect(page.get_by_role("img", name="Foto 2")).to_be_visible()
    assert page.get_by_role("img", name="Foto 1").evaluate("(picture) => [picture.naturalWidth, picture.naturalHeight]") == [1600, 1200]
    expect(page.get_by_text("Staat er iemand anders op? Vraag eerst of dat mag.").first).to_be_visible()
    page.get_by_label("Foto 2: Wat is er te zien?").fill("De muur die ik metselde")
    page.get_by_role("button", name="Foto 1 weghalen").click()
    expect(page.locator("#flash")).to_contain_text("Foto weg.")
    expect(page.get_by_label("Foto 1: Wat is er te zien?")).to_have_value("De muur die ik metselde")
    page.get_by_role("button", name="Opslaan en stoppen").click()
    expect(page).not_to_have_url(f"{school.url}/experiences/new")
    [stored] = kept(school, 1)
    assert (stored.alt, stored.width, stored.height) == ("De muur die ik metselde", 640, 480)


def test_how_you_knew_a_word_can_be_said_and_stands_with_that_word(person: Person, school: School) -> None:
    page = person("samira").open(f"/experiences/{id_of('soep')}/edit?step=motives&alone=1")
    for word in ("eerlijk delen", "iets maken"):
        page.get_by_label("Zoek een woord").fill(word)
        page.locator("label.tile", has_text=word).first.click()
    page.get_by_role("button", name=re.compile("Zeg het.*eerlijk delen")).click()
    expect(page.locator("[data-evidence-of=fairness]").get_by_text("Opname loopt", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Zeg het")).to_have_count(0)
    page.wait_for_timeout(1200)
    page.get_by_role("button", name="Stop", exact=True).click()
    said = page.locator("[data-evidence-of=fairness]").get_by_role("button", name="Luister naar je opname")
    expect(said).to_be_focused()
    page.wait_for_timeout(700)
    page.reload()
    expect(said).to_be_visible()
    page.get_by_role("button", name="Opslaan", exact=True).click()
    [stored] = kept(school, 1, "voice")
    assert stored.about == "motive:fairness"
    expect(page).to_have_url(f"{school.url}/experiences/{id_of('soep')}")
    expect(page.locator(".card", has_text="eerlijk delen").locator("audio")).to_have_count(1)


def test_an_own_word_is_said_taken_back_named_and_sent_when_there_is_signal(person: Person, school: School) -> None:
    samira = person("samira")
    page = samira.open(f"/experiences/{id_of('soep')}/edit?step=motives&alone=1")
    page.get_by_text("Eigen woord", exact=True).click()
    page.get_by_role("button", name="Zeg je woord").click()
    expect(page.get_by_text("Opname loopt", exact=True).first).to_be_visible()
    said = "[data-label='Gesproken woord']"
    tile, ticked, others = (page.locator(f"#offered {how}") for how in (said, "input:checked", f"input:not(:checked):not({said})"))
    while ticked.count() < 3:
        others.first.check()
    page.wait_for_timeout(1200)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("button", name="Luister naar je opname")).to_be_focused()
    expect(tile).not_to_be_checked()
    expect(page.get_by_text("Dat zijn er drie. Haal er één weg als je wilt ruilen.")).to_be_visible()
    ticked.first.uncheck()
    tile.check()
    tile.uncheck()
    others.first.check()
    page.wait_for_timeout(700)
    page.reload()
    expect(page.get_by_role("button", name="Luister naar je opname")).to_be_visible()
    expect(tile).not_to_be_checked()
    expect(ticked).to_have_count(3)
    ticked.first.uncheck()
    tile.check()
    offline(samira)
    expect(tile).to_be_checked()
    page.get_by_role("button", name="Opname weghalen").click()
    expect(tile).to_have_count(0)
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(tile).to_be_checked()
    page.get_by_label("Gesproken woord. Dat vond ik belangrijk, omdat").fill("iedereen dan blij was")
    page.get_by_role("button", name="Opslaan", exact=True).click()
    expect(page).to_have_url(f"{school.url}/experiences/{id_of('soep')}")
    expect(page.locator(".card", has_text="Gesproken woord").locator("audio")).to_have_count(1)
    samira.context.set_offline(False)
    [stored] = kept(school, 1, "voice")
    assert stored.about == f"motive:own:said:{stored.id.hex}"
    for _ in range(50):
        if not queued(page):
            break
        page.wait_for_timeout(100)
    page.goto(f"{school.url}/experiences/{id_of('soep')}")
    card = page.locator("#words-motive .card", has_text="Gesproken woord")
    expect(card.locator("audio")).to_have_count(1)
    card.get_by_text("Schrijf dit woord op").click()
    card.get_by_label("Jouw woord").fill("eerlijk")
    card.get_by_role("button", name="Opslaan").click()
    expect(page.locator("#words-motive .chip", has_text="eerlijk").first).to_be_visible()


def test_what_was_said_of_a_word_that_is_put_back_tells_by_itself(person: Person, school: School) -> None:
    page = person("samira").open(f"/experiences/{id_of('soep')}/edit?step=motives&alone=1")
    word = page.locator("#offered .tile:not(:has(:checked)) .tile-word").first.inner_text()
    page.locator("label.tile", has_text=word).first.click()
    page.get_by_role("button", name=re.compile(f"Zeg het.*{word}")).click()
    expect(page.get_by_text("Opname loopt", exact=True).first).to_be_visible()
    page.wait_for_timeout(1200)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("button", name="Luister naar je opname")).to_be_visible()
    page.locator("label.tile", has_text=word).first.click()
    page.get_by_role("button", name="Opslaan", exact=True).click()
    [stored] = kept(school, 1, "voice")
    assert stored.about == ""


def test_a_photo_that_was_taken_away_comes_back(person: Person) -> None:
    page = telling(person("samira"))
    choose(page, photo())
    page.get_by_label("Foto 1: Wat is er te zien?").fill("Mijn muur")
    page.get_by_role("button", name="Foto 1 weghalen").click()
    expect(page.get_by_role("img", name="Foto 1")).to_have_count(0)
    expect(page.get_by_role("button", name="Foto", exact=True)).to_be_focused()
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(page.get_by_label("Foto 1: Wat is er te zien?")).to_have_value("Mijn muur")


def test_nothing_leaves_the_phone_of_where_a_photo_was_made(person: Person) -> None:
    samira = person("samira")
    page = telling(samira)
    offline(samira)
    choose(page, photo(turned=6))
    expect(page.get_by_role("img", name="Foto 1")).to_be_visible()
    page.get_by_role("button", name="Opslaan en stoppen").click()
    expect(page.get_by_role("heading", name="Foto")).to_be_visible()
    [item] = queued(page)
    sent = Image.open(io.BytesIO(bytes(item["bytes"])))
    assert b"Exif" not in bytes(item["bytes"]) and not sent.getexif()
    assert (item["kind"], item["type"], sent.size) == ("photo", JPEG, (1200, 1600)), "upright, and small"


def test_a_photo_that_another_app_shares_is_drawn_anew_too(person: Person) -> None:
    samira = person("samira")
    page = telling(samira)
    offline(samira)
    bytes_of = list(photo()["buffer"])
    page.evaluate(
        "async ([address, bytes]) => (await import(address)).share(['Kijk'], [new File([new Uint8Array(bytes)], 'IMG.jpg', {type: 'image/jpeg'})])",
        [Assets().url("scripts/outbox.js"), bytes_of],
    )
    page.goto(f"{samira.school.url}/experiences/new?shared=1")
    expect(page.get_by_role("img", name="Foto 1")).to_be_visible()
    expect(page.get_by_label("Wat heb je gedaan?")).to_have_value("Kijk")
    page.get_by_role("button", name="Opslaan en stoppen").click()
    expect(page.get_by_role("heading", name="Kijk")).to_be_visible()
    [item] = queued(page)
    assert b"Exif" not in bytes(item["bytes"]) and Image.open(io.BytesIO(bytes(item["bytes"]))).size == (1600, 1200)
    page.goto(f"{samira.school.url}/experiences/new?shared=1")
    page.wait_for_timeout(500)
    expect(page.get_by_role("img", name="Foto 1")).to_have_count(0)


def test_what_another_app_shares_and_is_no_photo_is_not_thrown_away(person: Person) -> None:
    samira = person("samira")
    page = telling(samira)
    share = "async (address) => (await import(address)).share([], [new File([new Uint8Array(99)], 'IMG.jpg', {type: 'image/jpeg'})])"
    page.evaluate(share, Assets().url("scripts/outbox.js"))
    for _ in range(2):
        page.goto(f"{samira.school.url}/experiences/new?shared=1")
        expect(page.locator("[data-problems]")).to_contain_text("IMG.jpg")


def test_what_is_typed_of_a_photo_survives_a_reload_and_knows_on_what_it_was_based(person: Person) -> None:
    samira = person("samira")
    page = telling(samira)
    choose(page, photo())
    page.get_by_role("button", name="Opslaan en stoppen").click()
    said, was = page.get_by_label("Wat is er op deze foto te zien?"), page.locator("input[name=was]")
    said.fill("Mijn soep")
    page.wait_for_timeout(600)
    address = page.evaluate("document.querySelector('form.photo-told').action")
    page.evaluate("async (address) => fetch(address, {method: 'POST', body: new URLSearchParams({alt: 'Een pan'})})", address)
    page.reload()
    expect(page.locator("figcaption")).to_have_text("Een pan")
    expect(said).to_have_value("Mijn soep")
    expect(was).to_have_value("")


@pytest.mark.parametrize("format", ["mp4", "webm"])
def test_a_voice_note_alone_is_an_answer_and_can_be_heard_before_and_after(person: Person, school: School, format: str) -> None:
    samira = person("samira")
    samira.context.add_init_script(f"const can = MediaRecorder.isTypeSupported; MediaRecorder.isTypeSupported = (type) => type.includes('{format}') && can(type)")
    page = telling(samira, f"/experiences/new?activity={id_of('bouw')}")
    page.get_by_role("button", name="Inspreken").click()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_focused()
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Pauze").click()
    expect(page.get_by_text("Opname staat stil", exact=True).first).to_be_visible()
    stood = page.locator("[data-time]").inner_text()
    page.wait_for_timeout(1200)
    assert page.locator("[data-time]").inner_text() == stood
    page.get_by_role("button", name="Verder").click()
    page.wait_for_timeout(1200)
    page.get_by_role("button", name="Stop", exact=True).click()
    listen = page.get_by_role("button", name="Luister naar je opname")
    expect(listen).to_be_focused()
    expect(page.get_by_text(re.compile("^0:0[2-4]$"))).to_be_visible()
    listen.click()
    expect(page.get_by_role("button", name="Pauzeer je opname")).to_be_visible()
    expect(listen).to_be_visible(timeout=8000)
    page.get_by_role("button", name="Volgende").click()
    expect(page.get_by_role("heading", name="Hoe was het?")).to_be_visible()
    [stored] = kept(school, 1, "voice")
    assert stored.type == "audio/mp4" and stored.seconds is not None and 2 < stored.seconds < 4.5
    with school.database.reading() as session:
        entry = session.get_one(Experience, stored.experience_id)
        assert (entry.text, entry.activity_id) == ("", id_of("bouw"))
    page.goto(f"{school.url}/experiences/{stored.experience_id}")
    page.locator("audio").first.evaluate("(sound) => sound.play()")
    until(page, "document.querySelector('audio').currentTime > 0.5")


def test_photos_and_a_voice_note_wait_without_signal_and_arrive_later_with_their_text(person: Person, school: School) -> None:
    samira = person("samira")
    page = telling(samira)
    offline(samira)
    page.get_by_label("Wat heb je gedaan?").fill("Een muurtje gemetseld.")
    choose(page, photo(), photo("twee.jpg"))
    expect(page.get_by_role("img", name="Foto 2")).to_be_visible()
    speak(page)
    page.get_by_role("button", name="Volgende").click()
    expect(page.get_by_role("heading", name="Hoe was het?")).to_be_visible()
    assert [item["kind"] for item in queued(page)] == ["photo", "photo", "voice"]
    page.go_back()
    expect(page.get_by_role("img", name="Foto 2")).to_be_visible()
    expect(page.get_by_text("op je telefoon bewaard").first).to_be_visible()
    expect(page.get_by_role("button", name="Luister naar je opname")).to_be_visible()
    samira.context.set_offline(False)
    photos, voices = kept(school, 2), kept(school, 1, "voice")
    with school.database.reading() as session:
        assert {session.get_one(Experience, one.experience_id).text for one in [*photos, *voices]} == {"Een muurtje gemetseld."}
    expect(page.get_by_text("opgeslagen", exact=True).first).to_be_visible()


def test_a_recording_and_a_photo_survive_an_empty_battery(samira: Phone, school: School) -> None:
    page = samira.open("/experiences/new")
    choose(page, photo())
    page.get_by_label("Foto 1: Wat is er te zien?").fill("Mijn muur")
    page.get_by_role("button", name="Inspreken").click()
    expect(page.get_by_text("0:04", exact=True)).to_be_visible(timeout=20_000)
    spoken = datetime.now(UTC)
    page = samira.cold_start("/experiences/new")
    expect(page.get_by_text("Je opname van net staat er nog.")).to_be_visible()
    expect(page.get_by_text("Je foto van net staat er nog.")).to_be_visible()
    expect(page.get_by_label("Foto 1: Wat is er te zien?")).to_have_value("Mijn muur")
    page.get_by_role("button", name="Luister naar je opname").click()
    until(page, "document.querySelector('.capture-voice progress').value > 0")
    page.get_by_role("button", name="Opslaan en stoppen").click()
    [voice] = kept(school, 1, "voice")
    assert voice.seconds is not None and voice.seconds > 2.5
    assert voice.captured_at < spoken < voice.arrived_at
    assert [one.alt for one in kept(school, 1)] == ["Mijn muur"]
    page.wait_for_url(re.compile(r"/experiences/[0-9a-f-]{36}$"))
    page = samira.open("/experiences/new")
    page.wait_for_timeout(500)
    expect(page.get_by_text("van net staat er nog")).to_have_count(0)


def test_a_full_phone_is_said_and_everything_goes_straight_to_the_server(samira: Phone, school: School) -> None:
    at_hand(samira.open("/experiences/new"))
    samira.kill()
    samira.start()
    samira.fill_up(1)
    page = samira.open("/experiences/new")
    choose(page, photo())
    expect(page.get_by_text("Je telefoon is vol. Dit staat alleen nog op dit scherm.")).to_be_visible()
    samira.context.set_offline(True)
    page.get_by_role("button", name="Volgende").click()
    expect(page.get_by_text("Sluit dit scherm niet.")).to_be_visible()
    expect(page.get_by_role("img", name="Foto 1")).to_be_visible()
    samira.context.set_offline(False)
    page.get_by_role("button", name="Volgende").click()
    expect(page.get_by_role("heading", name="Hoe was het?")).to_be_visible()
    kept(school, 1)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("NotAllowedError", "Zet hem aan bij de instellingen van je browser."),
        ("NotFoundError", "Er is geen microfoon gevonden."),
        ("NotReadableError", "Een andere app gebruikt je microfoon."),
        ("AbortError", "De microfoon doet het nu niet."),
    ],
)
def test_no_microphone_is_said_with_what_to_do(person: Person, error: str, said: str) -> None:
    samira = person("samira")
    samira.context.add_init_script(f"if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '{error}'))")
    page = telling(samira)
    page.get_by_role("button", name="Inspreken").click()
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_role("button", name="Inspreken")).to_be_focused()
    assert axe(page) == []


def test_who_does_not_answer_whether_the_microphone_may_be_used_can_go_back_and_on(person: Person) -> None:
    samira = person("samira")
    samira.context.add_init_script("if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = () => new Promise(() => {})")
    page = telling(samira)
    page.get_by_role("button", name="Inspreken").click()
    expect(page.get_by_text("Wacht op je microfoon")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Weggooien").click()
    expect(page.get_by_role("button", name="Inspreken")).to_be_focused()
    page.get_by_role("button", name="Inspreken").click()
    page.get_by_label("Wat heb je gedaan?").fill("Dan maar typen.")
    page.get_by_role("button", name="Volgende").click()
    expect(page.get_by_role("heading", name="Hoe was het?")).to_be_visible()


def test_a_browser_that_cannot_record_does_not_offer_it_and_an_unsafe_address_is_said(person: Person) -> None:
    noor = person("noor")
    noor.context.add_init_script("delete window.MediaRecorder")
    page = noor.open("/experiences/new")
    expect(page.get_by_role("button", name="Foto", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Inspreken")).to_have_count(0)
    samira = person("samira")
    samira.context.add_init_script("Object.defineProperty(navigator, 'mediaDevices', {value: undefined})")
    page = telling(samira)
    page.get_by_role("button", name="Inspreken").click()
    expect(page.get_by_text("Inspreken kan alleen op een veilig adres")).to_be_visible()


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("Object.defineProperty(document, 'hidden', {value: true}); document.dispatchEvent(new Event('visibilitychange'))", "De opname is gestopt. Wat je zei, staat er nog."),
        ("heard.getAudioTracks()[0].dispatchEvent(new Event('mute'))", "De microfoon ging uit. Wat je zei, staat er nog."),
        ("heard.getAudioTracks()[0].dispatchEvent(new Event('ended'))", "De microfoon ging uit. Wat je zei, staat er nog."),
    ],
)
def test_a_call_or_another_app_ends_the_recording_and_it_stays(person: Person, what: str, said: str) -> None:
    samira = person("samira")
    samira.context.add_init_script(STREAM)
    page = telling(samira)
    page.get_by_role("button", name="Inspreken").click()
    page.wait_for_timeout(1500)
    page.evaluate(what)
    expect(page.get_by_text(said).first).to_be_visible()
    expect(page.get_by_role("button", name="Luister naar je opname")).to_be_visible()
    assert page.evaluate("heard.getAudioTracks().every((track) => track.readyState === 'ended')"), "the microphone is let go"


def test_after_three_minutes_it_is_done_and_half_a_minute_before_that_is_said(person: Person) -> None:
    samira = person("samira")
    page = samira.context.new_page()
    page.clock.install()
    page = telling(samira)
    page.get_by_role("button", name="Inspreken").click()
    expect(page.get_by_text("Opname loopt", exact=True).first).to_be_visible()
    page.clock.fast_forward("02:31")
    expect(page.locator("[data-said]")).to_have_text("Nog een halve minuut.")
    page.clock.fast_forward("00:30")
    expect(page.locator("[data-said]")).to_have_text("Dat zijn drie minuten. Je opname staat hieronder.")
    expect(page.get_by_text("3:00", exact=True)).to_be_visible()


def test_going_on_or_away_in_the_middle_of_a_recording_keeps_it(person: Person, school: School) -> None:
    page = telling(person("samira"))
    page.get_by_role("button", name="Inspreken").click()
    page.wait_for_timeout(2500)
    page.get_by_role("link", name="Praat met iemand").click()
    page.go_back()
    expect(page.get_by_text("Je opname van net staat er nog.")).to_be_visible()
    page.get_by_role("button", name="Inspreken").click()
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Volgende").click()
    expect(page.get_by_role("heading", name="Hoe was het?")).to_be_visible()
    kept(school, 2, "voice")


def test_going_on_while_a_photo_is_still_being_drawn_takes_it_along(person: Person, school: School) -> None:
    samira = person("samira")
    samira.context.add_init_script(
        "const draw = createImageBitmap; window.createImageBitmap = async (...how) => (await new Promise((resolve) => setTimeout(resolve, 1500)), draw(...how))"
    )
    page = telling(samira)
    choose(page, photo())
    page.get_by_label("Wat heb je gedaan?").fill("Snel.")
    page.get_by_role("button", name="Volgende").click()
    expect(page.get_by_role("heading", name="Hoe was het?")).to_be_visible(timeout=15_000)
    kept(school, 1)


def test_what_is_no_photo_or_too_large_is_said_and_the_rest_goes_on(person: Person) -> None:
    samira = person("samira")
    page = telling(samira)
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(1000)
    choose(
        page,
        {"name": "brief.jpg", "mimeType": JPEG, "buffer": b"geen foto"},
        {"name": "groot.heic", "mimeType": "image/heic", "buffer": heic + bytes(15 * 1024 * 1024)},
        {"name": "iphone.heic", "mimeType": "image/heic", "buffer": heic},
        photo(),
    )
    expect(page.get_by_text("brief.jpg is geen foto. Kies een ander bestand.")).to_be_visible()
    expect(page.get_by_text("groot.heic is te groot. Een foto mag 15 MB zijn.")).to_be_visible()
    expect(page.get_by_text("Hier kun je deze foto nog niet zien. Hij gaat wel mee.").first).to_be_visible()
    expect(page.get_by_role("img", name="Foto 2")).to_be_visible()
    assert axe(page) == []
    offline(samira)
    page.get_by_role("button", name="Opslaan en stoppen").click()
    expect(page.get_by_role("heading", name="Foto")).to_be_visible()
    first, second = queued(page)
    assert (first["type"], bytes(first["bytes"])) == ("image/heic", heic) and second["type"] == JPEG


def test_ten_photos_fit_and_the_eleventh_is_refused_with_a_sentence(person: Person) -> None:
    page = telling(person("samira"))
    choose(page, *[photo(f"{number}.jpg", 200, 100) for number in range(11)])
    expect(page.get_by_text("Er passen tien foto's bij. De rest is er niet bij.")).to_be_visible()
    expect(page.get_by_role("img", name="Foto 10")).to_be_visible()
    expect(page.get_by_role("img", name="Foto 11")).to_have_count(0)


def test_an_android_phone_is_asked_camera_or_gallery(person: Person) -> None:
    page = telling(person("samira", user_agent="Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"))
    page.get_by_role("button", name="Foto", exact=True).click()
    expect(page.get_by_role("dialog", name="Een foto erbij")).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Foto", exact=True)).to_be_focused()
    page.get_by_role("button", name="Foto", exact=True).click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Maak een foto").click()
    assert not chooser.value.is_multiple() and chooser.value.element.get_attribute("capture") == "environment"
    chooser.value.set_files(photo())
    expect(page.get_by_role("img", name="Foto 1")).to_be_visible()


def test_on_a_shared_computer_they_go_straight_to_the_server_and_nothing_stays(person: Person, school: School) -> None:
    with school.database.writing() as session:
        session.execute(update(DeviceSession).where(DeviceSession.person_id == id_of("samira")).values(shared=True))
    page = telling(person("samira"))
    choose(page, photo())
    speak(page)
    page.get_by_label("Wat heb je gedaan?").fill("Op school, aan een computer van iedereen.")
    page.get_by_role("button", name="Opslaan en stoppen").click()
    expect(page.get_by_role("heading", name="Op school, aan een computer van iedereen")).to_be_visible()
    [stored] = kept(school, 1)
    kept(school, 1, "voice")
    with school.database.reading() as session:
        assert session.get_one(Experience, stored.experience_id).text == "Op school, aan een computer van iedereen."
    assert page.evaluate(HELD) == {"drafts": 0, "outbox": 0}


def test_a_photo_is_added_to_an_experience_that_is_there(person: Person, school: School) -> None:
    page = person("samira").open(f"/experiences/{id_of('soep')}")
    page.get_by_role("link", name="Foto of opname erbij").click()
    expect(page.get_by_label("Wat heb je gedaan?")).to_have_value(re.compile("Koken voor 24 mensen"))
    choose(page, photo())
    page.get_by_label("Foto 1: Wat is er te zien?").fill("De soep")
    page.get_by_role("button", name="Opslaan", exact=True).click()
    expect(page.get_by_role("img", name="De soep")).to_be_visible()
    [stored] = kept(school, 1)
    assert stored.experience_id == id_of("soep")


def test_by_keyboard_alone_a_voice_note_is_made_heard_and_thrown_away(person: Person) -> None:
    page = telling(person("samira"))
    page.get_by_role("button", name="Inspreken").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_focused()
    page.wait_for_timeout(1200)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Luister naar je opname")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Opname weghalen")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Inspreken")).to_be_focused()
    expect(page.get_by_role("button", name="Luister naar je opname")).to_have_count(0)


@pytest.mark.parametrize(("theme", "size"), [("light", PHONE), ("dark", LAPTOP), ("dark", PHONE)])
def test_axe_finds_nothing_in_any_state(person: Person, theme: str, size: dict[str, int]) -> None:
    page = telling(person("samira", color_scheme=theme, viewport=size, reduced_motion="reduce"))
    assert axe(page) == []
    page.get_by_role("button", name="Inspreken").click()
    expect(page.get_by_text("Opname loopt", exact=True).first).to_be_visible()
    expect(page.locator("[data-level]")).to_be_hidden()
    assert axe(page) == []
    page.wait_for_timeout(1100)
    page.get_by_role("button", name="Pauze").click()
    assert axe(page) == []
    page.get_by_role("button", name="Stop", exact=True).click()
    choose(page, photo(), {"name": "x.jpg", "mimeType": JPEG, "buffer": b"x"})
    expect(page.get_by_role("img", name="Foto 1")).to_be_visible()
    assert axe(page) == []


@pytest.mark.parametrize(("width", "scale"), [(320, "100%"), (320, "200%"), (390, "200%")])
def test_a_small_phone_with_double_text_needs_no_sideways_scrolling_and_targets_stay_large(person: Person, width: int, scale: str) -> None:
    page = telling(person("samira", viewport={"width": width, "height": 700}))
    page.evaluate(f"document.documentElement.style.fontSize = '{scale}'")
    page.get_by_role("button", name="Inspreken").click()
    expect(page.get_by_text("Opname loopt", exact=True).first).to_be_visible()
    page.wait_for_timeout(1100)
    _fits(page)
    page.get_by_role("button", name="Stop", exact=True).click()
    choose(page, photo(), {"name": "een-hele-lange-naam-zonder-spaties-van-een-bestand.jpg", "mimeType": JPEG, "buffer": b"x"})
    expect(page.get_by_role("img", name="Foto 1")).to_be_visible()
    _fits(page)


def _fits(page: Page) -> None:
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    small = page.locator(".capture button:visible, .capture textarea:visible").evaluate_all(
        "(all) => all.map((one) => [one.textContent.trim(), one.getBoundingClientRect()]).filter(([, {width, height}]) => width < 48 || height < 48).map(([name]) => name)"
    )
    assert small == []
