"""Recording an experience, one question a screen; reading it back; the trail."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, FromQuery
from sqlalchemy.orm import selectinload

from server.core import clock
from server.core.errors import found
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.ids import new_id
from server.core.limits import spend
from server.core.mutation import mutation_of, seen_by
from server.core.routes import delete, get, post
from server.core.web import done, language, page, reading, told, unchanged_by, wants_json, writing
from server.experience import access, actions, flow, media_pages, queries, screens
from server.experience.change import captured, read_change
from server.experience.depth import is_step, steps_of
from server.experience.models import Experience
from server.people.identity import student
from server.people.models import DEPTHS
from server.vocabulary.queries import vocabulary_for, vocabulary_of


@get("/trail", guards=[student], before_request=unchanged_by(60))
def trail(request: Request, q: FromQuery[str] = "", word: FromQuery[str] = "", before: FromQuery[str] = "") -> Response[Any]:
    """Mijn spoor: everything, newest first, by month."""
    with reading(request) as session:
        return page(request, "experience/trail.html", screens.trail(session, request.user, language(request), q[:100], word[:60], clock.parse_moment(before)))


@get("/experiences/new", guards=[student])
def new(request: Request, activity: FromQuery[UUID | None] = None, id: FromQuery[UUID | None] = None, step: FromQuery[str] = "", depth: FromQuery[str] = "",
        q: FromQuery[str] = "") -> Response[Any]:  # fmt: skip
    """The first question; `id` carries an entry that has no answer yet over skipped questions."""
    with reading(request) as session:
        experience = screens.unsaved(session, request.user, id or new_id(), activity)
        return page(request, "experience/step.html", screens.step(session, request.user, language(request), experience, _step(request, step), depth=depth, sought=q[:40]))


@get("/experiences/{experience_id:uuid}", guards=[student])
def show(request: Request, experience_id: FromPath[UUID], depth: FromQuery[str] = "") -> Response[Any]:
    """One experience, with what can still be told."""
    with reading(request) as session:
        card = found(queries.cards(session, vocabulary_of(session, request.user), request.user.person_id, language(request), [experience_id]).get(experience_id))
        return page(request, "experience/show.html", screens.shown(session, request.user, card, language(request), depth))


@get("/experiences/{experience_id:uuid}/edit", guards=[student])
def edit(request: Request, experience_id: FromPath[UUID], step: FromQuery[str] = "", alone: FromQuery[bool] = False, depth: FromQuery[str] = "",
         q: FromQuery[str] = "") -> Response[Any]:  # fmt: skip
    """One question of an experience that is there; `alone` goes back to the experience instead of on."""
    with reading(request) as session:
        experience = found(session.scalar(access.own_one(request.user, experience_id).options(selectinload(Experience.words))))
        view = screens.step(session, request.user, language(request), experience, _step(request, step), depth=depth, alone=alone, sought=q[:40])
        return page(request, "experience/step.html", view)


@post("/experiences/{experience_id:uuid}", guards=[student])
def save(request: Request, form: Form, experience_id: FromPath[UUID]) -> Response[Any]:
    """Keep one step. Without any answer yet nothing is stored and the next question comes."""
    step, now, viewer = _step(request, form.text("step")), clock.now(), request.user
    change, errors = read_change(form, vocabulary_for(request), tongue(language(request)))
    if errors:
        return _again(request, form, experience_id, step, errors)
    if form.number("base") in {0, None} and not change.says_something() and not _is_there(request, experience_id):
        return _skipped(request, form, experience_id, step)
    with writing(request) as session:
        spend(session, f"save:{viewer.person_id}", most=240, per=screens.HOUR, at=now)
        how = {"mutation_id": mutation_of(form), "seen": seen_by(form), "captured_at": captured(form, now), "now": now, "back": form.text("restore") == "1"}
        receipt = actions.save(session, viewer, experience_id, change, **how)  # type: ignore[arg-type]
        to, said = flow.after(session, viewer, form, experience_id, step) if not receipt.conflicts else (f"/experiences/{experience_id}", "")
    return done(request, to, said=said, receipt=receipt)


@post("/experiences/{experience_id:uuid}/conflicts/{conflict_id:uuid}/choice", guards=[student])
def choose(request: Request, form: Form, experience_id: FromPath[UUID], conflict_id: FromPath[UUID]) -> Response[Any]:
    """Of two versions of one answer, say which stays."""
    with writing(request) as session:
        receipt = actions.choose(session, request.user, experience_id, conflict_id, form.text("keep"), mutation_id=mutation_of(form), seen=seen_by(form), now=clock.now())
    return done(request, f"/experiences/{experience_id}", said="" if receipt.conflicts else "saved", receipt=receipt)


@post("/experiences/{experience_id:uuid}/deletion", guards=[student])
def remove(request: Request, form: Form, experience_id: FromPath[UUID]) -> Response[Any]:
    """Delete it; the next page offers to undo that."""
    with writing(request) as session:
        receipt = actions.delete(session, request.user, experience_id, mutation_id=mutation_of(form), now=clock.now())
    return done(request, "/trail", said="experience-deleted", about=experience_id, receipt=receipt)


@post("/experiences/{experience_id:uuid}/confirmation", guards=[student])
def confirm(request: Request, form: Form, experience_id: FromPath[UUID]) -> Response[Any]:
    """Say that what somebody typed for you is what you meant."""
    with writing(request) as session:
        receipt = actions.confirm(session, request.user, experience_id, mutation_id=mutation_of(form), seen=seen_by(form), now=clock.now())
    return done(request, f"/experiences/{experience_id}", said="saved", receipt=receipt)


@delete("/experiences/{experience_id:uuid}/deletion", guards=[student])
def bring_back(request: Request, form: Form, experience_id: FromPath[UUID]) -> Response[Any]:
    """Undo the deletion."""
    with writing(request) as session:
        receipt = actions.restore(session, request.user, experience_id, mutation_id=mutation_of(form), now=clock.now())
    return done(request, f"/experiences/{experience_id}", said="experience-restored", receipt=receipt)


def _again(request: Request, form: Form, experience_id: UUID, step: str, errors: dict[str, str]) -> Response[Any]:
    """The same question with what was typed, and what is wrong with it."""
    if wants_json(request):
        return told(request, {"status": 422, "errors": errors}, status=422)
    with reading(request) as session:
        experience = session.scalar(access.own_one(request.user, experience_id).options(selectinload(Experience.words)))
        experience = experience or screens.unsaved(session, request.user, experience_id, form.id("activity"))
        view = screens.step(session, request.user, language(request), experience, step, depth=form.text("depth"), alone=form.text("alone") == "1", form=form, errors=errors)
        return page(request, "experience/step.html", view, status=422)


def _is_there(request: Request, experience_id: UUID) -> bool:
    """Whether an earlier question was answered: a phone without signal asks the next one before it knows."""
    with reading(request) as session:
        return session.scalar(access.own_any(request.user, experience_id)) is not None


def _skipped(request: Request, form: Form, experience_id: UUID, step: str) -> Response[Any]:
    """On to the next question, or to the same in another depth; the last one wants at least something."""
    with reading(request) as session:
        way = flow.flow_of(session, request.user, experience_id, form.id("activity"), form.text("depth"))
    following = way.next(step)
    if form.text("go") in DEPTHS:
        way, following = way.switched(form.text("go"))
    elif form.text("go") == flow.FIND:
        following = step
    if form.text("go") == "stop" or following is None:
        _ = tongue(language(request))
        return _again(request, form, experience_id, step, {step: _("Vertel eerst één ding. Een woord of een gezicht is genoeg.")})
    to = way.address_of_new(following, form.id("activity")) + flow.seeking(form)
    return told(request, {"skipped": True, "mutation": form.id("mutation"), "to": to}) if wants_json(request) else done(request, to)


def _step(request: Request, name: str) -> str:
    """The question that is meant; one that there is not is the first of this student's depth."""
    return name if is_step(name, vocabulary_for(request)) else steps_of(request.user.depth, False)[0]


routes = [trail, new, show, edit, save, choose, confirm, remove, bring_back, *media_pages.routes]
