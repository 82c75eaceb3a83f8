"""Limits of failed password attempts: per account and client address, and per address over all accounts; and of
requests that send a mail: per client address, and per mailbox.

The owner can still sign in from another address during an attack. Every attempt is counted before the password is
verified, so that concurrent attempts get no more tries than sequential ones.
"""

import hashlib
from typing import NamedTuple

from kit.addresses import network_of

WINDOW_S = 15 * 60
OF_ACCOUNT, OF_ADDRESS = 10, 100
"""Failures allowed in one window: at one account; at all accounts together (one password tried on many accounts)."""

MAILS_OF_ADDRESS, MAILS_OF_MAILBOX = 20, 3
"""Requests for a mail in one window: from one address; for mails of one kind to one mailbox, whoever asks."""


class Counter(NamedTuple):
    """One counter of attempts: its key, its account (None = any), and how many are allowed."""

    key: bytes
    account: bytes | None
    allowed: int


def counters(email_key: str, address: str) -> tuple[Counter, Counter]:
    """The two counters of an attempt. They hold digests only, so that the table reveals no e-mail or address."""
    account, network = account_digest(email_key), _digest(network_of(address))
    return Counter(_digest(account.hex(), network.hex()), account, OF_ACCOUNT), Counter(network, None, OF_ADDRESS)


def mail_counters(kind: str, email_key: str, address: str) -> tuple[Counter, Counter]:
    """The two counters of a request for a mail: the client address's, then the mailbox's."""
    return Counter(_digest("mail", network_of(address)), None, MAILS_OF_ADDRESS), mailbox_counter(kind, email_key)


def mailbox_counter(kind: str, email_key: str) -> Counter:
    """The counter of mails of one kind to one mailbox; it belongs to no account, so it outlives a deleted one."""
    return Counter(_digest("mail", kind, account_digest(email_key).hex()), None, MAILS_OF_MAILBOX)


def account_digest(email_key: str) -> bytes:
    """The digest that identifies an account in the counters."""
    return _digest(email_key)


def wait_s(tries: int, since: float, allowed: int, now: float) -> int:
    """Whole seconds until the window that began at `since` ends, when `tries` are more than allowed; else 0."""
    return max(1, int(since + WINDOW_S - now) + 1) if tries > allowed else 0


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\n".join(parts).encode()).digest()
