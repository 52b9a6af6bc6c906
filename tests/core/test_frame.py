"""Around every request."""

from tests.browsing import Browsing


def test_a_signed_in_person_sees_their_first_screen(browsing: Browsing) -> None:
    assert browsing.samira.get("/").status_code == 200


def test_nobody_is_asked_to_sign_in(browsing: Browsing) -> None:
    answer = browsing.nobody.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
