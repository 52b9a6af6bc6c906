"""One person: what is written of them, what they may do, that they left or are back, and that they are out on every device."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, FromQuery
from sqlalchemy.orm import Session

from server.core import clock
from server.core.errors import NotFound, SpoorError, Unconfirmed, found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.ids import new_id
from server.core.routes import delete, get, post
from server.core.web import done, language, page, reading, writing
from server.people import access
from server.people.coming_of_age import is_younger_again
from server.people.identity import admin, confirmed, has_confirmed, keeper
from server.people.models import ROLES, Person
from server.school import belonging, keeping, person_form, queries
from server.school.covering import colleagues
from server.sign_in.cards import states
from server.sign_in.sessions import end_all

ONE = "/school/people/{person_id:uuid}"
NO_ONE = dict.fromkeys(person_form.LONGEST, "")


@get("/school/people/new", guards=[keeper])
def new(request: Request, kind: FromQuery[str] = "student", group: FromQuery[UUID | None] = None) -> Response[Any]:
    """Somebody who is in no list."""
    with reading(request) as session:
        return _form(request, session, NO_ONE, kind=kind if kind in person_form.FIELDS else "student", group=group)


@post("/school/people", guards=[keeper])
def add(request: Request, form: Form) -> Response[Any]:
    """Add them; a student in a group, if one was chosen. Codes are mailed to an employee's address: who adds one shows who they are first."""
    kind = form.text("kind") if form.text("kind") in person_form.FIELDS else "student"
    told, person_id, group_id, now = person_form.typed(form, kind), form.id("id") or new_id(), form.id("group"), clock.now()
    with writing(request) as session:
        if errors := person_form.wrong(session, request.user.school_id, told, _today(request, now), tongue(language(request)), person_id=person_id):
            return _form(request, session, told, kind=kind, id=person_id, group=group_id, errors=errors, status=422)
        if kind == "staff" and told["email"] and not has_confirmed(request.user, now):
            raise Unconfirmed
        person = keeping.add_person(session, request.user, person_id, kind, told, now)
        if group_id and kind == "student":
            belonging.move(session, request.user, person.id, group_id, person.edition, now)
    return done(request, f"/school/people/{person_id}", said="saved")


@get(ONE + "/edit", guards=[keeper])
def edit(request: Request, person_id: FromPath[UUID]) -> Response[Any]:
    """What is written of them, to change."""
    with reading(request) as session:
        person = keeping.person_to_keep(session, request.user, person_id)
        return _form(request, session, person_form.as_typed(person), kind=person.kind, person=person)


@post(ONE, guards=[keeper])
def change(request: Request, form: Form, person_id: FromPath[UUID]) -> Response[Any]:
    """Keep it. When somebody else changed it meanwhile, show both. Codes are mailed to an employee's address, and from 18 guardians look
    along only when the student says so: who changes that address, or makes somebody younger than 18 again, shows who they are first.
    """
    viewer, now = request.user, clock.now()
    with writing(request) as session:
        person = keeping.person_to_keep(session, viewer, person_id)
        told, stands = person_form.typed(form, person.kind), person_form.as_typed(person)
        if errors := person_form.wrong(session, viewer.school_id, told, _today(request, now), tongue(language(request)), person_id=person.id, one_name=not person.family_name):
            return _form(request, session, told, kind=person.kind, person=person, edition=form.number("edition"), errors=errors, status=422)
        readdressed = person.kind == "staff" and told["email"] != stands["email"]
        born = date.fromisoformat(told["birth_date"]) if told.get("birth_date") else None
        younger = person.kind == "student" and is_younger_again(person.birth_date, born, _today(request, now))
        if (readdressed or younger) and not has_confirmed(viewer, now):
            raise Unconfirmed
        try:
            keeping.change_person(session, request.app.state.settings, viewer, person, told, form.number("edition") or 0, now)
        except keeping.Stale:
            return _form(request, session, told, kind=person.kind, person=person, stands=stands, status=409)
    return done(request, f"/school/people/{person_id}", said="saved")


@post(ONE + "/archive", guards=[keeper])
def archive(request: Request, person_id: FromPath[UUID]) -> Response[Any]:
    """They left: in no list, and out on every device."""
    return _do(request, person_id, lambda session, now: keeping.archive(session, request.user, person_id, now), "person-archived")


