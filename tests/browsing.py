"""People at their browsers, over HTTP: `browsing.samira.get("/trail")`, `browsing.nobody.post(…)`."""

import re
from html import unescape
from typing import Any

from httpx import Response
from litestar.testing import TestClient

from tests.world import token_of


class Person:
    """One person's browser. Redirects are not followed: a 303 is an answer to look at."""

    def __init__(self, client: TestClient, name: str) -> None:
        """Signed in, unless it is nobody, or another nobody (`other_nobody`) on a device of its own."""
        self.client, self.cookies = client, {} if name.endswith("nobody") else {"spoor": token_of(name)}

    def get(self, path: str, **how: Any) -> Response:
        """Look at a page."""
        return self._send("GET", path, **how)

    def post(self, path: str, data: dict[str, Any] | None = None, **how: Any) -> Response:
        """Send a form."""
        return self._send("POST", path, data=data or {}, **how)

    def delete(self, path: str, **how: Any) -> Response:
        """Take something away, as a form without JavaScript does."""
        return self._send("POST", path + ("&" if "?" in path else "?") + "_method=delete", **how)

    def save(self, path: str, data: dict[str, Any]) -> Response:
        """Send a form as the outbox does: asks for a receipt."""
        return self._send("POST", path, json=data, headers={"accept": "application/json"})

    def _send(self, method: str, path: str, **how: Any) -> Response:
        headers = {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "accept-language": "nl", **how.pop("headers", {})}
        self.client.cookies.clear()
        answer = self.client.request(method, path, headers=headers, follow_redirects=False, **how)
        for name, value in answer.cookies.items():
            self.cookies[name] = value
        return answer


class Browsing:
    """Everybody's browser."""

    def __init__(self, client: TestClient) -> None:
        """All share one app."""
        self._client, self._people = client, dict[str, Person]()

    def __getattr__(self, name: str) -> Person:
        """The browser of a person of the world."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self._people.setdefault(name, Person(self._client, name))


def text_of(answer: Response) -> str:
    """What a person reads on the page: no markup, single spaces."""
    body = re.sub(r"<(script|style|template)\b.*?</\1>|<head\b.*?</head>", " ", answer.text, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()
