"""The texts of auth's mails.

They hold nothing that a caller wrote but addresses: anybody can make Segue mail to any address, and a name in the text
would let them choose what it says.
"""

from urllib.parse import quote, urlsplit

from kit.mail.letter import Button, Letter
from services.auth.mail_types import MailType

IGNORE = "If that was not you, there is nothing to do: without the link nothing changes."


def letter(kind: MailType, public_url: str, to: str, token: str) -> Letter:
    """The mail of this kind to an address. Links lead to pages under `public_url` and carry the token."""
    host = urlsplit(public_url).netloc
    footer = f"Sent to {to} by the Segue at {host}."
    if kind is MailType.RESET:
        return _reset(host, f"{public_url}/reset?token={quote(token)}", footer)
    if kind is MailType.VERIFY:
        return _verify(host, f"{public_url}/verify?token={quote(token)}", footer)
    if kind is MailType.CHANGE:
        return _change(host, f"{public_url}/verify?token={quote(token)}", footer)
    return _notice(host, f"{public_url}/forgot", footer)


def _reset(host: str, link: str, footer: str) -> Letter:
    return Letter(
        subject="Set a new password",
        preview="The link works once, for 30 minutes.",
        paragraphs=(f"A new password was asked for, for your account at {host}.",),
        button=Button("Set a new password", link),
        after=(
            "The link works once, for 30 minutes. A newer link replaces it. With the new password all devices are "
            "signed out and all API keys end.",
            IGNORE,
        ),
        footer=footer,
    )


def _verify(host: str, link: str, footer: str) -> Letter:
    return Letter(
        subject="Verify your mail address",
        preview="The link works once, for 24 hours.",
        paragraphs=(f"An account at {host} was made with this mail address.",),
        button=Button("Verify this address", link),
        after=("The link works once, for 24 hours. A newer link replaces it.", IGNORE),
        footer=footer,
    )


def _change(host: str, link: str, footer: str) -> Letter:
    return Letter(
        subject="Confirm your new mail address",
        preview="The address changes when you follow the link.",
        paragraphs=(f"This is to become the mail address of an account at {host}.",),
        button=Button("Use this address", link),
        after=("The link works once, for 24 hours. Until then the present address stays.", IGNORE),
        footer=footer,
    )


def _notice(host: str, link: str, footer: str) -> Letter:
    return Letter(
        subject="Another mail address was asked for",
        preview="It changes when the link mailed to the new address is followed.",
        paragraphs=(
            f"Somebody who knows the password of your account at {host} asked to change its mail address. It changes "
            "when the link mailed to the new address is followed.",
        ),
        button=Button("That was not me: set a new password", link),
        after=(
            "If that was you, there is nothing to do. If not, set a new password now: it ends the change, signs out "
            "all devices and ends all API keys.",
        ),
        footer=footer,
    )
