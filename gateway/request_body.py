"""Reads the request body within a size limit and a deadline, and detects when the caller disconnects."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from starlette.types import Receive

from kit.errors import RequestTimeout

# Most responses are faster, and a task that waits for a disconnect costs more than ten of these timers.
WATCH_AFTER_S = 0.02


BUFFERED = 1 << 20
"""Bytes of a body that are read before the service is called: more than any JSON request has."""


class RequestBody:
    """Reads the body, and cancels the exchange when the caller disconnects after it was read.

    While `holds` is true, a disconnect cancels nothing: a write whose body is complete reaches its service, whether or
    not the caller waits for the response.
    """

    def __init__(
        self, headers: Mapping[bytes, bytes], receive: Receive, limit: int, holds: bool, to_the_end: bool = False
    ) -> None:
        self._receive = receive
        self.limit = limit
        self._seen = 0
        self._watcher: asyncio.Task[None] | None = None
        length = headers.get(b"content-length")
        self.length = int(length) if length else 0
        self.has_body = self.length > 0 or b"transfer-encoding" in headers
        self.too_large = self.length > limit
        self.late = False
        self.gone = False
        self.holds = holds
        self.to_the_end = to_the_end
        self._read = asyncio.Event() if self.has_body else None
        self.begins = b""
        """The length and the first BUFFERED bytes of a body that is passed on as a stream."""

    async def body(self, deadline_s: float) -> bytes | AsyncIterator[bytes] | None:
        """None, the whole body up to BUFFERED bytes, or a stream of a longer one, with the deadline for each BUFFERED.

        RequestTimeout when it does not arrive. Call it before a request slot is taken.
        """
        if not self.has_body:
            return None
        chunks, size, more = [], 0, True
        async with self._within(deadline_s):
            while more and size <= BUFFERED:
                chunk, more = await self._next()
                chunks.append(chunk)
                size += len(chunk)
        whole = b"".join(chunks)
        if not more:
            return whole
        self.begins = b"%d " % self.length + whole[:BUFFERED]
        return self._stream(whole, deadline_s)

    async def _stream(self, chunk: bytes, deadline_s: float) -> AsyncIterator[bytes]:
        more, left_s, left_bytes = True, deadline_s, BUFFERED
        while more:
            if chunk:
                yield chunk
            started = time.monotonic()
            async with self._within(left_s):
                chunk, more = await self._next()
            # Only the wait for the caller counts, and a byte now and then does not prolong it.
            left_s, left_bytes = left_s - (time.monotonic() - started), left_bytes - len(chunk)
            if left_bytes <= 0:
                left_s, left_bytes = deadline_s, BUFFERED
        yield chunk

    @asynccontextmanager
    async def _within(self, wait_s: float) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(wait_s):
                yield
        except TimeoutError:
            self.late = True
            raise RequestTimeout("the body did not come in time: send it again, in one go") from None

    async def _next(self) -> tuple[bytes, bool]:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self.gone = True
            raise ConnectionResetError("the caller hung up")
        chunk, more = message.get("body", b""), message.get("more_body", False)
        self._seen += len(chunk)
        self.too_large = self._seen > self.limit
        if self.too_large:
            raise ConnectionAbortedError("the body is larger than allowed")
        if not more and self._read:
            self._read.set()
        return chunk, more

    def watch(self, exchange: "asyncio.Task[None]") -> None:
        """After WATCH_AFTER_S, starts to cancel the exchange when the caller disconnects."""
        self._timer = exchange.get_loop().call_later(WATCH_AFTER_S, self._begin, exchange)

    def unwatch(self) -> None:
        """Stops watching, after the exchange has ended."""
        self._timer.cancel()
        if self._watcher:
            self._watcher.cancel()

    def _begin(self, exchange: "asyncio.Task[None]") -> None:
        self._watcher = exchange.get_loop().create_task(self._until_gone(exchange))

    async def _until_gone(self, exchange: "asyncio.Task[None]") -> None:
        if self._read:
            await self._read.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        if not self.holds:
            exchange.cancel()
