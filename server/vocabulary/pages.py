"""Gesprekskaarten: the shared language for everybody who works here, on screen and as a PDF to print. No student is on them."""

from typing import Any

import litestar
from litestar import Request, Response
from litestar.params import FromQuery

from server.core import clock
from server.core.i18n import LANGUAGES
from server.core.routes import get, in_thread
from server.core.web import language, page, unchanged_by
from server.people.identity import staff
from server.vocabulary.cards import deck
from server.vocabulary.cards_paper import POCKET, POSTER, Paper, drawn, file_name, paper
from server.vocabulary.queries import vocabulary_for
from server.vocabulary.shapes import addresses


@get("/cards", guards=[staff], before_request=unchanged_by(60))
def cards(request: Request) -> Response[Any]:
    """All cards, under what the school wants with guidance."""
    return page(request, "vocabulary/cards.html", {"vision": request.user.vision, "deck": deck(vocabulary_for(request), language(request))})


@litestar.get("/cards/pocket.pdf", guards=[staff])
async def pocket(request: Request, language: FromQuery[str] = "") -> Response[bytes]:
    """Cards of A7, eight on a page of A4."""
    return await _printed(request, POCKET, language)


@litestar.get("/cards/poster.pdf", guards=[staff])
async def poster(request: Request, language: FromQuery[str] = "") -> Response[bytes]:
    """One page of A3 for the wall."""
    return await _printed(request, POSTER, language)


async def _printed(request: Request, sheet: str, asked: str) -> Response[bytes]:
    made = await drawn(await in_thread(_told, request=request, sheet=sheet, asked=asked))
    headers = {"cache-control": "private, no-cache", "content-disposition": f'inline; filename="{file_name(request.user.school_name)}"'}
    return Response(made, media_type="application/pdf", headers=headers)


def _told(request: Request, sheet: str, asked: str) -> Paper:
    lang, viewer = asked if asked in LANGUAGES else language(request), request.user
    vocabulary = vocabulary_for(request)
    cards = deck(vocabulary, lang)
    own = addresses(request.app.state.media, [word.picture for card in cards.competencies for word in card.words], vocabulary.pictures)
    return paper(sheet, cards, lang, school=viewer.school_name, vision=viewer.vision, day=clock.local(clock.now(), viewer.zone).date(), own=own)


routes: list = [cards, pocket, poster]
