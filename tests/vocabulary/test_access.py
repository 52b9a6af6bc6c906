"""Only the coordinator words the language of a school, and of no other school than their own. Who may what of each route stands in `test_access_matrix.py`."""

from sqlalchemy import select

from server.core.db import Database
from server.vocabulary.models import QuestionWording, Wording
from tests.browsing import Browsing, text_of
from tests.test_access_matrix import QUESTION, WORD
from tests.world import id_of

WORDS, QUESTIONS = "/school/vocabulary/words", "/school/vocabulary/questions"


def test_what_one_school_words_otherwise_another_never_sees_nor_can_reach(browsing: Browsing, database: Database) -> None:
    assert browsing.wouters.post(f"{WORDS}/new", {"kind": "quality", "id": str(id_of("new")), **WORD}).status_code == 303
    assert browsing.wouters.post(f"{QUESTIONS}/new", {"id": str(id_of("new")), **QUESTION}).status_code == 303
    word, question = f"{WORDS}/w{id_of('new').hex}", f"{QUESTIONS}/q{id_of('new').hex}"
    assert [browsing.wouters.get(path).status_code for path in (word, question)] == [200, 200]
    for path in (word, question):
        assert browsing.otto.get(path).status_code == 404
        assert [browsing.otto.post(f"{path}{verb}").status_code for verb in ("", "/hiding", "/place", "/standard")] == [404] * 4
    assert "kunnen wachten" not in text_of(browsing.otto.get("/school/vocabulary"))
    assert "kunnen wachten" not in browsing.otto.get("/school/vocabulary/file").text
    with database.reading() as session:
        assert {row.school_id for row in (*session.scalars(select(Wording)), *session.scalars(select(QuestionWording)))} == {id_of("waal")}


def test_an_admin_who_is_no_coordinator_and_a_mentor_find_no_entrance(browsing: Browsing) -> None:
    assert "/school/vocabulary" in browsing.wouters.get("/").text
    for who in ("vries", "deboer", "anja", "samira"):
        assert "/school/vocabulary" not in getattr(browsing, who).get("/").text
