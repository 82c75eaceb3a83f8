"""Traffic of many people at a constant rate, with what was acknowledged and what failed."""

import asyncio
import os
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import aiohttp

from tests import worlds
from tests.fleet.people import Person

TIMEOUT_S = 20.0
RATE = float(os.environ.get("SEGUE_TEST_RATE", "50"))
"""Requests a second; a machine that is busy with other things may be too slow for 50 with ten processes of ours."""
TRACKS = 40
"""The first tracks of the world, which every draw of it holds."""


@dataclass
class Traffic:
    """Requests at `per_second` over kept connections until the block ends: lists, likes, tracks, reports, sessions."""

    people: list[Person]
    per_second: float = RATE
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    liked: dict[str, set[str]] = field(default_factory=dict)
    """E-mail -> tracks whose like was acknowledged."""
    seconds: list[float] = field(default_factory=list)
    degraded: Counter[str] = field(default_factory=Counter)
    began: float = 0.0

    def __enter__(self) -> "Traffic":
        self._done = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    async def _run(self) -> None:
        self.began = began = time.monotonic()
        number, under_way = 0, set[asyncio.Task[None]]()
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session:
            while not self._done.is_set():
                task = asyncio.create_task(self._one(session, number))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
                number += 1
                await asyncio.sleep(max(0.0, began + number / self.per_second - time.monotonic()))
            await asyncio.gather(*under_way)

    async def _one(self, session: aiohttp.ClientSession, number: int) -> None:
        person = self.people[number % len(self.people)]
        track = worlds.track_id(number // 7 % TRACKS)
        method, path, body = (
            ("GET", "/v1/me/recommendations?limit=5", None),
            ("PUT", f"/v1/me/likes/{track}", None),
            ("POST", "/v1/recommendations", {"seeds": [{"track": worlds.track_id(3)}], "limit": 5}),
            ("GET", f"/v1/tracks/{track}", None),
            ("POST", "/v1/me/feedback", {"events": [{"track": track, "kind": "skip"}]}),
            ("GET", "/v1/me", None),
            ("GET", "/v1/me/report" if number % 5 == 0 else f"/v1/tracks/{track}/similar", None),
        )[number % 7]
        began = time.monotonic()
        try:
            async with session.request(method, person.url + path, json=body, headers=person.headers) as answer:
                text = await answer.text()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self.failures.append(f"{began - self.began:.1f} s {method} {path}: {error!r}")
            return
        self.seconds.append(time.monotonic() - began)
        self.statuses[answer.status] += 1
        if answer.status >= 400:
            self.failures.append(f"{began - self.began:.1f} s {method} {path}: {answer.status} {text[:300]}")
        elif method == "PUT":
            self.liked.setdefault(person.email, set()).add(track)
        elif "recommendations" in path and '"degraded":null' not in text:
            self.degraded[text.partition('"degraded":"')[2].partition('"')[0]] += 1
