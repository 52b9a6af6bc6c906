"""Recording, reading back, deepening, deleting: by hand, as a form and as the outbox does it."""

import re
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update

from server.activity.models import ActivityGroup
from server.core.db import Database
from server.experience.models import Experience, ExperienceWord
from server.people.models import Membership
from tests.browsing import Browsing, text_of
from tests.world import id_of


def stored(database: Database, experience_id: UUID) -> Experience | None:
    with database.reading() as session:
        return session.get(Experience, experience_id)


def words(database: Database, experience_id: UUID) -> list[tuple[str, str | None, str, str]]:
    with database.reading() as session:
        listed = select(ExperienceWord).where(ExperienceWord.experience_id == experience_id).order_by(ExperienceWord.kind.desc(), ExperienceWord.position)
        return [(word.kind, word.word, word.own, word.evidence) for word in session.scalars(listed)]


def saving(step: str, base: int = 0, **fields: object) -> dict[str, object]:
    return {"step": step, "base": str(base), "mutation": str(uuid4()), "go": "on", **fields}


def test_one_face_on_vandaag_is_an_entry(browsing: Browsing, database: Database) -> None:
    assert "Hoe was de meeloopdag bij Bouwbedrijf Jansen?" in text_of(browsing.samira.get("/"))
    made = uuid4()
    answer = browsing.samira.post(f"/experiences/{made}", saving("face", face="4", activity=str(id_of("bouw")), **{"from": "today"}))
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/experiences/{made}/edit?step=text"
    kept = stored(database, made)
    assert kept is not None and (kept.face, kept.activity_id, kept.text) == (4, id_of("bouw"), "")
    assert "Hoe was de meeloopdag" not in text_of(browsing.samira.get("/"))


def test_the_whole_flow_step_by_step(browsing: Browsing, database: Database) -> None:
    made = uuid4()
    where = f"/experiences/{made}"
    assert browsing.samira.post(where, saving("text", text="Muur metselen. De voegen moesten recht.", activity="")).headers["location"] == f"{where}/edit?step=face"
    assert browsing.samira.post(where, saving("face", 1, face="5")).headers["location"] == f"{where}/edit?step=qualities"
    chosen = browsing.samira.post(where, saving("qualities", 2, qualities=["working-precisely", "persevering"]))
    assert chosen.headers["location"].endswith("#waaraan"), "without script the evidence is asked next"
    assert "Dat merkte ik toen ik" in text_of(browsing.samira.get(chosen.headers["location"].partition("#")[0]))
    told = {"qualities": ["working-precisely", "persevering"], "qualities-evidence-working-precisely": "elke steen met de waterpas", "qualities-evidence-persevering": ""}
    assert browsing.samira.post(where, saving("qualities", 3, **told)).headers["location"] == f"{where}/edit?step=motives"
    done = browsing.samira.post(where, saving("motives", 4, **{"motives-own": "rust in mijn hoofd", "motives-evidence-own:rust in mijn hoofd": "het was stil"}))
    assert done.headers["location"] == where
    assert words(database, made) == [
        ("quality", "working-precisely", "", "elke steen met de waterpas"),
        ("quality", "persevering", "", ""),
        ("motive", None, "rust in mijn hoofd", "het was stil"),
    ]
    shown = text_of(browsing.samira.get(where))
    for said in ("Muur metselen", "De voegen moesten recht.", "super", "precies werken", "elke steen met de waterpas", "rust in mijn hoofd"):
        assert said in shown
    assert "Muur metselen" in text_of(browsing.samira.get("/trail"))


def test_every_question_can_be_skipped_and_nothing_is_stored_until_something_is_said(browsing: Browsing, database: Database) -> None:
    made = uuid4()
    answer = browsing.samira.post(f"/experiences/{made}", saving("text", text="", activity=""))
    assert answer.status_code == 303 and f"id={made}&step=face" in answer.headers["location"]
    assert stored(database, made) is None
    assert browsing.samira.get(answer.headers["location"]).status_code == 200
    empty = browsing.samira.post(f"/experiences/{made}", saving("motives"))
    assert empty.status_code == 422 and "Vertel eerst één ding" in text_of(empty)


def test_a_skipped_question_is_no_receipt(browsing: Browsing) -> None:
    made = uuid4()
    answer = browsing.samira.save(f"/experiences/{made}", saving("text", text="", activity=""))
    assert answer.json()["skipped"] is True and answer.json()["to"] == f"/experiences/new?id={made}&step=face"


def test_a_word_alone_is_an_entry(browsing: Browsing, database: Database) -> None:
    made = uuid4()
    assert browsing.samira.post(f"/experiences/{made}", saving("qualities", qualities="working-together")).status_code == 303
    assert words(database, made) == [("quality", "working-together", "", "")]


