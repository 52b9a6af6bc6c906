"""Styles, scripts, fonts and icons: read once at start, addressed by what they contain, cached for ever.

`styles/app.css` is `styles/layers.css` with its imports put in place: one request before the first paint. A script's
imports are rewritten to hashed addresses, so that an old page never mixes with a new script.
"""

import hashlib
import mimetypes
import re
from functools import cache
from pathlib import Path

import brotli

ROOT = Path(__file__).parents[2] / "web"
FOLDERS = ("styles", "scripts", "fonts", "icons", "vendor")
SUFFIXES = {".css", ".js", ".woff2", ".svg", ".png"}
_CSS_IMPORT = re.compile(r'@import url\("(?P<name>[\w./-]+)"\)(?: layer\((?P<layer>[\w.]+)\))?;')
_CSS_URL = re.compile(r'url\("?(?P<name>\.\./[\w./-]+)"?\)')
_CSS_LOOSE = re.compile(r"""(?P<kept>"[^"]*"|'[^']*')|(?P<remark>/\*.*?\*/)|(?P<edge>\s*[{};,]\s*|(?<=[a-z]):\s+|\n\s*)""", re.DOTALL)
_JS_REMARK = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
_JS_IMPORT = re.compile(r'(?P<head>\bfrom\s*|\bimport\s*\(?\s*)"(?P<name>\.{1,2}/[\w./-]+)"')


def _words_of(root: Path) -> bytes:
    """What templates and translations say: a build that only says something else is another build too, for ETags and devices."""
    return b"".join(path.read_bytes() for folder in ("templates", "locale") for path in sorted((root / folder).rglob("*")) if path.is_file())


def without_remarks(script: str) -> str:
    """A script without the lines that only remark; the other lines keep their numbers."""
    return _JS_REMARK.sub("", script)


def _tight(css: str) -> str:
    """The same styles without remarks and indentation: it is what a first visit waits for. Quoted text stays as it is written."""
    return _CSS_LOOSE.sub(lambda found: found["kept"] or ("" if found["remark"] or found["edge"] is None else found["edge"].strip()), css)


@cache
def _packed(body: bytes) -> bytes:
    """Packed as small as can be: half a second for all together, so once, however many apps a process puts together."""
    packed: bytes = brotli.compress(body, quality=11)
    return packed


class Asset:
    """One file as it is sent."""

    def __init__(self, name: str, body: bytes) -> None:
        """Name it by its content."""
        self.name, self.body = name, body
        stem, dot, suffix = name.rpartition(".")
        self.path = f"{stem}.{hashlib.sha256(body).hexdigest()[:10]}{dot}{suffix}"
        self.type = {".js": "text/javascript", ".woff2": "font/woff2"}.get(f".{suffix}") or mimetypes.guess_type(name)[0] or "application/octet-stream"

    @property
    def compressed(self) -> bytes:
        """Brotli 11, made when first asked for; fonts and pictures are compressed already."""
        return self.body if self.type.startswith(("font/", "image/png")) else _packed(self.body)


class Assets:
    """All files under their logical names and under their addresses."""

    def __init__(self, root: Path = ROOT) -> None:
        """Read everything: a few hundred kilobytes."""
        self.root, self.named, self.addressed = root, {}, {}
        self._busy: set[str] = set()
        for folder in FOLDERS:
            for path in sorted((root / folder).rglob("*")):
                if path.suffix in SUFFIXES and path.is_file():
                    self._add(path.relative_to(root).as_posix())
        self._add("styles/app.css")
        self.build = hashlib.sha256("".join(sorted(self.addressed)).encode() + _words_of(root)).hexdigest()[:12]

    named: dict[str, Asset]
    addressed: dict[str, Asset]

    def url(self, name: str) -> str:
        """The address of a file; a name that does not exist is a mistake in a template and raises `KeyError`."""
        return f"/assets/{self.named[name].path}"

    def _add(self, name: str) -> Asset:
        if name in self.named:
            return self.named[name]
        if name in self._busy:
            raise ValueError(f"{name} imports itself")
        self._busy.add(name)
        asset = Asset(name, self._body(name))
        self.named[name] = self.addressed[asset.path] = asset
        return asset

    def _body(self, name: str) -> bytes:
        if name == "styles/app.css":
            return _tight(self._css(self.root / "styles" / "layers.css")).encode()
        path = self.root / name
        if path.suffix == ".js" and name.startswith("scripts/"):
            return _JS_IMPORT.sub(lambda found: f'{found["head"]}"{self._address(path, found["name"])}"', without_remarks(path.read_text())).encode()
        return path.read_bytes()

    def _css(self, path: Path) -> str:
        if not path.exists():
            return ""
        text = _CSS_URL.sub(lambda found: f'url("{self._address(path, found["name"])}")', path.read_text())

        def put(found: re.Match[str]) -> str:
            inner = self._css(path.parent / found["name"])
            return f"@layer {found['layer']} {{\n{inner}\n}}" if found["layer"] else inner

        return _CSS_IMPORT.sub(put, text)

    def _address(self, path: Path, name: str) -> str:
        target = (path.parent / name).resolve().relative_to(self.root.resolve()).as_posix()
        return f"/assets/{self._add(target).path}"
