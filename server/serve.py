"""Serve: migrate, say what a person must know, and answer until told to stop."""

import sys

import uvicorn

from server.app import create_app, use_threads
from server.core import clock
from server.core.db import Database
from server.migrations.run import migrate
from server.settings import Settings
from server.setup.actions import make_setup_link
from server.worker import run_beside


def run(settings: Settings) -> int:
    """Serve until Ctrl-C."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database)
    migrate(database)
    print(f"Spoor: {settings.base_url}", file=sys.stderr, flush=True)
    with database.writing() as session:
        secret = make_setup_link(session, clock.now())
    if secret:
        print(f"Start jullie school hier, de link werkt één keer · start your school here, the link works once: {settings.base_url}/setup/{secret}", flush=True)
    with run_beside(settings, database):
        server_of(settings, database).run()
    return 0


def server_of(settings: Settings, database: Database) -> uvicorn.Server:
    """A uvicorn server: no access log (an address may hold the secret of a link), forwarded headers only from our proxies."""
    use_threads()
    app = create_app(settings, database)
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, log_level="warning", access_log=False, server_header=False, date_header=True,
        proxy_headers=True, forwarded_allow_ips=settings.proxies, timeout_graceful_shutdown=3, http="httptools", lifespan="on",
    )  # fmt: skip
    return uvicorn.Server(config)
