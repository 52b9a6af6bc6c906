"""One afternoon in which everybody writes everything there is to write, step by step, for tests that look after each step."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from httpx import Response
from sqlalchemy import select, update

from server.conversation.models import Agreement
from server.core import clock
from server.core.db import Database
from server.people.models import DeviceSession, Person
from server.reminder.actions import schedule
from server.reminder.models import Reminder
from server.settings import Settings
from server.sign_in.cards import make_cards, new_card_code
from server.sign_in.links import make_code, make_link
from server.worker import send_due
from tests.browsing import Browsing
from tests.roster.test_roster import HEAD
from tests.whole import DEVICE, PHOTO
from tests.world import id_of

TALK = f"/conversations/{id_of('gesprek')}"
PREPARATION = f"{TALK}/preparation"
WHEN = {"time": "11:20", "minutes": "20", "place_kind": "room", "place": "lokaal 2.14"}
ACTIVITY = {"kind": "workshop", "title": "Lassen", "place": "", "date": "2026-12-01", "start": "09:00", "end": "10:00", "groups": str(id_of("3B"))}

PRIVATE = {"text": "zqtekst", "evidence": "zqbewijs", "own": "zqeigen", "deep": "zqdiep", "after": "zqnavraag", "aim": "zqdoel"}
"""In an experience that samira shows to nobody."""

SHARED = {"text": "zqsoep", "evidence": "zqproef", "own": "zqkruid", "answer": "zqantwoord", "word": "zqwoord", "question": "zqvraag", "alt": "zqfoto", "deep": "zqverhaal",
          "aim": "zqstreven"}  # fmt: skip
"""What samira lays ready for her talk with meneer De Boer."""

TOGETHER = {"summary": "zqsamen", "what": "zqafspraak", "helper": "zqoom"}
"""What came of that talk: of the two of them."""

RECOGNISED = {"sentence": "zqzag"}
"""What meneer De Boer saw in samira: of her, and known to him."""

BY_GUEST = {"sentence": "zqgast", "name": "zqhenk", "role": "zqtrainer"}
"""What somebody said by her link: hers alone, until she asks her mentor to look."""

MARKS = frozenset({*PRIVATE.values(), *SHARED.values(), *TOGETHER.values(), *RECOGNISED.values(), *BY_GUEST.values()})


class NoServices:
    """The push services: none is there, so every message waits in the app."""

    async def deliver(self, messages: list[Any], note: Any) -> None:
        for message in messages:
            raise AssertionError(f"{message} would have left the building")


def journey(browsing: Browsing, database: Database, settings: Settings) -> Iterator[str]:
    """Everybody's writes in a believable order; gives the name of each when it is stored. Each is checked to have been."""
    yield from _telling(browsing)
    yield from _planning(browsing)
    yield from _preparing(browsing)
    yield from _talking(browsing, database)
    yield from _recognising(browsing)
    yield from _the_school(browsing)
    yield from _keeping(browsing)
    yield from _ones_own(browsing, database)
    yield from _letting_in(browsing, database)
    yield from _messages(browsing, database, settings)


def stored(answer: Response, status: int = 303) -> Response:
    assert answer.status_code == status, f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:2000]}"
    return answer


def tell(browsing: Browsing, path: str, base: int, step: str, **fields: Any) -> None:
    stored(browsing.samira.post(f"/experiences/{path}", {"step": step, "base": str(base), "mutation": str(uuid4()), "go": "stop", **fields}))


