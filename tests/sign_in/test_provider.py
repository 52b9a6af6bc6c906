"""Coming in by a school account, at a real OpenID provider with claims as Entree, SURFconext, Entra ID and Google document them."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from httpx import Response
from sqlalchemy import select, update

from server.core.audit import AuditEntry
from server.core.db import Database
from server.people.models import DeviceSession, Person
from server.settings import Settings
from server.sign_in.cards import make_cards, new_card_code, revoke
from server.sign_in.models import ProviderIdentity
from server.sign_in.presets import Account
from server.sign_in.provider_discovery import Trouble
from server.sign_in.provider_linking import SchoolAccount, matched, school_account
from tests.browsing import Browsing, text_of
from tests.conftest import NOW
from tests.provider import TENANT, OpenIdProvider, Surfing, sign_in
from tests.provider.running import ON_SQLITE
from tests.provider.running import client as client
from tests.provider.running import provider as provider
from tests.provider.running import settings as settings
from tests.sign_in.test_mail_codes import letters
from tests.sign_in.test_sign_in import code_for, link_for
from tests.world import id_of

IN, ASKED = "/", "/sign-in/provider/{name}/link"


@pytest.fixture(autouse=True)
def roster(database: Database) -> None:
    """What the school's own list says besides the world: an address and a number."""
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("wouters")).values(email="Wouters@waal.example"))
        session.execute(update(Person).where(Person.id == id_of("anja")).values(number="A17"))
        session.execute(update(Person).where(Person.id == id_of("karim")).values(email="karim@waal.example"))


def accounts_of(database: Database, who: str) -> list[tuple[str, str, str]]:
    """Of each account of this person: the provider, the subject and how it was linked."""
    with database.reading() as session:
        rows = session.scalars(select(ProviderIdentity).where(ProviderIdentity.person_id == id_of(who)).order_by(ProviderIdentity.provider))
        return [(row.provider, row.subject, row.linked_by) for row in rows]


def all_accounts(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(ProviderIdentity)).all())


def who_is_in(browsing: Browsing, name: str = "nobody") -> str:
    """The name on the page of whose browser this is now; empty for nobody."""
    answer = getattr(browsing, name).get("/me")
    return text_of(answer) if answer.status_code == 200 else ""


def on_record(database: Database, kind: str) -> list[dict[str, Any]]:
    with database.reading() as session:
        return [entry.details for entry in session.scalars(select(AuditEntry).where(AuditEntry.kind == kind).order_by(AuditEntry.seq))]


def refused(answer: Response, browsing: Browsing, says: str, status: int = 403) -> None:
    assert (answer.status_code, "spoor=" in str(answer.headers.get_list("set-cookie"))) == (status, False), text_of(answer)
    assert says in text_of(answer)
    assert not who_is_in(browsing)


MATCHED = [
    ("entree", "daan", "daan", "Daan Vos", "zz@waal"),
    ("entree", "anja", "anja", "Anja Postma", "an@waal"),
    ("surfconext", "0c5f", "samira", "Samira Aït Ben", "0c5f"),
    ("surfconext", "1d6a", "wouters", "Els Wouters", "1d6a"),
    ("entra", "sub-1", "wouters", "Els Wouters", f"0000-wouters@{TENANT}"),
    ("entra", "sub-3", "anja", "Anja Postma", f"0000-anja@{TENANT}"),
    ("google", "1001", "wouters", "Els Wouters", "1001"),
]


@pytest.mark.parametrize(("name", "account", "who", "full_name", "subject"), MATCHED, ids=[f"{case[0]}-{case[1]}" for case in MATCHED])
def test_who_the_school_vouches_for_comes_in_at_once_and_is_known_from_then_on(
    browsing: Browsing, database: Database, provider: OpenIdProvider, name: str, account: str, who: str, full_name: str, subject: str
) -> None:
    answer = sign_in(browsing.nobody, name, account)
    assert (answer.status_code, answer.headers["location"]) == (303, IN)
    assert full_name in who_is_in(browsing)
    assert accounts_of(database, who) == [(name, subject, "match")]
    assert on_record(database, "provider-linked") == [{"provider": name, "by": "match"}]
    assert on_record(database, "sign-in")[-1] == {"method": "provider"}
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of(who)).values(email="", number=None))
    assert sign_in(browsing.other_nobody, name, account).headers["location"] == IN
    assert full_name in who_is_in(browsing, "other_nobody") and len(accounts_of(database, who)) == 1


