"""Processes of the run's own: started here, stopped here, each by its own handle."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def running(*command: str, environment: dict[str, str] | None = None, say: int | None = subprocess.DEVNULL) -> Iterator[subprocess.Popen[str]]:
    """A Python process for the length of a block; it is asked to stop, and after five seconds made to."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SPOOR_")}
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env={**inherited, **(environment or {})}, stdout=say, stderr=subprocess.DEVNULL, text=True)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
        if process.stdout:
            process.stdout.close()


@contextmanager
def serving(folder: Path, *, module: str = "server") -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """`spoor serve` on this folder (or another module that takes the same words); gives its port once it answers."""
    port = free_port()
    with running("-m", module, "serve", "--data", str(folder), "--port", str(port)) as process:
        wait_for(port, process)
        yield port, process


def wait_for(port: int, process: subprocess.Popen[str], path: str = "/sign-in") -> None:
    """Return at the first answer of any page; raises when the process ends or takes too long."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            with suppress(urllib.error.HTTPError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5).close()
            return
        time.sleep(0.01)
    raise RuntimeError("the server does not answer")


def resident(pid: int) -> tuple[float, float]:
    """Megabytes of memory that a process holds now, and the most it held (the same where that is not known)."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        now = float(subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True).stdout) / 1000
        return now, now
    told = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return int(told["VmRSS"].split()[0]) * 1.024 / 1000, int(told["VmHWM"].split()[0]) * 1.024 / 1000