def _telling(browsing: Browsing) -> Iterator[str]:
    new = str(uuid4())
    tell(browsing, new, 0, "text", text=f"Thuis was het druk. {PRIVATE['text']}")
    yield "samira tells something"
    tell(browsing, new, 1, "face", face="2", activity=str(id_of("bouw")))
    yield "samira says how it was, and that it was the activity of today"
    own = PRIVATE["own"]
    tell(browsing, new, 2, "qualities", **{"qualities-own": own, f"qualities-evidence-own:{own}": f"Mijn broer. {PRIVATE['evidence']}"})
    yield "samira finds a word of her own"
    tell(browsing, new, 9, "situation", **{"answer:situation": f"Bij ons thuis. {PRIVATE['deep']}"})
    yield "samira says where it was"
    tell(browsing, new, 9, "question:after-happy-with", **{"answer:question:after-happy-with": f"Niets. {PRIVATE['after']}"})
    yield "samira answers the question right after"
    yield from _aiming(browsing)
    own = SHARED["own"]
    tell(browsing, str(id_of("soep")), 1, "text", text=f"Koken voor 24 mensen. {SHARED['text']}")
    yield "samira changes a text"
    tell(browsing, str(id_of("soep")), 1, "text", text=f"Van de laptop, die dat niet wist. {PRIVATE['text']}")
    yield "samira changes the same text on another device"
    choice = re.findall(r'action="(/experiences/[^"]+/choice)"', browsing.samira.get(f"/experiences/{id_of('soep')}").text)[-1]
    stored(browsing.samira.post(choice, {"keep": "stored", "base": "2"}))
    yield "samira says which of the two stays"
    tell(browsing, str(id_of("soep")), 2, "motives", **{"motives-own": own, f"motives-evidence-own:{own}": f"Iedereen at mee. {SHARED['evidence']}"})
    yield "samira changes her motives"
    tell(browsing, str(id_of("soep")), 9, "reflection", **{"answer:reflection": f"Ik was trots. {SHARED['deep']}"})
    yield "samira says what she thinks of it now"
    yield from _showing(browsing, f"/experiences/{id_of('soep')}/media/{uuid4()}")
    stored(browsing.samira.post(f"/experiences/{new}/deletion"))
    yield "samira deletes it"
    stored(browsing.samira.delete(f"/experiences/{new}/deletion"))
    yield "samira brings it back"


def _aiming(browsing: Browsing) -> Iterator[str]:
    for activity, aim in (("opendag", PRIVATE["aim"]), ("koken", SHARED["aim"])):
        stored(browsing.samira.post(f"/activities/{id_of(activity)}/goal", {"text": f"Of het iets voor mij is. {aim}", "base": "0"}))
        yield f"samira says what she wants to find out: {activity}"


def _showing(browsing: Browsing, media: str) -> Iterator[str]:
    stored(browsing.samira.post(media, {"kind": "photo"}, files={"file": (f"{PRIVATE['text']}.jpg", PHOTO, "image/jpeg")}))
    yield "samira adds a photo"
    stored(browsing.samira.post(f"{media}/alt", {"alt": f"Een pan. {SHARED['alt']}"}))
    yield "samira says what can be seen on it"
    stored(browsing.samira.post(f"{media}/deletion"))
    yield "samira takes the photo away"
    stored(browsing.samira.delete(f"{media}/deletion"))
    yield "samira brings the photo back"


def _planning(browsing: Browsing) -> Iterator[str]:
    new = str(uuid4())
    stored(browsing.deboer.post("/conversations", {"id": new, "student": str(id_of("noor")), "date": "2026-12-07", **WHEN}))
    yield "meneer De Boer plans a talk with noor"
    stored(browsing.deboer.post(f"/conversations/{new}", {"revision": "1", "date": "2026-12-08", **WHEN}))
    yield "meneer De Boer moves it"
    stored(browsing.deboer.post(f"/conversations/{new}/cancellation"))
    yield "meneer De Boer calls it off"
    stored(browsing.deboer.delete(f"/conversations/{new}/cancellation"))
    yield "it goes on after all"
    stored(browsing.deboer.post("/conversations", {"id": str(uuid4()), "student": str(id_of("daan")), "now": "1"}))
    yield "meneer De Boer and daan just begin"


def prepare(browsing: Browsing, number: int, base: int, **fields: Any) -> None:
    stored(browsing.samira.post(PREPARATION, {"step": str(number), "base": str(base), "mutation": str(uuid4()), **fields}))


def _preparing(browsing: Browsing) -> Iterator[str]:
    prepare(browsing, 1, 1, experience=[str(id_of("soep")), str(id_of("oma"))])
    yield "samira chooses what to tell"
    asked = re.findall(r'name="(answer:[^"]+)"', browsing.samira.get(f"{PREPARATION}?step=2").text)
    prepare(browsing, 2, 2, word=f"quality:own:{SHARED['word']}", **({asked[0]: f"Dat ik durf. {SHARED['answer']}"} if asked else {}))
    assert asked, "no question was asked in step 2"
    yield "samira chooses words and answers a question"
    prepare(browsing, 3, 3, question=f"Past kok bij mij? {SHARED['question']}", go="stop")
    yield "samira asks a question"


