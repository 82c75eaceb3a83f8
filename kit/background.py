"""Supervised background tasks of a service: restart with exponential backoff, and a readiness check.

A task runs until the service stops. One that fails is logged and restarted, after a pause that doubles up to
LONGEST_PAUSE_S while it keeps failing; until it runs again the service is not ready.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress

from kit import log

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
STEADY_S = 60.0
"""Seconds of running after which the backoff is reset."""
STOP_S = 15.0
"""Seconds for a task to stop gracefully; below the 25 s that a process has for its shutdown."""
_NONE: Mapping[str, Callable[[], None]] = {}
Work = Callable[[], Awaitable[None]]


class Background:
    """The background tasks of one service, by name. `ping` is their readiness check: it fails while one is down."""

    def __init__(self, first_pause_s: float = FIRST_PAUSE_S) -> None:
        self._first_pause_s = first_pause_s
        self._stopping = False
        self._down: dict[str, str] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._log = log.get("background")

    async def ping(self) -> str:
        """ "ok" while every task runs; RuntimeError names those that do not."""
        dead = {name: "its task ended" for name, task in self._tasks.items() if task.done() and not self._stopping}
        if down := dead | self._down:
            raise RuntimeError("; ".join(f"{name} stopped: {reason}" for name, reason in sorted(down.items())))
        return "ok"

    @asynccontextmanager
    async def running(
        self, works: Mapping[str, Work], stops: Mapping[str, Callable[[], None]] = _NONE
    ) -> AsyncIterator[None]:
        """Runs the tasks until the block ends, then cancels them. For a task named in `stops` that function is called
        instead and the task is awaited: a transaction cancelled halfway would hold a database's lock."""
        tasks = {name: asyncio.create_task(self._keep(name, work), name=name) for name, work in works.items()}
        self._tasks = tasks
        try:
            yield
        finally:
            self._stopping = True
            for name, task in tasks.items():
                if name in stops and name not in self._down:
                    stops[name]()
                else:
                    task.cancel()
            await self._ended(list(tasks.values()))

    async def _ended(self, tasks: list[asyncio.Task[None]]) -> None:
        """Waits for all tasks; after STOP_S the remaining ones are cancelled."""
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=STOP_S)
            for task in late:
                task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task

    async def _keep(self, name: str, work: Work) -> None:
        pause = self._first_pause_s
        while True:
            started = time.monotonic()
            try:
                await work()
                reason = "it ended"
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                reason = "something it waited for was cancelled"
                self._log.error("background task failed", task=name, reason=reason)
            except Exception as error:
                reason = str(error) or type(error).__name__
                self._log.error("background task failed", task=name, reason=reason, exc_info=error)
            if self._stopping:
                return
            pause = self._first_pause_s if time.monotonic() - started > STEADY_S else pause
            self._down[name] = reason
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)
            self._down.pop(name, None)
