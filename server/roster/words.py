"""What to say about a class list, in the person's language: on the screen and on the command line the same."""

from collections.abc import Callable

from server.roster.reading import Fault

Tongue = Callable[[str], str]


def about(fault: Fault, _: Tongue) -> str:
    """One fault as a sentence, without its row number."""
    texts = {
        "number": _("Er staat geen nummer of code."),
        "given": _("Er staat geen voornaam bij nummer %(value)s."),
        "long": _("“%(value)s” is te lang voor dit vak."),
        "again": _("Deze persoon staat al op rij %(value)s."),
        "shared": _("Nummer %(value)s staat ook bij iemand anders. Van wie het is, weten we niet."),
        "both": _("Code %(value)s is mentor van anderen en heeft zelf een mentor. Leerling of medewerker?"),
        "kind": _("Nummer %(value)s is in Spoor al van iemand met een andere rol."),
        "group": _("Er staat geen klas en geen mentor. Leerling of medewerker?"),
        "date": _("De geboortedatum %(value)s bestaat niet."),
        "email": _("Het e-mailadres %(value)s klopt niet."),
        "no-group": _("Er staat geen klas."),
        "mentor": _("Mentor %(value)s staat niet in de lijst en niet in Spoor."),
    }
    return texts[fault.kind] % {"value": fault.value}


def unreadable(why: str, _: Tongue) -> str:
    """Why a file is no class list, and what to do."""
    return {
        "empty": _("In dit bestand staat niemand. Kies een klassenlijst met namen."),
        "spreadsheet": _("Dit is een Excel-bestand. Bewaar het in Excel als CSV en kies dan dat bestand."),
        "binary": _("Dit is geen klassenlijst die we kunnen lezen. Bewaar de lijst als CSV."),
        "large": _("Dit bestand is te groot: hooguit 2 MB en 10.000 rijen. Lees de groepen apart in."),
        "columns": _("We vinden de kolomnamen niet. Boven de lijst moeten in elk geval Stamnr (of Code) en Roepnaam staan."),
    }[why]


def field(name: str, _: Tongue) -> str:
    """What a part of a person is called."""
    return {
        "given_name": _("voornaam"), "infix": _("tussenvoegsel"), "family_name": _("achternaam"), "email": _("e-mailadres"), "birth_date": _("geboortedatum"), "group": _("klas"),
    }[name]  # fmt: skip
