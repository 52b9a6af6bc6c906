"""The coordinator's screens of the questions: one to add, reword, put elsewhere or ask no more."""

from collections.abc import Callable
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
from server.vocabulary import actions
from server.vocabulary.fields import MOMENTS, QUESTION_TEXTS, Told, asked, question_as_typed, replaced_unseen, together, typed_question, wrong_question
from server.vocabulary.queries import Vocabulary, vocabulary_for
from server.vocabulary.questions import COMPETENCIES, Question, standard_questions
from server.vocabulary.words import fields_of_fit

QUESTIONS = "/school/vocabulary/questions"
QUESTION = f"{QUESTIONS}/{{key:str}}"
LIST = "/school/vocabulary?kind=questions&moment={}#{}"


@get(QUESTIONS + "/new", guards=[coordinator])
def new(request: Request, moment: FromQuery[str] = "after", competency: FromQuery[str] = "qualities") -> Response[Any]:
    """An empty form."""
    told = dict.fromkeys(QUESTION_TEXTS, "") | {"competency": competency, "moment": moment, "kind_hint": ""}
    return _form(request, vocabulary_for(request), None, told)


@post(QUESTIONS + "/new", guards=[coordinator])
def add(request: Request, form: Form) -> Response[Any]:
    """Ask it too, after all others. A form that comes twice adds it once; one with another question adds that too."""
    told, id = typed_question(form), form.id("id") or new_id()
    with writing(request) as session:
        held = actions.hold(session, request.user)
        if known := held.vocabulary.questions.get(f"q{id.hex}"):
            if known.nl == told["nl"]:
                return done(request, LIST.format(known.moment, known.id), said="saved")
            id = new_id()
        key = f"q{id.hex}"
        if errors := wrong_question(told, held.vocabulary, "", tongue(language(request))):
            return _form(request, held.vocabulary, None, told, id=id.hex, errors=errors, status=422)
        place = actions.at_the_end(list(held.vocabulary.questions.values()))
        question = asked(told, Question(id=key, competency="", moment="", nl="", en="", position=place))
        actions.keep(session, held, request.user.person_id, clock.now(), "added", questions=[question])
    return done(request, LIST.format(told["moment"], key), said="saved")


@get(QUESTION, guards=[coordinator])
def edit(request: Request, key: FromPath[str]) -> Response[Any]:
    """How it is asked, when, and what it is about; its place, and whether it is asked."""
    vocabulary = vocabulary_for(request)
    question = found(vocabulary.questions.get(key))
    return _form(request, vocabulary, question, question_as_typed(question))


@post(QUESTION, guards=[coordinator])
def change(request: Request, form: Form, key: FromPath[str]) -> Response[Any]:
    """Ask it so from now on. What a colleague changed meanwhile stays; where both changed the same, both are shown first."""
    typed = typed_question(form)
    with writing(request) as session:
        held = actions.hold(session, request.user)
        question = found(held.vocabulary.questions.get(key))
        told, unseen = together(typed, _shown(held.vocabulary, form, key), question_as_typed(question))
        if errors := wrong_question(told, held.vocabulary, key, tongue(language(request))):
            return _form(request, held.vocabulary, question, typed, base=form.number("base"), errors=errors, status=422)
        if unseen:
            return _form(request, held.vocabulary, question, told, stands=unseen, status=409)
        actions.keep(session, held, request.user.person_id, clock.now(), "reworded", questions=[asked(told, question)])
    return done(request, f"{QUESTIONS}/{key}", said="saved")


@post(QUESTION + "/hiding", guards=[coordinator])
def hide(request: Request, key: FromPath[str]) -> Response[Any]:
    """Ask it no more. Who answered it keeps the answer."""
    return _keep(request, key, "hidden", lambda _, question: [msgspec.structs.replace(question, hidden=True)])


@delete(QUESTION + "/hiding", guards=[coordinator])
def ask(request: Request, key: FromPath[str]) -> Response[Any]:
    """Ask it again."""
    return _keep(request, key, "offered", lambda _, question: [msgspec.structs.replace(question, hidden=False)])


@post(QUESTION + "/standard", guards=[coordinator])
def restore(request: Request, form: Form, key: FromPath[str]) -> Response[Any]:
    """Ask it again as Spoor brings it along. What a colleague made of it since the page was shown is seen first."""
    if key not in standard_questions():
        raise NotFound
    with writing(request) as session:
        held = actions.hold(session, request.user)
        question = held.vocabulary.questions[key]
        brought = actions.as_brought(question) or question
        told = question_as_typed(brought)
        if unseen := replaced_unseen(told, _shown(held.vocabulary, form, key), question_as_typed(question)):
            return _form(request, held.vocabulary, question, told, stands=unseen, status=409)
        actions.keep(session, held, request.user.person_id, clock.now(), "restored", questions=[brought])
    return done(request, f"{QUESTIONS}/{key}", said="saved")


@post(QUESTION + "/place", guards=[coordinator])
def put(request: Request, form: Form, key: FromPath[str]) -> Response[Any]:
    """Up, down, or at a place among the questions of its moment and competency."""
    go, place = form.text("go"), form.number("place")

    def to(vocabulary: Vocabulary, question: Question) -> list[Question]:
        lines = vocabulary.asked(question.moment, question.competency)
        return actions.moved(lines, key, actions.place_of(lines, question, lines, go, place))

    return _keep(request, key, "moved", to, back=LIST if go and form.text("from") != "page" else f"{QUESTIONS}/{{1}}#order")


def _keep(request: Request, key: str, how: str, make: Callable[[Vocabulary, Question], list[Question]], back: str = f"{QUESTIONS}/{{1}}") -> Response[Any]:
    with writing(request) as session:
        held = actions.hold(session, request.user)
        question = found(held.vocabulary.questions.get(key))
        actions.keep(session, held, request.user.person_id, clock.now(), how, questions=make(held.vocabulary, question))
    return done(request, back.format(question.moment, question.id), said="saved")


def _shown(vocabulary: Vocabulary, form: Form, key: str) -> Told | None:
    """What stood on the form that was sent."""
    base = form.number("base")
    question = vocabulary.as_asked(key, base) if base is not None and 0 <= base <= vocabulary.edition else None
    return question_as_typed(question) if question else None


def _form(request: Request, vocabulary: Vocabulary, question: Question | None, told: Told, *, id: str = "", base: int | None = None,
          errors: dict[str, str] | None = None, stands: Told | None = None, status: int = 200) -> Response[Any]:  # fmt: skip
    lines = vocabulary.asked(question.moment, question.competency) if question else []
    view = {
        "question": question, "form": told, "id": id or new_id().hex, "base": vocabulary.edition if base is None else base, "errors": errors or {}, "stands": stands or {},
        "moments": MOMENTS, "competencies": COMPETENCIES, "fits": fields_of_fit(), "peers": lines,
        "brought": standard_questions().get(question.id) if question else None,
        "changed": question is not None and actions.as_brought(question) not in (None, question),
    }  # fmt: skip
    return page(request, "vocabulary/school_question.html", view, status=status)


routes: list = [new, add, edit, change, hide, ask, restore, put]
