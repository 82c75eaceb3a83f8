"""Enqueues the syncs that are due, and deletes what was not read again for long: a background work of catalog."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from kit import log
from services.catalog.store import Store

LOOK_S = 2.0
EXPIRE_EVERY = 1_000
"""Looks between two deletions."""


class SpotifySchedule:
    """`every_s`: seconds between two syncs of an account; `kept`: how long what was read is kept without another."""

    def __init__(self, store: Store, every_s: float, kept: timedelta, wake: Callable[[], None]) -> None:
        self._store, self._every_s, self._kept, self._wake = store, every_s, kept, wake
        self._log = log.get("spotify")

    async def run(self) -> None:
        """Until cancelled."""
        looks = 0
        while True:
            try:
                await self.step(expire=looks % EXPIRE_EVERY == 0)
            except Exception as error:
                self._log.warning("Spotify syncs are not scheduled right now", reason=str(error))
            looks += 1
            await asyncio.sleep(LOOK_S)

    async def step(self, *, expire: bool) -> None:
        """One look."""
        if expire and (people := await self._store.spotify.expire(self._kept)):
            self._log.info("what was read from Spotify has expired", people=people)
        if await self._store.spotify.enqueue_due(self._every_s):
            self._wake()
