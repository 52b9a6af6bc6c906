"""The long work on a list: reading it, laying it beside the school, applying, undoing. A small one is done while somebody waits.

A large one is done in a process of its own (`python -m server.roster.work`, told by its input what to do), so that no page waits for it and its memory is given
back at the end; two at a time, the others stand in line. Each act is one transaction that also says in which state the list is: a process that dies leaves
nothing half done, and the list is again what it was before.
"""

import gc
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.core import log
from server.core.db import Database
from server.people.mentoring import mentors_changed
from server.people.models import Cover
from server.roster.apply import Stale, apply, prepare
from server.roster.known import known_of
from server.roster.listed import Unreadable
from server.roster.models import BEFORE, RosterImport, RosterMapping
from server.roster.plan import plan
from server.roster.preview import opened, pack, seal_of
from server.roster.reading import Look, look, parse
from server.roster.undo import changes_of, undo
from server.settings import Settings

BEAT = 1.0
MEMORY = 2 << 30
"""Bytes that the process of a list may take: a sheet that unfolds to more ends it, and nothing else."""

LONGEST = 300
"""Seconds after which that process is ended: a list that takes so long would keep the others waiting for ever."""

_SLOTS = threading.BoundedSemaphore(2)
SHOWN_ONLY = {"titles", "samples", "why", "stale", "small"}


class Job(msgspec.Struct, frozen=True):
    """One piece of work on a list, and the moment and the person it is done for. `what` is the state that the list is in while it lasts."""

    import_id: UUID
    what: str
    now: datetime
    actor: UUID | None = None


def start(settings: Settings, database: Database, job: Job, *, small: bool) -> None:
    """Do it now when it is small; else begin it elsewhere. Call after the state it begins with was stored."""
    if small:
        do(settings, database, job)
        _followed(database, job)
    else:
        threading.Thread(target=_in_process, args=(settings, database, job), name="roster", daemon=True).start()


def do(settings: Settings, database: Database, job: Job) -> None:
    """The work itself; a list that is in another state by now is left alone."""
    try:
        {"reading": _read, "applying": _apply, "undoing": _undo}[job.what](settings, database, job)
    except Exception:
        broke_off(database, job)
        raise


def broke_off(database: Database, job: Job) -> None:
    """The list is again what it was before: nothing of it was done."""
    with database.writing() as session:
        session.execute(update(RosterImport).where(RosterImport.id == job.import_id, RosterImport.state == job.what).values(state=BEFORE[job.what], beat_at=None))


def columns_of(seen: Look | None, kept: dict[str, Any] | None) -> dict[str, Any]:
    """What is kept of a list that was looked at: the mapping that was remembered, or else the guess with what a person needs to judge it."""
    if seen is None:
        return {}
    guessed = {"columns": {str(place): field for place, field in seen.columns.fields.items()}, "who": seen.columns.who}
    return {**(kept or guessed), "head": seen.head.digest, "titles": list(seen.head.titles), "samples": seen.samples}


def remembered(session: Session, school_id: UUID) -> dict[str, dict[str, Any]]:
    """The heads that this school's lists had before, and how they were read."""
    return {row.head: row.mapping for row in session.scalars(select(RosterMapping).where(RosterMapping.school_id == school_id))}


def reach_of(session: Session, school_id: UUID, kind: str, head: object) -> bool | None:
    """What the last list of this shape was: one of a part is so again; of one that held everybody it is to be seen again. None: as much as it covers decides."""
    applied = select(RosterImport).where(RosterImport.school_id == school_id, RosterImport.applied_at.is_not(None), RosterImport.kind == kind, RosterImport.made_by.is_not(None))
    last = next((sent for sent in session.scalars(applied.order_by(RosterImport.applied_at.desc()).limit(50)) if sent.mapping.get("head") == head), None)
    return False if last is not None and last.whole is False else None


