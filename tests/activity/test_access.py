"""Who finds which activity."""

import pytest
from sqlalchemy import select

from server.activity import queries
from server.activity.access import planned_by, visible_to
from server.activity.models import Activity
from server.core.db import Database
from server.people.viewer import viewer_of
from tests.conftest import NOW
from tests.world import id_of, token_of


def seen(database: Database, name: str, scope) -> set[str]:
    with database.reading() as session:
        viewer = viewer_of(session, token_of(name), NOW)
        assert viewer
        keys = set(session.scalars(scope(viewer).with_only_columns(Activity.id).order_by(None)))
    return {known for known in ("bouw", "koken", "opendag", "elders") if id_of(known) in keys}


@pytest.mark.parametrize(
    ("name", "visible"),
    [
        ("samira", {"bouw", "koken", "opendag"}), ("ilse", set()), ("karim", set()), ("olga", {"elders"}), ("anja", {"bouw", "koken", "opendag"}), ("otto", {"elders"}),
    ],
)  # fmt: skip
def test_staff_see_their_schools_activities_and_students_those_of_their_groups(database: Database, name: str, visible: set[str]) -> None:
    assert seen(database, name, visible_to) == visible


@pytest.mark.parametrize(("name", "changeable"), [("wouters", {"bouw", "koken", "opendag"}), ("deboer", set()), ("anja", set()), ("samira", set()), ("otto", {"elders"})])
def test_the_coordinator_alone_changes_those_of_the_own_school(database: Database, name: str, changeable: set[str]) -> None:
    assert seen(database, name, planned_by) == changeable


def test_what_was_called_off_is_gone_for_students_and_not_asked_about(database: Database) -> None:
    with database.writing() as session:
        session.scalars(select(Activity).where(Activity.id == id_of("koken"))).one().cancelled_at = NOW
    assert seen(database, "samira", visible_to) == {"bouw", "opendag"}
    assert seen(database, "samira", lambda viewer: queries.to_tell(viewer, NOW)) == {"bouw"}


def test_a_student_is_asked_about_what_ended_in_the_last_fourteen_days(database: Database) -> None:
    assert seen(database, "samira", lambda viewer: queries.to_tell(viewer, NOW)) == {"bouw", "koken"}
