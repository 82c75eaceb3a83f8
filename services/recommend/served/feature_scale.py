"""How the values of an audio feature stand among the tracks of a release."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kit.release import Floats, Release

OTHERS = ("duration_ms", "popularity")


@dataclass(frozen=True)
class FeatureScale:
    """The known values of each feature, sorted: 12 arrays in the order of FEATURES; and those of the other targets
    (kit.wire.recommend_options.TARGETS): duration_ms and popularity, in any order."""

    known: tuple[Floats, ...]
    others: tuple[Floats, Floats] = (np.empty(0), np.empty(0))

    @classmethod
    def of(cls, release: Release) -> "FeatureScale":
        """The scale of the tracks that have a vector."""
        features = np.asarray(release.column("features")[: release.embedded], dtype=np.float32)
        duration, popularity = (np.asarray(release.column(name)[: release.embedded]) for name in OTHERS)
        others = (duration[duration != -1], popularity[~np.isnan(popularity)])
        return cls(tuple(np.sort(column[~np.isnan(column)]) for column in features.T), others)

    @cached_property
    def spread(self) -> Floats:
        """(14,) standard deviations in the order of TARGETS; 1 where fewer than two different values are known."""
        columns = (*self.known, *self.others)
        deviations = [float(values.std(dtype=np.float64)) if len(values) else 0.0 for values in columns]
        return np.array([deviation or 1.0 for deviation in deviations])

    def ranks(self, values: Floats, of: Sequence[int]) -> Floats:
        """(n, len(of)) share of tracks below each value, equal ones half, for `values` (n, 12).

        NaN where the value or every track's is unknown; `of` says which of the twelve features are wanted.
        """
        ranks = [_ranks(self.known[feature], values[:, feature]) for feature in of]
        return np.stack(ranks, axis=1)


def _ranks(known: Floats, values: Floats) -> Floats:
    """(n,); searched in the type of `known`, because another type would copy all of it in every search."""
    if not len(known):
        return np.full(len(values), np.nan)
    wanted = values.astype(known.dtype)
    below, upto = known.searchsorted(wanted, "left"), known.searchsorted(wanted, "right")
    ranks: Floats = np.where(np.isnan(wanted), np.nan, (below + upto) / (2 * len(known)))
    return ranks