def _talking(browsing: Browsing, database: Database) -> Iterator[str]:
    stored(browsing.samira.post(f"{TALK}/submission"))
    yield "samira shows it"
    stored(browsing.deboer.get(TALK), 200)
    yield "meneer De Boer reads it"
    stored(browsing.samira.delete(f"{TALK}/submission"))
    yield "samira takes it back"
    stored(browsing.samira.post(f"{TALK}/submission"))
    yield "samira shows it again"
    stored(browsing.samira.post(f"/experiences/{id_of('oma')}/deletion"))
    yield "samira deletes something that was shown"
    stored(browsing.samira.delete(f"/experiences/{id_of('oma')}/deletion"))
    yield "samira brings back something that was shown"
    stored(browsing.deboer.post(f"{TALK}/start"))
    yield "the talk begins"
    stored(browsing.deboer.delete(f"{TALK}/start"))
    yield "the talk did not begin"
    stored(browsing.deboer.post(f"{TALK}/start"))
    stored(browsing.deboer.post(f"{TALK}/outcome", {"revision": "1", "due_on": "2026-12-10", **TOGETHER}))
    yield "meneer De Boer writes down what came of it"
    with database.reading() as session:
        agreed = session.scalar(select(Agreement.id).where(Agreement.conversation_id == id_of("gesprek")))
    stored(browsing.samira.post(f"/agreements/{agreed}/completion"))
    yield "samira did what was agreed"
    stored(browsing.deboer.delete(f"/agreements/{agreed}/completion"))
    yield "it was not done after all"


def _recognising(browsing: Browsing) -> Iterator[str]:
    def of_samira(act: str) -> None:
        stored(browsing.samira.post(f"/recognitions/{new}/{act}"))

    new, said = str(uuid4()), {"word": "persevering", "sentence": f"Ik zag dat je bleef. {RECOGNISED['sentence']}"}
    stored(browsing.deboer.post("/recognitions", {"id": new, "student": str(id_of("samira")), **said}))
    yield "meneer De Boer says what he saw in samira"
    of_samira("thanks")
    yield "samira thanks him"
    of_samira("keeping")
    yield "samira keeps it"
    of_samira("aside")
    yield "samira puts it aside"
    other = str(uuid4())
    stored(browsing.deboer.post("/recognitions", {"id": other, "student": str(id_of("daan")), **said, "sentence": "Oeps."}))
    yield "meneer De Boer says it to the wrong student"
    stored(browsing.deboer.delete(f"/recognitions/{other}"))
    yield "meneer De Boer takes it back"
    of_samira("block")
    yield "samira wants to hear no more of him"
    stored(browsing.samira.delete(f"/recognitions/blocks/{id_of('deboer')}"))
    yield "samira wants to hear of him again"
    made = stored(browsing.samira.post("/recognitions/invitations"), 200)
    yield "samira makes a link"
    stored(browsing.fifth_nobody.post(re.findall(r"/r/[\w-]+", made.text)[0], {**said, **BY_GUEST}))
    yield "a guest says what they saw"
    [new] = re.findall(r'id="recognition-([0-9a-f-]{36})"', browsing.samira.get("/recognitions").text)[:1]
    of_samira("report")
    yield "samira asks her mentor to look"
    stored(browsing.deboer.get(f"/recognitions/{new}"), 200)
    yield "meneer De Boer looks"
    stored(browsing.deboer.post(f"/recognitions/{new}/outcome", {"outcome": "talked"}))
    yield "meneer De Boer talked about it with samira"


