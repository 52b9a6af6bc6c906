"""What `spoor doctor` asks of the school's sign-in providers, at a real one."""

import msgspec

from server.settings import OidcProvider, Settings
from server.sign_in.provider_check import check
from tests.provider import OpenIdProvider
from tests.provider.running import provider as provider

HTTPS = "https://spoor.waal.example"


def findings(provider: OpenIdProvider, *schools: str, base_url: str = HTTPS, **changed: object) -> list[tuple[bool, str]]:
    """Of the first provider (Entree): whether it is well, and what is said."""
    told = msgspec.structs.replace(provider.settings[0], **changed)
    return [(found.ok, f"{found.what} · {found.mend}") for found in check(Settings(base_url=base_url, oidc=(told,)), schools)]


def test_a_provider_that_answers_is_well_and_says_what_to_register_there(provider: OpenIdProvider) -> None:
    [(ok, said)] = findings(provider, "De Waal College", "De Andere School")
    assert ok and f"{HTTPS}/sign-in/provider/entree/callback" in said
    assert len(check(Settings(base_url=HTTPS, oidc=provider.settings))) == 5 and check(Settings()) == []


def test_what_is_not_well_is_told_with_the_setting_that_mends_it(provider: OpenIdProvider) -> None:
    for wrong, says in (
        (findings(provider, issuer=provider.base + "/nowhere"), "_ISSUER"),
        (findings(provider, issuer="http://127.0.0.1:9"), "does this machine reach"),
        (findings(provider, base_url="http://spoor.waal.example"), "SPOOR_BASE_URL"),
        (findings(provider, "De Waal"), "SPOOR_OIDC_ENTREE_ORGANIZATIONS"),
        (findings(provider, "De Waal College", "Nog een", organizations=(("11XX", ""),)), "value=name of the school"),
    ):
        assert any(not ok and says in said for ok, said in wrong), (wrong, says)


def test_a_provider_that_says_it_is_another_or_has_no_keys_is_not_well(provider: OpenIdProvider) -> None:
    provider.alter["openid-configuration"] = lambda told: {**told, "issuer": "https://evil.example"}
    assert [ok for ok, _ in findings(provider)] == [False]
    provider.alter.clear()
    provider.alter["/jwks"] = lambda _: {"keys": []}
    assert any("no key" in said for _, said in findings(provider))


def test_no_secret_is_told(provider: OpenIdProvider) -> None:
    told = OidcProvider(name="own", preset="plain", client_id="x", client_secret="geheim", issuer="https://127.0.0.1:9", organizations=(("*", ""),))
    assert "geheim" not in str(check(Settings(oidc=(told,)))) and "geheim" not in repr(told)
