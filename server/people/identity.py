"""Who a request comes from: the cookie, looked up before the request is routed, and the guards that ask."""

from datetime import datetime, timedelta
from typing import Any

from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from server.core import clock
from server.core.db import Database
from server.core.errors import NotFound, OtherPerson, SignedOut, Unconfirmed
from server.core.routes import provide_form, thrown_away
from server.core.security import from_our_pages
from server.core.web import whose
from server.people.models import STUDENT_LIMITS, DeviceSession, limits_of
from server.people.viewer import Viewer, viewer_of
from server.settings import Settings

PUBLIC = ("/assets/", "/healthz", "/readyz", "/service-worker.js", "/manifest.webmanifest", "/favicon.ico", "/offline")
_SEEN_EVERY = timedelta(hours=1)
CONFIRMED_FOR = timedelta(minutes=30)


def cookie_name(settings: Settings) -> str:
    """`__Host-` binds the cookie to https and this very host; plain http cannot have it."""
    return "__Host-spoor" if settings.secure else "spoor"


def session_cookie(settings: Settings, token: str, *, shared: bool = False) -> Cookie:
    """The cookie of a device that was let in; on a shared computer it ends with the browser.

    An empty token takes it away (a `__Host-` cookie only goes by one that is `Secure` too). It lasts as long as anybody's session may: the server decides.
    """
    life = None if token and shared else int(STUDENT_LIMITS.idle.total_seconds()) if token else 0
    return Cookie(cookie_name(settings), value=token, max_age=life, path="/", httponly=True, secure=settings.secure, samesite="lax")


def with_identity(database: Database, settings: Settings) -> Any:
    """A wrapper that sets `scope["user"]`; a database that does not answer is told by the guard, so that public pages still come."""
    name = cookie_name(settings)

    def look_up(token: str) -> tuple[Viewer | None, bool]:
        now = clock.now()
        with database.reading() as session:
            viewer = viewer_of(session, token, now)
        return viewer, viewer is not None and now - viewer.seen_at > _SEEN_EVERY and _note_seen(database, viewer, now)

    def wrap(app: ASGIApp) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == ScopeType.HTTP:
                scope["user"] = None
                scope["auth"] = None
                token = Request(scope).cookies.get(name) if not scope["path"].startswith(PUBLIC) else None
                if token:
                    try:
                        scope["user"], again = await sync_to_thread(look_up, token)
                        shared = scope["user"] is not None and scope["user"].shared
                        send = _kept_nowhere(send) if shared else _with_cookie(send, session_cookie(settings, token)) if again else send
                    except Exception as error:
                        scope["auth"] = error
            await app(scope, receive, send)

        return answer

    return wrap


def _note_seen(database: Database, viewer: Viewer, now: datetime) -> bool:
    """Move the end of the session on; a database that takes no writes now must not keep anybody from reading."""
    try:
        with database.writing() as session:
            lapses = limits_of(viewer.kind, viewer.roles, shared=viewer.shared).lapses(viewer.started_at, now)
            session.execute(update(DeviceSession).where(DeviceSession.id == viewer.session_id).values(seen_at=now, lapses_at=lapses))
    except OperationalError:
        return False
    return True


def _with_cookie(send: Send, cookie: Cookie) -> Send:
    """The browser keeps its cookie as long as the server lets it in: both slide. An answer that sets the cookie itself is left as it is."""

    async def say(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            if not any(f"{cookie.key}=" in told for told in headers.getall("set-cookie", [])):
                headers.add("set-cookie", cookie.to_header(header=""))
        await send(message)

    return say


def _kept_nowhere(send: Send) -> Send:
    """No answer to who is on a shared computer stays there, whatever its handler says of keeping it."""

    async def say(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            headers["cache-control"] = "no-store"
            for name in ("etag", "last-modified", "expires"):
                headers.pop(name, None)
        await send(message)

    return say


async def signed_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Anybody who is signed in. What a form brought is read before it is refused, so that it can be sent again after signing in.

    Files are not: they cannot be given back, and nobody unknown gets room on the disk.
    What a device kept for one person is never stored as another's: it says whose it is.
    """
    if connection.scope.get("user") is not None:
        if isinstance(connection, Request) and connection.method in {"POST", "DELETE"} and connection.headers.get("spoor-person", whose(connection)) != whose(connection):
            raise OtherPerson
        return
    if isinstance(connection, Request) and connection.method in {"POST", "DELETE"}:
        from_our_pages(connection, connection.app.state.settings)
        with_files = connection.headers.get("content-type", "").lower().startswith("multipart/")
        await (thrown_away if with_files else provide_form)(connection)
    raise connection.scope.get("auth") or SignedOut


def has_confirmed(viewer: Viewer, now: datetime) -> bool:
    """Whether they showed on this device, lately enough for what gives others a way in, that it is them."""
    return viewer.confirmed_at is not None and now - viewer.confirmed_at < CONFIRMED_FOR


async def confirmed(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Who showed on this device, within the last half hour, that it is them; another is asked to do so first. For what gives others a way in, or takes one."""
    await signed_in(connection, handler)
    if not has_confirmed(connection.scope["user"], clock.now()):
        if isinstance(connection, Request) and connection.method in {"POST", "DELETE"}:
            await thrown_away(connection)
        raise Unconfirmed


async def student(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Students; for others the address does not exist."""
    await _only(connection, handler, "is_student")


async def staff(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Employees of any kind."""
    await _only(connection, handler, "is_staff")


async def mentor(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Employees with a mentor group."""
    await _only(connection, handler, "is_mentor")


async def keeper(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Who keeps the people of this school: its coordinators and its admins."""
    await _only(connection, handler, "is_keeper")


async def admin(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Who decides in this school who may do what, and how people come in."""
    await _only(connection, handler, "is_admin")


async def guardian(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Parents and carers."""
    await _only(connection, handler, "is_guardian")


async def coordinator(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Who runs Spoor in this school."""
    await _only(connection, handler, "is_coordinator")


async def _only(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler, is_such: str) -> None:
    await signed_in(connection, handler)
    if not getattr(connection.scope["user"], is_such):
        raise NotFound
