"""The text fields of this room's forms: how long each may be, which must be there, and what to say when it is not so."""

import re
from collections.abc import Callable, Mapping

from server.core.forms import Form

EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+")
LONGEST = {
    "school": 120, "given_name": 80, "infix": 30, "family_name": 80, "addressed_as": 80, "email": 254, "trusted_name": 120, "trusted_contact": 200,
}  # fmt: skip
SETUP, SETTINGS = tuple(LONGEST), ("school", "trusted_name", "trusted_contact")
REQUIRED = {"school", "given_name", "family_name"}


def typed(form: Form, names: tuple[str, ...]) -> dict[str, str]:
    """What was typed in these fields; a line break only where there is room for one."""
    return {name: form.text(name) if name == "trusted_contact" else " ".join(form.text(name).split()) for name in names}


def wrong(told: Mapping[str, str], _: Callable[[str], str]) -> dict[str, str]:
    """What is wrong with each field, in the person's language; empty when all is well."""
    errors = {name: _("Dit is te lang: hooguit %(most)s tekens.") % {"most": LONGEST[name]} for name, text in told.items() if len(text) > LONGEST[name]}
    missing = {"school": _("Vul de naam van de school in."), "given_name": _("Vul je voornaam in."), "family_name": _("Vul je achternaam in.")}
    errors |= {name: missing[name] for name, text in told.items() if name in REQUIRED and not text}
    if told.get("email") and not EMAIL.fullmatch(told["email"]):
        errors["email"] = _("Dit e-mailadres is niet af. Zo ziet het eruit: naam@school.nl")
    return errors
