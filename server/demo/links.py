"""The demo's ways in: one link per role that may be used again, the same after a restart.

The secrets come from a key in the data folder (mode 0600); the database holds their digests only, as with any link.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from server.core.security import hashed, keep_key
from server.demo.school import id_of
from server.sign_in.models import SignInLink

ROLES = {"student": "samira", "mentor": "deboer", "staff": "slagter", "coordinator": "haddou", "guardian": "karima"}
LIFE = timedelta(days=3650)


def keep_links(session: Session, folder: Path, now: datetime) -> dict[str, str]:
    """The secret of each role's link. Their rows are there afterwards, and open."""
    key = keep_key(folder / "demo.key", secrets.token_bytes(32))
    made = {role: _secret(key, role) for role in ROLES}
    for role, secret in made.items():
        link = SignInLink(
            id=id_of(f"link/{role}"), school_id=id_of("school"), person_id=id_of(ROLES[role]), secret_hash=hashed(secret), made_at=now, ends_at=now + LIFE, again=True, tries=0
        )
        session.merge(link)
    return made


def _secret(key: bytes, role: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(key, f"sign-in:{role}".encode(), hashlib.sha256)).decode().rstrip("=")
