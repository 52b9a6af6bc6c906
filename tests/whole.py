"""The app as a whole, for tests that go through all of it: everybody, every route, every page that links lead to."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from httpx import Response
from litestar import Litestar
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from server.conversation.models import Preparation, PreparationExperience, Submission
from server.core import clock
from server.core.conflict import Conflict
from server.core.db import Database
from server.core.media import digest_of, fresh, store_of
from server.core.security import hashed
from server.experience.copies import copies
from server.experience.models import Experience, ExperienceMedia
from server.people.models import Cover, Guardianship, Person
from server.push.models import Subscription
from server.recognition.models import INVITATION_LIFE, Recognition, RecognitionBlock, RecognitionInvitation, RecognitionWord
from server.reminder.models import Reminder
from server.roster.known import known_of
from server.roster.models import RosterImport
from server.roster.plan import plan
from server.roster.preview import pack
from server.roster.reading import look, parse
from server.roster.work import columns_of
from server.settings import Settings
from server.sign_in.cards import letters_of
from server.sign_in.models import LINK_LIFE, Invitation, LoginCard, Passkey, ProviderIdentity, SignInLink
from server.vocabulary.models import Wording
from server.vocabulary.words import standard_words
from tests.browsing import Browsing
from tests.browsing import Person as Somebody
from tests.core.files import photo
from tests.roster.test_roster import HEAD
from tests.world import id_of

EVERYBODY = ("samira", "daan", "deboer", "kramer", "anja", "wouters", "vries", "karim", "olga", "prins", "otto", "nobody")
"""Student, other student, mentor, other mentor, other staff, coordinator, admin, guardian; student, mentor, coordinator of another school."""

PHOTO = photo(64, 48)
CLASS_LIST = (HEAD + "007001;Yara;van der;Meulen;3Z;21-05-2011;;\r\n").encode()
DAANS_CARD = "ABC-DEF-GHJ-KMN-PQR-STU"
DEVICE = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/x",
    "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    "auth": "tBHItJI5svbpez7KI4CCXg",
}


def fill_the_rest(database: Database, settings: Settings) -> None:
    """What the world lacks and some routes need: a message, a device, a class list, links, a photo that is shown."""
    now, digest = clock.now(), _kept(settings)
    _kept(settings, str(id_of("plaatje")))
    with database.writing() as session:
        about: dict[str, Any] = {"school_id": id_of("waal"), "person_id": id_of("samira")}
        session.add(Reminder(id=id_of("bericht"), kind="talk_tomorrow", about=id_of("gesprek"), path=f"/conversations/{id_of('gesprek')}", due_at=now, late_at=now, sent_at=now,
                             channel="app", facts={"starts_at": now.isoformat()}, **about))  # fmt: skip
        session.add(Subscription(id=id_of("apparaat"), session_id=id_of("session-samira"), endpoint_hash="x", made_at=now, **DEVICE, **about))
        _lists(session, now)
        session.add(SignInLink(id=id_of("link"), secret_hash=hashed("daans-link"), person_id=id_of("daan"), school_id=id_of("waal"), made_at=now, ends_at=now + LINK_LIFE))
        gone = {"happened_at": now, "captured_at": now, "arrived_at": now, "changed_at": now, "revision": 1, "revisions": {}, "deleted_at": now}
        session.add(Experience(id=id_of("weg"), school_id=id_of("waal"), student_id=id_of("samira"), text="Weggegooid", face=None, activity_id=None, **gone))
        for name, about, field, value in (("versie", "soep", "text", "Koken voor 24 mensen, van de laptop."), ("vraag", "gesprek", "experiences", [str(id_of("oma"))])):
            told = {"subject_id": id_of(about), "field": field, "value": {"value": value}}
            session.add(Conflict(id=id_of(name), school_id=id_of("waal"), person_id=id_of("samira"), mutation_id=id_of(name), made_at=now, **told))
        for name, deleted_at in (("foto", None), ("foto-weg", now)):
            of = {"id": id_of(name), "school_id": id_of("waal"), "experience_id": id_of("soep"), "captured_at": now, "arrived_at": now, "deleted_at": deleted_at}
            session.add(ExperienceMedia(kind="photo", digest=digest, type="image/jpeg", size=len(PHOTO), width=64, height=48, seconds=None, alt="", **of))
        days = {"starts_on": now.date() + timedelta(days=41), "ends_on": now.date() + timedelta(days=45), "made_by": id_of("wouters"), "made_at": now}
        session.add(Cover(id=id_of("vervanging"), school_id=id_of("waal"), mentor_id=id_of("deboer"), colleague_id=id_of("kramer"), **days))
        key = {"credential_id": b"sleutel", "public_key": b"", "transports": [], "name": "Laptop", "made_at": now}
        _worded(session, now)
        session.add(Passkey(id=id_of("sleutel"), school_id=id_of("waal"), person_id=id_of("deboer"), **key))
        of = {"conversation_id": id_of("vorig"), "school_id": id_of("waal")}
        session.add(Preparation(student_id=id_of("samira"), question="", revision=1, revisions={}, changed_at=now, **of))
        session.flush()
        session.add(PreparationExperience(experience_id=id_of("soep"), position=0, **of))
        session.add(Submission(person_id=id_of("samira"), submitted_at=now, experiences=copies(session, id_of("samira"), [id_of("soep")]), **of))
        whose = {"person_id": id_of("daan"), "school_id": id_of("waal"), "made_by": id_of("wouters")}
        asked = {"guardian_id": id_of("karim"), "student_id": id_of("samira"), "school_id": id_of("waal"), "made_by": id_of("wouters")}
        session.add(Invitation(id=id_of("uitnodiging"), secret_hash=hashed("karims-link"), made_at=now, ends_at=now + LINK_LIFE, **asked))
        session.execute(update(Person).where(Person.id == id_of("karim")).values(email="karim@voorbeeld.nl"))
        session.execute(update(Person).where(Person.id == id_of("samira")).values(birth_date=date(now.year - 17, 1, 1)))
        session.execute(update(Person).where(Person.id == id_of("daan")).values(birth_date=date(now.year - 19, 1, 1)))
        session.execute(update(Guardianship).values(made_by=id_of("samira"), made_at=now))
        session.add(Person(id=id_of("daans-oma"), school_id=id_of("waal"), kind="guardian", given_name="Riet", family_name="Vos", created_at=now))
        session.flush()
        session.add(Guardianship(guardian_id=id_of("daans-oma"), student_id=id_of("daan"), school_id=id_of("waal"), made_at=now))
        session.add(LoginCard(id=id_of("kaart"), secret_hash=hashed(letters_of(DAANS_CARD)), made_at=now, **whose))
        at_school = {"provider": "entree", "issuer": "https://entree.example", "subject": "x", "linked_by": "card", "linked_at": now}
        session.add(ProviderIdentity(id=id_of("schoolaccount"), school_id=id_of("waal"), person_id=id_of("samira"), **at_school))
        _seen(session, now)
        code = {"selector": "ABCD", "secret_hash": hashed("ABCD234567")}
        session.add(SignInLink(id=id_of("code"), person_id=id_of("daan"), school_id=id_of("waal"), made_at=now, ends_at=now + LINK_LIFE, **code))


def _seen(session: Session, now: datetime) -> None:
    """What others saw in samira: her mentor, and a guest whose words she asked her mentor to look at; her link; of whom she wants to hear no more."""
    of: dict[str, Any] = {"school_id": id_of("waal"), "student_id": id_of("samira")}
    session.add(RecognitionInvitation(id=id_of("qr"), secret_hash=hashed("samiras-qr"), made_at=now, ends_at=now + INVITATION_LIFE, **of))
    session.add(RecognitionBlock(giver_id=id_of("kramer"), made_at=now, **of))
    by_guest = {"guest_name": "Truus Bakker", "guest_role": "trainer", "reported_at": now, "put_aside_at": now}
    for name, who in (("gegeven", {"giver_id": id_of("deboer")}), ("gemeld", by_guest)):
        session.add(Recognition(id=id_of(name), sentence="Ik zag dat je rustig bleef.", given_at=now, **who, **of))
        session.flush()
        session.add(RecognitionWord(recognition_id=id_of(name), word="listening-well", position=0, school_id=id_of("waal")))


def _worded(session: Session, now: datetime) -> None:
    """A word of the school has a picture of its own; the language is in its first edition all the same."""
    word = standard_words()["persevering"]
    told = {name: getattr(word, name) for name in ("kind", "nl", "en", "sentence_nl", "sentence_en", "icon", "cluster", "position")}
    pictured = {"picture": str(id_of("plaatje")), "picture_size": len(PHOTO)}
    session.add(Wording(school_id=id_of("waal"), key=word.id, edition=0, fits=list(word.fits), examples=[], made_by=id_of("wouters"), made_at=now, **told, **pictured))


def _lists(session: Session, now: datetime) -> None:
    """A list that was looked at, and one that was applied."""
    of: dict[str, Any] = {"school_id": id_of("waal"), "made_by": id_of("wouters"), "made_at": now}
    seen = {**columns_of(look(CLASS_LIST), None), "small": True}
    made = pack(plan(known_of(session, id_of("waal")), parse(CLASS_LIST, seen), None))
    session.add(RosterImport(id=id_of("lijst"), name="klas.csv", content=CLASS_LIST, mapping=seen, state="ready", plan=made, **of))
    session.add(RosterImport(id=id_of("gelezen"), name="vorige.csv", content=b"", mapping={}, state="applied", applied_at=now, counts={"add": 2}, **of))


def _kept(settings: Settings, name: str = "") -> str:
    """The photo lies in the store, under this name or its digest; gives that."""
    store = store_of(settings)
    with fresh(store) as path:
        path.write_bytes(PHOTO)
        digest = name or digest_of(path)
        store.keep(path, digest)
    return digest


@contextmanager
def nothing_stored(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Every write is done, flushed and taken back, so that each request meets the same world; gives the statements that would have stood."""
    writing, stood, sent = database.writing, list[str](), list[str]()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            sent.append(statement)

    class TakenBack(Exception):
        pass

    @contextmanager
    def taken_back() -> Iterator[Session]:
        sent.clear()
        with suppress(TakenBack), writing() as session:
            yield session
            session.flush()
            stood.extend(sent)
            raise TakenBack

    event.listen(database.engine, "before_cursor_execute", note)
    with monkeypatch.context() as patch:
        patch.setattr(database, "writing", taken_back)
        yield stood
    event.remove(database.engine, "before_cursor_execute", note)