def _the_school(browsing: Browsing) -> Iterator[str]:
    new = str(uuid4())
    stored(browsing.wouters.post("/activities", {"id": new, **ACTIVITY}))
    yield "wouters plans an activity"
    stored(browsing.wouters.post(f"/activities/{new}", {**ACTIVITY, "revision": "1", "title": "Lassen en solderen"}))
    yield "wouters changes it"
    stored(browsing.wouters.post(f"/activities/{new}/cancellation"))
    yield "wouters calls it off"
    stored(browsing.wouters.delete(f"/activities/{new}/cancellation"))
    yield "the activity goes on after all"
    stored(browsing.wouters.post(f"/activities/{id_of('bouw')}/cancellation"))
    yield "wouters calls off what was told about"
    yield from _the_language(browsing)
    rows = "".join(f"{row}\r\n" for row in ("00454100;Daan;;Vos;3C;;;", "007001;Yara;van der;Meulen;3Z;21-05-2011;;"))
    sent = stored(browsing.wouters._send("POST", "/school/import", files={"file": ("klas.csv", (HEAD + rows).encode(), "text/csv")}))
    stored(
        browsing.wouters.post(
            f"{sent.headers['location']}/columns", {"who": "students", "column-0": "number", "column-1": "given", "column-2": "infix", "column-3": "family", "column-4": "group"}
        )
    )
    yield "wouters uploads a class list and says which column is which"
    seen = stored(browsing.wouters.get(sent.headers["location"]), 200)
    [seal] = set(re.findall(r'name="seal" value="([0-9a-f]+)"', seen.text))
    stored(browsing.wouters.post(f"{sent.headers['location']}/application", {"seal": seal}))
    yield "the class list is applied: daan changes group, yara and 3Z are new"
    stored(
        browsing.wouters.post("/school/settings", {"school": "De Waal", "trusted_name": "Mevrouw Ali", "trusted_contact": "lokaal 0.12", "guardians_from": "16", "edition": "1"})
    )
    yield "wouters changes the name of the school"
    named = {"school": "De Waal", "trusted_name": "Mevrouw Ali", "trusted_contact": "lokaal 0.12", "guardians_from": "16", "edition": "2"}
    stored(browsing.wouters.post("/school/settings", {**named, "vision": "Wij leren door te doen."}))
    yield "wouters writes what the school wants"
    stored(browsing.wouters.post(f"/school/groups/{id_of('3C')}/links", {"everybody": "1"}), 200)
    yield "wouters prints links for 3C"


def _the_language(browsing: Browsing) -> Iterator[str]:
    """The coordinator words what students chose otherwise, offers it no more, adds a word and a question."""
    word = {"nl": "in een ploeg werken", "en": "working in a crew", "sentence_nl": "Je werkt in een ploeg.", "sentence_en": "", "cluster": "together", "icon": "users-three"}
    stored(browsing.wouters.post("/school/vocabulary/words/working-together", {"base": "0", **word}))
    yield "wouters calls a word otherwise"
    stored(browsing.wouters.post("/school/vocabulary/words/new", {"kind": "quality", **word, "nl": "kunnen wachten"}))
    yield "wouters adds a word"
    stored(browsing.wouters.post("/school/vocabulary/words/helping-others/hiding"))
    yield "wouters offers a word no more"
    stored(browsing.wouters.post("/school/vocabulary/questions/new", {"nl": "Wie liep er mee?", "en": "", "competency": "networking", "moment": "mentor", "kind_hint": ""}))
    yield "wouters adds a question"


def _keeping(browsing: Browsing) -> Iterator[str]:
    """Who may do what, who belongs where, who stands in for whom. Who was let see more is let see less again."""
    person, cover = "/school/people/{}".format, str(uuid4())
    form = {"id": cover, "mentor": str(id_of("deboer")), "colleague": str(id_of("kramer")), "starts_on": "2026-11-24", "ends_on": "2026-12-31"}
    stored(browsing.wouters.post("/school/cover", form))
    yield "kramer stands in for meneer De Boer"
    stored(browsing.wouters.delete(f"/school/cover/{cover}"))
    yield "meneer De Boer is back"
    told = {"given_name": "Marten", "infix": "de", "family_name": "Boer", "addressed_as": "meester Marten", "job": "mentor", "number": "", "email": "", "edition": "1"}
    stored(browsing.wouters.post(person(id_of("deboer")), told))
    yield "meneer De Boer is called otherwise"
    stored(browsing.vries.post(f"{person(id_of('deboer'))}/roles/coordinator"))
    yield "meneer De Boer is a coordinator too"
    stored(browsing.vries.delete(f"{person(id_of('deboer'))}/roles/coordinator"))
    yield "meneer De Boer is no coordinator any more"
    stored(browsing.wouters.post(f"{person(id_of('noor'))}/group", {"group": str(id_of("3C")), "edition": "1"}))
    yield "noor moves to 3C and her talk goes along"
    stored(browsing.wouters.post(f"{person(id_of('noor'))}/mentors", {"mentor": str(id_of("anja"))}))
    yield "anja mentors noor too"
    stored(browsing.wouters.delete(f"{person(id_of('noor'))}/mentors/{id_of('anja')}"))
    yield "anja mentors nobody any more"
    stored(browsing.wouters.post(f"{person(id_of('ilse'))}/archive"))
    yield "ilse left"
    stored(browsing.wouters.delete(f"{person(id_of('ilse'))}/archive"))
    yield "ilse is back"
    stored(browsing.wouters.post(f"/school/groups/{id_of('3C')}", {"name": "3C-kader", "edition": "1"}))
    yield "3C is called otherwise"


