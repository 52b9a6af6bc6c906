"""Gesprekskaarten: the shared language for whoever works here, on screen and on paper, under the school's own vision; about no student."""

import io
import re
from datetime import date, timedelta

import msgspec
import pypdf
import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import select, update

from server.core import clock
from server.core.audit import AuditEntry
from server.core.db import Database
from server.core.i18n import LANGUAGES
from server.people.models import Person, School
from server.people.vision import MOST_LETTERS, MOST_LINES, tidied, wrong_vision
from server.vocabulary.cards import Deck, content, deck, question_of
from server.vocabulary.cards_paper import POCKET, POSTER, breakable, draw, file_name, never_alone, paper
from server.vocabulary.models import LONGEST_ASKED, LONGEST_LABEL, QuestionWording, Wording
from server.vocabulary.queries import STANDARD, Vocabulary
from server.vocabulary.questions import COMPETENCIES
from tests.browsing import Browsing, text_of
from tests.recognition.giving import link_of
from tests.world import id_of

SETTINGS = {"school": "De Waal College", "trusted_name": "Mevrouw Bakker", "trusted_contact": "lokaal 1.03", "guardians_from": "16", "edition": "1"}
VISION = "Wij leren door te doen.\n\nJij kiest; wij vragen door."
DAY = date(2026, 11, 24)


