"""CPU cost of a call in the calling process: the Python client against httpx alone: python -m bench.client [calls a
round] [rounds]

A fleet serves the demo release; one request after another over a kept connection, the same one from both. httpx
reads the JSON of its answer into plain dictionaries, the client into its classes. User + system time of this process,
the median of rounds in which they alternate. Needs the client's code: make client.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from bench.fleets import ROOT, published_demo, ready, running

Get = Callable[[], Any]
WORDS, LIMIT = "ba", 20


def measure(get: Get, calls: int) -> float:
    """Microseconds of this process's CPU per call."""
    before = time.process_time()
    for _ in range(calls):
        get()
    return (time.process_time() - before) / calls * 1e6


def compare(what: str, client: Get, plain: Get, calls: int, rounds: int) -> None:
    """Prints both and their ratio; the first round warms up."""
    pairs = [(measure(client, calls), measure(plain, calls)) for _ in range(rounds + 1)][1:]
    ours, theirs = (statistics.median(figures) for figures in zip(*pairs, strict=True))
    print(f"{what:>20}  httpx {theirs:6.0f} us  client {ours:6.0f} us  {ours / theirs:4.2f} x")


def report(url: str, calls: int, rounds: int) -> None:
    """The three kinds of request: a small answer, a page of tracks, a recommendation by POST."""
    sys.path.insert(0, str(ROOT / "clients" / "python"))
    from segue_client import Segue

    with Segue(url) as segue, httpx.Client(base_url=url) as plain:
        track = segue.search(WORDS, limit=LIMIT).items[0].id
        body = {"seeds": [{"track": track}], "limit": LIMIT}
        search = {"q": WORDS, "limit": LIMIT}
        print(f"CPU per call, median of {rounds} rounds of {calls} calls, answers of {LIMIT} tracks:")
        compare("one track", lambda: segue.track(track), lambda: plain.get(f"/v1/tracks/{track}").json(), calls, rounds)
        compare(
            "search",
            lambda: segue.search(WORDS, limit=LIMIT),
            lambda: plain.get("/v1/search", params=search).json(),
            calls,
            rounds,
        )
        compare(
            "recommendations",
            lambda: segue.recommend([track], limit=LIMIT),
            lambda: plain.post("/v1/recommendations", json=body).json(),
            calls,
            rounds,
        )


def main() -> None:
    calls, rounds = (int(given) for given in [*sys.argv[1:], *["200", "5"][len(sys.argv) - 1 :]])
    with tempfile.TemporaryDirectory() as folder, running(published_demo(Path(folder))) as fleet:
        asyncio.run(ready(fleet.port))
        asyncio.run(ready(fleet.port, f"/v1/search?q={WORDS}"))
        report(f"http://127.0.0.1:{fleet.port}", calls, rounds)


if __name__ == "__main__":
    main()
