"""The language of one school in a file, and what another takes in of it: first seen, then done in one go, nothing of its own lost."""

import json
import re
from typing import Any

import msgspec
import pytest
from httpx import Response
from sqlalchemy import func, select

from server.core.db import Database
from server.people.models import School
from server.vocabulary.models import Wording
from server.vocabulary.queries import STANDARD, Vocabulary, vocabulary_of
from server.vocabulary.sharing import LARGEST, MOST_LINES, differences, read, taken, written
from tests.browsing import Browsing, text_of
from tests.test_access_matrix import QUESTION, WORD
from tests.world import id_of

WORDS, FILE = "/school/vocabulary/words", "/school/vocabulary/file"
HEAD: dict[str, Any] = {"format": "spoor-vocabulary", "version": 1, "licence": "CC-BY-4.0"}
LINE: dict[str, Any] = {"key": "w1", "kind": "quality", "nl": "kunnen wachten", "cluster": "self"}


def sheet(*words: Any, questions: tuple[Any, ...] = (), **changed: Any) -> bytes:
    return json.dumps({**HEAD, "words": list(words), "questions": list(questions), **changed}).encode()


def sent(browsing: Browsing, content: bytes, who: str = "otto") -> Response:
    return getattr(browsing, who)._send("POST", FILE, files={"file": ("woorden.json", content, "application/json")})  # type: ignore[no-any-return]


def applied(browsing: Browsing, content: bytes, *theirs: str, who: str = "otto") -> Response:
    seen = sent(browsing, content, who)
    assert seen.status_code == 200, text_of(seen)
    [edition] = re.findall(r'name="edition" value="(\d+)"', seen.text)
    return getattr(browsing, who)._send("POST", FILE + "/application", data={"content": content.decode(), "edition": edition, "theirs": list(theirs)})  # type: ignore[no-any-return]


def language_of(database: Database, school: str) -> Vocabulary:
    class Now:
        school_id = id_of(school)
        vocabulary_edition = 0

    with database.reading() as session:
        Now.vocabulary_edition = session.get_one(School, id_of(school)).vocabulary_edition
        return vocabulary_of(session, Now())


def test_what_a_school_brings_along_is_read_again_whole_and_changes_nothing() -> None:
    found = read(written(STANDARD, lambda key, language: f"{key} {language}", "De Waal", "2026-11-24"))
    assert (len(found.lines), found.wrong, found.school) == (len(STANDARD.words) + len(STANDARD.questions), [], "De Waal")
    assert {one.does for one in differences(STANDARD, found.lines)} == {"same"}
    assert taken(STANDARD, differences(STANDARD, found.lines), set()) == ([], [])


def test_a_word_that_is_there_or_stands_in_the_file_twice_is_not_taken_in_again() -> None:
    brought = STANDARD.words["working-together"]
    first, second = (msgspec.structs.replace(brought, id=key, nl=nl, hidden=False) for key, nl in (("w1", "kunnen wachten"), ("w2", " Kunnen  wachten")))
    other = msgspec.structs.replace(brought, id="w3", nl="Precies werken")
    renamed = msgspec.structs.replace(STANDARD.words["persevering"], nl="samenwerken")
    assert [one.does for one in differences(STANDARD, [first, second, other, renamed])] == ["add", "keep", "keep", "keep"]


def test_a_school_takes_in_what_another_made_and_sees_first_what_that_is(browsing: Browsing, database: Database) -> None:
    browsing.wouters.post(f"{WORDS}/new", {"kind": "quality", "id": str(id_of("new")), **WORD})
    browsing.wouters.post(f"{WORDS}/working-together", {"base": "0", **WORD, "nl": "in een ploeg werken"})
    browsing.wouters.post(f"{WORDS}/persevering/hiding")
    browsing.wouters.post("/school/vocabulary/questions/new", QUESTION)
    file = browsing.wouters.get(FILE)
    assert file.headers["content-disposition"] == 'attachment; filename="woorden-2026-11-24.json"'
    told = json.loads(file.content)
    assert (told["format"], told["version"], told["licence"], told["school"]) == ("spoor-vocabulary", 1, "CC-BY-4.0", "De Waal College")
    assert {"key": "together", "kind": "quality", "nl": "samen", "en": "together"} in told["clusters"]
    assert "samira" not in file.text.lower() and '"picture' not in file.text
    seen = text_of(sent(browsing, file.content))
    assert "Komt erbij (2)" in seen and "Wordt anders (2)" in seen and "nu bij jullie: samenwerken" in seen and "van De Waal College" in seen
    assert language_of(database, "other").edition == 0, "nothing happens by looking"
    assert applied(browsing, file.content).status_code == 303
    theirs, ours = language_of(database, "waal"), language_of(database, "other")
    assert ours.edition == 1
    assert ours.words["working-together"].nl == "in een ploeg werken" and ours.words["persevering"].hidden
    assert [word.nl for word in ours.words_of("quality")] == [word.nl for word in theirs.words_of("quality")]
    assert [question.nl for question in ours.asked("after", "networking")][-1] == QUESTION["nl"]
    assert "Niets te veranderen" in text_of(sent(browsing, file.content))
    assert applied(browsing, file.content).headers["location"] == "/school/vocabulary"
    assert language_of(database, "other").edition == 1, "the same again changes nothing"


