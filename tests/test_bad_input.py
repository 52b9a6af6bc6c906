"""Whatever is sent: a clear answer, nothing lost, nothing leaked, and no fault of ours."""

from collections.abc import Iterator
from html import escape
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from httpx import Response
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from server.core.db import Base, Database
from tests.browsing import Browsing
from tests.test_access_matrix import FORMS, LINES, asked
from tests.test_access_matrix import whole_world as whole_world
from tests.whole import EVERYBODY, named, nothing_stored
from tests.world import id_of

ON_SQLITE = pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
SCRIPT = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>"

ODD = {
    "nothing": "",
    "spaces": " \t\n ",
    "much": "woord " * 17_000,
    "one long word": "x" * 100_000,
    "emoji": "👩🏽‍🍳🏳️‍🌈 gekookt 🥘",
    "right to left": "\u202eabc \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "script": SCRIPT,
    "template": "{{ 7*7 }} {% raw %} %(name)s %s {0} ${x}",
    "NUL": "voor\0na",
    "control": "a\x01\x1b\x7f\x85\u2028\ufeff\u200b",
    "like": "%_\\' OR 1=1 --",
    "number": "99999999999999999999",
    "minus": "-1",
    "date": "9999-12-31",
    "early": "0001-01-01",
    "time": "24:00",
    "id": "00000000-0000-0000-0000-000000000000",
    "anothers id": str(id_of("daans")),
    "another schools id": str(id_of("elders")),
    "null": "null",
    "not a number": "NaN",
}

ALONE = ("nothing", "number", "another schools id")
"""What is also put in one field at a time, with the others as they should be: markup in each, and of these one in each, in turn."""

COUNTED = {"minus", "date", "early", "time", "not a number"}
"""And this, where a number or a date is what should be there."""

HARD_TO_STORE = {"one long word", "NUL", "control", "emoji", "number", "date", "early"}
"""What PostgreSQL refuses where SQLite does not: NUL, half characters, what is too long or too large for its column."""

TEXTS = {
    "POST /experiences/{soep}": ("text", "together_with", "qualities-own", "qualities-evidence-own:moed", "answer:situation"),
    "POST /experiences/{nieuw}": ("text", "together_with", "motives-own"),
    "POST /experiences/{soep}/media/{foto}/alt": ("alt",),
    "POST /conversations/{gesprek}/preparation": ("question", "answer:x", "word"),
    "POST /conversations": ("place",),
    "POST /conversations/{gesprek}": ("place",),
    "POST /conversations/{gesprek}/outcome": ("summary", "what", "helper"),
    "POST /recognitions": ("sentence",),
    "POST /r/samiras-qr": ("sentence", "name", "role"),
    "POST /activities/{opendag}/goal": ("text",),
    "POST /activities": ("title", "place"),
    "POST /activities/{bouw}": ("title", "place"),
    "POST /school/settings": ("school", "trusted_name", "trusted_contact", "vision"),
    "POST /school/people": ("given_name", "infix", "family_name", "addressed_as", "job", "number", "email"),
    "POST /school/people/{deboer}": ("given_name", "infix", "family_name", "addressed_as", "job", "number", "email"),
    "POST /school/groups": ("name",),
    "POST /school/groups/{3B}": ("name",),
    "POST /school/vocabulary/words/new": ("nl", "en", "sentence_nl", "sentence_en", "example-1-nl", "example-1-en", "own"),
    "POST /school/vocabulary/words/working-together": ("nl", "en", "sentence_nl", "sentence_en", "example-1-nl", "example-1-en"),
    "POST /school/vocabulary/questions/new": ("nl", "en"),
    "POST /school/vocabulary/questions/prepare-strong-moment": ("nl", "en"),
    "POST /sign-in": ("code", "resume_fields"),
    "POST /sign-in/mail": ("resume_fields",),
    "POST /sign-in/card": ("code",),
    "POST /school/people/{samira}/guardians": ("email", "given_name", "infix", "family_name"),
    "POST /me/guardians": ("email",),
}
"""Where somebody types at length."""


