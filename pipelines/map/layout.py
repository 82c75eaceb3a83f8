"""2-D layout of unit vectors by t-SNE (openTSNE); above LAID_OUT points the rest stand at their nearest neighbours.

t-SNE (van der Maaten and Hinton 2008) of cosine distances with the interpolation of Linderman et al. 2019. Perplexity
50 looks at some 150 neighbours of each point, so time and memory are bounded by laying out a sample of LAID_OUT
points; each other point is put at the median of its PLACED_BY nearest neighbours in the sample (nearest_anchors.py).
The same vectors and seed give the same layout on the same machine: one thread, exact neighbours within the sample.
docs/decisions/0020 compares these settings with others.
"""

import numpy as np
import numpy.typing as npt
from openTSNE import TSNE
from openTSNE.affinity import PerplexityBasedNN
from openTSNE.nearest_neighbors import PrecomputedNeighbors

from kit.release import Floats
from pipelines.map import nearest_anchors

Positions = npt.NDArray[np.float64]
LAID_OUT = 10_000
PERPLEXITY = 50
EXAGGERATED, STEPS = 250, 250
CELL, GRID_FROM = 2, 2_000
"""Width of a cell of the interpolation's grid, in units of the plane: 1 takes four times as long. Points from which the
grid costs less than a tree (Barnes and Hut)."""
PLACED_BY = 5
CHUNK = 2_048


def unit(vectors: Floats) -> npt.NDArray[np.float32]:
    """(n, dim) float32 rows of length 1; an all-zero row stays zero."""
    rows = np.array(vectors, dtype=np.float32)
    lengths: npt.NDArray[np.float32] = np.linalg.norm(rows, axis=1, keepdims=True)
    rows /= np.maximum(lengths, np.finfo(np.float32).tiny)
    return rows


def sample(count: int, seed: int, most: int = LAID_OUT) -> npt.NDArray[np.int64]:
    """Ascending positions of at most `most` of `count` points, drawn with a seed."""
    if count <= most:
        return np.arange(count, dtype=np.int64)
    return np.sort(np.random.default_rng(seed).choice(count, most, replace=False)).astype(np.int64)


def layout(units: npt.NDArray[np.float32], seed: int, most: int = LAID_OUT) -> Positions:
    """(n, 2) positions in [0, 1] of the rows of `unit`."""
    chosen = sample(len(units), seed, most)
    placed = np.full((len(units), 2), 0.5)
    if len(chosen) > 3:
        placed[chosen] = _tsne(units[chosen], seed)
        rest = np.setdiff1d(np.arange(len(units)), chosen)
        placed[rest] = _at_neighbours(units[rest], units[chosen], placed[chosen], seed)
    return fitted(placed)


def fitted(positions: Positions) -> Positions:
    """Positions moved and scaled, both axes alike, so that the longer side spans [0, 1] and the other is centred."""
    low, high = positions.min(axis=0), positions.max(axis=0)
    side = float((high - low).max()) or 1.0
    return np.asarray(np.clip((positions - (low + high) / 2) / side + 0.5, 0.0, 1.0))


def _tsne(units: npt.NDArray[np.float32], seed: int) -> Positions:
    perplexity = min(PERPLEXITY, (len(units) - 1) / 3)
    near = PrecomputedNeighbors(*_exact_neighbours(units, min(len(units) - 1, int(3 * perplexity))))
    maker = TSNE(
        early_exaggeration_iter=EXAGGERATED,
        n_iter=STEPS,
        negative_gradient_method="fft" if len(units) >= GRID_FROM else "bh",
        ints_in_interval=CELL,
        n_jobs=1,
        random_state=seed,
    )
    affinities = PerplexityBasedNN(perplexity=perplexity, knn_index=near, n_jobs=1, random_state=seed)
    return np.asarray(maker.fit(units, affinities=affinities), dtype=np.float64)


def _exact_neighbours(units: npt.NDArray[np.float32], count: int) -> tuple[npt.NDArray[np.int64], Positions]:
    """(n, count) the nearest other rows of each by cosine, nearest first, and their cosine distances."""
    near, distances = np.empty((len(units), count), np.int64), np.empty((len(units), count))
    for start in range(0, len(units), CHUNK):
        scores = units[start : start + CHUNK] @ units.T
        np.fill_diagonal(scores[:, start:], -np.inf)
        best = np.argpartition(-scores, count - 1, axis=1)[:, :count]
        found = np.take_along_axis(scores, best, axis=1)
        order = np.argsort(-found, axis=1, kind="stable")
        near[start : start + CHUNK] = np.take_along_axis(best, order, axis=1)
        distances[start : start + CHUNK] = np.maximum(1 - np.take_along_axis(found, order, axis=1), 0)
    return near, distances


def _at_neighbours(
    units: npt.NDArray[np.float32], anchors: npt.NDArray[np.float32], at: Positions, seed: int
) -> Positions:
    """The median position (r, 2) of each row's nearest anchors by cosine."""
    near = nearest_anchors.nearest(units, anchors, min(PLACED_BY, len(anchors)), seed)
    median: Positions = np.median(at[near], axis=1)
    return median
