"""Whether the school's sign-in providers answer as they must: for `spoor doctor`. Nobody is signed in for it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from server.core import clock
from server.settings import OidcProvider, Settings
from server.sign_in import presets
from server.sign_in.provider_discovery import Directory, Trouble
from server.sign_in.provider_exchange import callback_address


class Finding(NamedTuple):
    """What was looked at, whether it is well, and how to mend it when it is not."""

    ok: bool
    what: str
    mend: str = ""


def check(settings: Settings, schools: Sequence[str] = ()) -> list[Finding]:
    """Ask every provider who it is and for its keys, a few seconds each at most; `schools` are the names in the database, where those are known."""
    return asyncio.run(_check(settings, schools, clock.now()))


async def _check(settings: Settings, schools: Sequence[str], now: datetime) -> list[Finding]:
    asked = await asyncio.gather(*(_provider(settings, provider, now) for provider in settings.oidc))
    return [finding for provider, findings in zip(settings.oidc, asked, strict=True) for finding in (*findings, *_named(provider, schools))]


async def _provider(settings: Settings, provider: OidcProvider, now: datetime) -> list[Finding]:
    issuer, directory, name = presets.issuer_of(provider), Directory(), f"SPOOR_OIDC_{provider.name.upper().replace('-', '_')}"
    try:
        document = await directory.document(issuer, now)
        keys = await directory.keys(document, now)
    except Trouble as trouble:
        mend = f"is {name}_ISSUER (or _TENANT) right, and does this machine reach {issuer}/.well-known/openid-configuration?"
        return [Finding(False, f"{provider.name}: {issuer} cannot be used ({trouble.what})", mend)]
    found = [Finding(True, f"{provider.name}: {issuer} answers; registered there must be {callback_address(settings, provider)}")]
    if not any(key.get("kty") in {"RSA", "EC"} for key in keys):
        found.append(Finding(False, f"{provider.name}: no key to check signatures with", f"{document.jwks_uri} must give RSA or EC keys"))
    if presets.of(provider).userinfo and not document.userinfo_endpoint:
        found.append(Finding(False, f"{provider.name}: it tells nothing of people (no userinfo endpoint)", f"is {name}_PRESET the right one?"))
    if not settings.secure:
        found.append(Finding(False, f"{provider.name}: SPOOR_BASE_URL is no https address", "providers send people back over https only: set SPOOR_BASE_URL to https://…"))
    return found


def _named(provider: OidcProvider, schools: Sequence[str]) -> list[Finding]:
    """Do the settings name schools that are here?"""
    told, name = {school for _, school in provider.organizations}, f"SPOOR_OIDC_{provider.name.upper().replace('-', '_')}_ORGANIZATIONS"
    missing = sorted(told - {"", *schools}) if schools else []
    found = [Finding(False, f"{provider.name}: there is no school called {school}", f"write its name in {name} as it stands at the school's settings") for school in missing]
    if "" in told and len(schools) > 1:
        found.append(Finding(False, f"{provider.name}: it is not told to which school an account belongs", f"write {name} as value=name of the school"))
    return found
