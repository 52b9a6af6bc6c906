"""Groups by hand: a new one, another name, how much its students are asked, out of use and in use again."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core import clock
from server.core.errors import found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.ids import new_id
from server.core.routes import delete, get, post
from server.core.web import done, language, page, reading, writing
from server.people import access
from server.people.identity import keeper
from server.people.models import DEPTHS, Group
from server.school import keeping, queries
from server.school.covering import colleagues

LONGEST_NAME = 60
ONE = "/school/groups/{group_id:uuid}"


@get("/school/groups/new", guards=[keeper])
def new(request: Request) -> Response[Any]:
    """A group that is in no list."""
    return _form(request, "", DEPTHS[1])


@post("/school/groups", guards=[keeper])
def add(request: Request, form: Form) -> Response[Any]:
    """Add it."""
    name, group_id, depth = _name(form), form.id("id") or new_id(), _depth(form, DEPTHS[1])
    with writing(request) as session:
        if errors := _wrong(request, session, name, group_id):
            return _form(request, name, depth, id=group_id, errors=errors, status=422)
        keeping.add_group(session, request.user, group_id, name, depth, clock.now())
    return done(request, f"/school/groups/{group_id}", said="saved")


@get(ONE + "/edit", guards=[keeper])
def edit(request: Request, group_id: FromPath[UUID]) -> Response[Any]:
    """Its name and how much its students are asked, to change."""
    with reading(request) as session:
        group = found(session.scalar(access.groups(request.user).where(Group.id == group_id)))
        return _form(request, group.name, group.depth, group=group)


@post(ONE, guards=[keeper])
def change(request: Request, form: Form, group_id: FromPath[UUID]) -> Response[Any]:
    """Keep it. When somebody else changed it meanwhile, show both."""
    name = _name(form)
    with writing(request) as session:
        group = found(session.scalar(access.groups(request.user).where(Group.id == group_id).with_for_update()))
        depth = _depth(form, group.depth)
        if errors := _wrong(request, session, name, group_id):
            return _form(request, name, depth, group=group, edition=form.number("edition"), errors=errors, status=422)
        try:
            keeping.change_group(session, request.user, group, name, depth, form.number("edition") or 0, clock.now())
        except keeping.Stale:
            return _form(request, name, depth, group=group, stands=group, status=409)
    return done(request, f"/school/groups/{group_id}", said="saved")


@post(ONE + "/archive", guards=[keeper])
def archive(request: Request, group_id: FromPath[UUID]) -> Response[Any]:
    """Out of use; nobody in it is lost."""
    with writing(request) as session:
        group = found(session.scalar(_any(request).where(Group.id == group_id).with_for_update()))
        keeping.put_group_away(session, request.user, group, clock.now(), clock.now())
    return done(request, "/school/people", said="group-archived")


@delete(ONE + "/archive", guards=[keeper])
def restore(request: Request, group_id: FromPath[UUID]) -> Response[Any]:
    """In use again."""
    with writing(request) as session:
        group = found(session.scalar(_any(request).where(Group.id == group_id).with_for_update()))
        keeping.put_group_away(session, request.user, group, None, clock.now())
    return done(request, f"/school/groups/{group_id}", said="saved")


def shown(request: Request, session: Session, group_id: UUID) -> Response[Any]:
    """The page of one group."""
    viewer = request.user
    group = found(session.scalar(access.groups(viewer).where(Group.id == group_id)))
    students, mentors = queries.group_people(session, viewer, group)
    staff = [known for known in colleagues(session, viewer, set()) if known.id not in {line.id for line in mentors}]
    return page(request, "school/group.html", {"group": group, "students": students, "mentors": mentors, "staff": staff})


def _any(request: Request):  # type: ignore[no-untyped-def]
    """A group of the own school, in use or not; the guard has asked for a keeper."""
    return select(Group).where(Group.school_id == request.user.school_id)


def _name(form: Form) -> str:
    return " ".join(form.text("name").split())


def _depth(form: Form, otherwise: str) -> str:
    """What was chosen of three; a form that does not ask it changes nothing."""
    return form.text("depth") if form.text("depth") in DEPTHS else otherwise


def _wrong(request: Request, session: Session, name: str, group_id: UUID) -> dict[str, str]:
    _ = tongue(language(request))
    if not name:
        return {"name": _("Geef de groep een naam.")}
    if len(name) > LONGEST_NAME:
        return {"name": _("Dit is te lang: hooguit %(most)s tekens.") % {"most": LONGEST_NAME}}
    other = keeping.in_use(session, request.user, name)
    if other is None or other.id == group_id:
        return {}
    return {"name": _("Zo heet al een groep.") if other.archived_at is None else _("Zo heet een groep in het archief. Zet die terug, onderaan bij Mensen.")}


def _form(
    request: Request,
    name: str,
    depth: str,
    *,
    group: Group | None = None,
    id: UUID | None = None,
    edition: int | None = None,
    errors: dict[str, str] | None = None,
    stands: Group | None = None,
    status: int = 200,
) -> Response[Any]:
    _ = tongue(language(request))
    called = dict(zip(DEPTHS, (_("kort"), _("normaal"), _("diep")), strict=True))
    view = {"form": {"name": name, "depth": called[depth]}, "depth": depth, "depths": called, "group": group, "id": id or new_id(), "errors": errors or {}}
    view["stands"] = {"name": stands.name, "depth": called[stands.depth]} if stands else {}
    return page(request, "school/group_edit.html", {**view, "edition": edition if edition is not None else group.edition if group else 0}, status=status)


routes = [new, add, edit, change, archive, restore]
