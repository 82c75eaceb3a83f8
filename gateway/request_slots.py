"""Limits concurrent requests per pool (a service, or a route with a pool of its own), and each caller's share."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from gateway import metrics
from kit import errors


class RequestSlots:
    """`most` slots for concurrent requests in each pool, and the share of them that one caller may hold."""

    def __init__(self, most: int, share: float) -> None:
        self._most = most
        self._share = max(1, int(most * share))
        self._held: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._taken: Counter[str] = Counter()

    @contextmanager
    def one(self, pool: str, who: str) -> Iterator[None]:
        """Holds a slot until the block ends; Overloaded when all are taken, TooManyRequests above the caller share."""
        held = self._held[pool]
        if self._taken[pool] >= self._most:
            metrics.count_slot_refusal(pool, "full")
            detail = f"{pool} has {self._most} requests under way: try again in a second"
            raise errors.Overloaded(detail, retry_after_s=1)
        if held[who] >= self._share:
            metrics.count_slot_refusal(pool, "caller share")
            detail = f"you have {held[who]} requests to {pool} under way: wait for their answers"
            raise errors.TooManyRequests(detail, retry_after_s=1)
        self._taken[pool] += 1
        held[who] += 1
        try:
            yield
        finally:
            self._taken[pool] -= 1
            held[who] -= 1
            if not held[who]:
                del held[who]
