"""A TCP balancer in front of the replicas of one service, as a cluster's Service is: connections, not requests.

It asks each replica several times a second, as the probes of the manifests do: /health/ready once when it starts (the
gateway /health/live), then /health/accepting. New connections go in turn to those that answer 200; open ones stay.
"""

import asyncio
import itertools
import threading
from collections.abc import Sequence
from contextlib import suppress

from tests.ports import LOOPBACK, free_port

EVERY_S = 0.1
CHUNK = 64 * 1024


class Balancer:
    """Listens from its start to its end, in a thread of its own."""

    def __init__(self, ports: Sequence[int], startup: str) -> None:
        self.port = free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self._ports, self._startup = list(ports), startup
        self._started: set[int] = set()
        self.ready: list[int] = []
        self._turn = itertools.count()
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Closes every connection."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, LOOPBACK, self.port, backlog=512))
        probing = self._loop.create_task(self._probe())
        self._loop.run_forever()
        server.close()
        everything = [probing, *asyncio.all_tasks(self._loop)]
        for task in everything:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*everything, return_exceptions=True))
        self._loop.close()

    async def _probe(self) -> None:
        while True:
            answers = await asyncio.gather(*map(self._is_ready, self._ports))
            self.ready = [port for port, ready in zip(self._ports, answers, strict=True) if ready]
            await asyncio.sleep(EVERY_S)

    async def _is_ready(self, port: int) -> bool:
        status = await _status(port, "/health/accepting" if port in self._started else self._startup)
        if status == b"200":
            self._started.add(port)
        elif status is None:
            self._started.discard(port)
        return status == b"200"

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there = await self._connected()
            if there is not None:
                await asyncio.gather(_pump(reader, there[1]), _pump(there[0], writer))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """A connection to the next ready replica; None when none accepts."""
        ready = self.ready
        for _ in ready:
            with suppress(OSError):
                return await asyncio.open_connection(LOOPBACK, ready[next(self._turn) % len(ready)])
        return None


async def _status(port: int, path: str) -> bytes | None:
    """The status code of an answer; None when nobody listens."""
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nhost: probe\r\nconnection: close\r\n\r\n".encode())
                return (await reader.readline())[9:12]
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return None


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Copies until the source ends, then closes the sink: both directions end together, as HTTP uses them."""
    try:
        while chunk := await source.read(CHUNK):
            sink.write(chunk)
            await sink.drain()
    except OSError:
        pass
    finally:
        sink.close()
