"""A form is read as it was sent; what is no number or id is none."""

import pytest

from server.core.forms import Form


@pytest.mark.parametrize("number", ["--5", "-", "- 5", "5-", "٣", "9" * 10, "1_0"])
def test_what_is_no_number_is_none(number: str) -> None:
    assert Form({"base": [number]}).number("base") is None
    assert Form({"base": ["-5"]}).number("base") == -5
