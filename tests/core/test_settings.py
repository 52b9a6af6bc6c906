"""What the environment may say of mail and of our address, and how a wrong word of it is told: never with what stands in it."""

import msgspec
import pytest

from server.settings import Settings, from_environment


def mail(url: str, **more: str) -> Settings:
    return from_environment({"SPOOR_SMTP_URL": url, "SPOOR_BASE_URL": "https://spoor.school.example"} | more)


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("smtp://mail.school.example", "mail.school.example", 587, "starttls"),
        ("smtp://mail.school.example:2525", "mail.school.example", 2525, "starttls"),
        ("smtp://mail.school.example?tls=none", "mail.school.example", 25, "none"),
        ("smtp://localhost", "localhost", 25, "none"),
        ("smtp://127.0.0.1:1025/?tls=starttls", "127.0.0.1", 1025, "starttls"),
        ("smtp://[::1]:25", "::1", 25, "none"),
        ("smtps://mail.school.example", "mail.school.example", 465, "tls"),
        ("smtps://localhost:4650", "localhost", 4650, "tls"),
    ],
)
def test_letters_go_over_tls_unless_the_server_is_here_or_the_operator_says_so(url: str, host: str, port: int, tls: str) -> None:
    server = mail(url).mail_server
    assert (server.host, server.port, server.tls) == (host, port, tls)


def test_user_and_password_may_hold_any_sign() -> None:
    server = mail("smtp://spoor%40school.example:p%40ss%2Fw%3Ford@mail.school.example").mail_server
    assert (server.user, server.password) == ("spoor@school.example", "p@ss/w?ord")


@pytest.mark.parametrize(
    "url",
    [
        "http://u:hemelwater@host", "smtp://u:hemelwater@", "mail.example hemelwater", "smtp://u:hemel/water@host", "smtp://u:hemelwater@host:none", "smtp://u:hemelwater@host?tls=soms",
        "smtps://u:hemelwater@host?tls=none", "smtp://u:hemelwater@host?starttls=yes", "smtp://u:hemelwater@host/folder", "smtp://u:hemelwater@host?hemelwater", "smtp://u:hemel#water@host",
    ],
)  # fmt: skip
def test_a_mail_server_that_is_none_is_said_so_without_its_password(url: str) -> None:
    with pytest.raises(msgspec.ValidationError) as told:
        mail(url)
    assert "SPOOR_SMTP_URL" in str(told.value) and "hemel" not in str(told.value)


@pytest.mark.parametrize("sender", ["Spoor", "Spoor <spoor>", "a@b\nBcc: x@y.example", "<>", "@host"])
def test_a_sender_that_is_none_is_said_so(sender: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="SPOOR_SMTP_FROM"):
        mail("smtp://host", SPOOR_SMTP_FROM=sender)


def test_letters_come_from_whom_the_operator_says_else_from_the_account_else_from_this_host() -> None:
    assert mail("smtp://host", SPOOR_SMTP_FROM="Het Spoor <lob@school.example>").sender == ("Het Spoor", "lob@school.example")
    assert mail("smtp://lob%40school.example:x@host").sender == ("Spoor", "lob@school.example")
    assert mail("smtp://lob:x@host").sender == ("Spoor", "spoor@spoor.school.example")


def test_what_needs_mail_is_offered_only_where_letters_reach_somebody() -> None:
    demo = msgspec.structs.replace(Settings(), demo=True)
    assert not Settings().can_mail and mail("smtp://host").can_mail and demo.can_mail
    assert demo.shows_letters and not mail("smtp://host").shows_letters and not msgspec.structs.replace(demo, smtp_url="smtp://host").shows_letters


def test_settings_that_are_printed_tell_no_password() -> None:
    settings = mail("smtp://u:hemelwater@host", SPOOR_DATABASE_URL="postgresql://u:hemelwater@host/spoor")
    assert "hemelwater" not in f"{settings!r} {settings} {settings.mail_server!r}"


@pytest.mark.parametrize(
    ("base_url", "origin"),
    [
        ("https://spoor.school.example", "https://spoor.school.example"),
        ("https://Spoor.School.example:443", "https://spoor.school.example"),
        ("https://spoor.school.example:8443", "https://spoor.school.example:8443"),
        ("http://localhost:80", "http://localhost"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_our_origin_is_written_as_browsers_write_it(base_url: str, origin: str) -> None:
    assert Settings(base_url=base_url).origin == origin
