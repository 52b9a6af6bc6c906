"""Coming in: a link on paper, a code from another device; and going out."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from server.core import clock
from server.core.audit import AuditEntry
from server.core.db import Base, Database
from server.core.security import hashed, local_path
from server.people.models import DeviceSession, Person
from server.sign_in.links import make_code, make_link
from server.sign_in.models import SignInLink
from tests.browsing import Browsing, text_of
from tests.world import id_of, token_of


def link_for(database: Database, name: str) -> str:
    with database.writing() as session:
        return "/sign-in/" + make_link(session, session.get_one(Person, id_of(name)), made_by=None, at=clock.now())


def code_for(database: Database, name: str, school: str = "waal") -> str:
    with database.writing() as session:
        return make_code(session, id_of(name), id_of(school), clock.now())


def end(database: Database, name: str) -> None:
    with database.writing() as session:
        session.execute(update(DeviceSession).where(DeviceSession.person_id == id_of(name)).values(ended_at=clock.now()))


def test_a_link_shows_whose_it_is_and_stays_unused_until_the_button_is_pressed(browsing: Browsing, database: Database) -> None:
    path = link_for(database, "samira")
    for _ in range(3):
        seen = browsing.nobody.get(path)
    assert "Hoi Samira" in text_of(seen) and "De Waal College" in text_of(seen) and "Aït" not in text_of(seen)
    assert (seen.headers["cache-control"], seen.headers["referrer-policy"]) == ("no-store", "strict-origin")
    answer = browsing.nobody.post(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and token_of("samira") not in cookie
    assert "Samira" in text_of(browsing.nobody.get("/me"))


def test_a_used_link_lets_nobody_in_and_says_whom_to_ask(browsing: Browsing, database: Database) -> None:
    path = link_for(database, "samira")
    browsing.nobody.post(path)
    for answer in (browsing.other_nobody.get(path), browsing.other_nobody.post(path)):
        assert answer.status_code == 404
        assert "Vraag je mentor of de LOB-coördinator om een nieuwe." in text_of(answer)
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("secret", ["x", "%00", "%ff%fe", "😀", "a" * 5000, "..%2f..%2fetc", "<script>"])
def test_a_nonsense_link_gets_the_same_page(browsing: Browsing, secret: str) -> None:
    answer = browsing.nobody.get(f"/sign-in/{secret}")
    assert answer.status_code == 404 and "<script>alert" not in answer.text


def test_a_link_opens_no_more_after_thirty_days(browsing: Browsing, database: Database, moment) -> None:
    path = link_for(database, "samira")
    moment.shift(timedelta(days=30, minutes=1))
    assert browsing.nobody.post(path).status_code == 404


def test_two_presses_at_once_let_in_once(browsing: Browsing, database: Database) -> None:
    path = link_for(database, "samira")
    assert [browsing.nobody.post(path).status_code, browsing.other_nobody.post(path).status_code] == [303, 404]


def test_the_form_of_a_link_is_taken_over_plain_http_with_its_origin_and_refused_without_one_that_is_ours(browsing: Browsing, database: Database) -> None:
    path = link_for(database, "samira")
    assert browsing.nobody.post(path, headers={"origin": "null"}).status_code == 403
    assert browsing.nobody.post(path, headers={"origin": "http://evil.example"}).status_code == 403
    assert browsing.nobody.post(path, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert browsing.nobody.post(path, headers={"origin": "http://testserver.local"}).status_code == 303


def test_somebody_elses_link_ends_the_session_that_was_on_the_device_and_says_so_first(browsing: Browsing, database: Database) -> None:
    path = link_for(database, "daan")
    assert "Nu is Samira Aït Ben hier aangemeld" in text_of(browsing.samira.get(path))
    answer = browsing.samira.post(path)
    assert answer.headers["clear-site-data"] == '"cache"'
    with database.reading() as session:
        assert session.get_one(DeviceSession, id_of("session-samira")).ended_at is not None
    assert "Daan Vos" in text_of(browsing.samira.get("/me"))


def test_ones_own_second_link_keeps_the_session_and_its_reminders_under_a_new_token(browsing: Browsing, database: Database) -> None:
    assert browsing.samira.post(link_for(database, "samira")).status_code == 303
    assert browsing.samira.cookies["spoor"] != token_of("samira")
    assert browsing.samira.get("/me").status_code == 200
    browsing.other_nobody.cookies = {"spoor": token_of("samira")}
    assert browsing.other_nobody.get("/me").status_code == 303
    with database.reading() as session:
        sessions = session.scalars(select(DeviceSession).where(DeviceSession.person_id == id_of("samira"))).all()
    assert [found.ended_at for found in sessions] == [None]


def test_a_link_on_paper_lets_an_employee_in_for_a_week_and_others_for_a_month(browsing: Browsing, database: Database, moment) -> None:
    ways = {}
    for who, said in (("deboer", "Geldig tot di 1 dec"), ("samira", "Geldig tot do 24 dec")):
        sheet = browsing.wouters.post(f"/school/people/{id_of(who)}/link")
        assert said in text_of(sheet)
        ways[who] = sheet.text.partition("/sign-in/")[2].partition("<")[0]
    moment.shift(timedelta(days=6, hours=23))
    assert [browsing.nobody.get(f"/sign-in/{ways[who]}").status_code for who in ways] == [200, 200]
    moment.shift(timedelta(hours=1))
    assert [browsing.nobody.get(f"/sign-in/{ways[who]}").status_code for who in ways] == [404, 200]


def test_a_code_signs_in_once_however_it_is_typed(browsing: Browsing, database: Database) -> None:
    code = code_for(database, "samira")
    answer = browsing.nobody.post("/sign-in", {"code": f"  {code.lower().replace('-', ' ')} ", "next": "/trail"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/trail")
    assert browsing.other_nobody.post("/sign-in", {"code": code}).status_code == 422


def test_unknown_used_expired_and_empty_codes_say_the_same(browsing: Browsing, database: Database, moment) -> None:
    used, old = code_for(database, "samira"), code_for(database, "daan")
    browsing.nobody.post("/sign-in", {"code": used})
    moment.shift(timedelta(minutes=10, seconds=1))
    said = set()
    for code in (used, old, "ABCD-EFGHJK", "", "😀" * 50, "\0", "<script>", "\u202eabc", "x" * 100_000):
        answer = browsing.other_nobody.post("/sign-in", {"code": code})
        assert answer.status_code == 422
        assert "<script>x" not in answer.text
        said.add("Deze code werkt niet (meer)" in text_of(answer))
    assert said == {True}


def test_a_code_opens_no_more_after_five_wrong_tries(browsing: Browsing, database: Database) -> None:
    code = code_for(database, "samira")
    for _ in range(5):
        browsing.nobody.post("/sign-in", {"code": code[:4] + "222222"})
    with database.reading() as session:
        assert session.scalar(select(SignInLink.tries).where(SignInLink.selector == code[:4])) == 5
    assert browsing.nobody.post("/sign-in", {"code": code}).status_code == 422


def test_guessing_codes_that_nobody_made_costs_no_row_and_keeps_what_was_typed(browsing: Browsing, database: Database) -> None:
    def rows() -> dict[str, int]:
        with database.reading() as session:
            return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in Base.metadata.tables.items()}

    before = rows()
    for number in range(30):
        answer = browsing.nobody.post("/sign-in", {"code": f"ABCD-2222{number}", "next": "/trail"})
        assert answer.status_code == 422
    assert 'value="ABCD-222229"' in answer.text and 'name="next" value="/trail"' in answer.text
    assert rows() == before


def test_tries_at_somebodys_code_are_on_record_once_in_five_minutes(browsing: Browsing, database: Database, moment) -> None:
    def failed() -> int:
        with database.reading() as session:
            return session.scalar(select(func.count()).where(AuditEntry.kind == "sign-in-failed")) or 0

    code = code_for(database, "samira")
    for _ in range(3):
        browsing.nobody.post("/sign-in", {"code": code[:4] + "222222"})
    assert failed() == 1
    moment.shift(timedelta(minutes=5))
    browsing.nobody.post("/sign-in", {"code": code[:4] + "222222"})
    assert failed() == 2


@pytest.mark.parametrize(
    "path", ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "javascript:alert(1)", "/a\r\nx: y", "trail", "", "/€uro", "/é", "/😀", "/\x7f"]
)
def test_after_signing_in_nobody_is_sent_to_another_site(browsing: Browsing, database: Database, path: str) -> None:
    assert local_path(path) == ""
    assert browsing.nobody.post(link_for(database, "samira"), {"next": path}).headers["location"] == "/"


ODD = ["/€", "/\u202ea", "/%E2%82%AC", "/" + "x" * 1999, "/a b"]


@pytest.mark.parametrize("odd", ODD)
def test_no_way_in_is_used_up_for_an_answer_that_fails(browsing: Browsing, database: Database, odd: str) -> None:
    for more in (
        {"next": odd},
        {"resume_path": odd, "resume_fields": "[]"},
        {"resume_path": "/me", "resume_fields": json.dumps([[odd, odd]])},
        {"resume_path": "/me", "resume_fields": r'[["a", "\ud800"]]'},
    ):
        for way in ("code", "link"):
            end(database, "samira")
            path, form = ("/sign-in", {"code": code_for(database, "samira")}) if way == "code" else (link_for(database, "samira"), {})
            answer = browsing.samira.post(path, {**form, **more})
            assert answer.status_code in {200, 303} and browsing.samira.get("/me").status_code == 200
    assert browsing.nobody.get("/sign-in", params={"next": odd}).status_code == 200


def test_who_is_not_signed_in_is_asked_to_and_comes_back_where_they_were(browsing: Browsing, database: Database) -> None:
    answer = browsing.nobody.get("/me?a=b")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fme%3Fa%3Db")
    assert 'name="next" value="/me?a=b"' in browsing.nobody.get(answer.headers["location"]).text


def test_a_script_that_is_not_signed_in_hears_401(browsing: Browsing) -> None:
    assert browsing.nobody.get("/me", headers={"accept": "application/json"}).status_code == 401
    assert browsing.nobody.get("/me", headers={"hx-request": "true"}).status_code == 401


def test_a_form_sent_after_the_session_ended_comes_back_after_signing_in_again(browsing: Browsing, database: Database) -> None:
    end(database, "samira")
    refused = browsing.samira.post("/me/language", {"language": "en", "more": "Een lange zin die ik niet kwijt wil."})
    assert refused.status_code == 401
    assert "Een lange zin die ik niet kwijt wil." in text_of(refused) and "Ik heb een code" in text_of(refused)
    fields = json.dumps([["language", "en"], ["more", "Een lange zin die ik niet kwijt wil."]])
    again = browsing.samira.post("/sign-in", {"code": code_for(database, "samira"), "resume_path": "/me/language", "resume_fields": fields})
    assert again.status_code == 200
    assert "Opnieuw versturen" in text_of(again) and "Een lange zin die ik niet kwijt wil." in text_of(again)
    assert 'action="/me/language"' in again.text and 'name="language" value="en"' in again.text
    assert browsing.samira.post("/me/language", {"language": "en"}).status_code == 303


def test_files_of_somebody_unknown_are_not_kept_for_a_moment(browsing: Browsing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.people.identity.provide_form", None)
    for name, files in (("file", b"\xff" * 2_000_000), ("photo", b"")):
        address = f"/experiences/{id_of('soep')}/media" + (f"/{id_of('soep')}" if name == "file" else "")
        answer = browsing.nobody.post(address, {"alt": "x"}, files={name: ("x.jpg", files)}, headers={"accept": "application/json"})
        assert (answer.status_code, answer.json()["status"]) == (401, 401)


def test_what_one_person_typed_is_not_shown_to_the_next_on_the_same_device(browsing: Browsing, database: Database) -> None:
    end(database, "samira")
    fields = json.dumps([["text", "Dit is van Samira alleen."]])
    answer = browsing.samira.post("/sign-in", {"code": code_for(database, "daan"), "resume_path": "/me/language", "resume_fields": fields})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize("fields", ["", "{", '{"a": 1}', "[1]", '[["a"]]', "null"])
def test_a_broken_list_of_fields_is_no_fault(browsing: Browsing, database: Database, fields: str) -> None:
    end(database, "samira")
    answer = browsing.samira.post("/sign-in", {"code": code_for(database, "samira"), "resume_path": "/me", "resume_fields": fields})
    assert answer.status_code == 200


def test_another_sites_form_is_not_kept_to_be_sent_after_signing_in(browsing: Browsing) -> None:
    answer = browsing.nobody.post("/me/language", {"language": "Iets van een andere site"}, headers={"origin": "http://evil.example"})
    assert answer.status_code == 403 and "Iets van een andere site" not in answer.text


def test_signing_out_ends_the_session_and_takes_the_cookie_and_the_cache_away(browsing: Browsing, database: Database) -> None:
    answer = browsing.samira.post("/sign-out")
    assert (answer.status_code, answer.headers["location"], answer.headers["clear-site-data"]) == (303, "/sign-in", '"cache"')
    assert "Max-Age=0" in answer.headers["set-cookie"]
    with database.reading() as session:
        assert session.scalar(select(DeviceSession.ended_at).where(DeviceSession.token_hash == hashed(token_of("samira")))) is not None
    assert browsing.samira.post("/sign-out").status_code == 303
