"""Nothing typed is ever missing: two devices and a server, in whatever order things happen to them.

The devices run the very rules of the outbox (`web/scripts/rules.js`) in an embedded V8; the server is the app itself, on both databases.
Every text that is typed is unique, so that it can be looked for afterwards. `SPOOR_MACHINE=10000` tries so many histories on each database.
"""

import os
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from litestar.testing import TestClient

from server.core.db import Database
from tests.experience.two_devices import FATES, TOKEN, WORD, Device, Scripts, Server

HISTORIES = int(os.environ.get("SPOOR_MACHINE", "0"))
DEVICES = st.integers(0, 1)
NUMBERS = st.integers(0, 1)
FIELDS = st.sampled_from(("text", "text", "evidence", "face"))


def machine_of(scripts: Scripts, server: Server) -> type[RuleBasedStateMachine]:
    """The machine, for this server and these rules."""

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.devices = [Device(name, scripts, server) for name in ("phone", "laptop")]
            self.abouts: list[str] = []
            self.typed: set[str] = set()
            self.replaced: set[str] = set()
            """What stood on the screen of somebody who typed something else in its place."""

        def about(self, number: int) -> str:
            return self.abouts[number % len(self.abouts)]

        def type(self) -> str:
            self.typed.add(f"⟨{len(self.typed)}⟩")
            return f"⟨{len(self.typed) - 1}⟩"

        @initialize(known=st.booleans())
        def begin(self, known: bool) -> None:
            """Half of the histories begin with something that both devices know."""
            if known:
                self.tell_something_new(0, "text")
                self.devices[0].deliver("fine")
                for device in self.devices:
                    device.look(self.abouts[0])
                    device.renew()

        @rule(device=DEVICES, field=st.sampled_from(("text", "evidence")))
        def tell_something_new(self, device: int, field: str) -> None:
            if len(self.abouts) < 2:
                about = str(uuid4())
                self.abouts.append(about)
                self.devices[device].form = {"about": about, "base": 0, "knew": 0, "known": {"text": "", "face": None, "qualities": []}}
                self.save(self.devices[device], field)

        @precondition(lambda self: self.abouts)
        @rule(device=DEVICES, number=NUMBERS, slow=st.booleans())
        def open_a_form(self, device: int, number: int, slow: bool) -> None:
            self.devices[device].look(self.about(number), slow=slow)

        @rule(device=DEVICES, field=FIELDS, face=st.integers(1, 3))
        def type_and_save(self, device: int, field: str, face: int) -> None:
            if self.devices[device].form is not None:
                self.save(self.devices[device], field, face)

        @precondition(lambda self: self.abouts)
        @rule(device=DEVICES, number=NUMBERS, field=FIELDS, face=st.integers(1, 3), slow=st.booleans())
        def open_type_and_save(self, device: int, number: int, field: str, face: int, slow: bool) -> None:
            self.devices[device].look(self.about(number), slow=slow)
            self.type_and_save(device, field, face)

        def save(self, device: Device, field: str, face: int = 3) -> None:
            form: dict[str, Any] = device.form or {}
            device.form = None
            if field == "face":
                fields = [["step", "face"], ["face", str(face)]]
            elif field == "text":
                self.replaced |= set(TOKEN.findall(form["known"]["text"]))
                fields = [["step", "text"], ["text", self.type()]]
            else:
                self.replaced |= set(TOKEN.findall("".join(word["evidence"] for word in form["known"]["qualities"])))
                fields = [["step", "qualities"], ["qualities-own", WORD], [f"qualities-evidence-own:{WORD}", self.type()]]
            device.add(form["about"], "experience", f"/experiences/{form['about']}", [*fields, ["go", "stop"]], form["base"], form["knew"])

        @precondition(lambda self: self.abouts)
        @rule(device=DEVICES, number=NUMBERS, undo=st.sampled_from((True, False, None, None)))
        def delete_or_bring_back(self, device: int, number: int, undo: bool | None) -> None:
            about = self.about(number)
            if undo is None:
                return
            self.devices[device].add(about, "restoration" if undo else "deletion", f"/experiences/{about}/deletion{'?_method=delete' if undo else ''}", [])

        @precondition(lambda self: self.abouts)
        @rule(device=DEVICES, number=NUMBERS, keep=st.sampled_from(("stored", "other", "both")))
        def choose_between_two_versions(self, device: int, number: int, keep: str) -> None:
            about, chooser = self.about(number), self.devices[device]
            page = server.page(about) if chooser.online else None
            for conflict, field in server.conflicts(about)[:1] if page else ():
                if keep == "both" and field != "text":
                    continue
                chooser.add(about, "choice", f"/experiences/{about}/conflicts/{conflict}/choice", [["keep", keep]], page["base"] if page else 0)

        @rule(device=DEVICES, online=st.sampled_from((True, True, False)))
        def signal_comes_or_goes(self, device: int, online: bool) -> None:
            self.devices[device].online = online

        @rule(device=DEVICES)
        def the_app_is_killed_and_started_again(self, device: int) -> None:
            self.devices[device].form = None
            self.devices[device].state = scripts.run("anew", self.devices[device].state)

        @rule(device=DEVICES, fate=st.sampled_from(FATES), worker=st.booleans())
        def send_one(self, device: int, fate: str, worker: bool) -> None:
            if self.devices[device].online:
                self.devices[device].deliver(fate, worker=worker)

        @rule(device=DEVICES)
        def take_over_what_the_server_tells(self, device: int) -> None:
            if self.devices[device].online:
                self.devices[device].renew()

        @rule(device=DEVICES, worker=st.booleans())
        def everything_goes_well_for_a_while(self, device: int, worker: bool) -> None:
            while self.devices[device].online and self.devices[device].deliver("fine", worker=worker):
                pass

        @precondition(lambda self: any(device.sent for device in self.devices))
        @rule(device=DEVICES, number=st.integers(0, 30))
        def something_old_arrives_once_more(self, device: int, number: int) -> None:
            sent = self.devices[device].sent or self.devices[1 - device].sent
            _, path, fields, answer = sent[number % len(sent)]
            stood = server.holds(self.abouts)
            again = server.ask("POST", path, fields)
            if answer["status"] == 200:
                assert (again[0], again[2].decode()) == (200, answer["text"]), "answered otherwise later"
                assert server.holds(self.abouts) == stood, "stored twice"

        def teardown(self) -> None:
            for device in self.devices:
                device.online = True
                for _ in range(2):
                    device.state = scripts.run("anew", device.state)
                    while device.deliver("fine"):
                        pass
            left = [item for device in self.devices for item in device.state["items"]]
            refused = {item["about"] for item in left if item["state"] == "refused"}
            assert {item["why"] for item in left if item["state"] == "refused"} <= {"deleted", "gone"}, left
            assert {item["about"] for item in left} <= refused, f"these wait for nothing: {left}"
            found = set(TOKEN.findall("\n".join([server.holds(self.abouts), *(str(item["fields"]) for item in left)])))
            assert self.typed <= found | self.replaced, f"lost: {self.typed - found - self.replaced}"

    return Machine


