"""What most people liked and played lately, counted for all callers of a process at once and not while they wait.

A count reads every like and play of the last days, so it takes longer the larger an instance is: where it is not done
within WAIT_S it goes on, and callers get the last one meanwhile. One that took long is made again only after a while,
so that counting stays a small share of a core however many ask.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from kit import log
from kit.errors import Unavailable
from kit.wire.library import RecentTracks

WAIT_S = 0.8
"""Shorter than the deadline of a call between services (kit/http.py)."""
LONG_S, SHARE = 1.0, 1 / 30
"""A count that took longer than LONG_S is made again when that was less than SHARE of the time since."""
KEPT_S = 900.0
"""A count is handed out for so long while another is made or fails, and twice the pause that SHARE asks for longer."""
STOP_S = 1.0
NOT_YET = RecentTracks(items=[], people=0, days=0, unfinished=True)


class RecentCountCache:
    """The last count and the one that is under way; one a process."""

    def __init__(
        self,
        count: Callable[[], Awaitable[RecentTracks]],
        wait_s: float = WAIT_S,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._count, self._wait_s, self._now = count, wait_s, now
        self._found = NOT_YET
        self._failure: str | None = None
        self._found_at, self._found_until, self._ended, self._took = 0.0, 0.0, 0.0, 0.0
        self._task: asyncio.Task[None] | None = None
        self._log = log.get("trending")

    async def current(self) -> RecentTracks:
        """A count made now, or the last one where that takes too long; `unfinished` where there is none that is recent,
        Unavailable where there is none because the last one failed."""
        if self._task is None and self._may_count():
            self._task = asyncio.create_task(self._make())
        if self._task:
            await asyncio.wait({self._task}, timeout=self._wait_s)
        if self._is_recent():
            return self._found
        if self._failure:
            raise Unavailable(f"likes and plays of the last days cannot be counted: {self._failure}")
        return NOT_YET

    async def close(self) -> None:
        """Ends a count that is under way, as far as its database lets it end."""
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=STOP_S)

    def _may_count(self) -> bool:
        return self._took <= max(LONG_S, SHARE * (self._now() - self._ended))

    def _is_recent(self) -> bool:
        return self._found is not NOT_YET and self._now() <= self._found_until

    async def _make(self) -> None:
        began, self._failure = self._now(), None
        try:
            self._found = await self._count()
            self._found_at, self._found_until = self._now(), 0.0
        except Exception as failure:  # whatever it is, the next caller must hear of it
            self._failure = str(failure) or type(failure).__name__
            self._log.error("likes and plays of the last days are not counted", reason=self._failure)
        finally:
            self._ended, self._task = self._now(), None
            self._took = self._ended - began
            until = self._found_at + KEPT_S + 2 * self._took / SHARE
            self._found_until = max(self._found_until, until)  # a slow failure delays the next count as well
