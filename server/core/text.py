"""Text as search and sorting take it. What a person wrote stays as written."""

import unicodedata

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""What turns the direction of all text after it: with it a name could read as another."""

_NOTHING_TURNS = str.maketrans("", "", TURNING)


def plain(text: str) -> str:
    """Lower case without accents, so that `cafe` finds `Café`."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter))


def folded(text: str) -> str:
    """The same without spaces too many: `Rustig ` and `rustíg` are one word."""
    return plain(" ".join(text.split()))


def unturned(text: str) -> str:
    """The text without what turns the direction of the rest of the page; letters that are written from right to left stay."""
    return text.translate(_NOTHING_TURNS)


def one_line(text: str) -> str:
    """What was typed, as one line: single spaces, nothing that cannot be seen and changes what is."""
    return unturned("".join(letter for letter in " ".join(text.split()) if unicodedata.category(letter) not in {"Cc", "Cs"})).strip()
