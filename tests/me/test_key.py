"""The key of a student's own device: always the same for one person, of nobody else, and not there where nothing may stay."""

from base64 import urlsafe_b64decode

import pytest
from litestar.testing import TestClient
from sqlalchemy import update

from server.app import create_app
from server.core.db import Database
from server.me.key import device_key
from server.people.models import DeviceSession
from server.settings import Settings
from tests.browsing import Browsing, Person
from tests.sign_in.test_sign_in import code_for
from tests.world import id_of


def key_of(person: Person) -> str:
    answer = person.get("/me/key", headers={"accept": "application/json"})
    assert answer.status_code == 200
    return str(answer.json()["key"])


def test_a_student_gets_a_key_of_32_bytes_with_the_mark_of_their_pages(browsing: Browsing) -> None:
    answer = browsing.samira.get("/me/key", headers={"sec-fetch-site": "same-origin"})
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["person"] == browsing.samira.get("/me").headers["spoor-person"]
    assert len(urlsafe_b64decode(answer.json()["key"] + "=")) == 32


def test_the_key_is_the_same_in_a_later_session_and_another_for_another_person(browsing: Browsing, database: Database) -> None:
    first = key_of(browsing.samira)
    browsing.samira.post("/sign-out")
    browsing.samira.post("/sign-in", {"code": code_for(database, "samira")})
    assert key_of(browsing.samira) == first
    assert len({first, key_of(browsing.daan), key_of(browsing.olga)}) == 3


def test_the_key_survives_a_restart_and_its_secret_is_for_its_owner_only(browsing: Browsing, settings: Settings, database: Database) -> None:
    first = key_of(browsing.samira)
    path = settings.data / "keys" / "outbox.key"
    assert path.stat().st_mode & 0o777 == 0o600
    with TestClient(create_app(settings, database), base_url="http://testserver.local") as again:
        assert key_of(Browsing(again).samira) == first
    path.unlink()
    assert urlsafe_b64decode(first + "=") != device_key(settings, id_of("samira"))


def test_the_secret_is_made_when_it_is_first_asked_for(browsing: Browsing, settings: Settings) -> None:
    browsing.samira.get("/")
    assert not (settings.data / "keys" / "outbox.key").exists()


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
def test_no_other_site_gets_it_and_no_address_bar(browsing: Browsing, site: str) -> None:
    answer = browsing.samira.get("/me/key", headers={"sec-fetch-site": site, "accept": "application/json"})
    assert answer.status_code == 403
    assert "key" not in answer.json()


def test_on_a_shared_computer_there_is_none(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(DeviceSession).values(shared=True))
    assert browsing.samira.get("/me/key").status_code == 404


def test_who_is_signed_in_no_more_hears_so(browsing: Browsing) -> None:
    assert browsing.nobody.get("/me/key", headers={"accept": "application/json"}).status_code == 401
