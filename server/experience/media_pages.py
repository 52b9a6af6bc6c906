"""Photos and voice notes: sent by the outbox one by one, by a form without script several at once; looked at and listened to."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import litestar
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from server.core import clock, sending
from server.core.convert import Unfit, convert
from server.core.errors import TooLarge, found
from server.core.forms import Form, Upload
from server.core.i18n import tongue
from server.core.ids import new_id
from server.core.limits import spend
from server.core.mutation import Receipt, mutation_of
from server.core.routes import delete, in_thread, post, provide_form, thrown_away
from server.core.web import done, language, page, reading, told, wants_json, writing
from server.experience import media, queries, screens, spoken
from server.experience.change import captured
from server.experience.media import LARGEST, LONGEST_ALT, MOST, Arrived, TooManyOf
from server.experience.models import LONGEST_WORD, ExperienceMedia
from server.people.identity import student
from server.vocabulary.queries import vocabulary_of

_AROUND = 64 * 1024
"""What a form adds around its file."""

LARGEST_ONE, LARGEST_FORM = max(LARGEST.values()) + _AROUND, 4 * max(LARGEST.values())
MOST_AN_HOUR = 120
"""Files of one student: three times what a whole day brings."""

ONE = "/experiences/{experience_id:uuid}/media/{media_id:uuid}"
_HTML: dict[str, Any] = {"guards": [student], "media_type": MediaType.HTML, "status_code": 200}


@litestar.post(ONE, request_max_body_size=LARGEST_ONE, **_HTML)
async def add(request: Request, experience_id: FromPath[UUID], media_id: FromPath[UUID]) -> Response[Any]:
    """Keep one, from the outbox: answers with its receipt."""
    now, kind = clock.now(), ""
    try:
        form = await _form(request)
        kind = form.text("kind")
        receipt = await _keep(request, form, experience_id, media_id, mutation_of(form), kind, form.upload("file"), form.text("alt"), now)
    except (Unfit, TooManyOf, TooLarge) as problem:
        return await _refused(request, experience_id, {"file": _why(request, problem, kind)}, _status(problem))
    return done(request, _back(request, experience_id), said="saved", receipt=receipt)


@litestar.post("/experiences/{experience_id:uuid}/media", request_max_body_size=LARGEST_FORM, **_HTML)
async def add_some(request: Request, experience_id: FromPath[UUID]) -> Response[Any]:
    """Keep what was chosen on a form without script. Each stands on its own: what cannot be kept is named, the rest is kept."""
    now, errors, status = clock.now(), dict[str, str](), 422
    try:
        form = await _form(request)
    except TooLarge as problem:
        return await _refused(request, experience_id, {"file": _why(request, problem, "")}, 413)
    batch = form.id("batch") or new_id()
    sent = [(kind, number, file) for kind in MOST for number, file in enumerate(form.files.get(kind, ())) if file.name]
    for kind, number, file in sent:
        try:
            await _keep(request, form, experience_id, uuid5(batch, f"{kind}{number}"), uuid5(batch, f"mutation {kind}{number}"), kind, file, "", now)
        except (Unfit, TooManyOf, TooLarge) as problem:
            errors[f"{file.name}-{number}"], status = f"{file.name}: {_why(request, problem, kind)}", _status(problem)
    if errors or not sent:
        return await _refused(request, experience_id, errors or {"file": _why(request, Unfit("nothing"), "")}, status)
    return done(request, _back(request, experience_id), said="saved")


def _back(request: Request, experience_id: UUID) -> str:
    """To what was changed; a script loads the page anew and must not only scroll."""
    return f"/experiences/{experience_id}{'' if wants_json(request) else '#media'}"


async def _form(request: Request) -> Form:
    """The form with its files on the disk. More than fits is read to its end, within reason, and thrown away."""
    try:
        return await provide_form(request)
    except HTTPException as error:
        if error.status_code != 413:
            raise
    await thrown_away(request)
    raise TooLarge


async def _keep(request: Request, form: Form, experience_id: UUID, media_id: UUID, mutation_id: UUID, kind: str, file: Upload, alt: str, now: datetime) -> Receipt:
    """One of them: asked whether it can be kept, made fit in a process of its own, and only then written down."""
    if kind not in MOST or not file.name:
        raise Unfit("nothing")
    if file.size > LARGEST[kind]:
        raise TooLarge
    arrived = Arrived(
        id=media_id, experience_id=experience_id, kind=kind, alt=alt[:LONGEST_ALT], about=media.answered(form.text("about")),
        together_with=form.text("together_with")[:LONGEST_WORD], activity_id=form.id("activity"), digest=await in_thread(_digest, file=file),
        mutation_id=mutation_id, captured_at=captured(form, now), back=form.text("restore") == "1",
    )  # fmt: skip
    if known := await in_thread(_earlier, request=request, arrived=arrived, now=now):
        return known
    made = await convert(kind, file.file, request.app.state.media)
    return await in_thread(_write, request=request, arrived=arrived, made=made, now=now)


def _digest(file: Upload) -> str:
    file.file.seek(0)
    told = hashlib.sha256()
    while piece := file.file.read(1 << 20):
        told.update(piece)
    return told.hexdigest()


def _earlier(request: Request, arrived: Arrived, now: datetime) -> Receipt | None:
    with writing(request) as session:
        spend(session, f"media:{request.user.person_id}", most=MOST_AN_HOUR, per=screens.HOUR, at=now)
        return media.earlier(session, request.user, arrived, now)


def _write(request: Request, arrived: Arrived, made: Any, now: datetime) -> Receipt:
    with writing(request) as session:
        return media.add(session, request.user, arrived, made, now)


def _status(problem: Exception) -> int:
    return 413 if isinstance(problem, TooLarge) else 422


def _why(request: Request, problem: Exception, kind: str) -> str:
    """What is wrong with it and what to do, in the language of who asks."""
    _ = tongue(language(request))
    if isinstance(problem, TooLarge):
        return {"photo": _("Deze foto is te groot. Een foto mag 15 MB zijn."), "voice": _("Deze opname is te groot. Een opname mag 10 MB zijn.")}.get(
            kind, _("Dit is te groot. Een foto mag 15 MB zijn, een opname 10 MB.")
        )
    if isinstance(problem, TooManyOf):
        return _("Er passen tien foto's bij een ervaring. Haal er eerst een weg.") if kind == "photo" else _("Er passen tien opnames bij een ervaring. Haal er eerst een weg.")
    words = {
        "nothing": _("Kies eerst een foto of een opname."),
        "huge": _("Deze foto is te groot om te openen. Maak hem kleiner, of kies een andere."),
        "empty": _("In deze opname is niets te horen. Neem het nog eens op."),
        "long": _("Deze opname is langer dan 3 minuten. Maak er twee van."),
        "video": _("Dit is een filmpje. Kies een foto of een opname."),
    }
    unreadable = _("Dit is geen foto die we kunnen openen. Kies een andere.") if kind == "photo" else _("Deze opname kunnen we niet afspelen. Neem het nog eens op.")
    return words.get(getattr(problem, "why", ""), unreadable)


async def _refused(request: Request, experience_id: UUID, errors: dict[str, str], status: int) -> Response[Any]:
    """What was wrong, on the page of the experience, or for a script as JSON."""
    if wants_json(request):
        return told(request, {"status": status, "errors": errors}, status=status)
    return await in_thread(_shown_again, request=request, experience_id=experience_id, errors=errors, status=status)


def _not_called(request: Request, experience_id: UUID, media_id: UUID, alt: str) -> Response[Any]:
    """A name that does not fit, as it was typed, with its word; or above the notes when the word stands in another entry."""
    _ = tongue(language(request))
    errors = {"alt": _("Je eigen woord is te lang. Er passen 40 letters in.")}
    if wants_json(request):
        return told(request, {"status": 422, "errors": errors}, status=422)
    return _shown_again(request, experience_id, errors, 422, {"id": media_id, "alt": alt, "why": errors["alt"]})


def _shown_again(request: Request, experience_id: UUID, errors: dict[str, str], status: int, misnamed: dict[str, Any] | None = None) -> Response[Any]:
    with reading(request) as session:
        card = found(queries.cards(session, vocabulary_of(session, request.user), request.user.person_id, language(request), [experience_id]).get(experience_id))
        view = screens.shown(session, request.user, card, language(request))
        in_place = misnamed is not None and any(word.spoken == misnamed["id"] for word in card.words)
        return page(request, "experience/show.html", {**view, "media_errors": [] if in_place else list(errors.values()), "misnamed": misnamed}, status=status)


@litestar.get(ONE, **_HTML)
async def look(request: Request, experience_id: FromPath[UUID], media_id: FromPath[UUID]) -> Response[Any]:
    """The bytes of one of their own."""
    one = await in_thread(_own_one, request=request, experience_id=experience_id, media_id=media_id)
    return await sending.send(request, request.app.state.media, digest=one.digest, size=one.size, type=one.type, cache=sending.NOT_KEPT if request.user.shared else sending.KEPT)


def _own_one(request: Request, experience_id: UUID, media_id: UUID) -> ExperienceMedia:
    with reading(request) as session:
        return found(session.scalar(media.own_one(request.user, experience_id, media_id)))


@post(ONE + "/alt", guards=[student])
def describe(request: Request, form: Form, experience_id: FromPath[UUID], media_id: FromPath[UUID]) -> Response[Any]:
    """Say what can be seen on a photo, or how a spoken word is called."""
    alt, was = form.text("alt"), form.text("was")
    try:
        with writing(request) as session:
            receipt = media.describe(session, request.user, experience_id, media_id, alt, was=was, mutation_id=mutation_of(form), now=clock.now())
    except spoken.TooLong:
        return _not_called(request, experience_id, media_id, alt)
    return done(request, _back(request, experience_id), said="saved", receipt=receipt)


@post(ONE + "/deletion", guards=[student])
def remove(request: Request, form: Form, experience_id: FromPath[UUID], media_id: FromPath[UUID]) -> Response[Any]:
    """Delete it; the next page offers to undo that."""
    with writing(request) as session:
        receipt = media.delete(session, request.user, experience_id, media_id, mutation_id=mutation_of(form), now=clock.now())
    return done(request, _back(request, experience_id), said="media-deleted", about=media_id, receipt=receipt)


@delete(ONE + "/deletion", guards=[student])
def bring_back(request: Request, form: Form, experience_id: FromPath[UUID], media_id: FromPath[UUID]) -> Response[Any]:
    """Undo the deletion."""
    with writing(request) as session:
        receipt = media.restore(session, request.user, experience_id, media_id, mutation_id=mutation_of(form), now=clock.now())
    return done(request, _back(request, experience_id), said="saved", receipt=receipt)


routes = [add, add_some, look, describe, remove, bring_back]
