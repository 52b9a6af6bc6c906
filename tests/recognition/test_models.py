"""What a student makes of what somebody saw, as pure rules."""

from datetime import UTC, datetime, timedelta

from server.core.forms import Form
from server.core.ids import new_id
from server.recognition.models import THANKS_LAST, WITHDRAWN_WITHIN, Recognition
from server.recognition.said import Said, read, starter, wrong
from server.vocabulary.queries import STANDARD

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def nl(text: str) -> str:
    return text


def test_what_is_kept_is_not_aside_and_what_is_put_aside_is_not_kept() -> None:
    seen = Recognition(given_at=NOW)
    assert seen.state == "new"
    seen.keep(NOW)
    seen.keep(LATER)
    assert (seen.state, seen.kept_at) == ("kept", NOW)
    seen.put_aside(LATER)
    assert (seen.state, seen.kept_at) == ("aside", None)
    seen.keep(LATER)
    assert (seen.state, seen.put_aside_at) == ("kept", None)


def test_the_giver_takes_it_back_shortly_after_whether_it_is_kept_or_not() -> None:
    seen = Recognition(given_at=NOW)
    assert seen.may_be_withdrawn(NOW + WITHDRAWN_WITHIN - timedelta(seconds=1))
    assert not seen.may_be_withdrawn(NOW + WITHDRAWN_WITHIN)
    seen.keep(NOW)
    assert seen.may_be_withdrawn(NOW)
    seen.withdrawn_at = NOW
    assert not seen.may_be_withdrawn(NOW)


def test_there_is_thanks_once_and_only_for_who_can_hear_it() -> None:
    seen, guests = Recognition(given_at=NOW, giver_id=new_id()), Recognition(given_at=NOW, guest_name="Henk")
    assert seen.may_be_thanked(NOW + 2 * THANKS_LAST)
    assert guests.may_be_thanked(NOW + THANKS_LAST - timedelta(seconds=1)) and not guests.may_be_thanked(NOW + THANKS_LAST)
    seen.thanked_at = NOW
    assert not seen.may_be_thanked(NOW)


def test_only_qualities_of_the_language_count_each_once_and_in_the_order_they_came() -> None:
    keys = ["listening-well", "helping-others", "no-word", "own:lief", "persevering", "listening-well"]
    said = read(Form({"word": keys, "sentence": [" Ik zag het. "], "name": ["  Henk \n Bos "]}), STANDARD)
    assert (said.words, said.sentence, said.name) == (("listening-well", "persevering"), "Ik zag het.", "Henk Bos")


def test_the_words_with_which_the_sentence_begins_are_no_sentence() -> None:
    said = Said(words=("persevering",), sentence=starter(nl).strip())
    assert set(wrong(said, nl, guest=False)) == {"sentence"}
    assert wrong(said._replace(sentence="Ik zag dat je hielp."), nl, guest=False) == {}


def test_a_guest_says_who_they_are_and_too_much_of_anything_is_told() -> None:
    assert set(wrong(Said(words=("persevering",), sentence="x"), nl, guest=True)) == {"name", "role"}
    long = Said(words=("a", "b", "c", "d"), sentence="x" * 301, name="x" * 61, role="x" * 61)
    assert set(wrong(long, nl, guest=True)) == {"word", "sentence", "name", "role"}
    assert wrong(Said(words=("a", "b", "c"), sentence="x" * 300, name="x" * 60, role="x" * 60), nl, guest=True) == {}
