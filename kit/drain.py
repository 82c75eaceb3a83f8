"""Drains a process before it stops, so that replacing one of several replicas fails no request.

On SIGTERM readiness fails at once and every answer closes its connection, while requests, new connections included,
are served as before; after `seconds` the server's own shutdown begins, which finishes what is under way. By then
routers send nothing here, and callers hold no connection that could be closed in the moment in which they use it. A
second SIGTERM, and SIGINT (Ctrl-C), shut down at once.
"""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from kit import log

UVICORN = "handle_exit"
"""Name of uvicorn's signal handler: it is wrapped and no other, so that apps in tests leave the process alone."""


class Drain:
    """Whether the process is about to stop."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.draining = False
        self._seconds = seconds

    @contextmanager
    def armed(self) -> Iterator[None]:
        """Puts itself before the server's handler of SIGTERM until the block ends; call in the event loop."""
        shut_down = signal.getsignal(signal.SIGTERM)
        if self._seconds <= 0 or getattr(shut_down, "__name__", "") != UVICORN or not callable(shut_down):
            yield
            return
        loop = asyncio.get_running_loop()

        def begin(number: int, frame: FrameType | None) -> None:
            if self.draining:
                shut_down(number, frame)
                return
            self.draining = True
            loop.call_soon_threadsafe(self._wait, loop, lambda: shut_down(number, None))

        signal.signal(signal.SIGTERM, begin)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, shut_down)

    def _wait(self, loop: asyncio.AbstractEventLoop, shut_down: Callable[[], object]) -> None:
        log.get("drain").info("draining", seconds=self._seconds)
        loop.call_later(self._seconds, shut_down)
