"""Rate limits per minute for guests' addresses, users, API keys and sign-in attempts."""

import math
import time
from dataclasses import dataclass

from gateway import metrics
from gateway.counting import Count, Counter, Hit, InMemory
from gateway.headers import Header
from gateway.settings import Settings
from kit import log
from kit.errors import TooManyRequests

PAUSE_S = 1.0
"""Pause after the counters failed, so that only one request a second waits for their timeout."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A rate limit. `words` end the sentence "600 ... a minute are allowed"."""

    name: str
    words: str
    per_minute: int
    counted: str = "requests"


@dataclass(frozen=True, slots=True)
class Allowance:
    """The state of a limit in the current window."""

    limit: Limit
    remaining: int
    reset_s: int
    allowed: bool

    def headers(self) -> list[Header]:
        """RateLimit headers (draft-ietf-httpapi-ratelimit-headers-06, the form that client libraries read)."""
        most = b"%d" % self.limit.per_minute
        return [
            (b"ratelimit-limit", most),
            (b"ratelimit-remaining", b"%d" % self.remaining),
            (b"ratelimit-reset", b"%d" % self.reset_s),
            (b"ratelimit-policy", most + b";w=60"),
        ]

    def refusal(self) -> TooManyRequests:
        """The 429 problem for an exceeded limit; its detail names what was counted."""
        limit = self.limit
        allowed = f"{limit.per_minute} {limit.counted} a minute are allowed {limit.words}"
        return TooManyRequests(f"{allowed}: try again in {self.reset_s} s", retry_after_s=self.reset_s)


Counted = tuple[Limit, str]
"""A limit, and the name (address, user or key) that requests are counted under."""


class Limits:
    """The limits of the gateway (0 = none), with their counter."""

    def __init__(self, settings: Settings) -> None:
        self.guest = Limit("guest", "to guests from one address", settings.guest_per_minute)
        attempts = "attempts to sign in or up or to reset a password"
        self.sign_in = Limit("sign-in", "from one address", settings.sign_in_per_minute, attempts)
        self.person = Limit("person", "to one person", settings.person_per_minute)
        self.key = Limit("key", "with one API key", settings.key_per_minute)
        self._counter = _counter(settings.limits_storage)
        self._pause_ends = 0.0

    async def aclose(self) -> None:
        """Closes the counter."""
        await self._counter.aclose()

    async def hit(self, *counted: Counted, amount: int = 1) -> Allowance | None:
        """Counts `amount` requests under each limit in order, until one refuses.

        Returns the state of the last limit counted; None without a limit, and while the counters are unavailable.
        """
        bounded = [(limit, who) for limit, who in counted if limit.per_minute]
        if not bounded:
            return None
        if time.time() < self._pause_ends:
            metrics.UNCOUNTED.inc()
            return None
        hits = [Hit(f"{limit.name}/{who}", amount, limit.per_minute) for limit, who in bounded]
        try:
            counts = await self._counter.hit(hits)
        except Exception as error:
            self._pause_ends = time.time() + PAUSE_S
            metrics.UNCOUNTED.inc()
            log.get("limits").warning("requests are not counted", reason=str(error))
            return None
        allowance = _allowance(bounded[len(counts) - 1][0], counts[-1])
        if not allowance.allowed:
            metrics.count_limit_refusal(allowance.limit.name)
        return allowance


def _allowance(limit: Limit, count: Count) -> Allowance:
    reset_s = max(1, math.ceil(count.ends - time.time()))
    return Allowance(limit, max(0, limit.per_minute - count.number), reset_s, count.number <= limit.per_minute)


def _counter(storage: str) -> Counter:
    if storage == "memory://":
        return InMemory()
    from gateway.shared_counts import Shared  # redis-py is installed only where a server counts

    return Shared(storage)
