"""Login cards: good again and again until another is made; printed so that a phone can read them; for own students only."""

import io
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import pypdf
import pypdfium2
import pytest
import zxingcpp
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient
from sqlalchemy import delete, select, update

from server.core import clock
from server.core.audit import AuditEntry, AuditName, broken_at
from server.core.db import THREADS, Base, Database
from server.core.paper import LETTERS as DRAWN
from server.core.paper import file_name, letters, printable
from server.core.security import LETTERS
from server.people import access
from server.people.models import Cover, DeviceSession, Group, Membership, Person
from server.people.viewer import viewer_of
from server.reminder.models import Reminder
from server.reminder.text import text
from server.sign_in import card_sheet
from server.sign_in.card_sheet import Card, Sheet, draw
from server.sign_in.cards import LENGTH, card_for, letters_of, make_cards, new_card_code, states
from server.sign_in.models import LoginCard
from tests.browsing import Browsing, text_of
from tests.world import id_of, token_of

GROUP, OWN = f"/school/groups/{id_of('3B')}/cards", f"/school/people/{id_of('samira')}/card"
ON_SQLITE = pytest.mark.parametrize("installed", ["sqlite"], indirect=True)


def card(database: Database, name: str = "samira") -> str:
    """The code of a new card."""
    code = new_card_code()
    with database.writing() as session:
        make_cards(session, {id_of(name): code}, id_of("waal"), made_by=id_of("wouters"), at=clock.now())
    return code


def text_in(pdf: bytes) -> str:
    """What stands on it, without the places where an address may be broken."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", "\n".join(page.extract_text() for page in pages).replace("\u200b", "").replace("\xad", ""))


def addresses_in(pdf: bytes) -> list[str]:
    """What a phone reads on the printed sheets."""
    document = pypdfium2.PdfDocument(pdf)
    return [code.text for page in document for code in zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil())]


def codes_in(pdf: bytes) -> list[str]:
    return re.findall(r"(?:[2-9A-Z]{3}-){5}[2-9A-Z]{3}", text_in(pdf))


def parts_of(pdf: bytes) -> list[dict]:
    """The parts of the file as a screen reader goes through them."""

    def walk(node) -> list[dict]:
        node = node.get_object()
        if isinstance(node, list):
            return [part for child in node for part in walk(child)]
        return [node, *(walk(node["/K"]) if "/K" in node else [])] if isinstance(node, dict) else []

    return walk(pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"])  # type: ignore[index]


def recorded(database: Database, kind: str) -> list[tuple[UUID | None, UUID | None]]:
    """By whom and about whom, of the record's entries of this kind."""
    with database.reading() as session:
        who = {name.token: name.person_id for name in session.scalars(select(AuditName))}
        return [(who.get(entry.actor), who.get(entry.subject)) for entry in session.scalars(select(AuditEntry).where(AuditEntry.kind == kind).order_by(AuditEntry.seq))]


def test_a_code_has_more_than_80_bits_and_no_letters_that_look_alike() -> None:
    codes = {new_card_code() for _ in range(200)}
    assert len(LETTERS) ** LENGTH > 2**80 and len(codes) == 200
    assert all(re.fullmatch(r"([A-Z2-9]{3}-){5}[A-Z2-9]{3}", code) and not set(code) & set("01OIL") for code in codes)


@pytest.mark.parametrize("how", [str, str.lower, lambda code: code.replace("-", ""), lambda code: code.replace("-", " "), lambda code: f"  {code.replace('-', ' – ')}\n",
                                 lambda code: f"https://spoor.example/sign-in/card#{code}"])  # fmt: skip
