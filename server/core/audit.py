"""The record of who did what: append-only, each entry sealed to the one before it, so that none can be changed or taken out unseen.

It holds no names and no text: people stand in it as tokens, and what a token means is kept beside it (`AuditName`). Erasing a person
empties that one row; the chain stays whole, and their entries are nobody's from then on.

Nothing here changes an entry or takes one away: the mapping refuses it, and so do triggers in the database (migration 0003). Who owns the
database can drop a trigger and seal the whole chain anew; an export kept elsewhere holds the seals as they were, and shows that too.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ForeignKey, Index, String, event, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.core.db import Base

START = "0" * 64


class AuditEntry(Base):
    """One thing that happened. `kind` is a word of `KINDS`; `details` holds ids, counts and words of ours, nothing that anybody typed."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("audit_subject", "school_id", "subject", "seq"), Index("audit_actor", "school_id", "actor", "seq"))

    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(22))
    subject: Mapped[str] = mapped_column(String(22))
    about: Mapped[UUID | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    before: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))

    def fingerprint(self) -> str:
        """The seal this entry must carry: SHA-256 over everything in it and the seal before it."""
        about = self.about.hex if self.about else ""
        told = [self.school_id.hex, self.seq, f"{self.at:%Y-%m-%dT%H:%M:%S.%f}", self.kind, self.actor, self.subject, about, self.details, self.before]
        return hashlib.sha256(msgspec.json.encode(told, order="sorted")).hexdigest()


class AppendOnly(Exception):
    """Somebody tried to change an entry of the record, or to take one out."""


@event.listens_for(AuditEntry, "before_update")
@event.listens_for(AuditEntry, "before_delete")
def _refuse(_mapper: Any, _connection: Any, _entry: AuditEntry) -> None:
    raise AppendOnly


class AuditHead(Base):
    """Where the chain of a school ends. Held while an entry is added: entries come one after the other."""

    __tablename__ = "audit_head"

    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)
    seal: Mapped[str] = mapped_column(String(64), default=START)


class AuditName(Base):
    """Whom a token stands for; nobody any more once they are erased."""

    __tablename__ = "audit_name"

    token: Mapped[str] = mapped_column(String(22), primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), unique=True)


class AuditView(Base):
    """That somebody looked at something of a student on a day: it is in the chain once, however often they looked."""

    __tablename__ = "audit_view"

    viewer_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    about: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))


KINDS = {
    "sign-in", "sign-in-failed", "sign-out", "session-ended", "confirmed",
    "link-made", "card-made", "card-revoked", "passkey-added", "passkey-removed", "password-set", "password-removed", "second-factor-set", "second-factor-removed",
    "provider-linked", "provider-unlinked",
    "roster-applied", "roster-undone", "role-given", "role-taken", "mentor-given", "mentor-taken", "cover-given", "cover-ended",
    "person-added", "person-changed", "person-archived", "person-restored", "student-moved", "talk-handed-over",
    "group-added", "group-changed", "group-archived", "group-restored", "settings-changed", "school-added", "vocabulary-changed",
    "guardian-invited", "guardian-accepted", "guardian-ended", "guardian-agreed",
    "recognition-given", "recognition-withdrawn", "recognition-reported", "recognition-settled", "recognition-blocked", "recognition-unblocked",
    "viewed", "exported",
}  # fmt: skip
"""Everything that is on record."""


def note(session: Session, school_id: UUID, kind: str, at: datetime, *, actor: UUID | None = None, subject: UUID | None = None, about: UUID | None = None, **details: Any) -> None:
    """Put one thing on record, in the running transaction. `actor` did it (none: nobody signed in), `subject` is whom it is about, `about` the thing itself."""
    if kind not in KINDS:
        raise ValueError(f"{kind} is no kind of the audit")
    _begin(session, school_id)
    head = session.scalars(select(AuditHead).where(AuditHead.school_id == school_id).with_for_update().execution_options(populate_existing=True)).one()
    entry = AuditEntry(
        school_id=school_id, seq=head.seq + 1, at=at, kind=kind, actor=name_of(session, school_id, actor), subject=name_of(session, school_id, subject),
        about=about, details=details, before=head.seal,
    )  # fmt: skip
    entry.seal = entry.fingerprint()
    session.add(entry)
    head.seq, head.seal = entry.seq, entry.seal
    session.flush()


