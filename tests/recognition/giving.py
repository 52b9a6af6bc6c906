"""Saying what was seen, as the tests of this room do it."""

import re
from typing import Any

from httpx import Response

from tests.browsing import Browsing, Person
from tests.world import id_of

SEEN = {"word": "persevering", "sentence": "Ik zag dat je niet stopte toen het regende."}
GUEST = {**SEEN, "name": "Henk Bos", "role": "stagebegeleider"}


def give(giver: Person, student: str = "samira", **more: Any) -> Response:
    """An employee says what they saw in a student whom they pick by name."""
    return giver.post("/recognitions", {"student": str(id_of(student)), **SEEN, **more})


def link_of(browsing: Browsing, who: str = "samira") -> str:
    """The path of a link that this student makes."""
    answer = getattr(browsing, who).post("/recognitions/invitations")
    assert answer.status_code == 200
    return re.findall(r'id="address">[^<]*(/r/[\w-]+)<', answer.text)[0]


def waiting(student: Person) -> list[str]:
    """The ids of what this student did not look after yet."""
    new = student.get("/recognitions").text.partition('id="new"')[2].partition('id="kept"')[0].partition('class="unfold"><summary class="link">Weggelegd')[0]
    return re.findall(r'id="recognition-([0-9a-f-]{36})"', new)
