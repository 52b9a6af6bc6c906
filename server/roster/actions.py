"""What a keeper does with a list. Each verb stores in which state the list is by then, and gives the work that follows from it (`work.start`)."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.core.db import Database
from server.core.errors import Conflict
from server.core.ids import new_id
from server.people.viewer import Viewer
from server.roster.listed import Unreadable
from server.roster.models import RosterChange, RosterImport, RosterMapping
from server.roster.reading import is_small, look
from server.roster.reading_columns import FIELDS, WHO, Columns
from server.roster.reading_table import LARGEST
from server.roster.undo import UNDONE_WITHIN, last_applied
from server.roster.work import Job, columns_of, remembered

KEPT = timedelta(days=1)


def take_in(database: Database, viewer: Viewer, name: str, content: bytes, now: datetime) -> tuple[Job | None, UUID, bool]:
    """Keep a list that was sent: gives the work on it (none while somebody must say which column is which), its id, and whether it is small.

    Raises `Unreadable` when that shows at once; of a large one the work tells.
    """
    if not content:
        raise Unreadable("empty")
    if len(content) > LARGEST:
        raise Unreadable("large")
    small, made = is_small(content), new_id()
    with database.reading() as session:
        heads = remembered(session, viewer.school_id)
    seen = look(content, heads) if small else None
    kept = heads.get(seen.head.digest) if seen else None
    state = "looking" if seen and kept is None else "reading"
    with database.writing() as session:
        forget_lists(session, now)
        session.add(
            RosterImport(
                id=made, school_id=viewer.school_id, made_by=viewer.person_id, made_at=now, name=name[-120:], content=content, kind=seen.shape if seen else "",
                mapping={**columns_of(seen, kept), "small": small}, state=state, beat_at=now,
            )
        )  # fmt: skip
    return (Job(made, "reading", now, viewer.person_id) if state == "reading" else None), made, small


def choose_columns(session: Session, sent: RosterImport, columns: Columns, now: datetime) -> Job:
    """Read the list so, and the next one with these columns too."""
    _not_busy(sent, now, "looking", "ready", "failed")
    chosen = {"columns": {str(place): field for place, field in columns.fields.items()}, "who": columns.who}
    kept = session.get(RosterMapping, (sent.school_id, sent.mapping["head"])) or RosterMapping(school_id=sent.school_id, head=sent.mapping["head"])
    kept.mapping, kept.used_at = chosen, now
    session.add(kept)
    sent.mapping = {**{key: value for key, value in sent.mapping.items() if key not in {"why", "stale"}}, **chosen}
    return _begin(sent, "reading", now)


def read_again(sent: RosterImport, whole: bool | None, now: datetime) -> Job:
    """Lay it beside the school once more: as a list of everybody, or of a part."""
    _not_busy(sent, now, "ready", "failed")
    sent.whole, sent.mapping = whole, {key: value for key, value in sent.mapping.items() if key not in {"why", "stale"}}
    return _begin(sent, "reading", now)


def begin_applying(sent: RosterImport, viewer: Viewer, now: datetime) -> Job:
    """Do what was looked at."""
    _not_busy(sent, now, "ready")
    return _begin(sent, "applying", now, viewer.person_id)


def begin_undoing(session: Session, sent: RosterImport, viewer: Viewer, now: datetime) -> Job:
    """Take the last list back; another than the last raises `Conflict`."""
    _not_busy(sent, now, "applied")
    if last_applied(session, sent.school_id, now) != sent.id:
        raise Conflict
    return _begin(sent, "undoing", now, viewer.person_id)


def columns_from(told: dict[int, str], who: str) -> tuple[Columns, dict[int, str]]:
    """What somebody said of each column, and the columns that say what another said before them."""
    fields, twice = dict[int, str](), dict[int, str]()
    for place, field in told.items():
        if field in FIELDS and field in fields.values():
            twice[place] = field
        elif field in FIELDS:
            fields[place] = field
    return Columns(fields, who if who in WHO else "students"), twice


def forget_lists(session: Session, now: datetime) -> None:
    """Drop lists that were looked at a day ago and not applied, and what a list changed so long ago that it is undone no more: they hold dates of birth.

    An applied list itself was emptied at once, but for which rows could not be read and why: that goes with what it changed.
    """
    still = RosterImport.state.in_(("looking", "reading", "ready", "failed", "applying"))
    gone = (RosterImport.applied_at.is_(None), still, RosterImport.made_at < now - KEPT)
    old = RosterImport.applied_at < now - UNDONE_WITHIN
    for these in (gone, (old,)):
        session.execute(delete(RosterChange).where(RosterChange.import_id.in_(select(RosterImport.id).where(*these))))
    session.execute(delete(RosterImport).where(*gone))
    session.execute(update(RosterImport).where(old, RosterImport.plan.is_not(None)).values(plan=None))


def _begin(sent: RosterImport, what: str, now: datetime, actor: UUID | None = None) -> Job:
    sent.state, sent.beat_at, sent.done, sent.total = what, now, 0, 0
    return Job(sent.id, what, now, actor)


def _not_busy(sent: RosterImport, now: datetime, *states: str) -> None:
    if sent.stands(now) not in states:
        raise Conflict
