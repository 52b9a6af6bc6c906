"""What each sign-in provider says of a person, and how far that is believed.

Three things are asked of every claim: does it stay the same (the subject), who decides over it (the organisation), and could somebody set it to be
taken for another (what may match)? An e-mail address by itself matches nobody: at Entra ID any administrator of any tenant can write any address in it
(nOAuth, 2023), so it counts only where the provider says that the owner of its domain is the school. What is only asserted by a school matches within
that school alone, for the organisation is pinned.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from server.settings import OidcProvider

Claims = Mapping[str, Any]
LONGEST = 255


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's account at a provider, as far as we believe it."""

    subject: str
    """What stays the same of them there, and belongs to nobody else at this issuer; empty when they were not told apart."""

    organization: str
    """Whose account it is: a BRIN code, a domain, a tenant."""

    numbers: tuple[tuple[str, str], ...] = ()
    """Kind of person (`student`, `staff`) and the number the school's system gave them."""

    email: str = ""
    """An address of which the provider vouches that the school gave it to this person, in lower case."""

    kind: str = ""
    """`student` or `staff`, where the provider says so."""

    shown: str = ""
    """By what people recognise their account on a screen. Never stored."""


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """How a kind of provider is asked."""

    label: str
    issuer: str
    """OpenID Connect Discovery 1.0, section 4: its document lies at `/.well-known/openid-configuration` below it."""

    account: Callable[[Claims], Account]
    scopes: str = "openid"
    userinfo: bool = False
    """Whether the claims about a person are only told at its userinfo endpoint; else all of them stand in the signed ID token."""

    asks_again: bool = True
    """Whether it lets people show again that it is them and says when they did (`prompt=login`, `auth_time`)."""


def of(provider: OidcProvider) -> Preset:
    """The preset of a provider."""
    return PRESETS[provider.preset]


def issuer_of(provider: OidcProvider) -> str:
    """The one issuer whose word counts. At Entra ID the tenant is part of it."""
    return provider.issuer or of(provider).issuer.format(tenant=provider.organizations[0][0])


def label_of(provider: OidcProvider) -> str:
    """What people call it."""
    return provider.label or of(provider).label


def school_name_for(provider: OidcProvider, organization: str) -> str | None:
    """To which school an organisation's accounts belong; empty for the only one there is, None when it is not one of those that are let in."""
    for value, school in provider.organizations:
        whole_institution = provider.preset == "entree" and len(value) == 4 and organization.upper()[:4] == value
        if organization and (value == "*" or whole_institution or organization.casefold() == value.casefold()):
            return school
    return None


def _text(claims: Claims, *names: str) -> str:
    """The first of these claims that says something. A list counts when one thing stands in it."""
    for name in names:
        value = claims.get(name)
        value = value[0] if isinstance(value, list) and len(value) == 1 else value
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _texts(claims: Claims, *names: str) -> list[str]:
    values = [claims.get(name) for name in names]
    return [text for value in values for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]


def _subject(text: str) -> str:
    return text if len(text) <= LONGEST and text.isprintable() else ""


def _name(claims: Claims) -> str:
    return _text(claims, "name") or " ".join(filter(None, (_text(claims, "given_name", "givenName"), _text(claims, "family_name", "sn"))))


STAFF = {"employee", "staff", "faculty"}


def _kind(affiliations: list[str]) -> str:
    """Student or staff; nothing for who is both, or neither."""
    told = {one.partition("@")[0].lower() for one in affiliations}
    return "" if "student" in told and told & STAFF else "student" if "student" in told else "staff" if told & STAFF else ""


def _entree(claims: Claims) -> Account:
    """Always told: `uid`, a given or a family name, the affiliation and the BRIN code; a number only when the school released it (Kennisnet, attribute overview).

    `mail` is whatever the school's own system holds, and no domain is checked: it matches nobody. `nlEduPersonProfileId` holds a number of one of several
    administrations, so neither does that.
    """
    kind = _kind(_texts(claims, "eduPersonAffiliation", "eduperson_affiliation"))
    number = _text(claims, "employeeNumber", "employee_number")
    return Account(
        subject=_subject(_text(claims, "uid", "uids", "sub")),
        organization=_text(claims, "nlEduPersonHomeOrganizationId", "nl_edu_person_home_organization_id").upper(),
        numbers=((kind, number),) if kind and number else (),
        kind=kind,
        shown=_name(claims),
    )


