"""The coordinator's screens of the shared language: all of it, and a word to add, reword, put elsewhere or offer no more."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.params import FromPath, FromQuery

from server.core import clock
from server.core.errors import NotFound, found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.ids import new_id
from server.core.routes import delete, get, post
from server.core.web import done, language, page, writing
from server.people.identity import coordinator
from server.vocabulary import actions, listing
from server.vocabulary.fields import MOMENTS, Told, new_word, replaced_unseen, together, typed_word, word_as_typed, worded, wrong_word
from server.vocabulary.queries import Vocabulary, vocabulary_for
from server.vocabulary.words import KINDS, Word, clusters, fields_of_fit, icons, standard_words

WORDS = "/school/vocabulary/words"
WORD = f"{WORDS}/{{key:str}}"
TABS = (*KINDS, "questions")
LONGEST_SOUGHT, HOUR = 60, timedelta(hours=1)


@get("/school/vocabulary", guards=[coordinator])
def index(request: Request, kind: FromQuery[str] = "quality", moment: FromQuery[str] = "after", q: FromQuery[str] = "") -> Response[Any]:
    """The words of a kind or the questions of a moment, and what is not offered; or those in which something is found."""
    kind, moment, sought = kind if kind in TABS else TABS[0], moment if moment in MOMENTS else MOMENTS[0], q.strip()[:LONGEST_SOUGHT]
    vocabulary = vocabulary_for(request)
    listed = listing.words(vocabulary, kind, sought) if kind in KINDS else listing.questions(vocabulary, moment, sought)
    return page(request, "vocabulary/school.html", {"kind": kind, "moment": moment, "moments": MOMENTS, "q": sought, "listed": listed})


@get(WORDS + "/new", guards=[coordinator])
def new(request: Request, kind: FromQuery[str] = "quality", own: FromQuery[str] = "") -> Response[Any]:
    """An empty form; with the word filled in when it is one that students wrote themselves."""
    kind = kind if kind in KINDS else KINDS[0]
    return _form(request, vocabulary_for(request), kind, None, new_word(own), own=own)


@post(WORDS + "/new", guards=[coordinator])
def add(request: Request, form: Form) -> Response[Any]:
    """Add it, after all others of its kind. A form that comes twice adds it once; one with another word adds that too."""
    told, kind, id, own = typed_word(form), form.text("kind"), form.id("id") or new_id(), form.text("own")
    kind = kind if kind in KINDS else KINDS[0]
    with writing(request) as session:
        held = actions.hold(session, request.user)
        if known := held.vocabulary.words.get(f"w{id.hex}"):
            if known.nl == told["nl"]:
                return done(request, f"/school/vocabulary?kind={kind}", said="saved")
            id = new_id()
        if errors := wrong_word(told, held.vocabulary, kind, "", tongue(language(request))):
            return _form(request, held.vocabulary, kind, None, told, own=own, id=id.hex, errors=errors, status=422)
        word = worded(told, _blank(held.vocabulary, f"w{id.hex}", kind))
        actions.keep(session, held, request.user.person_id, clock.now(), "added", words=[word])
        actions.made_ours(session, request.user, kind, own, clock.now())
    return done(request, f"/school/vocabulary?kind={kind}#w{id.hex}", said="saved")


@get(WORD, guards=[coordinator])
def edit(request: Request, key: FromPath[str]) -> Response[Any]:
    """What it is called, what it means, where it fits, how it looks; its place, and whether it is offered."""
    vocabulary = vocabulary_for(request)
    word = found(vocabulary.words.get(key))
    return _form(request, vocabulary, word.kind, word, word_as_typed(word))


@post(WORD, guards=[coordinator])
def change(request: Request, form: Form, key: FromPath[str]) -> Response[Any]:
    """Call it so from now on. What a colleague changed meanwhile stays; where both changed the same, both are shown first."""
    typed = typed_word(form)
    with writing(request) as session:
        held = actions.hold(session, request.user)
        word = found(held.vocabulary.words.get(key))
        told, unseen = together(typed, _shown(held.vocabulary, form, key), word_as_typed(word))
        if errors := wrong_word(told, held.vocabulary, word.kind, key, tongue(language(request))):
            return _form(request, held.vocabulary, word.kind, word, typed, base=form.number("base"), errors=errors, status=422)
        if unseen:
            return _form(request, held.vocabulary, word.kind, word, told, stands=unseen, status=409)
        actions.keep(session, held, request.user.person_id, clock.now(), "reworded", words=[worded(told, word)])
    return done(request, f"{WORDS}/{key}", said="saved")


@post(WORD + "/hiding", guards=[coordinator])
def hide(request: Request, key: FromPath[str]) -> Response[Any]:
    """Offer it no more. Who chose it keeps it."""
    return _keep(request, key, "hidden", lambda _, word: [msgspec.structs.replace(word, hidden=True)])


@delete(WORD + "/hiding", guards=[coordinator])
def offer(request: Request, key: FromPath[str]) -> Response[Any]:
    """Offer it again."""
    return _keep(request, key, "offered", lambda _, word: [msgspec.structs.replace(word, hidden=False)])


@post(WORD + "/standard", guards=[coordinator])
def restore(request: Request, form: Form, key: FromPath[str]) -> Response[Any]:
    """Word it again as Spoor brings it along. What a colleague made of it since the page was shown is seen first."""
    if key not in standard_words():
        raise NotFound
    with writing(request) as session:
        held = actions.hold(session, request.user)
        word = held.vocabulary.words[key]
        brought = actions.as_brought(word) or word
        told = word_as_typed(brought)
        if unseen := replaced_unseen(told, _shown(held.vocabulary, form, key), word_as_typed(word)):
            return _form(request, held.vocabulary, word.kind, word, told, stands=unseen, status=409)
        actions.keep(session, held, request.user.person_id, clock.now(), "restored", words=[brought])
    return done(request, f"{WORDS}/{key}", said="saved")


@post(WORD + "/place", guards=[coordinator])
def put(request: Request, form: Form, key: FromPath[str]) -> Response[Any]:
    """Up or down in its cluster, or at a place in it."""
    go, place = form.text("go"), form.number("place")

    def to(vocabulary: Vocabulary, word: Word) -> list[Word]:
        lines = vocabulary.words_of(word.kind)
        return actions.moved(lines, key, actions.place_of(lines, word, _peers(vocabulary, word), go, place))

    return _keep(request, key, "moved", to, back="/school/vocabulary?kind={}#{}" if go and form.text("from") != "page" else f"{WORDS}/{{1}}#order")


def picture_refused(request: Request, key: str, why: str, status: int) -> Response[Any]:
    """The page of the word with what was wrong with a picture."""
    vocabulary = vocabulary_for(request)
    word = found(vocabulary.words.get(key))
    return _form(request, vocabulary, word.kind, word, word_as_typed(word), errors={"picture": why}, status=status)


def _keep(request: Request, key: str, how: str, make: Callable[[Vocabulary, Word], list[Word]], back: str = f"{WORDS}/{{1}}") -> Response[Any]:
    with writing(request) as session:
        held = actions.hold(session, request.user)
        word = found(held.vocabulary.words.get(key))
        actions.keep(session, held, request.user.person_id, clock.now(), how, words=make(held.vocabulary, word))
    return done(request, back.format(word.kind, word.id), said="saved")


def _peers(vocabulary: Vocabulary, word: Word) -> list[Word]:
    """The offered words of its cluster, in the school's order."""
    return [known for known in vocabulary.words_of(word.kind) if known.cluster == word.cluster]


