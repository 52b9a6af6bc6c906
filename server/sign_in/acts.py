"""What a form does that asks first whether it is them, in a few words: somebody else may have pressed the button on an open screen."""

import re
from collections.abc import Callable

_ID = r"[0-9a-f-]{36}"


def act_of(address: str, _: Callable[[str], str]) -> str:
    """What sending a form to this address does, said to nobody in particular; empty for what is not asked about."""
    path, __, question = address.partition("?")
    method = "DELETE" if "_method=delete" in question.split("&") else "POST"
    return next((said for pattern, said in _acts(_).items() if re.fullmatch(pattern, f"{method} {path}")), "")


def _acts(_: Callable[[str], str]) -> dict[str, str]:
    person, group = f"POST /school/people/{_ID}", f"POST /school/groups/{_ID}"
    return {
        "POST /me/codes": _("een code maken voor een ander apparaat"),
        "DELETE /me/sessions": _("alle andere apparaten afmelden"),
        "POST /me/passkeys(/challenge)?": _("een passkey maken"),
        f"DELETE /me/passkeys/{_ID}": _("een passkey weghalen"),
        "POST /me/password": _("een wachtwoord instellen"),
        "POST /me/password/factor": _("een app instellen die codes geeft"),
        "POST /me/password/paper": _("nieuwe codes op papier maken"),
        "DELETE /me/password": _("het wachtwoord weghalen"),
        f"DELETE /me/providers/{_ID}": _("een schoolaccount loskoppelen"),
        "POST /school/people": _("een medewerker toevoegen"),
        person: _("de gegevens van iemand veranderen"),
        f"{person}/roles/admin": _("iemand beheerder maken"),
        f"{person}/roles/coordinator": _("iemand LOB-coördinator maken"),
        f"DELETE /school/people/{_ID}/roles/[a-z]+": _("iemand een taak afnemen"),
        f"({person}/(groups|mentors)|{group}/mentors)": _("iemand mentor maken"),
        "POST /school/cover": _("iemand laten invallen voor een mentor"),
        f"({person}|{group})/links?": _("links maken waarmee anderen binnenkomen"),
        f"({person}/card|{group}/cards|POST /school/cards)": _("inlogkaarten maken"),
        f"(POST /school/guardians/invitations|{person}/guardians(/{_ID}/invitation)?)": _("een ouder of verzorger uitnodigen"),
        f"{person}/guardians/{_ID}/link": _("een link maken voor een ouder of verzorger"),
        f"POST /school/import/{_ID}/application": _("een lijst van leerlingen of medewerkers invoeren"),
        f"DELETE /school/import/{_ID}/application": _("een ingevoerde lijst terugdraaien"),
        "POST /school/record/export": _("het logboek van de school downloaden"),
    }
