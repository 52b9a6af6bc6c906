"""Where people belong: a student's group, who mentors a group, who mentors one student.

A mentor sees what students show: whoever makes one shows first who they are.
"""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath

from server.core import clock
from server.core.errors import found
from server.core.forms import Form
from server.core.routes import delete, post
from server.core.web import done, reading, writing
from server.people.identity import confirmed, keeper
from server.school import belonging, person_pages
from server.school.keeping import Stale

ONE = "/school/people/{person_id:uuid}"


@post(ONE + "/group", guards=[keeper])
def move(request: Request, form: Form, person_id: FromPath[UUID]) -> Response[Any]:
    """Put a student in another group, or in none. When somebody else changed it meanwhile, show what stands."""
    try:
        with writing(request) as session:
            belonging.move(session, request.user, person_id, form.id("group"), form.number("edition") or 0, clock.now())
    except Stale:
        with reading(request) as session:
            return person_pages.shown(request, session, person_id, stale=True, status=409)
    return done(request, f"/school/people/{person_id}", said="saved")


@post(ONE + "/groups", guards=[keeper, confirmed])
def mentor_group(request: Request, form: Form, person_id: FromPath[UUID]) -> Response[Any]:
    """An employee mentors this group too."""
    with writing(request) as session:
        belonging.let_mentor(session, request.user, person_id, found(form.id("group")), clock.now())
    return done(request, _back(form, f"/school/people/{person_id}", form.id("group")), said="saved")


@delete(ONE + "/groups/{group_id:uuid}", guards=[keeper])
def mentor_group_no_more(request: Request, form: Form, person_id: FromPath[UUID], group_id: FromPath[UUID]) -> Response[Any]:
    """And no more."""
    with writing(request) as session:
        belonging.let_mentor_no_more(session, request.user, person_id, group_id, clock.now())
    return done(request, _back(form, f"/school/people/{person_id}", group_id), said="saved")


@post("/school/groups/{group_id:uuid}/mentors", guards=[keeper, confirmed])
def give_mentor(request: Request, form: Form, group_id: FromPath[UUID]) -> Response[Any]:
    """The group has this mentor too."""
    with writing(request) as session:
        belonging.let_mentor(session, request.user, found(form.id("mentor")), group_id, clock.now())
    return done(request, f"/school/groups/{group_id}", said="saved")


@post(ONE + "/mentors", guards=[keeper, confirmed])
def mentor_one(request: Request, form: Form, person_id: FromPath[UUID]) -> Response[Any]:
    """A student has this mentor too, besides that of the group."""
    with writing(request) as session:
        belonging.let_mentor_one(session, request.user, found(form.id("mentor")), person_id, clock.now())
    return done(request, f"/school/people/{person_id}", said="saved")


@delete(ONE + "/mentors/{mentor_id:uuid}", guards=[keeper])
def mentor_one_no_more(request: Request, person_id: FromPath[UUID], mentor_id: FromPath[UUID]) -> Response[Any]:
    """And no more."""
    with writing(request) as session:
        belonging.let_mentor_one_no_more(session, request.user, mentor_id, person_id, clock.now())
    return done(request, f"/school/people/{person_id}", said="saved")


def _back(form: Form, person: str, group_id: UUID | None) -> str:
    """To the page it was asked on."""
    return f"/school/groups/{group_id}" if form.text("from") == "group" and group_id else person


routes = [move, mentor_group, mentor_group_no_more, give_mentor, mentor_one, mentor_one_no_more]
