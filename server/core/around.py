"""What happens around every request, unknown addresses included."""

from urllib.parse import parse_qs

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send


def with_method_override(app: ASGIApp) -> ASGIApp:
    """Let a form without JavaScript take something away: `POST …?_method=delete`."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope["method"] == "POST" and parse_qs(scope["query_string"]).get(b"_method") == [b"delete"]:
            scope["method"] = "DELETE"  # type: ignore[typeddict-item]
        await app(scope, receive, send)

    return answer
