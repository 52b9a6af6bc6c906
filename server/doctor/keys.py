"""The keys of the installation: for its owner only, and those that what is in the database was sealed with."""

import stat
from collections.abc import Iterator

from sqlalchemy import select

from server.core.db import Database
from server.core.mail import PURPOSE as MAIL
from server.core.mail import Mail
from server.core.sealed import opened_by
from server.doctor.finding import Finding, well, wrong
from server.settings import Settings
from server.sign_in.models import SecondFactor
from server.sign_in.second_factor import PURPOSE as SECOND_FACTOR

SEAL = "seal.key"


def files(settings: Settings) -> Iterator[Finding]:
    """Every key that is there is read by its owner alone; they are made when first needed."""
    folder = settings.data / "keys"
    known = sorted(path for path in folder.glob("*") if path.is_file() and not path.name.startswith(".")) if folder.is_dir() else []
    open_to_others = [path for path in (folder, *known) if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    for path in open_to_others:
        mode = "700" if path.is_dir() else "600"
        yield wrong("keys", f"anderen op deze computer kunnen bij {path}", f"others on this machine can read {path}", f"chmod {mode} {path}", f"chmod {mode} {path}")
    if known and not open_to_others:
        names = ", ".join(path.name for path in known)
        yield well("keys", f"alleen wij lezen {names}; zet ze in elke reservekopie", f"only we read {names}; they belong in every backup")
    elif not known:
        yield well("keys", "er zijn nog geen sleutels; ze worden gemaakt als ze nodig zijn", "there are no keys yet; they are made when they are needed")


def open_what_is_sealed(settings: Settings, database: Database) -> Iterator[Finding]:
    """Something that lies sealed in the database opens with the key that is here."""
    with database.reading() as session:
        probes = [(MAIL, content) for content in session.scalars(select(Mail.content).where(Mail.sent_at.is_(None), Mail.failed_at.is_(None)).limit(20)) if content]
        probes += [(SECOND_FACTOR, secret) for secret in session.scalars(select(SecondFactor.secret).limit(20)) if secret]
    path = settings.data / "keys" / SEAL
    key = path.read_bytes() if path.exists() else b""
    if not probes:
        yield well("sealed", "in de database ligt niets verzegeld", "nothing lies sealed in the database")
    elif any(key and opened_by(key, purpose, content) is not None for purpose, content in probes):
        yield well("sealed", "wat verzegeld in de database ligt gaat open", "what lies sealed in the database opens")
    else:
        yield wrong(
            "sealed", f"wat verzegeld in de database ligt gaat niet open met {path}", f"what lies sealed in the database does not open with {path}",
            "zet keys/ terug uit de reservekopie die bij deze database hoort", "put keys/ back from the backup that belongs to this database",
        )  # fmt: skip