def routes_of(app: Litestar) -> set[str]:
    """`GET /trail`, `DELETE /me/sessions/{session_id:uuid}`, …: what the app answers to. OPTIONS is Litestar's own."""
    return {f"{method} {route.path}" for route in app.routes for method in getattr(route, "methods", ()) if method != "OPTIONS"}


def route_of(app: Litestar, method: str, path: str) -> str:
    """Which of these a path with names (`/experiences/{soep}`) is one of; a fixed path goes before one with a parameter."""
    fitting = [route for route in app.routes if method in getattr(route, "methods", ()) and re.fullmatch(_pattern(route.path), path)]
    assert fitting, f"{method} {path} is no route"
    return f"{method} {min(fitting, key=lambda route: route.path.count('{')).path}"


def _pattern(path: str) -> str:
    kinds = {"uuid": r"\{[\w-]+\}", "str": "[^/]+", "path": "/.+"}
    return re.sub(r"/?\{\w+:(\w+)\}", lambda part: ("" if part[1] == "path" else "/") + kinds[part[1]], path)


def named(path: str) -> str:
    """The address in which names stand for ids: `/experiences/{soep}`."""
    return re.sub(r"\{([\w-]+)\}", lambda part: str(id_of(part[1])), path)


def links_in(answer: Response) -> set[str]:
    """Our own addresses that a page leads to: links, and what htmx would fetch. Not its assets."""
    found = re.findall(r'(?:href|hx-get|data-href)="([^"]*)"', answer.text)
    inside = {urldefrag(urljoin(str(answer.url), unescape(link))).url for link in found}
    ours = {urlsplit(link) for link in inside if urlsplit(link).netloc == urlsplit(str(answer.url)).netloc}
    return {f"{link.path}{f'?{link.query}' if link.query else ''}" for link in ours if not link.path.startswith("/assets/")}


