"""Asking a provider who somebody is: the authorization code with PKCE (RFC 7636, S256), a state, and a nonce; Authlib does the asking.

What an attempt must remember lies sealed in the browser that began it: another browser's answer is refused, and an answer counts once.
"""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from server.settings import OidcProvider, Settings
from server.sign_in import presets
from server.sign_in.provider_discovery import PATIENCE, Directory, Document, Trouble, certificates, fetched
from server.sign_in.provider_token import Expected, UnknownKey, checked

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import AsyncOAuth2Client


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser carries to the provider and back, sealed."""

    provider: str
    at: float
    state: str = msgspec.field(default_factory=lambda: secrets.token_urlsafe(24))
    nonce: str = msgspec.field(default_factory=lambda: secrets.token_urlsafe(24))
    verifier: str = msgspec.field(default_factory=lambda: secrets.token_urlsafe(48))
    next: str = ""
    shared: bool = False
    purpose: str = "in"
    """`in`; `link`, of an account to who is signed in; `confirm`, that it is still who is signed in."""

    @property
    def began(self) -> datetime:
        """When it began."""
        return datetime.fromtimestamp(self.at, UTC)


def callback_address(settings: Settings, provider: OidcProvider) -> str:
    """Where the provider sends people back to; to be registered there."""
    return f"{settings.base_url}/sign-in/provider/{provider.name}/callback"


def client_for(provider: OidcProvider, document: Document) -> "AsyncOAuth2Client":
    """Who asks the provider. The secret goes along in the body where that is taken, else in the header, written as RFC 6749 (2.3.1) says."""
    from authlib.integrations.httpx_client import AsyncOAuth2Client

    taken = document.token_endpoint_auth_methods_supported
    method = "none" if not provider.client_secret else "client_secret_post" if "client_secret_post" in taken else "client_secret_basic"
    who = (provider.client_id, provider.client_secret)
    name, secret = (quote(part, safe="") for part in who) if method == "client_secret_basic" else who
    return AsyncOAuth2Client(name, secret, token_endpoint_auth_method=method, timeout=PATIENCE, verify=certificates())


async def address_to_ask(directory: Directory, settings: Settings, provider: OidcProvider, attempt: Attempt, language: str) -> str:
    """Where the browser goes to. Raises `Trouble` when the provider cannot be reached.

    On a computer that others use it is asked anew who is there: the one before may be signed in at the provider still.
    """
    document = await directory.document(presets.issuer_of(provider), attempt.began)
    asked = {"prompt": "login" if presets.of(provider).asks_again else "select_account"} if attempt.shared or attempt.purpose == "confirm" else {}
    asked |= {"max_age": "0"} if attempt.purpose == "confirm" else {}
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    return str(prepare_grant_uri(
        document.authorization_endpoint, provider.client_id, "code", state=attempt.state, nonce=attempt.nonce, scope=presets.of(provider).scopes,
        redirect_uri=callback_address(settings, provider), code_challenge=create_s256_code_challenge(attempt.verifier), code_challenge_method="S256",
        ui_locales=language, **asked,
    ))  # fmt: skip


async def answer_of(directory: Directory, settings: Settings, provider: OidcProvider, attempt: Attempt, told: Mapping[str, str], now: datetime) -> tuple[dict[str, Any], str]:
    """Who it is, as the provider says after `told` came back: the claims, and the ID token where it serves to sign out there too. Raises `Trouble`."""
    document = await directory.document(presets.issuer_of(provider), now)
    _came_back(document, told)
    async with client_for(provider, document) as client:
        tokens = await _tokens(client, settings, provider, attempt, document, told["code"])
        expected = Expected(
            issuer=document.issuer, client_id=provider.client_id, nonce=attempt.nonce, access_token=tokens["access_token"],
            shown_since=attempt.began if attempt.purpose == "confirm" else None,
        )  # fmt: skip
        claims = await _claims(directory, document, tokens["id_token"], expected, now)
        if presets.of(provider).userinfo:
            claims = {**await _userinfo(client, document, claims["sub"]), **claims}
    return claims, tokens["id_token"] if document.end_session_endpoint else ""


def _came_back(document: Document, told: Mapping[str, str]) -> None:
    """Is it the answer of this provider (RFC 9207), and is it yes?"""
    issuer = told.get("iss") or ""
    if issuer != document.issuer and (issuer or document.authorization_response_iss_parameter_supported):
        raise Trouble("refused", "the answer names another issuer")
    if told.get("error"):
        raise Trouble("cancelled" if told["error"] in {"access_denied", "login_required", "interaction_required"} else "refused", "the provider says no")
    if not told.get("code"):
        raise Trouble("refused", "an answer without a code")


async def _tokens(client: "AsyncOAuth2Client", settings: Settings, provider: OidcProvider, attempt: Attempt, document: Document, code: str) -> dict[str, str]:
    from authlib.common.errors import AuthlibBaseError
    from httpx2 import HTTPError, HTTPStatusError

    try:
        tokens = await client.fetch_token(
            document.token_endpoint, grant_type="authorization_code", code=code, code_verifier=attempt.verifier, redirect_uri=callback_address(settings, provider)
        )
    except (AuthlibBaseError, HTTPStatusError):
        raise Trouble("refused", "the code was not taken") from None
    except (HTTPError, ValueError) as error:
        raise Trouble("unreachable", type(error).__name__) from None
    if not all(isinstance(tokens.get(name), str) for name in ("access_token", "id_token")):
        raise Trouble("refused", "no ID token")
    return dict(tokens)


async def _claims(directory: Directory, document: Document, token: str, expected: Expected, now: datetime) -> dict[str, Any]:
    """Keys change: one that is not known is asked for once more."""
    try:
        return checked(token, await directory.keys(document, now), expected, now)
    except UnknownKey:
        try:
            return checked(token, await directory.keys(document, now, anew=True), expected, now)
        except UnknownKey:
            raise Trouble("refused", "ID token: unknown key") from None


async def _userinfo(client: "AsyncOAuth2Client", document: Document, subject: str) -> dict[str, Any]:
    """It is not signed, so it counts only for the very subject of the ID token (OpenID Connect Core 1.0, section 5.3.2)."""
    told = await fetched(client, document.userinfo_endpoint, dict[str, Any]) if document.userinfo_endpoint else {"sub": subject}
    if told.get("sub") != subject:
        raise Trouble("refused", "userinfo of another subject")
    return told
