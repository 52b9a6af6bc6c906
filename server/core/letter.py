"""A letter as it travels: the same words as plain text and as HTML, and a head that says it was sent by a machine.

Nothing in the head was typed by a person but the address it goes to; no picture, no style and no script is fetched from anywhere.
"""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from functools import cache
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from server.core import i18n
from server.core.mail import Letter
from server.core.templates import TEMPLATES
from server.settings import Settings

FORBIDDEN = set(' @<>()[]\\,;:"')
"""Signs that a mailbox has only in quotes; nobody has been seen with those."""


def message_of(letter: Letter, settings: Settings, mail_id: UUID, at: datetime) -> EmailMessage:
    """The letter in a form that mail servers take (RFC 5322, 2046). Sent again it carries the same Message-ID, so that a reader shows it once.

    Raises `ValueError` when the address it should go to is none.
    """
    to, (name, address) = mailbox(letter.to), settings.sender
    message = EmailMessage(policy=SMTP if to.addr_spec.isascii() else SMTPUTF8)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = to
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{mail_id.hex}@{settings.hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(plain(letter, settings), cte="quoted-printable")
    message.add_alternative(html(letter, settings), subtype="html", cte="quoted-printable")
    message["Content-Language"] = letter.language
    return message


def mailbox(text: str) -> Address:
    """The mailbox that somebody typed, its host as the DNS writes it (RFC 5890); a name before the @ may be in any script (RFC 6531). Raises `ValueError` when it is none."""
    name, _, host = text.rpartition("@")
    if not name or not host or not text.isprintable() or any(sign in FORBIDDEN for sign in text.replace("@", "", 1)):
        raise ValueError("no address")
    return Address(username=name, domain=host.encode("idna").decode())


def plain(letter: Letter, settings: Settings) -> str:
    """The letter for who reads plain text."""
    parts = [letter.greeting, *letter.lines, letter.code, f"{letter.button}:\n{letter.address}" if letter.address else "", letter.closing, *_foot(letter, settings)]
    return "\n\n".join(part for part in parts if part) + "\n"


def html(letter: Letter, settings: Settings, *, shown: bool = False) -> str:
    """The letter with a shape, light and dark. `shown` is for a frame in a page of ours: its link opens in the whole window."""
    return _template(letter.language).render(letter=letter, foot=_foot(letter, settings), lang=letter.language, shown=shown)


def _foot(letter: Letter, settings: Settings) -> list[str]:
    _ = i18n.tongue(letter.language)
    return [_("Deze mail is automatisch verstuurd. Antwoorden kan niet."), f"Spoor · {settings.hostname}"]


@cache
def _template(language: str) -> Template:
    words = i18n.translations(language)
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"])
    environment.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    return environment.get_template("mail/letter.html")
