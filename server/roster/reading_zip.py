"""What is packed, opened without trust: nothing is written to a disk, no name may point elsewhere, and no small file may become a huge one.

What an archive says of its own sizes may be a lie: it counts what comes out.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from server.roster.listed import Unreadable

LARGEST_PART = 120_000_000
LARGEST_WHOLE = 250_000_000
MOST_PARTS = 500
_PIECE = 1 << 20


def opened(content: bytes) -> zipfile.ZipFile:
    """The archive, when every member's name and size is as it should be; raises `Unreadable`."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable("zip") from error
    members = archive.infolist()
    if len(members) > MOST_PARTS or sum(member.file_size for member in members) > LARGEST_WHOLE or any(member.file_size > LARGEST_PART for member in members):
        raise Unreadable("bomb")
    names = [member.filename for member in members]
    if len(set(names)) != len(names) or any(_elsewhere(name) for name in names) or any(member.flag_bits & 1 for member in members):
        raise Unreadable("zip")
    return archive


def parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The CSV files in it, by their plain name: at the root, or all in one folder. What a Mac adds is not looked at."""
    found: dict[str, str] = {}
    for name in archive.namelist():
        path = PurePosixPath(name)
        if name.endswith("/") or path.suffix.lower() != ".csv" or path.parts[0] == "__MACOSX" or path.name.startswith("."):
            continue
        if len(path.parts) > 2 or path.name.casefold() in {known.casefold() for known in found}:
            raise Unreadable("zip")
        found[path.name] = name
    return found


def content_of(archive: zipfile.ZipFile, name: str, most: int = LARGEST_PART) -> bytes:
    """One member, unpacked up to a limit; raises `Unreadable` when more comes out, or when it is broken."""
    pieces, size = [], 0
    with unpacking(), archive.open(name) as member:
        while piece := member.read(_PIECE):
            size += len(piece)
            if size > most:
                raise Unreadable("bomb")
            pieces.append(piece)
    return b"".join(pieces)


def check(content: bytes) -> int:
    """How large everything in it is, by unpacking it piece by piece and keeping nothing; raises `Unreadable`."""
    archive, size = opened(content), 0
    for name in archive.namelist():
        with unpacking(), archive.open(name) as member:
            while piece := member.read(_PIECE):
                size += len(piece)
                if size > LARGEST_WHOLE:
                    raise Unreadable("bomb")
    return size


@contextmanager
def unpacking() -> Iterator[None]:
    """What is broken in an archive is `Unreadable`."""
    try:
        yield
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, zlib.error) as error:
        raise Unreadable("zip") from error


def _elsewhere(name: str) -> bool:
    return not name or name.startswith(("/", "\\")) or "\\" in name or ":" in name or "\0" in name or ".." in PurePosixPath(name).parts