UNKNOWN = [
    ("entree", "samira", "only the default attributes: no number, no address"),
    ("entree", "anja-as-student", "the number is an employee's, the account a student's"),
    ("entree", "mailer", "an address that only the school's own system holds"),
    ("surfconext", "2e7b", "an address outside the domain of the school"),
    ("surfconext", "3f8c", "a number that another school gave"),
    ("surfconext", "5b0e", "a student's account with an employee's address"),
    ("entra", "sub-2", "an address of which nobody says that its domain is verified (nOAuth)"),
    ("entra", "sub-6", "a number of employees that is a student's here"),
    ("google", "1002", "an address that is not verified"),
    ("plain", "els", "whatever a provider says that we do not know"),
]
EMPLOYEES = {"mailer", "2e7b"}


@pytest.mark.parametrize(("name", "account", "why"), UNKNOWN, ids=[f"{case[0]}-{case[1]}" for case in UNKNOWN])
@ON_SQLITE
def test_what_could_be_anybodys_word_matches_nobody_and_the_account_is_bound_once_by_a_code(
    browsing: Browsing, database: Database, provider: OpenIdProvider, name: str, account: str, why: str
) -> None:
    answer = sign_in(browsing.nobody, name, account, more="?next=/help")
    asked = ASKED.format(name=name)
    assert (answer.status_code, answer.headers["location"]) == (303, asked), why
    assert not who_is_in(browsing) and all_accounts(database) == 0
    assert "Wie ben jij bij Spoor?" in text_of(browsing.nobody.get(asked))
    wrong = browsing.nobody.post(asked, {"code": "ABCD-222222"})
    assert wrong.status_code == 422 and "Deze code werkt niet (meer)" in text_of(wrong) and 'value="ABCD-222222"' in wrong.text
    who, full_name = ("kramer", "Willemijn Kramer") if account in EMPLOYEES else ("noor", "Noor Peters")
    bound = browsing.nobody.post(asked, {"code": code_for(database, who)})
    assert (bound.status_code, bound.headers["location"]) == (303, "/help")
    assert full_name in who_is_in(browsing) and len(accounts_of(database, who)) == 1
    assert accounts_of(database, who)[0][2] == "code" and on_record(database, "provider-linked") == [{"provider": name, "by": "code"}]
    assert sign_in(browsing.other_nobody, name, account).headers["location"] == IN
    assert full_name in who_is_in(browsing, "other_nobody")


@pytest.mark.parametrize(("name", "account"), [("entree", "stranger"), ("surfconext", "4a9d"), ("entra", "sub-4"), ("google", "1003"), ("google", "1004")])
@ON_SQLITE
def test_an_account_of_another_organisation_is_told_so_and_comes_no_further(browsing: Browsing, database: Database, provider: OpenIdProvider, name: str, account: str) -> None:
    refused(sign_in(browsing.nobody, name, account), browsing, "Dit is een account van een andere school")
    assert all_accounts(database) == 0
    assert browsing.nobody.post(ASKED.format(name=name), {"code": code_for(database, "noor")}).status_code == 400


