"""How many requests a minute a guest's address, a person and an API key may make."""

import math
import time
from dataclasses import dataclass
from typing import Protocol

from limits.aio.storage import RedisStorage
from limits.aio.storage.redis.redispy import RedispyBridge
from limits.storage import storage_from_string

from gateway.headers import Header
from gateway.settings import Settings
from kit import log
from kit.errors import TooManyRequests

WINDOW_S = 60
PAUSE_S = 1.0
"""How long counters that failed are left alone, so that they cost one request a second their timeout and not each."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that is counted. `words` end the sentence "600 ... a minute are allowed"."""

    name: str
    words: str
    per_minute: int
    counted: str = "requests"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit in the current minute."""

    limit: Limit
    remaining: int
    reset_s: int
    allowed: bool

    def headers(self) -> list[Header]:
        """RateLimit fields (draft-ietf-httpapi-ratelimit-headers-06, the form that client libraries read)."""
        most = b"%d" % self.limit.per_minute
        return [
            (b"ratelimit-limit", most),
            (b"ratelimit-remaining", b"%d" % self.remaining),
            (b"ratelimit-reset", b"%d" % self.reset_s),
            (b"ratelimit-policy", most + b";w=60"),
        ]

    def refusal(self) -> TooManyRequests:
        """The problem to answer when nothing is left; it names what was counted."""
        limit = self.limit
        allowed = f"{limit.per_minute} {limit.counted} a minute are allowed {limit.words}"
        return TooManyRequests(f"{allowed}: try again in {self.reset_s} s", retry_after_s=self.reset_s)


class Counter(Protocol):
    """Counts hits of a key in windows of a minute that begin with the key's first hit."""

    async def hit(self, key: str, amount: int) -> tuple[int, float]:
        """Adds so many hits: those in the current window, and when that window ends (seconds since 1970)."""

    async def aclose(self) -> None:
        """Lets go of connections."""


class InMemory:
    """Counts in this process.

    Two generations of a minute each, so that forgetting costs nothing: the `limits` library's own memory storage walks
    all addresses it knows on every request, 1.6 ms of CPU at 20,000 of them where this takes 2 us.
    """

    def __init__(self) -> None:
        self._young: dict[str, tuple[int, float]] = {}
        self._old: dict[str, tuple[int, float]] = {}
        self._turn = 0.0

    async def hit(self, key: str, amount: int) -> tuple[int, float]:
        """See Counter."""
        now = time.time()
        if now >= self._turn:
            self._old, self._young, self._turn = self._young, {}, now + WINDOW_S
        count, end = self._young.get(key) or self._old.get(key) or (0, now + WINDOW_S)
        if end <= now:
            count, end = 0, now + WINDOW_S
        self._young[key] = (count + amount, end)
        return count + amount, end

    async def aclose(self) -> None:
        """Nothing is open."""


class Shared:
    """Counts on a server that every gateway asks: Redis or Valkey."""

    def __init__(self, url: str) -> None:
        storage = storage_from_string(
            f"async+{url}", implementation="redispy", socket_timeout=0.5, socket_connect_timeout=0.5
        )
        assert isinstance(storage, RedisStorage)
        assert isinstance(storage.bridge, RedispyBridge)
        self._storage, self._bridge = storage, storage.bridge

    async def hit(self, key: str, amount: int) -> tuple[int, float]:
        """See Counter."""
        name = f"segue/{key}"
        return await self._storage.incr(name, WINDOW_S, amount), await self._storage.get_expiry(name)

    async def aclose(self) -> None:
        """Closes the connections; the storage itself has no method for it."""
        await self._bridge.storage.aclose()


class Limits:
    """The limits of the gateway, 0 meaning none, and where hits are counted."""

    def __init__(self, settings: Settings) -> None:
        self.guest = Limit("guest", "to guests from one address", settings.guest_per_minute)
        self.sign_in = Limit("sign-in", "from one address", settings.sign_in_per_minute, "attempts to sign in or up")
        self.person = Limit("person", "to one person", settings.person_per_minute)
        self.key = Limit("key", "with one API key", settings.key_per_minute)
        storage = settings.limits_storage
        self._counter: Counter = InMemory() if storage == "memory://" else Shared(storage)
        self._pause_ends = 0.0

    async def aclose(self) -> None:
        """Ends the counting."""
        await self._counter.aclose()

    async def hit(self, limit: Limit, who: str, amount: int = 1) -> Allowance | None:
        """Counts one request, or as many as it weighs. None without a limit, and while the counters are away."""
        if not limit.per_minute or time.time() < self._pause_ends:
            return None
        try:
            count, end = await self._counter.hit(f"{limit.name}/{who}", amount)
        except Exception as error:
            self._pause_ends = time.time() + PAUSE_S
            log.get("limits").warning("requests are not counted", reason=str(error))
            return None
        reset_s = max(1, math.ceil(end - time.time()))
        return Allowance(limit, max(0, limit.per_minute - count), reset_s, count <= limit.per_minute)
