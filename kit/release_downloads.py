"""Background task of a service: keeps its folder of releases up to date with the store, where there is one.

While the store is away, or has a release that is broken, the folder keeps what it has and that is served.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

from kit import log
from kit.manifest import BrokenRelease
from kit.release_bucket import BucketSettings, BucketUnavailable, ReleaseBucket
from kit.release_fetch import FetchStopped, bring_current
from kit.release_switch import PublishInProgress

NAME = "release_fetch"


class ReleaseDownloads:
    """Looks at the store's CURRENT every `poll_s` seconds. `works` and `stops` are empty without a store."""

    def __init__(self, settings: BucketSettings | None, data: Path, poll_s: float) -> None:
        self._bucket = ReleaseBucket(settings) if settings else None
        self._data, self._poll_s = data, poll_s
        self._ended, self._wake = threading.Event(), asyncio.Event()
        self._complaint: str | None = None
        self._log = log.get("release")

    @property
    def works(self) -> dict[str, Callable[[], Awaitable[None]]]:
        """The background task, by name."""
        return {NAME: self.run} if self._bucket else {}

    @property
    def stops(self) -> dict[str, Callable[[], None]]:
        """How that task is ended: a thread cannot be cancelled."""
        return {NAME: self.stop} if self._bucket else {}

    def stop(self) -> None:
        """Ends `run` after the piece that is being fetched."""
        self._ended.set()
        self._wake.set()

    async def run(self) -> None:
        """Follows the store until stopped."""
        while not self._ended.is_set():
            await self.look()
            try:
                await asyncio.wait_for(self._wake.wait(), self._poll_s)
            except TimeoutError:
                continue

    async def look(self) -> None:
        """Fetches the current release when it is another one; a failure is logged once until it changes."""
        if self._bucket is None:
            return
        try:
            await asyncio.to_thread(bring_current, self._bucket, self._data, self._ended.is_set)
            self._complaint = None
        except (PublishInProgress, FetchStopped):  # another process of this folder fetches; or this one ends
            return
        except (BrokenRelease, BucketUnavailable, OSError) as error:
            if str(error) != self._complaint:
                self._log.error(f"cannot fetch the published release: {error}")
            self._complaint = str(error)