def test_choosing_again_keeps_the_evidence_of_the_words_that_stay(browsing: Browsing, database: Database) -> None:
    answer = browsing.samira.post(f"/experiences/{id_of('soep')}", saving("qualities", 1, qualities=["working-together", "persevering"]))
    assert answer.status_code == 303
    assert words(database, id_of("soep"))[:2] == [("quality", "working-together", "", "Ik heb de taken verdeeld."), ("quality", "persevering", "", "")]


def test_more_than_three_words_is_said_and_keeps_what_was_chosen(browsing: Browsing) -> None:
    four = ["working-together", "working-precisely", "persevering", "listening-well"]
    answer = browsing.samira.post(f"/experiences/{id_of('soep')}", saving("qualities", 1, qualities=four))
    assert answer.status_code == 422 and "hooguit drie" in text_of(answer)
    assert answer.text.count(" checked>") == 4


def test_the_same_save_twice_is_stored_once_and_gets_the_same_receipt(browsing: Browsing, database: Database) -> None:
    made, once = uuid4(), saving("text", text="Band geplakt", activity="")
    first, second = browsing.samira.save(f"/experiences/{made}", once), browsing.samira.save(f"/experiences/{made}", once)
    assert first.status_code == second.status_code == 200
    told = {"mutation": once["mutation"], "id": str(made), "revision": 1, "fields": ["text", "activity"], "conflicts": []}
    assert first.json() == second.json() == {**told, "to": f"/experiences/{made}/edit?step=face"}
    kept = stored(database, made)
    assert kept is not None and kept.revision == 1


def test_the_same_mutation_with_other_content_is_a_conflict(browsing: Browsing, database: Database) -> None:
    made, once = uuid4(), saving("text", text="Band geplakt", activity="")
    browsing.samira.save(f"/experiences/{made}", once)
    assert browsing.samira.save(f"/experiences/{made}", {**once, "text": "Iets anders"}).status_code == 409
    kept = stored(database, made)
    assert kept is not None and kept.text == "Band geplakt"


def test_somebody_elses_mutation_does_not_exist(browsing: Browsing) -> None:
    once = saving("text", text="Band geplakt", activity="")
    browsing.samira.save(f"/experiences/{uuid4()}", once)
    assert browsing.daan.save(f"/experiences/{uuid4()}", once).status_code == 404


def test_two_tabs_on_different_questions_do_not_clash(browsing: Browsing, database: Database) -> None:
    where = f"/experiences/{id_of('soep')}"
    assert browsing.samira.post(where, saving("text", 1, text="Soep voor 24", activity=str(id_of("koken")))).status_code == 303
    assert browsing.samira.post(where, saving("face", 1, face="5")).status_code == 303
    kept = stored(database, id_of("soep"))
    assert kept is not None and (kept.text, kept.face) == ("Soep voor 24", 5)


def test_deleting_can_be_undone(browsing: Browsing) -> None:
    where = f"/experiences/{id_of('oma')}"
    assert browsing.samira.post(f"{where}/deletion").headers["location"] == "/trail"
    gone = browsing.samira.get("/trail")
    assert "Taart voor oma" not in text_of(gone) and "Ongedaan maken" in text_of(gone)
    assert browsing.samira.get(where).status_code == 404
    assert browsing.samira.delete(f"{where}/deletion").headers["location"] == where
    assert "Ik woog alles af op de gram." in text_of(browsing.samira.get(where))


def test_the_trail_can_be_searched_and_filtered_by_word(browsing: Browsing) -> None:
    browsing.samira.post(f"/experiences/{uuid4()}", saving("text", text="Geholpen in het café van mijn oom", activity=""))
    assert "het café van mijn oom" in text_of(browsing.samira.get("/trail?q=CAFE"))
    assert "Taart voor oma" not in text_of(browsing.samira.get("/trail?q=cafe"))
    assert "Niets gevonden" in text_of(browsing.samira.get("/trail?q=%25"))
    filtered = text_of(browsing.samira.get("/trail?word=helping-others"))
    assert "Koken voor 24 mensen" in filtered and "Taart voor oma" not in filtered


def test_what_was_typed_is_kept_as_it_was_written(browsing: Browsing, database: Database) -> None:
    for text in ("👩🏽‍🍳 gekookt 🎉", "‏مرحبا طبخت", '<script>alert(1)</script> & "quotes"', "a\u0000b", "regel 1\r\nregel 2", "x" * 20_000):
        made = uuid4()
        assert browsing.samira.post(f"/experiences/{made}", saving("text", text=text, activity="")).status_code == 303
        kept = stored(database, made)
        assert kept is not None and kept.text == text.replace("\0", "").replace("\r\n", "\n")
        shown = browsing.samira.get(f"/experiences/{made}")
        assert shown.status_code == 200 and "<script>alert" not in shown.text
    assert browsing.samira.get("/trail").status_code == 200


