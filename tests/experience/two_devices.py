"""Two devices and the way between them and the server: the rules of the outbox run as browsers run them, the app answers as it answers browsers."""

import asyncio
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID, uuid4

from litestar import Litestar
from py_mini_racer import MiniRacer
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from server.core.conflict import Conflict
from server.core.db import Database
from server.core.mutation import Mutation
from server.experience.models import Experience
from tests.world import token_of

RULES = Path(__file__).parents[2] / "web" / "scripts" / "rules.js"
WORD = "moed"
HOUR = 3_600_000
TOKEN = re.compile(r"⟨\d+⟩")

GLUE = """
const sorted = (receipts) => [...receipts].sort((one, other) => one.seq - other.seq);
const own = (state, about) => state.items.filter((item) => item.about === about && item.what === "experience");
const next = (state, now) => rules.next(state.items.map(rules.current), now);
const wire = (state, item, now) => rules.wire(item, sorted(state.receipts), now);
const shown = (state, about, page) => {
  const { known, fields, base, knew } = rules.asShown(about, page, state.copies[about], own(state, about), sorted(state.receipts));
  return { known: { ...page.known, ...Object.fromEntries(fields.map((name) => [name, known[name]])) }, base, knew };
};
// As the outbox does when an answer is there. In the worker nobody keeps the copy up to date.
const handle = (state, item, answer, now, worker) => {
  const receipts = sorted(state.receipts);
  const meaning = rules.understand(answer, item);
  const changed = rules.after(item, meaning, now, 0.5);
  if (meaning.kind === "stored") {
    state.receipts.push(rules.remember(item, meaning.receipt, now));
    const copy = worker ? null : rules.learned(state.copies[item.about], item, meaning.receipt, state.receipts);
    if (copy) state.copies[item.about] = copy;
  }
  state.items = state.items.flatMap((one) => (one.seq === item.seq ? (changed ? [changed] : []) : [one]));
  return { state, meaning };
};
const anew = (state) => ({ ...state, items: state.items.map((item) => ({ ...rules.anew(item), after: 0 })) });
"""


class Scripts:
    """`rules.js` in V8. `changes` are made to its text first, to see that a broken rule is noticed."""

    def __init__(self, changes: Iterable[tuple[str, str]] = ()) -> None:
        source = RULES.read_text()
        for old, new in changes:
            assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times in rules.js"
            source = source.replace(old, new)
        names = re.findall(r"^export (?:async )?(?:function|const) (\w+)", source, re.M)
        self.engine = MiniRacer()
        self.engine.eval(f"const rules = (() => {{ {re.sub(r'^export ', '', source, flags=re.M)}; return {{ {', '.join(names)} }}; }})(); {GLUE}")

    def run(self, name: str, *told: Any) -> Any:
        return json.loads(self.engine.eval(f"JSON.stringify({name}({', '.join(json.dumps(one) for one in told)}) ?? null)"))


class Server:
    """The app, asked without a network. `wrong` is what was answered otherwise than promised."""

    def __init__(self, app: Litestar, database: Database) -> None:
        self.app, self.database, self.loop = app, database, asyncio.new_event_loop()
        self.marks = {who: self.ask("GET", "/experiences/new", who=who)[1]["spoor-person"] for who in ("samira", "daan")}

    def ask(self, method: str, path: str, fields: list[list[str]] | None = None, who: str = "samira", mark: str = "") -> tuple[int, dict[str, str], bytes]:
        """One request, as a browser sends it; gives status, headers and body."""
        body = urlencode([(name, value) for name, value in fields or ()], quote_via=quote).encode()
        sent = {"host": "testserver.local", "accept": "application/json", "content-type": "application/x-www-form-urlencoded", "spoor-person": mark}
        sent |= {"cookie": f"spoor={token_of(who)}"} if who != "nobody" else {}
        address, _, question = path.partition("?")
        scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": address, "raw_path": address.encode(),
                 "root_path": "", "query_string": question.encode(), "headers": [(name.encode(), text.encode()) for name, text in sent.items() if text],
                 "server": ("testserver.local", 80), "client": ("127.0.0.1", 1)}  # fmt: skip
        answered: list[dict[str, Any]] = []
        arriving = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            return arriving.pop(0) if arriving else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            answered.append(message)

        self.loop.run_until_complete(self.app(scope, receive, send))  # type: ignore[arg-type]
        headers = {name.decode().lower(): text.decode() for name, text in answered[0]["headers"]}
        return answered[0]["status"], headers, b"".join(message.get("body", b"") for message in answered[1:])

    def page(self, about: str) -> dict[str, Any] | None:
        """What a page about it would show now, read in one moment; None when there is none."""
        with self.database.reading() as session:
            one = session.scalar(select(Experience).where(Experience.id == UUID(about)).options(selectinload(Experience.words)))
            if one is None or one.deleted_at is not None:
                return None
            words = [{"key": word.word or f"own:{word.own}", "evidence": word.evidence} for word in one.words]
            return {"base": one.revision, "known": {"text": one.text, "face": one.face, "qualities": words}}

    def conflicts(self, about: str) -> list[tuple[str, str]]:
        """What a page about it asks to choose from, and about which answer."""
        with self.database.reading() as session:
            return [
                (str(one.id), one.field) for one in session.scalars(select(Conflict).where(Conflict.subject_id == UUID(about), Conflict.settled_at.is_(None)).order_by(Conflict.id))
            ]

    def holds(self, abouts: Iterable[str]) -> str:
        """Everything that is stored about these: what stands, and what is kept beside it."""
        with self.database.reading() as session:
            ids = [UUID(about) for about in abouts]
            experiences = list(session.scalars(select(Experience).where(Experience.id.in_(ids)).options(selectinload(Experience.words))))
            beside = [(str(known.subject_id), known.field, json.dumps(known.value, ensure_ascii=False), known.settled_at is None) for known in
                      session.scalars(select(Conflict).where(Conflict.subject_id.in_(ids)))]  # fmt: skip
            open_ones = [known[:3] for known in beside if known[3]]
            assert len(open_ones) == len(set(open_ones)), "the same version waits twice"
            return "\n".join([*(one.text + "".join(word.evidence for word in one.words) for one in experiences), *(known[2] for known in beside)])

    def knows(self, mutation: str) -> bool:
        """Whether this save is stored."""
        with self.database.reading() as session:
            return session.get(Mutation, UUID(mutation)) is not None


