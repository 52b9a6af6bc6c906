"""The only reader of the environment: one frozen struct, a docstring per field."""

import os
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an installation can be told. Everything has a working default."""

    data: Path = Path("var")
    """`SPOOR_DATA`: the folder with database, keys and media. Made at first start, mode 0700."""

    database_url: str = ""
    """`SPOOR_DATABASE_URL`: `postgresql://…`; empty means SQLite in the data folder."""

    base_url: str = "http://localhost:8000"
    """`SPOOR_BASE_URL`: the address people type. `https://` here turns on `__Host-` cookies and HSTS."""

    push_hosts: tuple[str, ...] = ()
    """`SPOOR_PUSH_HOSTS`: push services allowed besides the known ones, separated by commas."""

    push_contact: str = ""
    """`SPOOR_PUSH_CONTACT`: `mailto:` or `https:` address push services may use to reach the operator."""

    smtp_url: str = ""
    """`SPOOR_SMTP_URL`: the server that takes our letters. `smtp://user:password@host:587` asks for TLS (STARTTLS) and sends nothing without it, unless the
    server is this machine or `?tls=none` says so; `smtps://host:465` is TLS from the start. Empty: no mail, and no way in that needs it."""

    smtp_from: str = ""
    """`SPOOR_SMTP_FROM`: whom letters come from, `Spoor <spoor@school.example>`; empty means the user of `SPOOR_SMTP_URL` when that is an address, else `spoor@` this host."""

    media_url: str = ""
    """`SPOOR_MEDIA_URL`: `s3://bucket/prefix?endpoint=https://…&region=…` (extra `s3`, credentials in the usual `AWS_…`); empty means a folder `media` in the data folder."""

    host: str = "127.0.0.1"
    """`SPOOR_HOST`: the address the server listens on."""

    port: int = 8000
    """`SPOOR_PORT`: the port the server listens on."""

    proxies: str = "127.0.0.1"
    """`SPOOR_PROXIES`: addresses of reverse proxies whose forwarded headers are believed."""

    demo: bool = False
    """True only under `spoor demo`: sign-in links may be used again, and `/styleguide` and `/inbox` exist."""

    def __post_init__(self) -> None:
        """Refuse a mail server or a sender that cannot be one, in words that tell no password."""
        if self.smtp_url:
            mail_server(self.smtp_url)
        if self.smtp_from and not (self.smtp_from.isprintable() and _is_address(parseaddr(self.smtp_from)[1])):
            raise ValueError("SPOOR_SMTP_FROM is no sender: write it as Spoor <spoor@school.example>")

    def __repr__(self) -> str:
        """Where the data is, and nothing else: addresses of databases and mail servers hold passwords."""
        return f"Settings(data={str(self.data)!r})"

    @property
    def shows_letters(self) -> bool:
        """Whether letters are shown on a page (the demo's `/inbox`) instead of being sent."""
        return self.demo and not self.smtp_url

    @property
    def can_mail(self) -> bool:
        """Whether letters reach somebody: what needs mail is offered only then."""
        return bool(self.smtp_url) or self.demo

    @property
    def mail_server(self) -> "MailServer":
        """Who takes our letters. Raises `ValueError` when no mail server is set."""
        return mail_server(self.smtp_url)

    @property
    def sender(self) -> tuple[str, str]:
        """The name and the address that letters come from."""
        user = unquote(urlsplit(self.smtp_url).username or "")
        name, address = parseaddr(self.smtp_from) if self.smtp_from else ("", user if _is_address(user) else f"spoor@{self.hostname}")
        return name or "Spoor", address

    @property
    def hostname(self) -> str:
        """The name of the host in the public address."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def sqlite(self) -> bool:
        """Whether this installation runs on the embedded database."""
        return not self.database_url

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        if self.sqlite:
            return f"sqlite:///{self.data / 'spoor.sqlite3'}"
        scheme, _, rest = self.database_url.partition("://")
        return f"postgresql+psycopg://{rest}" if scheme in {"postgresql", "postgres"} else self.database_url

    @property
    def secure(self) -> bool:
        """Whether people reach this installation over https."""
        return self.base_url.startswith("https://")

    @property
    def origin(self) -> str:
        """Scheme, host and port of the public address, as browsers write it in `Origin`."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def contact(self) -> str:
        """The `sub` of the VAPID token: Apple refuses a localhost address."""
        return self.push_contact or ("https://" + (urlsplit(self.base_url).hostname or "") if self.secure else "mailto:spoor@school.example")


class MailServer(msgspec.Struct, frozen=True):
    """Where letters are handed in. `tls` is `tls` (from the start), `starttls` (asked for before anything else), or `none`."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Without user and password."""
        return f"MailServer({self.host}:{self.port}, {self.tls})"


PORTS = {"tls": 465, "starttls": 587, "none": 25}


def mail_server(url: str) -> MailServer:
    """The mail server that an address names. Raises `ValueError` that says what is wrong with it, and nothing that stands in it."""
    try:
        parts = urlsplit(url)
        host, port, query = parts.hostname or "", parts.port, dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        raise ValueError("SPOOR_SMTP_URL cannot be read: a password with / ? # @ or % in it is written with %2F %3F %23 %40 %25") from None
    if parts.scheme not in {"smtp", "smtps"} or not host or parts.path.strip("/") or parts.fragment:
        raise ValueError("SPOOR_SMTP_URL is no mail server: write it as smtp://user:password@host:587 or smtps://user:password@host:465")
    usual = "tls" if parts.scheme == "smtps" else "none" if _is_here(host) else "starttls"
    tls = query.pop("tls", usual)
    if query or tls not in {usual, *(("none", "starttls") if parts.scheme == "smtp" else ())}:
        raise ValueError("SPOOR_SMTP_URL knows one question, ?tls=none or ?tls=starttls, and only for smtp://")
    return MailServer(host, port or PORTS[tls], tls, unquote(parts.username or ""), unquote(parts.password or ""))


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_address(text: str) -> bool:
    name, at, host = text.rpartition("@")
    return bool(name and at and host) and not any(letter.isspace() or not letter.isprintable() for letter in text)


def from_environment(environment: dict[str, str] | None = None) -> Settings:
    """Read `SPOOR_…`; raises `msgspec.ValidationError` naming the setting that is wrong."""
    environment = dict(os.environ) if environment is None else environment
    told: dict[str, object] = {name: environment[f"SPOOR_{name.upper()}"] for name in Settings.__struct_fields__ if name != "demo" and environment.get(f"SPOOR_{name.upper()}")}
    if "push_hosts" in told:
        told["push_hosts"] = [host.strip() for host in str(told["push_hosts"]).split(",") if host.strip()]
    if "base_url" in told:
        told["base_url"] = str(told["base_url"]).rstrip("/")
    if "data" in told:
        told["data"] = Path(str(told["data"]))
    settings = msgspec.convert(told, Settings, strict=False, dec_hook=lambda kind, value: kind(value))
    return settings if "base_url" in told else msgspec.structs.replace(settings, base_url=f"http://localhost:{settings.port}")
