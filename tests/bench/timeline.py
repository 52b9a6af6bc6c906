"""The timeline page against its floor, against its 304, and in a database a hundred times as large."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic, perf_counter_ns
from typing import Any

from litestar.testing import TestClient
from sqlalchemy import event

from server.app import create_app, use_threads
from server.core.db import Database
from server.settings import Settings
from tests.bench import school
from tests.bench.floor import READY
from tests.bench.process import serving
from tests.bench.report import Line, Section, middle
from tests.bench.wire import Line as Wire
from tests.bench.wire import line, run

ROUNDS, BATCH, TIMES_AS_MANY = 15, 25, 100
SECONDS = 35.0
"""On a busy machine fewer rounds: no fewer than five."""


def measure(folder: Path) -> Section:
    small = school.make(folder / "small")
    large = school.make(folder / "large", students=TIMES_AS_MANY)
    with serving(small.data, module="tests.bench.floor") as (one, _), serving(large.data, module="tests.bench.floor") as (many, _):
        cpu, wall, size = run(_compare(one, many, small.data))
    statements, fewer = _statements(small), _statements(school.make(folder / "few", experiences=5))
    page, plain = cpu["page"], cpu["plain"]
    return Section(
        "Timeline page: /trail of a student with 60 experiences with words",
        [
            Line("page as a browser asks for it", page, "ms CPU", cpu["floor"], "ms floor", cpu["page / floor"], 2, note=f"{size:,} bytes of HTML, brotli included"),
            Line("the same without compression", plain, "ms CPU", cpu["plain floor"], "ms floor", cpu["plain / plain floor"], 2),
            Line("nothing changed (304)", cpu["unchanged"], "ms CPU", page, "ms page", cpu["page / unchanged"], 5, "least", "times cheaper than the page"),
            Line(
                f"{TIMES_AS_MANY} × the rows",
                cpu["among many"],
                "ms CPU",
                page,
                "ms page",
                cpu["among many / page"],
                1.3,
                note="a student among 100, with 6,000 experiences in all",
            ),
            Line("statements for a page, identity included", statements, "", fewer, "with 5 rows", statements / fewer, 1),
            Line("waiting for the page", wall["page"], "ms", wall["floor"], "ms floor", wall["page"] / wall["floor"], note="by the clock, one at a time, over loopback"),
        ],
        "CPU: of the whole server process, per request, median of interleaved rounds. Floor: same stack and identity, raw SQL for the same rows, constant page of the same size.",
    )


async def _compare(one: int, many: int, folder: Path) -> tuple[dict[str, float], dict[str, float], int]:
    token = school.token_of(0)
    async with line(one, token) as near, line(many, token) as far:
        first = await near.ask("/trail")
        kept = first.headers["etag"]
        assert (await far.ask("/trail")).body.count(b"<h3>") == first.body.count(b"<h3>") >= 20
        (folder / READY).write_bytes(first.body)

        def asking(wire: Wire, path: str, status: int = 200, **headers: Any) -> Callable[[], Awaitable[None]]:
            async def ask() -> None:
                assert (await wire.ask(path, **headers)).status == status

            return ask

        ways = {
            "page": (near, asking(near, "/trail")),
            "floor": (near, asking(near, "/bench/floor")),
            "unchanged": (near, asking(near, "/trail", 304, if_none_match=kept)),
            "among many": (far, asking(far, "/trail")),
            "plain": (near, asking(near, "/trail", accept_encoding="")),
            "plain floor": (near, asking(near, "/bench/floor", accept_encoding="")),
        }
        found, waited = await _rounds(ways)
    pairs = (("page", "floor"), ("plain", "plain floor"), ("page", "unchanged"), ("among many", "page"))
    ratios = {f"{over} / {under}": middle(a / b for a, b in zip(found[over], found[under], strict=True)) for over, under in pairs}
    return {name: middle(values) for name, values in found.items()} | ratios, {name: middle(values) for name, values in waited.items()}, len(first.body)


async def _rounds(ways: dict[str, tuple[Wire, Callable[[], Awaitable[None]]]]) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Every way in turn, and again: what the machine does besides falls on all of them alike. The first round only warms up."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    waited: dict[str, list[float]] = {name: [] for name in ways}
    until = monotonic() + SECONDS
    for turn in range(ROUNDS + 1):
        if turn > 5 and monotonic() > until:
            break
        for name, (wire, ask) in ways.items():
            before, began = await _worked(wire), perf_counter_ns()
            for _ in range(BATCH):
                await ask()
            passed, cost = perf_counter_ns() - began, await _worked(wire) - before
            if turn:
                found[name].append(cost / BATCH / 1e6)
                waited[name].append(passed / BATCH / 1e6)
    return found, waited


async def _worked(wire: Wire) -> int:
    return int((await wire.ask("/bench/cpu")).body)


def _statements(settings: Settings) -> int:
    """How many statements one page takes, the look-up of who asks included."""
    use_threads()
    database, seen = Database(settings.database), list[str]()
    event.listen(database.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    with TestClient(create_app(settings, database), base_url="http://localhost") as client:
        answer = client.get("/trail", headers={"cookie": f"spoor={school.token_of(0)}"})
        assert answer.status_code == 200, answer.status_code
    return len([statement for statement in seen if statement.startswith("SELECT")])
