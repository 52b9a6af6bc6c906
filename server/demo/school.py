"""The demo school as rows: `school.toml` with its dates hung on one moment. Pure: the same moment gives the same rows.

What falls in a weekend moves to the Friday before it. Two things stay on their day because the demo promises them:
the activity that ended today and the talk in three days.
"""

import tomllib
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from server.activity.models import Activity, ActivityGoal, ActivityGroup
from server.conversation.models import (
    Agreement,
    Completion,
    Conversation,
    Preparation,
    PreparationAnswer,
    PreparationExperience,
    PreparationRecognition,
    PreparationWord,
    Reading,
    Submission,
)
from server.core.clock import at, back_to_school_day, local
from server.core.conflict import Conflict
from server.core.db import Base
from server.core.security import hashed
from server.experience.actions import sought_in
from server.experience.copies import copy_of
from server.experience.models import Experience, ExperienceAnswer, ExperienceWord
from server.experience.queries import GOAL, Answered
from server.people.models import Cover, DeviceSession, Group, Guardianship, Membership, Person, Role, School, limits_of
from server.recognition.models import INVITATION_LIFE as LINK_LIFE
from server.recognition.models import Recognition, RecognitionInvitation, RecognitionWord
from server.sign_in.models import INVITATION_LIFE, Invitation, LoginCard
from server.vocabulary.models import QuestionWording, Wording
from server.vocabulary.queries import STANDARD

ZONE = "Europe/Amsterdam"
YEAR = timedelta(days=365)
PROMISED = (0, -3)
READ_WITHIN = -6
STAFF_SINCE, STAFF_SEEN = 60, 1
DEVICES = {"student": ("Android · Chrome", "iPhone · Safari", "Android · Samsung Internet"), "staff": ("Windows · Edge", "Mac · Safari"), "guardian": ("iPhone · Safari",)}
Told = dict[str, Any]
Rows = dict[type[Base], list[Told]]


def id_of(name: str) -> UUID:
    """The key of a thing in the demo, by its id in `school.toml`: the same in every demo."""
    return uuid5(NAMESPACE_URL, f"spoor-demo:{name}")


@cache
def told() -> Told:
    """What stands in `school.toml`."""
    return tomllib.loads((Path(__file__).parent / "school.toml").read_text())


def day_of(days: int, today: date) -> date:
    """The date so many days ago (negative: ahead), on a school day unless the demo promises that very day."""
    then = today - timedelta(days=days)
    return then if days in PROMISED else back_to_school_day(then)


class Calendar:
    """Turns "so many days ago, at that time" into moments."""

    def __init__(self, now: datetime) -> None:
        """Hang everything on this moment."""
        self.now = now.replace(microsecond=0)
        self.today = local(now, ZONE).date()
        self.made_at = self.now - YEAR

    def at(self, days: int, wall: str) -> datetime:
        """The moment at which the wall clock shows `wall` (`"11:20"`) that many days ago."""
        return at(day_of(days, self.today), time.fromisoformat(wall), ZONE)

    def span(self, activity: Told) -> tuple[datetime, datetime]:
        """When an activity begins and ends. `end = "auto"`: some minutes before now, but today, and begun at least two hours earlier."""
        begins = self.at(activity["days"], activity["start"])
        if activity["end"] != "auto":
            return begins, self.at(int(activity.get("until_days") or activity["days"]), activity["end"])
        ended = self.now - timedelta(minutes=10 + self.now.minute % 5, seconds=self.now.second)
        ended = max(ended, at(self.today, time(0), ZONE))
        return min(begins, ended - timedelta(hours=2)), ended


