"""The student's own QR code and link, and what somebody says by it: an employee as themselves, a guest without an account.

Of the student the page shows the first name, and of the school nothing. A link's GET shows the form, only the POST uses it up: previews open links. One that is
unknown, used, withdrawn or over says the same.
"""

from typing import Any
from uuid import UUID

import msgspec
import segno
from litestar import Request, Response
from litestar.params import FromPath
from sqlalchemy.orm import Session

from server.core import clock
from server.core.errors import NotFound, found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.ids import new_id
from server.core.limits import spend
from server.core.routes import delete, get, post
from server.core.security import hashed
from server.core.web import done, language, page, reading, writing
from server.people.identity import student
from server.people.models import Person, School
from server.people.viewer import Viewer
from server.recognition import access, actions
from server.recognition.models import MOST_OPEN, Recognition, RecognitionInvitation
from server.recognition.said import read, wrong
from server.recognition.screens import saying
from server.sign_in.arrival import HEADERS
from server.vocabulary.queries import Vocabulary, vocabulary_of

SECRET_PAGE = {**HEADERS, "x-robots-tag": "noindex, nofollow"}
TRIES_OF_A_LINK, GUESTS_AN_HOUR = 30, 2000
"""Forms sent by one link in an hour, right or wrong; and all that guests of one school say in an hour."""


class _School(msgspec.Struct, frozen=True):
    """Whose words are shown to who has no account."""

    school_id: UUID
    vocabulary_edition: int


@get("/recognitions/invitation", guards=[student])
def ask(request: Request) -> Response[Any]:
    """How to ask somebody, and the links that still open."""
    return _links(request)


@post("/recognitions/invitations", guards=[student])
def invite(request: Request) -> Response[Any]:
    """Make a link, shown once: as a QR code to show, and as text to send."""
    now, me = clock.now(), request.user
    with writing(request) as session:
        open_now = session.scalars(access.invitations(me, now).limit(MOST_OPEN)).all()
        secret = actions.invite(session, me.person_id, me.school_id, now) if len(open_now) < MOST_OPEN else ""
    return _links(request, secret=secret)


@delete("/recognitions/invitations/{invitation_id:uuid}", guards=[student])
def withdraw(request: Request, invitation_id: FromPath[UUID]) -> Response[Any]:
    """This link lets nobody say anything any more."""
    with writing(request) as session:
        mine = access.invitations(request.user, clock.now()).where(RecognitionInvitation.id == invitation_id)
        found(session.scalar(mine.with_for_update())).withdrawn_at = clock.now()
    return done(request, "/recognitions/invitation", said="link-withdrawn")


@get("/r/{secret:str}")
def look(request: Request, secret: FromPath[str]) -> Response[Any]:
    """The form about this student; the link stays unused."""
    with reading(request) as session:
        row = session.execute(access.invitation(secret, clock.now())).first()
        return _asked(request, session, row.Person) if row else _over(request)


@post("/r/{secret:str}")
def give(request: Request, secret: FromPath[str], form: Form) -> Response[Any]:
    """Say what was seen, once. An employee of the same school who is signed in says it under their own name."""
    now, viewer = clock.now(), request.scope.get("user")
    if not _counted(request, secret):
        return _over(request)
    with writing(request) as session:
        row = session.execute(access.invitation(secret, now).with_for_update(of=RecognitionInvitation)).first()
        if row is None:
            return _thanks(request, viewer) if _was_said(session, secret, form.id("id")) else _over(request)
        invitation, about = row
        colleague = viewer if _is_colleague(viewer, about) else None
        vocabulary = _language_of(session, about)
        said = read(form, vocabulary)
        if errors := wrong(said, tongue(language(request)), guest=colleague is None):
            return _asked(request, session, about, form, errors)
        said, giver_id = (said._replace(name="", role=""), colleague.person_id) if colleague else (said, None)
        actions.give(session, about, said, id=form.id("id") or new_id(), now=now, giver_id=giver_id, invitation=invitation)
    return _thanks(request, colleague)


@get("/recognitions/thanks")
def thanks(request: Request) -> Response[Any]:
    """What a guest sees afterwards: nothing of whom it was about."""
    return page(request, "recognition/thanks.html")


def _links(request: Request, secret: str | None = None) -> Response[Any]:
    """The student's screen; `secret` of a link that was just made, empty when there are too many."""
    now, settings = clock.now(), request.app.state.settings
    with reading(request) as session:
        links = session.scalars(access.invitations(request.user, now).order_by(RecognitionInvitation.made_at.desc()).limit(MOST_OPEN)).all()
        address = f"{settings.base_url}/r/{secret}" if secret else ""
        picture = segno.make(address, error="m", micro=False).svg_data_uri(border=2, light="#fff", scale=6) if address else ""
        view = {"links": links, "address": address, "picture": picture, "full": len(links) >= MOST_OPEN, "most": MOST_OPEN}
        return page(request, "recognition/invitation.html", view, status=422 if secret == "" else 200, headers={"cache-control": "no-store"} if secret else None)


def _counted(request: Request, secret: str) -> bool:
    """Count a form before it is judged, in a transaction of its own; whether its link is one of ours, open or not. Raises `TooMany`, and `NotFound` for the own link."""
    now, viewer = clock.now(), request.scope.get("user")
    with writing(request) as session:
        row = session.execute(access.any_invitation(secret)).first()
        if row is not None and viewer is not None and viewer.person_id == row.student_id:
            raise NotFound
        if row is not None:
            spend(session, f"recognition-link:{row.id}", most=TRIES_OF_A_LINK, per=actions.HOUR, at=now)
            spend(session, f"recognition-guests:{row.school_id}", most=GUESTS_AN_HOUR, per=actions.HOUR, at=now)
        return row is not None


def _was_said(session: Session, secret: str, id: UUID | None) -> bool:
    """Whether this very form was stored before: pressed twice it is said once, and thanked for twice."""
    made = session.get(Recognition, id) if id else None
    of = session.get(RecognitionInvitation, made.invitation_id) if made and made.invitation_id else None
    return of is not None and of.secret_hash == hashed(secret)


def _is_colleague(viewer: Viewer | None, about: Person) -> bool:
    return viewer is not None and viewer.is_staff and viewer.school_id == about.school_id


def _language_of(session: Session, about: Person) -> Vocabulary:
    school = session.get_one(School, about.school_id)
    return vocabulary_of(session, _School(school.id, school.vocabulary_edition))


def _asked(request: Request, session: Session, about: Person, form: Form | None = None, errors: dict[str, str] | None = None) -> Response[Any]:
    viewer = request.scope.get("user")
    if viewer is not None and viewer.person_id == about.id:
        return page(request, "recognition/own.html", headers=SECRET_PAGE)
    vocabulary, guest = _language_of(session, about), not _is_colleague(viewer, about)
    said, id = (read(form, vocabulary), form.id("id")) if form else (None, None)
    view = saying(about.given_name, vocabulary, language(request), guest=guest, said=said, errors=errors, id=id)
    return page(request, "recognition/say.html", {**view, "student": None, "action": request.url.path}, status=422 if errors else 200, headers=SECRET_PAGE)


def _thanks(request: Request, colleague: Viewer | None) -> Response[Any]:
    return done(request, "/recognitions", said="recognition-given") if colleague and colleague.is_staff else done(request, "/recognitions/thanks")


def _over(request: Request) -> Response[Any]:
    return page(request, "recognition/ended.html", status=404, headers=SECRET_PAGE)


routes: list = [ask, invite, withdraw, look, give, thanks]
