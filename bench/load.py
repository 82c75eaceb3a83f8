"""Load generator of the benchmarks: a closed loop over kept connections, and CPU time by process.

It uses raw sockets because a client library would cost more than the server it measures.
"""

import asyncio
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PROCESS_CPU_CLOCK = 2
"""Of the low three bits of a clock's number: of a whole process, as the scheduler counts."""


@dataclass(frozen=True)
class ApiCall:
    """One request, ready to send."""

    method: str
    path: str
    token: str | None = None
    body: Any = None

    def raw(self, host: str = "bench") -> bytes:
        """HTTP/1.1, as bytes."""
        content = b"" if self.body is None else orjson.dumps(self.body)
        lines = [f"{self.method} {self.path} HTTP/1.1", f"host: {host}", "accept: */*"]
        if self.token:
            lines.append(f"authorization: Bearer {self.token}")
        if content:
            lines += ["content-type: application/json", f"content-length: {len(content)}"]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


@dataclass
class Tally:
    """Results of a closed loop: seconds of each response and every status that was not 200."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    wall_s: float = 0.0

    @property
    def rate(self) -> float:
        """Responses per second."""
        return len(self.seconds) / self.wall_s

    def percentile_ms(self, share: float) -> float:
        """The latency percentile in milliseconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


class Connection:
    """One kept connection with one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def send(self, raw: bytes) -> tuple[int, bytes]:
        """Status and body; status 0 when the connection broke."""
        try:
            if self._writer is None:
                self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
            self._writer.write(raw)
            return await self._answer()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            self.close()
            return 0, repr(error).encode()

    async def _answer(self) -> tuple[int, bytes]:
        assert self._reader is not None
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head[9:12])
        if status in (204, 304):  # no body, and no header that says so
            return status, b""
        if b"content-length: " in head:
            return status, await self._reader.readexactly(int(head.partition(b"content-length: ")[2].split(b"\r")[0]))
        body = b""
        while size := int(await self._reader.readline(), 16):
            body += (await self._reader.readexactly(size + 2))[:-2]
        await self._reader.readline()
        return status, body

    def close(self) -> None:
        """Closes the connection."""
        if self._writer:
            self._writer.close()
        self._reader = self._writer = None


class ClosedLoop:
    """Connections, each of which repeats the asks in turn, one at a time."""

    def __init__(self, port: int, calls: Iterable[ApiCall], connections: int) -> None:
        self._raws = [call.raw() for call in calls]
        self._connections = [Connection(port) for _ in range(connections)]

    async def open(self) -> None:
        """One request on each, not counted: a request that opens a connection costs more than others."""
        await self.run(len(self._connections))

    async def run(self, requests: int) -> Tally:
        """Sends so many requests over all of them."""
        tally, left = Tally(), iter(range(requests))
        started = time.perf_counter()
        await asyncio.gather(*(self._one(at, left, tally) for at in range(len(self._connections))))
        tally.wall_s = time.perf_counter() - started
        return tally

    async def _one(self, at: int, left: Iterator[int], tally: Tally) -> None:
        for number in left:
            started = time.perf_counter()
            status, body = await self._connections[at].send(self._raws[(at + number) % len(self._raws)])
            tally.seconds.append(time.perf_counter() - started)
            if status not in (200, 204):
                tally.failures.append(f"{status} {body[:200]!r}")

    def close(self) -> None:
        """Closes all."""
        for connection in self._connections:
            connection.close()


async def closed_loop(port: int, calls: Iterable[ApiCall], connections: int, requests: int) -> Tally:
    """Sends `requests` requests over new connections."""
    loop = ClosedLoop(port, calls, connections)
    tally = await loop.run(requests)
    loop.close()
    return tally


def cpu_seconds(pid: int) -> float:
    """User + system time so far of a process and everything below it, also of children that have ended."""
    return sum(map(own_cpu_seconds, (pid, *_below(pid)))) + _ended_children_s(pid)


def own_cpu_seconds(pid: int) -> float:
    """User + system time so far of a process alone, threads that have ended included, in nanoseconds' steps; 0 once
    it has ended. The clock's number is what clock_getcpuclockid(3) makes of the id on Linux."""
    try:
        return time.clock_gettime(~pid << 3 | PROCESS_CPU_CLOCK)
    except OSError:
        return 0.0


def _ended_children_s(pid: int) -> float:
    """User + system time of the children that a process waited for: fields 16 and 17 of /proc/PID/stat, in ticks."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[13]) + int(fields[14])) * TICK_S


def memory_mb(pid: int) -> dict[str, float]:
    """Memory of a process now: resident, its proportional share of it, and what is no file's (from smaps_rollup)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    held = {name: int(value.split()[0]) / 1024 for name, _, value in (line.partition(":") for line in lines)}
    return {"resident": held["Rss"], "proportional": held["Pss"], "anonymous": held["Anonymous"]}


def memory_with_children_mb(pid: int, *, own: bool = False) -> dict[str, float]:
    """The sum over a process and everything below it, or of the process alone; shared pages count in each."""
    found: dict[str, float] = {}
    for one in (pid,) if own else (pid, *_below(pid)):
        with suppress(OSError):  # it has ended
            for kind, size in memory_mb(one).items():
                found[kind] = found.get(kind, 0.0) + size
    return found


def _below(pid: int) -> list[int]:
    found = []
    for child in children(pid):
        found += [child, *_below(child)]
    return found


def children(pid: int) -> list[int]:
    """The child processes of a process, those of its threads included."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for one in lists for child in one.read_text().split()]
