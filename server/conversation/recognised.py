"""What others saw, as a student takes it along to a talk. Who wrote it never changes it, so what is shown needs no copy; what the student no longer keeps is shown no more."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, delete, literal, select, type_coerce, union_all
from sqlalchemy.orm import Session

from server.conversation.models import PreparationExperience, PreparationRecognition
from server.core.errors import found
from server.core.ids import parse_id
from server.people.viewer import Viewer
from server.recognition import access
from server.recognition.models import Recognition

FIELD = "recognitions"
MOST_RECOGNITIONS = 3


def _of(table: type[PreparationExperience] | type[PreparationRecognition], chosen: Any, field: str) -> Select[*tuple[Any, ...]]:
    return select(literal(field).label("field"), type_coerce(chosen, Uuid()).label("id"), table.position.label("position")).where(
        table.conversation_id == bindparam("conversation_id")
    )


_CHOSEN = union_all(_of(PreparationExperience, PreparationExperience.experience_id, "experiences"), _of(PreparationRecognition, PreparationRecognition.recognition_id, FIELD))
"""Both in one statement: every page of a talk asks this."""


def taken_along(session: Session, conversation_id: UUID) -> dict[str, list[str]]:
    """Which experiences the student wants to tell, and which of what others saw, each as a form sends it."""
    rows = sorted(session.connection().execute(_CHOSEN, {"conversation_id": conversation_id}), key=lambda row: row.position)
    return {field: [str(row.id) for row in rows if row.field == field] for field in ("experiences", FIELD)}


def own(session: Session, viewer: Viewer, ids: Sequence[str]) -> list[str]:
    """The sent ones that the student keeps; one put aside or taken back meanwhile is left out, somebody else's does not exist."""
    wanted = [found(parse_id(text)) for text in ids]
    mine = {seen.id: seen for seen in session.scalars(access.about_me(viewer).where(Recognition.id.in_(wanted)))} if wanted else {}
    return [str(wish) for wish in wanted if (seen := found(mine.get(wish))).kept_at is not None and seen.withdrawn_at is None]


def store(session: Session, about: Mapping[str, UUID], ids: Sequence[str]) -> None:
    """These, in this order, instead of what stood there."""
    session.execute(delete(PreparationRecognition).where(PreparationRecognition.conversation_id == about["conversation_id"]))
    session.add_all(PreparationRecognition(recognition_id=UUID(one), position=place, **about) for place, one in enumerate(ids))
