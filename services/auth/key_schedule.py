"""When which key signs access tokens, and how long its tokens can be checked. Every key in the table is published.

A key signs from its moment until the next one's. The next is published LEAD_S before it signs, because services ask for
the keys every five minutes; the one before stays until its last token has expired.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kit.tokens import LIFETIME_S

LEAD_S = 2 * 3600.0
LINGER_S = LIFETIME_S + 600.0  # ten minutes for clocks that differ and processes that read the keys late
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One key as it is stored: 32 bytes of public key, the private one sealed, and when it begins to sign."""

    id: str
    public: bytes
    sealed: bytes
    signs_from: float  # seconds since 1970


def signing(keys: Sequence[SigningKey], now: float) -> SigningKey:
    """The key that signs: the newest whose time has come; by a clock that runs behind perhaps the first of all."""
    begun = [key for key in keys if key.signs_from <= now]
    return max(begun, key=_begin) if begun else min(keys, key=_begin)


def next_from(keys: Sequence[SigningKey], now: float, key_s: float) -> float | None:
    """When a key that has to be made now shall begin to sign; None while none has to be."""
    if not keys:
        return now
    newest = max(key.signs_from for key in keys)
    if newest > now or now < newest + key_s - LEAD_S:
        return None
    return max(newest + key_s, now + LEAD_S)


def outlived(keys: Sequence[SigningKey], now: float) -> list[str]:
    """The ids of keys whose tokens have all expired."""
    begun = sorted((key for key in keys if key.signs_from <= now), key=_begin)
    return [old.id for old, successor in pairwise(begun) if now >= successor.signs_from + LINGER_S]


def _begin(key: SigningKey) -> float:
    return key.signs_from
