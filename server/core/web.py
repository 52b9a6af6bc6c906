"""Answers: show a page or a block of it, or say that a write was done. All knowledge of htmx and of conditional requests is here."""

import hashlib
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie
from sqlalchemy.orm import Session

from server.core import clock, i18n
from server.core.mutation import Receipt

SAID = "said"
AHEAD = "spoor-ahead"
"""A device asks for a page that nobody looks at yet: what is said once waits for the next that somebody sees."""
VARY = "HX-Request, HX-Target, Accept, Accept-Language, Cookie"


def reading(request: Request) -> AbstractContextManager[Session]:
    """A transaction that only looks."""
    return request.app.state.database.reading()  # type: ignore[no-any-return]


def writing(request: Request) -> AbstractContextManager[Session]:
    """A transaction that is stored before the answer leaves, or not at all."""
    return request.app.state.database.writing()  # type: ignore[no-any-return]


def language(request: Request) -> str:
    """The person's language, else the browser's."""
    viewer = request.scope.get("user")
    return (viewer.language if viewer else None) or i18n.preferred(request.headers.get("accept-language", ""))


def wants_json(request: Request) -> bool:
    """Whether a script asks: it gets a receipt instead of a redirect it must not follow."""
    return "application/json" in request.headers.get("accept", "")


def whose(request: Request) -> str:
    """Whose page this is, as a mark that says nothing else: what a device keeps of one person is never shown to the next.

    On a shared computer it is of the session: even the mark of a person does not stay there. `nobody` when nobody is signed in;
    empty when that cannot be known now.
    """
    viewer = request.scope.get("user")
    if viewer and viewer.shared:
        return hashlib.sha256(b"page of session " + viewer.session_id.bytes).hexdigest()[:16]
    if viewer:
        return hashlib.sha256(b"page of " + viewer.person_id.bytes).hexdigest()[:16]
    return "" if request.scope.get("auth") else "nobody"


def page(request: Request, name: str, view: Mapping[str, Any] | None = None, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response[str]:
    """The screen, or the block of it that htmx aims at. Rendered here, while the session is open."""
    lang, viewer = language(request), request.scope.get("user")
    said = "" if AHEAD in request.headers else request.cookies.get(_said_name(request), "")
    context = {
        "viewer": viewer, "whose": whose(request), "lang": lang, "theme": viewer.theme if viewer else "auto", "here": request.url.path,
        "said": said.partition(":")[0], "said_about": said.partition(":")[2], "today": clock.local(clock.now(), viewer.zone if viewer else "Europe/Amsterdam").date(),
        "shows_letters": request.app.state.settings.shows_letters,
        **(view or {}),
    }  # fmt: skip
    template = request.app.state.templates[lang].get_template(name)
    block = template.blocks.get(aimed_at(request))
    html = "".join(block(template.new_context(context))) if block else template.render(context)
    kept = request.scope.get("etag")
    sent = {"vary": VARY, "cache-control": "private, no-cache" if viewer else "no-store", "content-language": lang, "spoor-person": context["whose"], **(headers or {})}
    if kept and status == 200 and not said:
        sent["etag"] = kept
    answer = Response(html, status_code=status, media_type="text/html", headers=sent)
    if said and status == 200:
        answer.set_cookie(_said_cookie(request, "", 0))
    return answer


def by_htmx(request: Request) -> bool:
    """Whether htmx asks, to put the answer somewhere in a page that stands."""
    return request.headers.get("hx-request") == "true"


def aimed_at(request: Request) -> str:
    """The id that htmx will replace (`div#results` → `results`); empty for a whole page."""
    if not by_htmx(request) or request.headers.get("hx-history-restore-request") == "true":
        return ""
    return request.headers.get("hx-target", "").partition("#")[2]


def done(request: Request, to: str, *, said: str = "", about: UUID | None = None, receipt: Receipt | None = None) -> Response[Any]:
    """A write succeeded: 303 to the screen, or for a script a receipt that names the screen. `said` is told once, on the next page."""
    cookies = [_said_cookie(request, f"{said}:{about}" if about else said, 20)] if said else []
    if not wants_json(request):
        return Response(None, status_code=303, headers={"location": to, "vary": VARY}, cookies=cookies, media_type="text/html")
    told = msgspec.to_builtins(receipt) if receipt else {}
    return Response(msgspec.json.encode({**told, "to": to}), status_code=200, headers={"vary": VARY}, cookies=cookies, media_type="application/json")


def _said_name(request: Request) -> str:
    """`__Host-` binds it to https and this very host; plain http cannot have it."""
    return f"__Host-{SAID}" if request.app.state.settings.secure else SAID


def _said_cookie(request: Request, value: str, seconds: int) -> Cookie:
    return Cookie(_said_name(request), value=value, max_age=seconds, path="/", httponly=True, secure=request.app.state.settings.secure, samesite="lax")


def told(request: Request, content: object, *, status: int = 200) -> Response[bytes]:
    """A JSON answer for a script."""
    return Response(msgspec.json.encode(content), status_code=status, media_type="application/json")


def unchanged_by(step_minutes: int):  # type: ignore[no-untyped-def]
    """A `before_request` that answers 304 while nothing this person sees has changed.

    The ETag is the build, the language, the target, the local time in steps (because pages say "vandaag" and "over 3 dagen")
    and the two counters that every write bumps; it is taken before the page is read, so it can only be too old, never too new.
    On a shared computer no page is kept, so none is unchanged.
    """

    async def unchanged(request: Request) -> Response[None] | None:
        viewer = request.user
        if viewer.shared:
            return None
        now = clock.local(clock.now(), viewer.zone)
        step = (now.hour * 60 + now.minute) // step_minutes
        seen = (
            request.app.state.assets.build,
            viewer.person_id.hex,
            language(request),
            viewer.look,
            f"{now:%Y%m%d}",
            step,
            viewer.school_revision,
            viewer.revision,
            aimed_at(request),
        )
        tag = f'W/"{".".join(str(part) for part in seen)}"'
        request.scope["etag"] = tag  # type: ignore[typeddict-unknown-key]
        if request.headers.get("if-none-match") != tag or _said_name(request) in request.cookies:
            return None
        return Response(None, status_code=304, headers={"etag": tag, "vary": VARY, "cache-control": "private, no-cache"})

    return unchanged
