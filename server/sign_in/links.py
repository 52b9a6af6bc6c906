"""Ways in that work once: a link on paper, and a code typed within ten minutes."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.core.security import hashed, new_code, new_secret, same
from server.people.models import Person
from server.sign_in.entry import refused
from server.sign_in.models import CODE_LIFE, LINK_LIFE, STAFF_LINK_LIFE, SignInLink
from server.sign_in.sessions import end_links

SELECTOR, SECRET = 4, 6
"""A typed code is ten letters: four find the row, six (30 bits) open it, and after five wrong tries it opens no more."""


def make_link(session: Session, person: Person, *, made_by: UUID | None, at: datetime, again: bool = False, life: timedelta | None = None) -> str:
    """A new link for a person; earlier ones that were not used stop working (a lost sheet must not let anybody in). Gives the secret, once.

    It lives as long as `life_of` says, unless another life is given.
    """
    if not again:
        end_links(session, person.id, at)
    secret = new_secret()
    session.add(
        SignInLink(school_id=person.school_id, person_id=person.id, secret_hash=hashed(secret), made_at=at, made_by=made_by, ends_at=at + (life or life_of(person)), again=again)
    )
    return secret


def life_of(person: Person) -> timedelta:
    """How long a link on paper lets this person in."""
    return STAFF_LINK_LIFE if person.kind == "staff" else LINK_LIFE


def make_code(session: Session, person_id: UUID, school_id: UUID, at: datetime) -> str:
    """A code to type on another device within ten minutes. Gives `ABCD-EFGHJK`, once."""
    selector, secret = new_code(SELECTOR), new_code(SECRET)
    who = {"school_id": school_id, "person_id": person_id, "made_by": person_id}
    session.add(SignInLink(**who, kind="code", selector=selector, secret_hash=hashed(selector + secret), made_at=at, ends_at=at + CODE_LIFE))
    return f"{selector}-{secret}"


def forget_links(session: Session, before: datetime) -> None:
    """Drop links and codes that ended before this, used or not: they let nobody in, and each code takes one of the few that can be typed."""
    session.execute(delete(SignInLink).where(SignInLink.ends_at < before))


def link_for(session: Session, secret: str, now: datetime, *, demo: bool = False) -> SignInLink | None:
    """The link with this secret, if it still opens. The demo's standing links do so in the demo alone, also when its folder is served as a school's."""
    link = session.scalar(select(SignInLink).where(SignInLink.secret_hash == hashed(secret), SignInLink.selector.is_(None)).with_for_update())
    return link if link is not None and link.opens(now) and (demo or not link.again) else None


def link_for_code(session: Session, typed: str, now: datetime) -> SignInLink | None:
    """The link that a typed code opens. A wrong try is counted on the code it aimed at: commit also when this gives None. One that aims at none leaves nothing behind."""
    code = _code(typed)
    link = session.scalar(select(SignInLink).where(SignInLink.selector == selector_of(typed)).with_for_update())
    if link is None or not link.opens(now):
        return None
    if not same(link.secret_hash, hashed(code)):
        link.tries += 1
        refused(session, link.school_id, link.person_id, link.kind, now)
        return None
    return link


def selector_of(typed: str) -> str:
    """The part of a typed code that finds its row; no secret."""
    return _code(typed)[:SELECTOR]


def _code(typed: str) -> str:
    return "".join(letter for letter in typed.upper() if letter.isalnum())
