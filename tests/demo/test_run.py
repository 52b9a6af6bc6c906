"""`spoor demo` as an operator runs it."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from server.demo.run import ANYWHERE, demo_settings, said
from server.settings import Settings

ROLES = ["student", "mentor", "staff", "coordinator", "guardian"]


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def started(tmp_path: Path, port: int) -> Iterator[list[subprocess.Popen[str]]]:
    made: list[subprocess.Popen[str]] = []
    yield made
    for process in made:
        process.kill()
        process.communicate()


def start(started: list[subprocess.Popen[str]], folder: Path, port: int, *more: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SPOOR_")}
    command = [sys.executable, "-m", "server", "demo", "--port", str(port), "--data", str(folder), *more]
    started.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]))
    return started[-1]


def test_it_prints_one_line_of_json_that_works_at_once_stops_cleanly_and_starts_again_with_the_same_links(started: list[subprocess.Popen[str]], tmp_path: Path, port: int) -> None:
    lines = []
    for how in (signal.SIGINT, signal.SIGTERM):
        process = start(started, tmp_path / "demo", port, "--json")
        assert process.stdout
        line = process.stdout.readline()
        told = json.loads(line)
        assert list(told["sign_in"]) == ROLES and told["url"] == f"http://localhost:{port}"
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True) as client:
            link = told["sign_in"]["student"].removeprefix(told["url"])
            assert "Samira" in client.get(link).text
            home = client.post(link)
            assert home.status_code == 200 and home.url.path == "/"
            assert "Hoe was de meeloopdag bij Bouwbedrijf Jansen?" in home.text
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True) as client:
            home = client.post(told["sign_in"]["guardian"].removeprefix(told["url"]))
            assert "Welkom, Karima Aït Ben" in home.text and "Samira Aït Ben" in home.text
        process.send_signal(how)
        rest, noted = process.communicate(timeout=10)
        assert (process.returncode, rest) == (0, "")
        assert "adb reverse" in noted and "Traceback" not in noted
        lines.append(line)
    assert lines[0] == lines[1]


def test_a_port_that_is_taken_is_said_plainly(started: list[subprocess.Popen[str]], tmp_path: Path, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        process = start(started, tmp_path / "demo", port)
        _, noted = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"poort {port} is al in gebruik" in noted and "Traceback" not in noted
    assert not (tmp_path / "demo").exists()


def test_the_demo_lives_in_its_own_folder_unless_one_is_named() -> None:
    assert demo_settings(Settings()).data == Path("var/demo")
    assert demo_settings(Settings(data=Path("/srv/school"))).data == Path("/srv/school")
    assert demo_settings(Settings()).demo


def test_on_the_network_the_links_carry_an_address_a_phone_can_reach() -> None:
    for host in ANYWHERE:
        assert demo_settings(Settings(host=host)).base_url.startswith("http://")
    assert demo_settings(Settings(host="0.0.0.0", base_url="https://spoor.example")).base_url == "https://spoor.example"


def test_the_terminal_shows_every_link_a_qr_code_and_what_plain_http_cannot_do() -> None:
    links = {role: f"http://localhost:8000/sign-in/{role}" for role in ROLES}
    shown = said(Settings(), links, qr=True)
    assert all(link in shown for link in links.values())
    assert "█" in shown or "▀" in shown
    assert "offline, meldingen en" in shown and "adb reverse tcp:8000 tcp:8000" in shown and "SPOOR_BASE_URL=https://" in shown
    assert "adb" not in said(Settings(base_url="https://spoor.example"), links, qr=False)
