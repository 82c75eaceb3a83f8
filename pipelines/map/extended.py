"""Adds tracks to a map that is laid out: those on it keep point and cluster, new ones stand at their neighbours.

A new track is put at the median point of its nearest tracks on the map by cosine, in the cluster of most of them, and
moved by a seeded jitter, so that tracks of one vector are not one point. At most layout.LAID_OUT tracks of the map are
looked at, drawn with a seed, as for the tracks that a layout leaves out.
"""

import numpy as np
import numpy.typing as npt

from kit.map import EDGE, MapPoints
from pipelines.map.layout import LAID_OUT, PLACED_BY, sample
from pipelines.map.nearest_anchors import nearest
from pipelines.map.spreading import spacing

Floats = npt.NDArray[np.float32]


def extended(units: Floats, known: npt.NDArray[np.int64], points: MapPoints, seed: int) -> MapPoints:
    """The points of the rows of `units` (n, dim): known (n,) is the row of `points` of each, -1 for a new track."""
    x, y, cluster = (np.where(known >= 0, column[known], 0) for column in (points.x, points.y, points.cluster))
    new, held = np.flatnonzero(known < 0), np.flatnonzero(known >= 0)
    if len(new) and len(held):
        anchors = held[sample(len(held), seed, LAID_OUT)]
        near = anchors[nearest(units[new], units[anchors], min(PLACED_BY, len(anchors)), seed)]
        jitter = np.random.default_rng(seed).normal(0.0, spacing(len(units)) * EDGE / 2, (len(new), 2))
        for at, column in enumerate((x, y)):
            moved = np.median(column[near].astype(np.float64), axis=1) + jitter[:, at]
            column[new] = np.clip(np.round(moved), 0, EDGE).astype(column.dtype)
        cluster[new] = [np.bincount(row).argmax() for row in cluster[near]]
    return MapPoints(x.astype(np.uint16), y.astype(np.uint16), cluster.astype(np.uint8))
