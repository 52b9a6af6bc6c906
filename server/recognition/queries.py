"""What the screens about recognition show, loaded whole: a fixed number of statements however many there are."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from server.people.models import Person, full_name
from server.recognition.models import Recognition, RecognitionWord


class KeptWord(NamedTuple):
    """A quality that somebody saw in a student, and the student kept: called as in that `edition` of the school's language."""

    word: str
    edition: int
    given_at: datetime
    who: str


_KEPT_WORDS = (
    select(
        RecognitionWord.word, RecognitionWord.edition, Recognition.given_at, Recognition.guest_name, Person.given_name, Person.infix, Person.family_name, Person.addressed_as
    )
    .join(Recognition, Recognition.id == RecognitionWord.recognition_id)
    .outerjoin(Person, Person.id == Recognition.giver_id)
    .where(Recognition.student_id == bindparam("student_id"), Recognition.kept_at.is_not(None), Recognition.withdrawn_at.is_(None))
    .order_by(Recognition.given_at, Recognition.id, RecognitionWord.position)
)  # fmt: skip


def kept_words(session: Session, student_id: UUID) -> list[KeptWord]:
    """The qualities that others saw in this student and the student kept, oldest first. Who may see them is the caller's question."""
    rows = session.connection().execute(_KEPT_WORDS, {"student_id": student_id})
    return [KeptWord(row.word, row.edition, row.given_at, giver(row)) for row in rows]


def giver(row: object) -> str:
    """Who saw it: an employee as they chose to be addressed, a guest by the name they gave."""
    if row.given_name is None:  # type: ignore[attr-defined]
        return str(row.guest_name)  # type: ignore[attr-defined]
    return str(row.addressed_as or full_name(row.given_name, row.infix, row.family_name))  # type: ignore[attr-defined]
