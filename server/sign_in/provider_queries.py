"""What screens show of school accounts: the ones to come in by, one's own, and those that can be linked still."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.orm import Session

from server.people.viewer import Viewer
from server.settings import OidcProvider, Settings
from server.sign_in import presets
from server.sign_in.provider_linking import MATCHED, own


class Choice(msgspec.Struct, frozen=True):
    """A provider to choose."""

    name: str
    label: str


class OwnAccount(msgspec.Struct, frozen=True):
    """A school account that lets somebody in."""

    id: UUID
    label: str
    linked_at: datetime
    used_at: datetime | None
    matched: bool
    """Whether the school said whose it is; else they did."""


class Accounts(msgspec.Struct, frozen=True):
    """One's own school accounts, and where one can be linked still."""

    linked: list[OwnAccount]
    offered: list[Choice]


def offered(settings: Settings) -> list[Choice]:
    """Every provider of this installation, in the order of the settings."""
    return _choices(settings.oidc)


def accounts(session: Session, viewer: Viewer, settings: Settings) -> Accounts:
    """For `/me`."""
    mine, labels = own(session, viewer), {provider.name: presets.label_of(provider) for provider in settings.oidc}
    issuers = {identity.issuer for identity in mine}
    shown = [OwnAccount(one.id, labels.get(one.provider) or one.provider, one.linked_at, one.used_at, one.linked_by == MATCHED) for one in mine]
    here = [provider for provider in settings.oidc if any(school in {"", viewer.school_name} for _, school in provider.organizations)]
    return Accounts(shown, [] if viewer.is_guardian else _choices(provider for provider in here if presets.issuer_of(provider) not in issuers))


def confirming(session: Session, viewer: Viewer, settings: Settings) -> list[Choice]:
    """The providers at which who is signed in can show again that it is them."""
    issuers = {identity.issuer for identity in own(session, viewer)}
    return _choices(provider for provider in settings.oidc if presets.of(provider).asks_again and presets.issuer_of(provider) in issuers)


def _choices(providers: Iterable[OidcProvider]) -> list[Choice]:
    return [Choice(provider.name, presets.label_of(provider)) for provider in providers]
