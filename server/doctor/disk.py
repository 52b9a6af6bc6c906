"""The data folder, the room that is left in it, and the store of photos and voice notes."""

import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from datetime import timedelta

from server.core import clock
from server.core.media import digest_of, fresh, store_of
from server.doctor.finding import Finding, warning, well, wrong
from server.settings import Settings

LOW, FULL = 2_000_000_000, 300_000_000
"""Bytes: below the first it is time to make room, below the second saves may fail today."""


def folder(settings: Settings) -> Iterator[Finding]:
    """There, ours alone, and writable."""
    path = settings.data.resolve()
    if not path.is_dir():
        yield wrong(
            "data", f"de map {path} is er niet", f"the folder {path} is not there",
            "maak hem, of zet SPOOR_DATA op de goede map; spoor serve maakt een nieuwe, lege", "make it, or set SPOOR_DATA to the right one; spoor serve makes a new, empty one",
        )  # fmt: skip
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield wrong(
            "data", f"anderen op deze computer kunnen in {path} ({mode:04o})", f"others on this machine can look in {path} ({mode:04o})",
            f"chmod 700 {path}", f"chmod 700 {path}",
        )  # fmt: skip
    elif not os.access(path, os.W_OK | os.X_OK):
        yield wrong("data", f"in {path} kan niet worden geschreven", f"{path} cannot be written to", f"chown -R GEBRUIKER {path}", f"chown -R USER {path}")
    else:
        yield well("data", f"de map {path} is van ons alleen", f"the folder {path} is ours alone")


def space(settings: Settings, low: int = LOW, full: int = FULL) -> Iterator[Finding]:
    """How much is left for database, keys and media."""
    free = shutil.disk_usage(next(path for path in (settings.data.resolve(), *settings.data.resolve().parents) if path.exists())).free
    nl, en = f"nog {free / 1e9:.1f} GB vrij", f"{free / 1e9:.1f} GB left"
    mend = "maak ruimte of neem een grotere schijf: wat vol is bewaart niets meer", "make room or take a larger disk: what is full keeps nothing any more"
    if free < full:
        yield wrong("disk", nl, en, *mend)
    elif free < low:
        yield warning("disk", nl, en, *mend)
    else:
        yield well("disk", nl, en)


def media(settings: Settings) -> Iterator[Finding]:
    """Keep a few bytes, read them back, drop them."""
    where = settings.media_url.partition("?")[0] or str(settings.data.resolve() / "media")
    store, content = store_of(settings), secrets.token_bytes(64)
    try:
        with fresh(store) as path:
            path.write_bytes(content)
            digest = digest_of(path)
            store.keep(path, digest)
        same = b"".join(store.chunks(digest, 0, len(content))) == content
        store.drop(digest, clock.now() + timedelta(days=36500))
    except Exception as error:
        same, why = False, type(error).__name__
    else:
        why = "other bytes came back"
    if same:
        yield well("media", f"foto's en spraak worden bewaard in {where}", f"photos and voice notes are kept in {where}")
    else:
        yield wrong(
            "media", f"in {where} kan niets worden bewaard ({why})", f"nothing can be kept in {where} ({why})",
            "kijk SPOOR_MEDIA_URL en de AWS_…-sleutels na, of de rechten op de map", "check SPOOR_MEDIA_URL and the AWS_… keys, or who may write in the folder",
        )  # fmt: skip
