"""The offline journey in WebKit, which stands in for an iPhone: no emulation of being offline, no Background Sync, no push."""

from collections.abc import Iterator

import pytest

from server.conversation.models import Preparation
from tests.browser.conftest import School
from tests.browser.test_offline import HELD, KEPT, TALK, told
from tests.browser.webkit import WebKit, webkit
from tests.world import id_of

CONTROLLED = "navigator.serviceWorker.controller?.state === 'activated'"
TEXT = "Een kozijn gezet met mijn oom. Dat moest op de millimeter."
WAITING = """(async () => {
    const opened = indexedDB.open("spoor");
    await new Promise((resolve) => (opened.onsuccess = resolve));
    const asked = opened.result.transaction("outbox").objectStore("outbox").count();
    await new Promise((resolve) => (asked.onsuccess = resolve));
    opened.result.close();
    return `${asked.result} waiting`;
})()"""


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebKit]:
    """One browser for all of these tests."""
    with webkit(tmp_path_factory.mktemp("webkit")) as made:
        yield made


def test_a_day_without_a_server(phone: WebKit, school: School) -> None:
    phone.sign_in("samira", school)
    phone.open(school.url)
    phone.see("Taart voor oma")
    phone.until(CONTROLLED)
    phone.until(HELD)
    school.stop()
    phone.kill()
    phone.start()
    phone.open(school.url)
    phone.see("Dit is zoals het was om")
    phone.see("Taart voor oma")
    _tell(phone, school)
    _change(phone)
    _prepare(phone, school)
    phone.kill()
    phone.start()
    phone.open(school.url)
    phone.see("Een kozijn gezet met mijn oom")
    assert phone.run(WAITING) == "7 waiting"
    school.start()
    phone.open(school.url)
    phone.until(f"{WAITING}.then((told) => told === '0 waiting')")
    one = told(school)[TEXT]
    assert one.face == 5 and one.captured_at < one.arrived_at
    assert {(word.word or word.own, word.evidence) for word in one.words} == {("persevering", "alles drie keer opmat"), ("iets dat blijft staan", "")}
    with school.database.reading() as session:
        assert session.get_one(Preparation, id_of("gesprek")).question == "Is bouwen iets voor mij?"
    phone.open(f"{school.url}/experiences/{one.id}")
    phone.see("alles drie keer opmat")


def _tell(phone: WebKit, school: School) -> None:
    phone.open(f"{school.url}/experiences/new")
    phone.fill("Wat heb je gedaan?", TEXT)
    phone.press("Volgende")
    phone.press("leuk")
    phone.press("Volgende")
    phone.fill("Zoek een woord", "doorsetten")
    phone.press("doorzetten")
    phone.fill("Dat merkte ik toen ik", "alles drie keer opmat")
    phone.press("Volgende")
    phone.see("Wat vond je belangrijk?")
    phone.press("Eigen woord")
    phone.fill("Jouw woord", "iets dat blijft staan")
    phone.press("Klaar")
    for said in (KEPT, "leuk", "alles drie keer opmat", "iets dat blijft staan"):
        phone.see(said)


def _change(phone: WebKit) -> None:
    phone.press("Hoe was het?")
    phone.press("super")
    phone.press("Opslaan")
    phone.see("Verwijderen")
    assert "super" in phone.text()


def _prepare(phone: WebKit, school: School) -> None:
    phone.open(f"{school.url}{TALK}/preparation?step=2")
    phone.press("Volgende: jouw vraag")
    phone.fill("Jouw vraag aan meneer De Boer", "Is bouwen iets voor mij?")
    phone.press("Klaar: laat zien aan je mentor")
    phone.see("Gesprek met meneer De Boer")
