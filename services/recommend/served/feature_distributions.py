"""How each audio feature is distributed over the tracks of a release, for comparing one track with all."""

import numpy as np

from kit.release import Floats
from kit.wire.catalog import FEATURES
from kit.wire.recommend_response import FeatureDistribution
from services.recommend.served.feature_scale import FeatureScale

BINS = 40
RANGES = {
    "energy": (0.0, 1.0),
    "valence": (0.0, 1.0),
    "danceability": (0.0, 1.0),
    "acousticness": (0.0, 1.0),
    "instrumentalness": (0.0, 1.0),
    "liveness": (0.0, 1.0),
    "speechiness": (0.0, 1.0),
    "loudness": (-30.0, 0.0),
    "tempo": (40.0, 220.0),
}
"""Lower and upper end of the histogram; values outside are counted in the outermost bins. Key, mode and time signature
have no order and are left out."""


def feature_distributions(scale: FeatureScale) -> list[FeatureDistribution]:
    """The distributions in the order of RANGES, without features that no track has a value of."""
    known = dict(zip(FEATURES, scale.known, strict=True))
    return [_distribution(name, known[name], *ends) for name, ends in RANGES.items() if len(known[name])]


def _distribution(name: str, known: Floats, low: float, high: float) -> FeatureDistribution:
    """`known` is sorted, so that each inner edge of the histogram is one binary search."""
    at = np.searchsorted(known, np.linspace(low, high, BINS + 1)[1:-1].astype(known.dtype))
    counts = np.diff(np.concatenate([[0], at, [len(known)]]))
    percentiles = np.quantile(known, np.linspace(0, 1, 101))
    return FeatureDistribution(
        name=name,
        low=low,
        high=high,
        tracks=len(known),
        shares=[round(float(share), 5) for share in counts / len(known)],
        percentiles=[round(float(value), 4) for value in percentiles],
    )
