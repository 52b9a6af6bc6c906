"""One small world for all tests: two schools and the people in them, by name. Dates hang on the `now` it is made with."""

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy.orm import Session

from server.activity.models import Activity, ActivityGroup
from server.conversation.models import Agreement, Conversation, Preparation, PreparationExperience
from server.core.security import hashed
from server.experience.models import Experience, ExperienceWord
from server.people.models import DeviceSession, Group, Guardianship, Membership, Person, Role, School

STUDENTS = {"samira": ("Samira", "", "Aït Ben", "3B"), "daan": ("Daan", "", "Vos", "3B"), "noor": ("Noor", "", "Peters", "3B"), "ilse": ("Ilse", "van den", "Berg", "3C")}
STAFF = {
    "deboer": ("Marten", "de", "Boer", "meneer De Boer", "mentor", "3B", ()),
    "kramer": ("Willemijn", "", "Kramer", "", "mentor", "3C", ()),
    "anja": ("Anja", "", "Postma", "", "kantine", None, ()),
    "wouters": ("Els", "", "Wouters", "", "LOB-coördinator", None, ("coordinator",)),
    "vries": ("Jan", "de", "Vries", "", "applicatiebeheerder", None, ("admin",)),
}


def id_of(name: str) -> UUID:
    """The key of a thing in this world, by name: `id_of("samira")`, `id_of("koken")`."""
    return uuid5(NAMESPACE_URL, f"spoor-world:{name}")


def token_of(name: str) -> str:
    """The cookie of a person's device: everybody in this world is signed in on one."""
    return f"token-of-{name}"


def fill(session: Session, now: datetime) -> None:
    """Put the world in an empty database."""
    for school, name in (("waal", "De Waal College"), ("other", "De Andere School")):
        session.add(School(id=id_of(school), name=name, trusted_name="Mevrouw Bakker", trusted_contact="lokaal 1.03", created_at=now))
    session.flush()
    for group, school in (("3B", "waal"), ("3C", "waal"), ("4A", "other")):
        session.add(Group(id=id_of(group), school_id=id_of(school), name=group, created_at=now))
    _person(session, now, "karim", "waal", "guardian", ("Karim", "", "Aït Ben"))
    for name, (given, infix, family, group) in STUDENTS.items():
        _person(session, now, name, "waal", "student", (given, infix, family), group=group, number=f"0045{len(name)}{ord(name[0])}")
    for name, (given, infix, family, addressed, job, group, roles) in STAFF.items():
        _person(session, now, name, "waal", "staff", (given, infix, family), addressed=addressed, job=job, group=group, roles=roles)
    _person(session, now, "olga", "other", "student", ("Olga", "", "Smit"), group="4A", number="1")
    _person(session, now, "prins", "other", "staff", ("Piet", "", "Prins"), group="4A")
    _person(session, now, "otto", "other", "staff", ("Otto", "", "Haan"), roles=("coordinator", "admin"))
    session.add(Guardianship(guardian_id=id_of("karim"), student_id=id_of("samira"), school_id=id_of("waal"), accepted_at=now))
    _what_happened(session, now)


def _person(session: Session, now: datetime, name: str, school: str, kind: str, parts: tuple[str, str, str], *, addressed: str = "", job: str = "",
            group: str | None = None, number: str | None = None, roles: tuple[str, ...] = ()) -> None:  # fmt: skip
    given, infix, family = parts
    session.add(
        Person(
            id=id_of(name), school_id=id_of(school), kind=kind, number=number, given_name=given, infix=infix, family_name=family, addressed_as=addressed, job=job, created_at=now
        )
    )
    session.flush()
    for role in roles:
        session.add(Role(person_id=id_of(name), name=role, school_id=id_of(school)))
    if group:
        session.add(Membership(group_id=id_of(group), person_id=id_of(name), kind="student" if kind == "student" else "mentor", school_id=id_of(school)))
    session.add(
        DeviceSession(
            id=id_of(f"session-{name}"),
            school_id=id_of(school),
            person_id=id_of(name),
            token_hash=hashed(token_of(name)),
            device="Android · Chrome",
            started_at=now,
            seen_at=now,
            confirmed_at=now,
        )
    )


