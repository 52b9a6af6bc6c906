"""What a guardian answers an invitation with, how they stop, and what a student sees and decides about who looks along (`/me/guardians`).

A link's GET shows what is asked, only the POST answers it: previews open links. Then a code goes to the address that was invited, and the answer counts once
it is typed: who got the letter from somebody else changes nothing.
"""

from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath
from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from server.core import clock
from server.core.errors import NotFound, found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.limits import spend
from server.core.routes import delete, get, post
from server.core.security import hashed
from server.core.web import done, language, page, reading, writing
from server.guardian import access, actions, consent, queries
from server.guardian.fields import NAMES, as_typed, typed, wrong
from server.guardian.queries import GuardianLine
from server.people.identity import guardian, student
from server.people.models import Guardianship, Person, School
from server.people.viewer import Viewer
from server.sign_in import mail_codes
from server.sign_in.arrival import HEADERS
from server.sign_in.invited import Answer, accept
from server.sign_in.mail_code_pages import ticket_cookie
from server.sign_in.models import Invitation

CODES_AN_HOUR = 5
"""Codes by mail that the button of one invitation sends: it can be pressed again as long as none was typed."""

A_DAY = 5
"""Invitations of one student in a day: everybody they could mean, and no way to flood a mailbox."""


class Asked(NamedTuple):
    """An invitation that can still be answered, and who it is about."""

    invitation: Invitation
    pupil: Person
    guardian: Person
    school: School
    between: Guardianship

    @property
    def nameless(self) -> bool:
        """Whether nobody said yet what the guardian is called."""
        return self.guardian.full_name == ""


@get("/invitation/{secret:str}")
def look(request: Request, secret: FromPath[str]) -> Response[Any]:
    """Who asks, about whom, and what there is to see; it stays unanswered."""
    with reading(request) as session:
        return _shown(request, _open(session, secret), {}, {})


@post("/invitation/{secret:str}")
def answer(request: Request, secret: FromPath[str], form: Form) -> Response[Any]:
    """Say yes. Who is not signed in as this guardian gets a code by mail; what they said waits in this browser until it is typed."""
    now, settings, viewer = clock.now(), request.app.state.settings, request.scope.get("user")
    with writing(request) as session:
        asked = _open(session, secret)
        if asked is None:
            return _shown(request, None, {}, {})
        told = typed(form, NAMES) if asked.nameless else {}
        if errors := wrong(told, tongue(language(request))):
            return _shown(request, asked, as_typed(form, NAMES), errors)
        if viewer is not None and viewer.person_id == asked.guardian.id:
            accept(session, asked.invitation, told, now)
            return done(request, "/")
        spend(session, f"invitation-codes:{asked.invitation.id}", most=CODES_AN_HOUR, per=timedelta(hours=1), at=now)
        ticket = mail_codes.send(session, settings, asked.guardian.email, now, kinds=("guardian",), answer=Answer(asked.invitation.id, told))
    sent = done(request, "/sign-in/mail")
    sent.set_cookie(ticket_cookie(settings, ticket))
    return sent


@get("/me/guardians", guards=[student])
def mine(request: Request) -> Response[Any]:
    """Who looks along with me, and what I decide about it."""
    return _mine(request, {}, {})


@post("/me/guardians", guards=[student])
def invite(request: Request, form: Form) -> Response[Any]:
    """Ask somebody to look along, by their address; from the school's limit on."""
    now, told = clock.now(), typed(form, ("email",))
    _ = tongue(language(request))
    errors = wrong(told, _) if told["email"] else {"email": _("Vul een e-mailadres in.")}
    with writing(request) as session:
        me, limit = session.get_one(Person, request.user.person_id), session.get_one(School, request.user.school_id).guardians_from
        if not consent.student_invites(me.birth_date, _today(request), limit):
            raise NotFound
        if not errors:
            spend(session, f"invitations:{me.id}", most=A_DAY, per=timedelta(days=1), at=now)
            guardian = actions.add_guardian(session, me, told, by=me.id, now=now)
            actions.invite(session, request.app.state.settings, me, guardian, by=me.id, now=now)
    return _mine(request, as_typed(form, ("email",)), errors) if errors else done(request, "/me/guardians", said="guardian-invited")


