"""What the screens about recognition show, loaded whole: a fixed number of statements however many there are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from server.core.text import plain
from server.people.models import Group, Membership, Person, full_name, initials
from server.people.viewer import Viewer
from server.recognition import access
from server.recognition.models import Recognition, RecognitionBlock, RecognitionWord
from server.vocabulary.queries import Vocabulary, vocabulary_of

MOST, MOST_FOUND = 200, 40
SHORTEST = 2
"""Letters of a name before anybody is looked for."""

_NAME_PARTS = "given_name", "infix", "family_name", "addressed_as"
_NAMES = tuple(getattr(Person, name) for name in _NAME_PARTS)
_READER = aliased(Person)
_READER_NAMES = tuple(getattr(_READER, name).label(f"reader_{name}") for name in _NAME_PARTS)
_OF_REPORT = Recognition.guest_name, Recognition.read_at, Recognition.outcome


def at_start(name: str) -> str:
    """A name as a sentence begins."""
    return name[:1].upper() + name[1:]


class KeptWord(NamedTuple):
    """A quality that somebody saw in a student, and the student kept: called as in that `edition` of the school's language."""

    word: str
    edition: int
    given_at: datetime
    who: str
    sentence: str
    role: str
    """What a guest called themselves; of who has an account nothing."""

    guest: bool
    """Whether nobody vouches for the name: they came by the student's own link, without an account."""


class Quality(msgspec.Struct, frozen=True):
    """A word as it was called when it was said, with its pictogram."""

    label: str
    icon: str
    picture: str = ""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody saw. `who` said it, `role` is what a guest called themselves; `student` is whom it is about."""

    id: UUID
    who: str
    role: str
    giver_id: UUID | None
    student: str
    sentence: str
    words: tuple[Quality, ...]
    given_at: datetime
    thanked: bool
    may_be_thanked: bool
    may_be_withdrawn: bool
    state: str = ""
    """What the student made of it, as all below: not there for who gave it."""

    reported: bool = False
    reader: str = ""
    """The mentor who looked at what was reported, or talked about it; empty as long as nobody did."""

    reader_id: UUID | None = None
    read_at: datetime | None = None
    outcome: str = ""

    @property
    def at_start(self) -> str:
        """Who said it, as a sentence begins."""
        return at_start(self.who)

    @property
    def reader_at_start(self) -> str:
        """The same of who looked."""
        return at_start(self.reader)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a student asked their mentor to look at, and what became of it: not a word of what was said."""

    who: str
    reader: str
    """The mentor who looked, or talked about it; empty as long as nobody did. As a sentence begins."""

    read_at: datetime | None
    outcome: str


class Pupil(msgspec.Struct, frozen=True):
    """A student to pick."""

    id: UUID
    name: str
    initials: str
    group: str


def _kept_words() -> Select[*tuple[Any, ...]]:
    return (
        select(
            RecognitionWord.word, RecognitionWord.edition, Recognition.given_at, Recognition.sentence, Recognition.guest_name, Recognition.guest_role, Recognition.giver_id, *_NAMES
        )
        .join(Recognition, Recognition.id == RecognitionWord.recognition_id)
        .outerjoin(Person, Person.id == Recognition.giver_id)
        .where(Recognition.student_id == bindparam("student_id"), Recognition.kept_at.is_not(None), Recognition.withdrawn_at.is_(None))
        .order_by(Recognition.given_at, Recognition.id, RecognitionWord.position)
    )


def _words() -> Select[*tuple[Any, ...]]:
    about = RecognitionWord.recognition_id.in_(bindparam("ids", expanding=True))
    return select(RecognitionWord.recognition_id, RecognitionWord.word, RecognitionWord.edition).where(about).order_by(RecognitionWord.position)


