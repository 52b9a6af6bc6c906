"""What keeps strangers out: headers on every kind of answer, cookies, where a request comes from, links, codes and sessions."""

import gzip
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from httpx import Response
from litestar.testing import TestClient
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError
from time_machine import Traveller

from server.app import create_app
from server.core import clock
from server.core.db import Base, Database
from server.core.security import hashed
from server.people.models import STUDENT_LIMITS, DeviceSession, Person
from server.settings import Settings
from server.setup.actions import make_setup_link
from server.sign_in.links import make_code, make_link
from server.sign_in.models import CODE_LIFE, SignInLink
from tests.browsing import Browsing, text_of
from tests.whole import named
from tests.world import id_of, token_of

ON_SQLITE = pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
POLICY = {
    "default-src": {"'none'"}, "script-src": {"'self'"}, "style-src": {"'self'"}, "img-src": {"'self'", "data:", "blob:"}, "font-src": {"'self'"},
    "media-src": {"'self'", "blob:"},
    "connect-src": {"'self'"}, "manifest-src": {"'self'"}, "worker-src": {"'self'"}, "form-action": {"'self'"}, "base-uri": {"'none'"}, "frame-ancestors": {"'none'"},
}  # fmt: skip


def link_for(database: Database, name: str) -> str:
    with database.writing() as session:
        return "/sign-in/" + make_link(session, session.get_one(Person, id_of(name)), made_by=None, at=clock.now())


def code_for(database: Database, name: str) -> str:
    with database.writing() as session:
        return make_code(session, id_of(name), id_of("waal"), clock.now())


# --- headers


def every_kind_of_answer(browsing: Browsing, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, Response]]:
    asset = re.search(r'href="(/assets/styles/[^"]+)"', browsing.nobody.get("/sign-in").text)
    assert asset
    yield 200, browsing.samira.get("/trail")
    yield 200, browsing.nobody.get(asset[1])
    yield 200, browsing.nobody.get("/service-worker.js")
    yield 200, browsing.nobody.get("/healthz")
    yield 200, browsing.samira.save(f"/experiences/{id_of('json')}", {"step": "text", "text": "x", "base": 0})
    yield 204, browsing.nobody._send("OPTIONS", "/trail")
    yield 303, browsing.nobody.get("/trail")
    yield 303, browsing.samira.post("/me/theme", {"theme": "dark"})
    browsing.samira.cookies.pop("said")
    yield 304, browsing.samira.get("/trail", headers={"if-none-match": browsing.samira.get("/trail").headers["etag"]})
    yield 400, browsing.nobody.post("/sign-in", content=b"[", headers={"content-type": "application/json"})
    yield 401, browsing.nobody.post("/me/theme")
    yield 403, browsing.samira.post("/me/theme", headers={"origin": "http://evil.example"})
    yield 404, browsing.nobody.get("/nergens")
    yield 404, browsing.nobody.get("/assets/../server/app.py")
    yield 405, browsing.samira._send("PUT", "/trail")
    yield 413, browsing.samira.post("/me/theme", {"theme": "x" * 2_100_000})
    yield 422, browsing.samira.post("/me/theme", {"theme": "pink"})
    with monkeypatch.context() as patch:
        patch.setattr("server.experience.screens.trail", lambda *_: {}["a fault"])
        yield 500, browsing.samira.get("/trail")
        patch.setattr("server.core.failures.page", lambda *_, **__: {}["a fault in the page about it"])
        yield 500, browsing.samira.get("/trail")

    def gone(*_: object) -> None:
        raise OperationalError("connect", {}, Exception("connection refused to db.internal"))

    database.engine.dispose()
    event.listen(database.engine, "do_connect", gone)
    yield 503, browsing.samira.get("/")
    yield 503, browsing.nobody.get("/readyz")
    event.remove(database.engine, "do_connect", gone)


