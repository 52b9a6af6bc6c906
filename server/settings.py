"""The only reader of the environment: one frozen struct, a docstring per field."""

import os
import re
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

    oidc: tuple["OidcProvider", ...] = ()
    """`SPOOR_OIDC_PROVIDERS`: the school's sign-in providers by name, separated by commas (`entree,entra`); each is told by `SPOOR_OIDC_<NAME>_…`, see `OidcProvider`.
    With one provider the names may be left out: `SPOOR_OIDC_PRESET`, `SPOOR_OIDC_CLIENT_ID`, …"""

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
    def schools_named(self) -> frozenset[str]:
        """The schools that the sign-in providers' settings name. So long no screen gives one another name: its accounts would be nobody's, or another school's."""
        return frozenset(school for provider in self.oidc for _, school in provider.organizations if school)

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
        parts = urlsplit(self.base_url.lower())
        return f"{parts.scheme}://{parts.netloc.removesuffix({'https': ':443', 'http': ':80'}.get(parts.scheme, ''))}"

    @property
    def contact(self) -> str:
        """The `sub` of the VAPID token: Apple refuses a localhost address."""
        return self.push_contact or ("https://" + (urlsplit(self.base_url).hostname or "") if self.secure else "mailto:spoor@school.example")


ORGANIZATIONS = {
    "entree": (r"[0-9]{2}[A-Z]{2}([0-9]{2})?", "a BRIN code of 4 or 6 characters (99XX or 99XX00)"),
    "surfconext": (r"[a-z0-9-]+(\.[a-z0-9-]+)+", "the domain in schac_home_organization (school.nl)"),
    "entra": (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "the id of the tenant, as in 00000000-0000-0000-0000-000000000000"),
    "google": (r"[a-z0-9-]+(\.[a-z0-9-]+)+", "the domain of the Workspace (school.nl)"),
    "plain": (r"\*", "* for everybody whom this provider knows"),
}
"""For each preset what names an organisation there."""

TOLD_OF_PROVIDERS = ("PRESET", "ISSUER", "CLIENT_ID", "CLIENT_SECRET", "ORGANIZATIONS", "TENANT", "LABEL")


