"""Where photos and voice notes lie: under the SHA-256 of what is in them, so that the same bytes are kept once and never change.

A folder of the installation, or S3-compatible storage (`SPOOR_MEDIA_URL`, extra `s3`). A row may only name bytes that `keep` has
stored: they are whole and on the disk before the transaction commits. Bytes that no row names are an upload that was broken off;
`tidy` drops them after a day.
"""

import errno
import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from server.core.errors import Full, Unavailable
from server.settings import Settings

CHUNK = 256 * 1024
"""Bytes read at a time: a photo goes out in one or two."""

LEFT_AFTER = timedelta(days=1)
NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


class Store(Protocol):
    """Bytes by their digest."""

    new: Path
    """The folder where files are made before they are kept; on this machine, for their owner only."""

    def keep(self, made: Path, digest: str) -> None:
        """Take over this file. When it returns the bytes are there to stay. Raises `Full` or `Unavailable`; then nothing is kept."""

    def chunks(self, digest: str, start: int, length: int) -> Iterator[bytes]:
        """So many bytes from `start`, piece by piece. Raises `FileNotFoundError` when they are not there."""

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Every digest there is and since when."""

    def drop(self, digest: str, older_than: datetime) -> None:
        """Take these bytes away, unless somebody kept them anew meanwhile."""


def store_of(settings: Settings) -> Store:
    """The store of this installation. Opens nothing yet. Raises `ValueError` for an address that is none."""
    new = settings.data / "media" / "new"
    if not settings.media_url:
        return Folder(settings.data / "media", new)
    return Bucket(settings.media_url, new)


@contextmanager
def fresh(store: Store) -> Iterator[Path]:
    """An empty file of our own to write in, gone at the end unless it was kept."""
    with told_plainly():
        _private(store.new)
        path = store.new / secrets.token_hex(16)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def told_plainly() -> Iterator[None]:
    """A disk that is full is said as such, not as a fault of ours."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_SPACE:
            raise Full from error
        raise


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Folder:
    """In a folder: `ab/abcdef…`, readable by its owner only."""

    def __init__(self, root: Path, new: Path) -> None:
        """Make nothing yet."""
        self.root, self.new = root, new

    def keep(self, made: Path, digest: str) -> None:
        """On the disk before it has its name, and the name on the disk before it returns."""
        target = self._path(digest)
        with told_plainly():
            _private(target.parent)
            _on_disk(made)
            made.replace(target)
            for folder in (target.parent, self.root):
                _on_disk(folder)

    def chunks(self, digest: str, start: int, length: int) -> Iterator[bytes]:
        """From the file."""
        with self._path(digest).open("rb") as file:
            file.seek(start)
            while length > 0 and (piece := file.read(min(length, CHUNK))):
                length -= len(piece)
                yield piece

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Every file; one that goes while we look is passed over."""
        for path in self.root.glob("??/*"):
            with suppress(FileNotFoundError):
                yield path.name, _since(path)

    def drop(self, digest: str, older_than: datetime) -> None:
        """Aside first, and put back if it is newer than it was: an upload of the same bytes may come in between."""
        path, aside = self._path(digest), self.new / f"dropped-{digest}"
        _private(self.new)
        with suppress(FileNotFoundError):
            path.rename(aside)
            if _since(aside) >= older_than:
                with suppress(FileExistsError):
                    os.link(aside, path)
            aside.unlink()

    def _path(self, digest: str) -> Path:
        return self.root / digest[:2] / digest


class Bucket:
    """In S3-compatible storage: `s3://bucket/prefix?endpoint=https://…&region=…`. Who may, is in the usual `AWS_` settings."""

    def __init__(self, address: str, new: Path) -> None:
        """Connect to nothing yet."""
        parts = urlsplit(address)
        if parts.scheme != "s3" or not parts.netloc:
            raise ValueError("SPOOR_MEDIA_URL is written as s3://bucket/prefix?endpoint=https://…")
        self.new, self._bucket, self._prefix = new, parts.netloc, parts.path.strip("/")
        self._how = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self._opened: Any = None

    def keep(self, made: Path, digest: str) -> None:
        """Whole or not at all: S3 shows an object once its last byte is there."""
        import obstore

        with _answering():
            obstore.put(self._store(), self._key(digest), made, attributes={"Content-Type": "application/octet-stream"})

    def chunks(self, digest: str, start: int, length: int) -> Iterator[bytes]:
        """By ranges, so that nothing is fetched that nobody asked for."""
        import obstore

        while length > 0:
            step = min(length, 4 * CHUNK)
            with _answering():
                piece = obstore.get_range(self._store(), self._key(digest), start=start, length=step)
            yield bytes(piece)
            start, length = start + step, length - step

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Every object under the prefix."""
        import obstore

        with _answering():
            for listed in obstore.list(self._store()):
                for one in listed:
                    yield one["path"].rpartition("/")[2], one["last_modified"]

    def drop(self, digest: str, older_than: datetime) -> None:
        """Unless it was put there anew."""
        import obstore

        with suppress(FileNotFoundError), _answering():
            if obstore.head(self._store(), self._key(digest))["last_modified"] < older_than:
                obstore.delete(self._store(), self._key(digest))

    def _store(self) -> Any:
        if self._opened is None:
            try:
                from obstore.store import S3Store
            except ImportError as error:
                raise RuntimeError("SPOOR_MEDIA_URL needs the extra s3: pip install 'spoor[s3]'") from error
            how: dict[str, Any] = {name: self._how[name] for name in ("endpoint", "region") if name in self._how}
            plain = self._how.get("endpoint", "").startswith("http://")
            self._opened = S3Store(
                self._bucket, prefix=self._prefix or None, virtual_hosted_style_request=False, client_options={"allow_http": plain, "timeout": "20s"},
                retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=20)}, **how,
            )  # fmt: skip
        return self._opened

    @staticmethod
    def _key(digest: str) -> str:
        return f"{digest[:2]}/{digest}"


def tidy(store: Store, named: Callable[[Iterable[str]], set[str]], now: datetime) -> int:
    """Drop what was made or kept more than a day ago and belongs to nothing; `named` says which digests a row names. Gives how many."""
    before, left = now - LEFT_AFTER, 0
    for path in store.new.glob("*"):
        with suppress(FileNotFoundError):
            if _since(path) < before:
                path.unlink()
    old = [digest for digest, since in store.names() if since < before]
    for first in range(0, len(old), 500):
        some = old[first : first + 500]
        for digest in set(some) - named(some):
            store.drop(digest, before)
            left += 1
    return left


@contextmanager
def _answering() -> Iterator[None]:
    """Storage that does not answer, or not as it should, is unavailable for the moment; what is not there is not found."""
    from obstore.exceptions import BaseError

    try:
        yield
    except BaseError as error:
        raise Unavailable from error


def _private(folder: Path) -> None:
    """A folder in the media folder, both for their owner only."""
    for made in (folder.parent, folder):
        made.mkdir(parents=True, exist_ok=True, mode=0o700)


def _since(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _on_disk(path: Path) -> None:
    """Not only in the memory of the machine: also after the power goes."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