def test_a_code_counts_however_it_is_typed(browsing: Browsing, database: Database, how) -> None:
    answer = browsing.nobody.post("/sign-in/card", {"code": how(card(database)), "next": "/trail"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/trail")
    assert browsing.nobody.get("/trail").status_code == 200


@given(st.text(max_size=60))
def test_what_is_no_code_is_none(typed: str) -> None:
    assert letters_of(typed) == "" or len(letters_of(typed)) == LENGTH


def test_a_card_lets_in_again_and_again_and_its_first_use_is_kept(browsing: Browsing, database: Database, moment) -> None:
    code, first = card(database), clock.now()
    assert browsing.nobody.post("/sign-in", {"code": code}).status_code == 303
    moment.shift(86_400 * 200)
    assert browsing.other_nobody.post("/sign-in/card", {"code": code}).status_code == 303
    with database.reading() as session:
        used = session.scalars(select(LoginCard.used_at)).one()
        devices = session.scalars(select(DeviceSession).where(DeviceSession.person_id == id_of("samira"), DeviceSession.method == "card")).all()
    assert used is not None and abs((used - first).total_seconds()) < 60
    assert len(devices) == 2 and {device.let_in_by for device in devices} == {id_of("wouters")}
    assert recorded(database, "sign-in") == [(id_of("samira"), id_of("samira"))] * 2


def test_another_card_stops_the_one_before_and_leaves_the_devices(browsing: Browsing, database: Database) -> None:
    old = card(database)
    browsing.nobody.post("/sign-in/card", {"code": old})
    new = card(database)
    assert browsing.other_nobody.post("/sign-in/card", {"code": old}).status_code == 422
    assert browsing.other_nobody.post("/sign-in/card", {"code": new}).status_code == 303
    assert browsing.nobody.get("/trail").status_code == 200


def test_one_step_revokes_a_card_and_the_devices_only_when_asked(browsing: Browsing, database: Database) -> None:
    code = card(database)
    browsing.nobody.post("/sign-in/card", {"code": code})
    answer = browsing.deboer.delete(OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, OWN)
    assert browsing.other_nobody.post("/sign-in/card", {"code": code}).status_code == 422
    assert browsing.nobody.get("/trail").status_code == 200
    again = card(database)
    browsing.deboer._send("POST", f"{OWN}?_method=delete", data={"devices": "1"})
    assert browsing.nobody.get("/trail").status_code == 303 and browsing.samira.get("/trail").status_code == 303
    assert browsing.other_nobody.post("/sign-in/card", {"code": again}).status_code == 422
    assert recorded(database, "card-revoked") == [(id_of("deboer"), id_of("samira"))] * 2
    assert recorded(database, "session-ended") == [(id_of("deboer"), id_of("samira"))] * 2


def test_unknown_and_revoked_codes_say_the_same_and_half_ones_how_many_letters_there_are(browsing: Browsing, database: Database) -> None:
    revoked = card(database)
    card(database)
    said = set()
    for code in (revoked, new_card_code(), "", "ABC", "😀" * 30, "\0", "<script>x</script>", "x" * 100_000, revoked[:-1]):
        answer = browsing.nobody.post("/sign-in/card", {"code": code})
        assert answer.status_code == 422 and "<script>x" not in answer.text
        if sum(letter.isalnum() for letter in code) == 18:
            said.add(re.sub(r'value="[^"]*"', "", answer.text))
        else:
            assert "Op je kaart staan 18 letters en cijfers." in text_of(answer)
    assert len(said) == 1


def test_who_left_the_school_is_not_let_in_by_a_card(browsing: Browsing, database: Database) -> None:
    code = card(database)
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("samira")).values(archived_at=clock.now()))
    assert browsing.nobody.post("/sign-in/card", {"code": code}).status_code == 422
    with database.reading() as session:
        assert session.scalars(select(LoginCard.used_at)).one() is None


def test_only_the_digest_of_a_code_is_stored(database: Database) -> None:
    code = card(database)
    with database.reading() as session:
        kept = [str(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table)).all()]
        assert card_for(session, code) is not None
    assert not [row for row in kept if code in row or letters_of(code) in row or letters_of(code).lower() in row]