def rows(now: datetime) -> Rows:
    """Every row of the demo by table, in the order in which they can be put in."""
    calendar, school = Calendar(now), told()
    made: Rows = {table: [] for table in TABLES}
    made[School].append(
        {
            "id": id_of("school"),
            "name": school["school"]["name"],
            "vision": school["school"]["vision"],
            "zone": ZONE,
            "trusted_name": "Nadia Haddou",
            "trusted_contact": "lokaal 0.09, ook zonder afspraak",
            "created_at": calendar.made_at,
        }
    )
    _language(made, calendar)
    for name in sorted({group for activity in school["activity"] for group in activity["groups"]}):
        made[Group].append({"id": id_of(name), "name": name, "created_at": calendar.made_at})
    told_at: dict[str, list[datetime]] = {}
    for experience in school["experience"]:
        told_at.setdefault(experience["student"], []).append(calendar.at(experience["days"], experience["time"]))
    for number, person in enumerate(school["person"]):
        _person(made, person, calendar)
        _device(made, person, DEVICES[person["kind"]][number % len(DEVICES[person["kind"]])], told_at.get(person["id"], []), calendar)
    for cover in school["cover"]:
        _cover(made, cover, calendar)
    for activity in school["activity"]:
        add_activity(made, activity, calendar)
    for goal in school["goal"]:
        mine = {"activity_id": id_of(goal["activity"]), "student_id": id_of(goal["student"])}
        made[ActivityGoal].append({**mine, "text": goal["text"], "changed_at": calendar.at(goal["days"], "19:20")})
    for number, experience in enumerate(school["experience"]):
        _experience(made, experience.get("id", f"experience-{number}"), experience, calendar)
    for conflict in school["conflict"]:
        _conflict(made, conflict, calendar)
    for conversation in school["conversation"]:
        add_conversation(made, conversation, calendar)
    for recognition in school["recognition"]:
        _recognition(made, recognition, calendar)
    for table in TABLES[1:]:
        for row in made[table]:
            row["school_id"] = id_of("school")
    return made


TABLES: tuple[type[Base], ...] = (
    School, Wording, QuestionWording, Group, Person,
    Role, Membership, DeviceSession, Cover, Guardianship, Invitation, LoginCard, Activity, ActivityGroup, ActivityGoal,
    Experience, ExperienceWord, ExperienceAnswer, Conflict, Conversation,
    Preparation, PreparationExperience, PreparationWord, PreparationAnswer, Submission, Reading, Agreement, Completion,
    RecognitionInvitation, Recognition, RecognitionWord, PreparationRecognition,
)  # fmt: skip


def _language(made: Rows, calendar: Calendar) -> None:
    """How the school words its language besides what Spoor brings along."""
    by = {"edition": 1, "hidden": False, "made_by": None, "made_at": calendar.made_at}
    made[School][0]["vocabulary_edition"] = 1
    made[Wording].extend({"id": id_of(word["key"]), "picture": "", "picture_size": 0, **word, **by} for word in told()["wording"])
    made[QuestionWording].extend({"id": id_of(question["key"]), "kind_hint": "", **question, **by} for question in told()["asked"])


def _person(made: Rows, person: Told, calendar: Calendar) -> None:
    key = id_of(person["id"])
    made[Person].append({
        "id": key, "kind": person["kind"], "number": person.get("number"), "given_name": person["given"], "infix": person["infix"], "family_name": person["family"],
        "addressed_as": person.get("addressed_as", ""), "job": person.get("job", ""), "email": person.get("email", ""),
        "birth_date": _born(person, calendar), "created_at": calendar.made_at,
    })  # fmt: skip
    for group, kind in ((person.get("group"), "student"), (person.get("mentors"), "mentor")):
        if group:
            made[Membership].append({"group_id": id_of(group), "person_id": key, "kind": kind})
    made[Role].extend({"person_id": key, "name": role} for role in person.get("roles", ()))
    for student in person.get("of", ()):
        _looks_along(made, person, student, calendar)
    if "card" in person:
        _card(made, person, calendar)


def _born(person: Told, calendar: Calendar) -> date | None:
    """Who has an `age` had their birthday `birthday` days ago, on whatever day this is."""
    if "age" not in person:
        return None
    then = calendar.today - timedelta(days=person["birthday"])
    return date(then.year - person["age"], then.month, min(then.day, 28))


