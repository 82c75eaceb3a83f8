"""CPU cost of an HTTP call in the calling process, by client library: python -m bench.http_clients [calls a round]
[rounds]

One GET after another over a kept connection to a small service in a separate process, with the client of kit/http.py
(aiohttp), httpx and httpx2. User + system time of this process, the median of rounds in which the clients alternate.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

import httpx
import httpx2
import uvloop

from bench.gateway import SERVE, free_port, wait_for
from kit.http import ServiceClient

Get = Callable[[], Awaitable[object]]
PATH = "/v1/search?q=a"


async def measure(get: Get, calls: int) -> float:
    """Microseconds of this process's CPU per call."""
    before = time.process_time()
    for _ in range(calls):
        await get()
    return (time.process_time() - before) / calls * 1e6


async def report(port: int, calls: int, rounds: int) -> None:
    """Prints each client in microseconds and as a multiple of kit/http.py's."""
    await wait_for(port)
    url = f"http://127.0.0.1:{port}"
    async with ServiceClient("bench", url) as neighbour, httpx.AsyncClient() as named, httpx2.AsyncClient() as newer:
        clients: dict[str, Get] = {
            "kit/http.py": lambda: neighbour.get(PATH),
            "httpx": lambda: named.get(url + PATH),
            "httpx2": lambda: newer.get(url + PATH),
        }
        seen: dict[str, list[float]] = {name: [] for name in clients}
        for turn in range(rounds + 1):
            for name, get in clients.items():
                figure = await measure(get, calls)
                if turn:  # the first round warms up
                    seen[name].append(figure)
    unit = statistics.median(seen["kit/http.py"])
    print(f"CPU per call, median of {rounds} rounds of {calls} calls:")
    for name, figures in seen.items():
        print(f"{name:>12}  {statistics.median(figures):5.0f} us  {statistics.median(figures) / unit:4.1f} x")


def main() -> None:
    calls, rounds = (int(given) for given in [*sys.argv[1:], *["1000", "5"][len(sys.argv) - 1 :]])
    port = free_port()
    service = subprocess.Popen([*SERVE, "bench.gateway:service", "--port", str(port), "--lifespan", "off"])
    try:
        uvloop.run(report(port, calls, rounds))
    finally:
        service.terminate()
        service.wait()


if __name__ == "__main__":
    main()
