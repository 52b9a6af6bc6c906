"""An account that does not exist costs as much as one that does: what would be done for it is done for somebody, and taken back."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.audit import AuditName, note
from server.core.errors import TooMany
from server.core.limits import spend
from server.people.models import Person
from server.sign_in.entry import FAILED_EVERY


class _TakenBackError(Exception):
    pass


def anybody(session: Session) -> Person | None:
    """Somebody, no matter who, to do it for: best who stands in the record, for the first time there takes more. None while the installation is empty."""
    recorded = session.scalar(select(Person).join(AuditName, AuditName.person_id == Person.id).limit(1))
    return recorded or session.scalar(select(Person).limit(1))


@contextmanager
def kept_if(session: Session, known: bool) -> Iterator[None]:
    """What is done inside stands when the account is known; else it is done all the same, and taken back."""
    with suppress(_TakenBackError), session.begin_nested():
        yield
        session.flush()
        if not known:
            raise _TakenBackError


def put_on_record(session: Session, whom: str, person: Person | None, method: str, now: datetime) -> None:
    """A try went wrong: on record with the person as subject, once in five minutes for an account (`whom`, a mark of what was typed), known or not."""
    somebody = anybody(session)
    subject = person or somebody
    with suppress(TooMany):
        spend(session, f"refused:{method}:{whom}", most=1, per=FAILED_EVERY, at=now)
        if subject is not None:
            with kept_if(session, person is not None):
                note(session, subject.school_id, "sign-in-failed", now, subject=subject.id, method=method)
