"""How many requests one address may make, and which address a request comes from."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Protocol

from limits.aio.storage import RedisStorage
from limits.aio.storage.redis.redispy import RedispyBridge
from limits.storage import storage_from_string

from gateway.headers import Header
from gateway.settings import Networks
from kit import log
from kit.errors import TooManyRequests

UNKNOWN = "unknown"
WINDOW_S = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to an address in the current minute."""

    limit: int
    remaining: int
    reset_s: int
    allowed: bool

    def headers(self) -> list[Header]:
        """RateLimit fields (draft-ietf-httpapi-ratelimit-headers-06, the form that client libraries read)."""
        return [
            (b"ratelimit-limit", b"%d" % self.limit),
            (b"ratelimit-remaining", b"%d" % self.remaining),
            (b"ratelimit-reset", b"%d" % self.reset_s),
            (b"ratelimit-policy", b"%d;w=60" % self.limit),
        ]

    def refusal(self) -> TooManyRequests:
        """The problem to answer when nothing is left."""
        detail = f"{self.limit} requests a minute are allowed from one address: try again in {self.reset_s} s"
        return TooManyRequests(detail, retry_after_s=self.reset_s)


class Counter(Protocol):
    """Counts hits of a key in windows of a minute that begin with the key's first hit."""

    async def hit(self, key: str) -> tuple[int, float]:
        """Hits in the current window, this one included, and when that window ends (seconds since 1970)."""

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

    async def hit(self, key: str) -> tuple[int, float]:
        """See Counter."""
        now = time.time()
        if now >= self._turn:
            self._old, self._young, self._turn = self._young, {}, now + WINDOW_S
        count, end = self._young.get(key) or self._old.get(key) or (0, now + WINDOW_S)
        if end <= now:
            count, end = 0, now + WINDOW_S
        self._young[key] = (count + 1, end)
        return count + 1, end

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

    async def hit(self, key: str) -> tuple[int, float]:
        """See Counter."""
        name = f"segue/{key}"
        return await self._storage.incr(name, WINDOW_S), await self._storage.get_expiry(name)

    async def aclose(self) -> None:
        """Closes the connections; the storage itself has no method for it."""
        await self._bridge.storage.aclose()


class AddressLimit:
    """How many requests a minute an address has left; 0 sets no limit."""

    def __init__(self, per_minute: int, storage: str) -> None:
        self._limit = per_minute
        self._counter: Counter = InMemory() if storage == "memory://" else Shared(storage)

    async def aclose(self) -> None:
        """Ends the counting."""
        await self._counter.aclose()

    async def hit(self, address: str) -> Allowance | None:
        """Counts one request. None without a limit, or while the counters are away: the door stays open."""
        if not self._limit:
            return None
        try:
            count, end = await self._counter.hit(counted_as(address))
        except Exception as error:
            log.get("limits").warning("requests are not counted", reason=str(error))
            return None
        reset_s = max(1, math.ceil(end - time.time()))
        return Allowance(self._limit, max(0, self._limit - count), reset_s, count <= self._limit)


def counted_as(address: str) -> str:
    """The address whose requests are counted together: one IPv6 host may use any address of its /64 network."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
    return address


def client_address(peer: str | None, forwarded_for: Sequence[bytes], trusted: Networks) -> str:
    """The nearest address that is not a trusted proxy: the peer, else X-Forwarded-For read from the right."""
    address = peer or UNKNOWN
    hops = [hop.strip() for line in forwarded_for for hop in line.decode("latin-1").split(",")]
    while hops and _is_trusted(address, trusted):
        claimed = hops.pop()
        if not _is_address(claimed):
            break
        address = claimed
    return address


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_trusted(address: str, trusted: Networks) -> bool:
    return bool(trusted) and _is_address(address) and any(ip_address(address) in network for network in trusted)
