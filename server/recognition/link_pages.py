"""The student's own QR code and link, and what somebody says by it: an employee as themselves, a guest without an account.

Of the student the page shows the first name, and of the school nothing. A link's GET shows the form, only the POST uses it up: previews open links. One that is
unknown, withdrawn or over says the same; one that a guest used says for a month that it was, and whether the student thanks them: they have no account to hear it by.
That theirs was sent is told once, to who just sent it: whoever opens the link later may be somebody else.
Who is too late with a form finds on the answer what they wrote.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import msgspec
import segno
from litestar import Request, Response
from litestar.params import FromPath
from sqlalchemy.orm import Session

from server.core import clock
from server.core.errors import NotFound, SpoorError, found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.ids import new_id
from server.core.limits import spend
from server.core.routes import delete, get, post
from server.core.web import done, language, page, reading, writing
from server.people.identity import student
from server.people.models import Person, School
from server.people.viewer import Viewer
from server.recognition import access, actions
from server.recognition.models import MOST_OPEN, THANKS_LAST, Recognition, RecognitionInvitation
from server.recognition.said import Said, read, starter, wrong
from server.recognition.screens import saying
from server.sign_in.arrival import HEADERS
from server.vocabulary.queries import STANDARD, Vocabulary, vocabulary_of

SECRET_PAGE = {**HEADERS, "x-robots-tag": "noindex, nofollow"}
SENT = "recognition-sent"
TRIES_OF_A_LINK, TRIES_ABOUT_ONE, GUESTS_AN_HOUR = 30, 60, 2000
"""Forms sent in an hour, right or wrong: by one link, by all links of one student, and by those of one school."""


class _School(msgspec.Struct, frozen=True):
    """Whose words are shown to who has no account."""

    school_id: UUID
    vocabulary_edition: int


@contextmanager
def _secret() -> Iterator[None]:
    """Also a page that says what went wrong has the secret in its address: it is kept as the others are."""
    try:
        yield
    except SpoorError as error:
        error.headers = {**(error.headers or {}), **SECRET_PAGE}
        raise


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
    """The form about this student; the link stays unused. Afterwards: that it was used, and whether the student thanks for it."""
    now = clock.now()
    with reading(request) as session:
        if row := session.execute(access.invitation(secret, now)).first():
            return _asked(request, session, row.Person)
        sent = session.execute(access.sent_by(secret, now)).first()
        return _sent(request, session, *sent) if sent and _may_be_guest(request, sent.Person) else _over(request)


@post("/r/{secret:str}")
@_secret()
def give(request: Request, secret: FromPath[str], form: Form) -> Response[Any]:
    """Say what was seen, once. An employee of the same school who is signed in says it under their own name."""
    now = clock.now()
    if not _counted(request, secret):
        with reading(request) as session:
            return _closed(request, session, secret, form)
    with writing(request) as session:
        row = session.execute(access.invitation(secret, now).with_for_update(of=RecognitionInvitation)).first()
        if row is None:
            return _closed(request, session, secret, form)
        invitation, about = row
        colleague = _colleague(request, about)
        said = _read(form, _language_of(session, about), colleague)
        if errors := wrong(said, tongue(language(request)), guest=colleague is None):
            return _asked(request, session, about, form, errors)
        giver_id = colleague.person_id if colleague else None
        made = actions.give(session, about, said, id=form.id("id") or new_id(), now=now, giver_id=giver_id, invitation=invitation)
        return _thanks(request, colleague, made)


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
    """Count a form before it is judged, in a transaction of its own; whether its link opens. One that opens no more takes no other guest's turn.

    Raises `TooMany`, and `NotFound` for the own link.
    """
    now, viewer = clock.now(), request.scope.get("user")
    with reading(request) as session:
        link = session.scalar(access.invitation(secret, now))
    if link is None:
        return False
    if viewer is not None and viewer.person_id == link.student_id:
        raise NotFound
    limits = {f"link:{link.id}": TRIES_OF_A_LINK, f"student:{link.student_id}": TRIES_ABOUT_ONE, f"guests:{link.school_id}": GUESTS_AN_HOUR}
    with writing(request) as session:
        for key, most in limits.items():
            spend(session, f"recognition-{key}", most=most, per=actions.HOUR, at=now)
    return True


def _closed(request: Request, session: Session, secret: str, form: Form) -> Response[Any]:
    """The link opens no more. Whose form was stored is thanked again; when it says something else by now, they hear that this was not sent."""
    row = session.execute(access.said_by(secret, form.id("id"))).first()
    if row is None:
        return _over(request, form)
    made, about = row
    colleague = _colleague(request, about)
    same = made.giver_id == (colleague.person_id if colleague else None) and actions.says(session, made, _read(form, _language_of(session, about), colleague))
    return _thanks(request, colleague, made) if same else _asked(request, session, about, form, spent=True)


def _read(form: Form, vocabulary: Vocabulary, colleague: Viewer | None) -> Said:
    """What was sent; of a colleague it is known who they are."""
    return read(form, vocabulary)._replace(name="", role="") if colleague else read(form, vocabulary)


def _colleague(request: Request, about: Person) -> Viewer | None:
    """Who is signed in, when they work at the student's school."""
    viewer: Viewer | None = request.scope.get("user")
    return viewer if viewer is not None and viewer.is_staff and viewer.school_id == about.school_id else None


