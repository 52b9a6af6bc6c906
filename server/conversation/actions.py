"""What people do with a talk, each said in one place: what changes, who is reminded, who sees it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.conversation import access, preparing, reminding, spoken
from server.conversation.models import Agreement, Completion, Conversation, Preparation, PreparationExperience, Submission
from server.conversation.outcome import Outcome
from server.conversation.planning import USUAL, Plan
from server.conversation.preparing import Fields
from server.core.errors import Conflict, Invalid, found
from server.core.mutation import Done, Receipt, Seen, once
from server.experience.copies import copies
from server.experience.models import Experience
from server.people.counters import bump
from server.people.mentoring import holders, mentored
from server.people.models import Person
from server.people.viewer import StandsIn, Viewer


class Stale(Conflict):
    """Somebody changed it since the form was opened; the form is shown again with what was typed."""


class NotThen(Invalid):
    """On that day the student's mentor holds the own talks: the viewer stands in for them on other days."""

    def __init__(self, cover: StandsIn) -> None:
        """Say on which."""
        super().__init__()
        self.cover = cover


class NothingToShow(Invalid):
    """Nothing lies ready: no experience and no question of one's own."""


def plan(session: Session, viewer: Viewer, conversation_id: UUID, student_id: UUID, wish: Plan, now: datetime) -> Conversation:
    """Plan a talk with one of the mentor's own students, or, in the days of that, of who they stand in for (else `NotThen`). The same form sent twice plans one talk."""
    student = found(session.scalar(access.students(viewer).where(Person.id == student_id)))
    known = session.get(Conversation, conversation_id)
    if known is not None:
        found(session.scalar(access.held_by(viewer, known.id)))
        if known.student_id != student.id or not wish.is_of(known):
            raise Conflict
        return known
    mentor_id = _for_whom(session, viewer, student.id, wish)
    talk = Conversation(id=conversation_id, school_id=viewer.school_id, student_id=student.id, mentor_id=mentor_id, made_by=viewer.person_id, made_at=now, revision=1, summary="")
    wish.give(talk)
    session.add(talk)
    session.flush()
    _changed(session, viewer, talk, now)
    return talk


def _for_whom(session: Session, viewer: Viewer, student_id: UUID, wish: Plan) -> UUID:
    """Whose talk it becomes: the viewer's own, or of the mentor for whom they stand in then; who comes back finds it."""
    pairs = mentored().subquery()
    of = set(session.scalars(select(pairs.c.mentor_id).where(pairs.c.student_id == student_id, pairs.c.mentor_id.in_(viewer.mentor_ids))))
    covers = [cover for cover in viewer.covers if cover.mentor_id in of]
    if viewer.person_id in of or not covers:
        return viewer.person_id
    then = [cover.mentor_id for cover in covers if cover.holds(wish.starts_at)]
    if not then:
        raise NotThen(covers[0])
    return then[0]


def _hold_to_days(viewer: Viewer, talk: Conversation, wish: Plan) -> None:
    """A talk of who they stand in for stays within the days of that: outside them the colleague would plan what only the mentor sees."""
    for cover in viewer.covers:
        if cover.mentor_id == talk.mentor_id and not cover.holds(wish.starts_at):
            raise NotThen(cover)


def talk_now(session: Session, viewer: Viewer, conversation_id: UUID, student_id: UUID, now: datetime) -> Conversation:
    """Begin a talk that nobody planned. Nobody is reminded of it."""
    known = session.scalar(access.held_by(viewer, conversation_id))
    if known is not None:
        return known
    moment = now.replace(second=0, microsecond=0)
    talk = plan(session, viewer, conversation_id, student_id, Plan(starts_at=moment, minutes=USUAL, place_kind="room", place=""), now)
    talk.started_at = now
    return talk


def move(session: Session, viewer: Viewer, conversation_id: UUID, wish: Plan, revision: int, now: datetime) -> Conversation:
    """Plan it otherwise. Raises `Stale` when it was changed since `revision` to something else, `NotThen` as `plan` does."""
    talk = _open(session, viewer, conversation_id)
    if wish.is_of(talk):
        return talk
    if talk.revision != revision:
        raise Stale
    _hold_to_days(viewer, talk, wish)
    before = talk.starts_at
    wish.give(talk)
    talk.revision += 1
    session.flush()
    _changed(session, viewer, talk, now)
    if before.date() != talk.starts_at.date():
        reminding.mentor_day(session, talk, before, viewer.zone, now)
    return talk


