"""Which column is which: guessed from the names above them, shown to a person, corrected by them, and remembered for the next list with the same names."""

import hashlib
import re
import unicodedata
from collections.abc import Container, Mapping

import msgspec

from server.roster.listed import Unreadable
from server.roster.reading_table import Rows

FIELDS = (
    "number", "given", "infix", "family", "name", "group", "birth", "email", "mentor", "role", "job", "mentor_of",
    "guardian1_name", "guardian1_email", "guardian2_name", "guardian2_email",
)  # fmt: skip
"""What a column may hold. `name` is a whole name in one cell."""

HEAD_WITHIN = 15
"""Some exports put a title, a date, a school above the names of the columns."""

WHO = ("students", "staff")

_TITLES = {
    "number": "stamnrcode stamnr stamnummer code leerlingnummer leerlingnr llnr llnnr llnummer lln nummer nr studentnummer studentnr deelnemernummer leerlingcode "
    "personeelsnummer personeelsnr medewerkernummer medewerkernr personeelscode afkorting docentcode medewerkercode roostercode studentid leerlingid",
    "given": "roepnaam voornaam voorn roepn voornamen firstname givenname",
    "infix": "tussenvoegsel tussenvoegsels tussenv tussenvgs voorvoegsel voorvoegsels voorv tv tussen prefix",
    "family": "achternaam achtern naamachter familienaam geslachtsnaam lastname surname familyname achternaamtussenvoegsel achternaamtussenv achternaamvoorvoegsel",
    "name": "naam volledigenaam leerling leerlingnaam naamleerling student medewerker naammedewerker docent docentnaam fullname name weergavenaam displayname",
    "group": "klas groep stamgroep stamklas basisgroep mentorgroep hoofdgroep class klascode groepscode",
    "birth": "geboortedatum gebdatum gebdat geboren geboortedag dateofbirth birthdate birthday",
    "email": "email emailadres mail mailadres emailschool schoolemail emailleerling emailadresleerling emailmedewerker emailadresschool werkemail schoolmail werkmail",
    "mentor": "mentor mentorcode codementor mentornaam naammentor mentor1 mentoremail emailmentor mentorafkorting",
    "role": "rol role type soort doelgroep gebruikerstype",
    "job": "functie jobtitle taak functienaam",
    "mentor_of": "mentorvan mentorvanklas mentorvangroep mentorklas mentorklassen mentorgroepen",
}
_KNOWN = {title: field for field, titles in _TITLES.items() for title in titles.split()}
_GUARDIAN = re.compile(r"ouder(?!wets)|verzorger|voogd|parent|guardian|vader|moeder|contactpersoon")
_NO_NAME = re.compile(r"tel|mob|adres|relatie|postcode|woonplaats|straat|aanhef|geslacht|id$|nr$|nummer")


class Head(msgspec.Struct, frozen=True):
    """The row with the names of the columns: its place among the rows, and the names."""

    at: int
    titles: tuple[str, ...]

    @property
    def digest(self) -> str:
        """By what a list with these columns is known again."""
        return hashlib.sha256("\x1f".join(plain(title) for title in self.titles).encode()).hexdigest()


class Columns(msgspec.Struct, frozen=True):
    """What each column holds, by its place, and whose list it is where no column says: of students with their mentors, or of staff."""

    fields: dict[int, str]
    who: str = "students"

    @property
    def missing(self) -> str:
        """What cannot be done without: something to know people again by, and a first or whole name. Empty when all is there."""
        held = set(self.fields.values())
        if not held & {"number", "email"}:
            return "number"
        return "" if held & {"given", "name"} else "given"

    def place_of(self, field: str) -> int | None:
        """Where a field stands."""
        return next((place for place, held in self.fields.items() if held == field), None)


def plain(title: str) -> str:
    """A title without capitals, accents, spaces and marks."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", title.casefold()) if letter.isalnum())


def find_head(sheets: list[Rows], remembered: Container[str] = ()) -> tuple[Rows, Head]:
    """The rows to read and the row with the names above them: one that was seen before, else the one with most names we know, else the first; raises `Unreadable`."""
    heads = [(rows, Head(at, tuple(rows[at][1]))) for rows in sheets for at in range(min(HEAD_WITHIN, len(rows))) if sum(map(bool, rows[at][1])) > 1]
    if not heads:
        raise Unreadable("columns")
    seen = next((found for found in heads if found[1].digest in remembered), None)
    return seen or max(heads, key=lambda found: len(guess(found[1].titles).fields))


def guess(titles: tuple[str, ...]) -> Columns:
    """What each column probably holds; each field once."""
    found: dict[int, str] = {}
    for place, title in enumerate(titles):
        field = _field_of(plain(title))
        if field.startswith("guardian1") and field in found.values():
            field = field.replace("1", "2")
        if field and field not in found.values():
            found[place] = field
    if "name" in found.values() and "given" in found.values() and "family" in found.values():
        found = {place: field for place, field in found.items() if field != "name"}
    told = {plain(title) for title in titles}
    staff = "group" not in found.values() and "mentor" not in found.values() and bool(told & _OF_STAFF or "job" in found.values() or "mentor_of" in found.values())
    return Columns(found, "staff" if staff else "students")


_OF_STAFF = {
    "personeelsnummer", "personeelsnr", "medewerkernummer", "medewerkernr", "personeelscode", "afkorting", "docentcode", "medewerkercode", "roostercode", "medewerker", "docent",
}  # fmt: skip


def _field_of(title: str) -> str:
    if title in _KNOWN:
        return _KNOWN[title]
    if _GUARDIAN.search(title):
        which = "guardian2" if "2" in title or "moeder" in title else "guardian1"
        return f"{which}_email" if "mail" in title else "" if _NO_NAME.search(title) else f"{which}_name"
    return "email" if "mail" in title and "prive" not in title and "mailing" not in title else ""


def from_mapping(told: Mapping[str, object], width: int) -> Columns | None:
    """Columns as they were kept; None when nothing was."""
    columns, who = told.get("columns"), told.get("who")
    if not isinstance(columns, dict):
        return None
    fields = {int(place): field for place, field in columns.items() if str(place).isdigit() and int(place) < width and field in FIELDS}
    return Columns(fields, who if who in WHO else "students")  # type: ignore[arg-type]


def to_mapping(columns: Columns, head: Head) -> dict[str, object]:
    """The same, to keep."""
    return {"columns": {str(place): field for place, field in columns.fields.items()}, "who": columns.who, "head": head.digest}
