"""Nothing has changed is only said when nothing has: after every write there is, every page of everybody is either the same or has another ETag."""

import re
from datetime import timedelta

import pytest
from httpx import Response
from litestar.testing import TestClient
from sqlalchemy import update
from time_machine import Traveller

from server.core.db import Database
from server.people.models import Person
from server.settings import Settings
from tests.browsing import Browsing, text_of
from tests.conftest import NOW
from tests.journey import journey
from tests.whole import named, route_of
from tests.world import id_of

ON_SQLITE = pytest.mark.parametrize("installed", ["sqlite"], indirect=True)

PAGES = ("/", "/trail", "/trail?q=soep", "/trail?word=working-together", "/words", "/words?year=2026", "/words/evidence?word=quality:working-together",
         "/conversations", "/groups", "/groups/{3B}", "/groups/{3C}", "/activities", "/messages", "/cards")  # fmt: skip
"""Every page that can be said to be unchanged, in the ways it is asked for."""

OUR_SCHOOL = ("samira", "daan", "deboer", "kramer", "anja", "wouters", "karim")

HTMX = {"hx-request": "true", "hx-target": "div#talk"}


@pytest.fixture(autouse=True)
def stopped(moment: Traveller) -> None:
    """Time stands still: whatever changes, changes by what somebody does."""
    moment.move_to(NOW, tick=False)


def same_but_ids(answer: Response) -> str:
    """The page without the ids that are new each time it is made."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "…", answer.text)


def page_of(browsing: Browsing, who: str, page: str) -> Response:
    person = getattr(browsing, who)
    person.cookies.pop("said", None)
    return person.get(named(page))


def test_every_page_that_can_be_unchanged_is_looked_at(client: TestClient) -> None:
    conditional = {f"GET {route.path}" for route in client.app.routes for handler in getattr(route, "route_handlers", ()) if handler.before_request is not None}
    assert conditional == {route_of(client.app, "GET", page.partition("?")[0]) for page in PAGES}


@ON_SQLITE
def test_after_every_write_of_anybody_every_page_of_everybody_is_the_same_or_has_another_etag(browsing: Browsing, database: Database, settings: Settings) -> None:
    answers = {(who, page): page_of(browsing, who, page) for who in OUR_SCHOOL for page in PAGES}
    before = {one: (answer.headers["etag"], same_but_ids(answer)) for one, answer in answers.items() if answer.status_code == 200}
    stale, changed = [], set[str]()
    for step in journey(browsing, database, settings):
        for (who, page), then in list(before.items()):
            answer = page_of(browsing, who, page)
            before[who, page] = now = answer.headers["etag"], same_but_ids(answer)
            if then[1] != now[1]:
                changed.add(step)
            if then[0] == now[0] and then[1] != now[1]:
                stale.append(f"{step}: {page} of {who} is another page under the same ETag")
    assert not stale, "\n".join(stale)
    assert len(changed) > 25, f"the journey changes hardly anything: {changed}"


def test_the_same_page_is_not_sent_again_and_what_says_so_is_empty(browsing: Browsing) -> None:
    first = browsing.samira.get("/trail")
    again = browsing.samira.get("/trail", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    for answer in (first, again):
        assert answer.headers["vary"].startswith("HX-Request, HX-Target, Accept, Accept-Language, Cookie")
        assert answer.headers["cache-control"] == "private, no-cache"


def test_an_etag_is_of_one_person_one_language_one_look_and_one_part_of_the_page(browsing: Browsing, database: Database) -> None:
    def tag(who: str = "samira", **headers: str) -> str:
        return str(getattr(browsing, who).get("/trail", headers=headers).headers["etag"])

    tags = [tag(), tag("daan"), tag(**{"accept-language": "en"}), tag(**HTMX)]
    for column, value in (("theme", "dark"), ("theme", "light"), ("language", "en")):
        with database.writing() as session:
            session.execute(update(Person).where(Person.id == id_of("samira")).values({column: value}))
        tags.append(tag())
    assert len(set(tags)) == len(tags)
    assert browsing.daan.get("/trail", headers={"if-none-match": tags[0]}).status_code == 200


def test_an_etag_is_of_one_day_because_pages_say_today(browsing: Browsing, moment: Traveller) -> None:
    moment.move_to(NOW + timedelta(hours=9), tick=False)
    tag = browsing.samira.get("/").headers["etag"]
    assert browsing.samira.get("/", headers={"if-none-match": tag}).status_code == 304
    moment.shift(timedelta(hours=2))
    assert browsing.samira.get("/", headers={"if-none-match": tag}).status_code == 200


def test_what_was_done_is_told_once_and_not_kept(browsing: Browsing) -> None:
    tag = browsing.samira.get("/trail").headers["etag"]
    browsing.samira.post(f"/experiences/{id_of('oma')}/deletion")
    told = browsing.samira.get("/trail", headers={"if-none-match": tag})
    assert told.status_code == 200 and "Ongedaan maken" in text_of(told)
    assert "etag" not in told.headers and "no-cache" in told.headers["cache-control"]
    assert "Max-Age=0" in told.headers["set-cookie"]
    browsing.samira.cookies.pop("said")
    after = browsing.samira.get("/trail")
    assert "Ongedaan maken" not in text_of(after) and after.headers["etag"] not in {tag, None}


def test_what_was_done_is_also_told_when_the_page_would_be_unchanged(browsing: Browsing) -> None:
    browsing.samira.post("/me/theme", {"theme": "dark"})
    browsing.samira.cookies.pop("said")
    tag = browsing.samira.get("/trail").headers["etag"]
    browsing.samira.cookies["said"] = "saved"
    assert browsing.samira.get("/trail", headers={"if-none-match": tag}).status_code == 200
