"""An answer of a provider that is not what it should be, whoever altered it on the way: nobody comes in, nothing is stored, and no word of it is in the log."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from httpx import Response
from joserfc.jwk import RSAKey
from sqlalchemy import func, select, update

from server.core.db import Database
from server.people.models import DeviceSession, Person
from server.sign_in.models import ProviderIdentity
from server.sign_in.provider_token import SKEW, half_hash
from tests.browsing import Browsing, text_of
from tests.conftest import NOW
from tests.provider import OTHER_TENANT, OpenIdProvider, Surfing, claims_in, sign_in
from tests.provider.running import ON_SQLITE
from tests.provider.running import client as client
from tests.provider.running import provider as provider
from tests.provider.running import settings as settings
from tests.test_bad_input import ODD, clear
from tests.world import id_of

OWN_KEY = RSAKey.generate_key(2048, auto_kid=True)


@pytest.fixture(autouse=True)
def roster(database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("wouters")).values(email="wouters@waal.example"))


def nobody_came_in(answer: Response, browsing: Browsing, database: Database, says: str = "We laten je zo niet binnen", status: int = 403) -> None:
    assert (answer.status_code, says in text_of(answer)) == (status, True), text_of(answer)
    assert browsing.nobody.get("/me").status_code == 303
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ProviderIdentity)) == 0
        assert session.scalar(select(func.count()).select_from(DeviceSession).where(DeviceSession.method == "provider")) == 0


def with_token(change: Callable[[str], str]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda told: {**told, "id_token": change(told["id_token"])}


def signed_anew(provider: OpenIdProvider, **claims: Any) -> Callable[[str], str]:
    """The token with other claims, signed with the provider's own key: only the claims are wrong. None takes a claim out."""
    return lambda token: provider.signed({name: value for name, value in {**claims_in(token), **claims}.items() if value is not None})


def signed_as_a_secret(token: str, public_key: bytes) -> str:
    """HS256, with the text of the public key as the secret (RFC 8725, section 2.1)."""
    header, claims = urlsafe_b64encode(b'{"alg":"HS256"}').rstrip(b"=").decode(), token.split(".")[1]
    signature = hmac.digest(public_key, f"{header}.{claims}".encode(), "sha256")
    return f"{header}.{claims}.{urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def with_claims_of(token: str, other: str) -> str:
    """Header and signature of one, claims of the other."""
    header, _, signature = token.split(".")
    return ".".join((header, other.split(".")[1], signature))


FORGED: dict[str, Callable[[OpenIdProvider], Callable[[str], str]]] = {
    "signed with a key of their own": lambda provider: lambda token: provider.signed(claims_in(token), OWN_KEY, kid=OWN_KEY.kid),
    "signed with a key of their own that is called as the provider's": lambda provider: lambda token: provider.signed(claims_in(token), OWN_KEY),
    "not signed": lambda _: lambda token: "eyJhbGciOiJub25lIn0." + token.split(".")[1] + ".",
    "called not signed, with the signature of another": lambda _: lambda token: "eyJhbGciOiJub25lIn0." + ".".join(token.split(".")[1:]),
    "signed with the public key as a secret": lambda provider: lambda token: signed_as_a_secret(token, provider.key.as_pem(private=False)),
    "other claims under the old signature": lambda provider: lambda token: with_claims_of(token, provider.signed({**claims_in(token), "sub": "1005"})),
    "no token": lambda _: lambda _token: "x.y.z",
    "nothing": lambda _: lambda _token: "",
    "for another client": lambda provider: signed_anew(provider, aud="another client"),
    "for another client, and us": lambda provider: signed_anew(provider, aud=["spoor google", "another"], azp="another"),
    "for several, not saying for whom": lambda provider: signed_anew(provider, aud=["spoor google", "another"]),
    "for nobody": lambda provider: signed_anew(provider, aud=None),
    "of another issuer": lambda provider: signed_anew(provider, iss="https://accounts.google.com"),
    "of an issuer that begins the same": lambda provider: signed_anew(provider, iss=provider.issuer("google") + "/"),
    "of no issuer": lambda provider: signed_anew(provider, iss=None),
    "of another attempt": lambda provider: signed_anew(provider, nonce="another"),
    "of an attempt that nobody could type": lambda provider: signed_anew(provider, nonce="één"),
    "of no attempt": lambda provider: signed_anew(provider, nonce=None),
    "with another access token": lambda provider: signed_anew(provider, at_hash=half_hash("another")),
    "of nobody": lambda provider: signed_anew(provider, sub=None),
    "without an end": lambda provider: signed_anew(provider, exp=None),
    "with an end that is no moment": lambda provider: signed_anew(provider, exp="tomorrow"),
    "never made": lambda provider: signed_anew(provider, iat=None),
    "that holds only later": lambda provider: signed_anew(provider, nbf=int((NOW + SKEW + timedelta(minutes=5)).timestamp())),
}  # fmt: skip


