"""After somebody showed who they are, whichever way: the cookies, what was typed before, and where they were going.

Every way in ends here: `arrived` in the transaction that let them in, `welcome` for the answer.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from sqlalchemy.orm import Session

from server.core import clock
from server.core.failures import readable
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.security import local_path
from server.core.web import done, language, page
from server.people.identity import cookie_name, session_cookie
from server.people.models import Person
from server.sign_in.acts import act_of
from server.sign_in.entry import Entry, Way, device_of, enter, was_here
from server.sign_in.known import known_cookie
from server.sign_in.telling import tell_of_new_device

HEADERS = {"cache-control": "no-store", "referrer-policy": "strict-origin"}
"""A page whose address is a secret says only our origin onward. With `no-referrer` browsers send `Origin: null` along with its
form, and over plain http, where `Sec-Fetch-Site` is absent, nobody could tell our form from another site's."""


class Arrival(msgspec.Struct, frozen=True):
    """Somebody who came in on this device."""

    entry: Entry
    person_id: UUID
    resumes: bool
    """Whether what was typed here before was theirs: then it is shown again."""


def way_of(request: Request, form: Form, method: str, **more: Any) -> Way:
    """How somebody came in on the device that asks; `method` is one of `models.METHODS`."""
    return Way(method=method, device=device_name(request), shared="shared" in form, **more)


def kept_off(request: Request, form: Form) -> bool:
    """Whether the box for a shared computer is ticked: as they left it, and where somebody is signed in on one already."""
    viewer = request.scope.get("user")
    return "shared" in form or (viewer is not None and viewer.shared)


def device_name(request: Request) -> str:
    """What a person would call the device that asks."""
    return device_of(request.headers.get("user-agent", ""))


def arrived(request: Request, session: Session, entry: Entry | None, person_id: UUID) -> Arrival | None:
    """What `enter`, `by_link` or `by_card` gave, with what the answer needs; None when they were not let in. Who was let in by another hears of it."""
    if entry is None:
        return None
    if entry.began and (entry.let_in_by is not None or entry.by_host):
        tell_of_new_device(session, request.app.state.settings, person_id, entry.let_in_by, device_name(request), clock.now())
    viewer, settings = request.scope.get("user"), request.app.state.settings
    mine = viewer is not None and viewer.person_id == person_id
    return Arrival(entry, person_id, mine or was_here(session, request.cookies.get(cookie_name(settings), ""), person_id))


def arriving(request: Request, session: Session, person: Person | None, way: Way, now: datetime) -> Arrival | None:
    """Let in who showed that they are this person; None when nobody was found, or they have left the school."""
    return arrived(request, session, enter(session, person, request.scope.get("user"), way, now), person.id) if person else None


def welcome(request: Request, form: Form, arrival: Arrival, to: str = "") -> Response[Any]:
    """The answer to who came in: on to where they were going (`to` when somebody decided that for them), or to what they typed before."""
    entry, path = arrival.entry, local_path(form.text("resume_path"))
    answer = resumed(request, path, form.text("resume_fields")) if path and arrival.resumes else done(request, to or local_path(form.text("next")) or "/")
    answer.set_cookie(session_cookie(request.app.state.settings, entry.token, shared=entry.shared))
    if not entry.shared:
        answer.set_cookie(known_cookie(request, arrival.person_id, clock.now()))
    if entry.switched:
        answer.headers["clear-site-data"] = '"cache"'
    return answer


def carried(form: Form) -> dict[str, str]:
    """What every form of a way in carries along, so that nothing is lost on the way: where they were going, and what they typed."""
    return {"next": local_path(form.text("next")), "resume_path": local_path(form.text("resume_path")), "resume_fields": form.text("resume_fields")}


def resumed(request: Request, path: str, sent: str) -> Response[Any]:
    """What was typed before, with a button that sends it."""
    try:
        typed = msgspec.json.decode(sent, type=list[tuple[str, str]])
    except msgspec.DecodeError:
        typed = []
    view = {"resume_path": path, "typed": typed, "texts": readable(typed), "asked_again": request.scope.get("user") is not None, "act": act_of(path, tongue(language(request)))}
    return page(request, "sign_in/resume.html", view, headers=HEADERS)
