"""Tests of mail messages: bodies, addresses, and that no value becomes a header or a recipient of its own."""

from collections.abc import Callable
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtplib.email import flatten_message

from kit.mail.message import Bodies, CannotBeMailed, Picture, compose, recipient
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


def test_a_picture_stands_beside_the_html_that_shows_it() -> None:
    bodies = Bodies("the text\n", '<img src="cid:card" alt="words">')
    message = read(compose("1", SENDER, "ann@example.org", "Hello", bodies, pictures=[Picture("card", b"\x89PNG\r\n")]))
    text, related = message.iter_parts()
    html, picture = related.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert (picture.get_content_type(), picture["Content-ID"], picture.get_content()) == (
        "image/png",
        "<card>",
        b"\x89PNG\r\n",
    )


@pytest.mark.parametrize("as_sent", [lambda message: message.as_bytes(), flatten_message])
def test_a_long_link_in_a_header_is_sent_on_one_line_and_not_encoded(as_sent: Callable[[EmailMessage], bytes]) -> None:
    link = f"<https://music.example.org/stop?token={'x' * 100}>"
    message = compose("1", SENDER, "ann@example.org", "Hello", BODIES, {"List-Unsubscribe": link})
    assert f"\r\nList-Unsubscribe: {link}\r\n".encode() in as_sent(message)


@pytest.mark.parametrize("link", ["<https://müsic.example.org/>", f"<https://example.org/{'x' * 1000}>"])
def test_what_no_plain_line_can_hold_is_encoded(link: str) -> None:
    message = compose("1", SENDER, "ann@example.org", "Hello", BODIES, {"List-Unsubscribe": link})
    assert message.as_bytes().isascii()
    assert max(map(len, message.as_bytes().splitlines())) <= 998
    assert read(message)["List-Unsubscribe"] == link


@pytest.mark.parametrize(
    ("subject", "headers"),
    [
        ("a\r\nBcc: eve@example.org", {}),
        ("a", {"X-A": "b\nBcc: eve@x.org"}),
        ("a", {"List-Unsubscribe": "<a>\r\nBcc: e@x.org"}),
    ],
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


@pytest.mark.parametrize("local", ["=?utf-8?q?a?=", "=?bogus?q?x?=", "=?utf-8?q?=c3=a9?="])
def test_an_address_that_a_header_would_decode_cannot_be_mailed(local: str) -> None:
    with pytest.raises(CannotBeMailed):
        recipient(f"{local}@example.org")
