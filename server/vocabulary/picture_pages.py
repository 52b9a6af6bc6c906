"""A school's own pictures of its words: sent by its coordinator, drawn anew and small, seen by everybody of the school."""

from typing import Any

import litestar
import msgspec
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core import clock, sending
from server.core.convert import Made, Unfit, convert
from server.core.errors import TooLarge, found
from server.core.forms import Upload
from server.core.i18n import tongue
from server.core.limits import spend
from server.core.routes import delete, in_thread, provide_form, thrown_away
from server.core.web import done, language, reading, writing
from server.people.identity import coordinator, signed_in
from server.vocabulary import actions
from server.vocabulary.models import Wording
from server.vocabulary.queries import vocabulary_for
from server.vocabulary.word_pages import HOUR, WORD, WORDS, picture_refused

LARGEST, AROUND, MOST_AN_HOUR = 15 * 1024 * 1024, 64 * 1024, 200
_HTML: dict[str, Any] = {"media_type": MediaType.HTML, "status_code": 200}


@litestar.post(WORD + "/picture", guards=[coordinator], request_max_body_size=LARGEST + AROUND, **_HTML)
async def put(request: Request, key: FromPath[str]) -> Response[Any]:
    """Show this picture with the word, instead of the pictogram."""
    await in_thread(_may, request=request, key=key)
    try:
        sent = await _sent(request)
        made = await convert("pictogram", sent.file, request.app.state.media)
    except (Unfit, TooLarge) as problem:
        status = 413 if isinstance(problem, TooLarge) else 422
        return await in_thread(picture_refused, request=request, key=key, why=_why(request, problem), status=status)
    return await in_thread(_keep, request=request, key=key, made=made)


@delete(WORD + "/picture", guards=[coordinator])
def take_away(request: Request, key: FromPath[str]) -> Response[Any]:
    """Show the pictogram again."""
    return _keep(request, key, None)


@litestar.get("/vocabulary/pictures/{digest:str}", guards=[signed_in], **_HTML)
async def look(request: Request, digest: FromPath[str]) -> Response[Any]:
    """The bytes of a picture of the own school, also of one that only stands with what was chosen before."""
    size = await in_thread(_size, request=request, digest=digest)
    cache = sending.NOT_KEPT if request.user.shared else sending.KEPT
    return await sending.send(request, request.app.state.media, digest=digest, size=size, type="image/jpeg", cache=cache)


def named(session: Session, digests: list[str]) -> set[str]:
    """Which of these digests a word names, now or earlier."""
    return set(session.scalars(select(Wording.picture).where(Wording.picture.in_(digests)).distinct()))


def _size(request: Request, digest: str) -> int:
    wanted = select(Wording.picture_size).where(Wording.school_id == request.user.school_id, Wording.picture == digest, Wording.picture != "").limit(1)
    with reading(request) as session:
        return found(session.scalar(wanted))


def _may(request: Request, key: str) -> None:
    """Said before a second is spent on it."""
    found(vocabulary_for(request).words.get(key))
    with writing(request) as session:
        spend(session, f"word-picture:{request.user.person_id}", most=MOST_AN_HOUR, per=HOUR, at=clock.now())


async def _sent(request: Request) -> Upload:
    try:
        sent = (await provide_form(request)).upload("picture")
    except HTTPException as error:
        if error.status_code != 413:
            raise
        await thrown_away(request)
        raise TooLarge from error
    if not sent.name:
        raise Unfit("nothing")
    if sent.size > LARGEST:
        raise TooLarge
    return sent


def _keep(request: Request, key: str, made: Made | None) -> Response[Any]:
    with writing(request) as session:
        held = actions.hold(session, request.user)
        word = found(held.vocabulary.words.get(key))
        pictured = msgspec.structs.replace(word, picture=made.digest if made else "", picture_size=made.size if made else 0)
        actions.keep(session, held, request.user.person_id, clock.now(), "pictured", words=[pictured])
    return done(request, f"{WORDS}/{key}#picture", said="saved")


def _why(request: Request, problem: Exception) -> str:
    _ = tongue(language(request))
    if isinstance(problem, TooLarge):
        return _("Deze foto is te groot. Een foto mag 15 MB zijn.")
    words = {"nothing": _("Kies eerst een foto."), "huge": _("Deze foto is te groot om te openen. Maak hem kleiner, of kies een andere.")}
    return words.get(getattr(problem, "why", ""), _("Dit is geen foto die we kunnen openen. Kies een andere."))


routes: list = [put, take_away, look]
