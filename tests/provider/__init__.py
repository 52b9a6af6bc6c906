"""A real OpenID provider for the tests: oidc-provider (certified), run by node, with claims of the shapes that each preset's provider documents.

Before it stands a proxy of ours, which is what Spoor knows: it passes everything on, and alters an answer where a test says so.
"""

import json
import re
import shutil
import subprocess
import threading
import urllib.request
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from datetime import datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from httpx import Response
from joserfc import jwt
from joserfc.jwk import RSAKey

from server.settings import OidcProvider
from tests.browsing import Person

HERE = Path(__file__).parent
BACK = "http://testserver.local"
TENANT, OTHER_TENANT = "9f0d1e2c-1111-4000-8000-000000000001", "9f0d1e2c-2222-4000-8000-000000000002"
SECRET = "a secret of the tests: 50% & more + /"

Alter = Callable[[dict[str, Any]], dict[str, Any]]

ENTREE = {"eduPersonAffiliation": ["student"], "nlEduPersonHomeOrganizationId": "11XX00", "nlEduPersonHomeOrganization": "De Waal College"}
SURF = {"schac_home_organization": "waal.example", "email_verified": True}
ENTRA = {"tid": TENANT, "ver": "2.0"}
ISSUERS: dict[str, dict[str, Any]] = {
    "entree": {
        "preset": "entree", "path": "/entree", "organizations": (("11XX", "De Waal College"), ("22YY00", "De Andere School")), "in_id_token": False,
        "accounts": {
            "samira": {"uid": "qj7cks8qdz9ph54@waal", "givenName": "Samira", **ENTREE},
            "daan": {"uids": ["zz@waal"], "given_name": "Daan", "eduperson_affiliation": ["student"], "nlEduPersonHomeOrganizationId": "11XX", "employeeNumber": "00454100"},
            "kramer": {"uid": "kk@waal", "sn": "Kramer", **ENTREE, "eduPersonAffiliation": ["employee"]},
            "anja-as-student": {"uid": "ww@waal", "givenName": "Anja", **ENTREE, "employeeNumber": "A17"},
            "anja": {"uid": "an@waal", "givenName": "Anja", **ENTREE, "eduPersonAffiliation": ["staff"], "employeeNumber": "A17", "mail": "wouters@waal.example"},
            "olga": {"uid": "oo@ander", "givenName": "Olga", **ENTREE, "nlEduPersonHomeOrganizationId": "22YY00"},
            "stranger": {"uid": "xx@elders", "givenName": "Xander", **ENTREE, "nlEduPersonHomeOrganizationId": "33ZZ00"},
            "mailer": {"uid": "mm@waal", "givenName": "Mo", **ENTREE, "eduPersonAffiliation": ["employee"], "mail": "wouters@waal.example"},
        },
    },
    "surfconext": {
        "preset": "surfconext", "path": "/surfconext", "organizations": (("waal.example", "De Waal College"),), "in_id_token": False,
        "accounts": {
            "0c5f": {**SURF, "eduperson_affiliation": ["student"], "schac_personal_unique_code": ["urn:schac:personalUniqueCode:nl:local:waal.example:studentid:00456115"]},
            "1d6a": {**SURF, "edu_person_affiliations": ["employee", "member"], "email": "Wouters@Waal.example", "name": "Els Wouters"},
            "2e7b": {**SURF, "eduperson_affiliation": ["employee"], "email": "wouters@gmail.example"},
            "3f8c": {**SURF, "schac_personal_unique_code": ["urn:schac:personalUniqueCode:nl:local:elders.example:studentid:00456115"]},
            "4a9d": {**SURF, "schac_home_organization": "elders.example", "email": "wouters@waal.example"},
            "5b0e": {**SURF, "eduperson_affiliation": ["student"], "email": "wouters@waal.example"},
        },
    },
    "entra": {
        "preset": "entra", "path": f"/{TENANT}/v2.0", "organizations": ((TENANT, "De Waal College"),), "in_id_token": True,
        "accounts": {
            "sub-1": {**ENTRA, "oid": "0000-wouters", "email": "wouters@waal.example", "xms_edov": True, "preferred_username": "wouters@waal.example"},
            "sub-2": {**ENTRA, "oid": "0000-noauth", "email": "wouters@waal.example", "preferred_username": "wouters@waal.example", "upn": "wouters@waal.example"},
            "sub-3": {**ENTRA, "oid": "0000-anja", "employeeid": "A17", "preferred_username": "anja@waal.example"},
            "sub-4": {"tid": OTHER_TENANT, "ver": "2.0", "oid": "0000-other", "email": "wouters@waal.example", "xms_edov": True},
            "sub-5": {**ENTRA, "email": "wouters@waal.example", "xms_edov": True},
            "sub-6": {**ENTRA, "oid": "0000-samira", "employeeid": "00456115", "preferred_username": "samira@waal.example"},
        },
    },
    "google": {
        "preset": "google", "path": "/google", "organizations": (("waal.example", "De Waal College"),), "in_id_token": True, "auth_method": "client_secret_basic",
        "accounts": {
            "1001": {"hd": "waal.example", "email": "wouters@waal.example", "email_verified": True},
            "1002": {"hd": "waal.example", "email": "wouters@waal.example", "email_verified": False},
            "1003": {"email": "wouters@waal.example", "email_verified": True},
            "1004": {"hd": "elders.example", "email": "wouters@waal.example", "email_verified": True},
            "1005": {"hd": "waal.example", "email": "samira@waal.example", "email_verified": True},
        },
    },
    "plain": {
        "preset": "plain", "path": "/plain", "organizations": (("*", "De Waal College"),), "in_id_token": True,
        "accounts": {"els": {"email": "wouters@waal.example", "email_verified": True, "preferred_username": "els"}},
    },
}  # fmt: skip


