"""What waits for somebody: does the worker live, and do letters go out."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from server.core.db import Database
from server.core.heartbeat import SILENT_AFTER, last_beat
from server.core.mail import Mail
from server.doctor.finding import Finding, warning, well, wrong
from server.settings import Settings

STUCK_AFTER, LATELY = timedelta(minutes=10), timedelta(days=1)


def worker(settings: Settings, database: Database, now: datetime) -> Iterator[Finding]:
    """When it last looked. Without it nobody is reminded and no letter goes out."""
    with database.reading() as session:
        seen = last_beat(session, "worker")
    start = "spoor serve" if settings.sqlite else "spoor worker"
    mend = f"start {start}, en laat systemd het opnieuw starten als het stopt", f"start {start}, and let systemd start it again when it stops"
    if seen is None:
        yield warning("worker", "de worker heeft nog nooit gedraaid", "the worker never ran", *mend)
    elif now - seen > SILENT_AFTER:
        yield wrong("worker", f"de worker zweeg sinds {seen:%Y-%m-%d %H:%M} UTC", f"the worker was silent since {seen:%Y-%m-%d %H:%M} UTC", *mend)
    else:
        yield well("worker", "de worker werkt", "the worker works")


def letters(database: Database, now: datetime) -> Iterator[Finding]:
    """Those that wait longer than they should, and why; and those that were given up since yesterday."""
    waits = Mail.sent_at.is_(None), Mail.failed_at.is_(None), Mail.made_at < now - STUCK_AFTER
    with database.reading() as session:
        stuck = Counter(session.scalars(select(Mail.failure).where(*waits)))
        given_up = Counter(session.scalars(select(Mail.failure).where(Mail.failed_at > now - LATELY)))
    if stuck:
        yield wrong(
            "outbox", f"er wachten brieven langer dan tien minuten: {_counted(stuck)}", f"letters have waited for more than ten minutes: {_counted(stuck)}",
            "kijk wat er bij worker en mail staat", "see what is said of worker and mail",
        )  # fmt: skip
    if given_up:
        yield warning(
            "outbox", f"sinds gisteren kwamen brieven niet aan: {_counted(given_up)}", f"letters since yesterday did not arrive: {_counted(given_up)}",
            "refused 5…: kloppen de adressen van mensen? too-late, login, tls: kijk bij mail", "refused 5…: are people's addresses right? too-late, login, tls: see mail",
        )  # fmt: skip
    if not stuck and not given_up:
        yield well("outbox", "er blijft geen mail liggen", "no mail is left lying")


def _counted(by_word: Counter[str]) -> str:
    return ", ".join(f"{number}× {word or 'not tried'}" for word, number in by_word.most_common())
