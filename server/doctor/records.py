"""The database: does it answer and keep, is it up to date and whole, and is there a school in it."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, exists, select, text
from sqlalchemy.exc import DBAPIError

from server.core import audit as record
from server.core.clock import local
from server.core.db import Database
from server.core.heartbeat import beat
from server.doctor.finding import Finding, warning, well, wrong
from server.migrations.run import is_current
from server.people.models import School
from server.settings import Settings
from server.sign_in.models import SignInLink

OLDEST_POSTGRES = 14
SKEW, WILD_SKEW = timedelta(seconds=30), timedelta(minutes=5)


def answers(settings: Settings, database: Database, now: datetime) -> Iterator[Finding]:
    """There, migrated, and keeping what is written."""
    if settings.sqlite and not (settings.data / "spoor.sqlite3").exists():
        yield wrong(
            "database", f"er is nog geen database in {settings.data.resolve()}", f"there is no database in {settings.data.resolve()} yet",
            "spoor migrate of spoor serve maakt hem; staat hij ergens anders, zet dan SPOOR_DATA goed", "spoor migrate or spoor serve makes it; if it is elsewhere, set SPOOR_DATA",
        )  # fmt: skip
        return
    try:
        with database.reading() as session:
            current = is_current(session.connection())
            yield from _sqlite(session.connection()) if database.sqlite else _postgres(session.connection(), now)
    except DBAPIError as error:
        yield wrong(
            "database", f"de database geeft geen antwoord ({type(error.orig).__name__})", f"the database does not answer ({type(error.orig).__name__})",
            "draait hij, en klopt SPOOR_DATABASE_URL (host, naam, gebruiker, wachtwoord)?", "does it run, and is SPOOR_DATABASE_URL right (host, name, user, password)?",
        )  # fmt: skip
        return
    if not current:
        yield wrong("migrations", "de database hoort bij een andere versie van Spoor", "the database belongs to another version of Spoor", "spoor migrate", "spoor migrate")
        return
    yield well("migrations", "de database is bij", "the database is up to date")
    yield from _writable(database, now)


def _writable(database: Database, now: datetime) -> Iterator[Finding]:
    try:
        with database.writing() as session:
            beat(session, "doctor", now)
    except DBAPIError as error:
        yield wrong(
            "database", f"er kan niets worden bewaard ({type(error.orig).__name__})", f"nothing can be kept ({type(error.orig).__name__})",
            "mag deze gebruiker schrijven, en is de schijf niet vol of op slot?", "may this user write, and is the disk neither full nor locked?",
        )  # fmt: skip
    else:
        yield well("database", "de database antwoordt en bewaart", "the database answers and keeps")


def _sqlite(connection: Connection) -> Iterator[Finding]:
    mode, synchronous = connection.scalar(text("PRAGMA journal_mode")), connection.scalar(text("PRAGMA synchronous"))
    if (str(mode), synchronous) != ("wal", 2):
        yield wrong(
            "sqlite", f"SQLite staat op {mode}/{synchronous} in plaats van wal/2", f"SQLite is set to {mode}/{synchronous} instead of wal/2",
            "zet de datamap op een gewone schijf: op een netwerkschijf kan SQLite dit niet", "put the data folder on an ordinary disk: SQLite cannot do this on a network share",
        )  # fmt: skip


def _postgres(connection: Connection, now: datetime) -> Iterator[Finding]:
    version = int(str(connection.scalar(text("SHOW server_version_num")))) // 10000
    isolation = connection.scalar(text("SHOW transaction_isolation"))
    if version < OLDEST_POSTGRES:
        yield warning("postgresql", f"PostgreSQL {version} wordt niet meer onderhouden", f"PostgreSQL {version} is no longer maintained", "neem een nieuwere", "take a newer one")
    if isolation != "read committed":
        yield wrong(
            "postgresql", f"transacties staan op {isolation}", f"transactions are set to {isolation}",
            "ALTER ROLE … SET default_transaction_isolation = 'read committed'", "ALTER ROLE … SET default_transaction_isolation = 'read committed'",
        )  # fmt: skip
    there = connection.scalar(text("SELECT clock_timestamp()"))
    yield from clock_beside("database", abs(there - now) if there else timedelta(0))


def clock_beside(whose: str, skew: timedelta) -> Iterator[Finding]:
    """Whether two clocks agree, well enough for codes that live ten minutes."""
    seconds = int(skew.total_seconds())
    mend = "zet op beide machines NTP aan (timedatectl set-ntp true)", "turn on NTP on both machines (timedatectl set-ntp true)"
    if skew > WILD_SKEW:
        yield wrong("clock", f"de klok hier en die van de {whose} schelen {seconds} s", f"the clock here and that of the {whose} differ by {seconds} s", *mend)
    elif skew > SKEW:
        yield warning("clock", f"de klok hier en die van de {whose} schelen {seconds} s", f"the clock here and that of the {whose} differ by {seconds} s", *mend)


def whole(database: Database) -> Iterator[Finding]:
    """What SQLite says of its own file; PostgreSQL looks after itself."""
    if not database.sqlite:
        return
    with database.reading() as session:
        faults = [row[0] for row in session.execute(text("PRAGMA integrity_check(3)")) if row[0] != "ok"]
        faults += ["foreign key" for _ in session.execute(text("PRAGMA foreign_key_check")).fetchmany(1)]
    if faults:
        yield wrong("integrity", "het databasebestand is beschadigd", "the database file is damaged", "zet de laatste reservekopie terug", "put the last backup back")
    else:
        yield well("integrity", "het databasebestand is heel", "the database file is whole")


def school(database: Database, settings: Settings) -> Iterator[Finding]:
    """Has anybody begun."""
    with database.reading() as session:
        names = session.scalars(select(School.name)).all()
    alike = sorted({name for name, times in Counter(name.casefold() for name in names).items() if times > 1})
    if alike:
        yield wrong(
            "school", f"er zijn scholen met dezelfde naam: {', '.join(alike)}", f"there are schools of the same name: {', '.join(alike)}",
            "geef er één een andere naam bij de instellingen van de school", "give one another name at the school's settings",
        )  # fmt: skip
    elif names:
        yield well("school", f"scholen hier: {len(names)}", f"schools here: {len(names)}")
    else:
        yield warning(
            "school", "er is nog geen school", "there is no school yet",
            "spoor serve drukt een link af om te beginnen; die werkt één keer", "spoor serve prints a link to begin with; it works once",
        )  # fmt: skip


def standing_links(database: Database, settings: Settings) -> Iterator[Finding]:
    """A folder that the demo filled is no school's. Its links are good for years, and open as soon as somebody starts the demo there."""
    with database.reading() as session:
        standing = session.scalar(select(exists().where(SignInLink.again.is_(True))))
    if standing and not settings.demo:
        yield warning(
            "demo", "dit is de database van de demo: zodra die draait werken de links van de demo jaren lang",
            "this is the demo's database: as soon as that runs, the demo's links work for years",
            "begin een echte school in een andere map of database (SPOOR_DATA, SPOOR_DATABASE_URL)",
            "begin a real school in another folder or database (SPOOR_DATA, SPOOR_DATABASE_URL)",
        )  # fmt: skip


