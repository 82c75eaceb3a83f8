"""What is stored of an answer, in what bounds, and the protocol of the stores. Pure.

A person has at most MOST_KEYS keys and MOST_BYTES of answers at once; the oldest go first. An answer that is larger
than ANSWER_BYTES is not stored, only that it was given: its request is not run again either. The same holds for every
answer once all people together have BODIES_SHARE of what the store may hold; at all of it no key is claimed.
"""

import zlib
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple, Protocol

import orjson

from gateway.headers import Header

KEPT_S = 24 * 3600
LEASE_S, RENEW_S = 60.0, 20.0
"""How long a key is held for a request whose process died before it answered, and how often a running one renews it."""
MOST_KEYS = 500
MOST_BYTES = 4 << 20
ANSWER_BYTES = 128 << 10
"""Of a compressed answer; that to 5,000 lines of feedback has 80 KB."""
ENTRY_BYTES = 450
"""What an entry takes beside its answer: 453 bytes of used_memory in Redis 7.0 with one entry a person over 10,000
entries, 283 with 100 a person."""
BODIES_SHARE = 0.9
"""Of the bytes for all people; the rest is for keys whose answers are not stored, 14,000 of them in 64 MB."""
READ_BYTES = 1 << 20
"""Of an answer before it is compressed."""
KEPT_HEADERS = frozenset({b"content-type", b"content-encoding", b"content-disposition", b"etag", b"location", b"vary"})


@dataclass(frozen=True, slots=True)
class Entry:
    """What is stored under a key: a digest of its request, and the answer as packed; None while it runs."""

    fingerprint: str
    response: bytes | None


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A response that was given; without its body where that was too large."""

    status: int
    headers: list[Header]
    body: bytes | None


class Full(Exception):
    """All people together have as many stored answers as the store may hold."""


class Packed(NamedTuple):
    """An answer as it is stored: whole, or in a full store without its headers and body."""

    whole: bytes
    short: bytes


class Claim(NamedTuple):
    """Who asks for a key: its owner, its name, and a token of this one attempt."""

    owner: str
    name: str
    holder: str


class ResponseStore(Protocol):
    """Stores entries by owner (a person's id) and name (a digest). A claim holds a key: one that lost it to another,
    because the lease ended, changes nothing of that other's."""

    async def claim(self, claim: Claim, fingerprint: str, lease_s: float) -> Entry | None:
        """What is there; None when nothing is: then the claim holds the key, for `lease_s` at most.
        Full."""

    async def renew(self, claim: Claim, lease_s: float) -> None:
        """Holds the key for `lease_s` from now."""

    async def finish(self, claim: Claim, response: Packed) -> bool:
        """Stores the answer of a held key for KEPT_S; nothing where the owner was forgotten meanwhile. False when only
        the short one was stored, because the store is nearly full."""

    async def release(self, claim: Claim) -> None:
        """Gives a held key back: the request did nothing, or nobody knows."""

    async def forget(self, owner: str) -> None:
        """Deletes everything of an owner."""

    async def offset(self) -> int:
        """The number of the last event of auth that was applied here; 0 before the first one,
        kit.event_consumer.FROM_NOW_ON where no answer was ever stored."""

    async def store_offset(self, number: int) -> None:
        """Stores that number."""

    async def aclose(self) -> None:
        """Closes connections."""


def digest(*parts: bytes) -> str:
    """A digest in which no two sequences of parts are alike."""
    made = blake2b(digest_size=16)
    for part in parts:
        made.update(len(part).to_bytes(8) + part)
    return made.hexdigest()


def pack(status: int, headers: list[Header], body: bytes | None) -> Packed:
    """The answer as it is stored; without the body where it is too large."""
    whole, short = _packed(status, headers, body), _packed(status, [], None)
    return Packed(whole if len(whole) <= ANSWER_BYTES else short, short)


def _packed(status: int, headers: list[Header], body: bytes | None) -> bytes:
    kept = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers if name in KEPT_HEADERS]
    head = orjson.dumps([status, kept, body is not None])
    return zlib.compress(len(head).to_bytes(4) + head + (body or b""), 6)


def unpack(packed: bytes) -> StoredResponse:
    """The answer that was packed."""
    plain = zlib.decompress(packed)
    size = 4 + int.from_bytes(plain[:4])
    status, kept, whole = orjson.loads(plain[4:size])
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in kept]
    return StoredResponse(status, headers, plain[size:] if whole else None)
