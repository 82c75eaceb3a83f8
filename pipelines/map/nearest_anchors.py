"""The nearest of some ten thousand anchors to each of many more points, as in an inverted file (Jegou et al. 2011).

Anchors are divided into CELLS by k-means; points of a cell are compared with the anchors of the PROBED cells nearest to
it, so a few of the nearest are missed (tests/pipelines/test_map.py says how many) for a sixth of the products.
"""

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans

Units = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
CELLS, PROBED, ROUNDS = 100, 16, 10
EXACT_TO = 2_000  # anchors, or points, up to which all are compared
CHUNK = 2_048


def nearest(points: Units, anchors: Units, count: int, seed: int) -> Rows:
    """(n, count) rows of the nearest anchors of each unit row, by cosine, in no order."""
    found = np.empty((len(points), count), np.int64)
    for rows, probed in _cells(points, anchors, seed):
        candidates = probed if len(probed) >= count else np.arange(len(anchors))
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK]
            scores = points[part] @ anchors[candidates].T
            found[part] = candidates[np.argpartition(-scores, count - 1, axis=1)[:, :count]]
    return found


def _cells(points: Units, anchors: Units, seed: int) -> list[tuple[Rows, Rows]]:
    """Of each cell its points, and the anchors to compare them with."""
    if min(len(anchors), len(points)) <= EXACT_TO:
        return [(np.arange(len(points)), np.arange(len(anchors)))]
    fitted = KMeans(CELLS, init="random", n_init=1, max_iter=ROUNDS, random_state=seed).fit(anchors).cluster_centers_
    centres = fitted / np.maximum(np.linalg.norm(fitted, axis=1, keepdims=True), 1e-12)
    probed = np.argsort(-(centres @ centres.T), axis=1, kind="stable")[:, :PROBED]
    of_anchor, of_point = _of_cell(anchors, centres), _of_cell(points, centres)
    members = [np.flatnonzero(np.isin(of_anchor, near)) for near in probed]
    return [(np.flatnonzero(of_point == cell), members[cell]) for cell in np.unique(of_point).tolist()]


def _of_cell(units: Units, centres: Units) -> Rows:
    starts = range(0, len(units), CHUNK)
    return np.concatenate([(units[at : at + CHUNK] @ centres.T).argmax(axis=1) for at in starts] or [np.empty(0, int)])