def _may_be_guest(request: Request, about: Person) -> bool:
    """Whether who looks can have used this student's link without an account: not the student, nor a colleague."""
    viewer = request.scope.get("user")
    return _colleague(request, about) is None and (viewer is None or viewer.person_id != about.id)


def _language_of(session: Session, about: Person) -> Vocabulary:
    school = session.get_one(School, about.school_id)
    return vocabulary_of(session, _School(school.id, school.vocabulary_edition))


def _asked(request: Request, session: Session, about: Person, form: Form | None = None, errors: dict[str, str] | None = None, spent: bool = False) -> Response[Any]:
    """The form about this student; `spent`: what stands on it cannot be sent any more."""
    viewer = request.scope.get("user")
    if viewer is not None and viewer.person_id == about.id:
        return page(request, "recognition/own.html", headers=SECRET_PAGE)
    vocabulary, guest = _language_of(session, about), _colleague(request, about) is None
    said, id = (read(form, vocabulary), form.id("id")) if form else (None, None)
    view = saying(about.given_name, vocabulary, language(request), guest=guest, said=said, errors=errors, id=id)
    return page(
        request, "recognition/say.html", {**view, "student": None, "action": request.url.path, "spent": spent}, status=409 if spent else 422 if errors else 200, headers=SECRET_PAGE
    )


def _thanks(request: Request, colleague: Viewer | None, made: Recognition) -> Response[Any]:
    return done(request, "/recognitions", said="recognition-given") if colleague else done(request, request.url.path, said=SENT, about=made.id)


def _sent(request: Request, session: Session, made: Recognition, about: Person) -> Response[Any]:
    """What a guest finds where their form was. That it was kept or put aside is the student's: until there are thanks it looks the same."""
    zone = session.get_one(School, about.school_id).zone
    view = {"name": about.given_name, "thanked": made.thanked_at is not None, "until": made.given_at + THANKS_LAST, "zone": zone, "told": f"{SENT}:{made.id}"}
    return page(request, "recognition/sent.html", view, headers=SECRET_PAGE)


def _over(request: Request, form: Form | None = None) -> Response[Any]:
    """The same for every link that opens no more, with what was written on a form that came too late."""
    written = read(form, STANDARD).sentence if form else ""
    return page(request, "recognition/ended.html", {"written": "" if written == starter(tongue(language(request))).strip() else written}, status=404, headers=SECRET_PAGE)


routes: list = [ask, invite, withdraw, look, give]
