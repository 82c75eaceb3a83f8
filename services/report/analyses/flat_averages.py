"""Flat averages of the likes in the form of the first system's GET /report, for programs written for it."""

import numpy as np
import numpy.typing as npt

from kit.wire.report import Averages
from kit.wire.report_sections import Decade

MEANS = (
    "acousticness",
    "danceability",
    "energy",
    "instrumentalness",
    "liveness",
    "loudness",
    "speechiness",
    "valence",
)


def averages(liked: dict[str, npt.NDArray[np.floating]], decades: list[Decade]) -> Averages:
    """Means of the features, the most frequent key and mode, and the share of each decade that has a like.

    `liked` holds the values (likes,) by feature, NaN unknown.
    """
    means = {name: _mean(liked[name]) for name in MEANS}
    key, mode = _most_frequent(liked["key"]), _most_frequent(liked["mode"])
    release = {str(one.decade): one.share for one in decades if one.n}
    return Averages(**means, key=-1 if key is None else key, mode=mode, release=release)


def _mean(values: npt.NDArray[np.floating]) -> float | None:
    known = values[np.isfinite(values)]
    return round(float(known.mean(dtype=np.float64)), 4) if len(known) else None


def _most_frequent(values: npt.NDArray[np.floating]) -> int | None:
    """The most frequent value, the smallest among equals; -1 ("no key found") and NaN are left out."""
    known = values[np.isfinite(values) & (values >= 0)].astype(np.int64)
    return int(np.bincount(known).argmax()) if len(known) else None
