"""The fields of an invitation: what must be there, and what to say when it is not so."""

from collections.abc import Callable, Mapping

from server.core.forms import Form
from server.people.fields import EMAIL, LONGEST

NAMES = ("given_name", "infix", "family_name")


def typed(form: Form, names: tuple[str, ...]) -> dict[str, str]:
    """What was typed in these fields, on one line each; an address without any spaces."""
    return {name: ("" if name == "email" else " ").join(form.text(name).split()) for name in names}


def as_typed(form: Form, names: tuple[str, ...]) -> dict[str, str]:
    """The same as it was typed, to be shown again."""
    return {name: form.text(name) for name in names}


def wrong(told: Mapping[str, str], _: Callable[[str], str]) -> dict[str, str]:
    """What is wrong with each field, in the person's language; empty when all is well. An address is asked for only where there is a field for it."""
    errors = {name: _("Dit is te lang: hooguit %(most)s tekens.") % {"most": LONGEST[name]} for name, text in told.items() if len(text) > LONGEST[name]}
    if "email" in told and told["email"] and not EMAIL.fullmatch(told["email"]):
        errors["email"] = _("Dit e-mailadres is niet af. Zo ziet het eruit: naam@voorbeeld.nl")
    if "family_name" in told and not told["family_name"]:
        errors["family_name"] = _("Vul een achternaam in.")
    return errors