def _what_happened(session: Session, now: datetime) -> None:
    for name, kind, title, place, starts, group in (
        ("bouw", "shadowing", "Meeloopdag", "Bouwbedrijf Jansen", now - timedelta(hours=5), "3B"),
        ("koken", "practical_cooking", "Praktijkmodule koken", "", now - timedelta(days=5, hours=2), "3B"),
        ("opendag", "open_day", "Open dag", "ROC Rivierenland", now + timedelta(days=9), "3B"),
        ("elders", "workshop", "Workshop", "", now - timedelta(hours=4), "4A"),
    ):
        school = id_of("other" if group == "4A" else "waal")
        session.add(Activity(id=id_of(name), school_id=school, kind=kind, title=title, place=place, starts_at=starts, ends_at=starts + timedelta(hours=2), made_at=now))
        session.flush()
        session.add(ActivityGroup(activity_id=id_of(name), group_id=id_of(group), school_id=school))
    for name, student, activity, days, text, face in (
        ("soep", "samira", "koken", 5, "Koken voor 24 mensen. Eerst was het chaos, toen heb ik de taken verdeeld en ging het beter.", 4),
        ("oma", "samira", None, 12, "Taart voor oma. Ik woog alles af op de gram.", 5),
        ("ziekenhuis", "samira", None, 30, "Bezoek aan het ziekenhuis. Mijn geheim.", 2),
        ("daans", "daan", "koken", 5, "Uien gesneden", 3),
        ("olgas", "olga", "elders", 0, "Iets van een andere school", 3),
    ):
        school, then = id_of("other" if student == "olga" else "waal"), now - timedelta(days=days, minutes=30)
        session.add(
            Experience(id=id_of(name), school_id=school, student_id=id_of(student), activity_id=activity and id_of(activity), text=text, face=face, happened_at=then,
                       captured_at=then, arrived_at=then, changed_at=then, revision=1, revisions={})
        )  # fmt: skip
    session.flush()
    for position, (experience, kind, word, evidence) in enumerate((
        ("soep", "quality", "working-together", "Ik heb de taken verdeeld."),
        ("soep", "motive", "helping-others", "Iedereen kon eten."),
        ("oma", "quality", "working-together", ""),
    )):  # fmt: skip
        session.add(
            ExperienceWord(id=id_of(f"word-{position}"), school_id=id_of("waal"), experience_id=id_of(experience), kind=kind, word=word, evidence=evidence, position=position)
        )
    for name, student, mentor, days, held in (
        ("gesprek", "samira", "deboer", 3, False),
        ("vorig", "samira", "deboer", -49, True),
        ("daans-gesprek", "daan", "deboer", 6, False),
        ("ilses-gesprek", "ilse", "kramer", 3, False),
        ("olgas-gesprek", "olga", "prins", 3, False),
    ):
        school, then = id_of("other" if student == "olga" else "waal"), now + timedelta(days=days)
        session.add(
            Conversation(
                id=id_of(name), school_id=school, student_id=id_of(student), mentor_id=id_of(mentor), starts_at=then, minutes=20, place_kind="room", place="lokaal 2.14",
                made_by=id_of(mentor), made_at=now - timedelta(days=60), started_at=then if held else None, held_at=then if held else None,
                summary="Samen vertelden we over koken." if held else "",
            )
        )  # fmt: skip
    session.flush()
    session.add(Preparation(conversation_id=id_of("gesprek"), school_id=id_of("waal"), student_id=id_of("samira"), question="", revision=1, revisions={}, changed_at=now))
    session.flush()
    session.add(PreparationExperience(conversation_id=id_of("gesprek"), experience_id=id_of("soep"), school_id=id_of("waal"), position=0))
    session.add(
        Agreement(
            id=id_of("afspraak"), school_id=id_of("waal"), conversation_id=id_of("vorig"), student_id=id_of("samira"), what="Vraag een stageplek bij de bakker",
            due_on=(now + timedelta(days=7)).date(), helper="mijn oom", made_by=id_of("deboer"), made_at=now - timedelta(days=49),
        )
    )  # fmt: skip