@pytest.mark.parametrize("what", FORGED)
@ON_SQLITE
def test_a_forged_token_lets_nobody_in(browsing: Browsing, database: Database, provider: OpenIdProvider, what: str) -> None:
    provider.alter["/token"] = with_token(FORGED[what](provider))
    nobody_came_in(sign_in(browsing.nobody, "google", "1001"), browsing, database)


@ON_SQLITE
def test_the_same_token_signed_anew_with_nothing_changed_lets_in_so_the_others_are_refused_for_what_they_say(browsing: Browsing, provider: OpenIdProvider) -> None:
    provider.alter["/token"] = with_token(signed_anew(provider))
    assert sign_in(browsing.nobody, "google", "1001").headers["location"] == "/"


@ON_SQLITE
def test_a_token_of_another_tenant_under_our_issuer_lets_nobody_in(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    provider.alter["/token"] = with_token(signed_anew(provider, tid=OTHER_TENANT))
    nobody_came_in(sign_in(browsing.nobody, "entra", "sub-1"), browsing, database, "Dit is een account van een andere school")


@ON_SQLITE
def test_a_token_of_another_tenants_issuer_lets_nobody_in(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    provider.alter["/token"] = with_token(signed_anew(provider, iss=provider.base + f"/{OTHER_TENANT}/v2.0"))
    nobody_came_in(sign_in(browsing.nobody, "entra", "sub-1"), browsing, database)


CLOCKS = [
    ("ahead, a little", timedelta(seconds=110), True),
    ("ahead, too far", timedelta(seconds=150), False),
    ("behind: the token ended a little ago", -timedelta(hours=1, seconds=110), True),
    ("behind: the token ended too long ago", -timedelta(hours=1, seconds=150), False),
]


@pytest.mark.parametrize(("off", "comes_in"), [case[1:] for case in CLOCKS], ids=[case[0] for case in CLOCKS])
@ON_SQLITE
def test_the_clocks_of_a_provider_and_ours_may_be_two_minutes_apart(browsing: Browsing, database: Database, provider: OpenIdProvider, off: timedelta, comes_in: bool) -> None:
    provider.set_clock(NOW + off)
    answer = sign_in(browsing.nobody, "google", "1001")
    if comes_in:
        assert answer.headers["location"] == "/"
    else:
        nobody_came_in(answer, browsing, database)


@ON_SQLITE
def test_when_a_provider_begins_to_sign_with_another_key_it_is_asked_for_once(browsing: Browsing, provider: OpenIdProvider) -> None:
    old, asked = OWN_KEY.as_dict(private=False) | {"use": "sig"}, list[str]()

    def first_the_old_one(told: dict[str, Any]) -> dict[str, Any]:
        asked.append("jwks")
        return {"keys": [old]} if len(asked) == 1 else told

    provider.alter["/jwks"] = first_the_old_one
    assert sign_in(browsing.nobody, "google", "1001").headers["location"] == "/"
    assert len(asked) == 2
    assert sign_in(browsing.nobody, "google", "1001").headers["location"] == "/"
    assert len(asked) == 2


@pytest.mark.parametrize("keys", [[], [{"kty": "oct", "k": "c2VjcmV0", "kid": "x"}], [{"kty": "RSA"}], [{}]])
@ON_SQLITE
def test_keys_that_are_none_let_nobody_in_and_are_asked_for_twice_at_most(browsing: Browsing, database: Database, provider: OpenIdProvider, keys: list[dict[str, str]]) -> None:
    provider.alter["/jwks"] = lambda _: {"keys": keys}
    nobody_came_in(sign_in(browsing.nobody, "google", "1001"), browsing, database)
    assert sum(path.endswith("/jwks") for path in provider.asked) <= 2


@ON_SQLITE
def test_userinfo_of_another_subject_is_not_believed(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    provider.alter["/me"] = lambda told: {**told, "sub": "daan"}
    nobody_came_in(sign_in(browsing.nobody, "surfconext", "0c5f"), browsing, database)
    provider.alter["/me"] = lambda told: {name: value for name, value in told.items() if name != "sub"}
    nobody_came_in(sign_in(browsing.nobody, "surfconext", "0c5f"), browsing, database)


@ON_SQLITE
def test_userinfo_changes_nothing_that_the_signed_token_says(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    provider.alter["/token"] = with_token(signed_anew(provider, schac_home_organization="elders.example"))
    nobody_came_in(sign_in(browsing.nobody, "surfconext", "0c5f"), browsing, database, "Dit is een account van een andere school")


def back_with(browsing: Browsing, path: str, **other: str) -> Response:
    """The way back with other words in its address."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()} | other
    return browsing.nobody.get(f"{urlsplit(path).path}?{urlencode({name: value for name, value in asked.items() if value})}")


def way_back(browsing: Browsing, name: str = "google", account: str = "1001") -> str:
    return Surfing().visit(browsing.nobody.get(f"/sign-in/provider/{name}").headers["location"], account)


def test_an_answer_counts_once(browsing: Browsing, database: Database, provider: OpenIdProvider, moment: Any) -> None:
    path = way_back(browsing)
    attempt = browsing.nobody.cookies["spoor-provider-attempt"]
    assert browsing.nobody.get(path).headers["location"] == "/"
    browsing.other_nobody.cookies["spoor-provider-attempt"] = attempt
    again = browsing.other_nobody.get(path)
    assert again.status_code == 400 and "Begin nog een keer" in text_of(again)
    assert sum(path.endswith("/token") for path in provider.asked) == 1, "the provider is not asked a second time"
    moment.shift(timedelta(minutes=9))
    browsing.other_nobody.cookies["spoor-provider-attempt"] = attempt
    assert browsing.other_nobody.get(path).status_code == 400


@ON_SQLITE
def test_a_code_that_was_used_lets_nobody_in_under_another_state(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    used = way_back(browsing)
    browsing.other_nobody.cookies = dict(browsing.nobody.cookies)
    assert browsing.other_nobody.get(used).status_code == 303
    with database.writing() as session:
        session.execute(DeviceSession.__table__.delete().where(DeviceSession.method == "provider"))
        session.execute(ProviderIdentity.__table__.delete())
    code = parse_qs(urlsplit(used).query)["code"][0]
    nobody_came_in(back_with(browsing, way_back(browsing), code=code), browsing, database)


@ON_SQLITE
def test_a_state_of_another_browser_another_provider_or_none_leads_nowhere(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    says = "Begin nog een keer"
    path = way_back(browsing)
    others = way_back(browsing)
    nobody_came_in(first := browsing.nobody.get(path), browsing, database, says, 400)
    assert any("spoor-provider-attempt=" in cookie and "Max-Age=0" in cookie for cookie in first.headers.get_list("set-cookie"))
    browsing.nobody.cookies.pop("spoor-provider-attempt")
    nobody_came_in(browsing.nobody.get(others), browsing, database, says, 400)
    for other in ({"state": "x"}, {"state": ""}, {"state": "é"}):
        nobody_came_in(back_with(browsing, way_back(browsing), **other), browsing, database, says, 400)
    nobody_came_in(browsing.nobody.get(way_back(browsing).replace("/google/", "/plain/")), browsing, database, says, 400)


@ON_SQLITE
def test_an_answer_that_names_another_issuer_or_none_leads_nowhere(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    """The mix-up attack (RFC 9207): an answer of one provider brought to another."""
    for other in ({"iss": provider.issuer("entree")}, {"iss": ""}, {"code": ""}):
        nobody_came_in(back_with(browsing, way_back(browsing), **other), browsing, database)
    assert not any(path.endswith("/token") for path in provider.asked)


@ON_SQLITE
def test_an_attempt_is_good_for_ten_minutes(browsing: Browsing, database: Database, provider: OpenIdProvider, moment: Any) -> None:
    path = way_back(browsing)
    moment.shift(timedelta(minutes=10, seconds=1))
    nobody_came_in(browsing.nobody.get(path), browsing, database, "Begin nog een keer", 400)


@ON_SQLITE
def test_who_did_not_show_it_again_has_confirmed_nothing(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    sign_in(browsing.nobody, "surfconext", "1d6a")
    with database.writing() as session:
        session.execute(update(DeviceSession).where(DeviceSession.person_id == id_of("wouters")).values(confirmed_at=None))
    for before in (int((NOW - timedelta(minutes=3)).timestamp()), None, True, "now"):
        provider.alter["/token"] = with_token(signed_anew(provider, auth_time=before))
        answer = sign_in(browsing.nobody, "surfconext", "1d6a", more="?confirm=1")
        assert answer.status_code == 403 and "School vroeg niet opnieuw wie je bent" in text_of(answer)
    with database.reading() as session:
        assert set(session.scalars(select(DeviceSession.confirmed_at).where(DeviceSession.person_id == id_of("wouters")))) == {None}


@pytest.mark.parametrize(("ago", "counts"), [(timedelta(0), True), (SKEW / 2, True), (SKEW + timedelta(seconds=2), False), (timedelta(hours=9), False)])
@ON_SQLITE
def test_who_showed_it_at_the_provider_just_now_has_confirmed_and_who_did_so_before_has_not(
    browsing: Browsing, database: Database, provider: OpenIdProvider, ago: timedelta, counts: bool
) -> None:
    provider.alter["/token"] = with_token(signed_anew(provider, auth_time=int((NOW - ago).timestamp()) + 1))
    assert sign_in(browsing.nobody, "surfconext", "1d6a").status_code == 303
    with database.reading() as session:
        shown = session.scalars(select(DeviceSession.confirmed_at).where(DeviceSession.method == "provider")).one()
    assert (shown is not None) == counts


@ON_SQLITE
def test_what_a_provider_says_wrongly_is_in_the_log_without_anybodys_name_address_or_token(
    browsing: Browsing, database: Database, provider: OpenIdProvider, capfd: pytest.CaptureFixture[str]
) -> None:
    provider.alter["/token"] = with_token(signed_anew(provider, nonce="another"))
    sign_in(browsing.nobody, "google", "1001")
    provider.alter["/token"] = lambda told: {"error": "invalid_grant", "error_description": "wouters@waal.example"}
    nobody_came_in(sign_in(browsing.nobody, "google", "1001"), browsing, database)
    said = "".join(capfd.readouterr())
    assert "ID token: nonce" in said and "the code was not taken" in said
    assert not any(word in said for word in ("wouters", "waal.example", "1001", "eyJ"))


@ON_SQLITE
def test_whatever_is_asked_of_a_way_in_by_a_school_account_gets_a_clear_answer(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    wrong, path = [], "/sign-in/provider/google"
    sign_in(browsing.other_nobody, "google", "1002")
    for what, odd in ODD.items():
        for name in ("next", "shared", "link", "confirm"):
            wrong += clear(browsing.nobody.get(path, params={name: odd[:4000]}), f"{name} with {what}")
        for name in ("code", "state", "iss", "error"):
            wrong += clear(browsing.nobody.get(f"{path}/callback", params={name: odd[:4000]}), f"{name} with {what}")
            browsing.nobody.cookies.clear()
        for cookie in ("attempt", "account", "leaving"):
            browsing.nobody.cookies = {f"spoor-provider-{cookie}": odd[:4000].encode("ascii", "ignore").decode().replace("\n", "").replace("\0", "").replace("\t", "").strip()}
            wrong += [fault for asked in ("callback", "link", "signed-out", "sign-out") for fault in clear(browsing.nobody.get(f"{path}/{asked}"), f"{cookie} with {what}")]
        wrong += clear(browsing.other_nobody.post(f"{path}/link", {"code": odd}), f"a code with {what}")
    assert not wrong, "\n".join(wrong)
