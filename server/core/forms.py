"""What a person sent, read once: text as it was written, nothing guessed.

NUL is dropped (PostgreSQL cannot store it and nobody typed it); bytes that are no UTF-8 are an error that says so.
"""

from collections.abc import Mapping, Sequence
from io import SEEK_END, BytesIO
from typing import IO, Any
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec
from litestar import Request
from litestar.datastructures import UploadFile

from server.core.errors import BadRequest
from server.core.ids import parse_id


class Upload(msgspec.Struct, frozen=True):
    """A file a person chose. A large one lies on the disk, not in memory."""

    name: str
    file: IO[bytes]

    @property
    def content(self) -> bytes:
        """All of it; only for files that are small."""
        self.file.seek(0)
        return self.file.read()

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return self.file.seek(0, SEEK_END)


class Form:
    """The fields of one request."""

    def __init__(self, fields: Mapping[str, Sequence[str]] | None = None, files: Mapping[str, Sequence[Upload]] | None = None) -> None:
        """Keep what was sent."""
        self.fields = {name: list(values) for name, values in (fields or {}).items()}
        self.files = {name: list(values) for name, values in (files or {}).items()}

    def __contains__(self, name: str) -> bool:
        """Whether the field was on the form, empty or not."""
        return name in self.fields

    def text(self, name: str) -> str:
        """The text of a field with newlines as line feeds, without spaces around it; empty when it was not sent."""
        return (self.fields.get(name) or [""])[0].replace("\r\n", "\n").replace("\r", "\n").strip()

    def all(self, name: str) -> list[str]:
        """Every value of a field that may come more than once."""
        return self.fields.get(name, [])

    def number(self, name: str) -> int | None:
        """The whole number in a field, or None."""
        text = self.text(name)
        return int(text) if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 10 else None

    def upload(self, name: str) -> Upload:
        """The file in a field; one without name and content when none was chosen."""
        return (self.files.get(name) or [Upload("", BytesIO())])[0]

    def id(self, name: str) -> UUID | None:
        """The UUID in a field, or None."""
        return parse_id(self.text(name))


async def read_form(request: Request) -> Form:
    """The form of a request, whether urlencoded, multipart or JSON; raises `BadRequest` when it cannot be read."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method in {"GET", "HEAD"}:
        return Form()
    try:
        if kind == "multipart/form-data":
            return await _multipart(request)
        body = await request.body()
        return _json(body) if kind == "application/json" else _urlencoded(body)
    except (UnicodeError, ValueError, RecursionError) as error:
        raise BadRequest from error


def _clean(text: str) -> str:
    text.encode()
    return text.replace("\0", "")


def _urlencoded(body: bytes) -> Form:
    fields: dict[str, list[str]] = {}
    for name, value in parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=500):
        fields.setdefault(_clean(name), []).append(_clean(value))
    return Form(fields)


def _json(body: bytes) -> Form:
    sent: Any = msgspec.json.decode(body) if body else {}
    if not isinstance(sent, dict):
        raise ValueError("an object is expected")
    fields = {}
    for name, value in sent.items():
        values = value if isinstance(value, list) else [value]
        fields[_clean(name)] = [_clean(item if isinstance(item, str) else msgspec.json.encode(item).decode()) for item in values if item is not None]
    return Form(fields)


async def _multipart(request: Request) -> Form:
    fields: dict[str, list[str]] = {}
    files: dict[str, list[Upload]] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            files.setdefault(_clean(name), []).append(Upload(value.filename or "", value.file))
        else:
            fields.setdefault(_clean(name), []).append(_clean(str(value)))
    return Form(fields, files)
