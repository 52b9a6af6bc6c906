"""Lighthouse on the student's home, as a phone sees it: only where Node, a browser and the npm registry are."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.process import serving
from tests.bench.report import Line, Section
from tests.bench.visit import TOKEN, demo

VERSION = "12.8.2"
PATIENCE = 75
BUDGETS = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
NAME = "Lighthouse, mobile, on a student's home (demo)"
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking --disable-component-update"


def measure(folder: Path) -> Section:
    npx, chrome = shutil.which("npx"), next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if npx is None or chrome is None:
        return Section(NAME, [], f"SKIPPED: no {'Node (npx)' if npx is None else 'Chromium'} here")
    settings = demo(folder / "lighthouse")
    with serving(settings.data) as (port, _), tempfile.TemporaryDirectory() as own:
        told = _run(npx, chrome, f"http://localhost:{port}/", Path(own))
    if isinstance(told, str):
        return Section(NAME, [], f"SKIPPED: {told}")
    lines = [Line(name, round((told["categories"][name]["score"] or 0) * 100), "", budget=BUDGETS[name], at="least", note=_found(told, name)) for name in BUDGETS]
    for key, unit, per in (("first-contentful-paint", "s", 1000), ("largest-contentful-paint", "s", 1000), ("total-blocking-time", "ms", 1), ("total-byte-weight", "kB", 1000)):
        lines.append(Line(key.replace("-", " "), told["audits"][key]["numericValue"] / per, unit))
    return Section(NAME, lines)


def _run(npx: str, chrome: str, address: str, folder: Path) -> dict[str, Any] | str:
    headers = folder / "headers.json"
    headers.write_text(json.dumps({"Cookie": f"spoor={TOKEN}", "Accept-Language": "nl"}))
    report = folder / "report.json"
    command = [
        npx, "--yes", f"lighthouse@{VERSION}", address, "--output=json", f"--output-path={report}", f"--chrome-flags={FLAGS}", f"--extra-headers={headers}",
        "--only-categories=" + ",".join(BUDGETS), "--locale=nl", "--quiet",
    ]  # fmt: skip
    environment = {**os.environ, "CHROME_PATH": chrome, "TMPDIR": str(folder), "LIGHTHOUSE_NO_ERROR_REPORTING": "1"}
    with (folder / "said").open("w+") as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said, start_new_session=True)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            return f"no answer within {PATIENCE} s (a first run fetches it from npm)"
        finally:
            _end(process)
        said.seek(0)
        if not report.exists():
            last = (said.read().strip().splitlines() or ["it said nothing"])[-1]
            return f"it ended with {process.returncode}: {last[:160]}"
    told: dict[str, Any] = json.loads(report.read_text())
    return told if not told.get("runtimeError") else str(told["runtimeError"].get("message"))[:160]


def _end(process: subprocess.Popen[bytes]) -> None:
    """The session that was started here, browser and all."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(5)


def _found(told: dict[str, Any], category: str) -> str:
    """What keeps it from 100, by the names Lighthouse gives."""
    audits = told["audits"]
    return ", ".join(
        ref["id"] for ref in told["categories"][category]["auditRefs"] if ref["weight"] and (audits[ref["id"]]["score"] if audits[ref["id"]]["score"] is not None else 1) < 0.9
    )