@post("/me/guardians/{guardian_id:uuid}/agreement", guards=[student])
def agree(request: Request, guardian_id: FromPath[UUID]) -> Response[Any]:
    """Let somebody look along whom others asked, now that I am 18."""
    with writing(request) as session:
        between, born = _own(session, request.user, guardian_id)
        if not consent.is_of_age(born, _today(request)):
            raise NotFound
        actions.agree(session, between, clock.now())
    return done(request, "/me/guardians", said="saved")


@delete("/me/guardians/{guardian_id:uuid}", guards=[student])
def end(request: Request, guardian_id: FromPath[UUID]) -> Response[Any]:
    """Let somebody look along no more."""
    with writing(request) as session:
        between, born = _own(session, request.user, guardian_id)
        if not consent.student_ends(between, born, _today(request)):
            raise NotFound
        actions.end(session, between, by=request.user.person_id, now=clock.now())
    return done(request, "/me/guardians", said="guardian-ended")


@delete("/me/children/{student_id:uuid}", guards=[guardian])
def stop(request: Request, student_id: FromPath[UUID]) -> Response[Any]:
    """Look along with this student no more."""
    with writing(request) as session:
        mine = access.children(request.user, _today(request)).with_only_columns(Guardianship).where(Person.id == student_id)
        actions.stop(session, found(session.scalar(mine.with_for_update(of=Guardianship))), clock.now())
    return done(request, "/", said="guardian-ended")


def _today(request: Request) -> date:
    """The day at the school: a birthday begins there at midnight."""
    return clock.local(clock.now(), request.user.zone).date()


def _own(session: Session, viewer: Viewer, guardian_id: UUID) -> tuple[Guardianship, date | None]:
    mine = access.own_guardians(viewer).with_only_columns(Guardianship).where(Guardianship.guardian_id == guardian_id).with_for_update()
    return found(session.scalar(mine)), session.scalar(select(Person.birth_date).where(Person.id == viewer.person_id))


def _mine(request: Request, told: dict[str, str], errors: dict[str, str]) -> Response[Any]:
    viewer, day = request.user, _today(request)
    with reading(request) as session:
        me, limit = session.get_one(Person, viewer.person_id), session.get_one(School, viewer.school_id).guardians_from
        lines: list[GuardianLine] = queries.lines(session, access.own_guardians(viewer), me.birth_date, clock.now(), day)
        may = {"may_invite": consent.student_invites(me.birth_date, day, limit), "of_age": consent.is_of_age(me.birth_date, day), "limit": limit}
        view = {"guardians": lines, "form": {"email": "", **told}, "errors": errors, **may}
        return page(request, "guardian/mine.html", view, status=422 if errors else 200)


def _open(session: Session, secret: str) -> Asked | None:
    """What the invitation with this secret asks, if it can still be answered: not used, and still the school's or the student's to ask."""
    pupil, guardian = aliased(Person), aliased(Person)
    between = and_(Guardianship.guardian_id == Invitation.guardian_id, Guardianship.student_id == Invitation.student_id)
    asked = (
        select(Invitation, pupil, guardian, School, Guardianship)
        .join(pupil, pupil.id == Invitation.student_id)
        .join(guardian, guardian.id == Invitation.guardian_id)
        .join(School, School.id == Invitation.school_id)
        .join(Guardianship, between)
        .where(Invitation.secret_hash == hashed(secret), pupil.archived_at.is_(None))
    )
    row = session.execute(asked.with_for_update(of=Invitation)).first()
    if row is None or not row[0].opens(clock.now()):
        return None
    told = Asked(*row)
    return told if told.between.holds(told.pupil.birth_date, clock.local(clock.now(), told.school.zone).date()) else None


def _shown(request: Request, asked: Asked | None, told: dict[str, str], errors: dict[str, str]) -> Response[Any]:
    if asked is None:
        return page(request, "guardian/ended.html", status=404, headers=HEADERS)
    viewer, name = request.scope.get("user"), asked.pupil.given_name
    view = {
        "other": viewer.full_name if viewer and viewer.person_id != asked.guardian.id else "", "student": name, "school": asked.school.name,
        "by_student": asked.invitation.made_by == asked.pupil.id, "nameless": asked.nameless, "form": {field: told.get(field, "") for field in NAMES}, "errors": errors,
    }  # fmt: skip
    return page(request, "guardian/invitation.html", view, status=422 if errors else 200, headers=HEADERS)


routes: list = [look, answer, mine, invite, agree, end, stop]