@ON_SQLITE
def test_every_kind_of_answer_carries_the_headers_and_tells_nothing_of_the_inside(browsing: Browsing, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for status, answer in every_kind_of_answer(browsing, database, monkeypatch):
        what = f"{answer.request.method} {answer.request.url.path}"
        assert (what, answer.status_code) == (what, status)
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
        assert {name: set(allowed.split()) for name, allowed in policy.items()} == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] in {"same-origin", "strict-origin"}
        assert answer.headers["cross-origin-opener-policy"] == answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert {"geolocation=()", "camera=(self)", "microphone=(self)"} <= set(answer.headers["permissions-policy"].split(", "))
        assert "cache-control" in answer.headers and "server" not in answer.headers and "x-powered-by" not in answer.headers
        assert len(answer.headers.get_list("content-security-policy")) == 1
        inside = re.compile(r"Traceback|File \"|sqlalchemy|litestar|KeyError|a fault|OperationalError|SELECT |db\.internal|server/", re.IGNORECASE)
        assert status < 400 or not inside.search(answer.text), f"{what}: {answer.text}"
        if status >= 400:
            assert "no-store" in answer.headers["cache-control"] or status in {404, 422}, what
        if answer.content and "text/html" in answer.headers.get("content-type", ""):
            assert "charset=utf-8" in answer.headers["content-type"].lower(), what


@pytest.fixture
def secure(settings: Settings, database: Database) -> Iterator[TestClient]:
    """The same installation, reached over https."""
    settings = msgspec.structs.replace(settings, base_url="https://spoor.example")
    with TestClient(create_app(settings, database), base_url="https://spoor.example", raise_server_exceptions=False) as made:
        yield made


@ON_SQLITE
def test_over_https_the_cookie_is_bound_to_this_host_and_the_browser_stays_on_https(secure: TestClient, database: Database) -> None:
    answer = secure.post(link_for(database, "samira"), follow_redirects=False)
    cookie, known = answer.headers.get_list("set-cookie")
    assert known.startswith("__Host-spoor-known=") and {"secure", "httponly"} <= {part.strip().lower() for part in known.split(";")}
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert cookie.startswith("__Host-spoor=") and {"secure", "httponly", "samesite=lax", "path=/"} <= parts
    assert not any(part.startswith("domain") for part in parts)
    assert answer.headers["strict-transport-security"].startswith("max-age=63072000")
    assert secure.get("/me").status_code == 200
    out = secure.post("/sign-out", follow_redirects=False)
    [cookie] = [one for one in out.headers.get_list("set-cookie") if "spoor" in one]
    assert cookie.startswith("__Host-spoor=") and "Max-Age=0" in cookie and "secure" in cookie.lower()


@pytest.mark.parametrize(("origin", "status"), [("https://spoor.example", 303), ("http://spoor.example", 403), ("https://spoor.example:8443", 403), ("null", 403), (None, 303)])
@ON_SQLITE
def test_over_https_a_page_at_our_host_over_plain_http_is_another_site(secure: TestClient, origin: str | None, status: int) -> None:
    """Browsers without `Sec-Fetch-Site` (Safari before 16.4) say only the origin; anybody on the line can put a page at plain http."""
    assert secure.post("/sign-out", headers={"origin": origin} if origin else {}, follow_redirects=False).status_code == status


@ON_SQLITE
def test_over_https_the_plain_cookie_lets_nobody_in(secure: TestClient) -> None:
    assert secure.get("/me", headers={"cookie": f"spoor={token_of('samira')}"}, follow_redirects=False).status_code == 303
    assert secure.get("/me", headers={"cookie": f"__Host-spoor={token_of('samira')}"}, follow_redirects=False).status_code == 200


