"""`spoor doctor`: look at everything, in the order in which things lean on each other, and say what was found."""

import sys

import msgspec

from server.core import clock
from server.core.db import Database
from server.doctor import address, disk, keys, mail, outside, records, waiting
from server.doctor.finding import WARNING, WELL, WRONG, Finding, looked
from server.settings import Settings

MARKS = {WELL: "✓", WARNING: "!", WRONG: "✗"}


def run(settings: Settings, *, as_json: bool = False, mail_to: str | None = None) -> int:
    """Print what was found; 0 when nothing is wrong, else 1. A warning is not wrong."""
    found = examine(settings, mail_to=mail_to)
    is_well = all(one.level != WRONG for one in found)
    if as_json:
        print(msgspec.json.encode({"well": is_well, "findings": found}).decode())
    else:
        print(said(found))
    sys.stdout.flush()
    return 0 if is_well else 1


def examine(settings: Settings, *, mail_to: str | None = None) -> list[Finding]:
    """Everything that was found. Looks only where it may: what is not there is not made."""
    now, database = clock.now(), Database(settings.database)
    try:
        found = looked("data", lambda: disk.folder(settings)) + looked("disk", lambda: disk.space(settings)) + looked("keys", lambda: keys.files(settings))
        ready = looked("database", lambda: records.answers(settings, database, now))
        found += ready
        readable = None if any(one.level == WRONG and one.check in {"database", "migrations"} for one in ready) else database
        if readable is not None:
            found += looked("integrity", lambda: records.whole(database)) + looked("sealed", lambda: keys.open_what_is_sealed(settings, database))
            found += looked("school", lambda: records.school(database, settings)) + looked("demo", lambda: records.standing_links(database, settings))
            found += looked("audit", lambda: records.audit(database))
            found += looked("worker", lambda: waiting.worker(settings, database, now)) + looked("outbox", lambda: waiting.letters(database, now))
            found += looked("zone", lambda: records.zones(database, now))
        found += looked("media", lambda: disk.media(settings)) + looked("address", lambda: address.look(settings, now))
        found += looked("proxies", lambda: address.proxies(settings)) + looked("mail", lambda: mail.look(settings, mail_to, now))
        found += looked("push", lambda: outside.push(settings, readable)) + looked("sign-in", lambda: outside.providers(settings, readable))
        return found
    finally:
        database.close()


def said(found: list[Finding]) -> str:
    """As an operator reads it: Dutch, then English; what to do stands under what is not well."""
    lines = []
    for one in found:
        lines.append(f"{MARKS[one.level]} {one.check}: {one.told.nl}" + (f"\n    → {one.mend.nl}" if one.mend else ""))
        lines.append(f"    {one.told.en}" + (f"\n    → {one.mend.en}" if one.mend else ""))
    wrong, warnings = (sum(one.level == level for one in found) for level in (WRONG, WARNING))
    lines.append(f"\n{wrong} fout, {warnings} let op · {wrong} wrong, {warnings} to note" if wrong or warnings else "\nAlles is in orde · all is well")
    return "\n".join(lines)
