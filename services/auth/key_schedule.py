"""Rotation schedule of the signing keys: which key signs, when the next one is created, when an old one is deleted.

All keys in the table are published. A key signs from its start until the next one's. The next is published LEAD_S
before it signs, because services fetch the keys every five minutes; the previous one is kept until its last token has
expired.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kit.tokens import LIFETIME_S

LEAD_S = 2 * 3600.0
LINGER_S = LIFETIME_S + 600.0  # ten minutes for clock skew and processes that read the keys late
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A stored signing key: 32 bytes of public key, the encrypted private key, and when it starts to sign."""

    id: str
    public: bytes
    sealed: bytes
    signs_from: float  # seconds since 1970


def signing(keys: Sequence[SigningKey], now: float) -> SigningKey:
    """The current signing key: the newest whose start has passed, or the earliest when the clock is behind all."""
    begun = [key for key in keys if key.signs_from <= now]
    return max(begun, key=_begin) if begun else min(keys, key=_begin)


def next_from(keys: Sequence[SigningKey], now: float, key_s: float) -> float | None:
    """The start time of the key that is due to be created now; None while none is due."""
    if not keys:
        return now
    newest = max(key.signs_from for key in keys)
    if newest > now or now < newest + key_s - LEAD_S:
        return None
    return max(newest + key_s, now + LEAD_S)


def outlived(keys: Sequence[SigningKey], now: float) -> list[str]:
    """Ids of the keys whose tokens have all expired."""
    begun = sorted((key for key in keys if key.signs_from <= now), key=_begin)
    return [old.id for old, successor in pairwise(begun) if now >= successor.signs_from + LINGER_S]


def _begin(key: SigningKey) -> float:
    return key.signs_from
