"""How many of the nearest tracks of a track are still those of the full refresh: new ones stand before the others.

The vectors of the full refresh do not move, so new tracks are all that changes its lists. This is no measure of
quality; it finds new tracks whose vectors are out of scale, which would be in every list.
"""

import numpy as np

from kit.query import Pooling
from kit.release import STATE_LEARNED, Floats, Release
from pipelines.models.interface import Vectors

SEEDS, TOP = 200, 50
ROWS = 65_536  # compared at once


def lists_kept(base: Release, space: str, added: Floats, seed: int) -> float:
    """The mean share of the TOP nearest tracks of a track that no new one displaces, over SEEDS tracks drawn by their
    number of playlists. added: index vectors (k, D) of the new tracks. 1 when the base has fewer than two."""
    learned = np.flatnonzero(base.column("state")[: base.embedded] == STATE_LEARNED)
    if len(learned) < 2 or not len(added):
        return 1.0
    weights = np.maximum(base.column("playlists")[learned], 1).astype(np.float64)
    count = min(SEEDS, len(learned))
    drawn = np.random.default_rng(seed).choice(learned, count, replace=False, p=weights / weights.sum())
    pooling, one = Pooling.of(base, space), np.ones(1, np.float32)
    queries = np.stack([pooling.pool(base.query_vectors(space)[[row]], one).vector for row in drawn.tolist()])
    top = min(TOP, base.embedded - 1)
    last = _best(base.index_vectors(space), queries, drawn, top).min(axis=1)
    before = (queries @ added.astype(np.float32).T > last[:, None]).sum(axis=1)
    return round(float(1 - np.minimum(before, top).mean() / top), 4)


def _best(index: Floats, queries: Vectors, own: Floats, top: int) -> Vectors:
    """(q, top) the largest scores of each query, its own row left out, in any order."""
    best = np.full((len(queries), top), -np.inf, np.float32)
    for start in range(0, len(index), ROWS):
        scores = queries @ np.asarray(index[start : start + ROWS]).astype(np.float32).T
        here = np.flatnonzero((own >= start) & (own < start + ROWS))
        scores[here, own[here] - start] = -np.inf
        best = np.partition(np.hstack([best, scores]), -top, axis=1)[:, -top:]
    return best
