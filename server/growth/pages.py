"""Mijn woorden: how a student's words grow, from each word to its evidence, and the picture to print or to share. Nobody else sees them."""

from datetime import timedelta
from typing import Any

import litestar
from litestar import Request, Response
from litestar.params import FromQuery

from server.core import clock
from server.core.errors import found
from server.core.limits import spend
from server.core.routes import get, in_thread
from server.core.web import language, page, reading, unchanged_by, writing
from server.growth import screens
from server.growth.picture import Shared, drawn, file_name
from server.growth.queries import one_of, words_of
from server.people.identity import student
from server.vocabulary.queries import vocabulary_of
from server.vocabulary.shapes import addresses

LONGEST_ASKED, MOST_PICTURES = 80, 40


@get("/words", guards=[student], before_request=unchanged_by(60))
def words(request: Request, year: FromQuery[str] = "", kind: FromQuery[str] = "") -> Response[Any]:
    """All words, or those of a school year (`2025` is 2025/26) and a kind of activity."""
    with reading(request) as session:
        return page(request, "growth/words.html", screens.growing(session, request.user, language(request), year[:4], kind[:LONGEST_ASKED]))


@get("/words/evidence", guards=[student], before_request=unchanged_by(60))
def evidence(request: Request, word: FromQuery[str] = "") -> Response[Any]:
    """One word (`quality:working-together`, `motive:own:rust`) with all that was told and seen of it."""
    with reading(request) as session:
        return page(request, "growth/word.html", {"word": found(one_of(words_of(session, request.user, language(request)), word[:LONGEST_ASKED]))})


@litestar.get("/words/picture.png", guards=[student])
async def picture(request: Request, year: FromQuery[str] = "", kind: FromQuery[str] = "", name: FromQuery[str] = "") -> Response[bytes]:
    """The picture to share: nothing but the words and their months, and the first name when asked for."""
    shared = await in_thread(_shared, request=request, year=year, kind=kind, named=name == "1")
    headers = {"cache-control": "private, no-store", "content-disposition": f'attachment; filename="{file_name(shared)}"'}
    return Response(await drawn(shared), media_type="image/png", headers=headers)


def _shared(request: Request, year: str, kind: str, *, named: bool) -> Shared:
    lang, viewer = language(request), request.user
    with reading(request) as session:
        asked, sizes = screens.chosen_by(words_of(session, viewer, lang), viewer, year, kind), vocabulary_of(session, viewer).pictures
    found(asked[:1] or None)
    with writing(request) as session:
        spend(session, f"picture:{viewer.person_id}", most=MOST_PICTURES, per=timedelta(hours=1), at=clock.now())
    own = addresses(request.app.state.media, [word.picture for word in asked[-screens.MOST_DRAWN :]], sizes)
    return screens.to_share(asked, viewer, lang, request.app.state.templates[lang], name=viewer.given_name if named else "", own=own)


routes: list = [words, evidence, picture]
