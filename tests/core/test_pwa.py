"""What a browser needs to take Spoor for an app."""

import json
from typing import Any

import pytest
from litestar.testing import TestClient

from server.core.assets import Assets
from server.core.pwa import manifest
from server.people import identity
from tests.browsing import Browsing, text_of


def test_the_manifest_speaks_the_language_of_the_page_else_of_the_browser(browsing: Browsing) -> None:
    assert browsing.nobody.get("/manifest.webmanifest").json()["lang"] == "nl"
    assert browsing.nobody.get("/manifest.webmanifest", headers={"accept-language": "en-GB,en;q=0.8"}).json()["lang"] == "en"
    assert browsing.nobody.get("/manifest.webmanifest?language=en").json()["lang"] == "en"
    assert browsing.nobody.get("/manifest.webmanifest?language=xx").json()["lang"] == "nl"


def test_the_pictures_of_the_app_say_their_true_size_and_cover_both_widths() -> None:
    pictures = manifest(Assets(), "nl")["screenshots"]
    assert {picture["form_factor"] for picture in pictures} == {"narrow", "wide"}
    for picture in pictures:
        width, height = map(int, picture["sizes"].split("x"))
        assert min(width, height) >= 320
        assert max(width, height) <= 3840
        assert max(width, height) <= 2.3 * min(width, height)


def told_worker(client: TestClient) -> dict[str, Any]:
    first = client.get("/service-worker.js").text.splitlines()[0]
    return json.loads(first.removeprefix("const SPOOR = ").removesuffix(";"))  # type: ignore[no-any-return]


def test_the_worker_is_asked_for_anew_each_time_and_knows_only_what_exists(client: TestClient) -> None:
    answer = client.get("/service-worker.js")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"].startswith("text/javascript")
    told = told_worker(client)
    for address in [*told["assets"], *told["offline"].values(), told["icon"], told["badge"]]:
        assert client.get(address).status_code == 200, address


def test_the_page_for_no_internet_holds_nothing_of_a_person(browsing: Browsing) -> None:
    page = browsing.samira.get("/offline")
    assert "Geen internet" in text_of(page)
    assert "Samira" not in page.text
    assert "Waal" not in page.text
    assert page.headers["spoor-person"] == ""


def test_a_page_says_whose_it_is_without_saying_who(browsing: Browsing) -> None:
    first, second, nobody = (person.get(path).headers["spoor-person"] for person, path in ((browsing.samira, "/"), (browsing.daan, "/"), (browsing.nobody, "/sign-in")))
    assert first == browsing.samira.get("/me").headers["spoor-person"]
    assert len({first, second, nobody}) == 3
    assert nobody == "nobody"
    assert len(first) == 16


def test_while_the_database_does_not_answer_a_page_does_not_say_that_nobody_is_signed_in(browsing: Browsing, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(identity, "viewer_of", gone)
    page = browsing.samira.get("/me")
    assert page.status_code >= 500
    assert page.headers["spoor-person"] == ""


def test_a_browser_that_asks_for_a_favicon_gets_one(client: TestClient) -> None:
    assert client.get("/favicon.ico").content.startswith(b"\x89PNG")
