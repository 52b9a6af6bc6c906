"""What a student's device is told, and what another app may share."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, update

from server.core.db import Database
from server.experience.models import Experience
from server.people.models import DeviceSession
from tests.browsing import Browsing, text_of
from tests.conftest import NOW
from tests.counting import counting
from tests.world import id_of


def experiences(told: dict) -> dict:
    return {one["id"]: one for one in told["experiences"]}


def test_a_device_is_told_the_own_experiences_and_nobody_elses(browsing: Browsing) -> None:
    answer = browsing.samira.get("/me/device")
    mine = experiences(answer.json())
    assert set(mine) == {str(id_of(name)) for name in ("soep", "oma", "ziekenhuis")}
    soup = mine[str(id_of("soep"))]
    assert (soup["text"][:6], soup["face"], soup["activity"], soup["revision"]) == ("Koken ", 4, str(id_of("koken")), 1)
    assert soup["qualities"] == [{"key": "working-together", "evidence": "Ik heb de taken verdeeld."}]
    assert answer.headers["cache-control"] == "no-store"


def test_a_device_is_told_how_words_are_called_in_its_language(browsing: Browsing) -> None:
    assert browsing.samira.get("/me/device").json()["words"]["working-together"]["label"] == "samenwerken"
    assert browsing.samira.get("/me/device", headers={"accept-language": "en"}).json()["words"]["working-together"]["label"] == "working together"


def test_who_asks_again_is_told_what_changed_since_also_what_was_deleted(browsing: Browsing, moment: time_machine.Traveller) -> None:
    cursor = browsing.samira.get("/me/device").json()["cursor"]
    moment.shift(timedelta(hours=1))
    assert browsing.samira.get("/me/device", params={"since": cursor}).json().get("words") is None
    browsing.samira.post(f"/experiences/{id_of('oma')}", {"step": "text", "base": "1", "text": "Taart voor mijn oma."})
    browsing.samira.post(f"/experiences/{id_of('soep')}/deletion")
    changed = experiences(browsing.samira.get("/me/device", params={"since": cursor}).json())
    assert changed[str(id_of("oma"))]["text"] == "Taart voor mijn oma."
    assert changed[str(id_of("soep"))]["deleted"] is True and changed[str(id_of("soep"))]["text"] == ""


def test_no_change_falls_between_two_cursors(browsing: Browsing) -> None:
    first = browsing.samira.get("/me/device").json()["cursor"]
    browsing.samira.post(f"/experiences/{id_of('oma')}", {"step": "text", "base": "1", "text": "Anders."})
    second = browsing.samira.get("/me/device", params={"since": first}).json()
    again = browsing.samira.get("/me/device", params={"since": second["cursor"]}).json()
    assert str(id_of("oma")) in experiences(second) and str(id_of("oma")) in experiences(again)


def test_the_screens_worth_having_are_named_and_are_there(browsing: Browsing) -> None:
    keep = browsing.samira.get("/me/device").json()["keep"]
    assert f"/conversations/{id_of('gesprek')}/preparation?step=3" in keep["pages"]
    for path in (*keep["blanks"], *keep["pages"]):
        answer = browsing.samira.get(path)
        assert answer.status_code == 200 and answer.headers["spoor-person"] not in {"", "nobody"}, path


def test_on_a_shared_computer_nothing_is_told(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(DeviceSession).where(DeviceSession.person_id == id_of("samira")).values(shared=True))
    assert browsing.samira.get("/me/device").status_code == 404


def test_what_a_device_is_told_takes_as_many_statements_with_many_experiences(browsing: Browsing, database: Database) -> None:
    browsing.samira.get("/me/device")
    with counting(database) as few:
        browsing.samira.get("/me/device")
    with database.writing() as session:
        for number in range(40):
            session.add(
                Experience(id=id_of(f"more-{number}"), school_id=id_of("waal"), student_id=id_of("samira"), text="meer", happened_at=NOW, captured_at=NOW, arrived_at=NOW,
                           changed_at=NOW, revision=1, revisions={}, words=[])
            )  # fmt: skip
    with counting(database) as many:
        browsing.samira.get("/me/device")
    assert len(few) == len(many)


def test_the_screen_of_what_waits_holds_nothing_of_the_student_on_the_server(browsing: Browsing) -> None:
    page = browsing.samira.get("/outbox")
    assert page.status_code == 200 and "Op je telefoon" in text_of(page) and "Koken" not in page.text


@pytest.mark.parametrize("site", ["none", "same-origin"])
def test_what_another_app_shares_is_put_in_the_first_question_and_not_stored(browsing: Browsing, database: Database, site: str) -> None:
    shared = {"title": "Recept", "text": "Soep & <brood>", "url": "https://voorbeeld.example/soep"}
    answer = browsing.samira.post("/share", shared, headers={"sec-fetch-site": site})
    assert answer.status_code == 200
    assert "Recept\nSoep &amp; &lt;brood&gt;\nhttps://voorbeeld.example/soep</textarea>" in answer.text
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(Experience.student_id == id_of("samira"))) == 3


def test_another_site_cannot_share_in_somebodys_name(browsing: Browsing) -> None:
    assert browsing.samira.post("/share", {"text": "x"}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert browsing.samira.post(f"/experiences/{id_of('soep')}/deletion", headers={"sec-fetch-site": "none"}).status_code == 403


def test_a_shared_photo_that_no_worker_took_in_is_told(browsing: Browsing) -> None:
    answer = browsing.samira.post("/share", {"text": "Kijk"}, files={"media": ("foto.jpg", b"x", "image/jpeg")})
    assert "De foto kon niet mee" in text_of(answer)
