"""How often a password may be wrong, per account and calling address and per address over all accounts.

A person who knows the password still gets in from another address while somebody guesses. Every try is counted
before it is checked, so that many at once get no more than many in a row.
"""

import hashlib
from typing import NamedTuple

from kit.addresses import network_of

WINDOW_S = 15 * 60
OF_ACCOUNT, OF_ADDRESS = 10, 100
"""Failures in one window: guesses at one account; at any account, by somebody who tries one password on many."""


class Counter(NamedTuple):
    """One count of tries: its key, the account it speaks of (None = any), and how many are allowed."""

    key: bytes
    account: bytes | None
    allowed: int


def counters(email_key: str, address: str) -> tuple[Counter, Counter]:
    """The two counts that a try belongs to. Digests only: the table tells nobody who tried to sign in where."""
    account, network = account_digest(email_key), _digest(network_of(address))
    return Counter(_digest(account.hex(), network.hex()), account, OF_ACCOUNT), Counter(network, None, OF_ADDRESS)


def account_digest(email_key: str) -> bytes:
    """How the counts name an account."""
    return _digest(email_key)


def wait_s(tries: int, since: float, allowed: int, now: float) -> int:
    """Whole seconds until the window that began at `since` ends, when `tries` are more than allowed; else 0."""
    return max(1, int(since + WINDOW_S - now) + 1) if tries > allowed else 0


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\n".join(parts).encode()).digest()
