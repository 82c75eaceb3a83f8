"""One opened release: its index, tables, models and vectors, which every stage of a request reads."""

import asyncio
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from kit import next_track
from kit.cold_start import ColdStart
from kit.cooccurrence import CooccurrenceTable
from kit.float16 import finite_to_float32
from kit.playlist_names import NameModel
from kit.query import Pooling
from kit.ranker import SPACE, Ranker
from kit.release import Floats, Ints, Release
from kit.vectors import TrackIndex
from kit.vectors.exact import small
from kit.wire.recommend import FeatureDistribution
from services.recommend.served.feature_distributions import feature_distributions
from services.recommend.served.feature_scale import FeatureScale
from services.recommend.served.popular_genres import popular_genres
from services.recommend.served.tables import Tables
from services.recommend.served.trending_tracks import trending_rows


@dataclass
class ServedRelease:
    """One opened release: everything an answer needs, and how many answers are using it."""

    release: Release
    index: TrackIndex
    poolings: dict[str, Pooling]
    cold_start: ColdStart | None
    scale: FeatureScale
    tables: Tables
    ranker: Ranker | None = None
    cooccurrence: CooccurrenceTable | None = None
    names: NameModel | None = None
    users: int = 0
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    guest_rows: dict[int, Any] = field(default_factory=dict)  # home_rows.of_guest, by the length of its rows

    @cached_property
    def next_track_pooling(self) -> Pooling:
        """The pooling rule of the next-track model."""
        return next_track.pooling_of(self.poolings[SPACE])

    def vectors(self, space: str, rows: Ints) -> Floats:
        """(r, dim) float32, a new array: what tracks are in the index. Of a small release all are converted once."""
        if small(self.release):
            return self.release.float32_vectors(space)[rows]
        return finite_to_float32(np.asarray(self.release.index_vectors(space))[rows])

    @cached_property
    def trending_rows(self) -> Ints:
        """Rows of trending tracks: one for each artist, the most popular artists first."""
        return trending_rows(self.release, self.tables.main_artist, self.tables.by_popularity)

    @cached_property
    def popular_genres(self) -> list[str]:
        """The most frequent genres of the most popular tracks."""
        return popular_genres(self.release, self.tables.by_popularity)

    @cached_property
    def feature_distributions(self) -> list[FeatureDistribution]:
        """How each audio feature is distributed over the tracks with a vector."""
        return feature_distributions(self.scale)