def cancel(session: Session, viewer: Viewer, conversation_id: UUID, now: datetime) -> None:
    """Call it off; what the student laid ready stays theirs."""
    talk = found(session.scalar(access.held_by(viewer, conversation_id).with_for_update()))
    if talk.held_at is not None:
        raise Conflict
    talk.cancelled_at = talk.cancelled_at or now
    talk.revision += 1
    session.flush()
    _changed(session, viewer, talk, now)


def revive(session: Session, viewer: Viewer, conversation_id: UUID, now: datetime) -> None:
    """Let it go on after all."""
    talk = found(session.scalar(access.held_by(viewer, conversation_id).with_for_update()))
    talk.cancelled_at = None
    talk.revision += 1
    session.flush()
    _changed(session, viewer, talk, now)


def start(session: Session, viewer: Viewer, conversation_id: UUID, now: datetime) -> None:
    """The talk begins: from here the student takes nothing back."""
    talk = _open(session, viewer, conversation_id)
    talk.started_at = talk.started_at or now
    session.flush()
    _changed(session, viewer, talk, now)


def unstart(session: Session, viewer: Viewer, conversation_id: UUID, now: datetime) -> None:
    """It did not begin after all."""
    talk = _open(session, viewer, conversation_id)
    talk.started_at = None
    session.flush()
    _changed(session, viewer, talk, now)


def prepare(session: Session, viewer: Viewer, conversation_id: UUID, fields: Fields, *, take_back: bool, show: bool, mutation_id: UUID, seen: Seen, now: datetime,
            edition: int | None = None) -> Receipt:  # fmt: skip
    """Keep one step, when asked with taking back what was shown before it, or showing it after it. What waits for a choice is not shown yet."""

    def do() -> Done:
        if take_back:
            _take_back(session, viewer, conversation_id, now)
        kept = preparing.keep(session, viewer, conversation_id, fields, mutation_id=mutation_id, seen=seen, now=now, edition=edition)
        if show and not kept.conflicts:
            _submit(session, viewer, conversation_id, now)
        return kept

    return once(session, viewer, mutation_id, conversation_id, ["preparation", fields, take_back, show], now, do)


def choose(session: Session, viewer: Viewer, conversation_id: UUID, conflict_id: UUID, keep: str, *, mutation_id: UUID, seen: Seen, now: datetime) -> Receipt:
    """Of two versions of one answer, say which stays."""
    return once(
        session, viewer, mutation_id, conversation_id, ["choice", conflict_id, keep], now,
        lambda: preparing.choose(session, viewer, conversation_id, conflict_id, keep, seen=seen, now=now),
    )  # fmt: skip


def submit(session: Session, viewer: Viewer, conversation_id: UUID, *, mutation_id: UUID, now: datetime) -> Receipt:
    """Klaar: laat zien aan je mentor. Raises `NothingToShow` when nothing lies ready."""
    return once(session, viewer, mutation_id, conversation_id, "submission", now, lambda: _submit(session, viewer, conversation_id, now))


def take_back(session: Session, viewer: Viewer, conversation_id: UUID, *, mutation_id: UUID, now: datetime) -> Receipt:
    """The mentor reads it no more, until it is shown again. Not once the talk has begun."""
    return once(session, viewer, mutation_id, conversation_id, "taking back", now, lambda: _take_back(session, viewer, conversation_id, now))


def _submit(session: Session, viewer: Viewer, conversation_id: UUID, now: datetime) -> Done:
    talk = found(session.scalar(access.prepared_by(viewer, conversation_id).with_for_update()))
    if preparing.submission(session, talk.id) is not None:
        return Done()
    if not talk.may_be_prepared():
        raise preparing.Over
    if not _something_ready(session, talk):
        raise NothingToShow
    chosen = session.scalars(select(PreparationExperience.experience_id).where(PreparationExperience.conversation_id == talk.id))
    kept = copies(session, talk.student_id, chosen)
    spoken.keep_names(session, talk)
    session.add(Submission(conversation_id=talk.id, school_id=talk.school_id, person_id=viewer.person_id, submitted_at=now, experiences=kept))
    session.flush()
    _changed(session, viewer, talk, now)
    return Done()


def _take_back(session: Session, viewer: Viewer, conversation_id: UUID, now: datetime) -> Done:
    talk = found(session.scalar(access.prepared_by(viewer, conversation_id).with_for_update()))
    if not talk.may_be_prepared():
        raise preparing.Over
    shown = preparing.submission(session, talk.id)
    if shown is not None:
        shown.withdrawn_at = now
        session.flush()
        _changed(session, viewer, talk, now)
    return Done()


