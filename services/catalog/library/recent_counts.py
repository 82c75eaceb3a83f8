"""What most people liked and played lately, counted for all callers at once and not while they wait.

A count reads every like and play of the last days, so it takes longer the larger an instance is: where it is not done
within WAIT_S it goes on, and whoever asks next gets it. One that took long is handed out for a while before it is made
again, so that counting stays a small share of a core however many processes ask.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from kit.errors import Unavailable
from kit.wire.library import RecentTracks

WAIT_S = 0.8
"""Shorter than the deadline of a call between services (kit/http.py)."""
LONG_S, SHARE = 0.1, 1 / 30
"""A count that took longer than LONG_S is made again when it took less than SHARE of the time since."""


class RecentCount:
    """The last count; one a process."""

    def __init__(
        self,
        count: Callable[[], Awaitable[RecentTracks]],
        wait_s: float = WAIT_S,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._count, self._wait_s, self._now = count, wait_s, now
        self._found: RecentTracks | None = None
        self._ended, self._took = 0.0, 0.0
        self._task: asyncio.Task[None] | None = None

    async def current(self) -> RecentTracks:
        """A count made now, or the last one where that takes too long; Unavailable until there is one."""
        if self._task is None and not self._is_kept():
            self._task = asyncio.create_task(self._make())
        if self._task:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._wait_s):
                    await asyncio.shield(self._task)
        if self._found is None:
            raise Unavailable("what was liked and played lately is being counted: ask again in a moment")
        return self._found

    async def close(self) -> None:
        """Ends a count that is under way."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self._task

    def _is_kept(self) -> bool:
        return self._took > LONG_S and self._took > SHARE * (self._now() - self._ended)

    async def _make(self) -> None:
        began = self._now()
        self._took = 0.0  # one that fails is made again for whoever asks next
        try:
            self._found = await self._count()
            self._ended = self._now()
            self._took = self._ended - began
        finally:
            self._task = None
