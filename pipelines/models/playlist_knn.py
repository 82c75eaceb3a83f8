"""Playlist-kNN: the tracks of the playlists that are most similar to the seeds (user-based nearest neighbours).

The similarity of seeds and a playlist is the sum over the tracks they share of idf^idf_power, divided by the root of
the playlist's length, with idf = log(playlists / playlists that hold the track). A track scores the sum of
similarity^similarity_power over the `neighbours` most similar playlists that hold it, divided by its number of
playlists to the power popularity_exponent.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy import sparse

from pipelines.graph.playlist_graph import Graph, Matrix, Rows, top_rows
from pipelines.models.interface import Artists, Progress, Scores, Vectors, seed_matrix


@dataclass(frozen=True, slots=True)
class PlaylistKnn:
    """Settings, the defaults those that `pipelines.evaluate.tune` found."""

    neighbours: int = 100
    idf_power: float = 2.0
    similarity_power: float = 1.5
    popularity_exponent: float = 0.1
    name: str = "playlist_knn"

    def settings(self) -> dict[str, Any]:
        return asdict(self)

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> "PlaylistKnnScorer":  # noqa: ARG002
        progress(f"{self.name}: weighting {graph.matrix.shape[0]} playlists")
        degrees = np.maximum(graph.item_degree, 1).astype(np.float32)
        weights = np.log(graph.matrix.shape[0] / degrees) ** self.idf_power
        lengths = np.maximum(graph.lengths, 1).astype(np.float32)
        weighted = sparse.diags_array(weights) @ graph.matrix.T @ sparse.diags_array(lengths**-0.5)
        return PlaylistKnnScorer(self, graph.matrix, Matrix(weighted), degrees**-self.popularity_exponent)


@dataclass(frozen=True, slots=True, eq=False)
class PlaylistKnnScorer:
    """Scores are sums of the similarities of the nearest playlists that hold a track."""

    model: PlaylistKnn
    playlists: Matrix  # (p, n)
    weighted: Matrix  # (n, p) idf^power / length^.5
    popularity_weights: Vectors  # (n,)

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        near = (seed_matrix(seeds, self.weighted.shape[0]) @ self.weighted).toarray()
        scores: Scores = (self._nearest(near) @ self.playlists).toarray() * self.popularity_weights
        return scores

    def _nearest(self, similar: Scores) -> Matrix:
        """(lists, p) the similarities of the nearest playlists, to the power; equal ones by row."""
        rows = [top_rows(np.where(line > 0, line, -np.inf), self.model.neighbours) for line in similar]
        lines = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        columns = np.concatenate([np.empty(0, np.int64), *rows])
        values = similar[lines, columns] ** np.float32(self.model.similarity_power)
        return Matrix((values, (lines, columns)), shape=similar.shape)
