"""The address that people type: does it lead here, over https with a certificate that holds, and is it this code that answers."""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from server.core.assets import Assets
from server.doctor.finding import Finding, warning, well, wrong
from server.doctor.records import clock_beside
from server.settings import Settings

PATIENCE = 5
RENEW_BEFORE = timedelta(days=14)


def look(settings: Settings, now: datetime, plain_port: int = 80) -> Iterator[Finding]:
    """Where `SPOOR_BASE_URL` leads. A server that does not run is no fault of its address."""
    parts = urlsplit(settings.base_url)
    host, port = parts.hostname or "", parts.port or (443 if settings.secure else 80)
    if not settings.secure:
        yield warning(
            "address", f"{settings.base_url} is gewoon http: meldingen, offline en de app werken daar niet, en wachtwoorden zijn te lezen",
            f"{settings.base_url} is plain http: push, offline and the app do not work there, and others can read along",
            "zet er een proxy met TLS voor en SPOOR_BASE_URL op https://…", "put a proxy with TLS in front and set SPOOR_BASE_URL to https://…",
        )  # fmt: skip
    try:
        socket.getaddrinfo(host, port)
    except OSError:
        yield wrong(
            "address",
            f"niemand kent de naam {host}",
            f"nobody knows the name {host}",
            "maak het DNS-record, of zet SPOOR_BASE_URL goed",
            "make the DNS record, or set SPOOR_BASE_URL right",
        )
        return
    if settings.secure and not (yield from _certificate(host, port, now)):
        return
    yield from _answer(settings, host, port, now)
    if settings.secure:
        yield from _plain(host, plain_port)


def _certificate(host: str, port: int, now: datetime):  # type: ignore[no-untyped-def]
    """Says what is wrong with it; gives whether it makes sense to go on."""
    try:
        with socket.create_connection((host, port), timeout=PATIENCE) as line, ssl.create_default_context().wrap_socket(line, server_hostname=host) as safe:
            until = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(safe.getpeercert()["notAfter"])), UTC)  # type: ignore[index]
    except ssl.SSLCertVerificationError as error:
        yield wrong(
            "certificate", f"browsers vertrouwen {host} niet: {error.verify_message}", f"browsers do not trust {host}: {error.verify_message}",
            "vernieuw het certificaat in de proxy (certbot renew), met de hele keten en precies deze naam",
            "renew the certificate in the proxy (certbot renew), with its whole chain and this very name",
        )  # fmt: skip
        return False
    except OSError as error:
        yield _does_not_answer(host, port, error)
        return False
    left = until - now
    if left < RENEW_BEFORE:
        yield warning(
            "certificate", f"het certificaat van {host} eindigt over {left.days} dagen", f"the certificate of {host} ends in {left.days} days",
            "kijk waarom het niet vanzelf wordt vernieuwd (certbot renew --dry-run)", "see why it does not renew itself (certbot renew --dry-run)",
        )  # fmt: skip
    else:
        yield well("certificate", f"het certificaat van {host} geldt tot {until:%Y-%m-%d}", f"the certificate of {host} holds until {until:%Y-%m-%d}")
    return True


def _answer(settings: Settings, host: str, port: int, now: datetime) -> Iterator[Finding]:
    made = http.client.HTTPSConnection if settings.secure else http.client.HTTPConnection
    line = made(host, port, timeout=PATIENCE)
    try:
        line.request("GET", urlsplit(settings.base_url).path + "/healthz")
        answer = line.getresponse()
        build, date, body = answer.getheader("spoor-build"), answer.getheader("date"), answer.read(100)
    except (OSError, http.client.HTTPException) as error:
        yield _does_not_answer(host, port, error)
        return
    finally:
        line.close()
    if answer.status != 200 or body.strip() != b"ok" or not build:
        yield wrong(
            "address", f"op {settings.base_url} antwoordt iets anders dan Spoor ({answer.status})", f"something other than Spoor answers at {settings.base_url} ({answer.status})",
            "laat de proxy alle paden doorgeven aan Spoor, met Host en X-Forwarded-Proto", "let the proxy pass every path on to Spoor, with Host and X-Forwarded-Proto",
        )  # fmt: skip
        return
    if build != Assets().build:
        yield warning(
            "address",
            "er draait een andere versie van Spoor dan deze",
            "another version of Spoor is running than this one",
            "start de server en de worker opnieuw",
            "restart the server and the worker",
        )
    else:
        yield well("address", f"{settings.base_url} antwoordt, met deze versie", f"{settings.base_url} answers, with this version")
    if date:
        yield from clock_beside("webserver", abs(parsedate_to_datetime(date) - now))


def _does_not_answer(host: str, port: int, error: Exception) -> Finding:
    return warning(
        "address", f"{host}:{port} geeft geen antwoord ({type(error).__name__})", f"{host}:{port} does not answer ({type(error).__name__})",
        "start spoor serve en de proxy; draaien ze al, kijk dan de firewall na", "start spoor serve and the proxy; if they run, look at the firewall",
    )  # fmt: skip


def _plain(host: str, port: int) -> Iterator[Finding]:
    """Who types the address without https is led to it."""
    line = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    try:
        line.request("GET", "/")
        answer = line.getresponse()
        leads = answer.status in {301, 302, 307, 308} and (answer.getheader("location") or "").startswith("https://")
    except (OSError, http.client.HTTPException):
        return
    finally:
        line.close()
    if not leads:
        yield warning(
            "address", f"http://{host} leidt niet naar https", f"http://{host} does not lead to https",
            "laat de proxy poort 80 doorverwijzen (301) naar https", "let the proxy redirect port 80 (301) to https",
        )  # fmt: skip


def proxies(settings: Settings) -> Iterator[Finding]:
    """Whose forwarded headers are believed: those of a proxy that is named, and of nobody else."""
    named = [one.strip() for one in settings.proxies.split(",") if one.strip()]
    unknown = [one for one in named if not _is_network(one)]
    if "*" in named:
        yield wrong(
            "proxies", "SPOOR_PROXIES gelooft iedereen op zijn woord", "SPOOR_PROXIES believes everybody",
            "noem alleen het adres van de proxy, zoals 127.0.0.1", "name only the address of the proxy, as in 127.0.0.1",
        )  # fmt: skip
    elif unknown:
        yield wrong(
            "proxies",
            f"SPOOR_PROXIES: {', '.join(unknown)} is geen adres",
            f"SPOOR_PROXIES: {', '.join(unknown)} is no address",
            "schrijf IP-adressen of netwerken, met komma's",
            "write IP addresses or networks, with commas",
        )
    else:
        yield well("proxies", f"doorgegeven adressen worden geloofd van {', '.join(named) or 'niemand'}", f"forwarded addresses are believed from {', '.join(named) or 'nobody'}")


def _is_network(text: str) -> bool:
    try:
        return bool(ipaddress.ip_network(text, strict=False))
    except ValueError:
        return False
