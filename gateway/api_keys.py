"""API keys at the door: each is exchanged at auth for an access token, which alone goes on to the services.

A key is remembered as a hash, for as long as auth says; one that auth does not know for a moment, so that guessing
costs auth little. However many requests bring one key at once, auth is asked once.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from gateway.auth import NOT_A_KEY, Auth
from kit.errors import Overloaded, Unauthorized

LONGEST = 200  # characters, as kit.wire.keys.KeyExchange takes
REFUSED_S = 10.0
REMEMBERED = 10_000
MOST_ASKED = 64  # exchanges under way at once


class ApiKeyRefused(Unauthorized):
    """401: the code is the one that auth uses."""

    code, title = NOT_A_KEY, "The API key does not hold"


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What an API key stands for until `ends` on the clock."""

    digest: str
    authorization: str
    ends: float


class ApiKeys:
    """The keys that were seen lately."""

    def __init__(self, auth: Auth, clock: Callable[[], float] = time.monotonic) -> None:
        self._auth = auth
        self._clock = clock
        self._held: dict[str, Exchanged] = {}
        self._refused: dict[str, float] = {}
        self._asking: dict[str, asyncio.Task[Exchanged]] = {}

    async def recall(self, key: str) -> Exchanged | None:
        """What a key stands for that held the last time auth was asked; auth is asked again once that is too old."""
        held = self._held.get(digest_of(key))
        if held is None or held.ends > self._clock():
            return held
        try:
            return await self._ask(held.digest, key)
        except ApiKeyRefused:
            return None

    async def establish(self, key: str) -> Exchanged:
        """What a key stands for; ApiKeyRefused when auth does not know it, NeighbourUnavailable when it cannot say."""
        digest = digest_of(key)
        if not 0 < len(key) <= LONGEST or not key.isascii() or self._refused.get(digest, 0.0) > self._clock():
            raise _refused()
        return await self._ask(digest, key)

    async def _ask(self, digest: str, key: str) -> Exchanged:
        task = self._asking.get(digest)
        if task is None:
            if len(self._asking) >= MOST_ASKED:
                raise Overloaded("too many API keys are being checked at once: try again in a second", retry_after_s=1)
            task = self._asking[digest] = asyncio.create_task(self._exchange(digest, key))
            task.add_done_callback(lambda done: self._answered(digest, done))
        return await asyncio.shield(task)  # a caller who hangs up does not end the question of the others

    async def _exchange(self, digest: str, key: str) -> Exchanged:
        token = await self._auth.exchange(key)
        if token is None:
            self._held.pop(digest, None)
            _make_room(self._refused)
            self._refused[digest] = self._clock() + REFUSED_S
            raise _refused()
        _make_room(self._held)
        ends = self._clock() + token.expires_in
        self._held[digest] = found = Exchanged(digest, f"Bearer {token.access_token}", ends)
        return found

    def _answered(self, digest: str, task: "asyncio.Task[Exchanged]") -> None:
        del self._asking[digest]
        if not task.cancelled():
            task.exception()  # looked at, for the case that everyone who waited has hung up


def digest_of(key: str) -> str:
    """What a key is remembered and counted by. Not the hash that auth keeps, so that neither gives away the other."""
    return hashlib.blake2b(key.encode(), digest_size=16, person=b"segue gateway").hexdigest()


def _make_room(known: dict[str, Exchanged] | dict[str, float]) -> None:
    if len(known) >= REMEMBERED:
        known.clear()


def _refused() -> ApiKeyRefused:
    return ApiKeyRefused("this API key is not one of ours, or was revoked: make one at /v1/me/api-keys")
