"""What to say about a list, in the person's language: on the screen and on the command line the same."""

from collections.abc import Callable

from server.roster.listed import Fault, Notice

Tongue = Callable[[str], str]


def about(fault: Fault, _: Tongue) -> str:
    """One fault as a sentence, without its row number."""
    return said_of(fault.kind, fault.value, _)


def said_of(kind: str, value: str, _: Tongue) -> str:
    """A kind of fault as a sentence."""
    texts = {
        "number": _("Er staat geen nummer of code."),
        "source": _("Er staat geen sourcedId."),
        "given": _("Er staat geen voornaam bij nummer %(value)s."),
        "long": _("“%(value)s” is te lang voor dit vak."),
        "role": _("De rol “%(value)s” kennen we niet."),
        "again": _("Deze persoon staat al op rij %(value)s."),
        "shared": _("Nummer %(value)s staat ook bij iemand anders. Van wie het is, weten we niet."),
        "number-twice": _("Nummer %(value)s heeft iemand anders ook. We lezen deze persoon in zonder nummer."),
        "both": _("Code %(value)s is mentor van anderen en heeft zelf een mentor. Leerling of medewerker?"),
        "kind": _("Nummer %(value)s is in Spoor al van iemand met een andere rol."),
        "taken": _("Nummer %(value)s is in Spoor van iemand anders."),
        "known-twice": _("Dit is iemand die al eerder in de lijst staat, met een ander nummer: %(value)s."),
        "group": _("Er staat geen klas en geen mentor. Leerling of medewerker?"),
        "date": _("De geboortedatum %(value)s bestaat niet."),
        "email": _("Het e-mailadres %(value)s klopt niet."),
        "no-group": _("Er staat geen klas."),
        "by-hand": _("Is met de hand in een andere groep gezet dan %(value)s. Dat laten we zo."),
        "mentor": _("Mentor %(value)s staat niet in de lijst en niet in Spoor."),
        "guardian-email": _("Bij deze ouder staat geen e-mailadres. We kunnen die dus niet uitnodigen."),
        "guardian-name": _("Bij %(value)s staat geen naam van de ouder."),
        "group-name": _("Deze groep heeft geen naam, of een naam die al bestaat."),
        "group-taken": _("De naam van deze groep heeft een andere groep al."),
        "unknown": _("%(value)s staat niet in users.csv."),
        "two-groups": _("Staat in twee mentorgroepen. De eerste is %(value)s."),
        "enrolled-student": _("Staat als leerling in %(value)s, maar is een medewerker."),
        "enrolled-teacher": _("Staat als docent bij %(value)s, maar is geen medewerker."),
        "runs-spoor": _("Deze persoon beheert Spoor. Een beheerder wijzigt dit met de hand."),
        "agent": _("%(value)s staat als ouder, maar heeft die rol niet."),
    }
    return texts[kind] % {"value": value}


def remark(notice: Notice, _: Tongue) -> str:
    """Something about the list as a whole."""
    texts = {
        "column": _("Kolom die we niet gebruiken: %(value)s"),
        "misspelt": _("Naam van een kolom met een fout, toch gelezen: %(value)s"),
        "missing": _("Het manifest noemt %(value)s, maar dat bestand zit niet in de zip."),
        "uncounted": _("%(value)s telt volgens het manifest niet mee. We lezen het niet."),
        "manifest": _("Er zit geen manifest.csv in de zip. We lezen alle bestanden die er zijn."),
        "homeroom": _("Geen groep is een mentorgroep (classType homeroom). Alle leerlingen komen zonder groep binnen."),
        "lessons": _("Andere groepen dan mentorgroepen, die we niet gebruiken: %(value)s"),
        "guardians-alone": _("Ouders zonder leerling, die we niet inlezen: %(value)s"),
    }
    return texts[notice.kind] % {"value": notice.value}


def unreadable(why: str, _: Tongue) -> str:
    """Why a file is no list of people, and what to do."""
    return {
        "empty": _("In dit bestand staat niemand. Kies een klassenlijst met namen."),
        "binary": _("Dit is geen klassenlijst die we kunnen lezen. Bewaar de lijst als Excel-bestand of als CSV."),
        "sheet": _("Dit rekenblad is beschadigd, of van een soort die we niet lezen. Open het in Excel of LibreOffice en bewaar het opnieuw, als .xlsx."),
        "password": _("Op dit bestand zit een wachtwoord. Bewaar het zonder wachtwoord en kies het dan nog eens."),
        "large": _("Dit bestand is te groot: hooguit 30 MB en 60.000 rijen. Lees het in delen in."),
        "columns": _("We vinden de namen van de kolommen niet. Boven de lijst moeten in elk geval een nummer (of code) en een voornaam staan."),
        "zip": _("Dit zip-bestand is beschadigd of niet opgebouwd zoals OneRoster het voorschrijft. Maak de export nog eens."),
        "bomb": _("Dit bestand wordt uitgepakt veel te groot. Maak de export nog eens, of lees hem in delen in."),
        "wide": _("In dit rekenblad staat ver onder of naast de lijst nog iets. Wis dat, of bewaar de lijst als CSV."),
        "users": _("In deze zip zit geen users.csv. Maak de OneRoster-export nog eens, met de gebruikers erbij."),
    }.get(why) or _("Het inlezen is afgebroken. Er is niets veranderd. Probeer het nog eens.")