def writes() -> Iterator[tuple[str, str, str]]:
    """Every address that writes, with somebody who may."""
    for (method, path), cells in LINES.items():
        if method == "POST":
            allowed = [who for who, cell in zip(EVERYBODY, cells, strict=True) if cell in {"to", "ok", "409"}]
            yield path, (allowed or ["nobody"])[0], f"{method} {path}"


def clear(answer: Response, what: str, sent: str = "") -> list[str]:
    """What is wrong with an answer, if anything."""
    wrong = []
    if answer.status_code >= 500 or answer.status_code not in {200, 303, 400, 401, 403, 404, 409, 413, 422, 429}:
        wrong.append(f"{what}: {answer.status_code}")
    if "<script>alert" in answer.text or "onerror=alert(1)>" in answer.text.replace("&gt;", ""):
        wrong.append(f"{what}: what was typed became markup")
    if "\n" in answer.headers.get("location", "") or "<" in answer.headers.get("location", ""):
        wrong.append(f"{what}: leads to {answer.headers['location']}")
    if "Uien gesneden" in answer.text:
        wrong.append(f"{what}: shows what is anothers")
    return wrong


def _alone(place: int, usual: Any) -> set[str]:
    return {"script", ALONE[place % len(ALONE)], *(COUNTED if str(usual)[:1].isdigit() else ())}


def test_every_field_of_every_form_takes_anything(browsing: Browsing, database: Database, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    wrong = []
    with nothing_stored(database, monkeypatch):
        for path, who, line in writes():
            form = {name: named(value) for name, value in FORMS.get(line, {}).items()} | dict.fromkeys(TEXTS.get(line, ()), "tekst")
            person, kept = getattr(browsing, who), dict(getattr(browsing, who).cookies)
            for name, odd in ODD.items():
                if not settings.sqlite and name not in HARD_TO_STORE:
                    continue
                for changed in [list(form), *([field] for place, field in enumerate(form) if settings.sqlite and name in _alone(place, form[field]))]:
                    answer = person.post(named(path), form | dict.fromkeys(changed, odd))
                    person.cookies = dict(kept)
                    wrong += clear(answer, f"{line} by {who} with {name} in {', '.join(changed) or 'nothing'}")
    assert not wrong, "\n".join(wrong)


def _json(names: tuple[str, ...], value: Any) -> bytes:
    return msgspec.json.encode(dict.fromkeys(names, value))


OF_THE_FIELDS = {"other types", "numbers", "lists", "nulls", "half a character", "a file for a text", "no text"}
"""What reaches what reads the form. The others are refused, or taken apart, before that, alike for all: each at one address in five."""

BODIES: dict[str, tuple[str, bytes]] = {
    "no text": ("application/x-www-form-urlencoded", b"text=%ff%fe&place=%ff&summary=%c3%28&title=%ff&code=%ff&school=%ff&language=%ff&theme=%ff"),
    "raw bytes": ("application/x-www-form-urlencoded", b"text=\xff\xfe"),
    "many fields": ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(2000))),
    "no json": ("application/json", b"{"),
    "no object": ("application/json", b"[1, 2]"),
    "a string": ("application/json", b'"text"'),
    "nothing": ("application/json", b""),
    "half a character": ("application/json", b'{"text": "\\ud800"}'),
    "deep": ("application/json", b"[" * 100_000),
    "deep in a field": ("application/json", b'{"text": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"),
    "other types": ("application/json", _json(("text", "place", "title", "summary", "language", "theme", "code", "keys", "base"), {"a": [1, None, True]})),
    "numbers": ("application/json", _json(("text", "step", "base", "revision", "mutation", "date", "minutes", "face"), 1.5e300)),
    "lists": ("application/json", _json(("text", "experience", "word", "groups", "qualities", "student"), [[1], {}, None, "x"])),
    "nulls": ("application/json", _json(("text", "experience", "word", "groups", "qualities", "student", "keys", "language"), None)),
    "no boundary": ("multipart/form-data", b"--x\r\n\r\n"),
    "broken parts": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nabc'),
    "odd part": ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--\r\n"),
    "bytes in a part": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\xfe\r\n--x--\r\n'),
    "many parts": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 3000 + b"--x--\r\n"),
    "a file for a text": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="text"; filename="../../x\0.csv"\r\n\r\nabc\r\n--x--\r\n'),
    "unknown kind": ("application/xml", b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><x>&x;</x>"),
    "an odd kind": ("\x7f;;=", b"text=abc"),
    "too much": ("application/x-www-form-urlencoded", b"text=" + b"x" * 2_100_000),
}  # fmt: skip


