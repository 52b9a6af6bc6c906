"""A computer that others use too: nothing of a person stays on it, and who forgets to sign out is signed out all the same."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from time_machine import Traveller

from server.core.db import Database
from server.people.models import SHARED_LIMITS, DeviceSession, Limits
from server.settings import Settings
from tests.browsing import Browsing, Person, text_of
from tests.sign_in.test_sign_in import code_for, link_for
from tests.test_access_matrix import LINES
from tests.whole import DEVICE, fill_the_rest, named
from tests.world import id_of


def at_school(browsing: Browsing, database: Database, name: str = "samira", **more: str) -> Person:
    """Somebody signed in on a shared computer, by a code."""
    answer = browsing.nobody.post("/sign-in", {"code": code_for(database, name), "shared": "1", **more})
    assert answer.status_code == 303
    return browsing.nobody


def sessions(database: Database, name: str) -> list[tuple[bool, bool]]:
    """Of each session of this person: whether it is shared, and whether it ended."""
    with database.reading() as session:
        rows = session.scalars(select(DeviceSession).where(DeviceSession.person_id == id_of(name)).order_by(DeviceSession.started_at, DeviceSession.shared))
        return [(row.shared, row.ended_at is not None) for row in rows]


def cookie_of(answer: Any) -> str:
    return next(str(cookie) for cookie in answer.headers.get_list("set-cookie") if cookie.startswith("spoor="))


def test_both_ways_in_ask_whether_others_use_this_device_too(browsing: Browsing, database: Database) -> None:
    for path in ("/sign-in", link_for(database, "samira")):
        said = text_of(browsing.nobody.get(path))
        assert "Anderen gebruiken dit apparaat ook Dan bewaren we hier niets. Sluit je de browser, dan ben je afgemeld." in said


def test_a_wrong_code_leaves_the_box_as_it_was(browsing: Browsing) -> None:
    assert 'name="shared" value="1" checked' in browsing.nobody.post("/sign-in", {"code": "ABCD-222222", "shared": "1"}).text
    assert 'name="shared" value="1">' in browsing.nobody.post("/sign-in", {"code": "ABCD-222222"}).text


@pytest.mark.parametrize("way", ["code", "link"])
def test_the_cookie_of_a_shared_computer_ends_with_the_browser(browsing: Browsing, database: Database, way: str) -> None:
    if way == "code":
        shared = browsing.nobody.post("/sign-in", {"code": code_for(database, "samira"), "shared": "1"})
        own = browsing.other_nobody.post("/sign-in", {"code": code_for(database, "samira")})
    else:
        shared = browsing.nobody.post(link_for(database, "samira"), {"shared": "1"})
        own = browsing.other_nobody.post(link_for(database, "samira"))
    assert "Max-Age" not in cookie_of(shared) and "expires" not in cookie_of(shared).lower()
    assert "HttpOnly" in cookie_of(shared) and "SameSite=lax" in cookie_of(shared)
    assert "Max-Age=15552000" in cookie_of(own)
    assert sorted(sessions(database, "samira")) == [(False, False), (False, False), (True, False)]


def test_a_shared_session_ends_twelve_hours_after_its_last_use_or_after_a_day_and_its_cookie_is_never_given_anew(browsing: Browsing, database: Database, moment: Traveller) -> None:
    assert Limits(timedelta(hours=12), timedelta(hours=24)) == SHARED_LIMITS
    person = at_school(browsing, database)
    for _ in range(2):
        moment.shift(timedelta(hours=11))
        answer = person.get("/me")
        assert answer.status_code == 200
        assert not [cookie for cookie in answer.headers.get_list("set-cookie") if cookie.startswith("spoor=")]
    moment.shift(timedelta(hours=12, minutes=1))
    assert person.get("/me").status_code == 303
    assert "gedeelde computer" not in text_of(browsing.samira.get("/me"))


def test_the_own_corner_says_which_device_is_shared(browsing: Browsing, database: Database) -> None:
    person = at_school(browsing, database)
    assert text_of(person.get("/me")).count("gedeelde computer: hier bewaren we niets") == 1
    assert text_of(browsing.samira.get("/me")).count("gedeelde computer") == 1


def test_no_answer_to_who_is_on_a_shared_computer_may_be_kept(browsing: Browsing, database: Database, settings: Settings) -> None:
    fill_the_rest(database, settings)
    person, seen = at_school(browsing, database), 0
    tags = {path: browsing.samira.get(named(path)).headers.get("etag", "") for method, path in LINES if method == "GET"}
    for method, path in LINES:
        if method != "GET" or path.startswith(("/assets", "/healthz", "/readyz", "/service-worker", "/manifest", "/favicon", "/offline")):
            continue
        answer = person.get(named(path), headers={"if-none-match": tags[path]})
        assert answer.status_code != 304, path
        assert answer.headers["cache-control"] == "no-store", path
        assert "etag" not in answer.headers, path
        seen += answer.status_code == 200
    assert seen > 10
    assert person.post("/me/theme", {"theme": "dark"}).headers["cache-control"] == "no-store"


def test_a_page_on_a_shared_computer_says_so_and_bears_the_mark_of_the_session_not_of_the_person(browsing: Browsing, database: Database) -> None:
    page, own = at_school(browsing, database).get("/"), browsing.samira.get("/")
    opening = page.text.partition("<head>")[0]
    assert " data-shared" in opening and " data-outbox" not in opening
    assert " data-shared" not in own.text.partition("<head>")[0]
    mark = page.headers["spoor-person"]
    assert f'data-person="{mark}"' in opening and mark not in {own.headers["spoor-person"], "nobody", ""}
    assert at_school(browsing, database, "daan").get("/").headers["spoor-person"] != mark


def test_where_one_writes_it_is_said_that_nothing_is_kept_here(browsing: Browsing, database: Database) -> None:
    said = "Op deze computer bewaren we niets. Sla op voordat je weggaat."
    for who, path in (
        ("samira", "/experiences/new"), ("samira", "/experiences/{soep}/edit?step=face"), ("samira", "/conversations/{gesprek}/preparation"),
        ("deboer", "/conversations/{gesprek}/outcome"),
    ):  # fmt: skip
        assert said in text_of(at_school(browsing, database, who).get(named(path))), path
        assert said not in text_of(getattr(browsing, who).get(named(path))), path


def test_a_shared_computer_is_offered_no_messages_and_no_app(browsing: Browsing, database: Database) -> None:
    person = at_school(browsing, database)
    for path in ("/", "/me"):
        page = person.get(path).text
        assert "data-push" not in page and "data-install=" not in page
    assert "data-install=" in browsing.samira.get("/me").text and "data-push" in browsing.samira.get("/me").text
    keys = f'{{"p256dh": "{DEVICE["p256dh"]}", "auth": "{DEVICE["auth"]}"}}'
    assert person.post("/me/subscriptions", {"endpoint": DEVICE["endpoint"], "keys": keys}).status_code == 404
    assert person.get("/me/key").status_code == 404


def test_ones_own_link_starts_anew_when_the_device_turns_out_to_be_shared_and_back(browsing: Browsing, database: Database) -> None:
    answer = browsing.samira.post(link_for(database, "samira"), {"shared": "1"})
    assert answer.headers["clear-site-data"] == '"cache"'
    assert " data-shared" in browsing.samira.get("/").text
    assert sessions(database, "samira") == [(False, True), (True, False)]
    assert browsing.samira.post(link_for(database, "samira"), {"shared": "1"}).status_code == 303
    assert sessions(database, "samira") == [(False, True), (True, False)]
    browsing.samira.post(link_for(database, "samira"))
    assert " data-shared" not in browsing.samira.get("/").text
    assert sorted(sessions(database, "samira")) == [(False, False), (False, True), (True, True)]


def test_a_session_from_before_there_were_shared_computers_is_the_persons_own(database: Database, browsing: Browsing) -> None:
    with database.writing() as session:
        session.execute(update(DeviceSession).values(shared=False))
    assert browsing.samira.get("/").headers["cache-control"] == "private, no-cache"
