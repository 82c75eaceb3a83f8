"""Keeps what people liked and played lately, over all people, for trending tracks: asked of catalog now and then.

No request waits for it. A look counts for three intervals at most: while catalog is away longer than that, trending
tracks are those of the release alone.
"""

import asyncio
import time
from collections.abc import Callable

from kit import log
from kit.errors import NeighbourUnavailable, Unauthorized
from services.recommend.profile.catalog_client import CatalogClient
from services.recommend.served.recent_counts import NO_RECENT, RecentCounts

LOOKS, AGAIN_S = 3, 5.0
"""Intervals that a look counts for, and the longest wait after one that failed."""
WARN_AFTER = 3
"""Failed looks in a row before a warning: while all services start, catalog may be the later one."""


class RecentFeedback:
    """The last look; one a process."""

    def __init__(self, catalog: CatalogClient, every_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self._catalog, self._every_s, self._now = catalog, every_s, now
        self._found, self._at, self._failed = NO_RECENT, now(), 0
        self._log = log.get("trending")

    def current(self) -> RecentCounts:
        """The last look; nothing once it is too old."""
        return self._found if self._now() - self._at <= LOOKS * self._every_s else NO_RECENT

    async def run(self) -> None:
        """Looks until cancelled."""
        while True:
            found = await self.look()
            await asyncio.sleep(self._every_s if found else min(self._every_s, AGAIN_S))

    async def look(self) -> bool:
        """Asks catalog once; False when it did not answer or is still counting, and the last look stays."""
        try:
            answer = await self._catalog.recent_tracks()
        except (NeighbourUnavailable, Unauthorized) as error:
            self._failed += 1
            if self._failed == WARN_AFTER:
                self._log.warning("what is played lately cannot be read", reason=str(error))
            return False
        if answer.unfinished:
            return False
        counts = {item.track: item.people for item in answer.items}
        if (counts, answer.people) != (self._found.tracks, self._found.people):
            self._found = RecentCounts(counts, answer.people)
        self._at, self._failed = self._now(), 0
        return True