def _looks_along(made: Rows, person: Told, student: str, calendar: Calendar) -> None:
    """Who is the guardian of whom; `accepted`: asked by the coordinator so many days ago, and said yes the day after."""
    pair = {"guardian_id": id_of(person["id"]), "student_id": id_of(student)}
    asked = calendar.at(person["accepted"], "16:30") if "accepted" in person else None
    said_yes = asked + timedelta(hours=20) if asked else None
    made[Guardianship].append({**pair, "made_by": id_of(_coordinator()) if asked else None, "made_at": asked, "accepted_at": said_yes})
    if asked:
        answered = {"made_at": asked, "ends_at": asked + INVITATION_LIFE, "accepted_at": said_yes}
        name = f"invitation/{person['id']}/{student}"
        made[Invitation].append({"id": id_of(name), **pair, "secret_hash": hashed(str(id_of(f"{name}/answered"))), "made_by": id_of(_coordinator()), **answered})


def _card(made: Rows, person: Told, calendar: Calendar) -> None:
    """A login card that was handed out `card` days ago, and used at once unless it says otherwise. Nobody has its code: it is on paper in a school that does not exist."""
    given = calendar.at(person["card"], "10:15")
    used = None if person.get("card_unused") else given + timedelta(minutes=25)
    name = f"card/{person['id']}"
    made[LoginCard].append(
        {
            "id": id_of(name),
            "person_id": id_of(person["id"]),
            "secret_hash": hashed(str(id_of(f"{name}/code"))),
            "made_by": id_of(_coordinator()),
            "made_at": given,
            "used_at": used,
        }
    )


def _device(made: Rows, person: Told, device: str, told_at: list[datetime], calendar: Calendar) -> None:
    """On what who lived in this school was let in, and when last: a student who told something, or used a card; who works here; a guardian who said yes. Nothing opens it."""
    kind, carded = person["kind"], "card" in person and not person.get("card_unused")
    moments = [moment for moment in told_at if moment < calendar.now]
    first = [moments and min(moments) - timedelta(minutes=20), carded and calendar.at(person["card"], "10:40"), "accepted" in person and calendar.at(person["accepted"], "16:30")]
    if kind == "staff":
        first, moments = [calendar.at(STAFF_SINCE, "08:15")], [calendar.at(STAFF_SEEN, "16:20")]
    started = min((moment for moment in first if moment), default=None)
    if started is None:
        return
    seen, roles = max([started, *moments]), frozenset(person.get("roles", ()))
    method = "mail" if kind == "guardian" else "card" if started in first[1:2] else "link"
    key = id_of(f"device/{person['id']}")
    made[DeviceSession].append({
        "id": key, "person_id": id_of(person["id"]), "token_hash": f"nobody's {key}", "device": device, "method": method,
        "let_in_by": id_of(_coordinator()) if kind == "student" else None, "started_at": started, "seen_at": seen,
        "lapses_at": limits_of(kind, roles, shared=False).lapses(started, seen),
    })  # fmt: skip


def _cover(made: Rows, cover: Told, calendar: Calendar) -> None:
    """A colleague stands in for some days."""
    first, last = (day_of(cover[name], calendar.today) for name in ("days", "until_days"))
    made[Cover].append({
        "id": id_of(f"cover/{cover['mentor']}"), "mentor_id": id_of(cover["mentor"]), "colleague_id": id_of(cover["colleague"]), "starts_on": first, "ends_on": last,
        "made_by": id_of(_coordinator()), "made_at": calendar.at(1, "09:00"),
    })  # fmt: skip


def add_activity(made: Rows, activity: Told, calendar: Calendar, key: UUID | None = None) -> None:
    """The rows of one activity, planned by the coordinator."""
    key = key or id_of(activity["id"])
    begins, ends = calendar.span(activity)
    made[Activity].append({
        "id": key, "kind": activity["kind"], "title": activity["title"], "place": activity["place"], "starts_at": begins, "ends_at": ends,
        "made_by": id_of(_coordinator()), "made_at": min(begins, calendar.now) - timedelta(days=21),
    })  # fmt: skip
    made[ActivityGroup].extend({"activity_id": key, "group_id": id_of(group)} for group in activity["groups"])


def _coordinator() -> str:
    return next(str(person["id"]) for person in told()["person"] if "coordinator" in person.get("roles", ()))


