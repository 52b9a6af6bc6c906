"""The mail server: does it answer, over a line that can be trusted, and does it know us. A letter is sent only when asked for."""

import asyncio
from collections.abc import Iterator
from datetime import datetime

from server.core.ids import new_id
from server.core.letter import mailbox, message_of
from server.core.mail import Letter
from server.core.smtp import connected, failure_of
from server.doctor.finding import Finding, warning, well, wrong
from server.settings import Settings

MEND = {
    "login": ("kijk de gebruiker en het wachtwoord in SPOOR_SMTP_URL na", "check the user and the password in SPOOR_SMTP_URL"),
    "tls": (
        "de server moet STARTTLS of TLS geven, met een geldig certificaat voor precies deze naam; voor een eigen CA: SSL_CERT_FILE",
        "the server must offer STARTTLS or TLS with a certificate that is valid for this very name; for a CA of your own: SSL_CERT_FILE",
    ),
    "sender": ("de server weigert deze afzender: zet SPOOR_SMTP_FROM op een adres dat hij kent", "the server refuses this sender: set SPOOR_SMTP_FROM to an address it knows"),
}
TRIED = ["Mail van Spoor komt aan. Deze brief is een proef van spoor doctor.", "Mail of Spoor arrives. This letter was sent by spoor doctor, to try."]
UNREACHED = (
    "kloppen naam en poort in SPOOR_SMTP_URL, en laat de firewall ze door?",
    "are name and port in SPOOR_SMTP_URL right, and does the firewall let them through?",
)


def look(settings: Settings, mail_to: str | None, now: datetime) -> Iterator[Finding]:
    """Connect and sign in, as the worker does."""
    if not settings.smtp_url:
        yield well(
            "mail", "er is geen mailserver; wat mail nodig heeft wordt niet aangeboden (SPOOR_SMTP_URL)", "there is no mail server; what needs mail is not offered (SPOOR_SMTP_URL)"
        )
        return
    server = settings.mail_server
    try:
        asyncio.run(_try(settings, mail_to, now))
    except Exception as error:
        why = "no address" if type(error) is ValueError else failure_of(error)
        yield wrong(
            "mail", f"{server.host}:{server.port} neemt geen brieven aan ({why})", f"{server.host}:{server.port} takes no letters ({why})", *MEND.get(why.split()[0], UNREACHED)
        )
        return
    told = ("; de proefbrief is aangenomen", "; the letter to try it was taken") if mail_to else ("", "")
    yield well("mail", f"{server.host}:{server.port} kent ons ({server.tls}){told[0]}", f"{server.host}:{server.port} knows us ({server.tls}){told[1]}")
    host = settings.sender[1].rpartition("@")[2]
    if "." not in host or host.endswith(".local"):
        yield warning(
            "mail", f"brieven komen van {settings.sender[1]}: dat adres bestaat buiten deze computer niet",
            f"letters come from {settings.sender[1]}, which exists on no other machine",
            "zet SPOOR_SMTP_FROM op een adres van de school", "set SPOOR_SMTP_FROM to an address of the school",
        )  # fmt: skip


async def _try(settings: Settings, mail_to: str | None, now: datetime) -> None:
    async with asyncio.timeout(20), connected(settings) as client:
        await client.noop()
        if mail_to:
            letter = Letter(
                to=mail_to, language="nl", subject="Spoor: een proefbrief", greeting="Hallo,", lines=["Deze brief is een proef van spoor doctor. Mail van Spoor komt aan."]
            )
            await client.sendmail(settings.sender[1], [mailbox(mail_to).addr_spec], message_of(letter, settings, new_id(), now).as_bytes())
