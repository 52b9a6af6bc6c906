"""An own word that is said instead of typed: heard wherever it stands, named by its student alone, and of nobody else."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from server.experience.spoken import name_of, note_of, said
from tests.browsing import Browsing, text_of
from tests.core.files import voice
from tests.world import id_of

TALK = f"/conversations/{id_of('gesprek')}"


def saving(step: str, base: int = 0, **fields: Any) -> dict[str, Any]:
    return {"step": step, "base": str(base), "mutation": str(uuid4()), "go": "on", **fields}


def spoken(browsing: Browsing, who: str = "samira", *, note: bool = True) -> tuple[str, UUID]:
    """An entry with a word that was said, and the note that is the word. The word comes first, as from the outbox."""
    person, where, clip = getattr(browsing, who), f"/experiences/{uuid4()}", uuid4()
    assert person.post(where, saving("qualities", 0, text="Tegels gelegd", **{"qualities-own": said(clip)})).status_code == 303
    if note:
        sent = {"kind": "voice", "mutation": str(uuid4()), "about": f"quality:own:{said(clip)}"}
        assert person.post(f"{where}/media/{clip}", sent, files={"file": ("x", voice())}, headers={"accept": "application/json"}).status_code == 200
    return where, clip


def call(browsing: Browsing, where: str, clip: UUID, name: str, who: str = "samira", was: str = "") -> int:
    return int(getattr(browsing, who).post(f"{where}/media/{clip}/alt", {"alt": name, "was": was, "mutation": str(uuid4())}).status_code)


def lay_ready(browsing: Browsing, where: str, *words: str) -> None:
    for step, fields in ((1, {"experience": where.rpartition("/")[2]}), (2, {"word": list(words)})):
        assert browsing.samira.post(f"{TALK}/preparation", {"step": str(step), "base": "9", "mutation": str(uuid4()), **fields}).status_code == 303
    assert browsing.samira.post(f"{TALK}/submission").status_code == 303


@pytest.mark.parametrize("own", ["said:", "said:" + "g" * 32, "said:" + "a" * 33, "ik said:" + "a" * 32, "SAID:" + "a" * 32, ""])
def test_what_only_looks_like_it_is_a_word_that_was_typed(own: str) -> None:
    assert note_of(own) is None and note_of(said(UUID(int=5))) == UUID(int=5)
    assert name_of("  heel \n rustig ") == "heel rustig" and len(name_of("woord " * 20)) <= 40


def test_it_is_heard_in_its_entry_in_the_trail_and_among_the_words_to_choose(browsing: Browsing) -> None:
    where, clip = spoken(browsing)
    page = browsing.samira.get(where)
    assert "Gesproken woord" in text_of(page) and page.text.count(f'src="{where}/media/{clip}"') == 1, "once, with its word"
    assert "Waaraan merkte je dat?" in text_of(page), "the word itself is not how the student knew"
    assert "Gesproken woord" in text_of(browsing.samira.get("/trail"))
    step = browsing.samira.get(f"{where}/edit?step=qualities").text
    assert f'value="{said(clip)}" data-label="Gesproken woord" checked' in step and f'src="{where}/media/{clip}"' in step
    grown = browsing.samira.get(f"/words/evidence?word=quality:own:{said(clip)}")
    assert grown.status_code == 200 and f'src="{where}/media/{clip}"' in grown.text and "Gesproken woord" in text_of(browsing.samira.get("/words"))


def test_a_name_is_typed_by_its_student_and_by_nobody_else(browsing: Browsing) -> None:
    where, clip = spoken(browsing)
    assert [call(browsing, where, clip, "mooi", who) for who in ("daan", "deboer", "wouters")] == [404, 404, 404]
    assert call(browsing, where, clip, "tegelen") == 303
    for address in (where, "/trail", "/words", f"{where}/edit?step=qualities"):
        assert "tegelen" in text_of(browsing.samira.get(address)) and f'src="{where}/media/{clip}"' in browsing.samira.get(where).text, address
    browsing.samira.post(where, saving("qualities", 1, **{"qualities-own": said(clip), f"qualities-evidence-own:{said(clip)}": "Het lag recht."}))
    assert "tegelen" in text_of(browsing.samira.get(where)) and "Het lag recht." in text_of(browsing.samira.get(where)), "it is still the same word"


def test_a_name_of_two_devices_is_the_newest_one_and_can_be_changed_and_cleared_after(browsing: Browsing) -> None:
    where, clip = spoken(browsing)

    def shown() -> str:
        return re.search(rf'id="name-{clip}" name="alt" value="([^"]*)"', browsing.samira.get(where).text)[1]  # type: ignore[index]

    for name, was, called in (("geduldig", "", "geduldig"), ("rustig", "", "rustig"), ("heel  rustig", "rustig", "heel rustig"), ("", "heel rustig", ""), ("stil", "", "stil")):
        assert call(browsing, where, clip, name, was=was) == 303 and shown() == called
    assert call(browsing, where, clip, "x" * 41, was="stil") == 422
    page = browsing.samira.post(f"{where}/media/{clip}/alt", {"alt": "x" * 41, "was": "stil", "mutation": str(uuid4())})
    assert "Er passen 40 letters in." in text_of(page) and f'value="{"x" * 41}"' in page.text and shown() == "stil", "refused, with what was typed"
    told = browsing.samira.post(f"{where}/media/{clip}/alt", {"alt": "x" * 41, "was": "stil", "mutation": str(uuid4())}, headers={"accept": "application/json"})
    assert told.status_code == 422 and "40 letters" in told.json()["errors"]["alt"]


def test_the_filter_of_the_trail_names_only_words_that_have_a_name(browsing: Browsing) -> None:
    browsing.samira.post(f"/experiences/{uuid4()}", saving("qualities", 0, text="Gebikt", qualities="persevering"))
    for _ in range(24):
        spoken(browsing, note=False)
    where, clip = spoken(browsing)

    def filters() -> list[str]:
        return re.findall(r'href="/trail\?word=([^"#]+)', browsing.samira.get("/trail").text)

    assert "persevering" in filters() and not [word for word in filters() if "said" in word]
    call(browsing, where, clip, "tegelen")
    assert f"own%3Asaid%3A{clip.hex}" in filters()


def test_search_finds_it_by_the_name_it_has_now(browsing: Browsing) -> None:
    where, clip = spoken(browsing)

    def found(sought: str) -> bool:
        return where in browsing.samira.get(f"/trail?q={sought}").text

    call(browsing, where, clip, "Tégelen")
    assert found("tegelen") and found("tegels")
    browsing.samira.post(where, saving("text", 1, text="Stoep gelegd"))
    assert found("tegelen") and found("stoep") and not found("tegels")
    call(browsing, where, clip, "leggen", was="Tégelen")
    assert found("leggen") and not found("tegelen")
    for path, there in (("deletion", False), ("deletion?_method=delete", True)):
        browsing.samira.post(f"{where}/media/{clip}/{path}", {"mutation": str(uuid4())})
        assert found("leggen") is there
    where, clip = spoken(browsing, note=False)
    sent = {"kind": "voice", "mutation": str(uuid4()), "about": f"quality:own:{said(clip)}", "alt": "metselen"}
    browsing.samira.post(f"{where}/media/{clip}", sent, files={"file": ("x", voice())})
    assert found("metselen"), "a name that comes with it"


def test_of_two_versions_the_spoken_word_has_its_name_and_is_heard(browsing: Browsing) -> None:
    where, clip = spoken(browsing)
    call(browsing, where, clip, "tegelen")
    browsing.samira.post(where, saving("qualities", 1, qualities="persevering", **{"qualities-own": ""}))
    told = {"qualities-own": said(clip), f"qualities-evidence-own:{said(clip)}": "Het lag recht."}
    assert browsing.samira.save(where, saving("qualities", 1, **told)).json()["conflicts"] == ["qualities"]
    page = browsing.samira.get(where).text
    asked = page[page.index('id="versions"') : page.index('id="told"')]
    assert "tegelen" in asked and f'src="{where}/media/{clip}"' in asked and "Gesproken woord" not in asked


def test_of_two_preparations_the_spoken_word_has_its_name_and_is_heard(browsing: Browsing) -> None:
    where, clip = spoken(browsing)
    call(browsing, where, clip, "tegelen")
    for word in ("motive:own:zqmoed", f"quality:own:{said(clip)}"):
        browsing.samira.save(f"{TALK}/preparation", {"step": "2", "base": "1", "mutation": str(uuid4()), "word": word})
    page = browsing.samira.get(f"{TALK}/preparation?step=2").text
    asked = page[page.index('id="versions"') : page.index('id="asked"')]
    assert "tegelen" in asked and f'src="{where}/media/{clip}"' in asked and "Gesproken woord" not in asked


def test_the_mentor_hears_what_is_shown_under_the_name_it_had_then(browsing: Browsing) -> None:
    where, clip = spoken(browsing)
    assert browsing.deboer.get(f"{TALK}/media/{clip}").status_code == 404
    call(browsing, where, clip, "tegelen")
    step = browsing.samira.get(f"{TALK}/preparation?step=2")
    assert said(clip) not in step.text, "only words of what is chosen"
    lay_ready(browsing, where, f"quality:own:{said(clip)}")
    call(browsing, where, clip, "iets anders", was="tegelen")
    page = browsing.deboer.get(TALK)
    assert text_of(page).count("tegelen") >= 2 and "iets anders" not in page.text and f'src="{TALK}/media/{clip}"' in page.text
    assert browsing.deboer.get(f"{TALK}/media/{clip}").headers["content-type"] == "audio/mp4"
    assert f'src="{where}/media/{clip}"' in browsing.samira.get(TALK).text


@pytest.mark.parametrize("name", ["", "tegelen"])
def test_without_its_entry_only_the_name_it_had_then_is_shown_and_nothing_without_one(browsing: Browsing, name: str) -> None:
    where, clip = spoken(browsing)
    word = f"quality:own:{said(clip)}"
    call(browsing, where, clip, name)
    for step, fields in ((1, {"experience": where.rpartition("/")[2]}), (2, {"word": [word, "motive:own:zqmoed"]}), (1, {"experience": str(id_of("soep"))})):
        assert browsing.samira.post(f"{TALK}/preparation", {"step": str(step), "base": "9", "mutation": str(uuid4()), **fields}).status_code == 303
    step = browsing.samira.get(f"{TALK}/preparation?step=2")
    assert (f'value="{word}"' in step.text) is bool(name) and f"/media/{clip}" not in step.text
    browsing.samira.post(f"{TALK}/submission")
    call(browsing, where, clip, "iets anders", was=name)
    for page in (browsing.samira.get(TALK), browsing.deboer.get(TALK)):
        read = text_of(page)
        assert "zqmoed" in read and "Gesproken woord" not in read and "iets anders" not in read and f"/media/{clip}" not in page.text
        assert ("tegelen" in read) is bool(name), "the same for the student and the mentor"


def test_a_note_of_somebody_else_is_no_word_of_mine_whatever_the_form_says(browsing: Browsing) -> None:
    where, clip = spoken(browsing, "daan")
    call(browsing, where, clip, "geheim van Daan", "daan")
    mine = f"/experiences/{uuid4()}"
    browsing.samira.post(mine, saving("qualities", 0, text="Afgekeken", **{"qualities-own": said(clip)}))
    for address in (mine, "/trail", "/words", f"{mine}/edit?step=qualities"):
        page = browsing.samira.get(address)
        assert "Gesproken woord" in text_of(page) and "geheim van Daan" not in page.text and "<audio" not in page.text, address
    assert browsing.samira.get(f"{mine}/media/{clip}").status_code == 404


def test_until_its_note_is_there_and_after_it_was_deleted_it_is_a_word_without_sound(browsing: Browsing) -> None:
    where, _ = spoken(browsing, note=False)
    assert "Gesproken woord" in text_of(browsing.samira.get(where)) and "<audio" not in browsing.samira.get(where).text
    where, clip = spoken(browsing)
    assert browsing.samira.post(f"{where}/media/{clip}/deletion", {"mutation": str(uuid4())}).status_code == 303
    assert "Gesproken woord" in text_of(browsing.samira.get(where)) and "<audio" not in browsing.samira.get(where).text


def test_a_word_that_is_put_back_leaves_its_note_with_the_entry(browsing: Browsing) -> None:
    where, clip = spoken(browsing)
    browsing.samira.post(where, saving("qualities", 1, qualities="persevering", **{"qualities-own": ""}))
    page = browsing.samira.get(where)
    assert "Gesproken woord" not in text_of(page) and "Opname van 0:02" in text_of(page) and f'src="{where}/media/{clip}"' in page.text
