"""Write transactions of one process on SQLite take turns, in the order in which they came.

SQLite has one writer at a time, and one that waits only looks again after up to 100 ms: whoever comes in between is
first, so that of four writers some waited for seconds on a busy machine (docs/performance.md). Writers of other
processes still wait by SQLite's busy timeout.
"""

import asyncio


class WriteTurn:
    """Held inside an `async with` block; TimeoutError after `wait_s` seconds without a turn."""

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._lock = asyncio.Lock()  # wakes its waiters in order

    async def __aenter__(self) -> None:
        async with asyncio.timeout(self._wait_s):
            await self._lock.acquire()

    async def __aexit__(self, *_: object) -> None:
        self._lock.release()
