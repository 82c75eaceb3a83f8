"""Builds mail messages. A message cannot get further headers or recipients from the values it is built of."""

import time
from collections.abc import Callable, Mapping, Sequence
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import formatdate
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email

LONGEST_LINE = 998
NONE: Mapping[str, str] = {}


class LinkHeader(UnstructuredHeader):
    """A header with a link, on one line. A link above 70 characters would otherwise be written as encoded words (RFC
    2047), which mail programs do not read in List-Unsubscribe."""

    name: str  # set by the registry

    def fold(self, *, policy: Policy) -> str:
        """The header as it is sent; the registry's class says how what is not ASCII or too long is folded."""
        line = f"{self.name}: {self}"
        if line.isascii() and len(line) <= LONGEST_LINE:
            return line + policy.linesep
        return super().fold(policy=policy)  # type: ignore[misc,no-any-return]


_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", LinkHeader)  # type: ignore[arg-type]
POLICY = SMTP.clone(header_factory=_headers)


class Bodies(NamedTuple):
    """The two forms of a mail, with the same content."""

    text: str
    html: str


class Picture(NamedTuple):
    """A PNG that the HTML form shows by `<img src="cid:NAME">`; `name` is letters, digits and hyphens."""

    name: str
    data: bytes


class CannotBeMailed(ValueError):
    """The address cannot be written in a mail header."""


def recipient(address: str) -> Address:
    """Parses a recipient; an internationalised domain becomes ASCII (RFC 5891). CannotBeMailed.

    Local parts outside ASCII need SMTPUTF8 on every server of the way, which few have, and are refused.
    """
    try:
        ascii_form = validate_email(address, check_deliverability=False).ascii_email
    except EmailNotValidError as error:
        raise CannotBeMailed(str(error)) from None
    if ascii_form is None:
        raise CannotBeMailed("the part before the @ has characters outside ASCII")
    try:
        return Address(addr_spec=ascii_form)
    except (ValueError, MessageError, IndexError) as error:  # such as an encoded word: =?utf-8?q?a?=@example.org
        raise CannotBeMailed(f"a mail header would read the address differently: {error}") from None


def compose(
    mail_id: str,
    sender: Address,
    to: str,
    subject: str,
    bodies: Bodies,
    headers: Mapping[str, str] = NONE,
    pictures: Sequence[Picture] = (),
    clock: Callable[[], float] = time.time,
) -> EmailMessage:
    """A message in text and HTML; `mail_id` makes its Message-ID, the same at every attempt. CannotBeMailed.

    EmailMessage refuses a header value with a line break (ValueError).
    """
    message = EmailMessage(policy=POLICY)
    message["From"], message["To"], message["Subject"] = sender, recipient(to), subject
    message["Date"] = formatdate(clock())
    message["Message-ID"] = f"<{mail_id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies
    for name, value in headers.items():
        message[name] = value
    # Readable in a file as it is: quoted-printable would break the links of the text form into pieces.
    message.set_content(bodies.text, cte="7bit" if _is_plain(bodies.text) else None)
    message.add_alternative(bodies.html, subtype="html")
    _attach(message, pictures)
    return message


def _attach(message: EmailMessage, pictures: Sequence[Picture]) -> None:
    """Puts pictures beside the HTML form (multipart/related, RFC 2387)."""
    html = message.get_body(preferencelist=("html",))
    assert isinstance(html, EmailMessage)
    for name, data in pictures:
        html.add_related(data, "image", "png", cid=f"<{name}>", filename=f"{name}.png", disposition="inline")


def _is_plain(text: str) -> bool:
    """Whether the text may travel unencoded: ASCII in lines of at most 998 characters (RFC 5322 section 2.1.1)."""
    return text.isascii() and all(len(line) <= LONGEST_LINE for line in text.splitlines())
