"""`server/SECURITY.md` answers every requirement of ASVS 5.0 at levels 1 and 2, and names nothing that is not there."""

import ast
import hashlib
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "server" / "SECURITY.md").read_text()

LEVELS_1_AND_2 = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3,
    "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2,
    "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2,
    "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4,
    "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip
"""Sections of OWASP ASVS 5.0.0 with how many of their requirements are of level 1 or 2: always the first ones. Sections of level 3 only are left out."""

ANSWERS = re.compile(r"^- (\d+\.\d+\.\d+) (met|partly|gap|operator|not applicable): (.+)$", re.MULTILINE)


def named(text: str) -> tuple[set[str], set[str]]:
    """The tests and the files that a text names."""
    told = set(re.findall(r"`([^`\s]+)`", text))
    tests = {one for one in told if "::" in one}
    files = {one for one in told - tests if re.fullmatch(r"(server|web|tests)/[\w./-]+|uv\.lock|pyproject\.toml", one)}
    return tests, files


@cache
def found_in(path: Path) -> frozenset[str]:
    """The names of the tests in a file."""
    return frozenset(node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"))


def test_every_requirement_is_answered_once() -> None:
    expected = [f"{section}.{number}" for section, most in LEVELS_1_AND_2.items() for number in range(1, most + 1)]
    assert [number for number, _, _ in ANSWERS.findall(DOCUMENT)] == expected
    assert len([line for line in DOCUMENT.splitlines() if re.match(r"- \d+\.", line)]) == len(expected), "a line that begins like an answer is one"


def test_every_section_has_its_heading_and_its_answers_stand_under_it() -> None:
    section = ""
    for line in DOCUMENT.splitlines():
        if found := re.match(r"### V(\d+\.\d+) \w", line):
            section = found[1]
        elif answer := ANSWERS.match(line):
            assert answer[1].rpartition(".")[0] == section, line
    assert re.findall(r"^### V(\d+\.\d+) ", DOCUMENT, re.MULTILINE) == list(LEVELS_1_AND_2)


def test_every_test_that_is_named_is_there() -> None:
    for test in named(DOCUMENT)[0]:
        path, _, name = test.partition("::")
        assert (ROOT / path).is_file(), test
        assert name in found_in(ROOT / path), test


def test_every_file_that_is_named_is_there() -> None:
    files = named(DOCUMENT)[1]
    assert len(files) > 30
    assert {path for path in files if not (ROOT / path).is_file()} == set()


@pytest.mark.parametrize("answer", ["met", "partly", "gap", "operator", "not applicable"])
def test_what_is_met_is_shown_by_a_test_and_what_is_not_says_why(answer: str) -> None:
    for number, status, text in ANSWERS.findall(DOCUMENT):
        if status != answer:
            continue
        tests, files = named(text)
        said = re.sub(r"`[^`]+`", "", text).strip()
        if status == "met":
            assert tests, f"{number}: no test shows it"
        elif status == "partly":
            assert (tests or files) and len(said) > 20, f"{number}: say what is so, what is not, and where"
        else:
            assert len(said) > 5 or tests, f"{number}: say why"


def test_what_is_vendored_is_what_its_list_says() -> None:
    told = (ROOT / "web" / "vendor" / "VENDORED.md").read_text()
    rows = re.findall(r"^\| `([\w./-]+)`.*`([0-9a-f]{64})`", told, re.MULTILINE)
    assert len(rows) > 3
    assert {path for path, digest in rows if hashlib.sha256((ROOT / path).read_bytes()).hexdigest() != digest} == set()
    assert {path.relative_to(ROOT).as_posix() for path in (ROOT / "web" / "vendor").glob("*.js")} <= {path for path, _ in rows}
