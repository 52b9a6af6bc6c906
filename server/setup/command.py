"""`spoor school add --name …`: one more school in this installation. Prints the link with which its first coordinator begins."""

import sys

from sqlalchemy.exc import DBAPIError

from server.core import clock
from server.core.db import Database
from server.people.fields import LONGEST
from server.people.schools import is_taken
from server.settings import Settings
from server.setup.actions import make_further_link


def run(settings: Settings, name: str) -> int:
    """Give the exit status; the link stands on standard output alone, so that a script can take it."""
    told = " ".join(name.split())
    if not told or len(told) > LONGEST["school"]:
        print(f"spoor school add: a name of 1 to {LONGEST['school']} characters, please.", file=sys.stderr)
        return 2
    database = Database(settings.database)
    try:
        with database.writing() as session:
            if is_taken(session, told):
                print("spoor school add: zo heet hier al een school   (there is a school of that name already)", file=sys.stderr)
                return 1
            secret = make_further_link(session, told, clock.now())
    except DBAPIError as error:
        print(f"spoor school add: the database does not answer as it should ({type(error).__name__}). `spoor migrate` brings it up to date.", file=sys.stderr)
        return 1
    finally:
        database.close()
    print("De link werkt één keer, een week lang · the link works once, for a week:", file=sys.stderr)
    print(f"{settings.base_url}/setup/{secret}")
    return 0
