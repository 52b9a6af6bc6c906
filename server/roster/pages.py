"""Screens of the class list: choose a file, look at what it would do, apply it."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath

from server.core import clock
from server.core.errors import found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.ids import new_id
from server.core.routes import get, post
from server.core.web import done, language, page, reading, writing
from server.people.identity import keeper
from server.roster import access
from server.roster import words as roster_words
from server.roster.models import RosterImport
from server.roster.plan import Plan, apply, by_group, forget_lists, lock, plan
from server.roster.reading import Unreadable, parse


@get("/school/import", guards=[keeper])
def choose(request: Request) -> Response[Any]:
    """Choose a class list."""
    return page(request, "roster/choose.html", {"errors": {}})


@post("/school/import", guards=[keeper])
def upload(request: Request, form: Form) -> Response[Any]:
    """Keep the list for looking at; nothing changes yet."""
    file, now, made = form.upload("file"), clock.now(), new_id()
    try:
        parse(file.content)
    except Unreadable as error:
        why = roster_words.unreadable(error.why, tongue(language(request)))
        return page(request, "roster/choose.html", {"errors": {"file": why}}, status=413 if error.why == "large" else 422)
    with writing(request) as session:
        forget_lists(session, now)
        session.add(
            RosterImport(id=made, school_id=request.user.school_id, made_by=request.user.person_id, made_at=now, name=file.name[-120:], content=file.content, applied_at=None)
        )
    return done(request, f"/school/import/{made}")


@get("/school/import/{import_id:uuid}", guards=[keeper])
def preview(request: Request, import_id: FromPath[UUID]) -> Response[Any]:
    """What the list would do now, row by row."""
    with reading(request) as session:
        sent = found(session.scalar(access.imports(request.user).where(RosterImport.id == import_id)))
        if sent.applied_at is not None:
            return page(request, "roster/applied.html", {"sent": sent})
        return _preview(request, sent, plan(session, request.user.school_id, parse(sent.content)))


@post("/school/import/{import_id:uuid}/application", guards=[keeper])
def apply_it(request: Request, import_id: FromPath[UUID], form: Form) -> Response[Any]:
    """Do what was looked at: all of it or nothing. When the school changed meanwhile, it is to be looked at again."""
    with writing(request) as session:
        sent = found(session.scalar(access.imports(request.user).where(RosterImport.id == import_id).with_for_update()))
        if sent.applied_at is not None:
            return done(request, f"/school/import/{import_id}")
        lock(session, request.user.school_id)
        wanted = plan(session, request.user.school_id, parse(sent.content))
        if form.text("seal") != wanted.seal:
            return _preview(request, sent, wanted, stale=True)
        apply(session, request.user.school_id, wanted, clock.now())
        sent.applied_at, sent.content = clock.now(), b""
    return done(request, "/school/people", said="nothing-changed" if wanted.empty else "imported")


def _preview(request: Request, sent: RosterImport, wanted: Plan, *, stale: bool = False) -> Response[Any]:
    _ = tongue(language(request))
    view = {
        "sent": sent, "plan": wanted, "added": by_group(wanted.added), "stale": stale,
        "about": lambda fault: roster_words.about(fault, _), "field": lambda name: roster_words.field(name, _),
    }  # fmt: skip
    return page(request, "roster/preview.html", view, status=409 if stale else 200)


routes: list = [choose, upload, preview, apply_it]
