"""Tests of mail messages: bodies, addresses, and that no value becomes a header or a recipient of its own."""

from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default

import pytest

from kit.mail.message import Bodies, CannotBeMailed, compose
from kit.mail.settings import sender_of

SENDER = Address("Segue", addr_spec="segue@example.org")
BODIES = Bodies("the text\n", "<p>the text</p>")


def read(message: EmailMessage) -> EmailMessage:
    parsed = message_from_bytes(message.as_bytes(), policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_a_message_has_text_html_and_the_headers_of_automatic_mail() -> None:
    message = read(compose("reset-1", SENDER, "ann@example.org", "Hello", BODIES, clock=lambda: 0.0))
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["Message-ID"] == "<reset-1@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == "Segue <segue@example.org>"
    assert message["Date"] == "Thu, 01 Jan 1970 00:00:00 -0000"


def test_a_long_link_stands_unbroken_in_the_raw_text() -> None:
    link = f"https://segue.example.org/reset?token={'x' * 80}"
    assert link.encode() in compose("1", SENDER, "ann@example.org", "Hello", Bodies(link, "<p>")).as_bytes()


def test_text_outside_ascii_arrives_unchanged() -> None:
    message = read(compose("1", SENDER, "ann@example.org", "Ünï", Bodies("Größe 🎵\n", "<p>Größe</p>")))
    plain = message.get_body(("plain",))
    assert plain is not None
    assert (message["Subject"], plain.get_content().strip()) == ("Ünï", "Größe 🎵")


@pytest.mark.parametrize(
    "to",
    [
        "ann@example.org\r\nBcc: eve@example.org",
        "ann@example.org\nBcc: eve@example.org",
        "ann@example.org, eve@example.org",
        "Ann <ann@example.org>",
        "ann@example.org\x00",
        "ann",
        "änn@example.org",
    ],
)
def test_a_recipient_is_one_plain_address(to: str) -> None:
    with pytest.raises(CannotBeMailed):
        compose("1", SENDER, to, "Hello", BODIES)


@pytest.mark.parametrize(
    ("subject", "headers"), [("a\r\nBcc: eve@example.org", {}), ("a", {"X-A": "b\nBcc: eve@x.org"})]
)
def test_a_header_with_a_line_break_is_refused(subject: str, headers: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"linefeed|carriage"):
        compose("1", SENDER, "ann@example.org", subject, BODIES, headers)


def test_an_internationalised_domain_is_written_in_ascii() -> None:
    assert compose("1", SENDER, "ann@bücher.example.org", "Hello", BODIES)["To"] == "ann@xn--bcher-kva.example.org"


@pytest.mark.parametrize("text", ["Segue", "a\r\nb <a@example.org>", ""])
def test_a_sender_without_an_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="SEGUE_MAIL_FROM"):
        sender_of(text)
