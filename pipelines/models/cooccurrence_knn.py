"""Windowed co-occurrence kNN: similarity by distance in playlists, in either direction.

Tracks d places apart in a playlist count 1/d, up to `window` places; the sum over playlists is divided by the root of
both tracks' numbers of playlists, and each track keeps its `kept` strongest. A list's query is the sum of
their rows, the last track counting 1, the one before it 1/2, then 1/3 and so on.

Which of two tracks comes first hardly matters: counting one direction only is worse (docs/experiments.md).
`learned_table` gives the same counts as a release carries them (kit/cooccurrence.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kit.cooccurrence import WHOLE, CooccurrenceTable
from pipelines.graph.playlist_graph import Graph, Matrix, Rows
from pipelines.models.interface import Artists, Progress, Scores, Vectors
from pipelines.models.playlist_sequences import PlaylistSequences
from pipelines.models.windowed_pairs import Entries, Pairs, Units, strongest

WINDOW, KEPT = 10, 200
"""Of the table of a release: 200 neighbours are features of the ranker, and the next-track model reads the first 50
(docs/experiments.md). An eighth of the tracks of `mpd_dev` fill their 200; the median is 55."""


@dataclass(frozen=True, slots=True)
class CooccurrenceKnn:
    """Counts pairs up to `window` positions apart; every track keeps `kept` neighbours."""

    sequences: PlaylistSequences = field(repr=False)
    window: int = WINDOW
    kept: int = 50
    name: str = "cooccurrence_knn"

    def settings(self) -> dict[str, Any]:
        return {"window": self.window, "kept": self.kept, "name": self.name}

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> "CooccurrenceScorer":  # noqa: ARG002
        progress(f"{self.name}: counting tracks up to {self.window} places apart")
        return CooccurrenceScorer(self.table(graph))

    def table(self, graph: Graph) -> Matrix:
        """(n, n) similarity; row i holds the nearest tracks of track i."""
        return _strongest(_both_ways(_ahead(self.sequences.order, self.window, graph)), self.kept)


def learned_table(graph: Graph, kept: int = KEPT) -> CooccurrenceTable | None:
    """The table of the graph's playlists, weights rounded as a release stores them; None without positions."""
    if graph.positions is None:
        return None
    entries = Entries.of(graph)
    root = np.maximum(graph.item_degree, 1).astype(np.float64) ** -0.5
    columns: tuple[list[npt.NDArray[Any]], ...] = ([], [], [], [])
    for block in entries.blocks():
        found: tuple[npt.NDArray[Any], ...] = _rows(entries.pairs(*block, WINDOW), block[0], root, kept)
        for column, part in zip(columns, found, strict=True):
            column.append(part)
    counts, rows, weights, after = map(_joined, columns)
    return CooccurrenceTable(np.concatenate([[0], np.cumsum(counts)]), rows, weights, after)


def _joined(parts: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """The parts one after another; the list is emptied, so that they are not held twice."""
    joined = np.concatenate(parts)
    parts.clear()
    return joined


def _rows(pairs: Pairs, start: int, root: Units, kept: int) -> tuple[Rows, Rows, Vectors, npt.NDArray[np.uint8]]:
    """The rows of the table of a block: how many neighbours each has, and their arrays."""
    forward, weights = pairs.normalised(start, root)
    chosen, lines = strongest(pairs.indptr, weights, kept)
    rows, weights, forward = pairs.others[chosen], weights[chosen], forward[chosen]
    after = np.rint(WHOLE * np.minimum(forward / np.maximum(weights, np.float32(1e-12)), 1)).astype(np.uint8)
    counts = np.bincount(lines, minlength=len(pairs.indptr) - 1)
    return counts, rows.astype(np.int32), weights.astype(np.float16), after


def in_order(graph: Graph) -> list[Rows]:
    """The rows of each playlist of a graph with positions, in playlist order."""
    assert graph.positions is not None
    playlists = np.repeat(np.arange(len(graph.lengths)), graph.lengths)
    rows = graph.matrix.indices[np.lexsort((graph.positions, playlists))].astype(np.int64)
    return np.split(rows, graph.matrix.indptr[1:-1])


def _ahead(order: Sequence[Rows], window: int, graph: Graph) -> Matrix:
    """(n, n) normalised counts of the pairs in which the track of the row comes first."""
    root = sparse.diags_array(np.maximum(graph.item_degree, 1).astype(np.float32) ** -0.5)
    return Matrix(root @ _counted(order, window, graph.matrix.shape[1]) @ root)


def _both_ways(ahead: Matrix) -> Matrix:
    return Matrix(ahead + ahead.T)


def _counted(order: Sequence[Rows], window: int, tracks: int) -> Matrix:
    """Sum of 1/d over all pairs of tracks d <= window positions apart, the earlier track in the row."""
    counted = Matrix((tracks, tracks), dtype=np.float32)
    for apart in range(1, window + 1):
        long_enough = [rows for rows in order if len(rows) > apart]
        if long_enough:
            first, second = (np.concatenate([r[s] for r in long_enough]) for s in (np.s_[:-apart], np.s_[apart:]))
            counted = counted + Matrix((np.full(len(first), 1 / apart, np.float32), (first, second)), (tracks, tracks))
    return Matrix(counted)


def _strongest(matrix: Matrix, kept: int) -> Matrix:
    """Each row's `kept` largest entries, equal ones by column."""
    matrix.sort_indices()
    chosen, lines = strongest(matrix.indptr, matrix.data, kept)
    return Matrix((matrix.data[chosen], (lines, matrix.indices[chosen])), matrix.shape)


def ages(tracks: int) -> Vectors:
    """(tracks,) position from the end: 1 for the last track, 2 for the one before it, and so on."""
    return np.arange(tracks, 0, -1, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class CooccurrenceScorer:
    """Scores are sums of the seeds' rows, each divided by its age."""

    table: Matrix  # (n, n)

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        scores: Scores = self.rows(seeds).toarray()
        return scores

    def rows(self, seeds: Sequence[Rows]) -> Matrix:
        """(lists, n) the scores, sparse."""
        lengths = [len(rows) for rows in seeds]
        columns = np.concatenate([np.empty(0, np.int64), *seeds])
        weights = np.concatenate([np.empty(0, np.float32), *(1 / ages(length) for length in lengths)])
        lines = np.repeat(np.arange(len(seeds)), lengths)
        seed_matrix = Matrix((weights, (lines, columns)), shape=(len(seeds), self.table.shape[0]))
        return Matrix(seed_matrix @ self.table)
