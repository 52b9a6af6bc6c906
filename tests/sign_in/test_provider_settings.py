"""How a school tells its sign-in providers, what it hears of a mistake, and what is believed of a claim."""

from pathlib import Path

import msgspec
import pytest

from server.core.sealed import taken_back
from server.settings import OidcProvider, Settings, from_environment
from server.sign_in import presets
from server.sign_in.provider_cookie import ATTEMPT, LIFE, PENDING, Pending, cookie_of
from server.sign_in.provider_exchange import Attempt
from server.sign_in.provider_linking import SchoolAccount
from tests.conftest import NOW
from tests.provider import OTHER_TENANT, TENANT
from tests.world import id_of

ENTREE = {"PRESET": "entree", "CLIENT_ID": "spoor", "ORGANIZATIONS": "11XX"}


def told(**settings: str) -> tuple[OidcProvider, ...]:
    return from_environment({f"SPOOR_OIDC_{name}": value for name, value in settings.items()}).oidc


def test_one_provider_needs_no_name() -> None:
    [entree] = told(**ENTREE, CLIENT_SECRET="geheim", LABEL="De Waal")
    assert (entree.name, entree.client_secret, entree.organizations, presets.label_of(entree)) == ("entree", "geheim", (("11XX", ""),), "De Waal")
    assert presets.issuer_of(entree) == "https://oidcng.entree.kennisnet.nl" and "geheim" not in repr(entree)


def test_several_are_told_by_name_each_with_its_schools() -> None:
    entree, own = told(
        PROVIDERS="entree, own-login", ENTREE_CLIENT_ID="a", ENTREE_ORGANIZATIONS="11xx=De Waal College, 22YY01=Het Andere College",
        OWN_LOGIN_PRESET="entra", OWN_LOGIN_CLIENT_ID="b", OWN_LOGIN_TENANT=TENANT.upper(),
    )  # fmt: skip
    assert entree.organizations == (("11XX", "De Waal College"), ("22YY01", "Het Andere College"))
    assert (own.name, presets.issuer_of(own), presets.label_of(own)) == ("own-login", f"https://login.microsoftonline.com/{TENANT}/v2.0", "Microsoft")
    assert [one.name for one in told(ISSUER="https://login.school.nl", CLIENT_ID="c")] == ["plain"] and told() == ()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"CLIENT_ID": "a"}, "SPOOR_OIDC_PRESET is missing"),
        ({**ENTREE, "PRESET": "magister"}, "_PRESET is one of entree, surfconext, entra, google, plain"),
        ({**ENTREE, "CLIENT_ID": ""}, "_CLIENT_ID is missing"),
        ({**ENTREE, "ORGANIZATIONS": ""}, "a BRIN code of 4 or 6 characters"),
        ({**ENTREE, "ORGANIZATIONS": "waal.nl"}, "a BRIN code of 4 or 6 characters"),
        ({**ENTREE, "ORGANISATIONS": "11XX"}, "ENTREE_ORGANISATIONS is no setting"),
        ({**ENTREE, "ISSUER": "http://oidcng.entree.kennisnet.nl"}, "_ISSUER is an https address"),
        ({**ENTREE, "ISSUER": "https://user:secret@entree.nl"}, "_ISSUER is an https address"),
        ({"PRESET": "google", "CLIENT_ID": "a", "ORGANIZATIONS": "*"}, "the domain of the Workspace"),
        ({"PRESET": "google", "CLIENT_ID": "a"}, "the domain of the Workspace"),
        ({"PRESET": "entra", "CLIENT_ID": "a", "TENANT": "common"}, "the id of the tenant"),
        ({"PRESET": "entra", "CLIENT_ID": "a", "TENANT": f"{TENANT},{OTHER_TENANT}"}, "is one tenant"),
        ({"PRESET": "entra", "CLIENT_ID": "a", "TENANT": TENANT, "ISSUER": f"https://login.microsoftonline.com/{OTHER_TENANT}/v2.0"}, "is one tenant"),
        ({"PRESET": "plain", "CLIENT_ID": "a"}, "_ISSUER is an https address"),
        ({"PROVIDERS": "entree,entree"}, "names a provider twice"),
        ({"PROVIDERS": "één"}, "a name is written with letters"),
        ({"PROVIDERS": "google", "ENTREE_CLIENT_ID": "a"}, "ENTREE_CLIENT_ID is no setting"),
    ],
)
def test_a_wrong_setting_is_told_by_its_name_and_never_with_a_secret(settings: dict[str, str], says: str) -> None:
    with pytest.raises(msgspec.ValidationError) as wrong:
        told(**settings, **({} if "PROVIDERS" in settings else {"CLIENT_SECRET": "geheim"}))
    assert says in str(wrong.value) and "geheim" not in str(wrong.value) and "user:secret" not in str(wrong.value)


