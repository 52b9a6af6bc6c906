"""That the school signed a student out on this device: said once, to who comes with the very cookie that opened it until then.

Who signed out, or was away too long, hears nothing; nor does who has no such cookie, or another student's school account.
"""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import Cookie
from sqlalchemy import bindparam, select

from server.core.audit import AuditEntry, AuditName
from server.core.security import hashed
from server.core.web import AHEAD, reading
from server.people.identity import cookie_name
from server.people.models import STUDENT_LIMITS, DeviceSession, Person

_ENDED = (
    select(DeviceSession.id)
    .join(Person, Person.id == DeviceSession.person_id)
    .join(AuditName, AuditName.person_id == Person.id)
    .join(AuditEntry, (AuditEntry.school_id == DeviceSession.school_id) & (AuditEntry.subject == AuditName.token))
    .where(DeviceSession.token_hash == bindparam("token_hash"), DeviceSession.ended_at.is_not(None), Person.kind == "student", Person.archived_at.is_(None))
    .where(AuditEntry.kind == "session-ended", AuditEntry.about == DeviceSession.id, AuditEntry.actor != AuditEntry.subject)
    .limit(1)
)
"""By the record, which tells who ended a session: another than its student."""


def ended_by_school(request: Request) -> UUID | None:
    """The session of the cookie, when the school ended it and this was not said here before; None while somebody is signed in, or that cannot be known now."""
    token = request.cookies.get(cookie_name(request.app.state.settings), "")
    if not token or request.scope.get("user") is not None or request.scope.get("auth") or AHEAD in request.headers:
        return None
    with reading(request) as session:
        ended: UUID | None = session.scalar(_ENDED, {"token_hash": hashed(token)})
    return ended if ended is not None and request.cookies.get(_name(request)) != ended.hex else None


def said_once(request: Request, answer: Response[Any], ended: UUID | None) -> Response[Any]:
    """The answer that said so, with the mark that it was said. The cookie of the session stays: by it what was typed here is given back after signing in."""
    if ended is not None:
        secure, life = request.app.state.settings.secure, int(STUDENT_LIMITS.idle.total_seconds())
        answer.set_cookie(Cookie(_name(request), value=ended.hex, max_age=life, path="/", httponly=True, secure=secure, samesite="lax"))
    return answer


def _name(request: Request) -> str:
    return f"{cookie_name(request.app.state.settings)}-told"