def _something_ready(session: Session, talk: Conversation) -> bool:
    there = select(PreparationExperience.experience_id).join(Experience, Experience.id == PreparationExperience.experience_id)
    chosen = session.scalar(there.where(PreparationExperience.conversation_id == talk.id, Experience.deleted_at.is_(None)).limit(1))
    return chosen is not None or bool(session.scalar(select(Preparation.question).where(Preparation.conversation_id == talk.id)))


def conclude(session: Session, viewer: Viewer, conversation_id: UUID, said: Outcome, revision: int, now: datetime) -> None:
    """Write down what came of it: then the talk was held. Raises `Stale` when something else was written since `revision`."""
    talk = found(session.scalar(access.held_by(viewer, conversation_id).with_for_update()))
    if talk.cancelled_at is not None:
        raise Conflict
    agreed = session.scalar(select(Agreement).where(Agreement.conversation_id == talk.id))
    if talk.held_at is not None and said == Outcome.of(talk, agreed):
        return
    if talk.revision != revision:
        raise Stale
    talk.summary = said.summary
    talk.revision += 1
    talk.held_at = talk.held_at or now
    talk.started_at = talk.started_at or min(talk.starts_at, now)
    _agree(session, viewer, talk, agreed, said, now)
    session.flush()
    _changed(session, viewer, talk, now)


def _agree(session: Session, viewer: Viewer, talk: Conversation, agreed: Agreement | None, said: Outcome, now: datetime) -> None:
    if not said.what:
        if agreed is not None:
            session.execute(delete(Completion).where(Completion.agreement_id == agreed.id))
            session.delete(agreed)
        return
    if agreed is None:
        agreed = Agreement(school_id=talk.school_id, conversation_id=talk.id, student_id=talk.student_id, made_by=viewer.person_id, made_at=now)
        session.add(agreed)
    agreed.what, agreed.due_on, agreed.helper = said.what, said.due_on, said.helper


def complete(session: Session, viewer: Viewer, agreement_id: UUID, *, mutation_id: UUID, now: datetime) -> Receipt:
    """It is done."""

    def do() -> Done:
        agreed = found(session.scalar(access.agreement(viewer, agreement_id).with_for_update()))
        if session.get(Completion, agreed.id) is None:
            session.add(Completion(agreement_id=agreed.id, school_id=agreed.school_id, person_id=viewer.person_id, done_at=now))
            _bump_both(session, agreed)
        return Done()

    return once(session, viewer, mutation_id, agreement_id, "completion", now, do)


def reopen(session: Session, viewer: Viewer, agreement_id: UUID, *, mutation_id: UUID, now: datetime) -> Receipt:
    """It is not done after all."""

    def do() -> Done:
        agreed = found(session.scalar(access.agreement(viewer, agreement_id).with_for_update()))
        session.execute(delete(Completion).where(Completion.agreement_id == agreed.id))
        _bump_both(session, agreed)
        return Done()

    return once(session, viewer, mutation_id, agreement_id, "reopening", now, do)


def talk_of(session: Session, viewer: Viewer, agreement_id: UUID) -> str:
    """The address of the talk that an agreement came out of; of all talks when it is there no more."""
    talk_id = session.scalar(access.agreement(viewer, agreement_id).with_only_columns(Agreement.conversation_id))
    return f"/conversations/{talk_id}" if talk_id else "/conversations"


def _bump_both(session: Session, agreed: Agreement) -> None:
    mentor_id = found(session.scalar(select(Conversation.mentor_id).where(Conversation.id == agreed.conversation_id)))
    bump(session, agreed.student_id, *holders(session, mentor_id))


def _open(session: Session, viewer: Viewer, conversation_id: UUID) -> Conversation:
    """Locked, and read anew: a page may have looked at it in this transaction before another changed it."""
    talk = found(session.scalar(access.held_by(viewer, conversation_id).with_for_update().execution_options(populate_existing=True)))
    if not talk.is_open():
        raise Conflict
    return talk


def _changed(session: Session, viewer: Viewer, talk: Conversation, now: datetime) -> None:
    """What follows from any change of a talk: other reminders, and other pages for both."""
    reminding.student(session, talk, viewer.zone, preparing.submission(session, talk.id) is not None, now)
    reminding.mentor_day(session, talk, talk.starts_at, viewer.zone, now)
    bump(session, talk.student_id, *holders(session, talk.mentor_id))
