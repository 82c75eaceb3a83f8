"""Liveness check of a process over HTTP: GET /health/live, which calls no other service."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass

from supervisor.programs import LOOPBACK

REQUEST = b"GET /health/live HTTP/1.1\r\nhost: fleet\r\nconnection: close\r\n\r\n"


@dataclass(frozen=True)
class Patience:
    """Interval, timeout and start timeout of health checks, in seconds; number of consecutive failures allowed.

    A process that stops responding is detected after 15 to 30 s. Opening a large release or migrating a large database
    may take minutes before the first response.
    """

    every_s: float = 5.0
    answer_s: float = 5.0
    silences: int = 3
    start_s: float = 900.0


async def fallen_silent(port: int, patience: Patience) -> str:
    """Waits until the process at a port has failed too many health checks, then returns the reason as text."""
    began = time.monotonic()
    while not await is_answering(port, patience.answer_s):
        if time.monotonic() - began > patience.start_s:
            return f"gave no first answer within {patience.start_s:g} s"
        await asyncio.sleep(min(1.0, patience.every_s))
    silences = 0
    while silences < patience.silences:
        await asyncio.sleep(patience.every_s)
        silences = 0 if await is_answering(port, patience.answer_s) else silences + 1
    return f"did not answer {silences} times in a row"


async def is_answering(port: int, within_s: float) -> bool:
    """True when the process at a port returns 200 for /health/live in time."""
    try:
        async with asyncio.timeout(within_s):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            try:
                writer.write(REQUEST)
                return b" 200 " in await reader.readline()
            finally:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()
    except (OSError, ValueError):
        return False
