"""Fixtures: the OpenID provider, and Spoor told of it. Import them into a test file that needs them."""

import atexit
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from server.app import create_app
from server.settings import Settings
from server.sign_in.provider_discovery import Directory
from tests.conftest import NOW, URL, Installed
from tests.provider import HERE, OpenIdProvider

ON_SQLITE = pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
_apps: dict[str, Litestar] = {}


@cache
def started() -> OpenIdProvider:
    """The one of this process, however many files of tests want it."""
    running = ExitStack()
    atexit.register(running.close)
    return running.enter_context(OpenIdProvider())


def needed() -> None:
    """Without node and what npm installs these tests are skipped by name, but never where all tests must run."""
    if not (shutil.which("node") and (HERE / "node_modules" / "oidc-provider").exists()):
        missing = "no OpenID provider: it wants node and npm (make provider)"
        pytest.fail(missing) if os.environ.get("CI", "").lower() in {"1", "true"} else pytest.skip(missing)


@pytest.fixture
def provider() -> OpenIdProvider:
    """As it is by itself, at the moment of the tests."""
    needed()
    running = started()
    running.alter.clear()
    running.asked.clear()
    running.set_clock(NOW)
    return running


@pytest.fixture
def settings(installed: Installed, provider: OpenIdProvider) -> Settings:
    """An installation of a school with every kind of provider."""
    installed.fill_anew()
    return msgspec.structs.replace(installed.settings, oidc=provider.settings)


@pytest.fixture
def client(installed: Installed, settings: Settings) -> Iterator[TestClient]:
    """The app on these settings, made once; it knows nothing yet of any provider."""
    app = _apps.get(installed.settings.database) or _apps.setdefault(installed.settings.database, create_app(settings, installed.database))
    app.state.providers = Directory()
    with TestClient(app, base_url=URL, raise_server_exceptions=False) as made:
        yield made
