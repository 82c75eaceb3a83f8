"""Runs computations in a bounded number of threads, with a bounded queue: one more is refused with Overloaded."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from kit.errors import Overloaded

Result = TypeVar("Result")


class BoundedThreads:
    """A pool of `threads`, for which at most `waiting` computations may queue."""

    def __init__(self, threads: int, waiting: int, what: str = "reports") -> None:
        self._what = what
        self._pool = ThreadPoolExecutor(threads, "report")
        self._most = threads + waiting
        self._held = 0
        self._lock = Lock()

    async def run(self, work: Callable[..., Result], *arguments: object) -> Result:
        """The result of the function; Overloaded when the queue is full."""
        with self._lock:
            if self._held >= self._most:
                raise Overloaded(f"many {self._what} are being computed: try again in a few seconds", retry_after_s=2)
            self._held += 1
        future = self._pool.submit(work, *arguments)
        future.add_done_callback(self._done)  # of the thread: a caller that hangs up does not end the computation
        return await asyncio.wrap_future(future)

    async def pending(self) -> float:
        """How many computations run or wait."""
        return self._held

    def _done(self, _: object) -> None:
        with self._lock:
            self._held -= 1

    def close(self) -> None:
        """Ends the threads after the computations in progress."""
        self._pool.shutdown(wait=True, cancel_futures=True)
