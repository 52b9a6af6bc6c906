"""What makes a browser take Spoor for an app: the manifest, the service worker, and the page for when there is no internet.

None of these looks up who asks: they hold nothing personal, so a device may keep them.
"""

import hashlib
import re
import struct
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.params import FromQuery

from server.core import i18n
from server.core.assets import Asset, Assets, without_remarks
from server.core.routes import get
from server.core.web import page

PAPER = "#faf6ee"
PRECACHED = ("styles/app.css", "fonts/atkinson-hyperlegible-next.woff2", "icons/ui.svg", "icons/favicon.svg")
"""What every page needs before a script of its own: kept on the device when the worker is installed; the rest when first used."""

LATER = ("icons/words.svg", "styles/media.css", "styles/pictures.css", "styles/photos.css", "styles/outbox.css", "styles/picture.css", "styles/growth.css")
"""What a student's screens need without signal: kept when a page asks to have screens at hand."""


def manifest(assets: Assets, language: str) -> dict[str, Any]:
    """The app as a browser installs it. `id` never changes: it is how a phone knows that it has this app already."""
    _ = i18n.tongue(language)
    icon = {"sizes": "192x192", "type": "image/png", "src": assets.url("icons/spoor-192.png")}
    shortcuts = ((_("Ervaring toevoegen"), _("Ervaring"), "/experiences/new"), (_("Vandaag"), _("Vandaag"), "/"), (_("Mijn spoor"), _("Mijn spoor"), "/trail"))
    return {
        "id": "/",
        "name": "Spoor",
        "short_name": "Spoor",
        "description": _("Vertel wat je deed. Vind er woorden bij. Bereid je gesprek voor."),
        "lang": language,
        "dir": "ltr",
        "start_url": "/?from=app",
        "scope": "/",
        "display": "standalone",
        "theme_color": PAPER,
        "background_color": PAPER,
        "categories": ["education"],
        "icons": [
            {**icon, "purpose": "any"},
            {"src": assets.url("icons/spoor-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any"},
            {"src": assets.url("icons/maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
            {"src": assets.url("icons/favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        ],
        "screenshots": _screenshots(assets, _),
        "shortcuts": [{"name": name, "short_name": short, "url": url, "icons": [icon]} for name, short, url in shortcuts],
        "share_target": {
            "action": "/share",
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"title": "title", "text": "text", "url": "url", "files": [{"name": "media", "accept": ["image/*"]}]},
        },
        "prefer_related_applications": False,
    }


def _screenshots(assets: Assets, _: Any) -> list[dict[str, str]]:
    labels = {
        "icons/screenshot-narrow-1.png": _("Vandaag: je volgende gesprek en je eigen spoor"),
        "icons/screenshot-narrow-2.png": _("Mijn spoor: alles wat je vertelde, met jouw woorden"),
        "icons/screenshot-wide.png": _("Een gesprek op de laptop van een mentor"),
    }
    return [
        {"src": assets.url(name), "sizes": _size(assets.named[name]), "type": "image/png", "form_factor": "narrow" if "narrow" in name else "wide", "label": label}
        for name, label in labels.items()
        if name in assets.named
    ]


def _size(picture: Asset) -> str:
    width, height = struct.unpack(">II", picture.body[16:24])
    return f"{width}x{height}"


SHARED = ("patience", "rules", "store", "outbox")
"""Scripts that pages and the worker run alike, each after those it imports."""

_EXPORT = re.compile(r"^export ((?:async )?(?:function|const|let) (\w+))", re.MULTILINE)
_IMPORT = re.compile(r"^import [^;]*;$", re.MULTILINE)


def classic(path: Path) -> str:
    """A module as a constant of its name, for the worker: modules in service workers are too new for some browsers that students have.

    Such a script imports whole modules by their name (`import * as rules from "./rules.js"`), or nothing.
    """
    source = without_remarks(path.read_text())
    names = [found[2] for found in _EXPORT.finditer(source)]
    body = _EXPORT.sub(r"\1", _IMPORT.sub("", source))
    return f"const {path.stem} = (() => {{\n{body}\nreturn {{ {', '.join(names)} }};\n}})();"


def worker(assets: Assets) -> str:
    """The service worker with what it must know put on top: the build, and what to keep from the start.

    Its version changes with any byte that a page is made of, so that a browser notices every new build.
    """
    source = "\n".join((*(classic(assets.root / "scripts" / f"{name}.js") for name in SHARED), without_remarks((assets.root / "service-worker.js").read_text())))
    scripts = sorted(name for name in assets.named if name.startswith("scripts/"))
    told = {
        "version": hashlib.sha256((assets.build + source).encode()).hexdigest()[:12],
        "assets": [assets.url(name) for name in (*PRECACHED, *scripts)],
        "later": [assets.url(name) for name in LATER if name in assets.named],
        "offline": {language: f"/offline?language={language}" for language in i18n.LANGUAGES},
        "icon": assets.url("icons/spoor-192.png"),
        "badge": assets.url("icons/badge-96.png"),
    }
    return f"const SPOOR = {msgspec.json.encode(told).decode()};\n{source}"


@get("/manifest.webmanifest")
def show_manifest(request: Request, language: FromQuery[str] = "") -> Response[bytes]:
    """The manifest, in the language a page names, else the browser's: a browser asks for it without cookies."""
    said = language if language in i18n.LANGUAGES else i18n.preferred(request.headers.get("accept-language", ""))
    content = msgspec.json.encode(manifest(request.app.state.assets, said))
    return Response(content, media_type="application/manifest+json", headers={"cache-control": "no-cache", "vary": "Accept-Language", "content-language": said})


@get("/service-worker.js")
def show_worker(request: Request) -> Response[str]:
    """The service worker; from the root, so that it serves every page."""
    return Response(worker(request.app.state.assets), media_type="text/javascript", headers={"cache-control": "no-cache"})


@get("/offline")
def offline(request: Request) -> Response[str]:
    """The page for when there is no internet and a page was not seen before. Kept in each language, asked for by `Accept-Language`.

    Its mark is empty: it must not say that nobody is signed in, for then the device would lock what waits to be sent.
    """
    return page(request, "pwa/offline.html", {"whose": ""})


@get("/favicon.ico")
def favicon(request: Request) -> Response[bytes]:
    """For what asks without reading the page."""
    return Response(request.app.state.assets.named["icons/spoor-192.png"].body, media_type="image/png", headers={"cache-control": "public, max-age=86400"})


routes = [show_manifest, show_worker, offline, favicon]