@ON_SQLITE
def test_over_https_what_was_said_travels_over_https_only(secure: TestClient) -> None:
    answer = secure.post("/me/theme", data={"theme": "dark"}, headers={"cookie": f"__Host-spoor={token_of('samira')}"}, follow_redirects=False)
    [cookie] = answer.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-said=") and {"secure", "httponly", "samesite=lax", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}
    [gone] = secure.get("/me", headers={"cookie": f"__Host-spoor={token_of('samira')}; __Host-said=theme"}).headers.get_list("set-cookie")[-1:]
    assert gone.startswith("__Host-said=") and {"secure", "max-age=0", "path=/"} <= {part.strip().lower() for part in gone.split(";")}


# --- where a request comes from

FROM = [
    ({"sec-fetch-site": "same-origin"}, 303),
    ({"sec-fetch-site": "same-site"}, 403),
    ({"sec-fetch-site": "cross-site"}, 403),
    ({"sec-fetch-site": "none"}, 403),
    ({"sec-fetch-site": "same-origin", "origin": "http://testserver.local"}, 303),
    ({"sec-fetch-site": "cross-site", "origin": "http://testserver.local"}, 403),
    ({"origin": "http://testserver.local"}, 303),
    ({"origin": "http://testserver.local.evil.example"}, 403),
    ({"origin": "http://evil.example"}, 403),
    ({"origin": "http://testserver.local:81"}, 403),
    ({"origin": "null"}, 403),
    ({"origin": ""}, 403),
    ({}, 303),
]


@ON_SQLITE
def test_a_change_that_another_site_sets_off_is_refused(browsing: Browsing, database: Database) -> None:
    for headers, expected in FROM:
        assert (headers, browsing.samira.post("/me/theme", {"theme": "dark"}, headers=headers).status_code) == (headers, expected)
    for path in ("/sign-out", f"/experiences/{id_of('soep')}/deletion", f"/sign-in/{secrets.token_urlsafe()}", "/nergens"):
        assert browsing.samira.post(path, headers={"origin": "http://evil.example"}).status_code in {403, 404}
    assert browsing.samira.get("/me").status_code == 200
    assert browsing.samira.get(f"/experiences/{id_of('soep')}").status_code == 200
    with database.reading() as session:
        assert session.get_one(DeviceSession, id_of("session-samira")).ended_at is None


@ON_SQLITE
def test_only_a_post_becomes_a_delete_and_a_get_never_writes(browsing: Browsing, database: Database) -> None:
    path = f"/experiences/{id_of('soep')}/deletion"
    assert browsing.samira.get(f"{path}?_method=delete").status_code == 405
    assert browsing.samira._send("PUT", f"{path}?_method=delete").status_code == 405
    for method in ("put", "get", "DELETE", "delete&_method=delete", "patch"):
        assert browsing.samira.post(f"/messages/seen?_method={method}").status_code == 303, method
    assert browsing.samira.post("/me/theme", {"theme": "dark", "_method": "delete"}).status_code == 303
    assert browsing.samira._send("DELETE", f"/me/sessions/{id_of('session-samira')}", headers={"origin": "http://evil.example"}).status_code == 403


