"""The demo's inbox: letters are not sent but shown, as who gets them would see them. These pages exist only there, and whoever reaches the demo may look."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.params import FromPath
from sqlalchemy import select

from server.core.errors import found
from server.core.letter import html, plain
from server.core.mail import PURPOSE, Letter, Mail
from server.core.routes import get
from server.core.sealed import opened
from server.core.security import CONTENT_SECURITY_POLICY
from server.core.web import page, reading

MOST = 50
FRAMING = {"content-security-policy": f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"}
FRAMED = {
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
    ),
    "x-frame-options": "SAMEORIGIN",
}
"""A letter has its looks in its lines, and may do nothing: what it would fetch or run is refused, and only a press on its link leads out of the frame."""


class Shown(msgspec.Struct, frozen=True):
    """A letter in the list."""

    mail: Mail
    letter: Letter


@get("/inbox")
def index(request: Request) -> Response[str]:
    """The letters of the demo, newest first."""
    with reading(request) as session:
        rows = session.scalars(select(Mail).order_by(Mail.made_at.desc(), Mail.id.desc()).limit(MOST))
        return page(request, "inbox/index.html", {"letters": [shown for row in rows if (shown := _shown(request, row))]})


@get("/inbox/{mail_id:uuid}")
def show(request: Request, mail_id: FromPath[UUID]) -> Response[str]:
    """One letter, in a frame, and the same as plain text."""
    with reading(request) as session:
        shown = found(_shown(request, found(session.get(Mail, mail_id))))
        settings = request.app.state.settings
        return page(request, "inbox/show.html", {"shown": shown, "plain": plain(shown.letter, settings), "sender": settings.sender}, headers=FRAMING)


@get("/inbox/{mail_id:uuid}/letter")
def letter(request: Request, mail_id: FromPath[UUID]) -> Response[Any]:
    """The letter itself, for the frame."""
    with reading(request) as session:
        shown = found(_shown(request, found(session.get(Mail, mail_id))))
        return Response(html(shown.letter, request.app.state.settings, shown=True), media_type="text/html", headers=FRAMED)


def _shown(request: Request, row: Mail) -> Shown | None:
    content = opened(request.app.state.settings, PURPOSE, row.content)
    return Shown(row, msgspec.json.decode(content, type=Letter)) if content else None


routes: list = [index, show, letter]
