"""Steps that many tests about talks begin with."""

from typing import Any
from uuid import uuid4

from httpx import Response

from tests.browsing import Browsing
from tests.world import id_of

TALK = f"/conversations/{id_of('gesprek')}"
PREPARATION = f"{TALK}/preparation"
QUESTION = "Past bakker of kok beter bij mij?"


def step(browsing: Browsing, number: int, base: int = 1, **fields: Any) -> Response:
    """Samira sends a step of her preparation, as a form."""
    return browsing.samira.post(PREPARATION, {"step": str(number), "base": str(base), "mutation": str(uuid4()), **fields})


def shown(browsing: Browsing) -> None:
    """Samira lays an experience and a question ready and shows it."""
    assert step(browsing, 1, experience=[str(id_of("soep"))]).status_code == 303
    assert step(browsing, 3, base=9, question=QUESTION, go="show").status_code == 303


def planned(browsing: Browsing, **fields: str) -> Response:
    """Meneer De Boer plans a talk with Noor."""
    form = {"id": str(uuid4()), "student": str(id_of("noor")), "date": "2026-12-07", "time": "11:20", "minutes": "20", "place_kind": "room", "place": "lokaal 2.14"}
    return browsing.deboer.post("/conversations", {**form, **fields})
