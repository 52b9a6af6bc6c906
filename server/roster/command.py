"""`spoor import FILE`: the same preview as on the screen, printed; applied only when asked."""

import sys
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core import clock
from server.core.db import Database
from server.core.i18n import tongue
from server.migrations.run import migrate
from server.people.models import School
from server.roster import words as roster_words
from server.roster.plan import Plan, apply, lock, plan
from server.roster.reading import LARGEST, Fault, Roster, Unreadable, parse
from server.settings import Settings

_ = tongue("nl")


def run(settings: Settings, file: Path, *, apply: bool, school: str | None) -> int:
    """Print what the list would do, and do it when `apply`. Gives 1 when the file cannot be read or the school is unclear."""
    try:
        roster = parse(_content(file))
    except OSError as error:
        return _sorry(_("%(file)s kan niet gelezen worden: %(why)s") % {"file": file, "why": error.strerror})
    except Unreadable as error:
        return _sorry(roster_words.unreadable(error.why, _))
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database)
    try:
        migrate(database)
        with database.writing() if apply else database.reading() as session:
            return _with(session, roster, school, apply)
    finally:
        database.close()


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _with(session: Session, roster: Roster, name: str | None, wanted: bool) -> int:
    schools = session.scalars(select(School).where(School.name == name) if name else select(School)).all()
    if len(schools) != 1:
        known = ", ".join(session.scalars(select(School.name).order_by(School.name)))
        return _sorry(
            _("Kies de school met --school. Deze zijn er: %(names)s") % {"names": known} if known else _("Er is nog geen school. Start “spoor serve” en open de startlink.")
        )
    if wanted:
        lock(session, schools[0].id)
    made = plan(session, schools[0].id, roster)
    show(made, schools[0].name)
    if wanted:
        apply(session, schools[0].id, made, clock.now())
        print(_("Er was niets te veranderen.") if made.empty else _("Ingelezen."))
    elif not made.empty:
        print(_("Er is nog niets veranderd. Met --apply wordt dit gedaan."))
    return 0


def show(made: Plan, school: str) -> None:
    """Print a plan."""
    print(school)
    if made.empty:
        print("  " + _("niets te veranderen"))
    _list(_("nieuwe groepen"), made.groups)
    _list(_("nieuw"), [f"{step.row.number}  {step.name}  {_('medewerker') if step.row.staff else step.row.group or '–'}" for step in made.added])
    _list(
        _("gewijzigd"), [f"{step.name}: " + "; ".join(f"{roster_words.field(d.field, _)} {d.before or '–'} → {d.after or '–'}" for d in step.differences) for step in made.changed]
    )
    _list(_("wordt mentor"), [f"{name}: {group}" for _number, name, group in made.mentors])
    print("  " + _("blijft zoals het is: %(count)s") % {"count": made.same})
    _list(_("overgeslagen"), [_fault(fault) for fault in made.left_out])
    _list(_("ingelezen zonder dit gegeven"), [_fault(fault) for fault in made.small])


def _fault(fault: Fault) -> str:
    return _("rij %(line)s") % {"line": fault.line} + (f", {fault.name}" if fault.name else "") + f": {roster_words.about(fault, _)}"


def _list(title: str, lines: list[str]) -> None:
    if lines:
        print(f"  {title} ({len(lines)})")
        for line in lines:
            print(f"    {line}")


def _sorry(text: str) -> int:
    print(f"spoor: {text}", file=sys.stderr)
    return 1