def text_in(pdf: bytes) -> str:
    """What stands on it, without the places where a word may be broken."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", "\n".join(page.extract_text() for page in pages).replace("\u200b", "").replace("\xad", ""))


def told(cards: Deck) -> list[str]:
    """Everything the cards say that stands on the screen and on both papers."""
    return [said for card in cards.competencies for said in (card.name, card.asks, card.says)] + [question.text for question in cards.coffee] + cards.do + cards.dont


def set_vision(database: Database, vision: str) -> None:
    with database.writing() as session:
        session.execute(update(School).where(School.id == id_of("waal")).values(vision=vision, revision=School.revision + 1))


def drawn(sheet: str, language: str = "nl", vision: str = "") -> bytes:
    return draw(paper(sheet, deck(STANDARD, language), language, school="De Waal College", vision=vision, day=DAY))


# --- what stands on them


def test_the_cards_say_everything_twice_and_of_each_competency_both_halves() -> None:
    cards = content()
    assert [card.id for card in cards.competency] == list(COMPETENCIES)
    assert (len(cards.coffee), len(cards.do), len(cards.dont), len(cards.step)) == (10, 5, 5, 3)
    assert {competency: sum(question.competency == competency for question in cards.coffee) for competency in COMPETENCIES} == dict.fromkeys(COMPETENCIES, 2)
    said = [*cards.say.values(), *cards.step, *cards.line, *cards.coffee, *cards.do, *cards.dont, *(one for card in cards.competency for one in (card.name, card.asks, card.says))]
    assert [one for one in said if not one.nl or not one.en or one.nl == one.en] == []
    assert [one for one in cards.coffee if not one.nl.endswith("?") or not one.en.endswith("?") or len(one.nl.split()) > 12] == []
    for card in cards.competency:
        assert re.search(r"hoe weet ik|waarom", card.asks.nl) and re.search(r"how do I know|why", card.asks.en), "the law asks in two halves"


def test_another_question_is_asked_each_day_and_all_of_them_in_turn() -> None:
    asked = [question_of(DAY + timedelta(days=number), "nl").text for number in range(20)]
    assert set(asked) == {question.nl for question in content().coffee} and asked[:10] == asked[10:] and len(set(asked[:10])) == 10
    assert question_of(DAY, "en").text in {question.en for question in content().coffee}


# --- who sees them


def test_every_employee_sees_them_and_nobody_else(browsing: Browsing) -> None:
    for path in ("/cards", "/cards/pocket.pdf", "/cards/poster.pdf"):
        for person in (browsing.anja, browsing.deboer, browsing.wouters, browsing.vries, browsing.otto):
            assert person.get(path).status_code == 200
        for person in (browsing.samira, browsing.olga, browsing.karim):
            assert person.get(path).status_code == 404
        assert browsing.nobody.get(path).status_code == 303


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screen_says_all_of_it_in_the_readers_language(browsing: Browsing, database: Database, language: str) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("anja")).values(language=language))
    cards, said = deck(STANDARD, language), text_of(browsing.anja.get("/cards"))
    for words in [*told(cards), *cards.steps, *(line for _, line in cards.talk), *(question for card in cards.competencies for question in card.mentor)]:
        assert words in said, words
    assert [len(card.mentor) for card in cards.competencies] == [2] * 5
    assert [len(card.words) > 3 for card in cards.competencies] == [True, True, False, False, False]


def test_from_each_card_the_way_leads_to_the_one_before_and_the_next(browsing: Browsing) -> None:
    page = browsing.anja.get("/cards").text
    order = re.findall(r'<section class="deck-card[^"]*" id="(\w+)"', page)
    assert order == ["coffee", *COMPETENCIES, "advice"], "what one came for is first"
    names = re.search(r'<nav class="[^"]*deck-names.*?</nav>', page, re.DOTALL)
    assert names and re.findall(r'href="#(\w+)"', names[0]) == order and names.start() < page.index('class="deck"')
    steps = re.findall(r'<nav class="deck-steps.*?</nav>', page, re.DOTALL)
    assert [re.findall(r'href="#(\w+)"', nav) for nav in steps] == [[*order[max(place - 1, 0) : place], *order[place + 1 : place + 2]] for place in range(7)]


def test_each_card_can_be_read_aloud_and_so_can_what_a_guest_is_asked(browsing: Browsing) -> None:
    for page, buttons in ((browsing.anja.get("/cards").text, 9), (browsing.nobody.get(link_of(browsing)).text, 2)):
        read = re.findall(r'data-read-aloud="([^"]+)"', page)
        assert len(read) == buttons
        assert [id for ids in read for id in ids.split() if f'id="{id}"' not in page] == []


def test_the_words_and_questions_are_those_of_the_school(browsing: Browsing, database: Database) -> None:
    made = {"school_id": id_of("waal"), "edition": 1, "position": 0, "made_at": clock.now()}
    with database.writing() as session:
        session.add(Wording(key="handig", kind="quality", nl="handig zijn", en="being handy", icon="wrench", cluster="doing", **made))
        session.add(QuestionWording(key="eigen", competency="networking", moment="mentor", nl="Wie ken je bij de haven?", en="Who do you know at the harbour?", **made))
        session.execute(update(School).where(School.id == id_of("waal")).values(vocabulary_edition=1, revision=School.revision + 1))
    for said in (text_of(browsing.anja.get("/cards")), text_in(browsing.anja.get("/cards/pocket.pdf").content)):
        assert "handig zijn" in said and "Wie ken je bij de haven?" in said
    assert "handig zijn" not in text_of(browsing.otto.get("/cards"))


def test_no_student_is_on_the_cards(browsing: Browsing) -> None:
    for path in ("/cards", "/cards/pocket.pdf", "/cards/poster.pdf"):
        answer = browsing.deboer.get(path)
        said = text_in(answer.content) if path.endswith("pdf") else text_of(answer)
        assert not [name for name in ("Samira", "Daan Vos", "Noor", "Aït Ben", "3B", "uien", "Taart voor oma") if name in said.replace("mentor 3B", "")]


def test_the_way_to_the_cards_starts_at_everybodys_first_screen(browsing: Browsing) -> None:
    for person in (browsing.anja, browsing.deboer, browsing.wouters):
        assert 'href="/cards"' in person.get("/").text
    bar = re.search(r'<nav class="tabbar.*?</nav>', browsing.anja.get("/cards").text, re.DOTALL)
    assert bar and re.search(r'href="/cards" aria-current="page"', bar[0])
    assert 'href="/cards"' not in browsing.samira.get("/").text


def test_who_has_no_students_finds_the_question_of_the_day_first(browsing: Browsing, moment) -> None:
    today = text_of(browsing.anja.get("/"))
    tag = browsing.anja.get("/").headers["etag"]
    assert question_of(DAY, "nl").text in today and "vraag van vandaag" in today
    moment.shift(timedelta(days=1))
    answer = browsing.anja.get("/", headers={"if-none-match": tag})
    assert answer.status_code == 200 and question_of(DAY + timedelta(days=1), "nl").text in text_of(answer)


# --- the school's vision


def test_the_coordinator_writes_the_vision_and_it_heads_the_cards(browsing: Browsing, database: Database) -> None:
    assert "Onze visie" not in text_of(browsing.anja.get("/cards"))
    tag = browsing.anja.get("/cards").headers["etag"]
    assert browsing.anja.get("/cards", headers={"if-none-match": tag}).status_code == 304
    assert browsing.wouters.post("/school/settings", {**SETTINGS, "vision": f"  {VISION}\n\n\n "}).status_code == 303
    answer = browsing.anja.get("/cards", headers={"if-none-match": tag})
    assert answer.status_code == 200 and "Onze visie Wij leren door te doen. Jij kiest; wij vragen door." in text_of(answer)
    assert "Wij leren door te doen.<br><br>Jij kiest" in answer.text and answer.text.index("Wij leren") < answer.text.index('class="deck"')
    assert VISION in browsing.wouters.get("/school/settings").text
    talk = f"/conversations/{id_of('gesprek')}"
    for printed in (browsing.samira.get("/words"), browsing.samira.get(talk), browsing.deboer.get(talk)):
        assert re.search(r'<figure class="print-only [^>]*>.*?Wij leren door te doen.<br><br>Jij kiest', printed.text), "it heads what is printed"
    assert "Wij leren" not in text_of(browsing.otto.get("/cards"))
    with database.reading() as session:
        assert [entry.details["fields"] for entry in session.scalars(select(AuditEntry).where(AuditEntry.kind == "settings-changed"))] == [["vision"]]


def test_the_second_of_two_who_write_the_vision_is_told_and_sees_both(browsing: Browsing, database: Database) -> None:
    browsing.wouters.post("/school/settings", {**SETTINGS, "vision": "Wij leren door te doen."})
    answer = browsing.vries.post("/school/settings", {**SETTINGS, "vision": "Ieder een eigen weg."})
    said = text_of(answer)
    assert answer.status_code == 409 and "Onze visie: er staat nu “Wij leren door te doen.”, jij typte “Ieder een eigen weg.”" in said
    with database.reading() as session:
        assert session.scalars(select(School.vision).where(School.id == id_of("waal"))).one() == "Wij leren door te doen."


@pytest.mark.parametrize(("typed", "why"), [("x" * (MOST_LETTERS + 1), "hooguit 600 tekens"), ("regel\n" * (MOST_LINES + 1), "hooguit 12")])
def test_a_vision_that_fits_no_card_is_refused_and_kept_as_typed(browsing: Browsing, typed: str, why: str) -> None:
    answer = browsing.wouters.post("/school/settings", {**SETTINGS, "vision": typed})
    assert answer.status_code == 422 and why in text_of(answer) and typed.strip() in answer.text
    assert "Onze visie" not in text_of(browsing.anja.get("/cards"))


def test_a_vision_is_kept_without_spaces_that_nobody_sees() -> None:
    assert tidied("  a  b \r\n\n\n\n c\u2028d\t") == "a b\n\nc\nd" and tidied(" \n\t\n") == ""
    assert wrong_vision("x" * MOST_LETTERS, str) == {} == wrong_vision("\n".join("x" * MOST_LINES), str)


def test_only_who_may_write_the_vision_is_told_where(browsing: Browsing, database: Database) -> None:
    assert "Onze visie hier neerzetten" in text_of(browsing.wouters.get("/cards")) and "/school/settings" not in browsing.anja.get("/cards").text
    set_vision(database, VISION)
    assert "Onze visie veranderen" in text_of(browsing.vries.get("/cards")) and "/school/settings" not in browsing.deboer.get("/cards").text


# --- on paper


@pytest.mark.parametrize("language", LANGUAGES)
def test_pocket_cards_are_one_page_of_a4_with_all_of_it(browsing: Browsing, database: Database, language: str) -> None:
    set_vision(database, VISION)
    answer = browsing.anja.get(f"/cards/pocket.pdf?language={language}")
    assert (answer.headers["content-type"], answer.headers["content-disposition"]) == ("application/pdf", 'inline; filename="gesprekskaarten-De-Waal-College.pdf"')
    [page] = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (842, 595)
    said, cards = text_in(answer.content), deck(STANDARD, language)
    for words in (
        *told(cards),
        *(question for card in cards.competencies for question in card.mentor),
        cards.say["title"],
        "Wij leren door te doen.",
        "Jij kiest; wij vragen door.",
    ):
        assert words in said, words
    assert said.count("Spoor · De Waal College") == 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_poster_is_one_page_of_a3_with_all_of_it(browsing: Browsing, database: Database, language: str) -> None:
    set_vision(database, VISION)
    answer = browsing.anja.get(f"/cards/poster.pdf?language={language}")
    [page] = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (842, 1191)
    said, cards = text_in(answer.content), deck(STANDARD, language)
    for words in (*told(cards), cards.say["slogan"], cards.say["vision"], "Wij leren door te doen.", "De Waal College"):
        assert words in said, words


def test_without_being_asked_paper_speaks_the_readers_language_and_without_vision_says_nothing_of_it(browsing: Browsing) -> None:
    browsing.anja.post("/me/language", {"language": "en"})
    for path in ("/cards/pocket.pdf", "/cards/poster.pdf?language=xx"):
        said = text_in(browsing.anja.get(path).content)
        assert "How could you tell?" in said and "Our vision" not in said
    assert "Onze visie" not in text_in(browsing.deboer.get("/cards/pocket.pdf").content)


def test_the_schools_own_picture_of_a_word_stands_on_paper_and_in_the_picture_that_a_student_shows(browsing: Browsing) -> None:
    papers = ("/cards/pocket.pdf", "/cards/poster.pdf")

    def drawn_in_magenta() -> list[bool]:
        made = [pypdfium2.PdfDocument(browsing.anja.get(path).content)[0].render(scale=2).to_pil() for path in papers]
        made.append(Image.open(io.BytesIO(browsing.samira.get("/words/picture.png").content)))
        return [any(red > 200 and green < 60 and blue > 200 for red, green, blue in picture.convert("RGB").getdata()) for picture in made]

    assert drawn_in_magenta() == [False] * 3
    sent = io.BytesIO()
    Image.new("RGB", (300, 200), (255, 0, 255)).save(sent, "PNG")
    put = browsing.wouters._send("POST", "/school/vocabulary/words/persevering/picture", files={"picture": ("door.png", sent.getvalue(), "image/png")})
    assert put.status_code == 303
    chosen = {"step": "qualities", "qualities": "persevering", "base": "1", "mutation": str(id_of("once")), "go": "stop"}
    assert browsing.samira.post(f"/experiences/{id_of('ziekenhuis')}", chosen).status_code == 303
    assert drawn_in_magenta() == [True] * 3


@pytest.mark.parametrize("sheet", [POCKET, POSTER])
@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_is_tagged_titled_in_a_language_and_for_ever(sheet: str, language: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(drawn(sheet, language, VISION)))
    catalogue, about = reader.trailer["/Root"], reader.xmp_metadata.stream.get_data().decode()  # type: ignore[union-attr,index]
    assert catalogue["/MarkInfo"]["/Marked"] and catalogue["/Lang"] == language and reader.metadata.title == f"{deck(STANDARD, language).say['title']}: De Waal College"  # type: ignore[index,union-attr]
    assert "<pdfuaid:part>1</pdfuaid:part>" in about and "<pdfaid:part>2</pdfaid:part>" in about and "<pdfaid:conformance>A</pdfaid:conformance>" in about
    assert drawn(sheet, language, VISION) == drawn(sheet, language, VISION)


def in_the_foot(pdf: bytes) -> list[str]:
    """What stands at the foot of the four cards above and of the four below, without spaces and ends of lines."""
    [page] = pypdfium2.PdfDocument(pdf)
    text, half = page.get_textpage(), page.get_height() / 2
    boxes = [(text.get_text_range(place, 1), text.get_charbox(place)) for place in range(text.count_chars())]
    return ["".join(letter for letter, (_, bottom, _, top) in boxes if letter.strip("\u200b \r\n") and base < (bottom + top) / 2 < base + 28) for base in (half, 0)]


@pytest.mark.parametrize("vision", ["", VISION, "Wij leren. " * 54], ids=["none", "short", "long"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_runs_into_the_foot_of_a_pocket_card(language: str, vision: str) -> None:
    assert in_the_foot(drawn(POCKET, language, tidied(vision))) == ["Spoor·DeWaalCollege" * 4] * 2


def test_the_longest_words_and_questions_of_a_school_fit_on_its_cards() -> None:
    long = Vocabulary()
    long.words = {key: msgspec.structs.replace(word, nl="Æ" * LONGEST_LABEL) for key, word in long.words.items()}
    long.questions = {key: msgspec.structs.replace(question, nl=("Ææææ " * LONGEST_ASKED)[:LONGEST_ASKED].strip()) for key, question in long.questions.items()}
    cards = deck(long, "nl")
    assert {len(card.mentor[0]) for card in cards.competencies} == {LONGEST_ASKED - 1} and {len(word.nl) for card in cards.competencies[:2] for word in card.words} == {
        LONGEST_LABEL
    }
    made = {sheet: draw(paper(sheet, cards, "nl", school="Æ" * 120, vision="", day=DAY)) for sheet in (POCKET, POSTER)}
    assert [len(pypdf.PdfReader(io.BytesIO(pdf)).pages) for pdf in made.values()] == [1, 1]
    assert text_in(made[POCKET]).count("Ææææ") == 40 * 10, "nothing is cut off"
    assert {letter for row in in_the_foot(made[POCKET]) for letter in row} <= set("Spoor·Æ")
    for pdf in made.values():
        [page] = pypdfium2.PdfDocument(pdf)
        text = page.get_textpage()
        assert min(text.get_charbox(place)[1] for place in range(text.count_chars()) if text.get_text_range(place, 1).strip()) > 10, "nothing falls off the page"


ODD = '#set page()[*x*]$ @x <b> \\ " {{x}}\n👩🏽‍🍳 Ольга éë\n王小明 \u202eabc'


@pytest.mark.parametrize("sheet", [POCKET, POSTER])
def test_a_vision_of_odd_characters_is_printed_as_it_stands_and_never_as_markup(sheet: str) -> None:
    said = text_in(drawn(sheet, vision=ODD))
    for words in ('#set page()[*x*]$ @x <b> \\ " {{x}}', "Ольга éë", "??? abc"):
        assert words in said, words


WORST = {
    "one word": "Æ" * MOST_LETTERS, "lines": "\n".join(["Æ" * 49] * MOST_LINES), "wide": "Щ" * MOST_LETTERS, "words": ("Ææææ " * MOST_LETTERS)[:MOST_LETTERS].strip(),
}  # fmt: skip


@pytest.mark.parametrize("vision", WORST.values(), ids=WORST.keys())
@pytest.mark.parametrize("sheet", [POCKET, POSTER])
def test_the_longest_vision_fits_on_one_page_within_its_card(sheet: str, vision: str) -> None:
    assert tidied(vision) == vision and wrong_vision(vision, str) == {}
    [page] = pypdfium2.PdfDocument(drawn(sheet, vision=vision))
    text, letter = page.get_textpage(), vision[0]
    boxes = [text.get_charbox(place) for place in range(text.count_chars()) if text.get_text_range(place, 1) == letter]
    assert len(boxes) >= vision.count(letter), "nothing is cut off"
    left, bottom, right, top = min(box[0] for box in boxes), min(box[1] for box in boxes), max(box[2] for box in boxes), max(box[3] for box in boxes)
    width, height = page.get_size()
    if sheet == POCKET:
        assert left > 15 and right < width / 4 - 15 and bottom > height / 2 + 20 and top < height - 40
    else:
        assert left > 45 and right < width - 45


def test_a_paper_is_called_after_its_school_in_letters_that_are_safe_anywhere() -> None:
    assert file_name('../Ons "Café"\r\nX: ж') == "gesprekskaarten-Ons-Cafe-X.pdf" and file_name("王小明") == "gesprekskaarten.pdf"
    assert len(file_name("a" * 500)) <= 64


def test_only_a_word_that_is_longer_than_a_card_is_wide_may_be_broken() -> None:
    assert breakable("loopbaanbegeleiding op " + "x" * 22) == "loopbaanbegeleiding op " + "\u200b".join(["x" * 5] * 4 + ["x" * 2])


def test_a_short_last_word_never_stands_alone_on_a_line() -> None:
    assert never_alone("Wat ging er vandaag goed?") == "Wat ging er vandaag\u00a0goed?"
    assert [never_alone(line) for line in ("", "Doen", "precies werken", "Wij doen loopbaanbegeleiding.")] == ["", "Doen", "precies werken", "Wij doen loopbaanbegeleiding."]


def test_nowhere_on_the_cards_is_the_word_chosen_for_the_student() -> None:
    cards = deck(STANDARD, "nl")
    for lines in (cards.steps, cards.do, [line for who, line in cards.talk if who == "you"]):
        assert any("elk woord" in line for line in lines)
    assert cards.talk[-1][0] == "student" and any("Kies het woord niet" in line for line in cards.dont)


def test_paper_that_cannot_be_drawn_says_so_and_is_tried_again(browsing: Browsing, monkeypatch: pytest.MonkeyPatch, tmp_path, database: Database) -> None:
    set_vision(database, "Nog niet eerder getekend.")
    broken = tmp_path / "broken.py"
    broken.write_text("import sys; sys.exit('x')")
    with monkeypatch.context() as patch:
        patch.setattr("server.core.paper.PROGRAM", broken)
        assert browsing.anja.get("/cards/pocket.pdf").status_code == 503
    assert browsing.anja.get("/cards/pocket.pdf").status_code == 200
