"""Clusters of the map: spherical k-means of the vectors, fitted on a bounded sample, which begins with k-means++ on a
smaller one."""

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans, kmeans_plusplus

from pipelines.map.layout import CHUNK, sample, unit

CLUSTERS_MOST = 200  # of the 255 that a byte can name
FITTED_ON, STARTED_ON = 50_000, 5_000
ROUNDS = 25


def number_of(count: int) -> int:
    """A third of the square root of the number of points: 24 for 5,000, 105 for 100,000, 200 from 360,000."""
    return int(np.clip(round(count**0.5 / 3), 1, CLUSTERS_MOST))


def clusters(units: npt.NDArray[np.float32], seed: int) -> npt.NDArray[np.uint8]:
    """(n,) the cluster of each unit row; the largest cluster is 0, the next 1."""
    number = number_of(len(units))
    started_on = units[sample(len(units), seed, STARTED_ON)].astype(np.float64)  # a seventh of the time of float32
    first, _ = kmeans_plusplus(started_on, number, random_state=seed)
    fitted = KMeans(number, init=first.astype(np.float32), n_init=1, max_iter=ROUNDS, random_state=seed).fit(
        units[sample(len(units), seed, FITTED_ON)]
    )
    centres = unit(fitted.cluster_centers_)
    found = np.concatenate([_nearest(units[at : at + CHUNK], centres) for at in range(0, len(units), CHUNK)])
    order = np.argsort(-np.bincount(found, minlength=number), kind="stable")
    rank = np.empty(number, dtype=np.uint8)
    rank[order] = np.arange(number)
    result: npt.NDArray[np.uint8] = rank[found]
    return result


def _nearest(units: npt.NDArray[np.float32], centres: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    nearest: npt.NDArray[np.int64] = (units @ centres.T).argmax(axis=1)
    return nearest
