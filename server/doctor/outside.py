"""What this installation needs of others: push services, and the school's sign-in providers."""

import socket
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sqlalchemy import exists, select

from server.core.db import Database
from server.doctor.finding import WELL, WRONG, Finding, Said, warning, well, wrong
from server.people.models import School
from server.push.models import Subscription
from server.settings import Settings

PUSH_SERVICE = ("fcm.googleapis.com", 443)


def push(settings: Settings, database: Database | None, service: tuple[str, int] = PUSH_SERVICE) -> Iterator[Finding]:
    """The key that devices subscribed with is here, and push services can be reached. No message is sent. `database` is one that can be read."""
    path = settings.data / "keys" / "vapid.pem"
    if path.exists():
        try:
            usable = isinstance(load_pem_private_key(path.read_bytes(), password=None), EllipticCurvePrivateKey)
        except (ValueError, TypeError, OSError):
            usable = False
    else:
        usable = not _somebody_subscribed(database)
    if not usable:
        yield wrong(
            "push", f"de sleutel waarmee meldingen worden ondertekend is er niet of is stuk ({path})", f"the key that signs notifications is missing or broken ({path})",
            "zet keys/ terug uit de reservekopie; lukt dat niet, dan moet iedereen meldingen opnieuw aanzetten",
            "put keys/ back from the backup; failing that, everybody has to turn notifications on again",
        )  # fmt: skip
        return
    if not settings.push_contact and not settings.secure:
        yield warning(
            "push",
            "er is geen adres waarop een pushdienst ons bereikt",
            "push services have no address to reach us",
            "zet SPOOR_PUSH_CONTACT=mailto:…",
            "set SPOOR_PUSH_CONTACT=mailto:…",
        )
    try:
        socket.create_connection(service, timeout=5).close()
    except OSError:
        yield warning(
            "push", f"{service[0]} is van hier niet te bereiken: meldingen wachten", f"{service[0]} cannot be reached from here: notifications wait",
            f"laat uitgaand verkeer naar poort {service[1]} toe", f"let outgoing traffic to port {service[1]} through",
        )  # fmt: skip
    else:
        yield well("push", "meldingen kunnen weg", "notifications can go out")


def _somebody_subscribed(database: Database | None) -> bool:
    if database is None:
        return False
    with database.reading() as session:
        return bool(session.scalar(select(exists().where(Subscription.id.is_not(None)))))


def providers(settings: Settings, database: Database | None) -> Iterator[Finding]:
    """Every sign-in provider answers as it must."""
    if not settings.oidc:
        return
    from server.sign_in.provider_check import check

    names: list[str] = []
    if database is not None:
        with database.reading() as session:
            names = list(session.scalars(select(School.name)))
    for one in check(settings, names):
        yield Finding("sign-in", WELL if one.ok else WRONG, Said(one.what, one.what), Said(one.mend, one.mend) if one.mend else None)