ALIKE, ENOUGH = ("/school/vocabulary/words/", "/school/vocabulary/questions/"), 12


def crawl(person: Somebody, starts: Iterable[str], most: int = 400) -> dict[str, Response]:
    """Every page this person comes to by following links, by address. Of the ways in that lead on to another page one each is enough; of all words and questions a few."""
    seen: dict[str, Response] = {}
    waiting, leading = list(starts), set[str]()
    while waiting:
        path = waiting.pop()
        address, _, question = path.partition("?")
        if path in seen or (question.startswith("next=") and address in leading):
            continue
        if address.startswith(ALIKE) and sum(known.startswith(ALIKE) for known in seen) >= ENOUGH:
            continue
        leading |= {address} if question.startswith("next=") else set()
        assert len(seen) < most, f"{most} pages and no end: {sorted(seen)[-5:]}"
        seen[path] = answer = person.get(path)
        if answer.status_code == 303:
            waiting.append(answer.headers["location"].partition("#")[0])
        elif answer.headers.get("content-type", "").startswith("text/html"):
            waiting += sorted(links_in(answer) - seen.keys())
    return seen


def everybody(browsing: Browsing) -> Iterator[tuple[str, Somebody]]:
    """Each person of the world, and nobody, at their browser."""
    for name in EVERYBODY:
        yield name, getattr(browsing, name)
