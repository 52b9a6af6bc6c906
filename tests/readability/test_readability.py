"""The measure of readability finds what is hard, for whom; and what is excepted has a reason, is still said, and is little."""

import pytest

from tests.readability.__main__ import MOST_EXCEPTIONS, TEXTS, WORDS, main
from tests.readability.measure import complaints, frequency, sentences
from tests.readability.readers import FOR_GUARDIANS, FOR_STAFF, GUARDIAN, STAFF, STUDENT, level_of, texts

HARD = {
    "Je schrijft hier op wat je deze week op je stage hebt gedaan en ook wat je daarvan vond.": "words in a sentence",
    "Vertel het als je weet dat het goed ging, omdat je mentor dat wil, zodat je verder kunt.": "clauses within a sentence",
    "Je tekst wordt straks verstuurd.": "passive",
    "Evalueer jouw reflectieverslag.": "rare: reflectieverslag",
    "Dit doe je alvorens je begint.": "stiff: alvorens",
    "De waardering van je samenwerking volgt.": "abstract: waardering, samenwerking",
    "De coördinator heeft verantwoordelijkheid voor de beschikbaarheid van informatie. Documentatie ontbreekt.": "Flesch-Douma",
}


@pytest.mark.parametrize("text", HARD)
def test_a_hard_sentence_is_found_and_said_why(text, capsys):
    assert any(HARD[text] in why for why in complaints(text, STUDENT))
    assert main([text]) == 1 and HARD[text] in capsys.readouterr().out


@pytest.mark.parametrize(
    "text", ["Wat heb je gedaan?", "Je zei dat %(name)s je hielp.", "Hoe was je week bij %(place)s? Vertel het in je eigen woorden.", "2 van de 3", "Zo word je daar bekend."]
)
def test_an_easy_one_is_not(text):
    assert complaints(text, STUDENT) == [] and main([text]) == 0


def test_staff_may_read_a_little_more_than_a_student():
    text = "In het archief staat iemand in geen lijst meer en kan niet meer binnen."
    assert complaints(text, STUDENT) and not complaints(text, STAFF)


def test_a_compound_of_everyday_words_is_as_easy_as_they_are():
    assert frequency("gespreksdag") >= STUDENT.rarest > frequency("loopbaancompetentie")


def test_a_form_is_as_easy_as_its_verb():
    assert frequency("zaagt") >= STUDENT.rarest


def test_what_the_program_fills_in_is_no_word():
    assert sentences("%(who)s sprak <b>%(n)s</b> keer. Dag!") == ["7 sprak  7  keer.", "Dag!"]


def test_a_text_that_several_read_is_held_to_the_strictest():
    for level, places in texts().values():
        assert level in {level_of(place) for place in places}
        assert level is STUDENT or STUDENT not in {level_of(place) for place in places}


def test_a_new_screen_is_held_to_what_a_student_reads():
    assert level_of("web/templates/new/screen.html") is STUDENT and level_of("words.toml") is STUDENT and level_of("server/new/pages.py") is STUDENT
    assert level_of("web/templates/school/people.html") is STAFF and level_of("web/templates/guardian/invitation.html") is GUARDIAN


def test_the_screens_of_a_student_are_held_to_a_student():
    read = {place for level, places in texts().values() if level is STUDENT for place in places}
    for place in ("experience/step", "experience/trail", "today/student", "conversation/preparation", "conversation/student_talk", "me/me", "sign_in/ways_in"):
        assert f"web/templates/{place}.html" in read
    assert {"words.toml", "questions.toml"} <= read
    assert not [place for place in read if FOR_STAFF.match(place) and FOR_GUARDIANS.match(place)]


def test_every_exception_has_a_reason_and_is_still_needed():
    told = texts()
    for text, reason in TEXTS.items():
        assert len(reason) >= 20 and text in told, text
        assert complaints(text, told[text][0], WORDS), f"no longer hard: {text}"
    hard = " ".join(why for text, (level, _) in told.items() for why in complaints(text, level))
    for word, reason in WORDS.items():
        assert len(reason) >= 15 and f"rare: {word} (" in hard, word


def test_there_are_few_exceptions():
    assert len(TEXTS) + len(WORDS) <= MOST_EXCEPTIONS * len(texts())