def audit(database: Database) -> Iterator[Finding]:
    """Nothing was changed in, or taken out of, the record of who did what."""
    with database.reading() as session:
        broken = [(name, at) for school_id, name in session.execute(select(School.id, School.name)) if (at := record.broken_at(session, school_id)) is not None]
    for name, at in broken:
        yield wrong(
            "audit", f"het logboek van {name} klopt niet meer vanaf regel {at}", f"the record of {name} is not as it was written from entry {at}",
            "iemand veranderde de database buiten Spoor om: vergelijk met een reservekopie", "somebody changed the database outside Spoor: compare it with a backup",
        )  # fmt: skip
    if not broken:
        yield well("audit", "het logboek is heel", "the record is whole")


def zones(database: Database, now: datetime) -> Iterator[Finding]:
    """The schools' time zones are known here, and Amsterdam is where it should be."""
    with database.reading() as session:
        named = {"Europe/Amsterdam", *session.scalars(select(School.zone))}
    unknown = []
    for zone in sorted(named):
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            unknown.append(zone)
    ahead = None if "Europe/Amsterdam" in unknown else local(now, "Europe/Amsterdam").utcoffset()
    if unknown or ahead not in {timedelta(hours=1), timedelta(hours=2)}:
        told = ", ".join(unknown) or "Europe/Amsterdam"
        yield wrong(
            "zone", f"deze computer weet niet hoe laat het is in {told}", f"this machine does not know the time in {told}",
            "installeer tzdata, of zet de tijdzone van de school goed", "install tzdata, or set the school's time zone right",
        )  # fmt: skip
    else:
        yield well("zone", f"in Amsterdam is het {local(now, 'Europe/Amsterdam'):%H:%M}", f"in Amsterdam it is {local(now, 'Europe/Amsterdam'):%H:%M}")
