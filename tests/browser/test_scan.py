"""Scanning a login card: a real browser, a camera that sees a real QR code, and a decoder that really reads it."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import segno
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Error, Page, Playwright, expect

from server.core import clock
from server.sign_in.cards import make_cards, new_card_code
from tests.browser.conftest import ARGUMENTS, PHONE, School, Watched, axe
from tests.world import id_of

SEEN = "camera.mjpeg"


def card(school: School) -> str:
    """A new card of samira's; gives its code."""
    code = new_card_code()
    with school.database.writing() as session:
        make_cards(session, {id_of("samira"): code}, id_of("waal"), made_by=id_of("wouters"), at=clock.now())
    return code


def picture(text: str, size: tuple[int, int] = (640, 480), turned: float = 0) -> Image.Image:
    """A table with a QR code on it, a bit askew, as a hand holds a phone."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="png", scale=8, border=4)
    code = Image.open(drawn).convert("RGB")
    code.thumbnail((min(size) * 2 // 3,) * 2)
    paper = Image.new("RGB", size, "#b98755")
    ImageDraw.Draw(paper).rectangle((40, 30, size[0] - 60, size[1] - 40), fill="#fdfdfa")
    paper.paste(code, ((size[0] - code.width) // 2, (size[1] - code.height) // 2))
    return paper.rotate(turned, Image.Resampling.BICUBIC, fillcolor="#b98755")


@pytest.fixture(scope="module")
def seeing(playwright: Playwright, chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, Path]]:
    """A browser whose camera sees what is in a file (MJPEG), and that file."""
    film = tmp_path_factory.mktemp("camera") / SEEN
    picture("nothing yet").save(film, "JPEG")
    flags = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    browser = playwright.chromium.launch(executable_path=chromium_path, args=[*ARGUMENTS, *flags])
    yield browser, film
    browser.close()


@pytest.fixture
def phone(seeing: tuple[Browser, Path], school: School) -> Iterator[Watched]:
    """A phone nobody is signed in on, which may use its camera."""
    context = seeing[0].new_context(viewport=PHONE, locale="nl-NL", permissions=["camera"])
    watched = Watched(context, school)
    yield watched
    context.close()
    assert not watched.complaints, watched.complaints


def shown(seeing: tuple[Browser, Path], text: str, turned: float = 4) -> None:
    """What the camera sees from now on."""
    picture(text, turned=turned).save(seeing[1], "JPEG", quality=80)


def test_a_card_is_scanned_from_the_sign_in_page_and_lets_in(seeing: tuple[Browser, Path], phone: Watched, school: School) -> None:
    code = card(school)
    shown(seeing, f"{school.url}/sign-in/card#{code.replace('-', '')}")
    asked: list[str] = []
    phone.context.on("request", lambda request: asked.append(request.url))
    page = phone.open("/sign-in")
    expect(page.get_by_role("link", name="Scan je kaart")).to_be_visible()
    assert not [url for url in asked if "jsQR" in url], "nobody who does not scan fetches the reader"
    page.get_by_role("link", name="Scan je kaart").click()
    expect(page.get_by_text("Je kaart is gelezen")).to_be_visible()
    assert [url for url in asked if "jsQR" in url] or page.evaluate("'BarcodeDetector' in window")
    expect(page.get_by_label("Code op je kaart")).to_have_value(code)
    expect(page.locator("video")).to_be_hidden()
    assert code.replace("-", "") not in page.url and "#" not in page.url
    expect(page.get_by_role("button", name="Aanmelden")).to_be_focused()
    page.get_by_role("button", name="Aanmelden").click()
    expect(page.get_by_role("heading", name="Hoi Samira")).to_be_visible()


def test_another_code_is_said_to_be_none_of_ours_and_leads_nowhere(seeing: tuple[Browser, Path], phone: Watched, school: School) -> None:
    for text in (
        "https://evil.example/sign-in/card#ABCDEFGHJKMNPQRSTU",
        f"{school.url}/me",
        "ABC-DEF",
        "javascript:alert(1)",
        f"{school.url}.evil.example/sign-in/card#ABCDEFGHJKMNPQRSTU",
    ):
        shown(seeing, text)
        page = phone.open("/sign-in/card")
        page.get_by_role("button", name="Scan je kaart").click()
        expect(page.get_by_text("Dit is geen inlogkaart van jouw school")).to_be_visible()
        assert page.url == f"{school.url}/sign-in/card" and page.get_by_label("Code op je kaart").input_value() == ""
        page.get_by_role("button", name="Stop met scannen").click()
        expect(page.get_by_role("button", name="Scan je kaart")).to_be_visible()
        assert page.evaluate("document.querySelector('video').srcObject.getTracks().every((track) => track.readyState === 'ended')")


def test_a_photo_of_the_card_is_as_good(phone: Watched, school: School, tmp_path: Path) -> None:
    code, page = card(school), phone.open("/sign-in/card")
    photo = tmp_path / "kaart.jpg"
    picture(f"{school.url}/sign-in/card#{code.replace('-', '')}", (3000, 2000), turned=17).save(photo, "JPEG")
    page.locator("[data-scan-photo]").set_input_files(photo)
    expect(page.get_by_label("Code op je kaart")).to_have_value(code)
    Image.new("RGB", (800, 600), "#888").save(photo, "JPEG")
    page.reload()
    page.locator("[data-scan-photo]").set_input_files(photo)
    expect(page.get_by_text("Op deze foto vinden we geen QR-code")).to_be_visible()
    photo.write_bytes(b"no photo")
    page.locator("[data-scan-photo]").set_input_files(photo)
    expect(page.get_by_text("Deze foto kunnen we niet openen")).to_be_visible()


def test_the_code_in_an_address_goes_into_the_field_and_out_of_sight(phone: Watched, school: School) -> None:
    code = card(school)
    asked: list[str] = []
    phone.context.on("request", lambda request: asked.append(request.url))
    page = phone.open(f"/sign-in/card#{code.replace('-', '')}")
    expect(page.get_by_label("Code op je kaart")).to_have_value(code)
    assert page.url == f"{school.url}/sign-in/card"
    assert not [url for url in asked if code.replace("-", "") in url.partition("#")[0]]
    page.get_by_role("button", name="Aanmelden").click()
    expect(page.get_by_role("heading", name="Hoi Samira")).to_be_visible()


def refused(page: Page) -> None:
    """This phone says no to the camera."""
    page.add_init_script("navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); }")


def test_without_the_camera_the_page_says_what_to_do(seeing: tuple[Browser, Path], school: School) -> None:
    context = seeing[0].new_context(viewport=PHONE, locale="nl-NL")
    page = context.new_page()
    refused(page)
    page.goto(f"{school.url}/sign-in/card#scan")
    expect(page.get_by_text("Spoor mag je camera niet gebruiken")).to_be_visible()
    expect(page.get_by_label("Code op je kaart")).to_be_editable()
    assert axe(page) == []
    context.close()


def test_without_a_script_the_code_is_typed(seeing: tuple[Browser, Path], school: School) -> None:
    code = card(school)
    context = seeing[0].new_context(viewport=PHONE, locale="nl-NL", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{school.url}/sign-in/card#{code.replace('-', '')}")
    expect(page.get_by_role("button", name="Scan je kaart")).to_be_hidden()
    page.get_by_label("Code op je kaart").fill(code.lower())
    page.get_by_role("button", name="Aanmelden").click()
    expect(page.get_by_role("heading", name="Hoi Samira")).to_be_visible()
    context.close()


def test_a_link_on_paper_is_scanned_too(seeing: tuple[Browser, Path], phone: Watched, school: School) -> None:
    shown(seeing, f"{school.url}/sign-in/a-link-of-paper")
    page = phone.open("/sign-in/card#scan")
    try:
        page.wait_for_url("**/sign-in/a-link-of-paper")
    except Error as error:
        raise AssertionError("the link was not opened") from error