class OidcProvider(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in provider of the school (OpenID Connect). `<NAME>` in its settings is its name in capitals, with `_` for `-`. Raises `ValueError` for what cannot be meant."""

    name: str
    """What `SPOOR_OIDC_PROVIDERS` calls it; it stands in addresses, also in the one to register at the provider: `…/sign-in/provider/<name>/callback`."""

    preset: str
    """`SPOOR_OIDC_<NAME>_PRESET`: `entree`, `surfconext`, `entra`, `google` or `plain`; the name, where that is one of them."""

    client_id: str
    """`SPOOR_OIDC_<NAME>_CLIENT_ID`: who we are there."""

    client_secret: str = ""
    """`SPOOR_OIDC_<NAME>_CLIENT_SECRET`: how we show that it is us; empty for a client without one."""

    issuer: str = ""
    """`SPOOR_OIDC_<NAME>_ISSUER`: the provider's own name, an https address; the presets know theirs, except `plain`."""

    organizations: tuple[tuple[str, str], ...] = ()
    """`SPOOR_OIDC_<NAME>_ORGANIZATIONS`, or `_TENANT`: whose accounts are let in, and to which school: `11XX=De Waal College, 22YY=Het Andere College`, or only the
    value where there is one school. A BRIN code (entree), a domain (surfconext, google), a tenant id (entra: one); `plain` may say `*=De Waal College`."""

    label: str = ""
    """`SPOOR_OIDC_<NAME>_LABEL`: what people call it, on the button."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant, in words that tell no secret."""
        ours = f"SPOOR_OIDC_{self.name.upper().replace('-', '_')}"
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", self.name):
            raise ValueError("SPOOR_OIDC_PROVIDERS: a name is written with letters, digits and -, and begins with a letter")
        if self.preset not in ORGANIZATIONS:
            raise ValueError(f"{ours}_PRESET is one of {', '.join(ORGANIZATIONS)}")
        if not self.client_id:
            raise ValueError(f"{ours}_CLIENT_ID is missing: the provider gives it when Spoor is registered there")
        if (self.preset == "plain" or self.issuer) and not is_safe_address(self.issuer):
            raise ValueError(f"{ours}_ISSUER is an https address (http only on this machine)")
        pattern, example = ORGANIZATIONS[self.preset]
        if not self.organizations or not all(re.fullmatch(pattern, value) for value, _ in self.organizations):
            raise ValueError(f"{ours}_ORGANIZATIONS names whose accounts are let in: {example}")
        if self.preset == "entra" and (len(self.organizations) != 1 or (self.issuer and self.organizations[0][0] not in self.issuer)):
            raise ValueError(f"{ours}_TENANT is one tenant, the one in the issuer; another tenant is another provider")

    def __repr__(self) -> str:
        """Without the secret."""
        return f"OidcProvider({self.name}, {self.preset})"


def is_safe_address(address: str) -> bool:
    """Whether what is said there is heard by nobody else: https, or this machine itself."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        return bool(host) and not parts.username and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host)))
    except ValueError:
        return False


def _providers(environment: dict[str, str]) -> tuple[OidcProvider, ...]:
    told = {name.removeprefix("SPOOR_OIDC_"): value.strip() for name, value in environment.items() if name.startswith("SPOOR_OIDC_") and value.strip()}
    names = [name.strip().lower() for name in told.pop("PROVIDERS", "").split(",") if name.strip()]
    if len(set(names)) != len(names):
        raise ValueError("SPOOR_OIDC_PROVIDERS names a provider twice")
    if told and not names:
        names = [told.get("PRESET", "plain" if "ISSUER" in told else "")]
        told = {f"{names[0].upper()}_{key}": value for key, value in told.items()}
        if not names[0]:
            raise ValueError("SPOOR_OIDC_PRESET is missing, or SPOOR_OIDC_PROVIDERS")
    known = {f"{name.upper().replace('-', '_')}_{key}" for name in names for key in TOLD_OF_PROVIDERS}
    if unknown := sorted(told.keys() - known):
        raise ValueError(f"SPOOR_OIDC_{unknown[0]} is no setting: a provider has {', '.join(TOLD_OF_PROVIDERS)}, and stands in SPOOR_OIDC_PROVIDERS")
    return tuple(_provider(name, {key: told.get(f"{name.upper().replace('-', '_')}_{key}", "") for key in TOLD_OF_PROVIDERS}) for name in names)


def _provider(name: str, told: dict[str, str]) -> OidcProvider:
    preset = (told["PRESET"] or name).lower()
    listed = told["ORGANIZATIONS"] or told["TENANT"] or ("*" if preset == "plain" else "")
    organizations = [one.partition("=") for one in listed.split(";" if ";" in listed else ",") if one.strip()]
    as_written = str.upper if preset == "entree" else str.lower
    return OidcProvider(
        name=name, preset=preset, client_id=told["CLIENT_ID"], client_secret=told["CLIENT_SECRET"], issuer=told["ISSUER"], label=told["LABEL"],
        organizations=tuple((as_written(value.strip()), school.strip()) for value, _, school in organizations),
    )  # fmt: skip


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
    names = {name: f"SPOOR_{name.upper()}" for name in Settings.__struct_fields__ if name not in {"demo", "oidc"}}
    told: dict[str, object] = {name: environment[asked] for name, asked in names.items() if environment.get(asked)}
    if "push_hosts" in told:
        told["push_hosts"] = [host.strip() for host in str(told["push_hosts"]).split(",") if host.strip()]
    if "base_url" in told:
        told["base_url"] = str(told["base_url"]).rstrip("/")
    if "data" in told:
        told["data"] = Path(str(told["data"]))
    try:
        told["oidc"] = _providers(environment)
    except ValueError as error:
        raise msgspec.ValidationError(str(error)) from None
    settings = msgspec.convert(told, Settings, strict=False, dec_hook=lambda kind, value: kind(value))
    return settings if "base_url" in told else msgspec.structs.replace(settings, base_url=f"http://localhost:{settings.port}")
