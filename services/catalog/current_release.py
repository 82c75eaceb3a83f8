"""The published release as catalog reads it beside the database: genres, and candidates of the interest test."""

import asyncio
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from kit.errors import NoRelease, Unavailable
from kit.genres import genre_key
from kit.muting import MutingIndex
from kit.release import BrokenRelease, Release, Rows
from kit.release_current import current_version, open_release
from kit.wire.mutes import Mutes
from services.catalog.interest_test.candidates import Candidates, candidates, well_known
from services.catalog.release_genres import ReleaseGenres

NO_ROWS: Rows = np.empty(0, np.int64)
CACHED_GENRES = 64
"""Sets of genres whose candidates are kept; a set takes about 110 KB."""


class OpenedRelease:
    """One release with its genres; candidates by genres are computed once (up to 30 ms) and kept."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.genres = ReleaseGenres.of(release)
        self._candidates = lru_cache(CACHED_GENRES)(self._computed)

    def interest_candidates(self, genres: Sequence[str] = (), muted: Mutes | None = None) -> Candidates:
        """Candidates among the tracks of any of these genres, or of all tracks, without muted ones; empty for unknown
        genres. The index of mutes is made when first needed, so not on the event loop."""
        known = frozenset(key for key in map(genre_key, genres) if key in self.genres.rows)
        keys = known if known or not genres else None
        if not muted:
            return self._candidates(keys)
        hidden = self._muting.muted(muted)
        return self._computed(keys, np.fromiter(hidden, np.int64, len(hidden)))

    @cached_property
    def _muting(self) -> MutingIndex:
        return MutingIndex.of(self.release)

    def _computed(self, keys: frozenset[str] | None, without: Rows = NO_ROWS) -> Candidates:
        rows = NO_ROWS if keys is None else self.genres.of_any(keys)
        return candidates(self.release, well_known(self.release, np.setdiff1d(rows, without)))


class CurrentRelease:
    """Opens the published release when first needed, and again when another one is published."""

    def __init__(self, releases: Path) -> None:
        self._releases = releases
        self._opened: OpenedRelease | None = None
        self._opening = asyncio.Lock()

    async def opened(self) -> OpenedRelease:
        """The current release; NoRelease when none is published. An unreadable new one leaves the last one in use."""
        try:
            version = current_version(self._releases)
            if version is None:
                raise NoRelease("no release is published yet: run `segue-pipeline publish`, or `make run` for the demo")
            return await self._open(version)
        except (BrokenRelease, OSError) as error:
            if self._opened is None:
                raise Unavailable(f"the published release cannot be read: {error}") from None
            return self._opened

    async def _open(self, version: str) -> OpenedRelease:
        if self._opened is None or self._opened.release.version != version:
            async with self._opening:
                if self._opened is None or self._opened.release.version != version:
                    self._opened = await asyncio.to_thread(_opened, self._releases, version)
        return self._opened


def _opened(releases: Path, version: str) -> OpenedRelease:
    return OpenedRelease(open_release(releases, version))