def test_an_account_of_another_school_of_this_installation_is_of_that_school_only(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    asked = ASKED.format(name="entree")
    assert sign_in(browsing.nobody, "entree", "olga").headers["location"] == asked
    assert "De Andere School" in text_of(browsing.nobody.get(asked))
    told = browsing.nobody.post(asked, {"code": (ours := code_for(database, "samira"))})
    assert told.status_code == 403 and "hoort bij een andere school" in text_of(told) and all_accounts(database) == 0
    assert browsing.nobody.post(asked, {"code": code_for(database, "olga", "other")}).headers["location"] == IN
    assert "Olga Smit" in who_is_in(browsing) and accounts_of(database, "olga") == [("entree", "oo@ander", "code")]
    assert browsing.other_nobody.post("/sign-in", {"code": ours}).status_code == 303, "a code that linked nothing is not used up"


@ON_SQLITE
def test_at_entra_an_account_without_the_claim_that_stays_the_same_is_not_let_in(browsing: Browsing, provider: OpenIdProvider) -> None:
    refused(sign_in(browsing.nobody, "entra", "sub-5"), browsing, "We laten je zo niet binnen")


def test_who_is_signed_in_by_a_link_binds_their_account_with_one_press(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    asked = ASKED.format(name="entree")
    sign_in(browsing.nobody, "entree", "samira")
    screen = browsing.nobody.get(asked)
    assert "/sign-in?next=/sign-in/provider/entree/link" in screen.text and "Samira" in text_of(screen)
    assert browsing.nobody.post(link_for(database, "samira"), {"next": asked}).headers["location"] == asked
    assert "Ik ben Samira Aït Ben" in text_of(browsing.nobody.get(asked))
    assert browsing.nobody.post(asked, {"mine": "1"}).headers["location"] == IN
    assert accounts_of(database, "samira") == [("entree", "qj7cks8qdz9ph54@waal", "link")]


def test_a_login_card_binds_an_account_and_stays_good(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    card = new_card_code()
    with database.writing() as session:
        make_cards(session, {id_of("samira"): card}, id_of("waal"), made_by=id_of("wouters"), at=NOW)
    sign_in(browsing.nobody, "entree", "samira")
    assert browsing.nobody.post(ASKED.format(name="entree"), {"code": card.lower().replace("-", " ")}).headers["location"] == IN
    assert accounts_of(database, "samira") == [("entree", "qj7cks8qdz9ph54@waal", "card")] and "Samira Aït Ben" in who_is_in(browsing)
    assert browsing.other_nobody.post("/sign-in/card", {"code": card}).status_code == 303
    with database.writing() as session:
        revoke(session, session.get_one(Person, id_of("samira")), by=id_of("wouters"), at=NOW)
    sign_in(browsing.third_nobody, "entree", "kramer")
    assert browsing.third_nobody.post(ASKED.format(name="entree"), {"code": card}).status_code == 422


@pytest.mark.parametrize(("account", "who"), [("anja-as-student", "vries"), ("mailer", "noor")])
@ON_SQLITE
def test_an_account_of_a_student_is_never_bound_to_an_employee_nor_the_other_way_round(
    browsing: Browsing, database: Database, provider: OpenIdProvider, account: str, who: str
) -> None:
    sign_in(browsing.nobody, "entree", account)
    told = browsing.nobody.post(ASKED.format(name="entree"), {"code": (code := code_for(database, who))})
    refused(told, browsing, "Leerling of medewerker?")
    assert all_accounts(database) == 0
    assert browsing.nobody.post("/sign-in", {"code": code}).status_code == 303, "a code that linked nothing is not used up"


def test_who_bound_an_account_by_a_code_of_another_device_has_not_shown_that_it_is_them(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    """Whoever held their unlocked phone for a moment could have made it."""
    sign_in(browsing.nobody, "google", "1002")
    assert browsing.nobody.post(ASKED.format(name="google"), {"code": code_for(database, "vries")}).status_code == 303
    assert "Jan de Vries" in who_is_in(browsing)
    assert browsing.nobody.get("/me/password").headers["location"].startswith("/sign-in/confirmation")
    assert on_record(database, "confirmed") == []


@ON_SQLITE
def test_an_employee_hears_by_mail_of_a_school_account_that_was_linked_and_a_student_does_not(
    browsing: Browsing, database: Database, provider: OpenIdProvider, settings: Settings
) -> None:
    with database.writing() as session:
        session.execute(update(Person).where(Person.id.in_([id_of("vries"), id_of("daan")])).values(email="jan@waal.example"))
    sign_in(browsing.nobody, "google", "1002")
    browsing.nobody.post(ASKED.format(name="google"), {"code": code_for(database, "vries")})
    sign_in(browsing.other_nobody, "google", "1001")
    sign_in(browsing.third_nobody, "entree", "daan")
    told = letters(database, settings)
    assert [letter.to for letter in told] == ["jan@waal.example", "Wouters@waal.example"]
    assert "Op dinsdag 24 november, 14:00 is er een account van Google aan jouw naam gekoppeld." in told[0].lines
    assert told[0].address == "http://testserver.local/me#providers" and not any("1002" in line for line in told[0].lines)
    sign_in(browsing.other_nobody, "google", "1001")
    assert len(letters(database, settings)) == 2, "once"


def test_who_did_not_show_lately_that_it_is_them_is_asked_before_an_account_is_linked(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    with database.writing() as session:
        session.execute(update(DeviceSession).where(DeviceSession.person_id == id_of("samira")).values(confirmed_at=None))
    assert sign_in(browsing.samira, "entree", "samira", more="?link=1").headers["location"] == ASKED.format(name="entree")
    answer = browsing.samira.post(ASKED.format(name="entree"), {"mine": "1"})
    assert answer.status_code in {307, 403} and all_accounts(database) == 0


def test_an_account_is_one_persons_and_a_person_has_one_at_each_issuer(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    sign_in(browsing.nobody, "entree", "daan")
    taken = sign_in(browsing.samira, "entree", "daan", more="?link=1")
    assert taken.status_code == 403 and "Dit is niet jouw schoolaccount" in text_of(taken)
    assert sign_in(browsing.other_nobody, "entree", "samira").headers["location"] == ASKED.format(name="entree")
    second = browsing.other_nobody.post(ASKED.format(name="entree"), {"code": code_for(database, "daan")})
    assert second.status_code == 409 and "Je hebt al een ander schoolaccount" in text_of(second)
    assert accounts_of(database, "daan") == [("entree", "zz@waal", "match")] and all_accounts(database) == 1
    assert not who_is_in(browsing, "other_nobody")


def test_two_who_bind_the_same_account_at_once_make_one_of_it(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    asked = ASKED.format(name="entree")
    sign_in(browsing.nobody, "entree", "samira")
    browsing.other_nobody.cookies.update(browsing.nobody.cookies)
    first, second = (person.post(asked, {"code": code_for(database, who)}) for person, who in ((browsing.nobody, "noor"), (browsing.other_nobody, "daan")))
    assert (first.status_code, second.status_code) == (303, 409)
    assert "Dit schoolaccount hoort bij iemand anders" in text_of(second) and all_accounts(database) == 1


@ON_SQLITE
def test_who_left_the_school_is_not_let_in_nor_matched(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    sign_in(browsing.other_nobody, "google", "1001")
    with database.writing() as session:
        session.execute(update(Person).where(Person.id.in_([id_of("wouters"), id_of("daan")])).values(archived_at=Person.created_at))
    refused(sign_in(browsing.nobody, "google", "1001"), browsing, "Je staat niet meer bij deze school")
    assert sign_in(browsing.nobody, "entree", "daan").headers["location"] == ASKED.format(name="entree")


@ON_SQLITE
def test_a_guardian_has_no_school_account(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    asked = ASKED.format(name="entree")
    sign_in(browsing.nobody, "entree", "samira")
    told = browsing.nobody.post(asked, {"code": code_for(database, "karim")})
    assert told.status_code == 403 and all_accounts(database) == 0
    assert "Koppel je schoolaccount" not in text_of(browsing.karim.get("/me"))


@ON_SQLITE
def test_what_is_asked_of_the_provider_names_everything_that_ties_the_answer_to_this_browser(browsing: Browsing, provider: OpenIdProvider) -> None:
    off = browsing.nobody.get("/sign-in/provider/entree?next=/help")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(off.headers["location"]).query).items()}
    assert off.headers["location"].startswith(provider.issuer("entree") + "/auth?")
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"], asked["client_id"]) == ("code", "S256", "openid profile", "spoor entree")
    assert asked["redirect_uri"] == "http://testserver.local/sign-in/provider/entree/callback"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 32 and "prompt" not in asked
    again = {name: values[0] for name, values in parse_qs(urlsplit(browsing.nobody.get("/sign-in/provider/entree").headers["location"]).query).items()}
    assert all(asked[name] != again[name] for name in ("state", "nonce", "code_challenge"))
    cookie = next(cookie for cookie in off.headers.get_list("set-cookie") if cookie.startswith("spoor-provider-attempt="))
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Max-Age=600" in cookie and asked["state"] not in cookie


@pytest.mark.parametrize(("name", "prompt"), [("entree", "login"), ("google", "select_account")])
@ON_SQLITE
def test_on_a_shared_computer_the_provider_asks_anew_who_is_there_and_the_session_is_shared(browsing: Browsing, provider: OpenIdProvider, name: str, prompt: str) -> None:
    off = browsing.nobody.get(f"/sign-in/provider/{name}?shared=1")
    assert parse_qs(urlsplit(off.headers["location"]).query)["prompt"] == [prompt]
    if name == "entree":
        surfing = Surfing()
        sign_in(browsing.other_nobody, name, "anja", surfing)
        assert browsing.nobody.get(surfing.visit(off.headers["location"], "daan")).status_code == 303
        assert "Daan Vos" in who_is_in(browsing) and "gedeelde computer" in who_is_in(browsing)


@ON_SQLITE
def test_who_says_no_at_the_provider_is_told_in_plain_words(browsing: Browsing, provider: OpenIdProvider) -> None:
    off = browsing.nobody.get("/sign-in/provider/entree")
    answer = browsing.nobody.get(Surfing().visit(off.headers["location"], deny=True))
    refused(answer, browsing, "Je bent niet ingelogd")
    assert "Probeer het opnieuw" in text_of(answer) and "access_denied" not in answer.text


@ON_SQLITE
def test_a_provider_that_is_not_there_is_told_and_leaves_the_other_ways_in(browsing: Browsing, provider: OpenIdProvider) -> None:
    provider.alter["openid-configuration"] = lambda told: {**told, "issuer": provider.issuer("google")}
    refused(browsing.nobody.get("/sign-in/provider/entree"), browsing, "Inloggen bij school lukt nu niet", 503)
    provider.alter["openid-configuration"] = lambda told: {**told, "token_endpoint": "http://evil.example/token"}
    refused(browsing.nobody.get("/sign-in/provider/entree"), browsing, "Inloggen bij school lukt nu niet", 503)
    provider.alter["openid-configuration"] = lambda _: {}
    refused(browsing.nobody.get("/sign-in/provider/entree"), browsing, "Andere manieren om aan te melden", 503)
    assert browsing.nobody.get("/sign-in/provider/none").status_code == 404
    assert browsing.nobody.get("/sign-in/provider/none/callback").status_code == 404


WHY = ("unreachable", "cancelled", "stale", "organization", "other-school", "other-kind", "taken", "second", "another", "left", "again", "else")


@ON_SQLITE
@pytest.mark.parametrize("why", WHY)
def test_why_somebody_is_not_let_in_is_a_sentence_also_when_the_provider_has_no_name(browsing: Browsing, database: Database, why: str) -> None:
    template = browsing.nobody.client.app.state.templates["nl"].get_template("sign_in/provider_wrong.html")
    view = {"viewer": None, "whose": "nobody", "lang": "nl", "theme": "auto", "here": "/", "said": "", "said_about": "", "shows_letters": False, "why": why, "name": "entree"}
    named, nameless = (re.sub(r"\s+", " ", template.render({**view, "label": label}).partition('<div class="empty">')[2]) for label in ("Microsoft", ""))
    said = re.search(r"<p>(.*?)</p>", nameless).group(1)  # type: ignore[union-attr]
    assert said[0].isupper() and not re.search(r"(bij|van) je schoolaccount|account van je", said)
    also = re.search(r"<p>(.*?)</p>", named).group(1)  # type: ignore[union-attr]
    assert also == said or also == re.sub(r"\b(bij|van) school\b", r"\1 Microsoft", said)


@ON_SQLITE
def test_what_a_provider_says_of_itself_is_asked_once_an_hour(browsing: Browsing, provider: OpenIdProvider, moment: Any) -> None:
    for _ in range(2):
        sign_in(browsing.nobody, "google", "1001")
    assert [path.rpartition("/")[2] for path in provider.asked].count("openid-configuration") == 1
    assert [path.rpartition("/")[2] for path in provider.asked].count("jwks") == 1


def test_showing_again_that_it_is_you_asks_the_provider_to_ask_and_counts_only_for_you(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    surfing = Surfing()
    sign_in(browsing.nobody, "entree", "daan", surfing)
    with database.writing() as session:
        session.execute(update(DeviceSession).where(DeviceSession.person_id == id_of("daan")).values(confirmed_at=None))
    off = browsing.nobody.get("/sign-in/provider/entree?confirm=1&next=/help")
    asked = parse_qs(urlsplit(off.headers["location"]).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    other = browsing.nobody.get(surfing.visit(off.headers["location"], "anja"))
    assert other.status_code == 403 and "Dit is niet jouw schoolaccount" in text_of(other)
    assert sign_in(browsing.nobody, "entree", "daan", surfing, more="?confirm=1&next=/help").headers["location"] == "/help"
    assert "Daan Vos" in who_is_in(browsing) and len(on_record(database, "confirmed")) == 1
    with database.reading() as session:
        rows = session.scalars(select(DeviceSession.confirmed_at).where(DeviceSession.person_id == id_of("daan"))).all()
    assert sum(at is not None for at in rows) == 1, "only the session that asked"


def test_a_silent_pass_at_the_provider_is_no_proof_that_it_is_them(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    """The provider knew their browser and asked nothing, which it does for whoever sits at that computer: at the door, and for who is in already."""
    surfing = Surfing()
    sign_in(browsing.nobody, "entra", "sub-1", surfing)
    for _ in range(2):
        assert "Els Wouters" in who_is_in(browsing)
        assert browsing.nobody.get("/me/passkeys/new").headers["location"].startswith("/sign-in/confirmation")
        assert sign_in(browsing.nobody, "entra", "sub-1", surfing, more="?next=/me/passkeys/new").headers["location"] == "/me/passkeys/new"
    assert on_record(database, "confirmed") == []
    assert sign_in(browsing.nobody, "entra", "sub-1", surfing, more="?confirm=1").status_code == 303
    assert browsing.nobody.get("/me/passkeys/new").status_code == 200


@ON_SQLITE
def test_signing_out_offers_to_sign_out_at_the_provider_too(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    surfing = Surfing()
    sign_in(browsing.nobody, "entree", "daan", surfing)
    out = browsing.nobody.post("/sign-out")
    assert out.headers["location"] == "/sign-in/provider/entree/signed-out" and not who_is_in(browsing)
    screen = browsing.nobody.get(out.headers["location"])
    assert "Ook afmelden bij Entree" in text_of(screen) and "/sign-in/provider/entree/sign-out" in screen.text
    there = browsing.nobody.get("/sign-in/provider/entree/sign-out").headers["location"]
    asked = parse_qs(urlsplit(there).query)
    assert there.startswith(provider.issuer("entree")) and asked["post_logout_redirect_uri"] == ["http://testserver.local/sign-in"]
    status, _, page = surfing.get(there)
    assert status == 200 and "xsrf" in page, "the provider takes the hint and asks"
    assert browsing.nobody.get("/sign-in/provider/entree/sign-out").headers["location"] == "/sign-in", "once"
    with database.reading() as session:
        assert session.scalars(select(DeviceSession.logout_hint).where(DeviceSession.method == "provider")).all() == [None]
    assert browsing.other_nobody.get("/sign-in/provider/entree/signed-out").headers["location"] == "/sign-in"


@ON_SQLITE
def test_where_a_provider_offers_no_signing_out_there_is_none(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    provider.alter["openid-configuration"] = lambda told: {name: value for name, value in told.items() if name != "end_session_endpoint"}
    sign_in(browsing.nobody, "google", "1001")
    assert browsing.nobody.post("/sign-out").headers["location"] == "/sign-in"
    assert browsing.samira.post("/sign-out").headers["location"] == "/sign-in"


def test_an_account_is_taken_away_by_its_person_only_and_lets_in_no_more(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    sign_in(browsing.nobody, "entree", "daan")
    sign_in(browsing.nobody, "entree", "daan", more="?confirm=1")
    with database.reading() as session:
        identity = session.scalar(select(ProviderIdentity.id))
    assert browsing.samira.delete(f"/me/providers/{identity}").status_code == 404
    assert browsing.nobody.delete(f"/me/providers/{identity}").headers["location"] == "/me#providers"
    assert all_accounts(database) == 0 and on_record(database, "provider-unlinked") == [{"provider": "entree"}]


def test_who_fits_two_people_or_somebody_of_another_school_is_matched_to_nobody(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    """Two have the address; or the number is one's and the address another's; or only somebody at another school has it."""
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("deboer")).values(email="wouters@waal.example"))
    assert sign_in(browsing.nobody, "google", "1001").headers["location"] == ASKED.format(name="google")
    with database.writing() as session:
        session.execute(update(Person).where(Person.id.in_([id_of("deboer"), id_of("wouters")])).values(email=""))
        session.execute(update(Person).where(Person.id == id_of("otto")).values(email="wouters@waal.example"))
    assert sign_in(browsing.nobody, "google", "1001").headers["location"] == ASKED.format(name="google")
    account = SchoolAccount(provider="x", issuer="x", subject="x", school_id=id_of("waal"), numbers=(("student", "00456115"),), email="daan@waal.example")
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == id_of("daan")).values(email="daan@waal.example"))
        assert matched(session, account) is None
        assert matched(session, msgspec.structs.replace(account, email="")) is session.get(Person, id_of("samira"))
        assert all_accounts(database) == 0


@ON_SQLITE
def test_a_school_whose_accounts_the_settings_name_keeps_that_name_and_no_other_school_gets_it(browsing: Browsing, database: Database, provider: OpenIdProvider) -> None:
    """Else its accounts came in nowhere; or, by number or address, as people of the school that took the name."""
    told = {"trusted_name": "Mevrouw Bakker", "trusted_contact": "", "guardians_from": "16", "edition": "1"}
    answer = browsing.wouters.post("/school/settings", {**told, "school": "Het Waal"})
    assert answer.status_code == 422 and "Het inloggen met schoolaccounts hangt aan deze naam." in text_of(answer) and 'value="Het Waal"' in answer.text
    assert browsing.otto.post("/school/settings", {**told, "school": "De Waal College"}).status_code == 422
    assert browsing.wouters.post("/school/settings", {**told, "school": "De Waal College", "trusted_contact": "lokaal 2"}).status_code == 303
    assert sign_in(browsing.nobody, "google", "1001").status_code == 303 and "Els Wouters" in who_is_in(browsing)


@pytest.mark.parametrize("organizations", [(("11XX", "De Waal"),), (("11XX", ""),)], ids=["a name that is no school's here", "no name, and there are two"])
@ON_SQLITE
def test_settings_that_do_not_say_which_school_let_nobody_in(database: Database, provider: OpenIdProvider, organizations: tuple[tuple[str, str], ...]) -> None:
    told = msgspec.structs.replace(provider.settings[0], organizations=organizations)
    with database.reading() as session, pytest.raises(Trouble, match="unreachable"):
        school_account(session, told, Account(subject="x", organization="11XX"))
