"""Who may import whom, read from the imports themselves; and that every room has the same file names."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVER = Path(__file__).parents[1] / "server"
LADDER = [
    "today", "me", "device", "privacy", "insight", "dossier", "conversation", "growth", "recognition", "experience", "activity", "vocabulary", "guardian", "school", "roster",
    "reminder", "push", "setup", "sign_in", "people", "core",
]  # fmt: skip
ABOVE_ALL = {"app", "worker", "__main__", "serve", "demo", "doctor", "migrations"}
AGREED = {"__init__", "models", "access", "queries", "actions", "pages"}
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "services", "service", "manager", "base", "tools"}
KNOWN_EXCEPTIONS = {
    ("core/pages.py", "server.migrations.run"): "readyz tells whether the migrations have run",
    ("roster/command.py", "server.migrations.run"): "`spoor import` is a command: it migrates first",
}
FILES = sorted(path for path in SERVER.rglob("*.py") if "versions" not in path.parts)


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written out, not relative"
            module = node.module or ""
            yield from (f"server.{alias.name}" for alias in node.names) if module == "server" else (module,)


def room_of(module: str) -> str:
    """`server.people.models` → `people`"""
    return module.split(".")[1]


def test_every_room_has_a_step_on_the_ladder() -> None:
    rooms = {path.parent.name for path in SERVER.glob("*/__init__.py")}
    assert rooms - ABOVE_ALL <= set(LADDER)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SERVER)))
def test_a_room_imports_only_rooms_below_it(path: Path) -> None:
    where = path.relative_to(SERVER).as_posix()
    room = path.relative_to(SERVER).parts[0].removesuffix(".py")
    if room in ABOVE_ALL | {"__init__"}:
        return
    below = set(LADDER[LADDER.index(room) :]) | {"settings"} if room != "settings" else set()
    up = [module for module in imports(path) if module.startswith("server.") and room_of(module) not in below and (where, module) not in KNOWN_EXCEPTIONS]
    assert not up, f"{where} imports from above: {up}"


def test_the_known_exceptions_are_still_there() -> None:
    for where, module in KNOWN_EXCEPTIONS:
        assert module in imports(SERVER / where), f"{where} no longer imports {module}: take it off the list"


@pytest.mark.parametrize("path", sorted(SERVER.rglob("models.py")), ids=lambda path: path.parent.name)
def test_models_know_no_request_and_no_template(path: Path) -> None:
    for module in imports(path):
        assert not module.startswith(("litestar", "jinja2", "markupsafe", "uvicorn")), module
        if module.startswith("server."):
            assert module.rpartition(".")[2] not in {"pages", "actions", "access", "queries", "web", "forms", "routes", "templates", "failures"}, module


@pytest.mark.parametrize("path", [path for path in FILES if not path.name.startswith("models")], ids=lambda path: str(path.relative_to(SERVER)))
def test_only_the_core_knows_htmx(path: Path) -> None:
    if path.relative_to(SERVER).as_posix() not in {"core/web.py", "core/around.py"}:
        assert "hx-" not in path.read_text().lower(), "all knowledge of htmx is in core/web.py"


@pytest.mark.parametrize("path", [path for path in FILES if path.stem not in AGREED], ids=lambda path: str(path.relative_to(SERVER)))
def test_a_file_with_a_name_of_its_own_says_what_it_is_for(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text()))
    if path.relative_to(SERVER).as_posix() != "migrations/env.py":
        assert said and len(said) > 20, "a special file begins with what is special about it"
    assert path.stem not in VAGUE, "a file is named for what is in it"


def test_nobody_but_the_clock_and_the_settings_read_the_clock_or_the_environment() -> None:
    for path in FILES:
        where, text = path.relative_to(SERVER).as_posix(), path.read_text()
        assert where == "core/clock.py" or "datetime.now(" not in text, where
        assert where == "settings.py" or "os.environ" not in text, where
