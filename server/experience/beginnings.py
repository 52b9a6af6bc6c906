"""Beginnings of a sentence to tap under a chosen word; by itself such a beginning says nothing yet."""

from collections.abc import Callable
from functools import cache

from server.core.i18n import LANGUAGES, tongue

ENDS = " \n\r\t.…,"
"""What is not looked at before and after. The script leaves out the same (`beginnings.js`)."""


def beginnings(kind: str, _: Callable[[str], str]) -> tuple[str, ...]:
    """All there are for a kind of word, in the language of `_`; each word gets three of them (`WordView.turns`)."""
    if kind == "quality":
        return (
            _("zelf bedacht om "), _("hielp met "), _("bleef doorgaan, ook toen "), _("rustig bleef toen "), _("aan de slag ging met "), _("vroeg of "), _("zag dat "),
            _("het nog eens deed, want "), _("een ander liet zien hoe "),
        )  # fmt: skip
    return (
        _("ik er blij van werd toen "), _("het een ander hielp om "), _("ik later graag "), _("ik mij goed voel als "), _("ik het miste toen "), _("ik trots was op "),
        _("ik dan meer zin heb in "), _("ik het niet leuk vind als "), _("je dan samen "),
    )  # fmt: skip


def is_bare(kind: str, text: str) -> bool:
    """Whether this is only a beginning, in whichever language it was tapped: then nothing was told yet of how the student knew."""
    return _essence(text) in _bare(kind)


@cache
def _bare(kind: str) -> frozenset[str]:
    return frozenset(_essence(start) for language in LANGUAGES for start in beginnings(kind, tongue(language)))


def _essence(text: str) -> str:
    return text.strip(ENDS).lower()