def _surfconext(claims: Claims) -> Account:
    """`sub` is the same for ever for one service. Claims come in two spellings, by the age of the connection.

    Numbers are `urn:schac:personalUniqueCode:nl:local:school.nl:studentid:0123`; only those of the home organisation count, and so do addresses in its domain.
    """
    home = _text(claims, "schac_home_organization", "schac_home_organisation").lower()
    email = _text(claims, "email").lower()
    domain = email.rpartition("@")[2]
    codes = (code.split(":") for code in _texts(claims, "schac_personal_unique_code", "schac_personal_unique_codes"))
    own = [code[-2:] for code in codes if len(code) == 8 and code[:6] == ["urn", "schac", "personalUniqueCode", "nl", "local", home]]
    kinds = {"studentid": "student", "employeeid": "staff"}
    return Account(
        subject=_subject(_text(claims, "sub")),
        organization=home,
        numbers=tuple((kinds[what], number) for what, number in own if what in kinds and number),
        email=email if home and (domain == home or domain.endswith(f".{home}")) else "",
        kind=_kind(_texts(claims, "eduperson_affiliation", "edu_person_affiliation", "edu_person_affiliations", "eduperson_scoped_affiliation")),
        shown=email or _name(claims),
    )


def _entra(claims: Claims) -> Account:
    """`oid` within `tid` is the person; `sub` differs for every application. `email`, `upn` and `preferred_username` can be anything and change hands.

    `email` counts only with `xms_edov` (the owner of its domain is verified), `employeeid` only for employees, for whom it is made. These, and `auth_time` without
    which nobody can show here again that it is them, are optional claims that the school switches on for this application.
    """
    oid, tenant = _text(claims, "oid"), _text(claims, "tid").lower()
    email, number = _text(claims, "email").lower(), _text(claims, "employeeid")
    return Account(
        subject=_subject(f"{oid.lower()}@{tenant}") if oid and tenant else "",
        organization=tenant,
        numbers=(("staff", number),) if number else (),
        email=email if claims.get("xms_edov") in (True, 1, "1", "true", "True") else "",
        shown=_text(claims, "preferred_username") or email or _name(claims),
    )


def _google(claims: Claims) -> Account:
    """`hd` is told only of accounts of a Workspace. For an address in that very domain Google answers, when it says that it is verified."""
    domain, email = _text(claims, "hd").lower(), _text(claims, "email").lower()
    vouched = claims.get("email_verified") is True and bool(domain) and email.rpartition("@")[2] == domain
    return Account(subject=_subject(_text(claims, "sub")), organization=domain, email=email if vouched else "", shown=email or _name(claims))


def _plain(claims: Claims) -> Account:
    """Any other provider: who decides over its claims is not known, so nothing matches, and everybody binds their account once."""
    return Account(subject=_subject(_text(claims, "sub")), organization="*", shown=_text(claims, "preferred_username", "email") or _name(claims))


PRESETS = {
    "entree": Preset(label="Entree", issuer="https://oidcng.entree.kennisnet.nl", account=_entree, scopes="openid profile", userinfo=True),
    "surfconext": Preset(label="SURFconext", issuer="https://connect.surfconext.nl", account=_surfconext, scopes="openid profile email", userinfo=True),
    "entra": Preset(label="Microsoft", issuer="https://login.microsoftonline.com/{tenant}/v2.0", account=_entra, scopes="openid profile email"),
    "google": Preset(label="Google", issuer="https://accounts.google.com", account=_google, scopes="openid profile email", asks_again=False),
    "plain": Preset(label="", issuer="", account=_plain, scopes="openid profile email"),
}
