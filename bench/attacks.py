"""Latency of a normal client while another attacks the fleet: default limits, loopback only.

    python -m bench.attacks [--seconds 8]

Each attack comes from its own address (127.0.0.2 and following), so that no attack is limited by an earlier one, and
lasts --seconds; meanwhile a client at 127.0.0.1 alternates between searches and recommendations, every half second
(within a guest's 120 a minute). Prints, for each attack, the client's median and longest latency, the attacker's
response statuses, and how long its connections were held.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.fleets import imported, published_demo, ready, running
from bench.load import ApiCall, Connection

PAUSE_S = 0.5
HELD_AT_MOST_S = 15.0
DEFAULTS = {f"SEGUE_GATEWAY_{name}_PER_MINUTE": value for name, value in (("GUEST", "120"), ("SIGN_IN", "20"))}
SEEDS = {"seeds": [{"text": f"velvet river {n}"} for n in range(50)], "limit": 20}
UNKNOWN = json.dumps({f"field{n}": n for n in range(24_000)}).encode()


@dataclass
class Attack:
    """Results of one attack: response statuses (0 = connection closed) and seconds each connection was held."""

    port: int
    address: str
    until: float
    answers: Counter[int] = field(default_factory=Counter)
    held: list[float] = field(default_factory=list)

    async def send(self, *pieces: bytes, pause_s: float = 0.0) -> None:
        """Opens a connection, sends the pieces with pauses, reads one answer."""
        began = time.monotonic()
        status = 0
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(self.address, 0))
            try:
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(pause_s)
                async with asyncio.timeout(HELD_AT_MOST_S):
                    line = await reader.readline()
                status = int(line.split()[1]) if line else 0
            finally:
                writer.close()
        self.answers[status] += 1
        self.held.append(time.monotonic() - began)

    async def repeatedly(self, every_s: float, *pieces: bytes) -> None:
        """Sends the same request at a fixed interval until the attack ends."""
        async with asyncio.TaskGroup() as group:
            while time.monotonic() < self.until:
                group.create_task(self.send(*pieces))
                await asyncio.sleep(every_s)

    async def at_once(self, count: int, *pieces: bytes, pause_s: float = 0.0) -> None:
        """Opens many connections at once."""
        async with asyncio.TaskGroup() as group:
            for _ in range(count):
                group.create_task(self.send(*pieces, pause_s=pause_s))


def post(path: str, body: bytes, length: int | None = None) -> bytes:
    """A request with a body, or with a Content-Length that the body falls short of."""
    head = f"POST {path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {length or len(body)}"
    return head.encode() + b"\r\n\r\n" + body


async def nothing(_attack: Attack) -> None:
    """The baseline without an attack."""


ATTACKS: dict[str, Callable[[Attack], Awaitable[None]]] = {
    "nothing": nothing,
    "96 MiB of one header": lambda a: a.send(b"GET / HTTP/1.1\r\nx: ", *([b"x" * (1 << 20)] * 96)),
    "300 heads, a byte a second": lambda a: a.at_once(300, b"GET / HTTP/1.1\r\nx: ", *([b"x"] * 14), pause_s=1.0),
    "256 POSTs without a body": lambda a: a.at_once(256, post("/v1/recommendations", b"", 1000)),
    "100 bodies, a byte a second": lambda a: a.at_once(
        100, post("/v1/recommendations", b"{", 1000), *([b" "] * 14), pause_s=1.0
    ),
    "500 KB of unknown fields, 2/s": lambda a: a.repeatedly(0.5, post("/v1/recommendations", UNKNOWN)),
    "50 text seeds, 2/s": lambda a: a.repeatedly(0.5, post("/v1/recommendations", json.dumps(SEEDS).encode())),
    "300 idle connections": lambda a: a.at_once(300, b""),
}


async def normal_client(port: int, until: float) -> list[float]:
    """Seconds of each response to the normal client."""
    calls = [
        ApiCall("GET", "/v1/search?q=velvet&limit=5"),
        ApiCall("POST", "/v1/recommendations", body={"seeds": [{"features": {"energy": 0.9}}], "limit": 20}),
    ]
    connection, waits = Connection(port), []
    while time.monotonic() < until:
        began = time.monotonic()
        status, _ = await connection.send(calls[len(waits) % 2].raw())
        if status != 200:
            raise SystemExit(f"the normal client received {status}")
        waits.append(time.monotonic() - began)
        await asyncio.sleep(PAUSE_S)
    connection.close()
    return waits


async def measure(port: int, seconds: float) -> None:
    """Runs one attack after another."""
    for number, (name, strike) in enumerate(ATTACKS.items(), start=2):
        attack = Attack(port, f"127.0.0.{number}", time.monotonic() + seconds)
        waits, _ = await asyncio.gather(normal_client(port, attack.until), strike(attack))
        ordered = sorted(waits)
        answers = ", ".join(f"{status or 'ended'} x{count}" for status, count in sorted(attack.answers.items()))
        median, longest = ordered[len(ordered) // 2] * 1000, ordered[-1] * 1000
        held = max(attack.held, default=0)
        print(f"{name:32} others wait {median:4.0f} ms, at most {longest:4.0f} ms; attacker: {answers or '-'}", end="")
        print(f", held at most {held:.1f} s", flush=True)


def main() -> None:
    """Starts a fleet on the demo release and attacks it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder, running(published_demo(Path(folder)), **DEFAULTS) as fleet:

        async def run() -> None:
            await ready(fleet.port)
            await imported(fleet.programs)
            await measure(fleet.port, min(seconds, 60.0))

        asyncio.run(run())


if __name__ == "__main__":
    main()