class OpenIdProvider:
    """Runs as long as the block."""

    def __init__(self, back: str = BACK) -> None:
        self.back = back
        self.key = RSAKey.generate_key(2048, auto_kid=True)
        self.alter: dict[str, Alter] = {}
        self.asked: list[str] = []
        self._proxy = ThreadingHTTPServer(("127.0.0.1", 0), type("Passing", (_Passing,), {"provider": self}))
        self.base = f"http://127.0.0.1:{self._proxy.server_port}"
        self.port = 0

    def __enter__(self) -> "OpenIdProvider":
        node = shutil.which("node")
        assert node, "node is needed"
        self._process = subprocess.Popen([node, str(HERE / "server.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(self._told()))
        self._process.stdin.close()
        self.port = int(self._process.stdout.readline())
        threading.Thread(target=self._proxy.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._proxy.shutdown()
        self._process.kill()
        self._process.wait()

    def _told(self) -> dict[str, Any]:
        return {
            "base": self.base,
            "keys": [{**self.key.as_dict(private=True), "use": "sig", "alg": "RS256"}],
            "issuers": {of["path"]: self._issuer(name, of) for name, of in ISSUERS.items()},
        }

    def _issuer(self, name: str, of: Mapping[str, Any]) -> dict[str, Any]:
        method = of.get("auth_method", "client_secret_post")
        client = {"client_id": f"spoor {name}", "client_secret": SECRET, "redirect_uris": [f"{self.back}/sign-in/provider/{name}/callback"], "token_endpoint_auth_method": method,
                  "post_logout_redirect_uris": [f"{self.back}/sign-in"]}  # fmt: skip
        return {"client": client, "accounts": of["accounts"], "in_id_token": of["in_id_token"], "auth_method": method}

    @property
    def settings(self) -> tuple[OidcProvider, ...]:
        """What the operator tells Spoor."""
        return tuple(
            OidcProvider(name=name, preset=of["preset"], client_id=f"spoor {name}", client_secret=SECRET, issuer=self.issuer(name), organizations=of["organizations"])
            for name, of in ISSUERS.items()
        )

    def issuer(self, name: str) -> str:
        """Its own name."""
        return self.base + str(ISSUERS[name]["path"])

    def set_clock(self, now: datetime) -> None:
        """What the provider's clock says from here on."""
        urllib.request.urlopen(f"http://127.0.0.1:{self.port}/clock", data=str(int(now.timestamp() * 1000)).encode(), timeout=5).close()

    def signed(self, claims: dict[str, Any], key: Any = None, **header: Any) -> str:
        """An ID token with the provider's own key, or another."""
        header = {"alg": "RS256", "kid": self.key.kid, **header}
        return jwt.encode(header, claims, key or self.key, algorithms=[header["alg"]])


class Surfing:
    """Somebody's browser at the provider, where nobody is asked for a password. It stays signed in there until it is forgotten."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def visit(self, address: str, account: str = "", *, deny: bool = False) -> str:
        """Follow where the provider leads, signing in on the way, and give the address back at Spoor."""
        for _ in range(8):
            if address.startswith(BACK):
                return address.removeprefix(BACK)
            if "/interaction/" in address:
                address += "?deny=1" if deny else f"?account={account}"
            _, headers, page = self.get(address)
            if form := re.search(r'<form method="post" action="([^"]+)"', page):
                fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page))
                _, headers, _ = self.get(urljoin(address, form[1]), "POST", urlencode(fields))
            address = urljoin(address, headers.get("location", ""))
        raise AssertionError(f"no way back from {address}")

    def get(self, address: str, method: str = "GET", body: str = "") -> tuple[int, Mapping[str, str], str]:
        """One request."""
        parts = urlsplit(address)
        connection = HTTPConnection(parts.netloc, timeout=5)
        headers = {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "content-type": "application/x-www-form-urlencoded"}
        connection.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, body=body, headers=headers)
        answer = connection.getresponse()
        for cookie in answer.headers.get_all("set-cookie", []):
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        told = answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read().decode()
        connection.close()
        return told


def sign_in(person: Person, name: str, account: str, surfing: Surfing | None = None, *, more: str = "") -> Response:
    """All the way: off to the provider, sign in there, and back. Gives what Spoor answers."""
    off = person.get(f"/sign-in/provider/{name}{more}")
    assert off.status_code == 303, off.text
    return person.get((surfing or Surfing()).visit(off.headers["location"], account))


def claims_in(token: str) -> dict[str, Any]:
    """What stands in a token, signed or not."""
    part = token.split(".")[1]
    return dict(json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4))))


class _Passing(BaseHTTPRequestHandler):
    """Passes on to the provider, and alters the JSON of an answer whose address ends as a test says."""

    provider: OpenIdProvider

    def do_GET(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.provider.port, timeout=5)
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        connection.request(self.command, self.path, body=body, headers={name: value for name, value in self.headers.items() if name.lower() != "connection"})
        answer = connection.getresponse()
        content, path = answer.read(), urlsplit(self.path).path
        self.provider.asked.append(path)
        change = next((change for end, change in self.provider.alter.items() if path.endswith(end)), None)
        status, content = (answer.status, content) if change is None else (200, json.dumps(change(json.loads(content))).encode())
        self.send_response(status)
        for name, value in answer.headers.items():
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        connection.close()

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