def _waiting() -> Select[*tuple[Any, ...]]:
    new = Recognition.kept_at.is_(None), Recognition.put_aside_at.is_(None), Recognition.withdrawn_at.is_(None), ~access.UNSEEN
    told = select(Recognition.guest_name, Recognition.giver_id, *_NAMES).outerjoin(Person, Person.id == Recognition.giver_id)
    return told.where(Recognition.student_id == bindparam("student_id"), *new).order_by(Recognition.given_at.desc())


_KEPT_WORDS, _WORDS, _WAITING = _kept_words(), _words(), _waiting()
"""Put together once: what pages ask each time."""


def kept_words(session: Session, student_id: UUID) -> list[KeptWord]:
    """The qualities that others saw in this student and the student kept, oldest first. Who may see them is the caller's question."""
    rows = session.connection().execute(_KEPT_WORDS, {"student_id": student_id})
    return [KeptWord(row.word, row.edition, row.given_at, _giver(row.guest_name, row), row.sentence, row.guest_role, row.giver_id is None) for row in rows]


def _giver(guest_name: str, row: Any) -> str:
    """Who saw it: an employee as they chose to be addressed, a guest by the name they gave."""
    return guest_name if row.given_name is None else row.addressed_as or full_name(row.given_name, row.infix, row.family_name)


def seen_in_me(session: Session, viewer: Viewer, language: str, now: datetime) -> list[Seen]:
    """What others saw in this student, newest first."""
    return _seen(session, vocabulary_of(session, viewer), access.seen_in_me(viewer), Recognition.giver_id, language, now)


def asked(session: Session, viewer: Viewer) -> list[Asked]:
    """What this student asked their mentor to look at, newest first: also when the giver took it back, or is blocked by now. It was said."""
    mine = access.about_me(viewer).where(Recognition.reported_at.is_not(None)).with_only_columns(*_NAMES, *_READER_NAMES, *_OF_REPORT)
    people = mine.outerjoin(Person, Person.id == Recognition.giver_id).outerjoin(_READER, _READER.id == Recognition.reader_id)
    rows = session.execute(people.order_by(Recognition.reported_at.desc(), Recognition.id).limit(MOST))
    return [Asked(who=_giver(row.guest_name, row), reader=at_start(_reader(row)), read_at=row.read_at, outcome=row.outcome) for row in rows]


def given(session: Session, viewer: Viewer, language: str, now: datetime) -> list[Seen]:
    """What this employee gave, newest first. Of a student they met by the student's own link they know the first name, no more."""
    return _seen(session, vocabulary_of(session, viewer), access.given(viewer), Recognition.student_id, language, now)


def reported(session: Session, viewer: Viewer, recognition_id: UUID, language: str, now: datetime) -> tuple[Seen, Person] | None:
    """What a student asked the viewer to look at, and that student."""
    wanted = access.reported(viewer, now).where(Recognition.id == recognition_id)
    shown = next(iter(_seen(session, vocabulary_of(session, viewer), wanted, Recognition.giver_id, language, now)), None)
    about = session.scalar(select(Person).join(Recognition, Recognition.student_id == Person.id).where(Recognition.id == recognition_id))
    return (shown, about) if shown is not None and about is not None else None


def kept(session: Session, vocabulary: Vocabulary, student_id: UUID, language: str, ids: Sequence[UUID] | None = None) -> list[Seen]:
    """What this student keeps of what others saw, newest first; `ids`: of these. Who may see it is the caller's question."""
    wanted = select(Recognition).where(Recognition.student_id == student_id, Recognition.kept_at.is_not(None), Recognition.withdrawn_at.is_(None))
    return _seen(session, vocabulary, wanted if ids is None else wanted.where(Recognition.id.in_(ids)), Recognition.giver_id, language)


def _seen(session: Session, vocabulary: Vocabulary, wanted: Select[Recognition], named: Any, language: str, now: datetime | None = None) -> list[Seen]:
    """`named` is the column of the person to name: who gave it, or who got it. `now` is for who may thank for it or take it back."""
    looked = wanted.add_columns(*_NAMES, *_READER_NAMES).outerjoin(_READER, _READER.id == Recognition.reader_id)
    rows = session.execute(looked.outerjoin(Person, Person.id == named).order_by(Recognition.given_at.desc(), Recognition.id).limit(MOST)).all()
    words = _words_of(session, vocabulary, [row.Recognition.id for row in rows], language)
    return [_one(row.Recognition, row, words.get(row.Recognition.id, ()), now, by=named is Recognition.giver_id) for row in rows]