@ON_SQLITE
def test_a_body_of_any_kind_gets_a_clear_answer(browsing: Browsing, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = []
    with nothing_stored(database, monkeypatch):
        for number, (path, who, line) in enumerate(writes()):
            person, kept = getattr(browsing, who), dict(getattr(browsing, who).cookies)
            for turn, (name, (kind, body)) in enumerate(BODIES.items()):
                if name not in OF_THE_FIELDS and (number + turn) % 5:
                    continue
                accept = "application/json" if "json" in kind else "text/html"
                answer = person.post(named(path), content=body, headers={"content-type": kind, "accept": accept})
                person.cookies = dict(kept)
                wrong += clear(answer, f"{line} by {who} with {name}")
    assert not wrong, "\n".join(wrong)


@ON_SQLITE
def test_a_class_list_of_any_kind_gets_a_clear_answer(browsing: Browsing, database: Database) -> None:
    bodies = (
        b"",
        b"\0" * 1000,
        b"\xff\xfe",
        b"PK\x03\x04" + b"x" * 100,
        b"a;b;c\r\n" * 20_000,
        SCRIPT.encode(),
        b'"' * 100_000,
        b";" * 100_000,
        b"Roepnaam;Achternaam;Klas\r\n" + b"\x81;\x8d;x\r\n" * 10,
    )
    wrong = []
    for number, body in enumerate(bodies):
        for name in ("klas.csv", "../../etc/passwd", SCRIPT, "x" * 5000, "\u202ecsv"):
            answer = browsing.wouters._send("POST", "/school/import", files={"file": (name, body, "text/csv")})
            wrong += clear(answer, f"list {number} called {name[:20]}")
            if answer.status_code == 303:
                wrong += clear(browsing.wouters.get(answer.headers["location"]), f"the look at list {number}")
    assert not wrong, "\n".join(wrong)


QUERIES = {
    "/school/import/{lijst}": ("part", "start"),
    "/trail": ("q", "word", "before"), "/words": ("year", "kind"), "/words/evidence": ("word",), "/words/picture.png": ("year", "kind", "name"),
    "/experiences/new": ("activity", "id", "step"), "/experiences/{soep}/edit": ("step", "alone"),
    "/conversations/{gesprek}/preparation": ("step",), "/activities": ("before",), "/school/people": ("q", "show", "number"),
    "/school/people/new": ("kind", "group"), "/school/cover": ("mentor",), "/me/record": ("before",),
    "/school/record": ("sort", "person", "first", "last", "before"), "/conversations/new": ("student",), "/recognitions/new": ("q", "student"),
    "/conversations/{gesprek}": ("step", "question"), "/cards/pocket.pdf": ("language",), "/cards/poster.pdf": ("language",),
    "/sign-in": ("next",), "/sign-in/mail": ("next",), "/sign-in/password": ("next",), "/sign-in/confirmation": ("next",), "/manifest.webmanifest": ("language",), "/": ("from",),
}  # fmt: skip
MOMENTS = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-24", "2026-11-24T13:00:00", "2026-11-24T13:00:00+00:00", "20261124T130000Z", "2026-W48-2T00:00:00Z")


def test_every_question_in_an_address_takes_anything(browsing: Browsing, database: Database, settings: Any) -> None:
    wrong = []
    for path, names in QUERIES.items():
        for who in ("samira", "deboer", "wouters", "nobody"):
            if not settings.sqlite and getattr(browsing, who).get(named(path)).status_code == 404:
                continue
            for name in names:
                for what, odd in {**ODD, **{moment: moment for moment in MOMENTS}}.items():
                    if not settings.sqlite and what not in {*HARD_TO_STORE, *MOMENTS}:
                        continue
                    answer = getattr(browsing, who).get(named(path), params={name: odd[:4000]})
                    wrong += clear(answer, f"{path}?{name}= with {what} by {who}")
                    if answer.status_code in {303, 404}:
                        break
            if not settings.sqlite:
                break
    assert not wrong, "\n".join(wrong)


def test_a_nul_hidden_in_what_is_left_of_another_is_dropped_too(browsing: Browsing) -> None:
    for question in ("so%00ep", "%%0000soep", "so%%%000000ep"):
        answer = browsing.samira.get(f"/trail?q={question}")
        assert answer.status_code == 200 and 'value="soep"' in answer.text, question


@ON_SQLITE
def test_an_id_that_is_none_does_not_exist(browsing: Browsing) -> None:
    ours = ("/experiences", "/conversations", "/activities", "/groups", "/messages", "/agreements", "/recognitions", "/me/sessions", "/me/passkeys", "/me/providers")
    for path in (*ours, "/school/import", "/school/groups"):
        for odd in ("x", "1", "%00", "%2e%2e", "0" * 32, "{}", str(uuid4()).upper(), str(uuid4()), "😀", "%ff", "x" * 3000):
            for person in (browsing.samira, browsing.deboer, browsing.wouters):
                for answer in (person.get(f"{path}/{odd}"), person.post(f"{path}/{odd}", {"text": "x"}), person.delete(f"{path}/{odd}")):
                    assert answer.status_code in {404, 405, 422, 303, 400}, f"{path}/{odd}: {answer.status_code}"


OTHERS = [
    ("samira", "/experiences/{nieuw}", {"step": "text", "text": "x", "base": "0", "activity": "{elders}"}, {404}),
    ("samira", "/experiences/{daans}", {"step": "text", "text": "x", "base": "1"}, {404}),
    ("samira", "/experiences/{olgas}", {"step": "text", "text": "x", "base": "0"}, {404}),
    ("samira", "/conversations/{gesprek}/preparation", {"step": "1", "base": "1", "experience": "{daans}"}, {404}),
    ("samira", "/conversations/{gesprek}/preparation", {"step": "1", "base": "1", "experience": "{olgas}"}, {404}),
    ("samira", "/conversations/{daans-gesprek}/preparation", {"step": "3", "base": "0", "question": "x"}, {404}),
    ("deboer", "/conversations", {"student": "{ilse}", "now": "1"}, {404}),
    ("deboer", "/conversations", {"student": "{olga}", "now": "1"}, {404}),
    ("deboer", "/conversations", {"student": "{wouters}", "now": "1"}, {404}),
    ("deboer", "/conversations", {"id": "{ilses-gesprek}", "student": "{samira}", "now": "1"}, {404, 409}),
    ("deboer", "/conversations", {"id": "{olgas-gesprek}", "student": "{samira}", "now": "1"}, {404, 409}),
    ("deboer", "/conversations", {"id": "{ilses-gesprek}", "student": "{samira}", "date": "2026-12-07", "time": "11:20", "minutes": "20", "place_kind": "room"}, {404, 409}),
    ("wouters", "/activities", {"id": "{elders}", "kind": "workshop", "title": "x", "date": "2026-12-01", "start": "09:00", "end": "10:00", "groups": "{3B}"}, {404, 409}),
    ("wouters", "/activities", {"kind": "workshop", "title": "x", "date": "2026-12-01", "start": "09:00", "end": "10:00", "groups": "{4A}"}, {422}),
    ("wouters", "/school/people/{samira}/group", {"group": "{4A}", "edition": "1"}, {404}),
    ("wouters", "/school/people/{olga}/group", {"group": "{3B}", "edition": "1"}, {404}),
    ("wouters", "/school/people/{samira}/mentors", {"mentor": "{prins}"}, {404}),
    ("wouters", "/school/people/{samira}/mentors", {"mentor": "{daan}"}, {404}),
    ("wouters", "/school/people/{prins}/groups", {"group": "{3B}"}, {404}),
    ("wouters", "/school/people/{deboer}/groups", {"group": "{4A}"}, {404}),
    ("wouters", "/school/groups/{3B}/mentors", {"mentor": "{prins}"}, {404}),
    ("wouters", "/school/people", {"id": "{olga}", "kind": "student", "given_name": "X", "family_name": "Y"}, {404}),
    ("wouters", "/school/groups", {"id": "{4A}", "name": "5A"}, {404}),
    ("wouters", "/school/cover", {"mentor": "{deboer}", "colleague": "{prins}", "starts_on": "2026-11-24", "ends_on": "2026-11-30"}, {404}),
    ("wouters", "/school/cover", {"mentor": "{prins}", "colleague": "{kramer}", "starts_on": "2026-11-24", "ends_on": "2026-11-30"}, {404}),
    ("wouters", "/school/cover", {"mentor": "{deboer}", "colleague": "{samira}", "starts_on": "2026-11-24", "ends_on": "2026-11-30"}, {404}),
    ("wouters", "/activities/{bouw}", {"kind": "workshop", "title": "x", "date": "2026-12-01", "start": "09:00", "end": "10:00", "groups": "{4A}", "revision": "1"}, {422}),
]


def test_what_is_anothers_cannot_be_named_in_a_form(browsing: Browsing, database: Database) -> None:
    before = rows(database)
    for who, path, form, expected in OTHERS:
        answer = getattr(browsing, who).post(named(path), {name: named(value) for name, value in form.items()})
        assert answer.status_code in expected, f"{path} by {who} with {form}: {answer.status_code}"
        assert not clear(answer, path)
    assert rows(database) == before


def rows(database: Database) -> dict[str, int]:
    """How much of everything there is; not how often somebody did something, or that it arrived."""
    with database.reading() as session:
        return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in Base.metadata.tables.items() if name not in {"spent", "mutation"}}