def provider(preset: str, *organizations: str) -> OidcProvider:
    return OidcProvider(name=preset, preset=preset, client_id="x", organizations=tuple((one, "De Waal") for one in organizations))


@pytest.mark.parametrize(
    ("preset", "pinned", "organization", "fits"),
    [
        ("entree", "11XX", "11XX", True), ("entree", "11XX", "11xx03", True), ("entree", "11XX03", "11XX", False), ("entree", "11XX03", "11XX04", False),
        ("google", "waal.nl", "Waal.nl", True), ("google", "waal.nl", "evilwaal.nl", False), ("google", "waal.nl", "sub.waal.nl", False), ("google", "waal.nl", "", False),
        ("surfconext", "waal.nl", "waal.nl.evil.nl", False), ("entra", TENANT, OTHER_TENANT, False),
    ],
)  # fmt: skip
def test_an_organisation_is_the_very_one_that_was_told(preset: str, pinned: str, organization: str, fits: bool) -> None:
    assert (presets.school_name_for(provider(preset, pinned), organization) == "De Waal") is fits


@pytest.mark.parametrize("spelling", ["schac_personal_unique_code", "schac_personal_unique_codes"])
def test_surfconext_is_understood_in_both_spellings(spelling: str) -> None:
    claims = {"sub": "1", "schac_home_organization": "waal.nl", spelling: ["urn:schac:personalUniqueCode:nl:local:waal.nl:employeeid:77"], "edu_person_affiliations": ["employee"]}
    account = presets.PRESETS["surfconext"].account(claims)
    assert (account.organization, account.numbers, account.kind) == ("waal.nl", (("staff", "77"),), "staff")


@pytest.mark.parametrize(
    ("edov", "believed"), [(True, True), ("true", True), (1, True), ("1", True), (False, False), (None, False), ("false", False), ("0", False), (0, False), ([True], False)]
)
def test_entra_vouches_for_an_address_only_with_its_own_word(edov: object, believed: bool) -> None:
    account = presets.PRESETS["entra"].account({"oid": "o", "tid": TENANT, "email": "a@b.nl", "xms_edov": edov})
    assert (account.email == "a@b.nl") is believed


@pytest.mark.parametrize("claims", [{}, {"sub": 1}, {"sub": ""}, {"sub": "x" * 256}, {"sub": "a\nb"}, {"sub": ["a", "b"]}, {"uid": {"a": 1}}, {"uids": [], "sub": None}])
@pytest.mark.parametrize("preset", ["entree", "surfconext", "entra", "google", "plain"])
def test_claims_of_any_shape_are_no_fault_and_nobody(preset: str, claims: dict[str, object]) -> None:
    assert presets.PRESETS[preset].account(claims).subject == ""


def test_over_https_what_the_browser_carries_is_bound_to_this_very_host(tmp_path: Path) -> None:
    cookie = cookie_of(Settings(data=tmp_path, base_url="https://spoor.waal.example"), Attempt(provider="entree", at=0), ATTEMPT, NOW)
    assert cookie.key.startswith("__Host-") and cookie.secure and cookie.httponly and (cookie.path, cookie.domain, cookie.samesite) == ("/", None, "lax")


def test_an_id_token_too_large_for_a_cookie_is_left_out_and_the_account_stays(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    pending = Pending(account=SchoolAccount(provider="entra", issuer="i", subject="s", school_id=id_of("waal")), id_token="x" * 5000)
    value = cookie_of(settings, pending, PENDING, NOW).value
    told = taken_back(settings, PENDING, value or "", NOW, LIFE)
    assert len(value or "") < 4000 and told and (told["id_token"], told["account"]["subject"]) == ("", "s")
