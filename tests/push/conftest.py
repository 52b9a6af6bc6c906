from collections.abc import Iterator

import msgspec
import pytest

from server.push.keys import public_key
from server.settings import Settings
from tests.push.receiver import Receiver


@pytest.fixture
def service(settings: Settings) -> Iterator[Receiver]:
    """A push service that knows this installation's key."""
    with Receiver() as made:
        made.public_key = public_key(settings)
        yield made
        assert not made.problems


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """An installation that may post to loopback."""
    return msgspec.structs.replace(settings, push_hosts=("127.0.0.1",))