def note_each(session: Session, school_id: UUID, kind: str, at: datetime, *, actor: UUID | None, subjects: Sequence[UUID], **details: Any) -> None:
    """Put the same thing on record of many people at once, an entry each: a thousand in the time in which `note` puts a few dozen."""
    if kind not in KINDS:
        raise ValueError(f"{kind} is no kind of the audit")
    _begin(session, school_id)
    head = session.scalars(select(AuditHead).where(AuditHead.school_id == school_id).with_for_update().execution_options(populate_existing=True)).one()
    by, tokens, entries = name_of(session, school_id, actor), _names_of(session, school_id, subjects), list[AuditEntry]()
    seal = head.seal
    for seq, subject in enumerate(subjects, start=head.seq + 1):
        entry = AuditEntry(school_id=school_id, seq=seq, at=at, kind=kind, actor=by, subject=tokens[subject], about=None, details=details, before=seal)
        entry.seal = seal = entry.fingerprint()
        entries.append(entry)
    session.add_all(entries)
    head.seq, head.seal = head.seq + len(entries), seal
    session.flush()


def _names_of(session: Session, school_id: UUID, person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The tokens of these people, made where there are none yet. Call while holding the chain."""
    known = {row.person_id: row.token for row in session.execute(select(AuditName.person_id, AuditName.token).where(AuditName.school_id == school_id))}
    fresh = [AuditName(token=secrets.token_urlsafe(16), school_id=school_id, person_id=person_id) for person_id in dict.fromkeys(person_ids) if person_id not in known]
    session.add_all(fresh)
    session.flush()
    return {**known, **{name.person_id: name.token for name in fresh}}


def note_view(session: Session, school_id: UUID, at: datetime, *, viewer: UUID, student: UUID, about: UUID, day: str, what: str) -> bool:
    """Put on record that somebody looked at something of a student, once a day (`day` is the school's, ISO); tells whether it was new.

    `what` is a word of ours for the thing: `conversation`, `preparation`, `photo`.
    """
    if seen_today(session, viewer=viewer, about=about, day=day):
        return False
    try:
        with session.begin_nested():
            session.add(AuditView(viewer_id=viewer, about=about, day=day, school_id=school_id))
    except IntegrityError:
        return False
    note(session, school_id, "viewed", at, actor=viewer, subject=student, about=about, what=what)
    return True


def name_of(session: Session, school_id: UUID, person_id: UUID | None) -> str:
    """The token of a person, made when there is none yet; empty for nobody. Call inside `note`, which holds the chain."""
    if person_id is None:
        return ""
    known = session.scalar(select(AuditName.token).where(AuditName.person_id == person_id))
    if known is not None:
        return known
    token = secrets.token_urlsafe(16)
    session.add(AuditName(token=token, school_id=school_id, person_id=person_id))
    session.flush()
    return token


def erase(session: Session, person_id: UUID) -> None:
    """Let nobody tell any more whose entries these are. The chain stays as it was."""
    session.execute(update(AuditName).where(AuditName.person_id == person_id).values(person_id=None))


def broken_at(session: Session, school_id: UUID) -> int | None:
    """The first entry of a school's chain that is not as it was written, or is missing; None when all is whole. Reads all of it, in batches."""
    seal, seq = START, 0
    for entry in session.scalars(select(AuditEntry).where(AuditEntry.school_id == school_id).order_by(AuditEntry.seq).execution_options(yield_per=500)):
        if entry.seq != seq + 1 or entry.before != seal or entry.fingerprint() != entry.seal:
            return seq + 1
        seal, seq = entry.seal, entry.seq
        session.expunge(entry)
    head = session.scalar(select(AuditHead).where(AuditHead.school_id == school_id).execution_options(populate_existing=True))
    whole = (head.seq, head.seal) == (seq, seal) if head is not None else seq == 0
    return None if whole else seq + 1


def seen_today(session: Session, *, viewer: UUID, about: UUID, day: str) -> bool:
    """Whether it is on record already that they looked at this, that day."""
    return session.get(AuditView, (viewer, about, day)) is not None


def _begin(session: Session, school_id: UUID) -> None:
    if session.get(AuditHead, school_id) is not None:
        return
    try:
        with session.begin_nested():
            session.add(AuditHead(school_id=school_id, seq=0, seal=START))
    except IntegrityError:
        return
