"""Passwords: how they are kept (argon2id), which are refused, and that two are worked on at a time.

The rules are those of NIST SP 800-63B: long, any characters, nothing composed by rule, not one that everybody tries first. A password lets nobody in
without the second factor.
"""

import asyncio
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from server.core.errors import Unavailable
from server.core.text import plain

if TYPE_CHECKING:
    from argon2 import PasswordHasher

T = TypeVar("T")

SHORTEST, LONGEST = 12, 128
MEMORY = 64 * 1024
"""KiB for one digest, as RFC 9106 advises where memory is dear. So two at a time, in threads of their own: whoever waits for one keeps nobody from a page."""

MOST_WAITING, MOST_STRANGERS = 30, 20
"""So many may wait, and of them so many who are not known on their device: the rest of the places is for who came in there before."""

_POOL = ThreadPoolExecutor(2, thread_name_prefix="password")
_waiting = _strangers = 0

COMMON = (
    "abc", "abcd", "abcdefghijklmnopqrstuvwxyz", "admin", "ajax", "amsterdam", "appel", "azerty", "asdfghjkl", "asdf", "baby",
    "bloem", "computer", "docent", "dragon", "feyenoord",
    "football", "geheim", "hallo", "hello", "herfst", "holland",
    "ikhouvanjou", "iloveyou", "internet", "juf", "leraar", "letmein", "liefde", "login", "lente", "master",
    "meester",
    "mentor", "mijn", "mypassword", "monkey", "nederland", "onderwijs", "oranje", "pass", "password", "passw", "paswoord", "poes", "princess", "prinses", "qwerty", "qwertyuiop",
    "qwer", "rotterdam", "school", "secret", "spoor", "summer", "sunshine", "superman", "test", "utrecht", "vakantie", "voetbal", "wachtwoord", "welcome", "welkom", "winter",
    "zomer",
    "zonnetje", "zxcvbnm", "zxcv", "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december", "maandag", "dinsdag",
    "woensdag", "donderdag", "vrijdag", "spring", "autumn", "monday", "friday", "january", "october", "the", "het", "een", "my", "is", "for", "voor", "de", "op", "in", "and", "en",
)  # fmt: skip
"""What people here take when they must take something; a password made of nothing else but digits and signs is refused."""

_LOOKS = str.maketrans("0134578@$!", "oieastbasi")
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
"""`P@ssw0rd123!` is the word that it looks like, with something behind it."""


def normal(password: str) -> str:
    """A password as it is kept: two keyboards may write the same letter in two ways (NFC), and spaces count."""
    return unicodedata.normalize("NFC", password)


def wrong(password: str, own: Iterable[str], _: Callable[[str], str]) -> str:
    """Why this password is refused, in the person's language; empty when it is fine. `own` is what others know of them: names, school, address."""
    if len(normal(password)) < SHORTEST:
        return _("Kies een langer wachtwoord: minstens %(least)s tekens. Een paar gewone woorden achter elkaar is goed.") % {"least": SHORTEST}
    if len(normal(password)) > LONGEST:
        return _("Dit is te lang: hooguit %(most)s tekens.") % {"most": LONGEST}
    return _("Dit wachtwoord is makkelijk te raden. Neem een paar woorden die niets met jou of de school te maken hebben.") if _easy(password, own) else ""


def _easy(password: str, own: Iterable[str]) -> bool:
    """Whether nothing is left of it but a letter or two, once what everybody tries and what is their own is taken out."""
    if len(set(password)) < 5:
        return True
    known = {word for text in own for word in re.findall(r"[^\W\d_]{3,}", plain(text))} | set(COMMON)
    text = plain(password)
    return any(len(_left(one, known)) < 3 for one in (text, _AROUND.sub("", text).translate(_LOOKS)))


def _left(text: str, known: Iterable[str]) -> str:
    for word in sorted(known, key=len, reverse=True):
        text = text.replace(word, " ")
    return "".join({letter for letter in text if letter.isalpha()})


async def digest_of(password: str) -> str:
    """The digest to keep (argon2id)."""
    return await _one_of_two(lambda: _hasher().hash(normal(password)))


async def fits(digests: Sequence[str | None], password: str, *, known: bool) -> list[bool]:
    """Of each digest whether the password is its own. Where there is none it is not, after as much work. `known` is who came in before on the device that asks."""
    tried = await _one_of_two(lambda: [_fits(digest or _nobodys(), normal(password)[: LONGEST + 1]) for digest in digests], known=known)
    return [fit and digest is not None for fit, digest in zip(tried, digests, strict=True)]


def is_dated(digest: str) -> bool:
    """Whether a digest was made with other parameters than now; then make it anew while the password is at hand."""
    return _hasher().check_needs_rehash(digest)


async def _one_of_two(work: Callable[[], T], *, known: bool = True) -> T:
    global _waiting, _strangers
    if _waiting >= MOST_WAITING or (not known and _strangers >= MOST_STRANGERS):
        raise Unavailable
    _waiting, _strangers = _waiting + 1, _strangers + (not known)
    try:
        return await asyncio.get_running_loop().run_in_executor(_POOL, work)
    finally:
        _waiting, _strangers = _waiting - 1, _strangers - (not known)


def _fits(digest: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(digest, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher, Type

    return PasswordHasher(time_cost=3, memory_cost=MEMORY, parallelism=4, type=Type.ID)


@cache
def _nobodys() -> str:
    """The digest of nobody's password, made with the parameters of now."""
    return _hasher().hash("nobody")