TWICE = {
    "POST /experiences/{nieuw}": {"mutation": "{once}"},
    "POST /conversations": {"id": "{once-more}"},
    "POST /school/people": {"id": "{once-a-person}"},
    "POST /school/groups": {"id": "{once-a-group}"},
    "POST /school/cover": {"id": "{once-a-cover}"},
    "POST /activities": {"id": "{once}"},
    "POST /recognitions": {"id": "{once-seen}"},
    "POST /r/samiras-qr": {"id": "{once-by-a-guest}"},
    "POST /conversations/{gesprek}/preparation": {"mutation": "{twice}"},
    "POST /experiences/{soep}": {"mutation": "{thrice}"},
    "POST /experiences/{soep}/conflicts/{versie}/choice": {"mutation": "{choice}"},
    "POST /conversations/{gesprek}/conflicts/{vraag}/choice": {"mutation": "{other-choice}"},
}
"""What a form carries so that it counts once."""

EVERY_TIME = {
    "POST /me/codes",
    "POST /school/people/{samira}/link",
    "POST /school/people/{vries}/link",
    "POST /school/record/export",
    "POST /school/groups/{3B}/links",
    "POST /school/import",
    "POST /sign-in",
    "POST /sign-in/card",
    "POST /school/people/{samira}/card",
    "POST /school/people/{samira}/guardians/{karim}/link",
    "POST /school/groups/{3B}/cards",
    "POST /school/cards",
    "POST /recognitions/invitations",
    "POST /invitation/karims-link",
    "POST /sign-in/daans-link",
    "POST /sign-in/mail",
    "POST /sign-out",
}
"""What makes something new each time it is asked for, or can only be asked once."""


