"""One opened release: its index, tables, models and vectors, which every stage of a request reads."""

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from kit import next_track
from kit.calibration import Calibration
from kit.cold_start import ColdStart
from kit.cooccurrence import CooccurrenceTable
from kit.float16 import finite_to_float32
from kit.manifest import GRAPH
from kit.muting import MutingIndex
from kit.playlist_names import NameModel
from kit.query import Pooling
from kit.ranker import Ranker
from kit.release import Floats, Ints, Release
from kit.vectors import TrackIndex
from kit.vectors.exact import small
from kit.wire.mutes import Mutes
from kit.wire.recommend_response import FeatureDistribution
from services.recommend.served.feature_distributions import feature_distributions
from services.recommend.served.feature_ranks import FeatureRanks
from services.recommend.served.popular_genres import popular_genres
from services.recommend.served.recent_counts import NO_RECENT, RecentCounts
from services.recommend.served.tables import Tables
from services.recommend.served.trending_tracks import TrendingRows, trending_rows

Computed = TypeVar("Computed")
MUTES_KEPT = 128
"""Sets of mutes whose rows are kept, four bytes a row."""


@dataclass
class ServedRelease:
    """One opened release: everything an answer needs, and how many answers are using it."""

    release: Release
    index: TrackIndex
    poolings: dict[str, Pooling]
    cold_start: ColdStart | None
    ranks: FeatureRanks
    tables: Tables
    ranker: Ranker | None = None
    cooccurrence: CooccurrenceTable | None = None
    names: NameModel | None = None
    calibration: Calibration | None = None
    users: int = 0
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    muting: asyncio.Task[MutingIndex] | None = None
    muted_memo: dict[Hashable, Ints] = field(default_factory=dict)
    recent_memo: tuple[RecentCounts, dict[Hashable, Any]] = field(default_factory=lambda: (NO_RECENT, {}))

    @cached_property
    def next_track_pooling(self) -> Pooling:
        """The pooling rule of the next-track model."""
        return next_track.pooling_of(self.poolings[GRAPH])

    def vectors(self, space: str, rows: Ints) -> Floats:
        """(r, dim) float32, a new array: what tracks are in the index. Of a small release all are converted once."""
        if small(self.release):
            return self.release.float32_vectors(space).take(rows, axis=0)  # slower: [rows]
        return finite_to_float32(self.release.index_vectors(space).take(rows, axis=0))

    async def muted(self, *mutes: Mutes | None) -> frozenset[int]:
        """The rows that mutes name and every other version of each. The index of mutes is made when first needed:
        .04 ms of CPU a track, in a thread."""
        wanted = [one for one in mutes if one]
        if not wanted:
            return frozenset()
        if self.muting is None:
            self.muting = asyncio.create_task(asyncio.to_thread(MutingIndex.of, self.release))
        try:
            index = await asyncio.shield(self.muting)
        except OSError:
            self.muting = None  # made anew at the next request
            raise
        return frozenset(row for one in wanted for row in self._muted_rows(index, one).tolist())

    def _muted_rows(self, index: MutingIndex, mutes: Mutes) -> Ints:
        key = (*mutes.artists, None, *mutes.genres, None, *mutes.versions)
        if key not in self.muted_memo:
            while len(self.muted_memo) >= MUTES_KEPT:
                del self.muted_memo[next(iter(self.muted_memo))]
            rows = self.tables.recording_groups.expand(index.muted(mutes))
            self.muted_memo[key] = np.fromiter(rows, np.int32, len(rows))
        return self.muted_memo[key]

    def trending(self, recent: RecentCounts) -> TrendingRows:
        """Trending tracks: one for each artist, the most popular artists first."""
        tables = self.tables
        return self.once_for(
            recent, "trending", lambda: trending_rows(self.release, tables.main_artist, tables.by_popularity, recent)
        )

    def once_for(self, recent: RecentCounts, name: Hashable, compute: Callable[[], Computed]) -> Computed:
        """What `compute` returns, computed once as long as the counts stay."""
        if self.recent_memo[0] is not recent:
            self.recent_memo = (recent, {})
        memo = self.recent_memo[1]
        if name not in memo:
            memo[name] = compute()
        found: Computed = memo[name]
        return found

    @cached_property
    def popular_genres(self) -> list[str]:
        """The most frequent genres of the most popular tracks."""
        return popular_genres(self.release, self.tables.by_popularity)

    @cached_property
    def feature_distributions(self) -> list[FeatureDistribution]:
        """How each audio feature is distributed over the tracks with a vector."""
        return feature_distributions(self.ranks.scale)
