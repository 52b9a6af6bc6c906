"""Text as search and sorting take it. What a person wrote stays as written."""

import unicodedata


def plain(text: str) -> str:
    """Lower case without accents, so that `cafe` finds `Café`."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter))
