"""The photos and the tune of the demo."""

from pathlib import Path

import pytest
from sqlalchemy import select

from server.conversation.models import Submission
from server.core.db import Database
from server.core.media import store_of
from server.demo import media
from server.demo.fill import fill
from server.demo.school import id_of
from server.experience.models import ExperienceMedia
from server.migrations.run import migrate
from server.settings import Settings
from tests.conftest import NOW


@pytest.fixture
def demo(tmp_path: Path) -> Database:
    made = Database(f"sqlite:///{tmp_path / 'demo.sqlite3'}")
    migrate(made)
    with made.writing() as session:
        fill(session, NOW)
    return made


def test_they_are_made_once_and_their_bytes_are_there(demo: Database, tmp_path: Path) -> None:
    store = store_of(Settings(data=tmp_path))
    for _ in range(2):
        with demo.writing() as session:
            media.add(session, store)
    with demo.reading() as session:
        rows = session.scalars(select(ExperienceMedia).order_by(ExperienceMedia.kind)).all()
    assert [row.kind for row in rows] == ["photo", "photo", "voice", "voice"]
    assert {row.digest for row in rows} == {name for name, _ in store.names()}
    assert all((row.width, row.height) == (1200, 900) for row in rows[:2]) and 3 < (rows[2].seconds or 0) < 6
    assert sum(row.size for row in rows) < 300_000


def test_what_was_shown_to_the_mentor_shows_them_too(demo: Database, tmp_path: Path) -> None:
    with demo.writing() as session:
        shown = session.scalars(select(Submission)).first()
        assert shown
        shown.person_id = id_of("samira")
        shown.experiences = {str(id_of("samira-koken")): {"text": "", "face": None, "words": []}}
        media.add(session, store_of(Settings(data=tmp_path)))
    with demo.reading() as session:
        copy = session.get_one(Submission, shown.id).experiences[str(id_of("samira-koken"))]
    assert sorted(copy["media"].values()) == ["", "Een grote pan soep op tafel, met wortel en prei erin"]
