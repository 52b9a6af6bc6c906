"""Errors as people see them, in both languages, signed in or not."""

import re
from uuid import UUID

import httpx
import pytest
from litestar import Request
from litestar.testing import RequestFactory

from server.core.assets import Assets
from server.core.errors import BadRequest, Conflict, Forbidden, Invalid, NotFound, SignedOut, TooLarge, TooMany, Unavailable
from server.core.failures import failed
from server.core.forms import Form
from server.core.templates import environments
from server.settings import Settings
from tests.browsing import Browsing, text_of

_JE = re.compile(r"\b(?:je|jij|jou|jouw)\b", re.IGNORECASE)
ALL = [BadRequest(), SignedOut(), Forbidden(), NotFound(), Conflict(), TooLarge(), Invalid(), TooMany(150), RuntimeError("secret inside"), Unavailable()]
TEMPLATES = environments(Assets())


class Guardian:
    """A guardian who looks at a page, of whom there is nothing else to say."""

    is_guardian, theme, zone, person_id = True, "auto", "Europe/Amsterdam", UUID(int=1)

    def __getattr__(self, name: str) -> str:
        """Nothing."""
        return ""


def asked(method: str, language: str, **fields: str) -> Request:
    made = getattr(RequestFactory(), method)("/trail?_method=delete", headers={"accept-language": language})
    made.scope["user"] = None
    made.app.state.templates, made.app.state.settings = TEMPLATES, Settings()
    if fields:
        made.scope["form"] = Form({name: [value] for name, value in fields.items()})
    return made


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("error", ALL, ids=lambda error: type(error).__name__)
def test_every_error_has_a_page_that_gives_back_what_was_typed_and_no_more(error: Exception, language: str) -> None:
    answer = failed(asked("post", language, text="Ik heb <b>brood</b> gebakken", id="0198c0de-0000-7000-8000-000000000000"), error)
    html = str(answer.content)
    assert "Ik heb &lt;b&gt;brood&lt;/b&gt; gebakken" in html and "secret inside" not in html
    assert html.count("<textarea") == 1
    resend = answer.status_code in {409, 429, 500, 503, 507}
    assert ('<form method="post" action="/trail?_method=delete">' in html) is resend
    assert ('name="id" value="0198c0de-' in html) is resend


def test_too_many_says_how_long(browsing: Browsing) -> None:
    assert "Probeer het over 3 minuten weer." in str(failed(asked("post", "nl"), TooMany(150)).content)
    assert "Probeer het over 1 seconde weer." in str(failed(asked("post", "nl"), TooMany(1)).content)


def test_an_unknown_address_says_so_to_anybody(browsing: Browsing) -> None:
    for person in (browsing.nobody, browsing.samira):
        answer = person.get("/nergens")
        assert answer.status_code == 404 and "Deze pagina is er niet" in text_of(answer)


def test_a_guardian_is_spoken_to_with_u_in_every_error(browsing: Browsing) -> None:
    assert not _JE.findall(text_of(browsing.karim.get("/nergens")))
    for error in ALL:
        made = asked("post", "nl", text="Een lange tekst van een ouder")
        made.scope["user"] = Guardian()
        said = text_of(httpx.Response(200, text=str(failed(made, error).content)))
        assert "U typte" in said or "u typte" in said, said
        assert not _JE.findall(said) or isinstance(error, SignedOut), said


def test_bytes_that_are_no_text_are_told_so(browsing: Browsing) -> None:
    answer = browsing.nobody.post("/sign-in", content=b"code=%ff%fe", headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 400 and "Er is niets veranderd" in text_of(answer)


def test_more_than_fits_is_told_so(browsing: Browsing) -> None:
    answer = browsing.nobody.post("/sign-in", {"code": "x" * 2_100_000})
    assert answer.status_code == 413 and "Dit is te groot" in text_of(answer)