def run(scripts: Scripts, server: Server, histories: int, *, shrink: bool = True) -> None:
    """Try so many histories; the same ones each time unless many are asked for."""
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    tried = how(max_examples=histories, stateful_step_count=30, deadline=None, database=None, derandomize=not HISTORIES, phases=phases, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine_of(scripts, server), settings=tried)


@pytest.fixture
def server(client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The app; how often somebody may save in an hour is another matter."""
    monkeypatch.setattr("server.experience.pages.spend", lambda *_, **__: None)
    return Server(client.app, database)  # type: ignore[arg-type]


def test_whatever_happens_to_two_devices_nothing_typed_is_missing_in_the_end(server: Server) -> None:
    run(Scripts(), server, HISTORIES or 60)


def test_histories_that_once_lost_something(server: Server) -> None:
    """Found by the machine, each in its shortest form."""
    Machine: Any = machine_of(Scripts(), server)  # noqa: N806

    def stored_behind_the_screen_while_something_older_waits(two: Any) -> None:
        two.type_and_save(device=0, face=1, field="text")
        two.everything_goes_well_for_a_while(device=0, worker=True)
        two.open_type_and_save(device=0, face=1, field="text", number=0, slow=True)
        two.open_type_and_save(device=0, face=1, field="text", number=0, slow=False)

    def a_choice_made_twice(two: Any) -> None:
        two.type_and_save(device=1, face=1, field="text")
        two.type_and_save(device=0, face=1, field="text")
        two.everything_goes_well_for_a_while(device=0, worker=False)
        two.everything_goes_well_for_a_while(device=1, worker=False)
        two.choose_between_two_versions(device=0, keep="other", number=0)
        two.choose_between_two_versions(device=0, keep="stored", number=0)

    def something_unsent_over_what_the_other_stored(two: Any) -> None:
        two.type_and_save(device=0, face=1, field="text")
        two.type_and_save(device=1, face=1, field="text")
        two.everything_goes_well_for_a_while(device=1, worker=False)
        two.open_type_and_save(device=0, face=1, field="text", number=0, slow=False)

    for history in (stored_behind_the_screen_while_something_older_waits, a_choice_made_twice, something_unsent_over_what_the_other_stored):
        two = Machine()
        two.begin(known=True)
        history(two)
        two.teardown()


BROKEN = {
    "any 200 counts as stored": [('told?.mutation === item.id ? { kind: "stored", receipt: told }', 'true ? { kind: "stored", receipt: told ?? {} }')],
    "every save claims to know everything": [("base: item.base, bases:", "base: 999, bases:")],
    "a form claims to show every own save": [("knew: missing ? sure : Math.max(sure,", "knew: Math.max(99,")],
    "what was kept beside counts as stored": [(".filter((field) => !receipt.conflicts?.includes(field))", "")],
    "a copy takes over the revision of the receipt": [("happenedAt: copy?.happenedAt ?? item.capturedAt, seq: item.seq }", "revision: receipt.revision, seq: item.seq }")],
    "a save that was refused is thrown away": [('if (meaning.kind === "refused") return {', 'if (meaning.kind === "refused") return null; return {')],
    "a save without an answer is thrown away": [("const tries = item.tries + 1;", "if (!item.tries) return null; const tries = item.tries + 1;")],
    "a later save overtakes an earlier one": [("if (!waits) return item;", "if (!waits && !(item.seq % 2)) return item;")],
}
"""Rules as they must not be."""


if HISTORIES:  # asked for with SPOOR_MACHINE: some take a thousand histories to show

    @pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
    @pytest.mark.parametrize("rule", BROKEN)
    def test_a_broken_rule_is_noticed(server: Server, rule: str) -> None:
        with pytest.raises((AssertionError, ExceptionGroup)):
            run(Scripts(BROKEN[rule]), server, max(HISTORIES, 2000), shrink=False)