def test_what_both_changed_stays_ours_unless_theirs_is_chosen_and_what_only_we_changed_stays(browsing: Browsing, database: Database) -> None:
    for key, ours in (("working-together", "ploegen"), ("persevering", "volhouden")):
        assert browsing.otto.post(f"{WORDS}/{key}", {"base": "0", **WORD, "nl": ours}).status_code == 303
    content = sheet({**LINE, "key": "working-together", "nl": "teamwerk"}, {**LINE, "key": "persevering", "nl": "niet opgeven"})
    seen = sent(browsing, content)
    assert "Door jullie allebei veranderd (2)" in text_of(seen)
    assert 'value="word:working-together"' in seen.text and "checked" not in seen.text.partition("Door jullie allebei")[2]
    assert applied(browsing, content, "word:persevering").status_code == 303
    words = language_of(database, "other").words
    assert (words["working-together"].nl, words["persevering"].nl) == ("ploegen", "niet opgeven")
    standard = json.loads(written(STANDARD, lambda key, language: key, "", ""))
    assert "regels blijven zoals bij jullie" in text_of(sent(browsing, json.dumps(standard).encode()))


def test_the_place_and_the_picture_stay_ours(browsing: Browsing, database: Database) -> None:
    def place_of_it() -> int:
        return [word.id for word in language_of(database, "other").words_of("quality")].index("working-together")

    assert place_of_it() == 0 and browsing.otto.post(f"{WORDS}/working-together/place", {"place": "4"}).status_code == 303
    there = place_of_it()
    with database.writing() as session:
        session.execute(School.__table__.update().where(School.id == id_of("other")).values(vocabulary_edition=5))  # type: ignore[attr-defined]
        known = session.scalars(select(Wording).where(Wording.school_id == id_of("other"))).one()
        known.picture, known.picture_size = "abc", 3
    assert applied(browsing, sheet({**LINE, "key": "working-together", "nl": "teamwerk"})).status_code == 303
    word = language_of(database, "other").words["working-together"]
    assert word.icon == "users-three", "what the file does not name stays"
    assert (word.nl, word.picture, place_of_it()) == ("teamwerk", "abc", there) and there > 2


def test_a_word_we_offer_already_under_another_key_and_one_they_hid_are_not_added(browsing: Browsing) -> None:
    seen = text_of(sent(browsing, sheet({**LINE, "nl": "Samenwérken"}, {**LINE, "key": "w2", "hidden": True})))
    assert "Niets te veranderen" in seen and "2 regels blijven zoals bij jullie." in seen


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Kies eerst een bestand."),
        (b"\x89PNG\r\n", "Dit is geen woordenbestand"),
        (b"PK\x03\x04" + b"\0" * 1000, "Dit is geen woordenbestand"),
        (sheet(LINE).replace(b"kunnen", b"\\ud800"), "Dit is geen woordenbestand"),
        (b"{", "Dit is geen woordenbestand"),
        (b"[]", "Dit is geen woordenbestand"),
        (b"[" * 100_000, "Dit is geen woordenbestand"),
        (sheet(extra="x"), "Dit is geen woordenbestand"),
        (sheet(format="other"), "Dit is geen woordenbestand"),
        (sheet(version=2), "een andere versie"),
        (sheet(licence="all rights reserved"), "CC BY 4.0 of CC0"),
        (sheet(*[LINE] * (MOST_LINES + 1)), "te veel woorden en vragen"),
        (b" " * LARGEST + sheet(), "hooguit 512 kB"),
    ],
)
def test_what_is_no_vocabulary_file_is_told_and_nothing_happens(browsing: Browsing, database: Database, content: bytes, told: str) -> None:
    answer = sent(browsing, content)
    assert answer.status_code == 422 and told in text_of(answer)
    assert language_of(database, "other").edition == 0


