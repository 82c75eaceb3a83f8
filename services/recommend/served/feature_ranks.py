"""Where every track of a release stands in the features that reasons tell, worked out once when it is opened."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kit.release import Floats, Ints, Release
from kit.wire.catalog import FEATURES
from services.recommend.served.feature_scale import FeatureScale

EXPLAINED_FEATURES = ("energy", "tempo", "valence", "danceability", "acousticness")
"""Features worth telling, most audible first. Instrumentalness, speechiness and liveness are noise in most tracks;
loudness goes with energy."""
COLUMNS = tuple(FEATURES.index(name) for name in EXPLAINED_FEATURES)


@dataclass(frozen=True, slots=True)
class FeatureRanks:
    """Ranks (m, 5), FeatureScale.ranks, of the m tracks with a vector; 20 bytes a track."""

    scale: FeatureScale
    table: Floats

    @classmethod
    def of(cls, release: Release) -> "FeatureRanks":
        """Sorts the features of a release and ranks all tracks."""
        scale = FeatureScale.of(release)
        features = np.asarray(release.column("features")[: release.embedded])
        return cls(scale, scale.ranks(features, COLUMNS).astype(np.float32))

    def of_seeds(self, rows: Ints, features: Sequence[Floats]) -> Floats:
        """(s, 5) ranks of seeds by row; of one outside the table (a sound, -1) those of its features (12,)."""
        outside = np.flatnonzero((rows < 0) | (rows >= len(self.table)))
        if not len(outside):
            return self.table[rows]
        found = self.table[np.where((rows < 0) | (rows >= len(self.table)), 0, rows)]
        found[outside] = self.scale.ranks(np.stack([features[at] for at in outside.tolist()]), COLUMNS)
        return found
