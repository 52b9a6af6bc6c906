"""Who was given a way in by another (a link on paper, a card), and what follows in the rooms above: whoever made it could come in by it as them."""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

Follow = Callable[[Session, UUID, Collection[UUID], str, UUID, datetime], None]
_FOLLOW: list[Follow] = []


def follows(do: Follow) -> Follow:
    """Do this too whenever somebody made ways in for these people of a school."""
    _FOLLOW.append(do)
    return do


def handed_out(session: Session, school_id: UUID, people: Collection[UUID], what: str, *, by: UUID, now: datetime) -> None:
    """Call after making them, in the same transaction. `what` is `link` or `card`."""
    for do in _FOLLOW:
        do(session, school_id, people, what, by, now)