def _blank(vocabulary: Vocabulary, key: str, kind: str) -> Word:
    place = actions.at_the_end([word for word in vocabulary.words.values() if word.kind == kind])
    return Word(id=key, kind=kind, nl="", en="", sentence_nl="", sentence_en="", icon="", cluster="", fits=(), position=place)


def _shown(vocabulary: Vocabulary, form: Form, key: str) -> Told | None:
    """What stood on the form that was sent."""
    base = form.number("base")
    word = vocabulary.as_chosen(key, base) if base is not None and 0 <= base <= vocabulary.edition else None
    return word_as_typed(word) if word else None


def _form(request: Request, vocabulary: Vocabulary, kind: str, word: Word | None, told: Told, *, own: str = "", id: str = "", base: int | None = None,
          errors: dict[str, str] | None = None, stands: Told | None = None, status: int = 200) -> Response[Any]:  # fmt: skip
    view = {
        "kind": kind, "word": word, "form": told, "own": own, "id": id or new_id().hex, "base": vocabulary.edition if base is None else base, "errors": errors or {},
        "stands": stands or {}, "clusters": clusters(kind), "icons": icons(), "fits": fields_of_fit(),
        "peers": _peers(vocabulary, word) if word else [], "brought": standard_words().get(word.id) if word else None,
        "changed": word is not None and actions.as_brought(word) not in (None, word),
    }  # fmt: skip
    return page(request, "vocabulary/school_word.html", view, status=status)


routes: list = [index, new, add, edit, change, hide, offer, restore, put]
