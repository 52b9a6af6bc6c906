"""Choosing a word: which are offered, a search that forgives, what a word means; the script and the server find the same."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from py_mini_racer import MiniRacer

from server.core.db import Database
from server.core.i18n import LANGUAGES, tongue
from server.experience.beginnings import beginnings, is_bare
from server.experience.models import Experience
from server.experience.word_views import WordView
from server.vocabulary.choosing import distance, found, nearness, offered, sound
from server.vocabulary.queries import STANDARD
from tests.browsing import Browsing, text_of
from tests.world import id_of

SCRIPT = Path(__file__).parents[2] / "web" / "scripts" / "find-word.js"
BEGINNINGS = SCRIPT.with_name("beginnings.js")
SOUP = f"/experiences/{id_of('soep')}"
QUALITIES = STANDARD.words_of("quality")
LABELS = [(word.id, word.nl, word.sentence_nl, word.also_nl) for word in QUALITIES]
WANTS = [(word.id, word.nl, word.sentence_nl, word.also_nl) for word in STANDARD.words_of("motive")]

TYPED = (
    "samenwerken", "Samen", "samewerken", "samnewerken", "zamenwerken", "doorzeten", "doorsetten", "dorzetten", "luisteren", "luisdern", "goet luisteren",
    "luisteren goed", "presies", "precies werke", "prisies", "élke", "HULP", "helpn", "helpen", "geduldig", "gedult", "nieuwschierig", "nieuwsgirig", "ei", "ij", "x", "",
    "  ", "qqqqqq", "zelfstandich", "zelvstandig", "leidinggeven", "lijding", "kreatief", "creatiev", "verzorgen", "versorgen", "moed", "moet", "durven", "durfen",
    "rustug", "😀", "ß", "İstanbul", "a'b", "iets bedenken", "bedenke iets", "eerluk", "hardwerke", "leidingeven", "kreatief", "behulpsaam", "fiets", "hond", "skibidi",
)  # fmt: skip


@pytest.fixture(scope="module")
def script() -> Any:
    source = SCRIPT.read_text() + BEGINNINGS.read_text()
    names = re.findall(r"^export function (\w+)", source, re.M)
    engine = MiniRacer()
    engine.eval(f"const find = (() => {{ {re.sub(r'^export ', '', source, flags=re.M)}; return {{ {', '.join(names)} }}; }})();")
    return lambda name, *told: json.loads(engine.eval(f"JSON.stringify(find.{name}({', '.join(json.dumps(one) for one in told)}) ?? null)"))


@pytest.mark.parametrize("typed", TYPED)
def test_the_script_finds_what_the_server_finds(script: Any, typed: str) -> None:
    assert script("sound", typed) == sound(typed)
    assert script("found", typed, LABELS) == found(typed, LABELS)
    assert [script("distance", sound(typed), sound(word.nl)) for word in QUALITIES] == [distance(sound(typed), sound(word.nl)) for word in QUALITIES]


def test_another_word_gets_other_beginnings_and_the_script_gives_the_same(script: Any, browsing: Browsing) -> None:
    keys = [*(word.id for word in QUALITIES), "own:grapjes maken", "own:😀"]
    turns = {key: WordView(kind="quality", key=key, label=key, icon="").turns(9) for key in keys}
    assert {key: tuple(script("turns", key, 9)) for key in keys} == turns and len(set(turns.values())) == 9
    browsing.samira.post(SOUP, saving("qualities", 1, qualities=["persevering", "daring"], **{"qualities-own": ""}))
    page = browsing.samira.get(f"{SOUP}/edit?step=qualities").text.partition("data-evidence-of")[2].partition("<template>")[0]
    first, second = (set(re.findall(r'data-start="([^"]*)"', card)) for card in page.split("data-evidence-of"))
    assert len(first) == len(second) == 3 and first != second


def test_a_beginning_alone_is_no_evidence_and_the_script_says_the_same(script: Any, browsing: Browsing) -> None:
    for kind in ("quality", "motive"):
        for starts in (beginnings(kind, tongue(language)) for language in LANGUAGES):
            told = [*starts, *(f"{start}… " for start in starts), *(start.upper() for start in starts), *(f"{start}Daan" for start in starts), "", "…"]
            assert [is_bare(kind, text) for text in told] == [script("isBare", text, starts) for text in told] == [True] * 27 + [False] * 11
    evidence = {"qualities-evidence-persevering": "hielp met ", "qualities-evidence-daring": "helped with Daan"}
    browsing.samira.post(SOUP, saving("qualities", 1, qualities=["persevering", "daring"], **evidence))
    page = browsing.samira.get(f"{SOUP}/edit?step=qualities").text
    assert re.findall(r'name="qualities-evidence-\w+" rows="1">([^<]*)<', page) == ["", "helped with Daan"]


@pytest.mark.parametrize(("typed", "wanted"), [
    ("samenwerken", "working-together"), ("samewerken", "working-together"), ("smaenwerken", "working-together"), ("SÁMEN", "working-together"), ("doorsetten", "persevering"),
    ("presies werken", "working-precisely"), ("goet luisdere", "listening-well"), ("bedenke", "thinking-things-up"),
])  # fmt: skip
def test_a_slip_is_forgiven_and_the_word_comes_first(typed: str, wanted: str) -> None:
    assert found(typed, LABELS)[0] == wanted


@pytest.mark.parametrize(("typed", "wanted"), [
    ("samenwerke", "samenwerken"), ("smaenwerken", "samenwerken"), ("geduldug", "geduld hebben"), ("geduld heben", "geduld hebben"), ("behulpsaam", "zorgen voor een ander"),
    ("doorzeten", "doorzetten"), ("voolhouden", "doorzetten"), ("kreatief", "iets bedenken"), ("creetief", "iets bedenken"), ("niewsgierig", "dingen uitzoeken"),
    ("eerluk", "eerlijk zijn"), ("zelfstandug", "zelfstandig werken"), ("verandwoordelik", "afspraken nakomen"), ("leidingeven", "leiding nemen"), ("lijder", "leiding nemen"),
    ("hardwerke", "hard werken"), ("utileggen", "uitleggen"), ("rusitg", "rustig blijven"), ("tegnisch", "met je handen werken"), ("gezelig", "sfeer maken"),
    ("orginiseren", "vooruit plannen"), ("kokken", "koken en bakken"), ("flexiebel", "improviseren"), ("zelfverzekert", "durven"),
    ("buite zijn", "buiten zijn"), ("gelt verdiene", "geld verdienen"), ("vrijhijd", "zelf bepalen"), ("zekerhijd", "zekerheid"), ("avontuur", "spanning"),
    ("plezir", "anderen blij maken"),
])  # fmt: skip
def test_what_somebody_of_thirteen_types_finds_what_they_mean(typed: str, wanted: str) -> None:
    asked = WANTS if any(label == wanted for _, label, *_ in WANTS) else LABELS
    assert next(label for key, label, *_ in asked if key == found(typed, asked)[0]) == wanted


def test_what_means_nothing_finds_nothing() -> None:
    nonsense = ("qwerty", "asdf", "blabla", "lol", "fiets", "pizza", "kaas", "xxxxx", "skibidi", "banaan", "voetbal", "tafel", "jemoeder")
    assert [typed for typed in nonsense if found(typed, LABELS) or found(typed, WANTS)] == []


def test_nothing_is_found_for_what_no_word_sounds_like_and_a_short_word_is_not_guessed() -> None:
    assert found("qqqqqq", LABELS) == found("", LABELS) == found("😀", LABELS) == []
    assert nearness("dur", "vis") is None and nearness("durf", "durven") is not None
    assert len(found("e", LABELS)) <= 8


def test_a_letter_too_many_missing_wrong_or_swapped_is_one() -> None:
    assert [distance("koken", other) for other in ("koken", "kokken", "koen", "kopen", "kkoen", "")] == [0, 1, 1, 1, 1, 5]


def test_six_are_offered_that_fit_that_were_used_and_one_of_what_was_never_tried() -> None:
    fitting = [word for word in QUALITIES if "practical_cooking" in word.fits]
    used = [word.id for word in fitting[:3]]
    for seed in range(40):
        shown = offered(QUALITIES, "practical_cooking", used, (), seed)
        new = [word for word in shown if "practical_cooking" in word.fits and word.id not in used]
        assert len(shown) == len({word.id for word in shown}) == 6
        assert len(new) >= 3 and sum(word.id in used for word in shown) == 2
        clusters = {word.cluster for word in QUALITIES if word.id in used}
        untouched = {word.cluster for word in QUALITIES} - clusters - {word.cluster for word in shown[:5]}
        assert not untouched or shown[5].cluster in untouched
    assert len({tuple(word.id for word in offered(QUALITIES, "practical_cooking", used, (), seed)) for seed in range(40)}) > 3, "another entry is offered others"


@pytest.mark.parametrize("kind", ["quality", "motive"])
@pytest.mark.parametrize("activity", ["own", "practical_cooking", "internship", "open_day", "workshop", "shadowing"])
def test_the_six_differ_they_are_of_as_many_clusters_as_can_be(kind: str, activity: str) -> None:
    words = STANDARD.words_of(kind)
    fitting = {word.cluster for word in words if activity in word.fits}
    for seed in range(40):
        shown = offered(words, activity, (), (), seed)
        assert len(shown) == 6 and len({word.cluster for word in shown[:3]}) >= min(3, len(fitting))
        assert len({word.cluster for word in shown}) >= max(3, len(fitting))


def test_the_same_entry_is_offered_the_same_and_what_is_chosen_is_always_there() -> None:
    chosen = [QUALITIES[-1].id, QUALITIES[-2].id]
    shown = offered(QUALITIES, "workshop", (), chosen, 7)
    assert shown == offered(QUALITIES, "workshop", (), chosen, 7) and {word.id for word in shown} >= {*chosen}
    first = offered(QUALITIES, "workshop", (), (), 7)
    assert shown[:4] == first[:4] and len(shown) == 6, "what is chosen elsewhere takes the last places"
    assert offered(QUALITIES, "workshop", (), [first[5].id, first[0].id, "own:mikken"], 7) == first, "choosing moves nothing"
    assert offered(QUALITIES, "workshop", (), [chosen[0], first[5].id], 7) == [*first[:4], first[5], QUALITIES[-1]], "one that is chosen stays"
    assert len(offered(QUALITIES, "no kind", [word.id for word in QUALITIES], (), 3)) == 6, "who knows all words is offered six as well"


def saving(step: str, base: int = 0, **fields: object) -> dict[str, Any]:
    return {"step": step, "base": str(base), "mutation": str(uuid4()), "go": "on", **fields}


def tiles(page: Any, name: str = "qualities") -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]+)"', page.text)


def test_every_word_stands_on_the_page_once_under_its_own_name(browsing: Browsing) -> None:
    page = browsing.samira.get(f"{SOUP}/edit?step=qualities")
    assert sorted(tiles(page)) == sorted(word.id for word in QUALITIES)
    found_too = browsing.samira.get(f"{SOUP}/edit?step=qualities&q=doorsetten")
    assert sorted(tiles(found_too)) == sorted(word.id for word in QUALITIES)


def test_without_a_script_the_search_keeps_what_was_chosen_and_shows_what_it_found(browsing: Browsing, database: Database) -> None:
    told = {"qualities": "working-together", "q": "presies", "qualities-own": "", "qualities-evidence-working-together": "Wij met vier."}
    answer = browsing.samira.post(SOUP, saving("qualities", 1, **told) | {"go": "find"})
    assert answer.headers["location"] == f"{SOUP}/edit?step=qualities&q=presies#offered"
    page = browsing.samira.get(answer.headers["location"].partition("#")[0])
    assert tiles(page)[:2] == ["working-together", "working-precisely"] and "Wij met vier." in page.text and "lijken op “presies”" in text_of(page)


def test_what_is_not_found_is_offered_as_an_own_word(browsing: Browsing) -> None:
    page = browsing.samira.get(f"{SOUP}/edit?step=qualities&q=qqqzzz<b>")
    assert "Neem het als je eigen woord" in text_of(page) and 'value="qqqzzz&lt;b&gt;" data-own' in page.text
    new = uuid4()
    answer = browsing.samira.post(f"/experiences/{new}", saving("qualities", 0, q="kok & co", **{"qualities-own": ""}) | {"go": "find"})
    assert answer.headers["location"] == f"/experiences/new?id={new}&step=qualities&q=kok%20%26%20co#offered"
    assert browsing.samira.get(answer.headers["location"].partition("#")[0]).status_code == 200


def test_a_word_says_what_it_means_and_a_chosen_one_what_it_looks_like_in_the_field_of_the_activity(browsing: Browsing, database: Database) -> None:
    page = text_of(browsing.samira.get(f"{SOUP}/edit?step=qualities"))
    assert "Je let goed op de kleine dingen." in page
    cooking = next(example.nl for example in STANDARD.words["working-together"].examples if example.field == "cooking")
    assert f"Dat zie je als {cooking}" in page
    with database.reading() as session:
        assert session.get_one(Experience, UUID(str(id_of("soep")))).activity_id == id_of("koken")
