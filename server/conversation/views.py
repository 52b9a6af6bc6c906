"""What the screens show of a talk: plain values, everything loaded."""

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from server.people.models import full_name, initials


class Someone(msgspec.Struct, frozen=True):
    """A person by name: as they chose to be addressed, else in full."""

    id: UUID
    given_name: str
    infix: str
    family_name: str
    addressed_as: str = ""

    @property
    def name(self) -> str:
        """`meneer De Boer`, `Samira Aït Ben`"""
        return self.addressed_as or self.full_name

    @property
    def at_start(self) -> str:
        """The name as a sentence begins with it: only its first letter changes."""
        return self.name[:1].upper() + self.name[1:]

    @property
    def full_name(self) -> str:
        """The name in full."""
        return full_name(self.given_name, self.infix, self.family_name)

    @property
    def initials(self) -> str:
        """`SA`"""
        return initials(self.given_name, self.family_name)


class Read(msgspec.Struct, frozen=True):
    """That somebody opened it, and when."""

    who: Someone
    at: datetime


class StandIn(msgspec.Struct, frozen=True):
    """A colleague who holds the talks of a mentor who is away; both days are in it."""

    who: Someone
    first: date
    last: date


class Standing(msgspec.Struct, frozen=True):
    """A mentor for whom the viewer stands in, and through which day."""

    mentor: Someone
    last: date


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """A talk in a list or on top of a page. The counts are only shown to the mentor once it is submitted."""

    id: UUID
    starts_at: datetime
    minutes: int
    place_kind: str
    place: str
    revision: int
    started_at: datetime | None
    held_at: datetime | None
    cancelled_at: datetime | None
    student: Someone
    mentor: Someone
    submitted_at: datetime | None
    submission_id: UUID | None
    begun: bool
    experiences: int
    words: int
    answers: int
    has_question: bool
    saw_words: bool
    number: int = 0
    """How far the student is with the questions: one further for each talk planned or held before it, from a beginning of their own; only of a single talk."""

    read_by: tuple[Read, ...] = ()
    stand_ins: tuple[StandIn, ...] = ()
    """Who stands in for its mentor at some time. Only who does so on its day sees it, in the days of that (`access.mine`)."""

    @property
    def ends_at(self) -> datetime:
        """When it is over by plan."""
        return self.starts_at + timedelta(minutes=self.minutes)

    def stand_in_on(self, day: date) -> StandIn | None:
        """Who holds it instead of its mentor, if it is held on this day."""
        return next((one for one in self.stand_ins if one.first <= day <= one.last), None)

    @property
    def lasts_until(self) -> datetime:
        """When it should end, counted from when it really began."""
        return (self.started_at or self.starts_at) + timedelta(minutes=self.minutes)

    @property
    def state(self) -> str:
        """How far the student is: `ready`, `busy` or `not-yet`."""
        return "ready" if self.submission_id else "busy" if self.begun else "not-yet"

    @property
    def may_be_prepared(self) -> bool:
        """Until the talk begins the student decides what lies ready."""
        return self.held_at is None and self.cancelled_at is None and self.started_at is None

    @property
    def step(self) -> int:
        """The first of the three steps that is not done, 0 when all are."""
        return next((number for number, done in enumerate(self.steps, 1) if not done), 0)

    @property
    def steps(self) -> tuple[bool, bool, bool]:
        """Whether experiences are chosen, words looked at, a question asked."""
        return self.experiences > 0, self.words > 0 or self.answers > 0 or self.saw_words, self.has_question


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement with its state."""

    id: UUID
    conversation_id: UUID
    what: str
    due_on: date | None
    helper: str
    made_at: datetime
    done_at: datetime | None
    mentor: Someone


class Pupil(msgspec.Struct, frozen=True, kw_only=True):
    """A student of a group: the last talk and the next."""

    who: Someone
    last: datetime | None
    next: Talk | None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a question of the shared language, as it was asked then."""

    id: str
    competency: str
    question: str
    text: str
