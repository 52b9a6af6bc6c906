"""What the school's sign-in providers say of themselves: where they are asked, and with which keys they sign. Kept for an hour."""

from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from litestar.concurrency import sync_to_thread

from server.core import log
from server.settings import is_safe_address

if TYPE_CHECKING:
    from ssl import SSLContext

    from httpx2 import AsyncClient

T = TypeVar("T")
KEPT = timedelta(hours=1)
PATIENCE = 8.0
"""Seconds that a provider gets for each answer: somebody is waiting."""


class Trouble(Exception):
    """Somebody cannot be let in by their school account. `why` chooses what they are told; `what` is for the log, in words of ours only."""

    def __init__(self, why: str, what: str = "") -> None:
        """Say why."""
        super().__init__(why)
        self.why, self.what = why, what


class Document(msgspec.Struct, frozen=True):
    """What we use of OpenID Connect Discovery 1.0 (section 3), RP-Initiated Logout 1.0 and RFC 9207."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    end_session_endpoint: str = ""
    authorization_response_iss_parameter_supported: bool = False
    token_endpoint_auth_methods_supported: list[str] = msgspec.field(default_factory=lambda: ["client_secret_basic"])


class KeySet(msgspec.Struct, frozen=True):
    """A JSON Web Key Set (RFC 7517, section 5)."""

    keys: list[dict[str, Any]]


class Directory:
    """The documents and keys of all providers of this process."""

    def __init__(self) -> None:
        """Nothing is known until it is asked for."""
        self._documents: dict[str, tuple[datetime, Document]] = {}
        self._keys: dict[str, tuple[datetime, list[dict[str, Any]]]] = {}

    async def document(self, issuer: str, now: datetime) -> Document:
        """Where this issuer is asked. Raises `Trouble` when it does not answer, says that it is another, or wants to be asked where others can listen."""
        since, known = self._documents.get(issuer, (None, None))
        if known is None or since is None or now - since >= KEPT:
            known = await _asked(f"{issuer.rstrip('/')}/.well-known/openid-configuration", Document)
            addresses = (known.authorization_endpoint, known.token_endpoint, known.jwks_uri, known.userinfo_endpoint, known.end_session_endpoint)
            if known.issuer != issuer:
                raise Trouble("unreachable", "the discovery document is of another issuer")
            if not all(is_safe_address(address) for address in addresses if address):
                raise Trouble("unreachable", "the discovery document names an address that is not https")
            self._documents[issuer] = now, known
        return known

    async def keys(self, document: Document, now: datetime, *, anew: bool = False) -> list[dict[str, Any]]:
        """With which keys this issuer signs; `anew` when it signed with one that is not known yet."""
        since, known = self._keys.get(document.issuer, (None, None))
        if known is None or since is None or anew or now - since >= KEPT:
            known = (await _asked(document.jwks_uri, KeySet)).keys
            self._keys[document.issuer] = now, known
        return known


@cache
def certificates() -> "SSLContext":
    """Whom to trust, as the HTTP client does by itself. Read once, with what is needed to ask: a quarter of a second, in which nobody else should have to wait."""
    for needed in ("authlib.integrations.httpx_client", "authlib.oauth2.rfc7636", "joserfc.jwt"):
        import_module(needed)
    from httpx2 import create_ssl_context

    return create_ssl_context()


async def _asked(address: str, kind: type[T]) -> T:
    trusted = await sync_to_thread(certificates)
    from httpx2 import AsyncClient

    async with AsyncClient(timeout=PATIENCE, verify=trusted) as client:
        return await fetched(client, address, kind)


async def fetched(client: "AsyncClient", address: str, kind: type[T]) -> T:
    """The JSON at an address. Raises `Trouble` when there is none; redirects are not followed."""
    from httpx2 import HTTPError

    try:
        answer = await client.get(address)
        if answer.status_code != 200:
            raise Trouble("unreachable", f"an answer {answer.status_code}")
        return msgspec.json.decode(answer.content, type=kind)
    except (HTTPError, msgspec.DecodeError, ValueError) as error:
        raise Trouble("unreachable", type(error).__name__) from None


def noted(provider: str, trouble: Trouble) -> Trouble:
    """Put it in the log for whoever keeps the installation: what went wrong at which provider, and nothing of anybody."""
    log.info("provider", provider=provider, why=trouble.why, what=trouble.what)
    return trouble
