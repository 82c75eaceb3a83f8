"""The types of mail that auth sends, and for how long each is worth sending."""

from enum import StrEnum

MINUTE_S = 60.0


class MailType(StrEnum):
    """What a mail is for; also the purpose of the token in its link."""

    RESET = "reset"
    """A link to set a new password."""
    VERIFY = "verify"
    """A link that verifies the address of an account."""
    CHANGE = "change"
    """A link that makes the address it was mailed to the account's."""
    NOTICE = "notice"
    """Tells the present address that another one was asked for; has no link that changes anything."""


LIFETIME_S = {
    MailType.RESET: 30 * MINUTE_S,
    MailType.VERIFY: 24 * 60 * MINUTE_S,
    MailType.CHANGE: 24 * 60 * MINUTE_S,
    MailType.NOTICE: 24 * 60 * MINUTE_S,
}
"""Seconds from the request; then the token expires, and a mail that was not sent is dropped."""
