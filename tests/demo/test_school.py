"""The demo school is believable: everything in it resolves, nobody says what another said, and its dates make sense on any day."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from server.activity.models import KINDS, Activity, ActivityGroup
from server.conversation.models import MOST_EXPERIENCES, PLACE_KINDS, Agreement, Completion, Conversation, Preparation, PreparationExperience, Reading, Submission
from server.core.clock import local
from server.demo.links import ROLES
from server.demo.school import ZONE, id_of, rows, told
from server.experience.models import FACES, LONGEST_WORD, MOST_WORDS, Experience
from server.people.models import DeviceSession
from server.recognition.models import MOST_WORDS as MOST_SEEN
from server.recognition.models import Recognition
from server.sign_in.models import LoginCard
from server.vocabulary.questions import standard_questions
from server.vocabulary.words import standard_words

DAYS = [datetime(2026, 11, 23, 13, 0, tzinfo=UTC) + timedelta(days=number) for number in range(7)]
HOURS = [datetime(2026, 11, 24, hour, 3, tzinfo=UTC) for hour in (23, 0, 5, 8, 20)]
SENTENCE = re.compile(r"[.!?\n]+")


def test_it_has_two_groups_of_12_to_14_two_mentors_a_teacher_a_concierge_a_coordinator_and_guardians() -> None:
    people = told()["person"]
    groups = Counter(person["group"] for person in people if person["kind"] == "student")
    assert len(groups) == 2 and all(12 <= size <= 14 for size in groups.values())
    assert {person["mentors"] for person in people if person.get("mentors")} == set(groups)
    jobs = " ".join(person.get("job", "") for person in people)
    assert "docent" in jobs and "conciërge" in jobs
    assert sum("coordinator" in person.get("roles", ()) for person in people) == 1
    assert [person for person in people if person["kind"] == "guardian" and person["of"]]


def test_every_reference_resolves() -> None:
    school = told()
    people = {person["id"]: person for person in school["person"]}
    activities, experiences = {activity["id"] for activity in school["activity"]}, {known["id"]: known for known in school["experience"] if "id" in known}
    groups = {person.get("group") for person in school["person"]} - {None}
    assert set(ROLES.values()) <= set(people)
    for person in school["person"]:
        assert all(people[student]["kind"] == "student" for student in person.get("of", ()))
    for activity in school["activity"]:
        assert activity["kind"] in KINDS and set(activity["groups"]) <= groups
    for experience in school["experience"]:
        assert people[experience["student"]]["kind"] == "student" and experience.get("activity") in activities | {None}
        assert experience.get("face") in {*FACES, None} and (experience.get("text") or (experience.get("face") and experience.get("activity")))
        for kind in ("qualities", "motives"):
            words = experience.get(kind, [])
            assert len(words) <= MOST_WORDS
            for word in words:
                assert standard_words()[word["word"]].kind == ("quality" if kind == "qualities" else "motive") if "word" in word else 0 < len(word["own"]) <= LONGEST_WORD
    for seen in school["recognition"]:
        assert people[seen["student"]]["kind"] == "student" and (people[seen["giver"]]["kind"] == "staff" if "giver" in seen else seen["guest"] and seen["role"])
        assert 0 < len(seen["words"]) <= MOST_SEEN and all(standard_words()[word].kind == "quality" for word in seen["words"])
    for talk in school["conversation"]:
        assert people[talk["mentor"]].get("mentors") == people[talk["student"]]["group"] and talk["place_kind"] in PLACE_KINDS
        assert len(talk.get("experiences", ())) <= MOST_EXPERIENCES
        assert all(experiences[known]["student"] == talk["student"] for known in talk.get("experiences", ()))
        assert all(standard_questions()[answer["question"]].moment == "prepare" for answer in talk.get("answers", ()))


def test_every_id_is_used_once() -> None:
    school = told()
    ids = Counter(thing["id"] for kind in ("person", "activity", "experience", "conversation") for thing in school[kind] if "id" in thing)
    assert [name for name, times in ids.items() if times > 1] == []


def test_some_150_experiences_of_every_length_and_no_two_share_a_sentence() -> None:
    texts = [experience["text"] for experience in told()["experience"] if experience.get("text")]
    assert 140 <= len(told()["experience"]) <= 180
    assert min(map(len, texts)) < 30 and max(map(len, texts)) > 200
    evidence = [word["evidence"] for experience in told()["experience"] for kind in ("qualities", "motives") for word in experience.get(kind, ()) if word.get("evidence")]
    sentences = Counter(sentence.strip().lower() for text in texts + evidence for sentence in SENTENCE.split(text) if sentence.strip())
    assert [sentence for sentence, times in sentences.items() if times > 1] == []


def test_every_kind_of_activity_happened_in_the_year() -> None:
    assert {activity["kind"] for activity in told()["activity"]} == set(KINDS)


@pytest.mark.parametrize("now", DAYS + HOURS, ids=lambda now: f"{now:%a %H:%M}")
def test_on_any_day_and_hour_things_happen_in_an_order_that_makes_sense(now: datetime) -> None:
    made = rows(now)
    activities, talks = {row["id"]: row for row in made[Activity]}, {row["id"]: row for row in made[Conversation]}
    assert all(row["starts_at"] < row["ends_at"] for row in made[Activity])
    for row in made[Experience]:
        assert row["happened_at"] <= now
        assert row["activity_id"] is None or activities[row["activity_id"]]["starts_at"] < row["happened_at"]
    experiences, prepared = {row["id"]: row for row in made[Experience]}, {row["conversation_id"]: row for row in made[Preparation]}
    for row in made[PreparationExperience]:
        assert experiences[row["experience_id"]]["happened_at"] < talks[row["conversation_id"]]["starts_at"]
        assert experiences[row["experience_id"]]["happened_at"] <= prepared[row["conversation_id"]]["changed_at"]
    for row in made[Submission]:
        assert talks[row["conversation_id"]]["made_at"] < row["submitted_at"] < min(now, talks[row["conversation_id"]]["starts_at"])
    assert all(row["read_at"] < now for row in made[Reading])
    agreements = {row["id"]: row for row in made[Agreement]}
    for row in made[Completion]:
        assert agreements[row["agreement_id"]]["made_at"] <= row["done_at"] < now


@pytest.mark.parametrize("now", DAYS + HOURS, ids=lambda now: f"{now:%a %H:%M}")
def test_an_activity_ended_today_a_talk_is_in_three_days_one_was_held_and_an_agreement_is_open(now: datetime) -> None:
    made, today = rows(now), local(now, ZONE).date()
    of_3b = {row["activity_id"] for row in made[ActivityGroup] if row["group_id"] == id_of("3B")}
    assert [row for row in made[Activity] if row["id"] in of_3b and local(row["ends_at"], ZONE).date() == today and row["ends_at"] <= now]
    of_samira = [row for row in made[Conversation] if row["student_id"] == id_of("samira")]
    assert [row for row in of_samira if local(row["starts_at"], ZONE).date() - today == timedelta(days=3) and row["held_at"] is None]
    assert [row for row in of_samira if row["held_at"]]
    done = {row["agreement_id"] for row in made[Completion]}
    assert [row for row in made[Agreement] if row["student_id"] == id_of("samira") and row["id"] not in done and row["due_on"] >= today]
    assert done


@pytest.mark.parametrize("now", DAYS, ids=lambda now: f"{now:%a}")
def test_who_told_something_or_used_a_card_was_let_in_before_that_on_a_device_that_nobody_has(now: datetime) -> None:
    made = rows(now)
    since = {row["person_id"]: row["started_at"] for row in made[DeviceSession]}
    assert all(since[row["student_id"]] < row["captured_at"] for row in made[Experience])
    assert all(since[row["person_id"]] <= row["used_at"] for row in made[LoginCard] if row["used_at"])
    assert all(row["started_at"] <= row["seen_at"] < now and re.fullmatch(r"[0-9a-f]{64}", row["token_hash"]) is None for row in made[DeviceSession])
    people = {id_of(person["id"]): person for person in told()["person"]}
    assert 0 < sum(people[who]["kind"] == "student" for who in since) < sum(person["kind"] == "student" for person in told()["person"]), "some never came"


def test_nothing_but_what_the_demo_promises_falls_in_a_weekend() -> None:
    for now in DAYS:
        promised = {local(now, ZONE).date(), local(now, ZONE).date() + timedelta(days=3)}
        days = {local(row["starts_at"], ZONE).date() for table in (Activity, Conversation) for row in rows(now)[table]} - promised
        assert all(day.weekday() < 5 for day in days)


@pytest.mark.parametrize("now", DAYS + HOURS)
def test_what_somebody_saw_is_past_and_was_kept_after_it_was_said(now: datetime) -> None:
    made = rows(now)[Recognition]
    assert any(seen["kept_at"] is None for seen in made) and any(seen["guest_name"] for seen in made) and any(seen["thanked_at"] for seen in made)
    for seen in made:
        assert all(seen["given_at"] < later <= now for later in (seen["kept_at"], seen["thanked_at"]) if later) and seen["given_at"] < now
