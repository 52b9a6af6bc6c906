"""A list on its way through the screens: sent, its columns agreed to, looked at, applied, undone."""

import re
import threading

from httpx import Response

from tests.browsing import Person


def sent(person: Person, content: bytes, name: str = "klas.csv") -> Response:
    """Choose a file."""
    return person._send("POST", "/school/import", files={"file": (name, content, "text/csv")})


def work_done() -> None:
    """Wait for what is done in processes of their own: large lists, and every sheet."""
    for thread in threading.enumerate():
        if thread.name == "roster":
            thread.join()


def looked_at(person: Person, content: bytes, name: str = "klas.csv", **columns: str) -> str:
    """Choose a file and agree to how its columns were understood; gives the address of what it would do."""
    answer = sent(person, content, name)
    assert answer.status_code == 303, answer.text
    work_done()
    path = str(answer.headers["location"])
    page = person.get(path)
    if 'name="who"' in page.text:
        assert person.post(f"{path}/columns", chosen(page) | columns).headers["location"] == path
        work_done()
    return path


def chosen(page: Response) -> dict[str, str]:
    """What is chosen on the screen of the columns."""
    told = {"who": re.search(r'name="who" value="(\w+)" checked', page.text)[1]}  # type: ignore[index]
    for part in re.findall(r'<select id="column-\d+".*?</select>', page.text, re.DOTALL):
        name, value = re.search(r'name="([\w-]+)"', part), re.search(r'value="(\w+)" selected', part)
        told[name[1]] = value[1] if value else ""  # type: ignore[index]
    return told


def seal_of(page: Response) -> str:
    """The fingerprint of what was looked at."""
    return re.search(r'name="seal" value="([0-9a-f]+)"', page.text)[1]  # type: ignore[index]


def applied(person: Person, path: str, **more: str) -> Response:
    """Do what is shown; gives the page after it."""
    answer = person.post(f"{path}/application", {"seal": seal_of(person.get(path)), **more})
    assert answer.status_code == 303, answer.text
    work_done()
    return person.get(answer.headers["location"])


def read_in(person: Person, content: bytes, name: str = "klas.csv", *, reach: str = "", **more: str) -> str:
    """All of it: sent, looked at, as a list of everybody or of a part, applied. Gives its address."""
    path = looked_at(person, content, name)
    if reach:
        person.post(f"{path}/reach", {"reach": reach})
    applied(person, path, **more)
    return path


def undone(person: Person, path: str) -> Response:
    """Take it back; gives the page after it."""
    answer = person.delete(f"{path}/application")
    assert answer.status_code == 303, answer.text
    return person.get(path)