@delete(ONE + "/archive", guards=[keeper])
def restore(request: Request, person_id: FromPath[UUID]) -> Response[Any]:
    """They are back."""
    return _do(request, person_id, lambda session, now: keeping.restore(session, request.user, person_id, now), "person-restored")


@post(ONE + "/roles/{role:str}", guards=[admin, confirmed])
def give_role(request: Request, person_id: FromPath[UUID], role: FromPath[str]) -> Response[Any]:
    """Let an employee do this too."""
    return _do(request, person_id, lambda session, now: keeping.give_role(session, request.user, person_id, role, now), "saved")


@delete(ONE + "/roles/{role:str}", guards=[admin, confirmed])
def take_role(request: Request, person_id: FromPath[UUID], role: FromPath[str]) -> Response[Any]:
    """Let them do so no more. Who took the own last one sees the school's screens no more."""
    return _do(request, person_id, lambda session, now: keeping.take_role(session, request.user, person_id, role, now), "saved")


@delete(ONE + "/sessions", guards=[keeper])
def end_sessions(request: Request, person_id: FromPath[UUID]) -> Response[Any]:
    """Out on every device, but the one in the keeper's own hand."""
    viewer = request.user

    def end(session: Session, now: datetime) -> None:
        end_all(session, keeping.person_to_keep(session, viewer, person_id).id, now, by=viewer.person_id, but=viewer.session_id)

    return _do(request, person_id, end, "sessions-ended")


def _do(request: Request, person_id: UUID, act: Any, said: str) -> Response[Any]:
    """Do it, or say on their page why it cannot be."""
    _ = tongue(language(request))
    try:
        with writing(request) as session:
            act(session, clock.now())
    except keeping.LastAdmin as problem:
        return _refused(request, person_id, _("Er moet iemand zijn die bepaalt wie wat mag. Geef dat eerst aan een ander."), problem)
    except keeping.Oneself as problem:
        return _refused(request, person_id, _("Jezelf archiveren kan niet. Vraag het aan een ander."), problem)
    to = f"/school/people/{person_id}" if person_id != request.user.person_id else "/"
    return done(request, to, said=said)


def _refused(request: Request, person_id: UUID, why: str, problem: SpoorError) -> Response[Any]:
    with reading(request) as session:
        return shown(request, session, person_id, why=why, status=problem.status_code)


def shown(request: Request, session: Session, person_id: UUID, *, why: str = "", stale: bool = False, status: int = 200) -> Response[Any]:
    """The page of one person."""
    viewer, now = request.user, clock.now()
    line = queries.line_of(session, viewer, person_id)
    if line is None:
        raise NotFound
    view: dict[str, Any] = {"line": line, "person": found(session.scalar(access.everybody(viewer).where(Person.id == person_id))), "why": why, "stale": stale}
    view |= {"belongs": queries.belonging(session, viewer, line, now), "may_let_in": keeping.may_let_in(viewer, set(line.roles)), "roles": ROLES}
    staff = colleagues(session, viewer, queries.mentor_ids(session, viewer)) if line.kind == "student" and not line.left else []
    view |= {"groups": queries.all_groups(session, viewer) if not line.left else [], "staff": staff, "card": states(session, [person_id]).get(person_id)}
    return page(request, "school/person.html", view, status=status)


def _today(request: Request, now: datetime) -> date:
    return clock.local(now, request.user.zone).date()


def _form(
    request: Request, session: Session, told: Mapping[str, str], *, kind: str, person: Person | None = None, edition: int | None = None, id: UUID | None = None,
    group: UUID | None = None, errors: Mapping[str, str] | None = None, stands: Mapping[str, str] | None = None, status: int = 200,
) -> Response[Any]:  # fmt: skip
    view = {
        "form": told, "kind": kind, "fields": person_form.FIELDS[kind], "person": person, "errors": errors or {}, "stands": stands or {}, "id": id or new_id(), "group": group,
        "edition": edition if edition is not None else person.edition if person else 0, "groups": queries.all_groups(session, request.user) if person is None else [],
    }  # fmt: skip
    return page(request, "school/person_edit.html", view, status=status)


routes = [new, add, edit, change, archive, restore, give_role, take_role, end_sessions]
