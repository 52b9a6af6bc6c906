"""What happens around every request, unknown addresses included."""

from urllib.parse import parse_qs

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send


def with_method_override(app: ASGIApp) -> ASGIApp:
    """Let a form without JavaScript take something away: `POST …?_method=delete`."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope["method"] == "POST" and parse_qs(scope["query_string"].decode("latin-1")).get("_method") == ["delete"]:
            scope["method"] = "DELETE"  # type: ignore[typeddict-item]
        await app(scope, receive, send)

    return answer


def with_head(app: ASGIApp) -> ASGIApp:
    """Answer HEAD as GET: monitors ask so, and the server leaves out the body. Who would read a file for it is told so."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET", "only_headers": True}  # type: ignore[assignment, typeddict-item]
        await app(scope, receive, send)

    return answer


def without_nul(app: ASGIApp) -> ASGIApp:
    """Drop NUL from the question in an address, as from a form: nobody typed it, and PostgreSQL refuses it."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and b"%00" in scope["query_string"]:
            scope["query_string"] = _nul_dropped(scope["query_string"])
        await app(scope, receive, send)

    return answer


def _nul_dropped(question: bytes) -> bytes:
    """What is left may hold another one (`%%0000`). Made to do so thousands of times it would keep everybody waiting: then nothing is left of it."""
    for _ in range(10):
        question = question.replace(b"%00", b"")
        if b"%00" not in question:
            return question
    return b""
