"""Around every request."""

from datetime import timedelta

import time_machine

from tests.browsing import Browsing


def test_a_signed_in_person_sees_their_first_screen(browsing: Browsing) -> None:
    assert browsing.samira.get("/").status_code == 200


def test_nobody_is_asked_to_sign_in(browsing: Browsing) -> None:
    answer = browsing.nobody.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_the_cookie_slides_along_with_the_session(browsing: Browsing, moment: time_machine.Traveller) -> None:
    assert "set-cookie" not in browsing.samira.get("/").headers
    moment.shift(timedelta(days=100))
    again = browsing.samira.get("/").headers["set-cookie"]
    assert again.startswith("spoor=token-of-samira;") and "Max-Age=15552000" in again and "HttpOnly" in again
    assert "set-cookie" not in browsing.samira.get("/").headers
    moment.shift(timedelta(days=179))
    assert browsing.samira.get("/").status_code == 200
    moment.shift(timedelta(days=181))
    assert browsing.samira.get("/").status_code == 303


def test_a_monitor_may_ask_without_a_body(browsing: Browsing) -> None:
    for path in ("/healthz", "/readyz", "/sign-in"):
        assert browsing.nobody._send("HEAD", path).status_code == 200
