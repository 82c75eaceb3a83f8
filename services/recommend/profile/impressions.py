"""Sends impressions to catalog in the background, many lists in one call, without delaying responses."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from uuid_utils import uuid7

from kit import log
from kit.wire.library import MAX_SHOWN_SEEDS
from services.recommend.profile.catalog_client import CatalogClient

EVERY_S, AT = 1.0, 100
"""Seconds between calls, and how many waiting lists do not wait for that."""
AGAIN_S = 5.0
"""After a failure the same lists are tried once more, so much later."""
MAX_TRACKS = 100_000
"""Tracks of the lists that wait while catalog is away, about 10 MB; the oldest lists are given up first."""

ImpressionList = dict[str, Any]
"""In the form of kit.wire.library.ImpressionList."""


class Impressions:
    """The queue; one a process."""

    def __init__(self, catalog: CatalogClient, every_s: float = EVERY_S, again_s: float = AGAIN_S) -> None:
        self._catalog = catalog
        self._every_s, self._again_s = every_s, again_s
        self._waiting: deque[ImpressionList] = deque()
        self._sending: list[ImpressionList] = []
        self._tracks = 0  # of the waiting lists
        self._lost = 0
        self._enough = asyncio.Event()
        self._log = log.get("impressions")

    def add(
        self,
        person: UUID,
        release: str,
        source: str,
        tracks: Sequence[str],
        seeds: Sequence[str] = (),
        request: Mapping[str, Any] | None = None,
    ) -> None:
        """Remembers a list to tell, and what it came from; an empty one is none."""
        if not tracks:
            return
        shown = {"id": str(uuid7()), "person": str(person), "at": datetime.now(UTC), "release": release}
        came_from = {"seeds": list(seeds[:MAX_SHOWN_SEEDS]), "request": request}
        self._waiting.append(shown | {"source": source, "tracks": tracks} | came_from)
        self._tracks += len(tracks)
        while self._tracks > MAX_TRACKS:
            self._next()
            self._lost += 1
        if len(self._waiting) >= AT:
            self._enough.set()

    def unsent(self, person: UUID) -> list[str]:
        """Tracks the person was shown that catalog may not know of yet."""
        own = str(person)
        lists = [shown["tracks"] for shown in (*self._sending, *self._waiting) if shown["person"] == own]
        return [track for tracks in lists for track in tracks]

    async def waiting(self) -> float:
        """How many lists catalog does not hold yet."""
        return len(self._sending) + len(self._waiting)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every_s):
                    await self._enough.wait()
            if not await self._flush():
                await asyncio.sleep(self._again_s)
                await self._flush()
            self._count_lost()

    async def close(self) -> None:
        """Tells what is left; the first failure ends it, because a process that stops has no time to wait."""
        while (self._sending or self._waiting) and await self._flush():
            pass
        self._lost += len(self._waiting)
        self._waiting.clear()
        self._count_lost()

    async def _flush(self) -> bool:
        """One call; False when it failed and its lists are still ours."""
        if not self._sending:  # else they are tried once more, alone
            self._sending = [self._next() for _ in range(min(AT, len(self._waiting)))]
        if len(self._waiting) < AT:
            self._enough.clear()
        if not self._sending:
            return True
        try:
            await self._catalog.remember_shown(self._sending)
        except Exception as error:  # whatever it is, the next lists must find this task alive
            self._log.warning("impressions wait", reason=str(error), lists=len(self._sending))
            return False
        self._sending = []
        return True

    def _next(self) -> ImpressionList:
        """The list that has waited longest, taken out of the queue."""
        shown = self._waiting.popleft()
        self._tracks -= len(shown["tracks"])
        return shown

    def _count_lost(self) -> None:
        """Logs how many lists were lost because they could not be sent or the queue was full."""
        self._lost += len(self._sending)
        self._sending = []
        if self._lost:
            self._log.error("impressions lost", lists=self._lost)
            self._lost = 0
