"""What happens around every request: an address or header of any shape is answered, and none keeps the others waiting."""

import pytest

from tests.browsing import Browsing

ON_SQLITE = pytest.mark.parametrize("installed", ["sqlite"], indirect=True)


@ON_SQLITE
@pytest.mark.parametrize("question", ["_method=delete&_method=%ff", "a=%ff", "_method=%C3%28", "_method", "%"])
def test_a_question_that_is_no_text_is_no_fault(browsing: Browsing, question: str) -> None:
    assert browsing.samira.post(f"/me/theme?{question}", {"theme": "dark"}).status_code == 303


@ON_SQLITE
@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "://", "\u00e9", "http://testserver.local@evil.example"])
def test_an_origin_that_is_none_is_another_site(browsing: Browsing, origin: str) -> None:
    assert browsing.samira.post("/me/theme", {"theme": "dark"}, headers={"origin": origin.encode()}).status_code == 403


@ON_SQLITE
def test_of_a_question_made_to_take_long_nothing_is_left(browsing: Browsing) -> None:
    for deep, left in ((9, 'value="soep"'), (20_000, 'value=""')):
        answer = browsing.samira.get("/trail?q=soep" + "%" * deep + "00" * deep)
        assert answer.status_code == 200 and left in answer.text, deep
