"""The coordinator's screens: groups, people, sign-in sheets, settings."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import delete, select

from server.core import clock
from server.core.db import Database
from server.people.models import DeviceSession, Person, School
from server.people.viewer import viewer_of
from server.school.queries import school_overview
from server.sign_in.models import SignInLink
from tests.browsing import Browsing, text_of
from tests.world import id_of, token_of

GROUP = f"/school/groups/{id_of('3B')}"


def addresses(html: str) -> list[str]:
    return re.findall(r"http://testserver\.local(/sign-in/[\w-]+)</p>", html)


def never_in(database: Database, *names: str) -> None:
    with database.writing() as session:
        session.execute(delete(DeviceSession).where(DeviceSession.person_id.in_([id_of(name) for name in names])))


def test_the_coordinator_sees_groups_with_counts_and_staff_of_the_own_school(browsing: Browsing, database: Database) -> None:
    never_in(database, "noor")
    said = text_of(browsing.wouters.get("/school/people"))
    staff = text_of(browsing.wouters.get("/school/people?show=staff"))
    for words in ("3B Marten de Boer 3 leerlingen · 2 aangemeld", "3C Willemijn Kramer 1 leerling"):
        assert words in said, words
    for words in ("Anja Postma kantine", "Els Wouters LOB-coördinator", "Jan de Vries applicatiebeheerder · beheerder", "5 medewerkers"):
        assert words in staff, words
    assert "4A" not in said and "Piet Prins" not in staff and "Samira" not in staff


@pytest.mark.parametrize(("typed", "names"), [("ait", ["Samira Aït Ben"]), ("BERG van den", ["Ilse van den Berg"]), ("anja", ["Anja Postma"]), ("olga", []), ("karim", [])])
def test_search_finds_people_of_the_own_school_by_any_part_of_the_name(browsing: Browsing, typed: str, names: list[str]) -> None:
    said = text_of(browsing.wouters.get("/school/people", params={"q": typed}))
    assert f"{len(names)} gevonden" in said
    assert all(name in said for name in names)


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "\0", "😀", "\u202eabc", "%", "x" * 10_000])
def test_search_takes_whatever_is_typed(browsing: Browsing, typed: str) -> None:
    answer = browsing.wouters.get("/school/people", params={"q": typed})
    assert answer.status_code == 200 and "<script>alert" not in answer.text


def test_a_sheet_lets_each_student_in_once_and_is_kept_nowhere(browsing: Browsing, database: Database) -> None:
    never_in(database, "samira", "daan", "noor")
    answer = browsing.wouters.post(f"{GROUP}/links")
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    assert answer.text.count("data:image/svg+xml") == 3 and answer.text.count("Geldig tot") == 3
    links = addresses(answer.text)
    assert len(set(links)) == 3 and all(link not in browsing.wouters.get(GROUP).text for link in links)
    assert "Hoi Daan" in text_of(browsing.nobody.get(links[2]))
    assert browsing.nobody.post(links[2]).status_code == 303
    assert "Daan Vos 3B · aangemeld" in text_of(browsing.wouters.get(GROUP))


def test_a_new_sheet_stops_the_old_links(browsing: Browsing, database: Database) -> None:
    never_in(database, "samira")
    old = addresses(browsing.wouters.post(f"{GROUP}/links").text)
    new = addresses(browsing.wouters.post(f"{GROUP}/links").text)
    assert len(old) == len(new) == 1
    assert [browsing.nobody.get(old[0]).status_code, browsing.nobody.get(new[0]).status_code] == [404, 200]


def test_who_came_in_already_is_on_the_sheet_only_when_asked(browsing: Browsing, database: Database) -> None:
    never_in(database, "noor")
    assert len(addresses(browsing.wouters.post(f"{GROUP}/links").text)) == 1
    assert len(addresses(browsing.wouters.post(f"{GROUP}/links", {"everybody": "yes"}).text)) == 3


def test_a_lost_link_is_given_again_also_to_staff_without_a_group(browsing: Browsing, database: Database) -> None:
    for name in ("samira", "anja"):
        answer = browsing.wouters.post(f"/school/people/{id_of(name)}/link")
        assert len(addresses(answer.text)) == 1
        assert browsing.nobody.get(addresses(answer.text)[0]).status_code == 200
    with database.reading() as session:
        assert session.scalars(select(SignInLink.made_by).where(SignInLink.person_id == id_of("anja"))).all() == [id_of("wouters")]


def test_a_person_is_shown_with_number_and_a_way_to_a_new_link(browsing: Browsing) -> None:
    answer = browsing.wouters.get(f"/school/people/{id_of('daan')}")
    assert "00454100" in text_of(answer) and "Print een kaart" in text_of(answer) and f'href="{GROUP}"' in answer.text
    for person, name in ((browsing.wouters, "olga"), (browsing.wouters, "karim"), (browsing.samira, "samira"), (browsing.deboer, "daan")):
        assert person.get(f"/school/people/{id_of(name)}").status_code == 404


def test_what_is_not_of_this_school_or_not_for_this_person_does_not_exist(browsing: Browsing) -> None:
    for path in (
        f"/school/groups/{id_of('4A')}/links",
        f"/school/people/{id_of('olga')}/link",
        f"/school/people/{id_of('karim')}/link",
        f"/school/groups/{uuid4()}/links",
        "/school/groups/x/links",
    ):
        assert browsing.wouters.post(path).status_code == 404, path
    assert browsing.wouters.get(f"/school/groups/{id_of('4A')}").status_code == 404
    for person in (browsing.samira, browsing.deboer, browsing.anja, browsing.karim, browsing.otto):
        assert [person.get(GROUP).status_code, person.post(f"{GROUP}/links").status_code, person.post(f"/school/people/{id_of('daan')}/link").status_code] == [404, 404, 404]
    for person in (browsing.samira, browsing.deboer, browsing.anja, browsing.karim):
        assert [person.get(path).status_code for path in ("/school/people", "/school/settings")] == [404, 404]
    assert browsing.nobody.post(f"{GROUP}/links").status_code == 401


def test_the_trusted_person_is_changed_for_everybody_at_once(browsing: Browsing, database: Database) -> None:
    assert "Mevrouw Bakker" in text_of(browsing.samira.get("/help"))
    told = {"school": "De Waal", "trusted_name": "<i>Meneer Ton</i>", "trusted_contact": "lokaal 2\r\nof bel", "guardians_from": "15", "edition": "1"}
    assert browsing.wouters.post("/school/settings", told).status_code == 303
    answer = browsing.samira.get("/help")
    assert "<i>Meneer Ton</i>" in text_of(answer) and "<i>" not in answer.text and "lokaal 2<br>of bel" in answer.text
    with database.reading() as session:
        assert session.get_one(School, id_of("waal")).revision == 1
        assert session.get_one(School, id_of("other")).name == "De Andere School"


def test_settings_that_cannot_be_kept_say_why_and_keep_what_was_typed(browsing: Browsing) -> None:
    answer = browsing.wouters.post("/school/settings", {"school": "", "trusted_name": "x" * 121, "trusted_contact": "blijft staan"})
    assert answer.status_code == 422 and "Vul de naam van de school in." in text_of(answer) and "hooguit 120 tekens" in text_of(answer) and "blijft staan" in answer.text


def test_the_overview_counts_the_own_school_and_nothing_for_others(database: Database) -> None:
    never_in(database, "noor")
    with database.reading() as session:
        seen = {name: school_overview(session, viewer_of(session, token_of(name), clock.now())) for name in ("wouters", "otto", "deboer")}  # type: ignore[arg-type]
    assert [(one.groups, one.students, one.signed_in, one.staff, one.imported) for one in seen.values()] == [(2, 4, 3, 5, True), (1, 1, 1, 2, True), (0, 0, 0, 0, False)]


def test_a_person_without_a_group_is_listed_apart(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.add(Person(school_id=id_of("waal"), kind="student", number="99", given_name="Losse", family_name="", created_at=clock.now()))
    assert "1 leerling heeft nog geen groep" in text_of(browsing.wouters.get("/school/people"))
    assert "Losse nog geen groep" in text_of(browsing.wouters.get("/school/people?show=groupless"))
