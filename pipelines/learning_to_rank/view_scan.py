"""Exact scans: the first tracks of each of many queries, each restricted to the tracks of its view."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipelines.graph.playlist_graph import Rows, top_rows
from pipelines.models.interface import Vectors

Mask = npt.NDArray[np.bool_]


class ViewScan:
    """Scans index vectors (n, D): one matrix product for all queries of a view, over the tracks of the view alone.

    The vectors of a view that leaves tracks out are copied once, when its first query comes.
    """

    def __init__(self, index: Vectors) -> None:
        self._index = index
        self._known: list[tuple[Mask, Rows, Vectors]] = []

    def first(self, queries: Vectors, seeds: Sequence[Rows], views: Sequence[Mask], depth: int) -> list[Rows]:
        """For each query (q, D) the rows of its `depth` best tracks, best first, without its seeds. Queries of one view
        (n,) should share the array. ValueError for a seed outside its query's view."""
        if not all(view[own].all() for own, view in zip(seeds, views, strict=True)):
            raise ValueError("a seed is not in the view of its query")
        found: list[Rows] = [np.empty(0, np.int64)] * len(queries)
        for view in {id(view): view for view in views}.values():
            lines = [line for line, own in enumerate(views) if own is view]
            rows, index = self._tracks(view)
            for line, scores in zip(lines, queries[lines] @ index.T, strict=True):
                scores[np.searchsorted(rows, seeds[line])] = -np.inf
                found[line] = rows[top_rows(scores, depth)]
        return found

    def _tracks(self, view: Mask) -> tuple[Rows, Vectors]:
        for known, rows, index in self._known:
            if known is view:
                return rows, index
        rows = np.flatnonzero(view)
        index = self._index if len(rows) == len(self._index) else self._index[rows]
        self._known.append((view, rows, index))
        return rows, index
