"""Addresses that belong to no room: health, assets, the styleguide of the demo."""

from litestar import Request, Response
from litestar.handlers import get as async_get
from litestar.params import FromPath
from sqlalchemy import text

from server.core.errors import NotFound
from server.core.routes import get
from server.core.web import page, reading


@async_get("/healthz", sync_to_thread=False)
def health(request: Request) -> Response[str]:
    """The process answers; `spoor-build` tells `spoor doctor` whether it is this code that does."""
    return Response("ok", media_type="text/plain", headers={"spoor-build": request.app.state.assets.build})


@get("/readyz")
def ready(request: Request) -> Response[str]:
    """The database answers and is migrated; otherwise 503."""
    from server.migrations.run import is_current

    with reading(request) as session:
        session.execute(text("SELECT 1"))
        current = is_current(session.connection())
    return Response("ok" if current else "migrations are behind: run `spoor migrate`", status_code=200 if current else 503, media_type="text/plain")


@get("/assets/{path:path}")
def asset(request: Request, path: FromPath[str]) -> Response[bytes]:
    """A file under the address that names its content: never changes, so kept for ever."""
    found = request.app.state.assets.addressed.get(path.lstrip("/"))
    if found is None:
        raise NotFound
    headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "Accept-Encoding"}
    packed = "br" in request.headers.get("accept-encoding", "") and found.compressed is not found.body
    if packed:
        headers["content-encoding"] = "br"
    return Response(found.compressed if packed else found.body, media_type=found.type, headers=headers)


@get("/styleguide")
def styleguide(request: Request) -> Response[str]:
    """Every component in every state; only in the demo."""
    return page(request, "styleguide/index.html")


routes = [health, ready, asset]