def test_what_is_sent_twice_counts_once(browsing: Browsing, database: Database) -> None:
    for path, who, line in writes():
        if line in EVERY_TIME:
            continue
        form = {name: named(value) for name, value in {**FORMS.get(line, {}), **TWICE.get(line, {})}.items()}
        person = getattr(browsing, who)
        first = person.post(named(path), form)
        once = rows(database)
        again = person.post(named(path), form)
        assert not clear(first, line) + clear(again, f"{line} again")
        assert rows(database) == once, f"{line} twice made more than once"
        if line in TWICE:
            assert (first.status_code, again.status_code) == (303, 303), line
            assert first.headers["location"] == again.headers["location"], line


ON_STEP = {"answer:situation": "situation", "qualities": "qualities", "motives": "motives", "question": "3", "answer": "2", "word": "2"}
"""Which step of a form a field stands on, by how its name begins; the others stand on the first."""

TYPED = "Dit zinnetje wil ik niet kwijt & <b>dit</b> ook niet 😀"


def form_with(line: str, field: str, value: str) -> dict[str, str]:
    """The form as it is sent from the step that this field stands on."""
    form = {name: named(text) for name, text in FORMS.get(line, {}).items()} | {field: value}
    step = next((step for begin, step in ON_STEP.items() if field.startswith(begin)), form.get("step"))
    word = {field.partition("-")[0] + "-own": field.partition("own:")[2]} if "-evidence-own:" in field else {}
    return form | word | ({"step": step} if step else {})


