"""Names as lists hold them, taken apart: `Boer, de` · `de Boer` · `Boer, Marten de` · `Marten de Boer`.

Only small words in lower case count as a tussenvoegsel: `Van Dijk` is how a Flemish family writes itself.
"""

import re

_SMALL_WORDS = (
    "van de der den het 't ’t `t ‘t ter ten te tot el al la le les lo du des d' d’ di da das do dos del della von vom zu zum zur und op aan bij in onder over voor uit uijt "
    "auf am im bin ben ibn af"
)
_TITLED = "dhr dhr. heer mw mw. mevr mevr. mevrouw meneer drs drs. dr dr. ir ir. ing ing. prof prof. mr mr. mrs mrs. ms ms. bsc msc"
INFIXES, _TITLES = frozenset(_SMALL_WORDS.split()), frozenset(_TITLED.split())


def split_family(text: str) -> tuple[str, str]:
    """Tussenvoegsel and family name: of `Boer, de` and of `de Boer` it is `("de", "Boer")`."""
    family, comma, after = (part.strip() for part in text.partition(","))
    if comma and family and after and _all_infix(after.split()):
        return after, family
    words = text.split()
    begins = _leading(words)
    return " ".join(words[:begins]), " ".join(words[begins:])


def split_name(text: str) -> tuple[str, str, str]:
    """First name, tussenvoegsel and family name of a whole name, with or without a comma."""
    if "," in text:
        return _with_comma([part.strip() for part in text.split(",") if part.strip()])
    words = text.split()
    at = next((place for place, word in enumerate(words) if place and _is_infix(word)), None)
    if at is None:
        return (words[0] if words else ""), "", " ".join(words[1:])
    infix = _leading(words[at:])
    return " ".join(words[:at]), " ".join(words[at : at + infix]), " ".join(words[at + infix :])


def _with_comma(parts: list[str]) -> tuple[str, str, str]:
    if not parts:
        return "", "", ""
    infix, family = split_family(parts[0])
    rest = " ".join(parts[1:]).split()
    if len(parts) > 2 and _all_infix(parts[1].split()):
        return " ".join(parts[2:]), parts[1], parts[0]
    tail = len(rest)
    while tail > 1 and _is_infix(rest[tail - 1]):
        tail -= 1
    return " ".join(rest[:tail]), " ".join(rest[tail:]) or infix, family


def spoken(text: str) -> str:
    """A name to compare: without titles, capitals and order of its parts; of `dhr. Boer, M. de` it is `m de boer`."""
    given, infix, family = split_name(" ".join(word for word in text.split() if word.casefold() not in _TITLES))
    return " ".join(re.sub(r"[.\s]+", " ", part).strip() for part in (given, infix, family) if part).casefold()


def ways_to_say(given: str, infix: str, family: str) -> set[str]:
    """The ways in which a list may name a colleague: in full, with an initial, or by family name alone."""
    last = f"{infix} {family}".strip()
    return {spoken(f"{given} {last}"), spoken(f"{given[:1]} {last}"), spoken(last)}


def _is_infix(word: str) -> bool:
    return word in INFIXES


def _all_infix(words: list[str]) -> bool:
    return all(_is_infix(word) for word in words)


def _leading(words: list[str]) -> int:
    """How many words at the beginning are tussenvoegsels; the last word never is."""
    at = 0
    while at < len(words) - 1 and _is_infix(words[at]):
        at += 1
    return at
