"""Schools to measure in: as many students as asked, each signed in, each with as many experiences as asked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import insert

from server.activity.models import KINDS, Activity, ActivityGroup
from server.core.db import Base, Database
from server.core.security import hashed
from server.experience.actions import sought_in
from server.experience.models import Experience, ExperienceWord
from server.migrations.run import migrate
from server.people.models import DeviceSession, Group, Membership, Person, School
from server.settings import Settings
from server.vocabulary.queries import STANDARD

TEXTS = (
    "Koken voor 24 mensen. Eerst was het chaos, toen heb ik de taken verdeeld en ging het beter. Aan het eind was alles op.",
    "Muur gemetseld bij de bouw. De voegen moesten recht en dat duurde lang, maar hij staat.",
    "Oma geholpen met haar telefoon. Ik legde het drie keer uit en toen snapte ze het.",
    "Op de open dag rondgeleid.",
    "Uien gesneden voor de soep en daarna de hele keuken schoongemaakt met Daan. Niemand wilde maar wij deden het gewoon.",
)


def id_of(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"spoor-bench:{name}")


def token_of(student: int) -> str:
    """The cookie of a student's device."""
    return f"token-of-student-{student}"


def make(folder: Path, *, students: int = 1, experiences: int = 60) -> Settings:
    """A migrated data folder with one school in it."""
    folder.mkdir(parents=True)
    settings = Settings(data=folder)
    database = Database(settings.database)
    migrate(database)
    now = datetime.now(UTC).replace(microsecond=0)
    rows: dict[type[Base], list[dict[str, Any]]] = {table: [] for table in (School, Group, Person, Membership, DeviceSession, Activity, ActivityGroup, Experience, ExperienceWord)}
    rows[School].append({"id": id_of("school"), "name": "De Waal College", "created_at": now})
    for group in range((students - 1) // 25 + 1):
        rows[Group].append({"id": id_of(f"group-{group}"), "name": f"groep {group}", "created_at": now})
        _activities(rows, group, now)
    for student in range(students):
        _student(rows, student, now)
        for number in range(experiences):
            _experience(rows, student, number, now)
    with database.writing() as session:
        for table, told in rows.items():
            for row in told:
                row |= {} if table is School else {"school_id": id_of("school")}
            if told:
                session.execute(insert(table), told)
    database.close()
    return settings


def sign_in(database: Database, school_id: UUID, person_id: UUID, token: str) -> None:
    """Let a person in on one more device."""
    now = datetime.now(UTC)
    with database.writing() as session:
        session.add(DeviceSession(school_id=school_id, person_id=person_id, token_hash=hashed(token), device="Android · Chrome", started_at=now, seen_at=now))


def _activities(rows: dict[type[Base], list[dict[str, Any]]], group: int, now: datetime) -> None:
    for number, kind in enumerate(KINDS):
        starts = now - timedelta(days=20 * number + 1)
        made = id_of(f"activity-{group}-{number}")
        rows[Activity].append(
            {"id": made, "kind": kind, "title": f"Activiteit {number}", "place": "Bouwbedrijf Jansen", "starts_at": starts, "ends_at": starts + timedelta(hours=2), "made_at": now}
        )
        rows[ActivityGroup].append({"activity_id": made, "group_id": id_of(f"group-{group}")})


def _student(rows: dict[type[Base], list[dict[str, Any]]], student: int, now: datetime) -> None:
    person = id_of(f"student-{student}")
    rows[Person].append({"id": person, "kind": "student", "number": str(student), "given_name": "Samira", "family_name": f"Bakker {student}", "created_at": now})
    rows[Membership].append({"group_id": id_of(f"group-{student // 25}"), "person_id": person, "kind": "student"})
    rows[DeviceSession].append(
        {"id": id_of(f"device-{student}"), "person_id": person, "token_hash": hashed(token_of(student)), "device": "Android · Chrome", "started_at": now, "seen_at": now}
    )


def _experience(rows: dict[type[Base], list[dict[str, Any]]], student: int, number: int, now: datetime) -> None:
    then, made, kinds = now - timedelta(days=5 * number, minutes=student), id_of(f"experience-{student}-{number}"), len(KINDS)
    activity = id_of(f"activity-{student // 25}-{number % kinds}") if number % 2 else None
    text, words = TEXTS[number % len(TEXTS)] + (f" Dat was keer {number}." if number % 3 else ""), list(_words(number))
    rows[Experience].append({
        "id": made, "student_id": id_of(f"student-{student}"), "activity_id": activity, "text": text, "face": number % 5 + 1, "happened_at": then, "captured_at": then,
        "arrived_at": then, "changed_at": then, "revision": 1, "revisions": {}, "sought": sought_in(STANDARD, text, [ExperienceWord(own="", edition=0, **word) for word in words]),
    })  # fmt: skip
    for position, word in enumerate(words):
        rows[ExperienceWord].append({**word, "id": id_of(f"word-{student}-{number}-{position}"), "experience_id": made, "own": "", "position": position})


def _words(number: int) -> Iterator[dict[str, str]]:
    qualities, motives = STANDARD.words_of("quality"), STANDARD.words_of("motive")
    for turn in range(number % 2 + 1):
        yield {"kind": "quality", "word": qualities[(number * 3 + turn) % len(qualities)].id, "evidence": "Ik heb de taken verdeeld."}
    yield {"kind": "motive", "word": motives[number % len(motives)].id, "evidence": "Iedereen kon eten."}