def _words_of(session: Session, vocabulary: Vocabulary, ids: Sequence[UUID], language: str) -> dict[UUID, tuple[Quality, ...]]:
    told: dict[UUID, tuple[Quality, ...]] = {}
    for about, key, edition in session.connection().execute(_WORDS, {"ids": ids}) if ids else ():
        word = vocabulary.as_chosen(key, edition)
        told[about] = (*told.get(about, ()), Quality(word.label(language), word.icon, word.picture) if word else Quality(key, ""))
    return told


def _one(seen: Recognition, names: Any, words: tuple[Quality, ...], now: datetime | None, *, by: bool) -> Seen:
    """Who gave it is told what they said, whether they are thanked, and nothing of what the student made of it."""
    student = "" if by else names.given_name if seen.invitation_id is not None else full_name(names.given_name, names.infix, names.family_name)
    made: dict[str, Any] = {
        "state": seen.state,
        "reported": seen.reported_at is not None,
        "reader": _reader(names),
        "reader_id": seen.reader_id,
        "read_at": seen.read_at,
        "outcome": seen.outcome,
    }
    return Seen(
        id=seen.id, who=_giver(seen.guest_name, names) if by else "", role=seen.guest_role, giver_id=seen.giver_id, student=student, sentence=seen.sentence, words=words,
        given_at=seen.given_at, thanked=seen.thanked_at is not None, may_be_thanked=by and now is not None and seen.may_be_thanked(now),
        may_be_withdrawn=now is not None and seen.may_be_withdrawn(now), **(made if by else {}),
    )  # fmt: skip


def _reader(row: Any) -> str:
    if row.reader_given_name is None:
        return ""
    return row.reader_addressed_as or full_name(row.reader_given_name, row.reader_infix, row.reader_family_name)


def waiting(session: Session, viewer: Viewer) -> list[tuple[str, bool]]:
    """Who saw something in this student that they did not look after yet and whether they were a guest, newest first, each once."""
    return list(dict.fromkeys((_giver(row.guest_name, row), row.giver_id is None) for row in session.connection().execute(_WAITING, {"student_id": viewer.person_id})))


def blocked(session: Session, viewer: Viewer) -> list[tuple[UUID, str]]:
    """Of whom this student wants to hear no more, by name."""
    rows = session.execute(access.blocks(viewer).join(Person, Person.id == RecognitionBlock.giver_id).with_only_columns(Person).order_by(Person.family_name)).scalars()
    return [(person.id, person.form_of_address) for person in rows]


def to_pick(session: Session, viewer: Viewer, sought: str) -> list[Pupil]:
    """Without a search the viewer's own students; else those of all whom they may see in whose name every typed word occurs, accents or not. By first name."""
    words = plain(sought).split()
    if words and sum(map(len, words)) < SHORTEST:
        return []
    among = access.pupils(viewer) if words else access.own_pupils(viewer)
    group = select(func.aggregate_strings(Group.name, ", ")).join(Membership, Membership.group_id == Group.id)
    group = group.where(Membership.person_id == Person.id, Membership.kind == "student", Group.archived_at.is_(None))
    rows = session.execute(among.with_only_columns(Person.id, Person.given_name, Person.infix, Person.family_name, group.scalar_subquery().label("group"))).all()
    told = [Pupil(row.id, full_name(row.given_name, row.infix, row.family_name), initials(row.given_name, row.family_name), row.group or "") for row in rows]
    found = [pupil for pupil in told if all(word in plain(pupil.name) for word in words)]
    return sorted(found, key=lambda pupil: plain(pupil.name))[: MOST_FOUND if words else MOST]