def test_too_long_is_said_and_loses_nothing(browsing: Browsing) -> None:
    long = "woord " * 17_000
    answer = browsing.samira.post(f"/experiences/{uuid4()}", saving("text", text=long, activity=""))
    assert answer.status_code == 422 and "te lang" in text_of(answer)
    assert long.strip() in answer.text
    answer = browsing.samira.post(f"/experiences/{uuid4()}", saving("qualities", **{"qualities-own": "z" * 41}))
    assert answer.status_code == 422 and "Er passen 40 letters in." in text_of(answer)
    assert f'value="{"z" * 41}" aria-invalid="true"' in answer.text, "it stands where it can be made shorter"


def test_rubbish_gets_a_clear_answer(browsing: Browsing, database: Database) -> None:
    where = f"/experiences/{uuid4()}"
    assert browsing.samira.post(where, saving("face", face="9")).status_code == 422
    assert browsing.samira.post(where, saving("face", face="leuk")).status_code in {303, 422}
    assert browsing.samira.post(where, saving("text", text="x", activity=str(id_of("elders")))).status_code == 404, "an activity of another school"
    assert browsing.samira.post("/experiences/not-an-id", saving("text", text="x")).status_code == 404
    assert browsing.samira._send("POST", where, content=b"text=%ff%fe", headers={"content-type": "application/x-www-form-urlencoded"}).status_code == 400
    assert browsing.samira._send("POST", where, content=b'{"text": "\\ud800"}', headers={"content-type": "application/json"}).status_code == 400
    assert browsing.samira._send("POST", where, content=b"x" * 2_100_000, headers={"content-type": "application/x-www-form-urlencoded"}).status_code == 413


def test_an_unknown_word_is_not_stored(browsing: Browsing, database: Database) -> None:
    made = uuid4()
    browsing.samira.post(f"/experiences/{made}", saving("qualities", qualities=["no-such-word", "helping-others", "working-together"]))
    assert words(database, made) == [("quality", "working-together", "", "")]


def test_others_find_nothing(browsing: Browsing, database: Database) -> None:
    where = f"/experiences/{id_of('soep')}"
    for name in ("daan", "deboer", "kramer", "anja", "wouters", "karim", "olga"):
        person = getattr(browsing, name)
        assert person.get(where).status_code == 404
        assert person.get(f"{where}/edit").status_code == 404
        assert person.post(where, saving("text", 1, text="van mij")).status_code == 404
        assert person.post(f"{where}/deletion").status_code == 404
    kept = stored(database, id_of("soep"))
    assert kept is not None and kept.text.startswith("Koken") and kept.deleted_at is None
    assert "Taart voor oma" not in text_of(browsing.daan.get("/trail"))


def test_keeping_a_text_leaves_it_with_the_activity_of_a_former_group(browsing: Browsing, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Membership).where(Membership.person_id == id_of("samira")).values(group_id=id_of("3C")))
        session.execute(insert(ActivityGroup).values(activity_id=id_of("bouw"), group_id=id_of("3C"), school_id=id_of("waal")))
    page = browsing.samira.get(f"/experiences/{id_of('soep')}/edit?step=text").text
    [chosen] = re.findall(r'name="activity" value="([^"]*)" checked', page)
    answer = browsing.samira.post(f"/experiences/{id_of('soep')}", {"step": "text", "text": "Ook de soep", "base": "1", "activity": chosen, "go": "stop"})
    assert answer.status_code == 303
    assert "Praktijkmodule koken" in text_of(browsing.samira.get(f"/experiences/{id_of('soep')}"))


def test_what_was_deleted_elsewhere_can_be_brought_back_with_what_was_typed_meanwhile(browsing: Browsing, database: Database) -> None:
    browsing.samira.post(f"/experiences/{id_of('oma')}/deletion")
    said = {"step": "text", "base": "1", "text": "Taart, en thee.", "mutation": str(uuid4())}
    refused = browsing.samira.save(f"/experiences/{id_of('oma')}", said)
    assert (refused.status_code, refused.json()["why"]) == (409, "deleted")
    assert browsing.samira.save(f"/experiences/{id_of('oma')}", {**said, "restore": "1"}).json()["mutation"] == said["mutation"]
    with database.reading() as session:
        oma = session.get_one(Experience, id_of("oma"))
        assert (oma.text, oma.deleted_at) == ("Taart, en thee.", None)