@ON_SQLITE
def test_when_it_cannot_be_stored_everything_typed_is_on_the_page(browsing: Browsing, database: Database) -> None:
    def fail(_: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

    lost = []
    event.listen(database.engine, "commit", fail)
    for path, who, line in writes():
        for field in TEXTS.get(line, ()):
            answer = getattr(browsing, who).post(named(path), form_with(line, field, TYPED))
            if answer.status_code < 400 or escape(TYPED, quote=False) not in answer.text:
                lost.append(f"{line}: {field} ({answer.status_code})")
    event.remove(database.engine, "commit", fail)
    assert not lost, "\n".join(lost)


@ON_SQLITE
def test_when_it_is_wrong_or_stale_everything_typed_is_on_the_page(browsing: Browsing, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is much too long; or another field is wrong; or somebody else was first."""
    lost, seen = [], list[int]()
    with nothing_stored(database, monkeypatch):
        for path, who, line in writes():
            for field in TEXTS.get(line, ()):
                for typed, more in ((TYPED * 1_000, {}), (TYPED, {"revision": "0"}), (TYPED, {"date": "geen"}), (TYPED, {"base": "0"})):
                    answer = getattr(browsing, who).post(named(path), form_with(line, field, typed) | more)
                    if answer.status_code in {409, 422} and field != "code":
                        seen.append(answer.status_code)
                        lost += [f"{line}: {field} with {more} ({answer.status_code})"] if escape(typed, quote=False) not in answer.text else []
    assert seen.count(409) > 3 and seen.count(422) > 15
    assert not lost, "\n".join(lost)


@ON_SQLITE
def test_who_may_not_gets_nothing_of_what_was_typed_by_another(browsing: Browsing, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with nothing_stored(database, monkeypatch):
        for (method, path), cells in LINES.items():
            for who, cell in zip(EVERYBODY, cells, strict=True):
                if method == "POST" and cell == "404":
                    answer = asked(browsing, who, method, path)
                    assert "Koken voor 24" not in answer.text and "Taart voor oma" not in answer.text and "geheim" not in answer.text
