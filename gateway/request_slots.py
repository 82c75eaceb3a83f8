"""Limits concurrent requests per service, and each caller's share of them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from kit import errors


class RequestSlots:
    """Slots for concurrent requests of each service, and the share of them that one caller may hold."""

    def __init__(self, services: Iterable[str], most: int, share: float) -> None:
        self._most = most
        self._share = max(1, int(most * share))
        self._held: dict[str, Counter[str]] = {service: Counter() for service in services}
        self._taken = dict.fromkeys(self._held, 0)

    @contextmanager
    def one(self, service: str, who: str) -> Iterator[None]:
        """Holds a slot until the block ends; Overloaded when all are taken, TooManyRequests above the caller share."""
        held = self._held[service]
        if self._taken[service] >= self._most:
            detail = f"{service} has {self._most} requests under way: try again in a second"
            raise errors.Overloaded(detail, retry_after_s=1)
        if held[who] >= self._share:
            detail = f"you have {held[who]} requests to {service} under way: wait for their answers"
            raise errors.TooManyRequests(detail, retry_after_s=1)
        self._taken[service] += 1
        held[who] += 1
        try:
            yield
        finally:
            self._taken[service] -= 1
            held[who] -= 1
            if not held[who]:
                del held[who]