def test_a_group_gets_its_cards_as_text_and_as_qr_codes_that_open_nothing_but_here(browsing: Browsing, database: Database) -> None:
    answer = browsing.deboer.post(GROUP)
    assert (answer.status_code, answer.headers["content-type"], answer.headers["cache-control"]) == (200, "application/pdf", "no-store")
    said, codes, scanned = text_in(answer.content), codes_in(answer.content), addresses_in(answer.content)
    assert [said.index(name) for name in ("Samira Aït Ben", "Noor Peters", "Daan Vos")] == sorted(said.index(name) for name in ("Samira Aït Ben", "Noor Peters", "Daan Vos"))
    for words in ("De Waal College · 3B", "Scan de code met de camera", "testserver.local/sign-in/card", "Tik op “Aanmelden”", "Raak je hem kwijt? Zeg het je mentor"):
        assert said.count(words) == 3, words
    assert sorted(scanned) == sorted(f"http://testserver.local/sign-in/card#{letters_of(code)}" for code in codes) and len(set(codes)) == 3
    assert browsing.nobody.post("/sign-in/card", {"code": scanned[0].partition("#")[2]}).status_code == 303
    assert recorded(database, "card-made") == [(id_of("deboer"), id_of(name)) for name in ("samira", "noor", "daan")]
    with database.reading() as session:
        assert broken_at(session, id_of("waal")) is None


def test_only_who_has_no_card_gets_one_unless_everybody_is_asked_for(browsing: Browsing, database: Database) -> None:
    kept = card(database, "daan")
    assert len(codes_in(browsing.wouters.post(GROUP).content)) == 2
    assert browsing.nobody.post("/sign-in/card", {"code": kept}).status_code == 303
    nothing = browsing.wouters.post(GROUP)
    assert (nothing.status_code, nothing.headers["location"]) == (303, GROUP)
    assert len(codes_in(browsing.wouters.post(GROUP, {"everybody": "1"}).content)) == 3
    assert browsing.other_nobody.post("/sign-in/card", {"code": kept}).status_code == 422


def test_the_whole_school_comes_by_group_and_no_other_school(browsing: Browsing) -> None:
    said = text_in(browsing.wouters.post("/school/cards").content)
    assert [said.index(name) for name in ("Samira", "Noor", "Daan", "Ilse van den Berg")] == sorted(said.index(name) for name in ("Samira", "Noor", "Daan", "Ilse"))
    assert "Olga" not in said and len(pypdf.PdfReader(io.BytesIO(browsing.wouters.post("/school/cards", {"everybody": "1"}).content)).pages) == 2


def test_a_mentor_helps_own_students_and_a_stand_in_prints_none(browsing: Browsing, database: Database) -> None:
    ilse, group = f"/school/people/{id_of('ilse')}/card", f"/groups/{id_of('3C')}"
    for person in (browsing.deboer, browsing.anja, browsing.samira, browsing.karim, browsing.prins, browsing.otto):
        assert [person.get(ilse).status_code, person.post(ilse).status_code, person.delete(ilse).status_code] == [404, 404, 404]
    with database.writing() as session:
        today = clock.now().date()
        session.add(
            Cover(school_id=id_of("waal"), mentor_id=id_of("kramer"), colleague_id=id_of("deboer"), starts_on=today, ends_on=today, made_by=id_of("wouters"), made_at=clock.now())
        )
    assert "Ilse van den Berg" in text_of(browsing.deboer.get(group)) and "Inlogkaarten" not in text_of(browsing.deboer.get(group))
    assert "Inlogkaarten" in text_of(browsing.deboer.get(f"/groups/{id_of('3B')}"))
    for path in (ilse, f"/school{group}/cards"):
        assert [browsing.deboer.get(path).status_code, browsing.deboer.post(path).status_code] == [404, 404], "what they hold would outlast the cover"
    assert len(codes_in(browsing.kramer.post(ilse).content)) == 1
    for name in ("deboer", "wouters", "karim", "olga"):
        assert browsing.wouters.post(f"/school/people/{id_of(name)}/card").status_code == 404, "a card is for a student of the own school"
    assert browsing.wouters.post(f"/school/groups/{uuid4()}/cards").status_code == 404


