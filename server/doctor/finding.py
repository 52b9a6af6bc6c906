"""What the doctor found: one thing that was looked at, how it is, and how to mend it, in both languages."""

from collections.abc import Callable, Iterable

import msgspec

from server.core import log

WELL, WARNING, WRONG = "well", "warning", "wrong"


class Said(msgspec.Struct, frozen=True):
    """One sentence, twice."""

    nl: str
    en: str


class Finding(msgspec.Struct, frozen=True):
    """`check` is a word of ours that stays the same; `level` is well, warning or wrong."""

    check: str
    level: str
    told: Said
    mend: Said | None = None


def well(check: str, nl: str, en: str) -> Finding:
    """As it should be."""
    return Finding(check, WELL, Said(nl, en))


def warning(check: str, nl: str, en: str, mend_nl: str, mend_en: str) -> Finding:
    """It works, and could be better, or soon will not."""
    return Finding(check, WARNING, Said(nl, en), Said(mend_nl, mend_en))


def wrong(check: str, nl: str, en: str, mend_nl: str, mend_en: str) -> Finding:
    """It does not work, or is not safe."""
    return Finding(check, WRONG, Said(nl, en), Said(mend_nl, mend_en))


def looked(check: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """What a look found; a look that itself fails is a finding too, and keeps no other from being done."""
    try:
        return list(look())
    except Exception as error:
        log.error("doctor", check=check, error=type(error).__name__)
        return [
            wrong(
                check, f"dit kon niet worden nagekeken ({type(error).__name__})", f"this could not be looked at ({type(error).__name__})",
                "herstel eerst wat hierboven staat en kijk dan opnieuw", "mend what is above first, then look again",
            )
        ]  # fmt: skip
