"""A code by mail: who is known gets a letter, who is not gets the same answer for the same work, and the code opens only where it was asked for."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from httpx import Response
from sqlalchemy import event, func, select, update
from time_machine import Traveller

from server.core import clock
from server.core.audit import AuditEntry, note
from server.core.db import Database
from server.core.limits import Spent
from server.core.mail import PURPOSE, Letter, Mail
from server.core.sealed import opened
from server.people.models import DeviceSession, Person
from server.settings import Settings
from server.sign_in.models import SignInLink
from tests.browsing import Browsing, text_of
from tests.browsing import Person as Somebody
from tests.world import id_of

ELS = "els.wouters@waal.example"


@pytest.fixture(autouse=True)
def addresses(database: Database) -> None:
    """Some people of the world can be reached: one of them at two schools."""
    with database.writing() as session:
        told = {"wouters": "Els.Wouters@Waal.example", "prins": "piet@twee.example", "deboer": "piet@twee.example", "karim": "karim@thuis.example", "samira": "samira@waal.example"}
        for name, email in told.items():
            session.execute(update(Person).where(Person.id == id_of(name)).values(email=email))


def letters(database: Database, settings: Settings) -> list[Letter]:
    with database.reading() as session:
        rows = session.scalars(select(Mail).order_by(Mail.made_at, Mail.id)).all()
        return [msgspec.json.decode(opened(settings, PURPOSE, row.content) or b"", type=Letter) for row in rows]


def ask(person: Somebody, email: str = ELS, **more: str) -> Response:
    return person.post("/sign-in/mail", {"email": email, **more})


def code_in(database: Database, settings: Settings) -> str:
    return letters(database, settings)[-1].code


def tell(person: Somebody, code: str, **more: str) -> Response:
    return person.post("/sign-in/mail/code", {"code": code, **more})


def test_the_code_from_the_letter_lets_in_where_it_was_asked_for(browsing: Browsing, database: Database, settings: Settings) -> None:
    answer = ask(browsing.nobody, f"  {ELS.upper()} ", next="/school/people")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/mail?next=%2Fschool%2Fpeople")
    seen = browsing.nobody.get(answer.headers["location"])
    assert f"Is {ELS} bij ons bekend?" in text_of(seen) and 'name="next" value="/school/people"' in seen.text
    [letter] = letters(database, settings)
    assert (letter.to, letter.greeting) == ("Els.Wouters@Waal.example", "Dag Els Wouters,")
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", letter.code) and letter.code not in letter.subject and not letter.address
    answer = tell(browsing.nobody, f" {letter.code.lower().replace('-', ' ')} ", next="/school/people")
    assert (answer.status_code, answer.headers["location"]) == (303, "/school/people")
    assert "met een code in je mail" in text_of(browsing.nobody.get("/me"))


def test_the_code_is_worth_nothing_in_another_browser_a_second_time_or_after_ten_minutes(browsing: Browsing, database: Database, settings: Settings, moment: Traveller) -> None:
    ask(browsing.nobody)
    code = code_in(database, settings)
    ask(browsing.other_nobody, "iemand@anders.example")
    assert tell(browsing.other_nobody, code).status_code == 422
    ticket = dict(browsing.nobody.cookies)
    assert tell(browsing.nobody, code).status_code == 303
    browsing.nobody.cookies = ticket
    assert tell(browsing.nobody, code).status_code == 422
    ask(browsing.other_nobody)
    moment.shift(timedelta(minutes=10))
    assert tell(browsing.other_nobody, code_in(database, settings)).status_code == 422
    assert "Er is geen code meer onderweg." in text_of(browsing.other_nobody.get("/sign-in/mail"))


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that were sent, without what they were about."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement.split("VALUES")[0])

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


def shape(answer: Response, *typed: str) -> tuple[int, str, list[tuple[str, int]]]:
    """All that a stranger sees of an answer: status, page, and which cookies of what length."""
    text = answer.text
    for one in typed:
        text = text.replace(one, "…")
    return answer.status_code, text, [(cookie.split("=")[0], len(cookie)) for cookie in answer.headers.get_list("set-cookie")]


def test_a_known_and_an_unknown_address_get_the_same_answer_for_the_same_work(browsing: Browsing, database: Database, moment: Traveller) -> None:
    known, unknown, asked, told = ELS, "els.wouters@waal.invalid", [], []
    with database.writing() as session:
        note(session, id_of("waal"), "sign-in", clock.now(), actor=id_of("anja"))
    for email in (known, unknown):
        for _ in range(2):  # the second time every name in the record has its token
            moment.shift(timedelta(minutes=5))
            person = browsing.nobody
            person.cookies.clear()
            with counted(database) as statements:
                answer = ask(person, email)
            asked.append((email, shape(answer, email), [one for one in statements if "SAVEPOINT" not in one]))
            with counted(database) as statements:
                wrong = tell(person, "ABCD-2345")
            told.append((email, shape(wrong, email), [one for one in statements if "SAVEPOINT" not in one]))
    for answers in (asked, told):
        (_, first, _), (_, again, of_known), (_, third, _), (_, fourth, of_unknown) = answers
        assert first == again == third == fourth
        assert of_known == of_unknown
    assert any("audit_entry" in statement for statement in of_unknown)


def test_an_unknown_address_leaves_no_letter_no_code_and_no_word_on_record(browsing: Browsing, database: Database, settings: Settings) -> None:
    for email in ("niemand@waal.example", "samira@waal.example", "x@y.nl"):
        assert ask(browsing.nobody, email).status_code == 303
        assert tell(browsing.nobody, "ABCD-2345").status_code == 422
    assert letters(database, settings) == []
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignInLink)) == 0
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_tries_at_a_known_address_are_on_record_once_in_five_minutes(browsing: Browsing, database: Database, moment: Traveller) -> None:
    ask(browsing.nobody)
    for _ in range(4):
        tell(browsing.nobody, "ABCD-2345")
    with database.reading() as session:
        assert [entry.details for entry in session.scalars(select(AuditEntry))] == [{"method": "mail"}]


def test_after_five_wrong_tries_not_even_the_right_code_opens(browsing: Browsing, database: Database, settings: Settings, moment: Traveller) -> None:
    ask(browsing.nobody)
    assert [tell(browsing.nobody, "ABCD-2345").status_code for _ in range(6)] == [422] * 6
    assert tell(browsing.nobody, code_in(database, settings)).status_code == 422


def test_who_tries_codes_for_an_address_keeps_its_owner_from_nothing(browsing: Browsing, database: Database, settings: Settings) -> None:
    for _ in range(3):
        ask(browsing.other_nobody)
        assert [tell(browsing.other_nobody, "ABCD-2345").status_code for _ in range(6)] == [422] * 6
    assert ask(browsing.nobody).status_code == 303
    assert tell(browsing.nobody, code_in(database, settings)).status_code == 303


def test_letters_to_an_address_are_twenty_an_hour_known_or_not_and_asking_on_makes_nobody_wait_longer(browsing: Browsing, moment: Traveller) -> None:
    for email in (ELS, "niemand@waal.example"):
        assert [ask(browsing.nobody, email).status_code for _ in range(22)] == [303] * 20 + [429] * 2
        answer = ask(browsing.nobody, email)
        assert answer.headers["retry-after"] and "Probeer het over 60 minuten weer." in text_of(answer) and f'value="{email}"' in answer.text
    moment.shift(timedelta(hours=1))
    assert ask(browsing.nobody).status_code == 303


def test_who_asks_on_and_on_elsewhere_does_not_keep_the_owner_from_their_own_device(browsing: Browsing, database: Database, settings: Settings) -> None:
    ask(browsing.nobody)
    assert tell(browsing.nobody, code_in(database, settings)).status_code == 303
    browsing.nobody.post("/sign-out")
    for _ in range(21):
        ask(browsing.other_nobody)
    assert ask(browsing.other_nobody).status_code == 429
    assert ask(browsing.nobody).status_code == 303
    assert tell(browsing.nobody, code_in(database, settings)).status_code == 303
    assert ask(browsing.nobody, "niemand@waal.example").status_code == 303


def test_made_up_addresses_cannot_fill_the_disk(browsing: Browsing, database: Database) -> None:
    for number in range(20):
        ask(browsing.nobody, f"{number}@waal.example")
    with database.reading() as session:
        keys = [key for key in session.scalars(select(Spent.key)) if key.startswith("mail:")]
    assert keys and all(re.fullmatch(r"mail:[0-9a-f]{5}", key) for key in keys), "one of a million marks, whatever is typed"


def test_at_more_than_one_school_the_school_is_chosen_after_the_code(browsing: Browsing, database: Database, settings: Settings) -> None:
    asked = ask(browsing.nobody, "piet@twee.example")
    assert "Waal" not in text_of(browsing.nobody.get(asked.headers["location"]))
    assert len(letters(database, settings)) == 1
    answer = tell(browsing.nobody, code_in(database, settings), next="/groups", shared="1")
    assert answer.status_code == 200 and "De Waal College Marten de Boer" in text_of(answer) and "De Andere School Piet Prins" in text_of(answer)
    assert "spoor" not in browsing.nobody.cookies
    proof = re.search(r'name="proof" value="([^"]+)"', answer.text)
    assert proof and 'name="shared" value="1"' in answer.text and 'name="next" value="/groups"' in answer.text
    form = {"proof": proof[1], "person": str(id_of("prins"))}
    assert browsing.nobody.post("/sign-in/mail/school", {**form, "person": str(id_of("wouters"))}).status_code == 422
    assert browsing.nobody.post("/sign-in/mail/school", {**form, "proof": "x"}).status_code == 422
    assert browsing.nobody.post("/sign-in/mail/school", form).status_code == 303
    assert "Piet Prins" in text_of(browsing.nobody.get("/me"))
    assert browsing.other_nobody.post("/sign-in/mail/school", form).status_code == 422, "a word that counts once"


def test_a_guardian_comes_in_by_mail_and_who_left_does_not(browsing: Browsing, database: Database, settings: Settings) -> None:
    ask(browsing.nobody, "karim@thuis.example")
    code = code_in(database, settings)
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("karim")).values(archived_at=clock.now()))
    assert tell(browsing.nobody, code).status_code == 422
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("karim")).values(archived_at=None))
    ask(browsing.nobody, "karim@thuis.example")
    assert "meldt u zich aan" in letters(database, settings)[-1].lines[0], "parents are spoken to with u"
    assert tell(browsing.nobody, code_in(database, settings)).status_code == 303
    with database.reading() as session:
        assert session.scalars(select(DeviceSession.method).where(DeviceSession.person_id == id_of("karim"), DeviceSession.method == "mail")).all() == ["mail"]


@pytest.mark.parametrize("odd", ["", "els", "els@waal", "@waal.nl", "a@b.nl,c@d.nl", "<script>", "x" * 300 + "@y.nl", "els@waal.example\nBcc: x@y.nl", "\0"])
def test_what_is_no_address_is_said_and_kept(browsing: Browsing, database: Database, settings: Settings, odd: str) -> None:
    answer = ask(browsing.nobody, odd)
    if odd.startswith("els@waal.example"):
        assert letters(database, settings) == []
        return
    assert answer.status_code == 422 and "Dit e-mailadres is niet af" in text_of(answer) and "<script>" not in answer.text.partition("<main")[2]


def test_a_letter_is_in_the_language_of_who_gets_it(browsing: Browsing, database: Database, settings: Settings) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("wouters")).values(language="en"))
    ask(browsing.nobody)
    assert letters(database, settings)[0].language == "en"


def test_what_was_typed_before_comes_along_through_the_code(browsing: Browsing, database: Database, settings: Settings) -> None:
    with database.writing() as session:
        session.execute(update(DeviceSession).where(DeviceSession.person_id == id_of("wouters")).values(ended_at=clock.now()))
    fields = {"resume_path": "/me/language", "resume_fields": '[["language", "en"]]'}
    answer = ask(browsing.wouters, **fields)
    assert answer.status_code == 200 and 'name="resume_path" value="/me/language"' in answer.text
    again = tell(browsing.wouters, code_in(database, settings), **fields)
    assert again.status_code == 200 and 'action="/me/language"' in again.text and "Opnieuw versturen" in text_of(again)