def _experience(made: Rows, name: str, experience: Told, calendar: Calendar) -> None:
    then = calendar.at(experience["days"], experience["time"])
    made[Experience].append({
        "id": id_of(name), "student_id": id_of(experience["student"]), "activity_id": id_of(experience["activity"]) if "activity" in experience else None,
        "text": experience.get("text", ""), "face": experience.get("face"), "happened_at": then, "captured_at": then, "arrived_at": then, "changed_at": then, "revisions": {},
        "together_with": experience.get("together_with", ""),
        "sought": sought_in(STANDARD, experience.get("text", ""),
                            [ExperienceWord(**{"word": None, "own": "", "evidence": "", "edition": 0, **word}) for _, word in _words(experience)],
                            experience.get("answers", {}).values()),
    })  # fmt: skip
    made[ExperienceAnswer].extend({"experience_id": id_of(name), "field": field, "text": text} for field, text in experience.get("answers", {}).items())
    for position, (kind, word) in enumerate(_words(experience)):
        made[ExperienceWord].append({
            "id": id_of(f"{name}/word/{position}"), "experience_id": id_of(name), "kind": kind, "word": word.get("word"), "own": word.get("own", ""),
            "evidence": word.get("evidence", ""), "position": position,
        })  # fmt: skip


def _conflict(made: Rows, conflict: Told, calendar: Calendar) -> None:
    """What a student saved from another device, kept beside what stands."""
    of = next(experience for experience in told()["experience"] if experience.get("id") == conflict["experience"])
    name = f"{conflict['experience']}/conflict/{conflict['field']}"
    made[Conflict].append({
        "id": id_of(name), "person_id": id_of(of["student"]), "subject_id": id_of(conflict["experience"]), "field": conflict["field"],
        "value": {"value": conflict["value"]}, "mutation_id": id_of(f"{name}/mutation"), "made_at": calendar.at(conflict["days"], conflict["time"]),
    })  # fmt: skip


def _words(experience: Told) -> list[tuple[str, Told]]:
    return [("quality", word) for word in experience.get("qualities", ())] + [("motive", word) for word in experience.get("motives", ())]


def add_conversation(made: Rows, talk: Told, calendar: Calendar, key: UUID | None = None) -> None:
    """The rows of one talk, with what was laid ready for it and what was agreed in it."""
    key, held = key or id_of(talk["id"]), talk["state"] == "held"
    starts = calendar.at(talk["days"], talk["start"])
    made[Conversation].append({
        "id": key, "student_id": id_of(talk["student"]), "mentor_id": id_of(talk["mentor"]), "starts_at": starts, "minutes": talk["minutes"],
        "place_kind": talk["place_kind"], "place": talk["place"], "made_by": id_of(talk["mentor"]), "made_at": min(starts, calendar.at(0, "09:00")) - timedelta(days=10),
        "started_at": starts if held else None, "held_at": starts + timedelta(minutes=talk["minutes"]) if held else None, "summary": talk.get("summary", ""),
    })  # fmt: skip
    if talk["state"] != "planned":
        _preparation(made, talk, key, starts, calendar)
    if "agreement" in talk:
        _agreement(made, talk, key, starts, calendar)


def _preparation(made: Rows, talk: Told, key: UUID, starts: datetime, calendar: Calendar) -> None:
    ready = min(starts - timedelta(days=1), calendar.at(1, "16:10"))
    made[Preparation].append({"conversation_id": key, "student_id": id_of(talk["student"]), "question": talk.get("question", ""), "revisions": {}, "changed_at": ready})
    chosen = talk.get("experiences", [])
    seen = [{"conversation_id": key, "recognition_id": id_of(f"recognition/{name}"), "position": position} for position, name in enumerate(talk.get("recognitions", ()))]
    made[PreparationRecognition].extend(seen)
    made[PreparationExperience].extend({"conversation_id": key, "experience_id": id_of(name), "position": position} for position, name in enumerate(chosen))
    made[PreparationAnswer].extend(
        {"conversation_id": key, "question_id": answer["question"], "text": answer["text"], "position": position} for position, answer in enumerate(talk.get("answers", ()))
    )
    if talk["state"] == "started_preparing":
        return
    for position, (kind, word) in enumerate(_chosen_words(chosen)):
        made[PreparationWord].append(
            {"id": id_of(f"{talk['id']}/word/{position}"), "conversation_id": key, "kind": kind, "word": word.get("word"), "own": word.get("own", ""), "position": position}
        )
    submission = id_of(f"{talk['id']}/submission")
    made[Submission].append({"id": submission, "conversation_id": key, "person_id": id_of(talk["student"]), "submitted_at": ready, "experiences": _copies(chosen)})
    if talk["days"] >= READ_WITHIN:
        made[Reading].append(
            {
                "id": id_of(f"{talk['id']}/reading"),
                "submission_id": submission,
                "conversation_id": key,
                "person_id": id_of(talk["mentor"]),
                "read_at": ready + timedelta(minutes=50),
            }
        )


