"""The guardians of a student, as the school keeps them: who looks along, asking one, asking those whom a class list brought, and a link on paper."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core import clock
from server.core.audit import note
from server.core.errors import NotFound, found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.ids import new_id, parse_id
from server.core.routes import delete, get, post
from server.core.web import done, language, page, reading, writing
from server.guardian import access, actions, consent, queries
from server.guardian.fields import NAMES, as_typed, typed, wrong
from server.people.identity import confirmed, keeper
from server.people.models import Guardianship, Person, School
from server.sign_in.paper import paper_links

ASKED, AT_ONCE = ("email", *NAMES), 100
SHOWN = 240
"""Lines on one screen, of each kind: a form holds no more than 500 fields. Who is left comes when these were asked."""

ONE = "/school/people/{person_id:uuid}/guardians"


@get("/school/guardians", guards=[keeper])
def overview(request: Request) -> Response[Any]:
    """Who was asked and who looks along; whom a class list brought and nobody asked is ticked."""
    return _overview(request)


@post("/school/guardians/invitations", guards=[keeper, confirmed])
def invite_chosen(request: Request, form: Form) -> Response[Any]:
    """Ask who is ticked, a letter for each student. So many at a time that nobody else waits long to save; what failed halfway is ticked at the next look."""
    chosen, sent = [ids for mark in form.all("whom") if (ids := _ids_of(mark))], 0
    if not chosen:
        return _overview(request, nobody=True)
    for start in range(0, len(chosen), AT_ONCE):
        with writing(request) as session:
            sent += _ask(request, session, chosen[start : start + AT_ONCE])
    return done(request, "/school/guardians", said="guardians-invited" if sent else "nothing-changed")


@get(ONE, guards=[keeper])
def guardians(request: Request, person_id: FromPath[UUID]) -> Response[Any]:
    """Who looks along with this student."""
    with reading(request) as session:
        return _shown(request, session, _student(request, session, person_id), {}, {})


@post(ONE, guards=[keeper, confirmed])
def invite(request: Request, person_id: FromPath[UUID], form: Form) -> Response[Any]:
    """Add a guardian; with an address they are asked by mail, without one a link can be printed. Not of who is 18: then the student asks."""
    now, told, by = clock.now(), typed(form, ASKED), request.user.person_id
    with writing(request) as session:
        pupil = _student(request, session, person_id)
        if not consent.school_invites(pupil.birth_date, _today(request)):
            raise NotFound
        if errors := wrong(told, tongue(language(request))):
            return _shown(request, session, pupil, {**as_typed(form, ASKED), "id": form.text("id")}, errors)
        guardian = actions.add_guardian(session, pupil, told, by=by, now=now, guardian_id=form.id("id"))
        if guardian.email:
            actions.invite(session, request.app.state.settings, pupil, guardian, by=by, now=now)
    return done(request, f"/school/people/{person_id}/guardians", said="guardian-invited" if told["email"] else "saved")


@post(f"{ONE}/{{guardian_id:uuid}}/invitation", guards=[keeper, confirmed])
def invite_again(request: Request, person_id: FromPath[UUID], guardian_id: FromPath[UUID]) -> Response[Any]:
    """Ask a guardian who has an address, for the first time or again; the link before stops working."""
    with writing(request) as session:
        pupil, guardian, between = _pair(request, session, person_id, guardian_id)
        if not guardian.email or not between.holds(pupil.birth_date, _today(request)):
            raise NotFound
        actions.invite(session, request.app.state.settings, pupil, guardian, by=request.user.person_id, now=clock.now())
    return done(request, f"/school/people/{person_id}/guardians", said="guardian-invited")


@post(f"{ONE}/{{guardian_id:uuid}}/link", guards=[keeper, confirmed])
def print_link(request: Request, person_id: FromPath[UUID], guardian_id: FromPath[UUID]) -> Response[Any]:
    """A link on paper for a guardian without e-mail, in the place of a letter: shown once, and on record: who prints it could come in by it as them."""
    now, base, by = clock.now(), request.app.state.settings.base_url, request.user.person_id
    with writing(request) as session:
        pupil, guardian, between = _pair(request, session, person_id, guardian_id)
        if not between.holds(pupil.birth_date, _today(request)):
            raise NotFound
        links = paper_links(session, [guardian], base_url=base, made_by=by, at=now)
        actions.withdraw(session, guardian.id, pupil.id, now)
        note(session, pupil.school_id, "link-made", now, actor=by, subject=guardian.id, about=pupil.id)
        view = {"title": guardian.full_name, "back": f"/school/people/{person_id}/guardians", "links": links, "formal": True}
        return page(request, "sign_in/sheet.html", view, headers={"cache-control": "no-store"})


@delete(f"{ONE}/{{guardian_id:uuid}}", guards=[keeper])
def end(request: Request, person_id: FromPath[UUID], guardian_id: FromPath[UUID]) -> Response[Any]:
    """Let somebody look along no more. The school may always end it, also what a student of 18 asked for: to see less is the safe side."""
    with writing(request) as session:
        _pupil, _guardian, between = _pair(request, session, person_id, guardian_id)
        actions.end(session, between, by=request.user.person_id, now=clock.now())
    return done(request, f"/school/people/{person_id}/guardians", said="guardian-ended")


def _overview(request: Request, *, nobody: bool = False) -> Response[Any]:
    """The screen; `nobody` when it was sent without anybody ticked."""
    with reading(request) as session:
        pairs = queries.asked_by_school(session, request.user, clock.now(), _today(request))
    asking = [pair for pair in pairs if pair.state == "known" and pair.may_be_asked]
    others = [pair for pair in pairs if pair.state != "known" or not pair.may_be_asked]
    view = {"asking": asking[:SHOWN], "later": len(asking[SHOWN:]), "others": others[:SHOWN], "unseen": len(others[SHOWN:]), "nobody": nobody}
    return page(request, "guardian/school.html", view, status=422 if nobody else 200)


def _ask(request: Request, session: Session, chosen: list[tuple[UUID, UUID]]) -> int:
    """Ask these, as far as the school may; who was asked a moment ago is not asked twice. Gives how many."""
    now, by = clock.now(), request.user.person_id
    told = queries.asked_by_school(session, request.user, now, _today(request), chosen)
    pairs = [pair for pair in told if pair.may_be_asked and (pair.asked_at is None or pair.asked_at <= now - actions.AGAIN_AFTER)]
    people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_({pair.guardian_id for pair in pairs} | {pair.student_id for pair in pairs})))}
    actions.invite_each(session, request.app.state.settings, [(people[pair.student_id], people[pair.guardian_id]) for pair in pairs], by=by, now=now)
    return len(pairs)


def _ids_of(mark: str) -> tuple[UUID, UUID] | None:
    guardian, _, pupil = mark.partition(".")
    ids = parse_id(guardian), parse_id(pupil)
    return (ids[0], ids[1]) if ids[0] and ids[1] else None


def _today(request: Request) -> date:
    return clock.local(clock.now(), request.user.zone).date()


def _student(request: Request, session: Session, person_id: UUID) -> Person:
    return found(session.scalar(access.students(request.user).where(Person.id == person_id)))


def _pair(request: Request, session: Session, person_id: UUID, guardian_id: UUID) -> tuple[Person, Person, Guardianship]:
    pupil = _student(request, session, person_id)
    row = found(session.execute(access.guardians_of(request.user, pupil.id).where(Guardianship.guardian_id == guardian_id).with_for_update(of=Guardianship)).first())
    return pupil, row.Person, row.Guardianship


def _shown(request: Request, session: Session, pupil: Person, told: Mapping[str, str], errors: Mapping[str, str]) -> Response[Any]:
    day, school = _today(request), session.get_one(School, pupil.school_id)
    lines = queries.lines(session, access.guardians_of(request.user, pupil.id), pupil.birth_date, clock.now(), day)
    may = {"may_invite": consent.school_invites(pupil.birth_date, day), "limit": school.guardians_from, "born_known": pupil.birth_date is not None}
    view = {"student": pupil, "guardians": lines, "form": {**dict.fromkeys(ASKED, ""), "id": str(new_id()), **told}, "errors": errors, **may}
    return page(request, "guardian/of_student.html", view, status=422 if errors else 200)


routes: list = [overview, invite_chosen, guardians, invite, invite_again, print_link, end]
