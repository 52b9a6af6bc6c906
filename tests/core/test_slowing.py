"""How long somebody waits after tries that went wrong."""

from datetime import UTC, datetime, timedelta

import pytest

from server.core.db import Database
from server.core.errors import TooMany
from server.core.limits import once
from server.core.slowing import FORGOTTEN, Slowed, count_try, forget_tries, forgive

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(("times", "seconds"), [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (11, 900), (1_000_000, 900)])
def test_five_tries_are_free_and_the_waits_after_double_up_to_a_quarter_of_an_hour(times: int, seconds: int) -> None:
    slowed = Slowed(key="x", times=times, last_at=NOW)
    assert slowed.wait(NOW).total_seconds() == seconds
    assert slowed.wait(NOW + timedelta(seconds=seconds)) == timedelta(0)
    assert slowed.wait(NOW + FORGOTTEN) == timedelta(0)


def test_who_hammers_on_does_not_wait_longer_and_who_was_right_begins_anew(database: Database) -> None:
    for _ in range(5):
        with database.writing() as session:
            count_try(session, "x", NOW)
    for second in (0, 10, 29):
        with pytest.raises(TooMany) as told, database.writing() as session:
            count_try(session, "x", NOW + timedelta(seconds=second))
        assert 30 - second <= told.value.wait <= 31 - second
    with database.writing() as session:
        count_try(session, "x", NOW + timedelta(seconds=30))
        count_try(session, "y", NOW)
        forgive(session, "x")
        count_try(session, "x", NOW + timedelta(seconds=30))
    with database.writing() as session:
        assert session.get_one(Slowed, "x").times == 1
        forget_tries(session, NOW + FORGOTTEN + timedelta(seconds=10))
        assert session.get(Slowed, "y") is None and session.get(Slowed, "x") is not None


def test_what_counts_once_counts_once_at_whatever_moment_it_comes_again(database: Database) -> None:
    with database.writing() as session:
        assert once(session, "used:x", NOW) and not once(session, "used:x", NOW) and once(session, "used:y", NOW)
