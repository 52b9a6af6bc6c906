"""Saves: many phones at once against one real server process on SQLite, every save on disk before its answer."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from time import monotonic, perf_counter

from sqlalchemy import func, select

from server.core.db import Database
from server.core.ids import new_id
from server.experience.models import Experience
from server.settings import Settings
from tests.bench import school
from tests.bench.process import resident, serving
from tests.bench.report import Line, Section, middle, share
from tests.bench.wire import Line as Wire
from tests.bench.wire import run

ROUNDS, STUDENTS, SECONDS = 5, 64, 35.0
CROWDS = {1: 60, 16: 320, 64: 640}
"""How many save at once, and how many saves a round has. An account may save 240 times an hour: this stays under it."""


class Round:
    """What one crowd saw."""

    def __init__(self, waits: list[float], errors: int, seconds: float) -> None:
        self.each_second, self.errors = len(waits) / seconds, errors
        self.half, self.most, self.worst = (share(waits, percent) * 1000 for percent in (50, 99, 100))


def measure(folder: Path) -> Section:
    settings = school.make(folder / "saves", students=STUDENTS, experiences=10)
    with serving(settings.data) as (port, process):
        found, sent = run(_rounds(port))
        memory, _ = resident(process.pid)
    one = found[1]
    alone, alone_wait = middle(a.each_second for a in one), middle(a.half for a in one)
    lines = [Line("one after another", alone, "saves/s", note=f"p50 {alone_wait:.1f} ms, p99 {middle(a.most for a in one):.1f} ms")]
    for crowd in (16, 64):
        many = found[crowd]
        ratio = middle(a.each_second / b.each_second for a, b in zip(many, one, strict=True))
        lines += [
            Line(f"{crowd} at once", middle(a.each_second for a in many), "saves/s", alone, "saves/s", ratio),
            Line(f"{crowd} at once, half waits at most", middle(a.half for a in many), "ms", alone_wait, "ms alone"),
            Line(
                f"{crowd} at once, 99 % wait at most", middle(a.most for a in many), "ms", budget=150 if crowd == 64 else None, note=f"longest {max(a.worst for a in many):.0f} ms"
            ),
        ]
    lines.append(Line("errors", sum(a.errors for rounds in found.values() for a in rounds), "", budget=0))
    lines.append(Line("acknowledged but not in the database", sent - _stored(settings), "", budget=0, note=f"of {sent:,} experiences"))
    lines.append(Line("memory of the server after it", memory, "MB", budget=200))
    return Section("Saves: POST /experiences/{id} as JSON, SQLite, one server process, over loopback", lines)


async def _rounds(port: int) -> tuple[dict[int, list[Round]], int]:
    found: dict[int, list[Round]] = {crowd: [] for crowd in CROWDS}
    made, until = 0, monotonic() + SECONDS
    await _crowd(port, range(4), 40)
    made += 20
    for turn in range(ROUNDS):
        if turn > 2 and monotonic() > until:
            break
        for crowd, saves in CROWDS.items():
            first = (turn * 11 + crowd) % STUDENTS
            found[crowd].append(await _crowd(port, [(first + number) % STUDENTS for number in range(crowd)], saves))
            made += saves // 2 - found[crowd][-1].errors
    return found, made


async def _crowd(port: int, students: Sequence[int], saves: int) -> Round:
    """So many savers, each sending its next save when the last was answered: an experience, then the words seen in it."""
    waits: list[float] = []
    errors = 0

    async def save(line: Wire) -> None:
        nonlocal errors
        for _ in range(saves // len(students) // 2):
            made = new_id()
            for base, fields in enumerate((FIRST, THEN)):
                mutation, began = str(new_id()), perf_counter()
                answer = await line.ask(f"/experiences/{made}", "POST", json.dumps({**fields, "mutation": mutation, "base": str(base)}).encode())
                waits.append(perf_counter() - began)
                errors += answer.status != 200 or json.loads(answer.body)["mutation"] != mutation

    lines = [await Wire(port, school.token_of(student), content_type="application/json", accept="application/json").open() for student in students]
    began = perf_counter()
    await asyncio.gather(*(save(line) for line in lines))
    seconds = perf_counter() - began
    for line in lines:
        line.close()
    return Round(waits, errors, seconds)


FIRST: dict[str, object] = {"step": "text", "go": "on", "text": "Koken voor 24 mensen. Eerst was het chaos, toen heb ik de taken verdeeld en ging het beter."}
THEN: dict[str, object] = {
    "step": "qualities",
    "go": "on",
    "qualities": ["working-together", "working-precisely"],
    "qualities-evidence-working-together": "Ik heb de taken verdeeld.",
}


def _stored(settings: Settings) -> int:
    database = Database(settings.database)
    with database.reading() as session:
        held = session.scalar(select(func.count()).select_from(Experience)) or 0
    database.close()
    return held - STUDENTS * 10
