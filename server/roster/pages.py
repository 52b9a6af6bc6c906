"""Screens of a list of people: choose a file, say which column is which, look at what it would do, apply it, undo it."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, FromQuery
from sqlalchemy.orm import Session, undefer

from server.core import clock
from server.core.errors import Conflict, found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.routes import delete, get, post
from server.core.web import done, language, page, reading, writing
from server.people.identity import confirmed, keeper
from server.roster import access, actions, queries, words, work
from server.roster.listed import Unreadable
from server.roster.models import BEFORE, RosterImport
from server.roster.plan import ORDER
from server.roster.preview import FAULTY, PAGE, Preview, opened, seal_of
from server.roster.reading_columns import FIELDS, Columns, from_mapping
from server.roster.reading_table import LARGEST

ROOM_FOR_A_FORM = 200_000
SMALL_PLAN = 300_000
"""Bytes of a packed plan that is done while somebody waits: some thousands of people."""

SMALL_UNDO = 5000
"""Steps that are taken back while somebody waits."""


@get("/school/import", guards=[keeper])
def choose(request: Request) -> Response[Any]:
    """Choose a list; the lists of before."""
    return _choose(request, {})


@post("/school/import", guards=[keeper], request_max_body_size=LARGEST + ROOM_FOR_A_FORM)
def upload(request: Request, form: Form) -> Response[Any]:
    """Keep the list for looking at; nothing changes yet."""
    file = form.upload("file")
    try:
        job, made, small = actions.take_in(request.app.state.database, request.user, file.name, file.content, clock.now())
    except Unreadable as error:
        return _choose(request, {"file": words.unreadable(error.why, tongue(language(request)))}, 413 if error.why in {"large", "bomb"} else 422)
    if job:
        _start(request, job, small=small)
    return done(request, f"/school/import/{made}")


@get("/school/import/{import_id:uuid}", guards=[keeper])
def show(request: Request, import_id: FromPath[UUID], part: FromQuery[str] = "", start: FromQuery[str] = "") -> Response[Any]:
    """Where the list is now: which column is which, how far the work is, what it would do, what it did."""
    with reading(request) as session:
        sent = _sent(session, request, import_id)
        state = sent.stands(clock.now())
        if state in BEFORE:
            return page(request, "roster/progress.html", {"sent": sent}, headers={"refresh": "2", "cache-control": "no-store"})
        if state in {"applied", "undone"}:
            return _after(request, session, sent, state, part, _start_of(start))
        if state == "ready":
            return _preview(request, sent, part=part, start=_start_of(start))
        return _columns(request, sent) if state == "looking" else _failed(request, sent)


@get("/school/import/{import_id:uuid}/columns", guards=[keeper])
def columns(request: Request, import_id: FromPath[UUID]) -> Response[Any]:
    """Which column is which, to look at once more."""
    with reading(request) as session:
        return _columns(request, _sent(session, request, import_id))


@post("/school/import/{import_id:uuid}/columns", guards=[keeper])
def choose_columns(request: Request, import_id: FromPath[UUID], form: Form) -> Response[Any]:
    """Read it so; the next list with these columns is read so by itself."""
    with writing(request) as session:
        sent = _sent(session, request, import_id, lock=True)
        told = {place: form.text(f"column-{place}") for place in range(len(sent.mapping.get("titles", [])))}
        chosen, twice = actions.columns_from(told, form.text("who"))
        if twice or chosen.missing:
            return _columns(request, sent, told, chosen, twice)
        job, small = actions.choose_columns(session, sent, chosen, clock.now()), bool(sent.mapping.get("small"))
    _start(request, job, small=small)
    return done(request, f"/school/import/{import_id}")


@post("/school/import/{import_id:uuid}/reach", guards=[keeper])
def choose_reach(request: Request, import_id: FromPath[UUID], form: Form) -> Response[Any]:
    """Whether this is everybody or a part: only who is missing from a list of everybody is archived."""
    with writing(request) as session:
        sent = _sent(session, request, import_id, lock=True)
        whole = {"whole": True, "part": False}.get(form.text("reach"))
        job, small = actions.read_again(sent, whole, clock.now()), bool(sent.mapping.get("small"))
    _start(request, job, small=small)
    return done(request, f"/school/import/{import_id}")


@post("/school/import/{import_id:uuid}/application", guards=[keeper, confirmed])
def apply_it(request: Request, import_id: FromPath[UUID], form: Form) -> Response[Any]:
    """Do what was looked at: all of it or nothing. When the school changed meanwhile, it is to be looked at again."""
    with writing(request) as session:
        sent = _sent(session, request, import_id, lock=True)
        state = sent.stands(clock.now())
        if state in {"applying", "applied", "undone", "undoing"}:
            return done(request, f"/school/import/{import_id}")
        if sent.plan is None or state != "ready":
            raise Conflict
        if form.text("seal") != seal_of(sent.plan):
            return _preview(request, sent, stale=True)
        if opened(sent.plan).many and not form.text("sure"):
            return _preview(request, sent, unsure=True)
        job, small = actions.begin_applying(sent, request.user, clock.now()), len(sent.plan) <= SMALL_PLAN and bool(sent.mapping.get("small"))
    _start(request, job, small=small)
    return _unless_stale(request, import_id)


@delete("/school/import/{import_id:uuid}/application", guards=[keeper, confirmed])
def undo_it(request: Request, import_id: FromPath[UUID]) -> Response[Any]:
    """Take back the last list."""
    with writing(request) as session:
        sent = _sent(session, request, import_id, lock=True)
        if sent.stands(clock.now()) in {"undoing", "undone"}:
            return done(request, f"/school/import/{import_id}")
        job, small = actions.begin_undoing(session, sent, request.user, clock.now()), sum(sent.counts.values()) < SMALL_UNDO
    _start(request, job, small=small)
    return done(request, f"/school/import/{import_id}")


def _start(request: Request, job: work.Job, *, small: bool) -> None:
    work.start(request.app.state.settings, request.app.state.database, job, small=small)


def _sent(session: Session, request: Request, import_id: UUID, *, lock: bool = False) -> RosterImport:
    asked = access.imports(request.user).where(RosterImport.id == import_id)
    return found(session.scalar((asked.with_for_update() if lock else asked).options(undefer(RosterImport.plan))))


def _choose(request: Request, errors: dict[str, str], status: int = 200) -> Response[Any]:
    _ = tongue(language(request))
    with reading(request) as session:
        view = {"errors": errors, "earlier": queries.earlier(session, request.user, clock.now()), "counted": lambda counts: words.counted(counts, _), "now": clock.now()}
        return page(request, "roster/choose.html", view, status=status)


def _columns(request: Request, sent: RosterImport, told: dict[int, str] | None = None, chosen: Columns | None = None, twice: dict[int, str] | None = None) -> Response[Any]:
    _, titles = tongue(language(request)), sent.mapping.get("titles", [])
    known = from_mapping(sent.mapping, len(titles)) or Columns({})
    wrong = chosen is not None
    view = {
        "sent": sent, "titles": titles, "samples": sent.mapping.get("samples", []), "told": told if told is not None else known.fields,
        "who": (chosen or known).who, "fields": [(name, words.column(name, _)) for name in FIELDS], "twice": twice or {}, "missing": chosen.missing if chosen else "",
    }  # fmt: skip
    return page(request, "roster/columns.html", view, status=422 if wrong else 200)


def _preview(request: Request, sent: RosterImport, *, part: str = "", start: int = 0, unsure: bool = False, stale: bool = False) -> Response[Any]:
    _ = tongue(language(request))
    made = opened(sent.plan or b"")
    view = {
        "sent": sent, "plan": made, "counts": {**dict.fromkeys((*ORDER, *FAULTY), 0), **made.counts}, "seal": seal_of(sent.plan or b""),
        "stale": stale or bool(sent.mapping.get("stale")), "unsure": unsure, "remarks": [words.remark(notice, _) for notice in made.notices],
        **_parts(request, made, part, start),
    }  # fmt: skip
    return page(request, "roster/preview.html", view, status=409 if stale else 422 if unsure else 200)


def _parts(request: Request, made: Preview | None, part: str, start: int) -> dict[str, Any]:
    """What `_parts.html` wants: each part with its first lines, or a page of the one that was asked for."""
    alone = made.part(part, start) if made and part else None
    return {
        "parts": [alone] if alone else made.parts() if made else [], "alone": alone, "page_size": PAGE, "words": words.part, "_say": tongue(language(request)),
        "said_of": words.said_of, "field": words.field, "shown": words.shown, "step": words.step,
    }  # fmt: skip


def _start_of(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else 0


def _after(request: Request, session: Session, sent: RosterImport, state: str, part: str, start: int) -> Response[Any]:
    _, counts = tongue(language(request)), {**dict.fromkeys((*ORDER, *FAULTY), 0), **sent.counts}
    view = {
        "sent": sent, "state": state, "counts": counts, "counted": words.counted({**counts, "left-out": 0}, _), "last": queries.is_last(session, sent, clock.now()),
        "standing": queries.standing(session, sent) if state == "undone" else [], "to_do": queries.to_do(session, request.user, sent) if state == "applied" else None,
        **_parts(request, opened(sent.plan) if sent.plan else None, part, start),
    }  # fmt: skip
    return page(request, "roster/applied.html", view)


def _failed(request: Request, sent: RosterImport) -> Response[Any]:
    return page(request, "roster/failed.html", {"sent": sent, "why": words.unreadable(str(sent.mapping.get("why", "")), tongue(language(request)))})


def _unless_stale(request: Request, import_id: UUID) -> Response[Any]:
    """To the list; or at once what it would do now, when the school changed meanwhile and nothing was done."""
    with reading(request) as session:
        sent = _sent(session, request, import_id)
        if sent.state == "ready" and sent.mapping.get("stale"):
            return _preview(request, sent, stale=True)
    return done(request, f"/school/import/{import_id}")


routes: list = [choose, upload, show, columns, choose_columns, choose_reach, apply_it, undo_it]
