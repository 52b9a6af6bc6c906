"""How a student's words grew: what they told with a word, and who else saw it. Pure; nothing here counts for anything but how large a word is drawn."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from server.activity.models import KINDS, OWN
from server.core.clock import local
from server.experience.queries import MediaView

FIRST_MONTH = 8
"""A Dutch school year begins on 1 August (WVO 2020, article 1.1)."""

LATEST = datetime.max.replace(tzinfo=UTC)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One time that the student chose the word. `label` is what it was called then; `heard` are the recordings and photos that say how they knew."""

    experience_id: UUID
    happened_at: datetime
    title: str
    activity: str
    activity_kind: str
    label: str
    evidence: str = ""
    heard: tuple[MediaView, ...] = ()

    @property
    def is_shown(self) -> bool:
        """Whether they said how they knew, in writing or otherwise."""
        return bool(self.evidence.strip() or self.heard)


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """One time that somebody else saw it, and the student kept that."""

    who: str
    given_at: datetime
    sentence: str
    label: str
    role: str = ""
    guest: bool = False
    """They came by the student's link, without an account: `role` is what they called themselves."""


class Grown(msgspec.Struct, frozen=True, kw_only=True):
    """A word with all that was told and seen of it, oldest first. `key` is of the vocabulary, or `own:` and the word in small letters."""

    kind: str
    key: str
    label: str
    icon: str
    picture: str
    told: tuple[Told, ...] = ()
    seen: tuple[Sight, ...] = ()
    spoken: UUID | None = None
    """The voice note that is the word, when it was said instead of typed, and in which entry it stands."""

    told_in: UUID | None = None

    @property
    def about(self) -> str:
        """Its name in an address: `quality:working-together`, `motive:own:rust`."""
        return f"{self.kind}:{self.key}"

    @property
    def since(self) -> datetime:
        """When it first was there."""
        return min(*(one.happened_at for one in self.told[:1]), *(one.given_at for one in self.seen[:1]), LATEST)

    @property
    def others(self) -> tuple[tuple[str, bool], ...]:
        """Who else saw it and whether they were a guest, each once, in the order in which they did."""
        return tuple(dict.fromkeys((one.who, one.guest) for one in self.seen))


def school_year(moment: datetime, zone: str) -> int:
    """The calendar year in which the school year of this moment began."""
    wall = local(moment, zone)
    return wall.year if wall.month >= FIRST_MONTH else wall.year - 1


def years_of(words: Iterable[Grown], zone: str) -> list[int]:
    """The school years in which anything grew, newest first."""
    moments = (moment for word in words for moment in (*(one.happened_at for one in word.told), *(one.given_at for one in word.seen)))
    return sorted({school_year(moment, zone) for moment in moments}, reverse=True)


def kinds_of(words: Iterable[Grown]) -> list[str]:
    """The kinds of activity in which a word was chosen, in the order in which they always stand; what students did by themselves comes last."""
    there = {one.activity_kind for word in words for one in word.told}
    return [kind for kind in (*KINDS, OWN) if kind in there]


def chosen(words: Iterable[Grown], zone: str, *, year: int | None = None, kind: str = "") -> list[Grown]:
    """The words with only what is of this school year and this kind of activity. Who saw a word saw it in no kind: they stay with a word that is left."""
    left = []
    for word in words:
        told = tuple(one for one in word.told if kind in {"", one.activity_kind} and year in {None, school_year(one.happened_at, zone)})
        seen = tuple(one for one in word.seen if year in {None, school_year(one.given_at, zone)})
        if told or (seen and not kind):
            left.append(msgspec.structs.replace(word, told=told, seen=seen))
    return in_time(left)


def in_time(words: Iterable[Grown]) -> list[Grown]:
    """By when they first were there."""
    return sorted(words, key=lambda word: (word.since, word.about))
