"""Exchanges API keys for access tokens at auth; services receive only the token.

A valid key is cached by its hash, for as long as auth states; a refused one for REFUSED_S, so that guessing causes
little load on auth. Concurrent requests with one key cause one exchange.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from gateway.auth import NOT_A_KEY, Auth
from kit.errors import Overloaded, Unauthorized
from kit.tokens import subject

LONGEST = 200  # characters, as kit.wire.keys.KeyExchange takes
REFUSED_S = 10.0
REMEMBERED = 10_000
MOST_EXCHANGES = 64  # in progress at once


class ApiKeyRefused(Unauthorized):
    """401 for a refused API key, with the same code as auth's."""

    code, title = NOT_A_KEY, "The API key does not hold"


@dataclass(frozen=True, slots=True)
class Exchanged:
    """The result of an exchange: key digest, Authorization header and whose it is, valid until `ends` on the clock."""

    digest: str
    authorization: str
    ends: float
    person: str = ""


class ApiKeys:
    """Cache of exchanged API keys."""

    def __init__(self, auth: Auth, clock: Callable[[], float] = time.monotonic) -> None:
        self._auth = auth
        self._clock = clock
        self._held: dict[str, Exchanged] = {}
        self._refused: dict[str, float] = {}
        self._exchanges: dict[str, asyncio.Task[Exchanged]] = {}

    async def recall(self, key: str) -> Exchanged | None:
        """The exchange result of a key that is in the cache, renewed at auth once it is too old; None otherwise."""
        held = self._held.get(digest_of(key))
        if held is None or held.ends > self._clock():
            return held
        try:
            return await self._exchange_once(held.digest, key)
        except ApiKeyRefused:
            return None

    async def establish(self, key: str) -> Exchanged:
        """Exchanges a key; ApiKeyRefused when auth does not know it, NeighbourUnavailable when auth is unavailable."""
        digest = digest_of(key)
        if not 0 < len(key) <= LONGEST or not key.isascii() or self._refused.get(digest, 0.0) > self._clock():
            raise _refused()
        return await self._exchange_once(digest, key)

    async def _exchange_once(self, digest: str, key: str) -> Exchanged:
        task = self._exchanges.get(digest)
        if task is None:
            if len(self._exchanges) >= MOST_EXCHANGES:
                raise Overloaded("too many API keys are being checked at once: try again in a second", retry_after_s=1)
            task = self._exchanges[digest] = asyncio.create_task(self._exchange(digest, key))
            task.add_done_callback(lambda done: self._finished(digest, done))
        return await asyncio.shield(task)  # a caller who disconnects does not cancel it for the others

    async def _exchange(self, digest: str, key: str) -> Exchanged:
        token = await self._auth.exchange(key)
        if token is None:
            self._held.pop(digest, None)
            _make_room(self._refused)
            self._refused[digest] = self._clock() + REFUSED_S
            raise _refused()
        _make_room(self._held)
        ends = self._clock() + token.expires_in
        self._held[digest] = found = Exchanged(
            digest, f"Bearer {token.access_token}", ends, subject(token.access_token)
        )
        return found

    def _finished(self, digest: str, task: "asyncio.Task[Exchanged]") -> None:
        del self._exchanges[digest]
        if not task.cancelled():
            task.exception()  # retrieved here, because all callers may have disconnected


def digest_of(key: str) -> str:
    """The digest by which a key is cached and counted. It differs from auth's stored hash, so neither reveals the
    other."""
    return hashlib.blake2b(key.encode(), digest_size=16, person=b"segue gateway").hexdigest()


def _make_room(known: dict[str, Exchanged] | dict[str, float]) -> None:
    if len(known) >= REMEMBERED:
        known.clear()


def _refused() -> ApiKeyRefused:
    return ApiKeyRefused("this API key is not one of ours, or was revoked: make one at /v1/me/api-keys")
