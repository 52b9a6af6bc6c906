"""Log lines as a machine reads them."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import structlog

from server.core import log


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """As in a process that logs for the first time."""
    kept = structlog.get_config() if structlog.is_configured() else None
    structlog.reset_defaults()
    log._logger.cache_clear()
    yield
    structlog.reset_defaults()
    log._logger.cache_clear()
    if kept:
        structlog.configure(**kept)


def test_a_line_is_one_object_with_its_moment_in_utc_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    log.error("failed", error='Two\nlines", "level": "info', number=3)
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    told = json.loads(err)
    assert (told["event"], told["level"], told["number"], told["error"]) == ("failed", "error", 3, 'Two\nlines", "level": "info')
    assert datetime.fromisoformat(told["timestamp"]).utcoffset() == timedelta(0)
