"""Holds the release being served and its index; watches for a new release, opens it beside the old one and switches."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from kit import log
from kit.calibration import Calibration
from kit.cold_start import ColdStart
from kit.cooccurrence import CooccurrenceTable
from kit.errors import NoRelease
from kit.muting import MutingIndex
from kit.playlist_names import NameModel
from kit.query import Pooling
from kit.ranker import Ranker
from kit.release import BrokenRelease, Release
from kit.release_current import current_version, open_release
from kit.vectors import TrackIndex
from services.recommend.served.feature_ranks import FeatureRanks
from services.recommend.served.freed_memory import return_freed_memory
from services.recommend.served.served_release import ServedRelease
from services.recommend.served.tables import Tables

OpenIndex = Callable[[Release], TrackIndex]


class ReleaseStore:
    """Holds the current release; `lease` keeps it open until the answer is done."""

    def __init__(self, folder: Path, poll_s: float, open_index: OpenIndex) -> None:
        self.folder = folder
        self._poll_s = poll_s
        self._open_index = open_index
        self._serving: ServedRelease | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._complaint: str | None = None
        self._log = log.get("release")

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[ServedRelease]:
        """The current release; NoRelease when nothing was ever published."""
        serving = self._serving
        if serving is None:
            raise NoRelease("publish one first: segue-pipeline publish FOLDER")
        serving.users += 1
        try:
            yield serving
        finally:
            serving.users -= 1
            if not serving.users:
                serving.idle.set()

    async def watch(self) -> None:
        """Looks for a new release until cancelled; while one cannot be opened the old one stays."""
        while True:
            await self.refresh()
            await asyncio.sleep(self._poll_s)

    async def refresh(self) -> None:
        """Opens the release that CURRENT names when it is not the one being served; a broken one is tried again."""
        try:
            version = current_version(self.folder)
        except (BrokenRelease, OSError, ValueError) as error:  # unreadable, no text, no file descriptor left
            self._complain(f"cannot read which release is published: {error}")
            return
        if version is None or version == self.version:
            return
        try:
            self._swap(await self._open(version))
            self._log.info("serving", release=version)
        except Exception as error:
            self._complain(f"cannot open release {version}: {error}")

    def _complain(self, complaint: str) -> None:
        if complaint != self._complaint:
            self._log.error(complaint, still_serving=self.version)
        self._complaint = complaint

    async def try_open(self, version: str) -> None:
        """Opens a release and its index as for serving, and closes it; raises what is wrong with it."""
        opened = await self._open(version)
        try:
            await opened.index.ping()
        finally:
            await opened.index.close()

    async def ping(self) -> str:
        """For /health/ready: the version being served, after a query to the index."""
        async with self.lease() as serving:
            await serving.index.ping()
            return serving.release.version

    async def close(self) -> None:
        """Closes what is open."""
        if self._serving:
            await self._serving.index.close()
            self._serving = None
        for task in list(self._closing):
            await task

    @property
    def version(self) -> str | None:
        """The version being served; CURRENT names another while that one is being opened, or cannot be."""
        return self._serving.release.version if self._serving else None

    async def created(self) -> float:
        """When the release being served was made, in seconds since 1970; 0 without one."""
        if self._serving is None:
            return 0.0
        return datetime.fromisoformat(self._serving.release.manifest.created_at).timestamp()

    async def _open(self, version: str) -> ServedRelease:
        release = await asyncio.to_thread(open_release, self.folder, version)
        await asyncio.to_thread(release.open_all)
        poolings = {name: Pooling.of(release, name) for name in release.manifest.spaces}
        cold_start = await asyncio.to_thread(ColdStart.of, release)
        ranks = await asyncio.to_thread(FeatureRanks.of, release)
        tables = await asyncio.to_thread(Tables.of, release)
        ranker = await asyncio.to_thread(Ranker.of, release)
        cooccurrence = await asyncio.to_thread(CooccurrenceTable.of, release)
        names = await asyncio.to_thread(NameModel.of, release)
        calibration = await asyncio.to_thread(Calibration.of, release)
        index = await asyncio.to_thread(self._opened_index, release)
        opened = ServedRelease(
            release, index, poolings, cold_start, ranks, tables, ranker, cooccurrence, names, calibration
        )
        if self._serving and self._serving.muting:  # people here mute: none of them waits for the new release's index
            opened.muting = asyncio.create_task(asyncio.to_thread(MutingIndex.of, release))
            await opened.muting
        return opened

    def _opened_index(self, release: Release) -> TrackIndex:
        """The index, as the last that is opened: what opening a release took is given back."""
        index = self._open_index(release)
        return_freed_memory()
        return index

    def _swap(self, fresh: ServedRelease) -> None:
        old, self._serving, self._complaint = self._serving, fresh, None
        if old:
            task = asyncio.create_task(_close_when_idle(old))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)


async def _close_when_idle(serving: ServedRelease) -> None:
    while serving.users:
        serving.idle.clear()
        await serving.idle.wait()
    await serving.index.close()
