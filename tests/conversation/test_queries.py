"""A page costs the same number of statements however much there is to show."""

from datetime import timedelta
from uuid import uuid4

import pytest

from server.conversation.models import Conversation, Preparation, PreparationExperience, Submission
from server.core import clock
from server.core.db import Database
from server.experience.models import Experience, ExperienceWord
from tests.browsing import Browsing
from tests.conversation.helping import PREPARATION, TALK, shown
from tests.counting import counting
from tests.world import id_of


def much(database: Database) -> None:
    """Forty more talks and forty more experiences with words."""
    now = clock.now()
    with database.writing() as session:
        for number in range(40):
            talk, experience, when = uuid4(), uuid4(), now + timedelta(days=number - 20, hours=1)
            here = {"school_id": id_of("waal")}
            session.add(
                Conversation(
                    id=talk,
                    student_id=id_of("samira"),
                    mentor_id=id_of("deboer"),
                    starts_at=when,
                    minutes=20,
                    place_kind="room",
                    made_by=id_of("deboer"),
                    made_at=now,
                    held_at=now if number < 20 else None,
                    **here,
                )
            )
            session.add(
                Experience(id=experience, student_id=id_of("samira"), text=f"Nog iets {number}", happened_at=when, captured_at=when, arrived_at=when, changed_at=when, **here)
            )
            session.flush()
            session.add(ExperienceWord(experience_id=experience, kind="quality", word="persevering", position=0, **here))
            session.add(Preparation(conversation_id=talk, student_id=id_of("samira"), changed_at=now, **here))
            session.flush()
            session.add(PreparationExperience(conversation_id=talk, experience_id=experience, position=0, **here))
            session.add(Submission(conversation_id=talk, person_id=id_of("samira"), submitted_at=now, **here))


@pytest.mark.parametrize(
    ("who", "path", "most"),
    [
        ("samira", "/conversations", 7), ("deboer", "/conversations", 5), ("deboer", "/groups", 4), ("samira", TALK, 11), ("deboer", TALK, 19),
        ("samira", f"{PREPARATION}?step=1", 15), ("samira", f"{PREPARATION}?step=2", 14), ("samira", f"{PREPARATION}?step=3", 11),
    ],
)  # fmt: skip
def test_the_number_of_statements_does_not_grow(browsing: Browsing, database: Database, who: str, path: str, most: int) -> None:
    def cost() -> int:
        with counting(database) as statements:
            assert getattr(browsing, who).get(path).status_code == 200
        return len(statements)

    if who == "deboer":
        shown(browsing)
        browsing.deboer.get(TALK)
    before = cost()
    much(database)
    after = cost()
    assert after <= before + (2 if path == "/conversations" else 0) and after <= most
