"""The keeper's screens: groups and people, a way in for who lost it, what the school is called. What a keeper changes stands in the other `…_pages`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, FromQuery
from sqlalchemy.orm import Session

from server.core import clock
from server.core.audit import note
from server.core.errors import found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.routes import get, post
from server.core.web import done, language, page, reading, writing
from server.people import access
from server.people.counters import bump_school
from server.people.fields import SETTINGS, typed, wrong
from server.people.identity import confirmed, keeper
from server.people.models import Group, School
from server.people.schools import is_taken
from server.people.vision import tidied, wrong_vision
from server.school import belonging_pages, cover_pages, group_pages, keeping, person_pages, queries
from server.school.sheet import sheet

YOUNGEST, OLDEST = 12, 18
"""Between which ages a school may set from when students invite guardians themselves."""


@get("/school/people", guards=[keeper])
def people(request: Request, q: FromQuery[str] = "", show: FromQuery[str] = "", number: FromQuery[int] = 1) -> Response[Any]:
    """The groups, who works here, who has no group, who left; or who is looked for. A page at a time."""
    asked, show, viewer = q.strip()[:80], show if show in queries.SHOWN else "", request.user
    with reading(request) as session:
        view: dict[str, Any] = {"q": asked, "show": show, "groupless": queries.groupless(session, viewer)}
        if asked:
            view["listed"] = queries.found_by_name(session, viewer, asked, number)
        elif show:
            view["listed"] = queries.listed(session, viewer, show, number)
        else:
            view |= {"groups": queries.group_lines(session, viewer), "archived": queries.archived_groups(session, viewer)}
        return page(request, "school/people.html", view)


@get("/school/groups/{group_id:uuid}", guards=[keeper])
def group(request: Request, group_id: FromPath[UUID]) -> Response[Any]:
    """The students of a group, who of them came in already, and its mentors."""
    with reading(request) as session:
        return group_pages.shown(request, session, group_id)


@post("/school/groups/{group_id:uuid}/links", guards=[keeper, confirmed])
def group_links(request: Request, group_id: FromPath[UUID], form: Form) -> Response[Any]:
    """A sheet with a fresh link for every student of the group, or only for who never came in."""
    with writing(request) as session:
        shown = found(session.scalar(access.groups(request.user).where(Group.id == group_id)))
        students, _ = queries.group_people(session, request.user, shown)
        wanted = [line.id for line in students if not line.signed_in or form.text("everybody")]
        return sheet(request, session, wanted, title=shown.name, back=f"/school/groups/{group_id}")


@get("/school/people/{person_id:uuid}", guards=[keeper])
def person(request: Request, person_id: FromPath[UUID]) -> Response[Any]:
    """One person: where they belong, what they may do, and a way in for who lost it."""
    with reading(request) as session:
        return person_pages.shown(request, session, person_id)


@post("/school/people/{person_id:uuid}/link", guards=[keeper, confirmed])
def person_link(request: Request, person_id: FromPath[UUID]) -> Response[Any]:
    """A fresh link for one person; for an admin only by an admin."""
    with writing(request) as session:
        shown = keeping.person_to_keep(session, request.user, person_id)
        return sheet(request, session, [shown.id], title=shown.full_name, back=f"/school/people/{shown.id}")


@get("/school/settings", guards=[keeper])
def settings(request: Request) -> Response[Any]:
    """The name of the school, what it wants with guidance, whom students can talk to, and from when they invite guardians."""
    with reading(request) as session:
        school = found(session.scalar(access.schools(request.user)))
        return _settings(request, _standing(school), school.edition)


@post("/school/settings", guards=[keeper])
def keep_settings(request: Request, form: Form) -> Response[Any]:
    """Keep them; everybody's next page shows them. When somebody else changed them meanwhile, show both."""
    told, now = {**typed(form, SETTINGS), "guardians_from": form.text("guardians_from")[:10], "vision": tidied(form.text("vision"))}, clock.now()
    errors = wrong(typed(form, SETTINGS), tongue(language(request))) | _wrong_age(request, form) | wrong_vision(told["vision"], tongue(language(request)))
    with writing(request) as session:
        school = found(session.scalar(access.schools(request.user).with_for_update()))
        stands, errors = _standing(school), errors | _wrong_name(request, session, school, told["school"])
        if errors:
            return _settings(request, told, form.number("edition") or 0, errors=errors, status=422)
        if told != stands and school.edition != form.number("edition"):
            return _settings(request, told, school.edition, stands=stands, status=409)
        if told != stands:
            _keep(school, told)
            bump_school(session, school.id)
            note(session, school.id, "settings-changed", now, actor=request.user.person_id, fields=sorted(name for name in told if told[name] != stands[name]))
    return done(request, "/school/settings", said="saved")


def _standing(school: School) -> dict[str, str]:
    return {
        "school": school.name,
        "trusted_name": school.trusted_name,
        "trusted_contact": school.trusted_contact,
        "guardians_from": str(school.guardians_from),
        "vision": school.vision,
    }


def _keep(school: School, told: Mapping[str, str]) -> None:
    school.name, school.trusted_name, school.trusted_contact = told["school"], told["trusted_name"], told["trusted_contact"]
    school.guardians_from, school.vision, school.edition = int(told["guardians_from"]), told["vision"], school.edition + 1


def _wrong_name(request: Request, session: Session, school: School, name: str) -> dict[str, str]:
    _ = tongue(language(request))
    if name == school.name:
        return {}
    if school.name in request.app.state.settings.schools_named:
        return {"school": _("Het inloggen met schoolaccounts hangt aan deze naam. Vraag wie Spoor beheert hem eerst daar te wijzigen.")}
    return {"school": _("Zo heet hier al een andere school.")} if is_taken(session, name, but=school.id) else {}


def _wrong_age(request: Request, form: Form) -> dict[str, str]:
    age, _ = form.number("guardians_from"), tongue(language(request))
    return {} if age is not None and YOUNGEST <= age <= OLDEST else {"guardians_from": _("Kies een leeftijd van 12 tot en met 18 jaar.")}


def _settings(
    request: Request, told: Mapping[str, str], edition: int, *, errors: Mapping[str, str] | None = None, stands: Mapping[str, str] | None = None, status: int = 200
) -> Response[Any]:
    return page(request, "school/settings.html", {"form": told, "edition": edition, "errors": errors or {}, "stands": stands or {}}, status=status)


routes: list = [
    people, group, group_links, person, person_link, settings, keep_settings,
    *person_pages.routes, *belonging_pages.routes, *group_pages.routes, *cover_pages.routes,
]  # fmt: skip
