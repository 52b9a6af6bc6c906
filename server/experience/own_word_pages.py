"""The coordinator's screen of own words that come up often among students."""

from typing import Any

from litestar import Request, Response

from server.core import clock
from server.core.errors import NotFound
from server.core.forms import Form
from server.core.routes import delete, get, post
from server.core.web import done, page, reading, writing
from server.experience.own_words import FEWEST, often_chosen
from server.people.identity import coordinator
from server.vocabulary import actions
from server.vocabulary.queries import vocabulary_of

OWN = "/school/vocabulary/own"


@get(OWN, guards=[coordinator])
def index(request: Request) -> Response[Any]:
    """What at least five students called so; and what of that was put aside."""
    with reading(request) as session:
        often = often_chosen(session, request.user, vocabulary_of(session, request.user))
    return page(request, "experience/own_words.html", {"often": often, "fewest": FEWEST})


@post(OWN + "/aside", guards=[coordinator])
def put_aside(request: Request, form: Form) -> Response[Any]:
    """Let one not be in the list any more."""
    kind, text = form.text("kind"), form.text("text")
    with writing(request) as session:
        often = often_chosen(session, request.user, vocabulary_of(session, request.user))
        if (kind, text) not in {(one.kind, one.text) for one in often}:
            raise NotFound
        actions.put_aside(session, request.user, kind, text, clock.now())
    return done(request, OWN, said="saved")


@delete(OWN + "/aside", guards=[coordinator])
def take_up(request: Request, form: Form) -> Response[Any]:
    """Let it be in the list again."""
    with writing(request) as session:
        actions.take_up(session, request.user, form.text("kind"), form.text("text"))
    return done(request, OWN, said="saved")


routes = [index, put_aside, take_up]
