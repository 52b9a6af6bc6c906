"""Signing out at the provider too (OpenID Connect RP-Initiated Logout 1.0), for who wants that: on a computer that others use, the next would come in as they.

Our own session is over first, whatever the provider does. Not every provider offers this: SURFconext and Google do not.
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import litestar
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.params import FromPath
from sqlalchemy.orm import Session

from server.core import clock
from server.core.errors import found
from server.core.routes import get, in_thread
from server.core.web import done, language, page, writing
from server.people.models import DeviceSession
from server.people.viewer import Viewer
from server.settings import OidcProvider, Settings
from server.sign_in import presets
from server.sign_in.arrival import HEADERS
from server.sign_in.provider_arrival import hint_of
from server.sign_in.provider_cookie import LEAVING, Leaving, cookie_of, forget, remembered
from server.sign_in.provider_discovery import Trouble, noted


def leaving(session: Session, settings: Settings, viewer: Viewer) -> Leaving | None:
    """What to remember when this session ends, so that they can end it at the provider too; none where they did not come by one, or it does not offer that."""
    row = session.get_one(DeviceSession, viewer.session_id)
    known = row.logout_hint is not None and row.provider in {provider.name for provider in settings.oidc}
    return Leaving(row.id.hex, row.provider) if known else None


def see_off(request: Request, answer: Response[Any], left: Leaving) -> Response[Any]:
    """The answer to signing out, remembering where they are signed in still."""
    answer.set_cookie(cookie_of(request.app.state.settings, left, LEAVING, clock.now()))
    return answer


def farewell_path(left: Leaving | None) -> str:
    """The screen after signing out."""
    return f"/sign-in/provider/{left.provider}/signed-out" if left else "/sign-in"


@get("/sign-in/provider/{name:str}/signed-out")
def signed_out_here(request: Request, name: FromPath[str]) -> Response[Any]:
    """Signed out here; there too?"""
    provider, left = _provider(request, name), remembered(request, Leaving, LEAVING, clock.now())
    if left is None or left.provider != name:
        return done(request, "/sign-in")
    return page(request, "sign_in/provider_signed_out.html", {"name": name, "label": presets.label_of(provider)}, headers=HEADERS)


@litestar.get("/sign-in/provider/{name:str}/sign-out", media_type=MediaType.HTML)
async def sign_out_there(request: Request, name: FromPath[str]) -> Response[Any]:
    """On to the provider, which ends the session there. A provider that does not answer keeps nobody."""
    provider, settings, now, to = _provider(request, name), request.app.state.settings, clock.now(), "/sign-in"
    left = remembered(request, Leaving, LEAVING, now)
    hint = await in_thread(_taken, request=request, session_id=UUID(left.session_id)) if left and left.provider == name else ""
    try:
        if hint:
            document = await request.app.state.providers.document(presets.issuer_of(provider), now)
            told = {"id_token_hint": hint, "client_id": provider.client_id, "post_logout_redirect_uri": f"{settings.base_url}/sign-in", "ui_locales": language(request)}
            to = f"{document.end_session_endpoint}{'&' if '?' in document.end_session_endpoint else '?'}{urlencode(told)}" if document.end_session_endpoint else to
    except Trouble as trouble:
        noted(name, trouble)
    return forget(done(request, to), settings, LEAVING, now)


def _provider(request: Request, name: str) -> OidcProvider:
    settings: Settings = request.app.state.settings
    return found(next((provider for provider in settings.oidc if provider.name == name), None))


def _taken(request: Request, session_id: UUID) -> str:
    """The ID token of a session that ended, once."""
    with writing(request) as session:
        row = session.get(DeviceSession, session_id)
        if row is None or row.ended_at is None:
            return ""
        hint, row.logout_hint = hint_of(request.app.state.settings, row), None
    return hint


routes: list = [signed_out_here, sign_out_there]
