"""What others saw goes along to a talk when the student wants that, and is read by the mentor only then."""

from uuid import uuid4

from server.core.db import Database
from tests.browsing import Browsing, text_of
from tests.conversation.helping import PREPARATION, QUESTION, TALK, step
from tests.recognition.giving import GUEST, give, link_of, waiting
from tests.world import id_of

SENTENCE = "Ik zag dat je de soep redde."


def kept(browsing: Browsing) -> str:
    """Samira keeps what a guest saw; gives its id."""
    browsing.nobody.post(link_of(browsing), {**GUEST, "sentence": SENTENCE})
    seen, *_ = waiting(browsing.samira)
    browsing.samira.post(f"/recognitions/{seen}/keeping")
    return seen


def test_the_first_step_offers_what_is_kept_and_nothing_else(browsing: Browsing) -> None:
    assert "Wat anderen zagen" not in text_of(browsing.samira.get(PREPARATION))
    give(browsing.deboer)
    assert "Wat anderen zagen" not in text_of(browsing.samira.get(PREPARATION))
    seen = kept(browsing)
    assert f'name="recognition" value="{seen}"' in browsing.samira.get(PREPARATION).text


def test_the_mentor_reads_it_when_it_is_shown_and_not_before_and_no_more_once_she_puts_it_aside(browsing: Browsing) -> None:
    seen = kept(browsing)
    assert step(browsing, 1, recognitions="1", recognition=[seen]).status_code == 303
    assert step(browsing, 3, base=9, question=QUESTION, go="stop").status_code == 303
    assert SENTENCE in browsing.samira.get(TALK).text and SENTENCE not in browsing.deboer.get(TALK).text
    browsing.samira.post(f"{TALK}/submission")
    read = text_of(browsing.deboer.get(TALK))
    assert "Henk Bos zag dit" in read and SENTENCE in read and "stagebegeleider" in read
    assert "gast, via de link van de leerling" in read and "gast, via jouw link" in text_of(browsing.samira.get(TALK))
    assert browsing.kramer.get(TALK).status_code == 404
    browsing.samira.post(f"/recognitions/{seen}/aside")
    assert SENTENCE not in browsing.deboer.get(TALK).text


def test_a_choice_stays_until_it_is_made_anew_also_from_a_page_that_did_not_ask_for_it(browsing: Browsing) -> None:
    seen = kept(browsing)
    step(browsing, 1, recognitions="1", recognition=[seen])
    checked = f'value="{seen}" checked'
    assert checked in browsing.samira.get(PREPARATION).text
    step(browsing, 1, base=2, experience=[str(id_of("soep"))])
    assert checked in browsing.samira.get(PREPARATION).text
    step(browsing, 1, base=3, recognitions="1")
    assert checked not in browsing.samira.get(PREPARATION).text


def test_what_is_not_hers_or_not_kept_goes_nowhere(browsing: Browsing, database: Database) -> None:
    give(browsing.deboer, "daan")
    [daans] = waiting(browsing.daan)
    browsing.daan.post(f"/recognitions/{daans}/keeping")
    for strange in (daans, str(uuid4()), "<script>"):
        assert step(browsing, 1, recognitions="1", recognition=[strange]).status_code == 404
    give(browsing.deboer)
    [new] = waiting(browsing.samira)
    assert step(browsing, 1, recognitions="1", recognition=[new]).status_code == 303
    assert "zag dit" not in text_of(browsing.samira.get(TALK))


def test_what_was_taken_back_meanwhile_is_left_out_and_the_rest_of_the_step_is_saved(browsing: Browsing) -> None:
    stays = kept(browsing)
    give(browsing.deboer)
    [gone] = waiting(browsing.samira)
    browsing.samira.post(f"/recognitions/{gone}/keeping")
    assert browsing.deboer.delete(f"/recognitions/{gone}").status_code == 303
    assert step(browsing, 1, recognitions="1", recognition=[gone, stays], experience=[str(id_of("soep"))]).status_code == 303
    page = browsing.samira.get(PREPARATION).text
    assert f'value="{stays}" checked' in page and gone not in page and f'value="{id_of("soep")}" checked' in page


def test_more_than_three_are_refused_and_the_choice_stays(browsing: Browsing) -> None:
    many = [kept(browsing) for _ in range(4)]
    answer = step(browsing, 1, recognitions="1", recognition=many)
    assert answer.status_code == 422 and "hooguit drie dingen" in text_of(answer) and answer.text.count(" checked") == 4


def test_two_devices_that_chose_otherwise_are_asked_which_stays(browsing: Browsing) -> None:
    one, other = kept(browsing), kept(browsing)
    step(browsing, 1, recognitions="1", recognition=[one])
    step(browsing, 1, base=1, recognitions="1", recognition=[other])
    asked = text_of(browsing.samira.get(PREPARATION))
    assert "Welke blijft?" in asked and asked.count("Henk Bos") >= 4