def _copies(names: list[str]) -> dict[str, Any]:
    """What these experiences say, as a submission keeps it."""
    return {
        str(id_of(experience["id"])): copy_of(
            experience.get("text", ""),
            experience.get("face"),
            [(kind, word.get("word"), word.get("own", ""), word.get("evidence", ""), 0) for kind, word in _words(experience)],
            said={field: Answered(text) for field, text in {**experience.get("answers", {}), **_goal_of(experience)}.items()},
        )
        for experience in told()["experience"]
        if experience.get("id") in names
    }


def _goal_of(experience: Told) -> dict[str, str]:
    """What the student wanted to find out in the activity of this experience, as a copy holds it."""
    of = (experience["student"], experience.get("activity"))
    return next(({GOAL: goal["text"]} for goal in told()["goal"] if (goal["student"], goal["activity"]) == of), {})


def _chosen_words(experiences: list[str]) -> list[tuple[str, Told]]:
    """The first quality and the first motive of what is laid ready, no word twice."""
    found: dict[str, tuple[str, Told]] = {}
    for experience in told()["experience"]:
        if experience.get("id") in experiences:
            for kind in ("quality", "motive"):
                first = next((word for of, word in _words(experience) if of == kind), None)
                if first is not None:
                    found.setdefault(first.get("word") or first["own"], (kind, first))
    return list(found.values())


def _recognition(made: Rows, seen: Told, calendar: Calendar) -> None:
    """What somebody saw in a student, and when the student kept it and thanked for it. By the student's code where they met so: it was used up."""
    key, given = id_of(f"recognition/{seen['id']}"), calendar.at(seen["days"], seen["time"])
    by_code = id_of(f"recognition/{seen['id']}/code") if "guest" in seen or seen.get("by_code") else None
    if by_code:
        made_at = given - timedelta(minutes=4)
        link = {"id": by_code, "student_id": id_of(seen["student"]), "secret_hash": hashed(str(id_of(f"{by_code}/used")))}
        made[RecognitionInvitation].append({**link, "made_at": made_at, "ends_at": made_at + LINK_LIFE, "used_at": given})
    evening = {name: calendar.at(seen[name], "19:05") if name in seen else None for name in ("kept", "thanked")}
    made[Recognition].append({
        "id": key, "student_id": id_of(seen["student"]), "giver_id": id_of(seen["giver"]) if "giver" in seen else None, "invitation_id": by_code,
        "guest_name": seen.get("guest", ""), "guest_role": seen.get("role", ""), "sentence": seen["sentence"], "given_at": given, "kept_at": evening["kept"],
        "thanked_at": evening["thanked"],
    })  # fmt: skip
    made[RecognitionWord].extend({"recognition_id": key, "word": word, "position": position} for position, word in enumerate(seen["words"]))


def _agreement(made: Rows, talk: Told, key: UUID, starts: datetime, calendar: Calendar) -> None:
    agreed, name = talk["agreement"], id_of(f"{talk['id']}/agreement")
    due = day_of(agreed["due_days"], calendar.today)
    made_at = starts + timedelta(minutes=talk["minutes"])
    made[Agreement].append({
        "id": name, "conversation_id": key, "student_id": id_of(talk["student"]), "what": agreed["what"], "due_on": due, "helper": agreed["helper"],
        "made_by": id_of(talk["mentor"]), "made_at": made_at,
    })  # fmt: skip
    if agreed["done"]:
        done_at = max(made_at, min(at(due, time(17), ZONE), calendar.at(1, "17:00")))
        made[Completion].append({"agreement_id": name, "person_id": id_of(talk["student"]), "done_at": done_at})
