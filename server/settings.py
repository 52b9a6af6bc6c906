"""The only reader of the environment: one frozen struct, a docstring per field."""

import os
from pathlib import Path
from urllib.parse import urlsplit

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

    media_url: str = ""
    """`SPOOR_MEDIA_URL`: `s3://bucket/prefix?endpoint=https://…&region=…` (extra `s3`, credentials in the usual `AWS_…`); empty means a folder `media` in the data folder."""

    host: str = "127.0.0.1"
    """`SPOOR_HOST`: the address the server listens on."""

    port: int = 8000
    """`SPOOR_PORT`: the port the server listens on."""

    proxies: str = "127.0.0.1"
    """`SPOOR_PROXIES`: addresses of reverse proxies whose forwarded headers are believed."""

    demo: bool = False
    """True only under `spoor demo`: sign-in links may be used again, and `/styleguide` exists."""

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
