"""What came of a talk: a summary, and one small agreement in the student's words."""

from collections.abc import Callable
from datetime import date

import msgspec

from server.conversation.models import Agreement, Conversation
from server.core.forms import Form

LONGEST_SUMMARY, LONGEST_WHAT, LONGEST_HELPER = 10_000, 500, 120


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The summary, and what was agreed: what, when, who helps. `what` is empty when nothing was."""

    summary: str
    what: str = ""
    due_on: date | None = None
    helper: str = ""

    @classmethod
    def of(cls, talk: Conversation, agreed: Agreement | None) -> "Outcome":
        """What stands there now."""
        if agreed is None:
            return cls(summary=talk.summary)
        return cls(summary=talk.summary, what=agreed.what, due_on=agreed.due_on, helper=agreed.helper)


def read_outcome(form: Form, _: Callable[[str], str]) -> tuple[Outcome | None, dict[str, str]]:
    """The outcome a form tells, or None with per field what is wrong with it, in the language of `_`."""
    errors: dict[str, str] = {}
    summary, what, helper = form.text("summary"), form.text("what"), form.text("helper")
    due_on = _date(form.text("due_on"))
    for name, text, most in (("summary", summary, LONGEST_SUMMARY), ("what", what, LONGEST_WHAT), ("helper", helper, LONGEST_HELPER)):
        if len(text) > most:
            errors[name] = _("Dit is te lang. Maak het korter, dan kun je het opslaan.")
    if form.text("due_on") and due_on is None:
        errors["due_on"] = _("Deze datum bestaat niet. Kies een dag.")
    if not what and (helper or form.text("due_on")):
        errors["what"] = _("Schrijf ook op wat jullie afspreken.")
    if not summary and not what and not errors:
        errors["summary"] = _("Schrijf op wat jullie bespraken, of wat jullie afspreken.")
    return (None, errors) if errors else (Outcome(summary=summary, what=what, due_on=due_on, helper=helper), {})


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
