"""`spoor import FILE`: the same plan as on the screen, printed; done only when asked. It stands among the lists of the school, so that it can be undone there."""

import sys
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core import clock
from server.core.db import Database
from server.core.i18n import tongue
from server.core.ids import new_id
from server.migrations.run import migrate
from server.people.models import School
from server.roster import words as roster_words
from server.roster.apply import Stale, apply, prepare
from server.roster.known import known_of
from server.roster.listed import Unreadable
from server.roster.models import RosterImport
from server.roster.plan import Plan, plan
from server.roster.preview import PAGE, PARTS, Line, opened, pack
from server.roster.reading import look, parse
from server.roster.reading_columns import Columns, from_mapping
from server.roster.reading_table import LARGEST
from server.roster.work import remembered
from server.settings import Settings

_ = tongue("nl")
MOST_LINES = 200


def run(settings: Settings, file: Path, *, apply: bool, school: str | None, whole: bool = False) -> int:
    """Print what the list would do, and do it when `apply`. Gives 1 when the file cannot be read, the school is unclear, or the list would archive too many."""
    try:
        content = _content(file)
    except OSError as error:
        return _sorry(_("%(file)s kan niet gelezen worden: %(why)s") % {"file": file, "why": error.strerror})
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database)
    try:
        migrate(database)
        with database.reading() as session:
            chosen = _school(session, school)
            if isinstance(chosen, str):
                return _sorry(chosen)
            mapping = _mapping(session, chosen, content)
            roster = parse(content, mapping)
            made = plan(known_of(session, chosen.id), roster, whole)
        show(made, chosen.name, _columns(content, mapping))
        return _do(settings, database, chosen, file.name, made, (roster.shape, mapping), sure=whole) if apply else _only_shown(made)
    except Unreadable as error:
        return _sorry(roster_words.unreadable(error.why, _))
    finally:
        database.close()


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _school(session: Session, name: str | None) -> School | str:
    """The school that is meant, or what to say when that is unclear."""
    schools = session.scalars(select(School).where(School.name == name) if name else select(School)).all()
    if len(schools) == 1:
        return schools[0]
    known = ", ".join(session.scalars(select(School.name).order_by(School.name)))
    return _("Kies de school met --school. Deze zijn er: %(names)s") % {"names": known} if known else _("Er is nog geen school. Start “spoor serve” en open de startlink.")


def _mapping(session: Session, school: School, content: bytes) -> dict[str, Any]:
    """How somebody of the school said that lists with this head are to be read; else nothing, and it is guessed."""
    heads = remembered(session, school.id)
    seen = look(content, heads)
    return {**heads.get(seen.head.digest, {}), "head": seen.head.digest} if seen else {}


def _only_shown(made: Plan) -> int:
    if not made.empty:
        print(_("Er is nog niets veranderd. Met --apply wordt dit gedaan."))
    return 0


def _do(settings: Settings, database: Database, school: School, name: str, made: Plan, how: tuple[str, dict[str, Any]], *, sure: bool) -> int:
    if made.empty:
        print(_("Er was niets te veranderen."))
        return 0
    if made.many and not sure:
        return _sorry(_("Dit zou meer dan een op de vijf mensen naar het archief doen. Is dit echt de hele school? Geef dan --whole mee."))
    now, made_id = clock.now(), new_id()
    try:
        with database.writing() as session:
            session.add(RosterImport(id=made_id, school_id=school.id, made_at=now, name=name[-120:], content=b"", kind=how[0], mapping=how[1], state="applying", beat_at=now))
        ready = prepare(database, school.id, made_id, made, now, None)
        with database.writing() as session:
            apply(session, settings, session.get_one(RosterImport, made_id), ready)
    except Stale:
        return _sorry(_("Er is intussen iets veranderd op school. Er is niets ingelezen. Probeer het nog eens."))
    print(_("Ingelezen."))
    return 0


def _columns(content: bytes, mapping: dict[str, Any]) -> str:
    """Which column was taken for what; nothing for OneRoster."""
    seen = look(content, {str(mapping.get("head", ""))})
    columns = (from_mapping(mapping, len(seen.head.titles)) or seen.columns) if seen else Columns({})
    return "; ".join(f"{seen.head.titles[place] or place + 1} = {roster_words.column(field, _)}" for place, field in sorted(columns.fields.items())) if seen else ""


def show(made: Plan, school: str, columns: str = "") -> None:
    """Print a plan."""
    shown = opened(pack(made))
    print(school)
    if columns:
        print("  " + _("zo lezen we de kolommen: %(columns)s") % {"columns": columns})
    if made.empty:
        print("  " + _("niets te veranderen"))
    for notice in made.notices:
        print("  " + roster_words.remark(notice, _))
    for name in PARTS:
        part = shown.part(name)
        if part is not None:
            print(f"  {roster_words.part(name, _)[0].lower()} ({part.count})")
            lines = [line for start in range(0, min(part.count, MOST_LINES), PAGE) if (page := shown.part(name, start)) for line in page.lines]
            for line in lines:
                print(f"    {_said(line)}")
            if part.count > len(lines):
                print("    " + _("en nog %(count)s") % {"count": part.count - len(lines)})
    print("  " + _("blijft zoals het is: %(count)s") % {"count": made.same})


def _said(line: Line) -> str:
    if line.what == "fault":
        where = " ".join(filter(None, (line.file, _("rij %(line)s") % {"line": line.row} if line.row else "")))
        return ", ".join(filter(None, (where, line.name))) + f": {roster_words.said_of(line.kind, line.value, _)}"
    if line.what == "add":
        return f"{line.number or '–'}  {line.name}  {_('medewerker') if line.kind == 'staff' else _('ouder') if line.kind == 'guardian' else line.about or '–'}"
    if line.parts:
        return f"{line.name}: " + "; ".join(f"{roster_words.field(word, _)} {before or '–'} → {after or '–'}" for word, before, after in line.parts)
    return f"{line.name}: {roster_words.step(line.what, line.about, _)}".rstrip(": ")


def _sorry(text: str) -> int:
    print(f"spoor: {text}", file=sys.stderr)
    return 1
