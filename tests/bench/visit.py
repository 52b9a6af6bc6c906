"""What a first visit to the student's own first screen costs on the wire, and the start and size of the server that gives it."""

import re
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

from server.core.db import Database
from server.demo.fill import STUDENT, fill
from server.demo.school import id_of
from server.migrations.run import migrate
from server.settings import Settings
from tests.bench import school
from tests.bench.process import free_port, resident, running, serving, wait_for
from tests.bench.report import Line, Section
from tests.bench.wire import Answer, line, run

TOKEN, STARTS = "token-of-a-first-visit", 3
LINKED = re.compile(r'<(?:link[^>]+href|script[^>]+src|use[^>]+href|img[^>]+src)="(/[^"#]+)')
IMPORTED = re.compile(r'(?:\bfrom|\bimport)\s*"(/assets/[^"]+)"')
STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)"')


def demo(folder: Path) -> Settings:
    """The demo school in a folder, with its student signed in."""
    folder.mkdir()
    settings = Settings(data=folder)
    database = Database(settings.database)
    migrate(database)
    with database.writing() as session:
        fill(session, datetime.now(UTC))
    school.sign_in(database, id_of("school"), id_of(STUDENT), TOKEN)
    database.close()
    return settings


def measure(folder: Path) -> list[Section]:
    settings = demo(folder / "demo")
    starts = [_start(settings) for _ in range(STARTS)]
    with serving(settings.data) as (port, process):
        files = run(_visit(port))
        now, most = resident(process.pid)
    return [_listed(files), _started(starts, now, most)]


def _listed(files: dict[str, tuple[str, Answer]]) -> Section:
    lines = [
        Line(name, len(answer.sent) / 1000, "kB", note=f"{why}; {len(answer.body) / 1000:.1f} kB unpacked, headers {answer.head} bytes") for name, (why, answer) in files.items()
    ]
    shown = [answer for why, answer in files.values() if why != "afterwards"]
    first = [answer for why, answer in files.values() if why == "before first paint"]
    all_of_it = [answer for _, answer in files.values()]
    return Section(
        "First visit of a student's home (demo), as it travels with brotli",
        [
            *lines,
            Line("before first paint: HTML and blocking CSS", _size(first), "kB", budget=14, note=_heads(first)),
            Line("all that the page shows, runs and asks", _size(shown), "kB", budget=60, note=_heads(shown)),
            Line("with what the service worker fetches besides", _size(all_of_it), "kB", budget=60, note=_heads(all_of_it)),
        ],
    )


def _size(answers: list[Answer]) -> float:
    return sum(len(answer.sent) for answer in answers) / 1000


def _heads(answers: list[Answer]) -> str:
    return f"and {sum(answer.head for answer in answers) / 1000:.1f} kB of headers, which HTTP/2 packs"


async def _visit(port: int) -> dict[str, tuple[str, Answer]]:
    """Everything a browser fetches, each once, with when it does."""
    found: dict[str, tuple[str, Answer]] = {}
    async with line(port, TOKEN) as wire:

        async def fetch(path: str, why: str) -> Answer:
            name = re.sub(r"\.[0-9a-f]{10}(?=\.)", "", path.removeprefix("/assets/"))
            if name not in found:
                answer = await wire.ask(path)
                assert answer.status == 200, (path, answer.status)
                found[name] = (why, answer)
            return found[name][1]

        page = (await fetch("/", "before first paint")).body.decode()
        for path in STYLE.findall(page):
            await fetch(path, "before first paint")
        for path in dict.fromkeys(LINKED.findall(page)):
            if "apple-touch" not in path:
                await _with_imports(fetch, path)
        worker = (await fetch("/service-worker.js", "afterwards")).body.decode()
        for path in re.findall(r'"(/(?:assets/|offline)[^"]+)"', worker.partition("\n")[0]):
            if not path.endswith(".png"):
                await fetch(path, "afterwards")
    return found


async def _with_imports(fetch, path: str) -> None:  # type: ignore[no-untyped-def]
    answer = await fetch(path, "with the page")
    if path.endswith(".js"):
        for imported in IMPORTED.findall(answer.body.decode()):
            await _with_imports(fetch, urljoin(path, imported))


def _start(settings: Settings) -> float:
    """Seconds from the command to the first answer."""
    port = free_port()
    began = time.monotonic()
    with running("-m", "server", "serve", "--data", str(settings.data), "--port", str(port)) as process:
        wait_for(port, process)
        return time.monotonic() - began


def _started(starts: list[float], now: float, most: float) -> Section:
    return Section(
        "The server itself: spoor serve on a migrated folder",
        [
            Line("start to first answer", statistics.median(starts), "s", budget=2.5, note="of " + ", ".join(f"{start:.2f}" for start in starts)),
            Line("memory after a visit", now, "MB", budget=200, note=f"at most {most:.0f}"),
        ],
    )
