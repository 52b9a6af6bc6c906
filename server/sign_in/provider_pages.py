"""Coming in by a school account: off to the provider, back again, and once, for whom it does not know, whose account it is.

The way to a provider begins with a link, for a form may only lead to our own pages (`form-action 'self'`). It is waited for without holding a thread.
"""

from typing import Any
from uuid import UUID

import litestar
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core import clock
from server.core.errors import NotFound, Unconfirmed, found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.routes import delete, get, in_thread, post
from server.core.security import local_path
from server.core.web import done, language, page, reading, writing
from server.people.identity import confirmed, has_confirmed
from server.people.models import Person, School
from server.settings import OidcProvider, Settings
from server.sign_in import presets
from server.sign_in.arrival import HEADERS, Arrival, welcome
from server.sign_in.cards import card_for
from server.sign_in.entry import NO_PROOF
from server.sign_in.links import link_for_code
from server.sign_in.models import ProviderIdentity
from server.sign_in.provider_arrival import come_in, settle
from server.sign_in.provider_cookie import ATTEMPT, PENDING, Pending, attempt_of, cookie_of, forget, remembered, use_up
from server.sign_in.provider_discovery import Trouble, noted
from server.sign_in.provider_exchange import Attempt, address_to_ask, answer_of
from server.sign_in.provider_linking import link, unlink

LONGEST_CODE = 120
STATUS = {"unreachable": 503, "stale": 400, "taken": 409, "second": 409}
"""Of what people are told when it does not work; 403 for the rest."""


@litestar.get("/sign-in/provider/{name:str}", media_type=MediaType.HTML)
async def begin(
    request: Request, name: FromPath[str], next: FromQuery[str] = "", shared: FromQuery[str] = "", link: FromQuery[str] = "", confirm: FromQuery[str] = ""
) -> Response[Any]:
    """Off to the provider. With `link`, to link an account to who is signed in; with `confirm`, for them to show there again that it is them."""
    provider, now, settings = _provider(request, name), clock.now(), request.app.state.settings
    purpose = "in" if request.scope.get("user") is None else "confirm" if confirm else "link" if link else "in"
    attempt = Attempt(provider=name, at=now.timestamp(), next=local_path(next), shared=bool(shared), purpose=purpose)
    try:
        address = await address_to_ask(request.app.state.providers, settings, provider, attempt, language(request))
    except Trouble as trouble:
        return await in_thread(_told, request=request, provider=provider, trouble=trouble)
    return Response(None, status_code=303, headers={"location": address}, cookies=[cookie_of(settings, attempt, ATTEMPT, now)])


@litestar.get("/sign-in/provider/{name:str}/callback", media_type=MediaType.HTML)
async def come_back(request: Request, name: FromPath[str]) -> Response[Any]:
    """Back from the provider: each attempt counts once, in the browser that began it."""
    provider, now, settings = _provider(request, name), clock.now(), request.app.state.settings
    try:
        told = {name: str(request.query_params.get(name, "")) for name in ("code", "state", "iss", "error")}
        attempt = attempt_of(request, name, told["state"], now)
        await in_thread(_use_up, request=request)
        claims, id_token = await answer_of(request.app.state.providers, settings, provider, attempt, told, now)
        answer = await in_thread(_settled, request=request, provider=provider, attempt=attempt, claims=claims, id_token=id_token)
    except Trouble as trouble:
        answer = await in_thread(_told, request=request, provider=provider, trouble=trouble)
    return forget(answer, settings, ATTEMPT, now)


@get("/sign-in/provider/{name:str}/link")
def ask_whose(request: Request, name: FromPath[str]) -> Response[Any]:
    """Whose is this account? Asked once."""
    provider = _provider(request, name)
    return _asked(request, provider, remembered(request, Pending, PENDING, clock.now()))


