"""Two versions of one answer, as a page shows them beside each other: of an experience, or of a preparation."""

from datetime import datetime
from uuid import UUID

import msgspec

from server.experience.word_views import WordView


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a field, or what was kept beside it: a text, a face, words with how they were noticed, or names of what was chosen."""

    text: str = ""
    face: int | None = None
    face_icon: str = ""
    words: tuple[WordView, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing: it was taken away."""
        return not (self.text or self.face or self.words or self.names)


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    """What stands and what came second. `base` is the revision at which it is shown, `label` the question when the field's name does not tell it."""

    id: UUID
    field: str
    made_at: datetime
    base: int
    action: str
    stored: Version
    other: Version
    label: str = ""

    @property
    def may_both_stay(self) -> bool:
        """Texts can stand under each other."""
        return bool(self.stored.text and self.other.text)