@ON_SQLITE
def test_after_signing_in_nobody_ends_up_on_another_site(browsing: Browsing, database: Database) -> None:
    for to in ("//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "/%0d%0aset-cookie:x", "\\/evil", "javascript:x", "/x\r\nlocation: //evil"):
        assert browsing.nobody.get("/sign-in", params={"next": to}).text.count("evil.example") == 0
        location = browsing.other_nobody.post("/sign-in", {"code": code_for(database, "daan"), "next": to}).headers["location"]
        assert location.startswith("/") and not location.startswith(("//", "/\\")) and "evil.example" not in location and "\n" not in location
        browsing.other_nobody.cookies.clear()


# --- links, codes, sessions


@ON_SQLITE
def test_looking_at_a_link_in_any_way_does_not_use_it_up(browsing: Browsing, database: Database) -> None:
    path = link_for(database, "samira")
    for method, headers in (("GET", {}), ("HEAD", {}), ("OPTIONS", {}), ("GET", {"sec-purpose": "prefetch"}), ("GET", {"user-agent": "WhatsApp/2"}), ("PUT", {}), ("DELETE", {})):
        answer = browsing.nobody._send(method, path, headers=headers)
        assert "set-cookie" not in answer.headers and answer.status_code < 500
    assert browsing.nobody._send("POST", f"{path}?_method=delete").status_code == 405
    assert browsing.nobody.post(path).status_code == 303


@ON_SQLITE
def test_links_that_never_were_are_used_or_are_over_look_the_same(browsing: Browsing, database: Database, moment: Traveller) -> None:
    old = link_for(database, "daan")
    moment.shift(timedelta(days=31))
    used, reissued = link_for(database, "samira"), link_for(database, "noor")
    browsing.nobody.post(used)
    browsing.nobody.cookies.clear()
    link_for(database, "noor")
    for send in (browsing.nobody.get, browsing.nobody.post):
        answers = [send(path) for path in (old, used, reissued, "/sign-in/never-was")]
        assert {answer.status_code for answer in answers} == {404}
        assert len({re.sub(r"/sign-in/[\w-]+", "", answer.text) for answer in answers}) == 1


@ON_SQLITE
def test_no_secret_stands_in_the_database(browsing: Browsing, database: Database) -> None:
    link, code = link_for(database, "samira").removeprefix("/sign-in/"), code_for(database, "daan")
    other = link_for(database, "noor")
    token = browsing.nobody.post(other).cookies["spoor"]
    made = re.search(r"([A-Z0-9]{4}-[A-Z0-9]{6})", text_of(browsing.samira.post("/me/codes")))
    assert made
    sheet = browsing.wouters.post(named("/school/people/{ilse}/link"))
    printed = re.findall(r"/sign-in/([\w-]{30,})", sheet.text)
    assert printed
    everything = dump(database)
    assert "Meeloopdag" in everything and hashed(link) in everything
    for secret in (link, other, token, token_of("samira"), code, code.replace("-", ""), made[1], made[1].replace("-", ""), code[5:], made[1][5:], *printed):
        assert secret not in everything
    for secret in (link, token, *printed):
        assert len(secret) >= 43, "256 bits"


def dump(database: Database) -> str:
    """Every value of every table, as text."""
    with database.reading() as session:
        return "\n".join(str(row) for table in Base.metadata.tables.values() for row in session.execute(select(table)))


def test_the_set_up_link_is_not_stored_either(tmp_path: Path) -> None:
    from server.migrations.run import migrate

    database = Database(Settings(data=tmp_path).database)
    migrate(database)
    with database.writing() as session:
        secret = make_setup_link(session, clock.now())
    assert secret and secret not in dump(database) and hashed(secret) in dump(database)
    database.close()


@ON_SQLITE
def test_every_way_in_gives_a_token_of_its_own_and_keeps_none_that_was_brought(browsing: Browsing, database: Database) -> None:
    tokens = []
    for _ in range(3):
        browsing.nobody.cookies = {"spoor": "chosen-by-somebody-else"}
        answer = browsing.nobody.post("/sign-in", {"code": code_for(database, "samira")})
        tokens.append(answer.cookies["spoor"])
    assert len({*tokens, "chosen-by-somebody-else", token_of("samira")}) == 5
    browsing.other_nobody.cookies = {"spoor": "chosen-by-somebody-else"}
    assert browsing.other_nobody.get("/me").status_code == 303


def test_a_session_that_is_ended_lets_in_no_more_from_the_next_request(browsing: Browsing, database: Database) -> None:
    browsing.nobody.post("/sign-in", {"code": code_for(database, "samira")})
    assert browsing.nobody.get("/me").status_code == 200
    with database.reading() as session:
        [other] = session.scalars(select(DeviceSession.id).where(DeviceSession.person_id == id_of("samira"), DeviceSession.id != id_of("session-samira")))
    browsing.samira.delete(f"/me/sessions/{other}")
    assert browsing.nobody.get("/me").status_code == 303
    assert browsing.nobody.get("/trail", headers={"if-none-match": browsing.samira.get("/trail").headers.get("etag", "")}).status_code == 303
    assert browsing.nobody.post("/me/theme", {"theme": "dark"}).status_code == 401
    assert browsing.samira.get("/me").status_code == 200


@ON_SQLITE
def test_a_session_slides_for_as_long_as_it_is_used_and_ends_180_days_after(browsing: Browsing, moment: Traveller) -> None:
    assert STUDENT_LIMITS.idle == timedelta(days=180) and STUDENT_LIMITS.absolute is None
    for _ in range(3):
        moment.shift(timedelta(days=179))
        answer = browsing.samira.get("/me")
        assert answer.status_code == 200
    moment.shift(timedelta(days=180, minutes=1))
    assert browsing.samira.get("/me").status_code == 303


@ON_SQLITE
def test_the_browser_keeps_the_cookie_for_as_long_as_the_session_slides(browsing: Browsing, moment: Traveller) -> None:
    moment.shift(timedelta(days=100))
    cookies = browsing.samira.get("/me").headers.get_list("set-cookie")
    assert any(cookie.startswith(f"spoor={token_of('samira')}") and "Max-Age=15552000" in cookie for cookie in cookies)
    assert browsing.samira.get("/me").headers.get_list("set-cookie") == [], "once an hour is enough"


@ON_SQLITE
def test_signing_out_needs_more_than_a_look(browsing: Browsing) -> None:
    assert browsing.samira.get("/sign-out").status_code == 405
    assert browsing.samira.get("/me").status_code == 200


@ON_SQLITE
def test_a_code_cannot_be_guessed_also_not_by_many_at_once(browsing: Browsing, database: Database, moment: Traveller) -> None:
    code = code_for(database, "samira")
    statuses = [browsing.nobody.post("/sign-in", {"code": f"{code[:4]}-22222{letter}"}).status_code for letter in "23456789ABCDEFGHJKMNPQ"]
    assert statuses == [422] * 22
    assert browsing.nobody.post("/sign-in", {"code": code}).status_code == 422
    moment.shift(CODE_LIFE)
    assert browsing.nobody.post("/sign-in", {"code": code}).status_code == 422
    assert browsing.samira.get("/me").status_code == 200


@ON_SQLITE
def test_codes_can_be_made_five_an_hour(browsing: Browsing) -> None:
    assert [browsing.samira.post("/me/codes").status_code for _ in range(6)] == [200] * 5 + [429]
    assert browsing.daan.post("/me/codes").status_code == 200


# --- the line


@ON_SQLITE
def test_another_host_name_does_not_get_into_a_link(browsing: Browsing, settings: Settings) -> None:
    for headers in ({"host": "evil.example"}, {"x-forwarded-host": "evil.example"}, {"forwarded": "host=evil.example"}, {"host": "evil.example", "x-forwarded-proto": "https"}):
        for answer in (
            browsing.wouters.post(named("/school/people/{samira}/link"), headers=headers), browsing.samira.post("/me/codes", headers=headers),
            browsing.nobody.get("/trail", headers=headers), browsing.samira.get("/me", headers=headers), browsing.nobody.get("/manifest.webmanifest", headers=headers),
        ):  # fmt: skip
            assert "evil.example" not in answer.text and "evil.example" not in answer.headers.get("location", "")
            if answer.status_code == 429:
                continue
        sheet = browsing.wouters.post(named("/school/people/{samira}/link"), headers=headers)
        assert f"{settings.base_url}/sign-in/" in sheet.text


@ON_SQLITE
def test_the_path_of_an_asset_leads_nowhere_else(browsing: Browsing) -> None:
    for path in (
        "../settings.py",
        "..%2f..%2fpyproject.toml",
        "%2e%2e/%2e%2e/etc/passwd",
        "styles/%2e%2e/%2e%2e/service-worker.js",
        "/etc/passwd",
        "styles\\app.css",
        "%00",
        "styles/app.css",
        ".",
    ):
        answer = browsing.nobody.get(f"/assets/{path}")
        assert answer.status_code == 404, path
        assert "root:" not in answer.text and "[project]" not in answer.text


@ON_SQLITE
def test_what_is_huge_or_odd_gets_a_clear_answer(browsing: Browsing) -> None:
    big = {"x-huge": "a" * 60_000}
    assert browsing.samira.get("/me", headers=big).status_code == 200
    assert browsing.nobody.get("/me", headers={"cookie": "spoor=" + "x" * 50_000}).status_code == 303
    assert browsing.nobody.get("/me", headers={"cookie": "spoor=\x7f; spoor=x; ; ="}).status_code == 303
    assert browsing.samira.get("/trail?q=" + "x" * 20_000).status_code == 200
    assert browsing.samira.get("/trail?" + "&".join(f"a{number}=1" for number in range(3000))).status_code in {200, 400}
    assert browsing.samira.get("/trail?q=%ff%fe&word=%00&before=%00").status_code in {200, 400}
    assert browsing.samira.get("/", headers={"accept-language": "x" * 10_000 + ",;q=,en;q=nan,nl;q=inf"}).status_code == 200
    assert browsing.samira.get("/", headers={"if-none-match": "x" * 10_000, "hx-request": "true", "hx-target": "x" * 10_000}).status_code == 200
    for target in ("div#__init__", "div#main", "#", "div#{{7*7}}", "div#title"):
        assert browsing.samira.get("/me", headers={"hx-request": "true", "hx-target": target}).status_code == 200


@ON_SQLITE
def test_a_compressed_body_is_not_unpacked(browsing: Browsing) -> None:
    """A small body that unpacks to gigabytes is only ever read as the bytes it is."""
    bomb = gzip.compress(b"theme=dark&" + b"x" * 5_000_000)
    answer = browsing.samira.post("/me/theme", content=bomb, headers={"content-type": "application/x-www-form-urlencoded", "content-encoding": "gzip"})
    assert answer.status_code in {400, 415, 422}


@ON_SQLITE
def test_no_secret_of_a_session_stands_on_a_page_that_is_compressed(browsing: Browsing) -> None:
    """BREACH guesses a secret that stands beside what the attacker chose, by the size of the page: so no page holds one (the check of a form's origin needs none)."""
    for who in ("samira", "deboer", "wouters"):
        for path in ("/", "/me", "/trail?q=x", "/messages", "/school/people?q=x"):
            assert token_of(who) not in getattr(browsing, who).get(path).text


def test_who_has_left_is_let_in_no_more_anywhere(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(DeviceSession).values(ended_at=clock.now()))
    for who in ("samira", "deboer", "wouters", "karim"):
        assert getattr(browsing, who).get("/").headers["location"] == "/sign-in"


def test_a_link_is_used_once_also_when_two_press_at_the_same_moment(client: TestClient, database: Database) -> None:
    import asyncio

    from httpx import ASGITransport, AsyncClient

    paths = [link_for(database, "samira")] * 8

    async def together() -> list[int]:
        async with AsyncClient(transport=ASGITransport(client.app), base_url="http://testserver.local") as browser:  # type: ignore[arg-type]
            return sorted(answer.status_code for answer in await asyncio.gather(*(browser.post(path) for path in paths)))

    assert asyncio.run(together()) == [303] + [404] * 7
    with database.reading() as session:
        assert len(session.scalars(select(DeviceSession.id).where(DeviceSession.person_id == id_of("samira"))).all()) == 2
        assert session.scalars(select(SignInLink.used_at).where(SignInLink.person_id == id_of("samira"))).one() is not None
