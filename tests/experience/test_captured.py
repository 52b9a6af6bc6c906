"""When it was made: by how long the phone says it waited, and never later than it arrived."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.forms import Form
from server.experience.change import LONGEST_WAIT, captured
from tests.conftest import NOW

MOMENTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.just(UTC))  # noqa: DTZ001
"""What a phone may take the date to be."""

WAITS = st.timedeltas(timedelta(0), LONGEST_WAIT)


def form(**fields: str) -> Form:
    return Form({name: [text] for name, text in fields.items()})


@given(sent=MOMENTS, waited=WAITS)
def test_a_phone_whose_clock_is_wrong_still_gets_the_right_moment(sent: datetime, waited: timedelta) -> None:
    try:
        made = sent - waited
    except OverflowError:
        return
    assert captured(form(captured_at=made.isoformat(), sent_at=sent.isoformat()), NOW) == NOW - waited


@given(captured_at=MOMENTS.map(datetime.isoformat) | st.text(), sent_at=MOMENTS.map(datetime.isoformat) | st.text(), arrived=MOMENTS.filter(lambda moment: moment.year > 2))
def test_whatever_a_phone_says_it_is_no_later_than_its_arrival_and_no_more_than_a_year_before(captured_at: str, sent_at: str, arrived: datetime) -> None:
    believed = captured(form(captured_at=captured_at, sent_at=sent_at), arrived)
    assert arrived - LONGEST_WAIT <= believed <= arrived


@given(made=MOMENTS, sent=MOMENTS, later=WAITS)
def test_what_arrives_later_again_is_no_earlier(made: datetime, sent: datetime, later: timedelta) -> None:
    told = form(captured_at=made.isoformat(), sent_at=sent.isoformat())
    assert captured(told, NOW + later) - captured(told, NOW) == later


@pytest.mark.parametrize(
    ("made", "believed"),
    [
        ("2026-11-24T09:00:00Z", "2026-11-24T09:00:00+00:00"),
        ("2026-11-24T10:00:00+01:00", "2026-11-24T09:00:00+00:00"),
        ("2026-11-24T19:00:00Z", NOW.isoformat()),
        ("1999-01-01T00:00:00Z", NOW.isoformat()),
        ("2026-11-24T09:00:00", NOW.isoformat()),
        ("rubbish", NOW.isoformat()),
        ("", NOW.isoformat()),
    ],
)
def test_a_form_that_does_not_say_when_it_was_sent_is_believed_as_far_as_it_can_be_true(made: str, believed: str) -> None:
    assert captured(form(captured_at=made), NOW).isoformat() == believed