@post("/sign-in/provider/{name:str}/link")
def tell_whose(request: Request, name: FromPath[str], form: Form) -> Response[Any]:
    """It is theirs whose card or code it is, or of who is signed in and showed lately that it is them."""
    provider, now = _provider(request, name), clock.now()
    pending = remembered(request, Pending, PENDING, now)
    if pending is None or pending.account.provider != name:
        return _asked(request, provider, None)
    try:
        with writing(request) as session:
            arrival = _by_viewer(request, session, pending) if "mine" in form else _by_typed(request, session, pending, form.text("code")[:LONGEST_CODE])
    except Trouble as trouble:
        return _told(request, provider, trouble)
    if arrival is None:
        _ = tongue(language(request))
        return _asked(request, provider, pending, {"code": _("Deze code werkt niet (meer). Kijk nog eens goed, of vraag een nieuwe.")}, form.text("code")[:LONGEST_CODE])
    return forget(welcome(request, Form(), arrival, pending.next or "/"), request.app.state.settings, PENDING, now)


@delete("/me/providers/{identity_id:uuid}", guards=[confirmed])
def take_away(request: Request, identity_id: FromPath[UUID]) -> Response[Any]:
    """This school account lets me in no more."""
    mine = select(ProviderIdentity).where(ProviderIdentity.id == identity_id, ProviderIdentity.person_id == request.user.person_id)
    with writing(request) as session:
        unlink(session, found(session.scalar(mine.with_for_update())), clock.now())
    return done(request, "/me#providers", said="provider-unlinked")


def _provider(request: Request, name: str) -> OidcProvider:
    settings: Settings = request.app.state.settings
    return found(next((provider for provider in settings.oidc if provider.name == name), None))


def _use_up(request: Request) -> None:
    with writing(request) as session:
        use_up(request, session)


def _settled(request: Request, provider: OidcProvider, attempt: Attempt, claims: dict[str, Any], id_token: str) -> Response[Any]:
    now, settings = clock.now(), request.app.state.settings
    with writing(request) as session:
        settled = settle(request, session, provider, attempt, claims, id_token, now)
    if isinstance(settled, Arrival):
        return welcome(request, Form(), settled, attempt.next or "/")
    answer = done(request, f"/sign-in/provider/{provider.name}/link")
    answer.set_cookie(cookie_of(settings, settled, PENDING, now))
    return answer


def _by_viewer(request: Request, session: Session, pending: Pending) -> Arrival:
    viewer, now = request.scope.get("user"), clock.now()
    if viewer is None:
        raise NotFound
    if not has_confirmed(viewer, now):
        raise Unconfirmed
    person = session.get_one(Person, viewer.person_id)
    link(session, request.app.state.settings, person, pending.account, viewer.method, now)
    return come_in(request, session, person, pending.account, pending.id_token, now, shared=viewer.shared, shown=False)


def _by_typed(request: Request, session: Session, pending: Pending, code: str) -> Arrival | None:
    """A card stays good, a code is used up. Wrong tries count on the code, as everywhere. Who has but a code of another device has not shown that it is them."""
    now, card = clock.now(), card_for(session, code)
    typed = None if card else link_for_code(session, code, now)
    if card is None and typed is None:
        return None
    person = session.get_one(Person, (card or typed).person_id)  # type: ignore[union-attr]
    by = "card" if card else typed.kind  # type: ignore[union-attr]
    link(session, request.app.state.settings, person, pending.account, by, now)
    if typed:
        typed.used_at = now
    return come_in(request, session, person, pending.account, pending.id_token, now, shared=pending.shared, shown=by != NO_PROOF)


def _asked(request: Request, provider: OidcProvider, pending: Pending | None, errors: dict[str, str] | None = None, code: str = "") -> Response[Any]:
    label = presets.label_of(provider)
    if pending is None or pending.account.provider != provider.name:
        return _told(request, provider, Trouble("stale", "nothing to link"))
    with reading(request) as session:
        school = session.get_one(School, pending.account.school_id)
    viewer = request.scope.get("user")
    mine = viewer is not None and viewer.school_id == school.id and not viewer.is_guardian
    view = {"name": provider.name, "label": label, "school": school.name, "account": pending.account.shown, "mine": mine, "errors": errors or {}, "code": code}
    return page(request, "sign_in/provider_link.html", view, status=422 if errors else 200, headers=HEADERS)


def _told(request: Request, provider: OidcProvider, trouble: Trouble) -> Response[Any]:
    noted(provider.name, trouble)
    view = {"why": trouble.why, "name": provider.name, "label": presets.label_of(provider)}
    return page(request, "sign_in/provider_wrong.html", view, status=STATUS.get(trouble.why, 403), headers=HEADERS)


routes: list = [begin, come_back, ask_whose, tell_whose, take_away]