def test_a_line_that_is_wrong_is_named_and_the_others_are_taken(browsing: Browsing, database: Database) -> None:
    content = sheet(
        LINE, LINE, {**LINE, "key": "w2", "nl": "x" * 41}, {**LINE, "key": "w3", "nl": " "}, {**LINE, "key": "w4", "cluster": "people"}, {**LINE, "key": "../x"},
        {**LINE, "key": "w5", "unknown": 1}, 7, {**LINE, "key": "w6", "kind": "talent"}, {**LINE, "key": "w7", "nl": "stil\u202e zijn", "icon": "nope", "fits": ["nope", "own"]},
        questions=({"key": "q1", "competency": "x", "moment": "after", "nl": "Wie?"}, {"key": "q2", "competency": "motives", "moment": "x", "nl": "Wie?"}, []),
    )  # fmt: skip
    seen = text_of(sent(browsing, content))
    assert "11 regels nemen we niet over:" in seen
    for told in (
        "woord 2: staat er twee keer in", "woord 3: een tekst is te lang", "woord 4: het Nederlands is leeg", "woord 5: hoort nergens bij", "woord 6: niet te lezen",
        "woord 7: niet te lezen", "woord 8: niet te lezen", "woord 9: geen kwaliteit en geen motief", "vraag 1: onbekende competentie", "vraag 2: onbekend moment",
        "vraag 3: niet te lezen",
    ):  # fmt: skip
        assert told in seen
    assert applied(browsing, content).status_code == 303
    words = language_of(database, "other").words
    assert words["w1"].en == "kunnen wachten" and (words["w7"].nl, words["w7"].icon, words["w7"].fits) == ("stil zijn", "tag", ("own",))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Wording)) == 2


def test_what_looks_like_markup_is_text_wherever_it_comes_from(browsing: Browsing, database: Database) -> None:
    content = sheet({**LINE, "nl": "<script>alert(1)</script>", "sentence_nl": '"><img src=x onerror=alert(1)>'}, school="</textarea><script>alert(2)</script>")
    seen = sent(browsing, content)
    assert seen.status_code == 200 and applied(browsing, content).status_code == 303
    listed, word = browsing.otto.get("/school/vocabulary"), browsing.otto.get(f"{WORDS}/w1")
    for page in (seen, listed, word, browsing.olga.get(f"/experiences/{id_of('olgas')}/edit?step=qualities")):
        assert "&lt;script&gt;alert(1)" in page.text and "<script>alert" not in page.text and "<img src=x" not in page.text
    told = json.loads(browsing.otto.get(FILE).content)
    assert next(one for one in told["words"] if one["key"] == "w1")["nl"] == "<script>alert(1)</script>", "it goes out as it came in"


def test_the_words_the_order_and_what_is_hidden_go_out_as_the_school_has_them(browsing: Browsing) -> None:
    assert browsing.wouters.post(f"{WORDS}/working-together/place", {"place": "3"}).status_code == 303
    assert browsing.wouters.post(f"{WORDS}/persevering/hiding").status_code == 303
    assert browsing.wouters.post("/school/vocabulary/questions/mentor-what-did-you-see/hiding").status_code == 303
    out = browsing.wouters.get(FILE).content
    told = json.loads(out)
    keys = [one["key"] for one in told["words"] if one["cluster"] == "together"]
    assert keys.index("working-together") == 2 and not [one for one in told["words"] if "picture" in one]
    assert {one["key"] for one in told["words"] + told["questions"] if one["hidden"]} == {"persevering", "mentor-what-did-you-see"}
    assert {one.does for one in differences(STANDARD, read(out).lines)} == {"same", "change"}


def test_who_took_in_something_else_meanwhile_looks_again_first(browsing: Browsing, database: Database) -> None:
    browsing.otto.post(f"{WORDS}/new", {"kind": "quality", **WORD, "nl": "iets anders"})
    answer = browsing.otto.post(FILE + "/application", {"content": sheet(LINE).decode(), "edition": "0"})
    assert answer.status_code == 409 and "Jullie taal is intussen veranderd." in text_of(answer)
    assert "w1" not in language_of(database, "other").words
