"""Exact scans of index vectors for many queries, each over the tracks of its view: every track is scored.

A block of tracks is widened and multiplied at a time, and of its scores only those are kept that beat what a query has:
memory does not grow with queries times tracks, and many queries share what is read of a block.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.graph.playlist_graph import Rows, top_rows
from pipelines.models.float16_vectors import Float16Vectors
from pipelines.models.interface import Scores, Vectors

Mask = npt.NDArray[np.bool_]
BLOCK = 65_536  # tracks at once
QUERIES = 512  # at once: 134 MB of scores
_NOTHING = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Rows (c,) of tracks, best first, equal scores by row, and their scores (c,)."""

    rows: Rows
    scores: Scores


class ViewScan:
    """Scans index vectors (n, D)."""

    def __init__(self, index: Float16Vectors | Vectors) -> None:
        self._index = index

    def first(self, queries: Vectors, excluded: Sequence[Rows], views: Sequence[Mask], depth: int) -> list[Ranked]:
        """For each query (q, D) the `depth` best tracks of its view (n,), without the rows that it excludes. Queries of
        one view should share the array."""
        found = [Ranked(_NOTHING, np.empty(0, np.float32))] * len(queries)
        for view in {id(view): view for view in views}.values():
            lines = [line for line, own in enumerate(views) if own is view]
            apart = [np.sort(excluded[line]) for line in lines]
            for block in self._blocks(view):
                for start in range(0, len(lines), QUERIES):
                    part = lines[start : start + QUERIES]
                    scores = queries[part] @ block.vectors.T
                    for line, row, own in zip(part, scores, apart[start:], strict=False):
                        block.leave_out(row, own)
                        found[line] = block.merged(found[line], row, depth)
        return found

    def _blocks(self, view: Mask) -> Iterator["_Block"]:
        for start in range(0, len(view), BLOCK):
            chosen = view[start : start + BLOCK]
            rows = start + np.flatnonzero(chosen)
            if len(rows):
                at = slice(start, start + BLOCK) if chosen.all() else rows
                yield _Block(rows, self._index[at])


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Rows (b,) of tracks, ascending, and their vectors (b, D)."""

    rows: Rows
    vectors: Vectors

    def leave_out(self, scores: Scores, rows: Rows) -> None:
        """Sets the scores (b,) of some rows, which are ascending and need not be of the block, to -inf."""
        first, stop = np.searchsorted(rows, (self.rows[0], self.rows[-1] + 1))
        if stop > first:
            at = np.searchsorted(self.rows, rows[first:stop])
            scores[at[self.rows[at] == rows[first:stop]]] = -np.inf

    def merged(self, best: Ranked, scores: Scores, depth: int) -> Ranked:
        """The `depth` best of these, which come after all rows of the best so far, and of those."""
        full = len(best.rows) == depth
        at = np.flatnonzero(scores > best.scores[-1]) if full else top_rows(scores, depth)
        if not len(at):
            return best
        rows, together = np.concatenate([best.rows, self.rows[at]]), np.concatenate([best.scores, scores[at]])
        order = top_rows(together, depth, rows)
        return Ranked(rows[order], together[order])
