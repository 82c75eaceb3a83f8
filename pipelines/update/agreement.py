"""How much of each list an update keeps: the overlap of the nearest tracks before and after.

The figures of a release are kept by an update and say nothing about it; this says how far its lists are from those that
were measured. It is no measure of quality: the lists of two full refreshes with different seeds differ as well.
"""

import numpy as np

from kit.query import Pooling
from pipelines.graph.playlist_graph import Graph, Rows, top_rows
from pipelines.models.interface import Vectors
from pipelines.models.space import TrainedSpace

SEEDS, TOP = 500, 50
BATCH = 50


def agreement(before: Graph, earlier: TrainedSpace, graph: Graph, later: TrainedSpace, seed: int) -> float:
    """The mean share of the TOP nearest tracks of a track that are the same in both spaces, over SEEDS tracks drawn by
    their number of playlists; only tracks of both spaces count. 1 when there are fewer than two."""
    rows = graph.rows([track_id.decode() for track_id in before.track_ids.tolist()])
    there = np.flatnonzero(rows >= 0)
    if len(there) < 2:
        return 1.0
    weights = before.item_degree[there].astype(np.float64)
    drawn = np.random.default_rng(seed).choice(
        len(there), min(SEEDS, len(there)), replace=False, p=weights / weights.sum()
    )
    top = min(TOP, len(there) - 1)
    ours, theirs = _lists(earlier, there, drawn, top), _lists(later, rows[there], drawn, top)
    same = [len(np.intersect1d(one, other)) / top for one, other in zip(ours, theirs, strict=True)]
    return round(float(np.mean(same)), 4)


def _lists(space: TrainedSpace, rows: Rows, drawn: Rows, top: int) -> list[Rows]:
    """For each drawn position in `rows` the positions of its nearest, itself left out."""
    index, pooling, found = space.index[rows], space.pooling(), []
    for start in range(0, len(drawn), BATCH):
        batch = drawn[start : start + BATCH]
        queries = np.stack([_query(pooling, space.query[rows[at]][None]) for at in batch])
        scores = queries @ index.T
        scores[np.arange(len(batch)), batch] = -np.inf
        found += [top_rows(line, top) for line in scores]
    return found


def _query(pooling: Pooling, vector: Vectors) -> Vectors:
    result: Vectors = pooling.pool(vector, np.ones(1, np.float32)).vector
    return result
