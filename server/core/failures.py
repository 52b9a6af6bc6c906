"""Errors as people see them: a page in their language, what they typed still there to send again, and a log line without a word of it."""

import errno
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from sqlalchemy.exc import IntegrityError, OperationalError, TimeoutError

from server.core import log
from server.core.errors import Unconfirmed
from server.core.forms import Form
from server.core.ids import new_id, parse_id
from server.core.mutation import OtherContent
from server.core.security import local_path
from server.core.web import by_htmx, page, told, wants_json

KNOWN = {400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503, 507}
LONG = 60
SECRET = {"password"}
"""Never written into a page, not even for who typed it."""

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


def failed(request: Request, error: Exception) -> Response[Any]:
    """The answer to an exception. Never raises: the page of last resort has no template."""
    status = status_of(error)
    if status >= 500:
        log.error("failed", method=request.method, route=route_of(request), status=status, error=type(error).__name__, where=_where(error))
    headers = {str(name): str(value) for name, value in (getattr(error, "headers", None) or {}).items()}
    if status == 503:
        headers.setdefault("Retry-After", "2")
    if wants_json(request):
        answer = told(request, {"status": status, **getattr(error, "told", {})}, status=status)
        answer.headers.update(headers)
        return answer
    action = address_of(request)
    if status == 401 and request.method == "GET" and not by_htmx(request):
        return Response(None, status_code=303, headers={"location": f"/sign-in?next={quote(action, safe='')}" if action not in {"", "/"} else "/sign-in"})
    if isinstance(error, Unconfirmed) and not by_htmx(request):
        return _asked_again(request, action)
    view = {"status": status, "wait": getattr(error, "wait", 0), "action": action, **_again(_typed(request, error))}
    try:
        return page(request, "errors/error.html", view, status=status, headers={**headers, "cache-control": "no-store"})
    except Exception as second:
        log.error("no error page", error=type(second).__name__, where=_where(second))
        words = f'<h1>Er ging iets mis ({status})</h1><p lang="en">Something went wrong.</p>'
        return Response(f'<!doctype html><html lang="nl"><title>{status}</title>{words}', status_code=status, media_type="text/html")


def _asked_again(request: Request, action: str) -> Response[Any]:
    """To the screen that asks whether it is them. A form is sent along to it by the browser itself (307), to be sent again afterwards."""
    asked = "next" if request.method == "GET" else "then"
    return Response(None, status_code=303 if asked == "next" else 307, headers={"location": f"/sign-in/confirmation?{asked}={quote(action, safe='')}"})


def status_of(error: Exception) -> int:
    """The status to answer with: a busy or absent database is 503, a full disk 507, an unknown fault 500."""
    if isinstance(error, HTTPException):
        return error.status_code if error.status_code in KNOWN else 400 if error.status_code < 500 else 500
    if getattr(error, "errno", None) in _NO_SPACE or "disk is full" in str(getattr(error, "orig", "")):
        return 507
    return 503 if isinstance(error, OperationalError | TimeoutError | IntegrityError) else 500


def route_of(request: Request) -> str:
    """The route with its placeholders: an address may hold the secret of a link."""
    handler = request.scope.get("route_handler")
    return next(iter(sorted(getattr(handler, "paths", ()))), "?")


def address_of(request: Request) -> str:
    """The address that was asked for, with its question, when a form may be sent there again; else empty."""
    question = str(request.url.query)
    return local_path(f"{request.url.path}?{question}" if question else request.url.path)


def readable(fields: list[tuple[str, str]]) -> list[str]:
    """Of what was sent, what a person typed at length: ids, revisions and choices are left out."""
    return [value for name, value in fields if not name.startswith("resume_") and parse_id(value) is None and (" " in value.strip() or "\n" in value or len(value) > LONG)]


def _again(typed: list[tuple[str, str]]) -> dict[str, Any]:
    return {"typed": typed, "texts": readable(typed), "resume_fields": msgspec.json.encode(typed).decode()}


def _typed(request: Request, error: Exception) -> list[tuple[str, str]]:
    """What to send again: every field as it came, as a save of its own when what its mutation said was something else. Files cannot be given back."""
    form = request.scope.get("form")
    if not isinstance(form, Form):
        return []
    fields = {**form.fields, "mutation": [str(new_id())]} if isinstance(error, OtherContent) else form.fields
    return sent_again(fields)


def sent_again(fields: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """What a page may hold of a form, to be sent again: all but a password."""
    return [(name, value) for name, values in fields.items() for value in values if name not in SECRET]


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else "?"
