"""`spoor demo`: a small school with a lived-in year, served, with a link for everybody in it."""

import io
import signal
import socket
import sys
import threading
import time
import urllib.request
from urllib.parse import urlsplit

import msgspec
import segno
import uvicorn

from server.core import clock
from server.core.db import Database
from server.core.media import store_of
from server.demo import media
from server.demo.fill import RealSchoolError, fill
from server.demo.links import keep_links
from server.migrations.run import migrate
from server.serve import server_of
from server.settings import Settings
from server.worker import run_beside

WHO = {
    "student": "leerling · student (Samira)",
    "mentor": "mentor (meneer De Boer)",
    "staff": "medewerker · staff (Ria, conciërge)",
    "coordinator": "coördinator (mevrouw Haddou)",
    "guardian": "ouder · guardian (Karima)",
}
ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104
PLAIN_HTTP = """
Dit is gewoon http. Op deze computer werkt alles. Op een telefoon in hetzelfde netwerk staan offline, meldingen en
spraak uit: bewaren gaat dan met gewone formulieren, en de herkomst (Origin) wordt nog steeds gecontroleerd. Alles aan op een telefoon:
  Android aan een kabel:  adb reverse tcp:{port} tcp:{port}   en open dan http://localhost:{port}
  anders: een https-adres (proxy of tunnel) naar poort {port}, en start met SPOOR_BASE_URL=https://…
This is plain http. On this computer everything works; on a phone in the same network offline, push and voice are off
(saves fall back to ordinary form posts, the Origin is still checked). To have it all on a phone: adb reverse as above, or an https address.
"""


def run(settings: Settings, *, as_json: bool = False) -> int:
    """Serve the demo until Ctrl-C or SIGTERM. Gives 1 when the port is taken or the data folder holds a real school."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = demo_settings(settings)
    if not _is_free(settings):
        print(f"spoor: poort {settings.port} is al in gebruik. Kies een andere: spoor demo --port {settings.port + 1}   (port {settings.port} is in use)", file=sys.stderr)
        return 1
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database)
    migrate(database)
    try:
        with database.writing() as session:
            fill(session, clock.now())
            media.add(session, store_of(settings))
            links = {role: f"{settings.base_url}/sign-in/{secret}" for role, secret in keep_links(session, settings.data, clock.now()).items()}
    except RealSchoolError:
        print(f"spoor: in {settings.data} staat een echte school; de demo blijft daar af. Kies een andere map met --data.   (a real school lives there)", file=sys.stderr)
        return 1
    server = server_of(settings, database)
    threading.Thread(target=_announce, args=(server, settings, links, as_json), daemon=True).start()
    with run_beside(settings, database):
        server.run()
    return 0


def demo_settings(settings: Settings) -> Settings:
    """The demo's own folder unless one was named, and an address a phone can use when it may."""
    changes: dict[str, object] = {"demo": True}
    if settings.data == Settings().data:
        changes["data"] = settings.data / "demo"
    if settings.host in ANYWHERE and settings.base_url == f"http://localhost:{settings.port}":
        changes["base_url"] = f"http://{_own_address()}:{settings.port}"
    return msgspec.structs.replace(settings, **changes)


def _own_address() -> str:
    """The address of this computer in its network. Nothing is sent: a datagram socket only picks the way it would go."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(("192.0.2.1", 9))
            return str(way.getsockname()[0])
        except OSError:
            return "localhost"


def _is_free(settings: Settings) -> bool:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((settings.host, settings.port))
        except OSError:
            return False
        return True


def _announce(server: uvicorn.Server, settings: Settings, links: dict[str, str], as_json: bool) -> None:
    """Say where to go, once it really answers."""
    while not (server.started and _answers(settings)):
        if server.should_exit:
            return
        time.sleep(0.02)
    if as_json:
        print(msgspec.json.encode({"url": settings.base_url, "sign_in": links}).decode(), flush=True)
    print(said(settings, links, qr=sys.stdout.isatty() and not as_json), file=sys.stderr if as_json else sys.stdout, flush=True)


def _answers(settings: Settings) -> bool:
    host = "127.0.0.1" if settings.host in ANYWHERE else f"[{settings.host}]" if ":" in settings.host else settings.host
    try:
        with urllib.request.urlopen(f"http://{host}:{settings.port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def said(settings: Settings, links: dict[str, str], *, qr: bool) -> str:
    """What the terminal shows: where the demo is, everybody's link, the student's as a QR code, and what plain http cannot do."""
    out = io.StringIO()
    print(f"\nSpoor demo: {settings.base_url}   ({settings.data})   Ctrl-C stopt · stops\n", file=out)
    for role, link in links.items():
        print(f"  {WHO[role]}\n    {link}", file=out)
    if settings.shows_letters:
        print(f"\n  mail: er gaat niets de deur uit, je leest het hier · nothing is sent, read it here\n    {settings.base_url}/inbox", file=out)
    if qr:
        print("\nVoor je telefoon, als Samira · for your phone, as Samira:\n", file=out)
        segno.make_qr(links["student"], error="l").terminal(out, compact=True)
    if urlsplit(settings.base_url).scheme != "https":
        print(PLAIN_HTTP.format(port=settings.port), file=out)
    return out.getvalue()