def test_whose_cards_somebody_may_print_is_said_by_the_select_itself(database: Database) -> None:
    everybody, own = {"samira", "daan", "noor", "ilse"}, {"samira", "daan", "noor"}
    expected = {"wouters": everybody, "vries": everybody, "deboer": own, "kramer": {"ilse"}, "otto": {"olga"}, "prins": {"olga"}}
    with database.reading() as session:
        for name in ("samira", "karim", "anja", *expected):
            viewer = viewer_of(session, token_of(name), clock.now())
            assert viewer is not None
            seen = set(session.scalars(access.pupils(viewer).with_only_columns(Person.id)))
            assert seen == {id_of(student) for student in expected.get(name, set())}, name
            assert bool(session.scalars(access.pupil_groups(viewer)).all()) == (name in expected), name


def test_who_was_in_already_hears_that_a_card_was_made_and_by_whom(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(delete(DeviceSession).where(DeviceSession.person_id == id_of("noor")))
    [code] = codes_in(browsing.deboer.post(OWN).content)
    browsing.deboer.post(f"/school/groups/{id_of('3B')}/cards")
    with database.reading() as session:
        told = session.scalars(select(Reminder).where(Reminder.kind == "access")).all()
    assert {(one.person_id, one.path, one.facts["card"]) for one in told} == {(id_of("samira"), "/me", True), (id_of("daan"), "/me", True)}, "noor was never in"
    assert text("access", told[0].facts, "nl", None, "UTC")[0] == "Iemand op school maakte een inlogkaart voor jou"
    browsing.nobody.post("/sign-in/card", {"code": code})
    assert "met een inlogkaart die meneer De Boer maakte" in text_of(browsing.samira.get("/me"))
    record = text_of(browsing.samira.get("/me/record"))
    assert "Meneer De Boer maakte een inlogkaart voor jou." in record and "Je meldde je aan met je inlogkaart." in record


def test_to_print_one_must_have_shown_who_one_is_but_not_to_revoke(browsing: Browsing, database: Database) -> None:
    code = card(database)
    with database.writing() as session:
        session.execute(update(DeviceSession).values(confirmed_at=None))
    for path in (OWN, GROUP):
        assert browsing.deboer.post(path, headers={"accept": "application/json"}).status_code == 403
    assert browsing.wouters.post("/school/cards", headers={"accept": "application/json"}).status_code == 403
    assert browsing.deboer.delete(OWN).status_code == 303
    assert browsing.nobody.post("/sign-in/card", {"code": code}).status_code == 422


def test_a_sheet_that_cannot_be_drawn_changes_nobodys_card(browsing: Browsing, database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    code = card(database)
    broken = tmp_path / "broken.py"
    broken.write_text("import sys; sys.exit('Samira')")
    monkeypatch.setattr(card_sheet, "PROGRAM", broken)
    answer = browsing.deboer.post(GROUP, {"everybody": "1"})
    assert answer.status_code == 503 and "Samira Aït" not in answer.text
    assert browsing.nobody.post("/sign-in/card", {"code": code}).status_code == 303
    with database.reading() as session:
        assert len(session.scalars(select(LoginCard.id)).all()) == 1


def test_the_screens_say_who_has_a_card_and_who_used_it(browsing: Browsing, database: Database) -> None:
    browsing.nobody.post("/sign-in/card", {"code": card(database)})
    card(database, "daan")
    said = text_of(browsing.deboer.get(GROUP))
    assert "Samira Aït Ben voor het eerst gebruikt op di 24 nov" in said and "Daan Vos kaart gemaakt op di 24 nov, nog niet gebruikt" in said
    assert "Noor Peters nog geen kaart" in said
    assert "Print 1 kaart" in said and "Print nieuwe kaarten voor iedereen" not in said
    assert "voor het eerst gebruikt op di 24 nov" in text_of(browsing.wouters.get(OWN)) and "Trek de kaart in" in text_of(browsing.wouters.get(OWN))
    assert "3B 3 leerlingen · 2 kaarten · 1 gebruikt" in text_of(browsing.wouters.get("/school/cards"))
    with database.reading() as session:
        assert set(states(session, [id_of("samira"), id_of("noor")])) == {id_of("samira")}


def test_signing_out_devices_is_part_of_revoking_a_card_and_not_of_printing_one(browsing: Browsing, database: Database) -> None:
    assert 'name="devices"' not in browsing.deboer.get(OWN).text
    card(database)
    forms = {form.partition(">")[0].partition('action="')[2].partition('"')[0]: form.partition("</form>")[0] for form in browsing.deboer.get(OWN).text.split("<form ")[1:]}
    assert 'name="devices"' not in forms[OWN] and "Print een nieuwe kaart" in forms[OWN]
    revoking = forms[f"{OWN}?_method=delete"]
    assert revoking.index("Is de kaart kwijt?") < revoking.index('name="devices"') < revoking.index("Trek de kaart in")


def test_a_sheet_is_called_after_what_is_on_it_in_letters_that_are_safe_anywhere(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Group).where(Group.id == id_of("3B")).values(name='../3B "é"\r\nX: ж'))
    answer = browsing.deboer.post(GROUP)
    assert answer.headers["content-disposition"] == 'inline; filename="Inlogkaarten-3B-e-X.pdf"'
    assert len(file_name("Inlogkaarten: " + "a" * 300)) <= 64


def test_a_card_speaks_the_language_of_its_student(browsing: Browsing) -> None:
    browsing.samira.post("/me/language", {"language": "en"})
    made = browsing.deboer.post(GROUP).content
    assert "en" in {str(part.get("/Lang")) for part in parts_of(made)}
    assert [str(part.get("/S")) for part in parts_of(made)].count("/H1") == 3


# What is on paper

NAMES = (
    "Samira Aït Ben",
    "Çağlar Şahin",
    "Ольга Смирнова",
    "Nguyễn Thị Ánh",
    "Ελένη",
    "Łukasz Żółć",
    "Zoë 👩🏽‍🍳",
    "王小明",
    "محمد",
    "A" * 80 + " " + "B" * 80,
    "e\u0301e\u0308n",
    "\u202eabc",
    "#set page()[*x*]$",
    "ẗ̈ḥ",
)


def sheet_of(*names: str, language: str = "nl") -> Sheet:
    return Sheet("Inlogkaarten: 3B", language, "De Waal College", [[Card(uuid4(), printable(name) or "?", "3B", language, new_card_code()) for name in names]])


def test_no_name_keeps_a_sheet_from_being_drawn() -> None:
    made = draw(sheet_of(*NAMES), "https://spoor.waalcollege.nl", clock.now())
    said = text_in(made)
    for name in ("Samira Aït Ben", "Çağlar Şahin", "Ольга Смирнова", "Nguyễn Thị Ánh", "Ελένη", "Łukasz Żółć", "Zoë", "???", "éën", "abc", "#set page()[*x*]$"):
        assert name in unicodedata.normalize("NFC", said), name
    assert len(addresses_in(made)) == len(NAMES) == len(codes_in(made))


@given(st.text(max_size=40))
def test_whatever_a_name_holds_only_what_can_be_drawn_is_printed(name: str) -> None:
    assert {ord(letter) for letter in printable(name)} <= letters()


def test_the_list_of_letters_is_that_of_the_fonts() -> None:
    drawn = set[int]()
    for family in ("atkinson-hyperlegible-next", "noto-sans"):
        thin, bold = (set(TTFont(DRAWN.with_name(f"{family}-{weight}.ttf")).getBestCmap()) for weight in (400, 700))
        assert thin == bold
        drawn |= thin
    assert letters() == {letter for letter in drawn if letter >= 0x20}


def test_eight_cards_are_on_a_page_of_a4_and_groups_begin_on_a_new_one() -> None:
    nine, two = sheet_of(*["Samira"] * 9), sheet_of("Daan", "Noor")
    both = Sheet(nine.title, "nl", nine.school, [*nine.groups, *two.groups])
    pages = pypdf.PdfReader(io.BytesIO(draw(both, "http://localhost:8000", clock.now()))).pages
    assert [page.extract_text().count("Tik op “Aanmelden”") for page in pages] == [8, 1, 2]
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {(595, 842)}


def test_a_sheet_is_tagged_titled_in_a_language_and_tells_its_pictures() -> None:
    reader = pypdf.PdfReader(io.BytesIO(draw(sheet_of("Samira Aït Ben"), "https://spoor.waalcollege.nl", clock.now())))
    catalogue, told = reader.trailer["/Root"], reader.xmp_metadata.stream.get_data().decode()  # type: ignore[union-attr,index]
    assert catalogue["/MarkInfo"]["/Marked"] and catalogue["/Lang"] == "nl" and reader.metadata.title == "Inlogkaarten: 3B"  # type: ignore[index,union-attr]
    assert "<pdfuaid:part>1</pdfuaid:part>" in told and "<pdfaid:part>2</pdfaid:part>" in told and "<pdfaid:conformance>A</pdfaid:conformance>" in told
    made = parts_of(draw(sheet_of("Samira Aït Ben"), "https://spoor.waalcollege.nl", clock.now()))
    assert {"/H1", "/L", "/LI", "/Figure", "/P"} <= {str(part.get("/S")) for part in made}
    assert [str(part["/Alt"]) for part in made if "/Alt" in part] == ["QR-code om je aan te melden"]


def test_the_same_sheet_is_the_same_file() -> None:
    sheet, at = sheet_of("Samira"), datetime.fromisoformat("2026-11-24T13:00:00+00:00")
    assert draw(sheet, "http://localhost", at) == draw(sheet, "http://localhost", at)


@ON_SQLITE
def test_pages_come_while_sheets_are_drawn(client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """More sheets at a time than there are threads for pages; none is done before the pages were there."""
    go, slow = tmp_path / "go", tmp_path / "slow.py"
    slow.write_text(f"import pathlib, time, sys\nwhile not pathlib.Path({str(go)!r}).exists(): time.sleep(.02)\nsys.stdout.write('%PDF-')")
    monkeypatch.setattr(card_sheet, "PROGRAM", slow)
    cookie = {"cookie": f"spoor={token_of('deboer')}"}
    with ThreadPoolExecutor(THREADS + 2) as people:
        asked = [people.submit(client.post, GROUP, data={"everybody": "1"}, headers=cookie) for _ in range(THREADS + 1)]
        for _ in range(3):
            assert client.get("/groups", headers=cookie).status_code == 200
        assert not [one for one in asked if one.done()]
        go.touch()
        assert {one.result().status_code for one in asked} == {200}


@pytest.mark.long
def test_a_whole_school_is_printed_in_one_go(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        for number in range(50):
            session.add(group := Group(school_id=id_of("waal"), name=f"G{number:02}", created_at=clock.now()))
            session.flush()
            for place in range(30):
                session.add(person := Person(school_id=id_of("waal"), kind="student", given_name="Leerling", family_name=f"{number:02}{place:02}", created_at=clock.now()))
                session.flush()
                session.add(Membership(group_id=group.id, person_id=person.id, kind="student", school_id=id_of("waal")))
    answer = browsing.wouters.post("/school/cards")
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    assert len(pages) == 50 * 4 + 2 and len(recorded(database, "card-made")) == 1504
