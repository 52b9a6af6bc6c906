"""The server as it is, with two addresses more: the floor under the timeline page, and how much the processor worked so far.

The floor has the same stack in front of it, the same look-up of who asks, a transaction, the same rows by hand-written SQL as the
driver gives them, and gives back a page of the same size that stands ready: nothing could show these rows for less.
"""

import argparse
import time
from functools import cache
from pathlib import Path

from litestar import Request, Response
from litestar.enums import MediaType
from litestar.handlers import get as async_get

from server.core.db import Database
from server.core.routes import get
from server.core.web import reading
from server.experience.queries import PAGE
from server.people.identity import student
from server.serve import server_of
from server.settings import Settings

EXPERIENCES = """SELECT e.id, e.text, e.face, e.happened_at, a.kind, a.title, a.place, a.id FROM experience e LEFT JOIN activity a ON a.id = e.activity_id
    WHERE e.student_id = ? AND e.deleted_at IS NULL ORDER BY e.happened_at DESC, e.id DESC LIMIT ?"""
WORDS = "SELECT experience_id, kind, word, own, evidence FROM experience_word WHERE experience_id IN ({}) ORDER BY kind DESC, position"
COUNTED = """SELECT w.kind, w.word, w.own, count(*) FROM experience_word w JOIN experience e ON e.id = w.experience_id WHERE e.student_id = ? AND e.deleted_at IS NULL
    GROUP BY w.kind, w.word, w.own ORDER BY 4 DESC, w.word, w.own LIMIT 24"""
READY = "floor.html"
"""The page that the floor gives, in the data folder: laid there once the real one was seen."""


@cache
def ready(folder: Path) -> str:
    """Read once."""
    return (folder / READY).read_text()


@get("/bench/floor", guards=[student])
def floor(request: Request) -> Response[str]:
    """The same rows, and a page that stands ready."""
    with reading(request) as session:
        ask, person = session.connection().exec_driver_sql, request.user.person_id.hex
        rows = ask(EXPERIENCES, (person, PAGE)).fetchall()
        ask(WORDS.format(",".join("?" * len(rows))), tuple(row[0] for row in rows)).fetchall()
        ask(COUNTED, (person,)).fetchall()
        return Response(ready(request.app.state.settings.data), media_type=MediaType.HTML)


@async_get("/bench/cpu", sync_to_thread=False, media_type=MediaType.TEXT)
def worked() -> str:
    """Nanoseconds that this process kept a processor busy, all threads together."""
    return str(time.process_time_ns())


def main() -> None:
    """Take the words of `spoor serve`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("serve")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    told = parser.parse_args()
    settings = Settings(data=told.data, port=told.port, base_url=f"http://localhost:{told.port}")
    server = server_of(settings, Database(settings.database))
    for handler in (floor, worked):
        server.config.app.register(handler)  # type: ignore[union-attr, arg-type]
    server.run()


if __name__ == "__main__":
    main()
