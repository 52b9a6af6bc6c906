"""`spoor link WHO`: the last way back in for an employee who has nothing left to show who they are, given by whoever runs the installation."""

import sys
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.exc import DBAPIError

from server.core import clock
from server.core.audit import note
from server.core.db import Database
from server.people.models import Person, School
from server.settings import Settings
from server.sign_in.links import make_link

LIFE = timedelta(hours=1)


def run(settings: Settings, who: str, school: str = "") -> int:
    """Give the exit status. `who` is an address, a number or a full name; the link stands on standard output alone, so that a script can take it."""
    database = Database(settings.database)
    try:
        link = _link(database, " ".join(who.split()), school)
    except DBAPIError as error:
        print(f"spoor link: the database does not answer as it should ({type(error).__name__}). `spoor migrate` brings it up to date.", file=sys.stderr)
        return 1
    finally:
        database.close()
    if not link:
        print("spoor link: dat is niet precies één medewerker; noem het e-mailadres, en zo nodig --school   (not exactly one employee)", file=sys.stderr)
        return 1
    print("De link werkt één keer, een uur lang · the link works once, for an hour:", file=sys.stderr)
    print(f"{settings.base_url}/sign-in/{link}")
    return 0


def _link(database: Database, who: str, school: str) -> str:
    name = Person.given_name + " " + func.trim(Person.infix + " " + Person.family_name)
    meant = or_(func.lower(Person.email) == who.lower(), Person.number == who, func.lower(name) == who.lower())
    there = Person.kind == "staff", Person.archived_at.is_(None), meant, *((School.name == school,) if school else ())
    with database.writing() as session:
        people = session.scalars(select(Person).join(School, School.id == Person.school_id).where(*there).limit(2)).all()
        if len(people) != 1 or not who:
            return ""
        note(session, people[0].school_id, "link-made", clock.now(), subject=people[0].id)
        return make_link(session, people[0], made_by=None, at=clock.now(), life=LIFE)
