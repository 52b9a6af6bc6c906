"""What becomes of an answer that holds: in, linked, confirmed, or asked once whose account it is. All in one transaction."""

from datetime import datetime

from litestar import Request
from sqlalchemy.orm import Session

from server.core.sealed import opened, seal
from server.people.models import DeviceSession, Person
from server.settings import OidcProvider, Settings
from server.sign_in import presets
from server.sign_in.arrival import Arrival, arriving, device_name
from server.sign_in.entry import Way
from server.sign_in.provider_cookie import Pending
from server.sign_in.provider_discovery import Trouble
from server.sign_in.provider_exchange import Attempt
from server.sign_in.provider_linking import MATCHED, SchoolAccount, link, linked, matched, school_account
from server.sign_in.provider_token import has_shown

HINT = "logout-hint"


def settle(request: Request, session: Session, provider: OidcProvider, attempt: Attempt, claims: dict[str, object], id_token: str, now: datetime) -> Arrival | Pending:
    """Let in whose account it is; else what must be remembered until they have told. Raises `Trouble`, and then nothing is stored."""
    account = school_account(session, provider, presets.of(provider).account(claims))
    known, viewer = linked(session, account), request.scope.get("user")
    person = session.get_one(Person, known.person_id) if known else matched(session, account)
    if attempt.purpose != "in" and (viewer is None or (person is not None and person.id != viewer.person_id) or (attempt.purpose == "confirm" and known is None)):
        raise Trouble("another", "not the account of who is signed in")
    if person is None or (known is None and attempt.purpose == "link"):
        return Pending(account=account, next=attempt.next, shared=attempt.shared, id_token=id_token)
    link(session, request.app.state.settings, person, account, MATCHED, now)
    shared = viewer.shared if viewer and attempt.purpose != "in" else attempt.shared
    return come_in(request, session, person, account, id_token, now, shared=shared, shown=has_shown(claims, attempt.began))


def come_in(request: Request, session: Session, person: Person, account: SchoolAccount, id_token: str, now: datetime, *, shared: bool, shown: bool) -> Arrival:
    """Let this person in by their school account; `shown` says whether they showed just now that it is them. Raises `Trouble` when they have left the school."""
    settings: Settings = request.app.state.settings
    hint = seal(settings, HINT, id_token.encode()) if id_token else None
    way = Way(method="provider", device=device_name(request), shared=shared, shown=shown, provider=account.provider, logout_hint=hint)
    arrival = arriving(request, session, person, way, now)
    if arrival is None:
        raise Trouble("left", "archived")
    used = linked(session, account)
    if used is not None:
        used.used_at = now
    return arrival


def hint_of(settings: Settings, row: DeviceSession) -> str:
    """The ID token with which a session began, for the provider to see when it ends there too; empty when there is none."""
    return (opened(settings, HINT, row.logout_hint) or b"").decode() if row.logout_hint else ""