def field(name: str, _: Tongue) -> str:
    """What a part of a person or a group is called."""
    return {
        "given_name": _("voornaam"), "infix": _("tussenvoegsel"), "family_name": _("achternaam"), "email": _("e-mailadres"), "birth_date": _("geboortedatum"),
        "group": _("klas"), "number": _("nummer"), "job": _("functie"), "source_id": _("kenmerk in de administratie"), "name": _("naam"),
    }[name]  # fmt: skip


def shown(name: str, value: str) -> str:
    """A part of a person as it is read: a day of birth as it stands in lists, `06-10-2010`."""
    year, _, rest = value.partition("-")
    return "-".join([*reversed(rest.split("-")), year]) if name == "birth_date" and value else value


def column(name: str, _: Tongue) -> str:
    """What a column may hold, as the mapping screen names it."""
    return {
        "number": _("nummer of code"), "given": _("voornaam"), "infix": _("tussenvoegsel"), "family": _("achternaam"), "name": _("hele naam"), "group": _("klas of mentorgroep"),
        "birth": _("geboortedatum"), "email": _("e-mailadres"), "mentor": _("mentor van de leerling"), "role": _("rol (leerling, medewerker)"), "job": _("functie"),
        "mentor_of": _("mentor van deze groepen"), "guardian1_name": _("ouder 1: naam"), "guardian1_email": _("ouder 1: e-mailadres"),
        "guardian2_name": _("ouder 2: naam"), "guardian2_email": _("ouder 2: e-mailadres"),
    }[name]  # fmt: skip


def part(name: str, _: Tongue) -> tuple[str, str]:
    """A part of the plan: its title, and what to know about it."""
    return {
        "left-out": (_("Overgeslagen"), _("Deze rijen lezen we niet in. Verbeter ze in de administratie en lees de lijst nog eens in.")),
        "archive": (_("Gaat naar het archief"), _("Zij kunnen niet meer inloggen. Wat zij maakten, blijft bewaard. Staan ze later weer in een lijst, dan komen ze terug.")),
        "add": (_("Nieuw"), ""),
        "restore": (_("Komt terug"), _("Zij waren in het archief en staan nu weer in de lijst.")),
        "join": (_("Andere groep"), _("Hun spoor gaat mee.")),
        "change": (_("Gewijzigd"), ""),
        "groups": (_("Groepen"), ""),
        "mentors": (_("Mentoren"), _("Mentoren die iemand met de hand koos, blijven.")),
        "guardian": (_("Ouders en verzorgers"), _("Zij krijgen pas toegang als je ze uitnodigt.")),
        "small": (_("Ingelezen zonder dit gegeven"), _("De persoon gaat mee. Alleen wat niet klopt, blijft weg.")),
    }[name]


def step(what: str, about: str, _: Tongue) -> str:
    """What happens to a group, a mentor, a guardian."""
    return {
        "group-add": _("nieuwe groep"), "group-restore": _("komt terug uit het archief"), "group-archive": _("gaat naar het archief"), "group-change": "",
        "mentor": _("wordt mentor van %(group)s"), "mentor-end": _("is geen mentor meer van %(group)s"), "guardian": _("ouder of verzorger van %(group)s"),
        "archive": "%(group)s", "restore": "%(group)s",
    }[what] % {"group": about}  # fmt: skip


def counted(counts: dict[str, int], _: Tongue) -> list[str]:
    """What a list did, in a few words: `12 nieuw`, `3 gewijzigd`."""
    shapes = (
        ("add", _("%(num)s nieuw")), ("change", _("%(num)s gewijzigd")), ("join", _("%(num)s in een groep gezet")), ("restore", _("%(num)s teruggekomen")),
        ("archive", _("%(num)s naar het archief")), ("left-out", _("%(num)s overgeslagen")),
    )  # fmt: skip
    return [shape % {"num": counts[what]} for what, shape in shapes if counts.get(what)]