def _read(settings: Settings, database: Database, job: Job) -> None:
    with database.reading() as session:
        sent = session.scalar(select(RosterImport).where(RosterImport.id == job.import_id, RosterImport.state == job.what))
        if sent is None:
            return
        content, mapping, whole, school_id = sent.content, dict(sent.mapping), sent.whole, sent.school_id
        heads = remembered(session, school_id)
    try:
        if "head" not in mapping and (seen := look(content, heads)) is not None:
            kept = heads.get(seen.head.digest)
            mapping |= columns_of(seen, kept)
            if kept is None:
                _store(database, job, state="looking", mapping=mapping, kind=seen.shape)
                return
        tell = _beating(database, job)
        roster = parse(content, mapping, tell)
        with database.reading() as session:
            whole = reach_of(session, school_id, roster.shape, mapping.get("head")) if whole is None else whole
            made = plan(known_of(session, school_id), roster, whole, tell)
    except Unreadable as error:
        _store(database, job, state="failed", mapping={**mapping, "why": error.why})
        return
    _store(database, job, state="ready", mapping=mapping, kind=roster.shape, plan=pack(made), counts=made.counts)


def _apply(settings: Settings, database: Database, job: Job) -> None:
    with database.reading() as session:
        asked = select(RosterImport.school_id, RosterImport.plan).where(RosterImport.id == job.import_id, RosterImport.state == job.what)
        school_id, blob = session.execute(asked).one_or_none() or (None, None)
    if school_id is None or blob is None:
        return
    wanted = opened(blob).plan
    try:
        ready = prepare(database, school_id, job.import_id, wanted, job.now, job.actor)
        with database.writing() as session:
            sent = _held(session, job)
            if sent is None or sent.plan is None or seal_of(sent.plan) != seal_of(blob):
                return
            apply(session, settings, sent, ready)
            sent.mapping = {key: value for key, value in sent.mapping.items() if key not in SHOWN_ONLY}
    except Stale:
        with database.writing() as session:
            if (sent := _held(session, job)) is None:
                return
            sent.state, sent.mapping = "reading", {**sent.mapping, "stale": True}
        _read(settings, database, msgspec.structs.replace(job, what="reading"))


def _undo(settings: Settings, database: Database, job: Job) -> None:
    with database.reading() as session:
        school_id = session.scalar(select(RosterImport.school_id).where(RosterImport.id == job.import_id))
        if school_id is None:
            return
        changes, known = changes_of(session, job.import_id), known_of(session, school_id)
    with database.writing() as session:
        if sent := _held(session, job):
            undo(session, settings, sent, changes, known, job.now, job.actor)


def _held(session: Session, job: Job) -> RosterImport | None:
    return session.scalar(select(RosterImport).where(RosterImport.id == job.import_id, RosterImport.state == job.what).with_for_update())


def _store(database: Database, job: Job, **values: Any) -> None:
    with database.writing() as session:
        session.execute(update(RosterImport).where(RosterImport.id == job.import_id, RosterImport.state == job.what).values(**values))


def _beating(database: Database, job: Job) -> Callable[[int, int], None]:
    """Tells once a second how far it is, and that it is alive."""
    began = last = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        if (passed := time.monotonic()) - last >= BEAT:
            last = passed
            _store(database, job, done=done, total=total, beat_at=job.now + timedelta(seconds=passed - began))

    return tell


def _in_process(settings: Settings, database: Database, job: Job) -> None:
    told = msgspec.json.encode({"database": settings.database, "data": str(settings.data.absolute()), "base_url": settings.base_url, "job": job})
    with _SLOTS:
        try:
            ended = subprocess.run([sys.executable, "-m", "server.roster.work"], input=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=LONGEST)
            if ended.returncode == 0:
                return _followed(database, job)
            log.error("roster", error=f"ended with {ended.returncode}")
        except (OSError, subprocess.TimeoutExpired) as error:
            log.error("roster", error=type(error).__name__)
        broke_off(database, job)
    return None


def _followed(database: Database, job: Job) -> None:
    """What follows in the rooms above when a list changed who mentors whom: they are known in the process of the server only."""
    if job.what == "reading":
        return
    with database.writing() as session:
        school_id = session.scalar(select(RosterImport.school_id).where(RosterImport.id == job.import_id))
        if school_id is not None:
            away = session.scalars(select(Cover.mentor_id).where(Cover.school_id == school_id, Cover.ended_at == job.now))
            mentors_changed(session, school_id, job.now, set(away))


class _Told(msgspec.Struct):
    database: str
    data: str
    base_url: str
    job: Job


def main() -> None:
    """What a process of its own does: one job, as its input says."""
    told = msgspec.json.decode(sys.stdin.buffer.read(), type=_Told)
    _limit_memory()
    gc.set_threshold(100_000)
    database = Database(told.database)
    try:
        do(Settings(data=Path(told.data), base_url=told.base_url), database, told.job)
    finally:
        database.close()


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
