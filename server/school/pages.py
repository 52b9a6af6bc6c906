"""The coordinator's screens: groups and people, sign-in sheets, what the school is called and whom to talk to."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, FromQuery
from sqlalchemy.orm import Session

from server.core import clock
from server.core.errors import found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.routes import get, post
from server.core.web import done, language, page, reading, writing
from server.people import access
from server.people.counters import bump_school
from server.people.fields import SETTINGS, typed, wrong
from server.people.identity import keeper
from server.people.models import Group, Person
from server.school import queries
from server.sign_in.models import LINK_LIFE
from server.sign_in.paper import paper_links


@get("/school/people", guards=[keeper])
def people(request: Request, q: FromQuery[str] = "") -> Response[Any]:
    """The groups, the staff, and who is looked for."""
    asked = q.strip()[:80]
    with reading(request) as session:
        view = {"q": asked, "found": queries.found_by_name(session, request.user, asked)}
        if not asked:
            view |= {
                "groups": queries.group_lines(session, request.user),
                "staff": queries.staff_lines(session, request.user),
                "groupless": queries.groupless(session, request.user),
            }
        return page(request, "school/people.html", view)


@get("/school/groups/{group_id:uuid}", guards=[keeper])
def group(request: Request, group_id: FromPath[UUID]) -> Response[Any]:
    """The students of a group, who of them came in already, and its mentors."""
    with reading(request) as session:
        shown = found(session.scalar(access.groups(request.user).where(Group.id == group_id)))
        students, mentors = queries.group_people(session, request.user, shown)
        return page(request, "school/group.html", {"group": shown, "students": students, "mentors": mentors})


@post("/school/groups/{group_id:uuid}/links", guards=[keeper])
def group_links(request: Request, group_id: FromPath[UUID], form: Form) -> Response[Any]:
    """A sheet with a fresh link for every student of the group, or only for who never came in."""
    with writing(request) as session:
        shown = found(session.scalar(access.groups(request.user).where(Group.id == group_id)))
        students, _ = queries.group_people(session, request.user, shown)
        wanted = [line.id for line in students if not line.signed_in or form.text("everybody")]
        return _sheet(request, session, wanted, title=shown.name, back=f"/school/groups/{group_id}")


@get("/school/people/{person_id:uuid}", guards=[keeper])
def person(request: Request, person_id: FromPath[UUID]) -> Response[Any]:
    """One person, and a way in for who lost it."""
    with reading(request) as session:
        shown = found(session.scalar(access.people(request.user).where(Person.id == person_id)))
        return page(request, "school/person.html", {"person": shown, "line": queries.line_of(session, request.user, shown)})


@post("/school/people/{person_id:uuid}/link", guards=[keeper])
def person_link(request: Request, person_id: FromPath[UUID]) -> Response[Any]:
    """A fresh link for one person, for who lost it or works here without a group."""
    with writing(request) as session:
        shown = found(session.scalar(access.people(request.user).where(Person.id == person_id)))
        return _sheet(request, session, [shown.id], title=shown.full_name, back=f"/school/people/{shown.id}")


@get("/school/settings", guards=[keeper])
def settings(request: Request) -> Response[Any]:
    """The name of the school, and whom students can talk to."""
    with reading(request) as session:
        school = found(session.scalar(access.schools(request.user)))
        told = {"school": school.name, "trusted_name": school.trusted_name, "trusted_contact": school.trusted_contact}
        return page(request, "school/settings.html", {"form": told, "errors": {}})


@post("/school/settings", guards=[keeper])
def keep_settings(request: Request, form: Form) -> Response[Any]:
    """Keep both; everybody's next page shows them."""
    told = typed(form, SETTINGS)
    if errors := wrong(told, tongue(language(request))):
        return page(request, "school/settings.html", {"form": told, "errors": errors}, status=422)
    with writing(request) as session:
        school = found(session.scalar(access.schools(request.user).with_for_update()))
        school.name, school.trusted_name, school.trusted_contact = told["school"], told["trusted_name"], told["trusted_contact"]
        bump_school(session, school.id)
    return done(request, "/school/settings", said="saved")


def _sheet(request: Request, session: Session, ids: Sequence[UUID], *, title: str, back: str) -> Response[Any]:
    now, base = clock.now(), request.app.state.settings.base_url
    order = {person_id: place for place, person_id in enumerate(ids)}
    wanted = sorted(session.scalars(access.people(request.user).where(Person.id.in_(ids))), key=lambda person: order[person.id])
    links = paper_links(session, wanted, base_url=base, made_by=request.user.person_id, at=now)
    view = {"title": title, "back": back, "links": links, "until": now + LINK_LIFE}
    return page(request, "sign_in/sheet.html", view, headers={"cache-control": "no-store"})


routes: list = [people, group, group_links, person, person_link, settings, keep_settings]
