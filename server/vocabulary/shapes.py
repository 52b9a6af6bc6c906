"""How a word is drawn where there is no browser, on paper and in a picture that goes round: its pictogram, or the school's own picture of it."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from functools import cache

from server.core.assets import ROOT
from server.core.media import Store

_OWN = (
    '<clipPath id="own"><rect width="256" height="256" rx="56"/></clipPath><image width="256" height="256" preserveAspectRatio="xMidYMid slice" clip-path="url(#own)" href="{}"/>'
)


@cache
def pictograms() -> dict[str, str]:
    """The shapes of all pictograms of words by name: our own file, so it is markup. They are drawn in a square of 256."""
    return dict(re.findall(r'<symbol id="([\w-]+)"[^>]*>(.*?)</symbol>', (ROOT / "icons" / "words.svg").read_text(), re.DOTALL))


def addresses(store: Store, wanted: Iterable[str], sizes: Mapping[str, int]) -> dict[str, str]:
    """By digest the pictures themselves, as an address that holds them; without those that are not there. `sizes` are their bytes. Waits for the disk."""
    held = {}
    for digest in {one for one in wanted if one in sizes}:
        try:
            held[digest] = "data:image/jpeg;base64," + b64encode(b"".join(store.chunks(digest, 0, sizes[digest]))).decode()
        except FileNotFoundError:
            continue
    return held


def shapes_of(icon: str, picture: str, own: Mapping[str, str]) -> str:
    """What is drawn in a square of 256: the school's own picture where it is among these (`addresses`), else the pictogram; empty when there is neither."""
    return _OWN.format(own[picture]) if picture in own else pictograms().get(icon, "")
