"""How the values of an audio feature stand among the songs of a release."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kit.release import Floats, Release


@dataclass(frozen=True)
class FeatureScale:
    """The known values of each feature, sorted: 12 arrays in the order of FEATURES."""

    known: tuple[Floats, ...]

    @classmethod
    def of(cls, release: Release) -> "FeatureScale":
        """The scale of the songs that have a vector."""
        features = np.asarray(release.column("features")[: release.placed], dtype=np.float32)
        return cls(tuple(np.sort(column[~np.isnan(column)]) for column in features.T))

    @cached_property
    def spread(self) -> Floats:
        """(12,) standard deviations; 1 where fewer than two different values are known."""
        deviations = [float(values.std(dtype=np.float64)) if len(values) else 0.0 for values in self.known]
        return np.array([deviation or 1.0 for deviation in deviations])

    def ranks(self, values: Floats) -> Floats:
        """(12,) share of songs below each value, equal ones half; NaN where the value or every song's is unknown."""
        return np.array([_rank(known, value) for known, value in zip(self.known, values, strict=True)])


def _rank(known: Floats, value: float) -> float:
    if np.isnan(value) or not len(known):
        return float("nan")
    below, upto = np.searchsorted(known, value, "left"), np.searchsorted(known, value, "right")
    return float(below + upto) / (2 * len(known))
