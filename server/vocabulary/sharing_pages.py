"""The coordinator shares the language of the school as a file, and takes in another's: first seen, then done in one go."""

from typing import Any

from litestar import Request, Response

from server.core import clock
from server.core.forms import Form
from server.core.i18n import tongue
from server.core.routes import get, post
from server.core.web import done, language, page, writing
from server.people.identity import coordinator
from server.vocabulary import actions
from server.vocabulary.queries import Vocabulary, vocabulary_for
from server.vocabulary.sharing import LARGEST, Read, Unreadable, differences, name_of, read, taken, written

SHARING, FILE = "/school/vocabulary/sharing", "/school/vocabulary/file"
DOES = ("choose", "add", "change", "keep", "same")


@get(SHARING, guards=[coordinator])
def sharing(request: Request) -> Response[Any]:
    """How to share it, and how to take in what another school shared."""
    return _sharing(request)


@get(FILE, guards=[coordinator])
def download(request: Request) -> Response[bytes]:
    """All words and questions as a file."""
    day = clock.local(clock.now(), request.user.zone).date().isoformat()
    body = written(vocabulary_for(request), _called(request), request.user.school_name, day)
    headers = {"content-disposition": f'attachment; filename="woorden-{day}.json"', "cache-control": "no-store"}
    return Response(body, media_type="application/json", headers=headers)


@post(FILE, guards=[coordinator])
def look(request: Request, form: Form) -> Response[Any]:
    """What the file would change. Nothing happens yet."""
    sent = form.upload("file")
    try:
        content = sent.content if sent.size <= LARGEST else b"x" * (LARGEST + 1)
        found = read(content)
    except Unreadable as problem:
        return _sharing(request, problem)
    return _seen(request, vocabulary_for(request), found, content.decode())


@post(FILE + "/application", guards=[coordinator])
def apply(request: Request, form: Form) -> Response[Any]:
    """Take it in, with theirs where that was chosen. When the language changed since it was looked at, look again."""
    content = form.text("content")
    try:
        found = read(content.encode())
    except Unreadable as problem:
        return _sharing(request, problem)
    with writing(request) as session:
        held = actions.hold(session, request.user)
        if held.vocabulary.edition != form.number("edition"):
            return _seen(request, held.vocabulary, found, content, stale=True)
        words, questions = taken(held.vocabulary, differences(held.vocabulary, found.lines), set(form.all("theirs")))
        changed = actions.keep(session, held, request.user.person_id, clock.now(), "taken-in", words=words, questions=questions)
    return done(request, "/school/vocabulary", said="saved" if changed else "nothing-changed")


def _called(request: Request) -> Any:
    templates = request.app.state.templates
    return lambda cluster, tongue: templates[tongue].get_template("experience/_cluster.html").render(cluster=cluster).strip()


def _seen(request: Request, vocabulary: Vocabulary, found: Read, content: str, *, stale: bool = False) -> Response[Any]:
    listed = differences(vocabulary, found.lines)
    parts = {does: [(name_of(one.theirs), one) for one in listed if one.does == does] for does in DOES}
    view = {"parts": parts, "wrong": found.wrong, "from_school": found.school, "content": content, "edition": vocabulary.edition, "stale": stale}
    return page(request, "vocabulary/school_file.html", view, status=409 if stale else 200)


def _sharing(request: Request, problem: Unreadable | None = None) -> Response[Any]:
    _ = tongue(language(request))
    words = {
        "empty": _("Kies eerst een bestand."),
        "huge": _("Dit bestand is te groot. Een woordenbestand is hooguit 512 kB."),
        "version": _("Dit bestand is van een andere versie van Spoor. Vraag de school om een nieuw bestand."),
        "licence": _("Er staat niet bij dat je dit mag gebruiken (CC BY 4.0 of CC0)."),
        "long": _("In dit bestand staan te veel woorden en vragen: hooguit 800."),
        "odd": _("Dit is geen woordenbestand van Spoor. Kies het bestand dat de andere school hier ophaalde."),
    }
    return page(request, "vocabulary/school_sharing.html", {"errors": {"file": words[problem.why]} if problem else {}}, status=422 if problem else 200)


routes: list = [sharing, download, look, apply]
