"""The letter that asks a parent or carer to look along: in their own language, or in Dutch with English below it when that is not known.

It names no student: mail passes other companies' servers. Who that is stands behind the link.
"""

from collections.abc import Callable

from server.core.i18n import tongue
from server.core.mail import Letter
from server.people.models import Person


def invitation_letter(guardian: Person, school_name: str, address: str, *, by_student: bool) -> Letter:
    """The invitation. A student who invites types no name: whoever gets it says their own."""
    languages = [guardian.language] if guardian.language else ["nl", "en"]
    say = [tongue(language) for language in languages]
    name = guardian.full_name
    return Letter(
        to=guardian.email,
        language=languages[0],
        subject=" · ".join(_("Uitnodiging van school") for _ in say),
        greeting=say[0]("Beste %(name)s,") % {"name": name} if name else say[0]("Beste ouder of verzorger,"),
        lines=[line for _ in say for line in _lines(_, school_name, by_student=by_student)],
        button=" · ".join(_("Bekijk de uitnodiging") for _ in say),
        address=address,
        closing=" · ".join(_("Is deze brief niet voor u? Dan hoeft u niets te doen.") for _ in say),
    )


def _lines(_: Callable[[str], str], school_name: str, *, by_student: bool) -> list[str]:
    if by_student:
        first = _("Een leerling van %(school)s vraagt u om mee te kijken in Spoor. Met Spoor bereiden leerlingen gesprekken over hun toekomst voor.")
    else:
        first = _("%(school)s vraagt u om mee te kijken in Spoor. Met Spoor bereiden leerlingen gesprekken over hun toekomst voor.")
    return [
        first % {"school": school_name},
        _("Open de uitnodiging om te zien om wie het gaat. Daarna krijgt u een code op dit e-mailadres. Een wachtwoord is niet nodig. De link werkt 30 dagen."),
    ]