def _ones_own(browsing: Browsing, database: Database) -> Iterator[str]:
    for who in ("samira", "deboer", "wouters"):
        stored(getattr(browsing, who).post("/me/language", {"language": "en"}))
        yield f"{who} wants English"
        stored(getattr(browsing, who).post("/me/theme", {"theme": "dark"}))
        yield f"{who} wants it dark"
        stored(getattr(browsing, who).post("/me/reading", {"text_size": "large", "calm": "1", "pictures": "1"}))
        yield f"{who} wants larger letters and calm"
    with database.writing() as session:
        code = make_code(session, id_of("samira"), id_of("waal"), clock.now())
        yara = session.scalars(select(Person).where(Person.number == "007001")).one()
        link = make_link(session, yara, made_by=None, at=clock.now())
    stored(browsing.other_nobody.post("/sign-in", {"code": code}))
    yield "samira signs in on another device"
    with database.reading() as session:
        other = session.scalars(select(DeviceSession.id).where(DeviceSession.person_id == id_of("samira"), DeviceSession.id != id_of("session-samira"))).one()
    stored(browsing.samira.delete(f"/me/sessions/{other}"))
    yield "samira signs that device out"
    stored(browsing.third_nobody.post(f"/sign-in/{link}"))
    yield "yara comes in for the first time"
    made = stored(browsing.samira.save("/me/subscriptions", {"endpoint": DEVICE["endpoint"], "keys": {"p256dh": DEVICE["p256dh"], "auth": DEVICE["auth"]}}), 200)
    yield "samira wants messages"
    stored(browsing.samira.delete(f"/me/subscriptions/{made.json()['id']}"))
    yield "samira wants no messages"


def _letting_in(browsing: Browsing, database: Database) -> Iterator[str]:
    stored(browsing.wouters.post(f"/school/groups/{id_of('3C')}/cards", {"everybody": "1"}), 200)
    yield "wouters prints cards for 3C"
    code = new_card_code()
    with database.writing() as session:
        make_cards(session, {id_of("daan"): code}, id_of("waal"), made_by=id_of("deboer"), at=clock.now())
        session.execute(update(Person).where(Person.id == id_of("karim")).values(email="karim@voorbeeld.nl"))
    stored(browsing.fourth_nobody.post("/sign-in/card", {"code": code}))
    yield "daan comes in by a card"
    stored(browsing.wouters.delete(f"/school/people/{id_of('daan')}/card"))
    yield "wouters revokes it"
    guardians = f"/school/people/{id_of('samira')}/guardians"
    stored(browsing.karim.delete(f"/me/children/{id_of('samira')}"))
    yield "karim looks along no more"
    stored(browsing.wouters.post(guardians, {"email": "", "id": str(id_of("karim")), "family_name": "Aït Ben"}))
    yield "wouters asks karim on paper"
    stored(browsing.wouters.delete(f"{guardians}/{id_of('karim')}"))
    yield "wouters ends that karim looks along"
    stored(browsing.wouters.post(guardians, {"email": "Karim@voorbeeld.nl", "family_name": "Aït Ben"}))
    yield "wouters asks karim again"


def _messages(browsing: Browsing, database: Database, settings: Settings) -> Iterator[str]:
    now = clock.now()
    with database.writing() as session:
        for who, kind, facts in (("samira", "tell", {"ended_at": now.isoformat()}), ("daan", "tell", {"ended_at": now.isoformat()})):
            schedule(session, person_id=id_of(who), school_id=id_of("waal"), kind=kind, about=id_of("koken"), path="/experiences/new", due_at=now, late_at=now, facts=facts,
                     zone="Europe/Amsterdam", now=now)  # fmt: skip
    asyncio.run(send_due(settings, database, NoServices(), now))  # type: ignore[arg-type]
    with database.reading() as session:
        mine = session.scalars(select(Reminder.id).where(Reminder.person_id == id_of("samira"), Reminder.sent_at.is_not(None))).all()
    assert mine, "no message was sent"
    yield "messages arrive"
    stored(browsing.samira.post(f"/messages/{mine[0]}/seen"))
    yield "samira opens one"
    stored(browsing.daan.post("/messages/seen"))
    yield "daan has seen them all"
