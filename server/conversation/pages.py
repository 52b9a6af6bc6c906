"""Talks: the lists, one talk as each of the two sees it, laying it ready, and what came of it. Planning stands in `planning_pages`."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, FromQuery

from server.conversation import access, actions, looking, media_pages, planning_pages, preparing, queries, screens
from server.conversation.asking import STEPS
from server.conversation.preparing import Over, Shown
from server.conversation.views import Talk
from server.core import clock
from server.core.errors import NotFound, SpoorError, Unavailable, found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.mutation import mutation_of, seen_by
from server.core.routes import delete, get, post
from server.core.web import aimed_at, done, language, page, reading, told, unchanged_by, wants_json, writing
from server.people.identity import mentor, signed_in, staff, student
from server.people.models import Group
from server.vocabulary.queries import vocabulary_for


@get("/conversations", guards=[signed_in], before_request=unchanged_by(10))
def index(request: Request) -> Response[Any]:
    """Gesprek for a student, Gesprekken for a mentor."""
    viewer, now = request.user, clock.now()
    with reading(request) as session:
        if viewer.is_student:
            return page(request, "conversation/student_index.html", {"talks": queries.student_list(session, viewer, now), "now": now})
        if not viewer.is_mentor:
            raise NotFound
        return page(request, "conversation/index.html", {"talks": queries.mentor_list(session, viewer, now), "chosen": None, "now": now})


@get("/conversations/{conversation_id:uuid}", guards=[signed_in])
def show(request: Request, conversation_id: FromPath[UUID], step: FromQuery[str] = "", question: FromQuery[str] = "") -> Response[Any]:
    """One talk. That a mentor opened what lies ready is on record before it is shown; so nothing is fetched ahead."""
    if request.user.is_staff and "prefetch" in (request.headers.get("sec-purpose", "") + request.headers.get("purpose", "")):
        raise Unavailable
    with reading(request) as session:
        shown = found(queries.talk(session, request.user, conversation_id))
        if request.user.is_student or not (_unread(request, shown) or looking.is_new_look(session, request.user, shown, clock.now())):
            return _shown(request, session, shown, step, question)
    with writing(request) as session:
        looking.note_reading(session, request.user, conversation_id, clock.now())
        looking.note_look(session, request.user, conversation_id, clock.now())
        return _shown(request, session, found(queries.talk(session, request.user, conversation_id)), step, question)


def _unread(request: Request, shown: Talk) -> bool:
    return shown.submission_id is not None and request.user.person_id not in {read.who.id for read in shown.read_by}


def _shown(request: Request, session: Any, shown: Talk, step: str, question: str) -> Response[Any]:
    viewer, lang, now = request.user, language(request), clock.now()
    if viewer.is_student:
        return page(request, "conversation/student_talk.html", screens.for_student(session, viewer, shown, lang))
    if step in STEPS and shown.started_at and not shown.held_at:
        return page(request, "conversation/live.html", screens.live(session, viewer, shown, step, question, lang))
    view = screens.for_mentor(session, viewer, shown, lang)
    aimed = bool(aimed_at(request))
    return page(request, "conversation/talk.html", {**view, "talks": None if aimed else queries.mentor_list(session, viewer, now), "chosen": shown.id, "now": now})


@get("/groups", guards=[mentor], before_request=unchanged_by(10))
def groups(request: Request) -> Response[Any]:
    """Mijn groep: all groups of the mentor."""
    return _groups(request, None)


@get("/groups/{group_id:uuid}", guards=[mentor], before_request=unchanged_by(10))
def group(request: Request, group_id: FromPath[UUID]) -> Response[Any]:
    """One of them: who talked when, who is ready."""
    return _groups(request, group_id)


def _groups(request: Request, group_id: UUID | None) -> Response[Any]:
    viewer, now = request.user, clock.now()
    with reading(request) as session:
        mine = list(session.scalars(access.groups(viewer).order_by(Group.name)))
        shown = [known for known in mine if group_id in {None, known.id}]
        if group_id and not shown:
            raise NotFound
        pupils = queries.pupils(session, viewer, [known.id for known in shown], now, single=group_id is None)
        view = {"groups": shown, "others": len(mine) > len(shown), "pupils": pupils, "single": pupils.pop(queries.SINGLE, []), "now": now}
        return page(request, "conversation/groups.html", {**view, "standing": queries.standing(session, viewer)})


@get("/conversations/{conversation_id:uuid}/preparation", guards=[student])
def preparation(request: Request, conversation_id: FromPath[UUID], step: FromQuery[int] = 1) -> Response[Any]:
    """One step of laying a talk ready. What the mentor can read already is looked at on the talk itself."""
    with reading(request) as session:
        shown = found(queries.talk(session, request.user, conversation_id))
        if shown.submission_id or not shown.may_be_prepared:
            return done(request, f"/conversations/{conversation_id}")
        return page(request, "conversation/preparation.html", screens.step(session, request.user, shown, _step(step), language(request)))


@post("/conversations/{conversation_id:uuid}/preparation", guards=[student])
def prepare(request: Request, form: Form, conversation_id: FromPath[UUID]) -> Response[Any]:
    """Keep one step; the last one may also show it to the mentor."""
    number = _step(form.number("step"))
    fields, errors = preparing.read_change(form, vocabulary_for(request), number, language(request))
    if errors:
        return _again(request, form, conversation_id, number, errors)
    how: dict[str, Any] = {"take_back": form.text("take_back") == "1", "show": form.text("go") == "show", "edition": form.number("edition")}
    try:
        with writing(request) as session:
            receipt = actions.prepare(session, request.user, conversation_id, fields, mutation_id=mutation_of(form), seen=seen_by(form), now=clock.now(), **how)
    except (Shown, Over, actions.NothingToShow) as problem:
        return _again(request, form, conversation_id, number, _why(request, problem), problem)
    to, said = _after(form, conversation_id, number) if not receipt.conflicts else (f"/conversations/{conversation_id}/preparation?step={number}", "")
    return done(request, to, said=said, receipt=receipt)


@post("/conversations/{conversation_id:uuid}/conflicts/{conflict_id:uuid}/choice", guards=[student])
def choose(request: Request, form: Form, conversation_id: FromPath[UUID], conflict_id: FromPath[UUID]) -> Response[Any]:
    """Of two versions of one answer, say which stays."""
    with writing(request) as session:
        receipt = actions.choose(session, request.user, conversation_id, conflict_id, form.text("keep"), mutation_id=mutation_of(form), seen=seen_by(form), now=clock.now())
    to = f"/conversations/{conversation_id}/preparation?step={screens.step_of(receipt.fields[0])}"
    return done(request, to, said="" if receipt.conflicts else "saved", receipt=receipt)


def _step(number: int | None) -> int:
    return number if number in (1, 2, 3) else 1


def _after(form: Form, conversation_id: UUID, number: int) -> tuple[str, str]:
    if form.text("go") == "show":
        return f"/conversations/{conversation_id}", "talk-shown"
    if form.text("go") == "stop":
        return f"/conversations/{conversation_id}", "saved"
    return f"/conversations/{conversation_id}/preparation?step={min(number + 1, 3)}", ""


def _why(request: Request, problem: Exception) -> dict[str, str]:
    _ = tongue(language(request))
    if isinstance(problem, Over):
        return {"closed": _("Dit gesprek is al begonnen of gaat niet door. Je kunt hier niets meer veranderen.")}
    if isinstance(problem, Shown):
        return {"closed": _("Je mentor kan dit al lezen. Neem het eerst terug, dan kun je het veranderen.")}
    if isinstance(problem, actions.NothingToShow):
        return {"question": _("Er is nog niets om te laten zien. Kies een ervaring, of stel een vraag.")}
    return {}


def _again(request: Request, form: Form, conversation_id: UUID, number: int, errors: dict[str, str], problem: SpoorError | None = None) -> Response[Any]:
    """The same step with what was typed, and what is wrong with it."""
    status, why = (problem.status_code, problem.told) if problem else (422, {})
    if wants_json(request):
        return told(request, {"status": status, "errors": errors, **why}, status=status)
    with reading(request) as session:
        shown = found(queries.talk(session, request.user, conversation_id))
        view = screens.step(session, request.user, shown, number, language(request), form=form, errors=errors)
        return page(request, "conversation/preparation.html", view, status=status)


@post("/conversations/{conversation_id:uuid}/submission", guards=[student])
def submit(request: Request, form: Form, conversation_id: FromPath[UUID]) -> Response[Any]:
    """Show it to the mentor."""
    try:
        with writing(request) as session:
            receipt = actions.submit(session, request.user, conversation_id, mutation_id=mutation_of(form), now=clock.now())
    except actions.NothingToShow as problem:
        return _again(request, form if "question" in form else Form(), conversation_id, 3, _why(request, problem), problem)
    return done(request, f"/conversations/{conversation_id}", said="talk-shown", receipt=receipt)


@delete("/conversations/{conversation_id:uuid}/submission", guards=[student])
def take_back(request: Request, form: Form, conversation_id: FromPath[UUID]) -> Response[Any]:
    """Take it back, until the talk begins; what can be changed comes next."""
    with writing(request) as session:
        receipt = actions.take_back(session, request.user, conversation_id, mutation_id=mutation_of(form), now=clock.now())
    return done(request, f"/conversations/{conversation_id}/preparation", said="talk-taken-back", receipt=receipt)


@post("/agreements/{agreement_id:uuid}/completion", guards=[signed_in])
def complete(request: Request, form: Form, agreement_id: FromPath[UUID]) -> Response[Any]:
    """An agreement is done, say the student or the mentor."""
    with writing(request) as session:
        receipt = actions.complete(session, request.user, agreement_id, mutation_id=mutation_of(form), now=clock.now())
        to = actions.talk_of(session, request.user, agreement_id)
    return done(request, to, said="agreement-done", receipt=receipt)


@delete("/agreements/{agreement_id:uuid}/completion", guards=[signed_in])
def reopen(request: Request, form: Form, agreement_id: FromPath[UUID]) -> Response[Any]:
    """It is not done after all."""
    with writing(request) as session:
        receipt = actions.reopen(session, request.user, agreement_id, mutation_id=mutation_of(form), now=clock.now())
        to = actions.talk_of(session, request.user, agreement_id)
    return done(request, to, receipt=receipt)


@post("/conversations/{conversation_id:uuid}/start", guards=[staff])
def start(request: Request, conversation_id: FromPath[UUID]) -> Response[Any]:
    """The talk begins."""
    with writing(request) as session:
        actions.start(session, request.user, conversation_id, clock.now())
    return done(request, f"/conversations/{conversation_id}?step=tell")


@delete("/conversations/{conversation_id:uuid}/start", guards=[staff])
def unstart(request: Request, conversation_id: FromPath[UUID]) -> Response[Any]:
    """It did not begin after all."""
    with writing(request) as session:
        actions.unstart(session, request.user, conversation_id, clock.now())
    return done(request, f"/conversations/{conversation_id}", said="talk-not-started")


routes = [index, show, groups, group, preparation, prepare, choose, submit, take_back, complete, reopen, start, unstart, *planning_pages.routes, *media_pages.routes]
