"""Pushes neighbours on the map apart, so that an artist or a record is a patch of points and not one blot.

Each round takes the NEAREST neighbours of each point and moves both of a pair that is nearer than the spacing away
from each other, by half of what is missing, averaged over the pairs of a point. The spacing is a hundredth of the
width, less where the square would not hold so many points. Deterministic: points at one place are first moved by a
seeded jitter.
"""

import math

import numpy as np
from scipy.spatial import cKDTree

from pipelines.map.layout import Positions, fitted

SPACING = 0.01  # of the width
FILLED = 0.6  # spacing times the square root of the number of points, at most: the square would be 0.36 full
NEAREST = 8
ROUNDS = 40
STRIPS = 100
"""Strips of the square by which points are sorted: neighbours of points that are near in memory cost half as much."""


def spacing(count: int) -> float:
    """The distance below which two of `count` points push each other apart."""
    return min(SPACING, FILLED / math.sqrt(max(count, 1)))


def spread(positions: Positions, seed: int) -> Positions:
    """(n, 2) positions in [0, 1] with crowded points pushed apart."""
    count = len(positions)
    if count < 2:
        return fitted(positions)
    wanted = spacing(count)
    jittered = positions + np.random.default_rng(seed).normal(0.0, wanted / 100, positions.shape)
    order = np.lexsort((jittered[:, 1], np.round(jittered[:, 0] * STRIPS)))
    moved = jittered[order]
    for _ in range(ROUNDS):
        moved = moved + _pushes(moved, wanted)
    found = np.empty_like(moved)
    found[order] = moved
    return fitted(found)


def _pushes(at: Positions, wanted: float) -> Positions:
    """(n, 2) the mean push of each point by its neighbours nearer than `wanted`."""
    width = min(NEAREST, len(at) - 1)
    distances, near = cKDTree(at).query(at, width + 1, distance_upper_bound=wanted)  # infinite, and row n, beyond it
    away = at[:, None] - at[np.minimum(near[:, 1:], len(at) - 1)]
    apart = np.maximum(distances[:, 1:, None], 1e-12)
    missing = np.maximum(wanted - apart, 0.0)
    pushes = (away / apart * missing * 0.5).sum(axis=1)
    pushing = np.maximum((missing[..., 0] > 0).sum(axis=1, keepdims=True), 1)
    result: Positions = pushes / pushing**0.5
    return result
