"""The command line: `spoor demo | serve | worker | migrate | import | remind | doctor`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from server.core.db import Database
from server.migrations import run as migrations
from server.settings import Settings, from_environment


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status."""
    told = _parser().parse_args(arguments)
    try:
        settings = from_environment()
    except msgspec.ValidationError as error:
        print(f"spoor: a SPOOR_… setting is wrong: {error}", file=sys.stderr)
        return 2
    try:
        return int(told.run(settings, told) or 0)
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="spoor", description="Find words for what you can do and want, from what you really did.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, words in COMMANDS:
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run=run)
        if name in {"demo", "serve"}:
            command.add_argument("--port", type=int, help="the port to listen on")
            command.add_argument("--data", type=Path, help="the folder for database and keys")
            command.add_argument("--host", help="the address to listen on; 0.0.0.0 for phones on the same network")
        if name == "demo":
            command.add_argument("--json", action="store_true", help="print one line of JSON with the sign-in links once it answers")
        if name == "import":
            command.add_argument("file", type=Path, help="the list: CSV, Excel, ODS, or a OneRoster zip")
            command.add_argument("--apply", action="store_true", help="apply it; without this the preview is printed and nothing changes")
            command.add_argument("--school", help="the name of the school, when there is more than one")
            command.add_argument("--whole", action="store_true", help="the list holds everybody: who is not in it is archived")
        if name == "school":
            command.add_argument("act", choices=("add",), help="what to do")
            command.add_argument("--name", required=True, help="the name of the school")
        if name == "doctor":
            command.add_argument("--json", action="store_true", help="print what was found as JSON")
            command.add_argument("--mail", metavar="ADDRESS", help="send a letter there too, to see that mail arrives")
        if name == "link":
            command.add_argument("who", help="an address, a number or a full name")
            command.add_argument("--school", default="", help="the name of the school, when there is more than one")
        if name == "remind":
            command.add_argument("--at", required=True, help="the moment, ISO 8601; without a zone it is the school's")
            command.add_argument("--dry-run", action="store_true", help="only say what would be sent")
    return parser


def demo(settings: Settings, told: argparse.Namespace) -> int:
    """The demo school."""
    from server.demo.run import run

    return run(_with(settings, told), as_json=told.json)


def serve(settings: Settings, told: argparse.Namespace) -> int:
    """The school's own Spoor."""
    from server.serve import run

    return run(_with(settings, told))


def work(settings: Settings, _: argparse.Namespace) -> int:
    """The worker on its own."""
    from server.worker import run

    return run(settings)


def migrate(settings: Settings, _: argparse.Namespace) -> None:
    """The database brought up to date."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    migrations.migrate(Database(settings.database))


def import_(settings: Settings, told: argparse.Namespace) -> int:
    """A class list."""
    from server.roster.command import run

    return run(settings, told.file, apply=told.apply, school=told.school, whole=told.whole)


def school(settings: Settings, told: argparse.Namespace) -> int:
    """One more school, strictly apart from the others."""
    from server.setup.command import run

    return run(settings, told.name)


def link(settings: Settings, told: argparse.Namespace) -> int:
    """A way back in for an employee."""
    from server.sign_in.command import run

    return run(settings, told.who, told.school)


def remind(settings: Settings, told: argparse.Namespace) -> int:
    """What the worker would have done by then."""
    from server.worker import remind_once

    return remind_once(settings, told.at, dry_run=told.dry_run)


def doctor(settings: Settings, told: argparse.Namespace) -> int:
    """What is wrong with this installation."""
    from server.doctor.run import run

    return run(settings, as_json=told.json, mail_to=told.mail)


def _with(settings: Settings, told: argparse.Namespace) -> Settings:
    named = {name: value for name in ("port", "data", "host") if (value := getattr(told, name)) is not None}
    if "port" in named and settings.base_url == f"http://localhost:{settings.port}":
        named["base_url"] = f"http://localhost:{named['port']}"
    return msgspec.structs.replace(settings, **named)


COMMANDS = (
    ("demo", demo, "make a small school with a lived-in year and serve it"),
    ("serve", serve, "serve the school's own Spoor; on SQLite the worker runs along"),
    ("worker", work, "send what is due, apart from the server (PostgreSQL)"),
    ("migrate", migrate, "bring the database up to date"),
    ("import", import_, "look at a class list, or apply it"),
    ("school", school, "let one more school begin here: prints the link for its first coordinator"),
    ("link", link, "let an employee in who has no other way left: prints a link for an hour"),
    ("remind", remind, "send once what is due at a given moment"),
    ("doctor", doctor, "look whether everything of this installation is well, and say how to mend what is not"),
)

if __name__ == "__main__":
    sys.exit(main())