class Device:
    """One phone or laptop. `state` is on its disk; `form` is what stands on the screen, and is gone when the battery is."""

    def __init__(self, name: str, scripts: Scripts, server: Server) -> None:
        self.name, self.scripts, self.server = name, scripts, server
        self.state: dict[str, Any] = {"items": [], "receipts": [], "copies": {}}
        self.pages: dict[str, dict[str, Any]] = {}
        self.seq, self.now = 0, 1_800_000_000_000
        self.online, self.form = True, None
        self.sent: list[tuple[str, str, list[list[str]], dict[str, Any]]] = []

    def add(self, about: str, what: str, path: str, fields: list[list[str]], base: int = 0, knew: int = 0) -> None:
        """Keep a save: from here on it is on the disk."""
        self.seq += 1
        made = {"seq": self.seq, "id": str(uuid4()), "v": 1, "person": self.server.marks["samira"], "about": about, "what": what, "path": path, "fields": fields, "base": base}
        self.state["items"].append({**made, "knew": knew, "state": "kept", "after": 0, "tries": 0, "capturedAt": "2026-11-24T12:00:00Z"})

    def look(self, about: str, *, slow: bool = False) -> None:
        """Open the form about it: the page of now, or where there is no signal or little of it the last one that was seen, or a blank one.

        What this device knows is put over it.
        """
        page = self.server.page(about) if self.online and not (slow and about in self.pages) else None
        if page:
            self.pages[about] = page
        if not page and about not in {*self.pages, *self.state["copies"], *(item["about"] for item in self.state["items"])}:
            return
        page = page or self.pages.get(about) or {"base": 0, "known": {"text": "", "face": None, "qualities": []}}
        self.form = {"about": about, **self.scripts.run("shown", self.state, about, page)}

    def renew(self) -> None:
        """Take over what the server tells of everything that is known here or there."""
        for about in {*self.pages, *self.state["copies"]}:
            if page := self.server.page(about):
                seqs = [receipt["seq"] for receipt in self.state["receipts"] if receipt["about"] == about]
                known = {"activity": None, "motives": [], **page["known"]}
                self.state["copies"][about] = {"id": about, "revision": page["base"], "seq": max(seqs, default=0), **known}

    def deliver(self, fate: str, *, worker: bool = False) -> bool:
        """Send the next save, and let this become of it on the way; gives whether there was one."""
        self.now += HOUR
        item = self.scripts.run("next", self.state, self.now)
        if item is None:
            return False
        fields = self.scripts.run("wire", self.state, item, self.now)
        answer = self._answer(fate, item, fields)
        done = self.scripts.run("handle", self.state, item, answer, self.now, worker)
        self.state = done["state"]
        if done["meaning"]["kind"] == "stored":
            assert self.server.knows(item["id"]), f"{self.name} says that {item['fields']} is stored, and it is not ({fate})"
        return True

    def _answer(self, fate: str, item: dict[str, Any], fields: list[list[str]]) -> dict[str, Any]:
        if fate in WITHOUT_SERVER:
            return WITHOUT_SERVER[fate]
        who = fate if fate in {"nobody", "daan"} else "samira"
        status, headers, body = self.server.ask("POST", item["path"], fields, who, item["person"])
        assert status < 500, f"{status} for {fields}"
        answer = {"status": status, "type": headers.get("content-type", ""), "text": body.decode()}
        if who == "samira":
            self.sent.append((item["id"], item["path"], fields, answer))
        if fate == "twice":
            again = self.server.ask("POST", item["path"], fields, mark=item["person"])
            assert status != 200 or again[2] == body, "answered otherwise the second time"
        return AFTER_SERVER[fate](answer) if fate in AFTER_SERVER else answer


WITHOUT_SERVER: dict[str, dict[str, Any]] = {
    "lost on the way": {"status": 0},
    "led elsewhere": {"status": 0, "type": ""},
    "a portal": {"status": 200, "type": "text/html", "text": "<h1>Welkom op wifi</h1>"},
    "a portal with json": {"status": 200, "type": "application/json", "text": '{"ok": true}'},
    "an old server": {"status": 200, "type": "application/json", "text": '{"to": "/trail"}'},
    "busy": {"status": 503, "type": "application/json", "text": '{"status": 503}'},
    "too often": {"status": 429, "type": "application/json", "text": '{"status": 429}', "retryAfter": "60"},
}
"""What may come back without the save ever reaching the server."""

AFTER_SERVER = {
    "answer lost": lambda _: {"status": 0},
    "answer cut off": lambda answer: {**answer, "text": answer["text"][:-4]},
    "answer led elsewhere": lambda _: {"status": 0, "type": ""},
    "answer is a page": lambda answer: {**answer, "type": "text/html"},
}
"""What may become of the answer when the save did."""

FATES = ("fine", "fine", "fine", "twice", "nobody", "daan", *WITHOUT_SERVER, *AFTER_SERVER)
